//! Which bytes of a file have been written.

use std::ops::Range;

/// Written ranges, sorted, disjoint and not touching.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Coverage {
    ranges: Vec<Range<u64>>,
}

impl Coverage {
    pub(crate) fn add(&mut self, start: u64, end: u64) {
        if start >= end {
            return;
        }
        let first = self.ranges.partition_point(|range| range.end < start);
        let last = self.ranges.partition_point(|range| range.start <= end);
        let merged = self.ranges[first..last]
            .iter()
            .fold(start..end, |a, b| a.start.min(b.start)..a.end.max(b.end));
        self.ranges.splice(first..last, [merged]);
    }

    /// Length of the written run that begins at the first byte.
    pub(crate) fn prefix(&self) -> u64 {
        self.ranges
            .first()
            .filter(|range| range.start == 0)
            .map_or(0, |range| range.end)
    }

    pub(crate) fn ranges(&self) -> &[Range<u64>] {
        &self.ranges
    }

    pub(crate) fn total(&self) -> u64 {
        self.ranges.iter().map(|range| range.end - range.start).sum()
    }

    /// The first hole before the last written byte.
    pub(crate) fn gap(&self) -> Option<Range<u64>> {
        let next = self.ranges.iter().find(|range| range.start > self.prefix())?;
        Some(self.prefix()..next.start)
    }

    /// The holes of a file of `size` bytes.
    pub(crate) fn missing(&self, size: u64) -> Vec<Range<u64>> {
        let starts = std::iter::once(0).chain(self.ranges.iter().map(|range| range.end));
        let ends = self.ranges.iter().map(|range| range.start).chain([size]);
        starts
            .zip(ends)
            .map(|(start, end)| start..end.min(size))
            .filter(|hole| hole.start < hole.end)
            .collect()
    }
}

#[cfg(test)]
mod tests;
