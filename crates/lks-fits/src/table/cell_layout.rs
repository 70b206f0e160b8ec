//! The cells of one column in a run of rows: their copy in native order, and which of them are unknown. Pure.

use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer};

use crate::form::Element;

/// How the cells of a column lie in the wanted bytes of a row, and what marks an unknown one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellLayout {
    pub(crate) offset: usize,
    pub(crate) width: usize,
    pub(crate) element: Element,
    pub(crate) null: Option<i64>,
}

/// Which elements of a part of a column are known, 64 to a word; `None` if all are.
pub(crate) type Known = Option<Vec<u64>>;

/// What marks an unknown element.
enum Mark {
    Nothing,
    Byte(u8),
    Int16(i16),
    Int32(i32),
    Int64(i64),
    Nan32,
    Nan64,
}

impl CellLayout {
    /// Elements in so many bytes.
    pub(crate) fn num_elements(&self, num_bytes: usize) -> usize {
        num_bytes / self.element.word()
    }

    /// Copies the cells of rows that lie `stride` bytes apart, and says whether an unknown one is among them.
    pub(crate) fn copy(&self, rows: &[u8], stride: usize, out: &mut [u8]) -> bool {
        let Some(cells) = rows.get(self.offset..).filter(|_| self.width > 0) else {
            return false;
        };
        match self.element.word() {
            1 => copy::<1>(cells, stride, self.width, out, |bytes| bytes),
            2 => copy::<2>(cells, stride, self.width, out, |bytes| {
                u16::from_be_bytes(bytes).to_ne_bytes()
            }),
            4 => copy::<4>(cells, stride, self.width, out, |bytes| {
                u32::from_be_bytes(bytes).to_ne_bytes()
            }),
            _ => copy::<8>(cells, stride, self.width, out, |bytes| {
                u64::from_be_bytes(bytes).to_ne_bytes()
            }),
        }
        self.has_unknown(out)
    }

    fn mark(&self) -> Mark {
        // A number that the type cannot hold marks nothing.
        let mark = match (self.element, self.null) {
            (Element::Float32, _) => Some(Mark::Nan32),
            (Element::Float64, _) => Some(Mark::Nan64),
            (Element::UInt8, Some(null)) => null.try_into().ok().map(Mark::Byte),
            (Element::Int16, Some(null)) => null.try_into().ok().map(Mark::Int16),
            (Element::Int32, Some(null)) => null.try_into().ok().map(Mark::Int32),
            (Element::Int64, Some(null)) => Some(Mark::Int64(null)),
            _ => None,
        };
        mark.unwrap_or(Mark::Nothing)
    }

    fn has_unknown(&self, values: &[u8]) -> bool {
        fn any<const N: usize>(values: &[u8], is_unknown: impl Fn([u8; N]) -> bool) -> bool {
            // Without a way out in the middle, several are compared at once.
            let values = values.as_chunks::<N>().0.iter();
            values.fold(false, |any, bytes| any | is_unknown(*bytes))
        }
        match self.mark() {
            Mark::Nothing => false,
            Mark::Byte(null) => any(values, |[byte]| byte == null),
            Mark::Int16(null) => any(values, |bytes| i16::from_ne_bytes(bytes) == null),
            Mark::Int32(null) => any(values, |bytes| i32::from_ne_bytes(bytes) == null),
            Mark::Int64(null) => any(values, |bytes| i64::from_ne_bytes(bytes) == null),
            Mark::Nan32 => any(values, |bytes| f32::from_ne_bytes(bytes).is_nan()),
            Mark::Nan64 => any(values, |bytes| f64::from_ne_bytes(bytes).is_nan()),
        }
    }

    /// Which of the elements are known.
    pub(crate) fn known(&self, values: &[u8]) -> Known {
        match self.mark() {
            Mark::Nothing => None,
            Mark::Byte(null) => Some(bits(values, |[byte]| byte != null)),
            Mark::Int16(null) => Some(bits(values, |bytes| i16::from_ne_bytes(bytes) != null)),
            Mark::Int32(null) => Some(bits(values, |bytes| i32::from_ne_bytes(bytes) != null)),
            Mark::Int64(null) => Some(bits(values, |bytes| i64::from_ne_bytes(bytes) != null)),
            Mark::Nan32 => Some(bits(values, |bytes| !f32::from_ne_bytes(bytes).is_nan())),
            Mark::Nan64 => Some(bits(values, |bytes| !f64::from_ne_bytes(bytes).is_nan())),
        }
    }
}

/// The parts of a column one after the other, with their numbers of elements; all but the last fill their words.
pub(crate) fn join(parts: Vec<(usize, Known)>) -> Option<NullBuffer> {
    if parts.iter().all(|(_, known)| known.is_none()) {
        return None;
    }
    let num_elements = parts.iter().map(|(num_elements, _)| num_elements).sum();
    let words = parts.into_iter().flat_map(|(num_elements, known)| {
        let known = known.unwrap_or_else(|| vec![u64::MAX; num_elements.div_ceil(64)]);
        // Arrow counts bits from the first byte.
        known.into_iter().map(u64::to_le)
    });
    let words: Buffer = words.collect::<Vec<u64>>().into();
    Some(NullBuffer::new(BooleanBuffer::new(words, 0, num_elements)))
}

fn copy<const N: usize>(
    cells: &[u8],
    stride: usize,
    width: usize,
    out: &mut [u8],
    native: impl Fn([u8; N]) -> [u8; N],
) {
    if stride == width {
        let num_bytes = out.len();
        let cells = cells.get(..num_bytes).unwrap_or(cells).as_chunks::<N>().0;
        for (cell, value) in cells.iter().zip(out.as_chunks_mut::<N>().0) {
            *value = native(*cell);
        }
    } else if width == N {
        // The last row may end with its cell.
        let rows = cells.chunks_exact(stride);
        let last = rows.remainder().first_chunk::<N>();
        let mut values = out.as_chunks_mut::<N>().0.iter_mut();
        for (row, value) in rows.zip(values.by_ref()) {
            if let Some(cell) = row.first_chunk::<N>() {
                *value = native(*cell);
            }
        }
        if let (Some(cell), Some(value)) = (last, values.next()) {
            *value = native(*cell);
        }
    } else {
        for (row, values) in cells.chunks(stride).zip(out.chunks_exact_mut(width)) {
            for (cell, value) in row.as_chunks::<N>().0.iter().zip(values.as_chunks_mut::<N>().0) {
                *value = native(*cell);
            }
        }
    }
}

fn bits<const N: usize>(values: &[u8], is_known: impl Fn([u8; N]) -> bool) -> Vec<u64> {
    let (words, rest) = values.as_chunks::<N>().0.as_chunks::<64>();
    let whole = words.iter().map(|word| pack(word, &is_known));
    let last = rest.iter().enumerate();
    let last = last.fold(0, |bits, (place, value)| bits | u64::from(is_known(*value)) << place);
    whole.chain((!rest.is_empty()).then_some(last)).collect()
}

/// The first element is the lowest bit. Comparing first and packing after is what compilers make fast.
fn pack<const N: usize>(values: &[[u8; N]; 64], is_known: impl Fn([u8; N]) -> bool) -> u64 {
    let mut flags = [0u8; 64];
    for (flag, value) in flags.iter_mut().zip(values) {
        *flag = u8::from(is_known(*value));
    }
    let eights = flags.as_chunks::<8>().0.iter().rev();
    // The product has the lowest bits of the eight bytes side by side in its highest byte.
    let packed = eights.map(|eight| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56);
    packed.fold(0, |bits, eight| bits << 8 | eight)
}

#[cfg(test)]
mod tests;
