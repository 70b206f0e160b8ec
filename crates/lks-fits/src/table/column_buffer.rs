//! Memory for the values of a column, zeroed and aligned for any of them.

use arrow_buffer::{Buffer, MutableBuffer};

/// From so many bytes on, memory is asked for in huge pages, as numpy does: the first touch of small ones takes longer than
/// everything else that is done with a large column.
#[cfg(target_os = "linux")]
const LARGE: usize = 4 << 20;

/// Memory that becomes a buffer of Arrow without a copy.
pub(crate) enum ColumnBuffer {
    Heap(MutableBuffer),
    #[cfg(target_os = "linux")]
    Mapped(memmap2::MmapMut),
}

impl ColumnBuffer {
    pub(crate) fn new(num_bytes: usize) -> Self {
        #[cfg(target_os = "linux")]
        if num_bytes >= LARGE
            && let Ok(map) = memmap2::MmapMut::map_anon(num_bytes)
        {
            // A kernel without huge pages refuses, and small ones do as well.
            let _ = map.advise(memmap2::Advice::HugePage);
            return Self::Mapped(map);
        }
        let mut heap = MutableBuffer::from(vec![0u64; num_bytes.div_ceil(8)]);
        heap.truncate(num_bytes);
        Self::Heap(heap)
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Heap(heap) => heap.as_slice_mut(),
            #[cfg(target_os = "linux")]
            Self::Mapped(map) => map,
        }
    }

    pub(crate) fn into_buffer(self) -> Buffer {
        match self {
            Self::Heap(heap) => heap.into(),
            #[cfg(target_os = "linux")]
            Self::Mapped(map) => bytes::Bytes::from_owner(map).into(),
        }
    }
}
