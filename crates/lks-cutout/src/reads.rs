//! Which ranges are read as one.

use std::ops::Range;

/// Bytes that are read with one request, and what of them was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The bytes of the file.
    pub range: Range<u64>,
    /// Of each range that was asked for and lies in it, its number and where it is in the bytes that come.
    pub parts: Vec<(usize, Range<u64>)>,
}

/// Joins ranges that overlap, touch, or have at most `max_gap` bytes between them, so that no read is longer than `max_length` (but for a range that is), in the
/// order of the file. A gap is worth joining where its bytes take less time than a request: at 50 milliseconds and 100 MB a second, 5 MB for one that waits alone, and a
/// sixteenth of that among sixteen at once.
///
/// Empty ranges are left out.
pub fn coalesce(wanted: &[Range<u64>], max_gap: u64, max_length: u64) -> Vec<Read> {
    let mut order: Vec<usize> = (0..wanted.len()).filter(|number| !wanted[*number].is_empty()).collect();
    order.sort_by_key(|number| (wanted[*number].start, wanted[*number].end));
    let mut reads: Vec<Read> = Vec::new();
    for number in order {
        let range = &wanted[number];
        let joined = reads.last_mut().filter(|read| {
            let length = range.end.max(read.range.end) - read.range.start;
            range.start <= read.range.end.saturating_add(max_gap)
                && length <= max_length.max(read.range.end - read.range.start)
        });
        match joined {
            Some(read) => {
                read.range.end = read.range.end.max(range.end);
                let start = read.range.start;
                read.parts.push((number, range.start - start..range.end - start));
            }
            None => reads.push(Read {
                range: range.clone(),
                parts: vec![(number, 0..range.end - range.start)],
            }),
        }
    }
    reads
}
