//! How far to read ahead for headers. Pure.

use std::ops::Range;

use crate::BLOCK;

/// Largest step in which headers are looked for ahead.
const MAX_WINDOW: u64 = 2 << 20;

/// How far to read ahead when a header is wanted: little where the next HDU lies far away, much where small HDUs follow each
/// other, because then few requests bring their headers together with their data.
pub(super) struct Ahead {
    block: u64,
    window: u64,
    end: u64,
}

impl Ahead {
    pub(super) fn new(block_size: u64) -> Self {
        let block = block_size.max(BLOCK);
        Self {
            block,
            window: block,
            end: block,
        }
    }

    /// The range to read for the header block at `offset`.
    pub(super) fn next(&mut self, offset: u64, size: u64, is_new_hdu: bool) -> Range<u64> {
        let is_near = offset.saturating_sub(self.end) < self.block;
        self.window = match (is_near, is_new_hdu) {
            (false, _) => self.block,
            (true, true) => MAX_WINDOW,
            (true, false) => (2 * self.window).min(MAX_WINDOW),
        }
        .max(self.block);
        self.end = size.min(offset + self.window);
        offset..self.end
    }
}
