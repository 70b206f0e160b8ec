//! Cells of table rows and pixels, appended in FITS's byte order.

/// Appends values to a buffer as FITS stores them: big-endian, without gaps.
#[derive(Debug)]
pub struct Cells<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Cells<'a> {
    /// Appends to `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    /// Format `B`, or one byte of format `X`.
    pub fn uint8(&mut self, value: u8) {
        self.out.push(value);
    }

    /// Format `I`.
    pub fn int16(&mut self, value: i16) {
        self.out.extend_from_slice(&value.to_be_bytes());
    }

    /// Format `J`.
    pub fn int32(&mut self, value: i32) {
        self.out.extend_from_slice(&value.to_be_bytes());
    }

    /// Format `K`.
    pub fn int64(&mut self, value: i64) {
        self.out.extend_from_slice(&value.to_be_bytes());
    }

    /// Format `E`.
    pub fn float32(&mut self, value: f32) {
        self.out.extend_from_slice(&value.to_be_bytes());
    }

    /// Format `D`.
    pub fn float64(&mut self, value: f64) {
        self.out.extend_from_slice(&value.to_be_bytes());
    }

    /// Format `L`; `None` is the undefined logical.
    pub fn logical(&mut self, value: Option<bool>) {
        self.out.push(value.map_or(0, |value| if value { b'T' } else { b'F' }));
    }

    /// Format `wA`: the first `width` bytes of `text`, filled with zeros.
    pub fn text(&mut self, text: &str, width: usize) {
        let end = self.out.len() + width;
        self.out.extend_from_slice(&text.as_bytes()[..text.len().min(width)]);
        self.out.resize(end, 0);
    }

    /// Several cells of format `E`, as the pixels of a frame.
    pub fn float32s(&mut self, values: &[f32]) {
        for value in values {
            self.out.extend_from_slice(&value.to_be_bytes());
        }
    }

    /// Several cells of format `J`.
    pub fn int32s(&mut self, values: &[i32]) {
        for value in values {
            self.out.extend_from_slice(&value.to_be_bytes());
        }
    }

    /// A descriptor of format `P`: number of elements and byte of the heap.
    pub fn descriptor32(&mut self, num_elements: i32, heap_offset: i32) {
        self.int32(num_elements);
        self.int32(heap_offset);
    }

    /// A descriptor of format `Q`.
    pub fn descriptor64(&mut self, num_elements: i64, heap_offset: i64) {
        self.int64(num_elements);
        self.int64(heap_offset);
    }
}
