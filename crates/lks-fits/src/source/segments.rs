//! Which bytes of a file are in memory. Pure bookkeeping.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use bytes::{Bytes, BytesMut};

/// Parts of a file by their first byte; the oldest are forgotten first.
#[derive(Debug, Default)]
pub(super) struct Segments {
    parts: BTreeMap<u64, Bytes>,
    order: VecDeque<u64>,
    size: u64,
}

impl Segments {
    pub(super) fn insert(&mut self, start: u64, bytes: Bytes, limit: u64) {
        if bytes.len() as u64 > limit || self.parts.get(&start).is_some_and(|known| known.len() >= bytes.len()) {
            return;
        }
        self.size += bytes.len() as u64;
        match self.parts.insert(start, bytes) {
            Some(shorter) => self.size -= shorter.len() as u64,
            None => self.order.push_back(start),
        }
        while self.size > limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.size -= self.parts.remove(&oldest).map_or(0, |bytes| bytes.len() as u64);
        }
    }

    /// The parts that overlap `range`, in ascending order.
    pub(super) fn covering(&self, range: &Range<u64>) -> Vec<(u64, Bytes)> {
        let overlaps = |start: u64, bytes: &Bytes| start < range.end && start + bytes.len() as u64 > range.start;
        self.parts
            .iter()
            .filter(|(start, bytes)| overlaps(**start, bytes))
            .map(|(start, bytes)| (*start, bytes.clone()))
            .collect()
    }

    /// What of `range` is not here, in ascending order.
    pub(super) fn gaps(&self, range: &Range<u64>) -> Vec<Range<u64>> {
        let mut gaps = Vec::new();
        let mut position = range.start;
        for (start, bytes) in self.covering(range) {
            if start > position {
                gaps.push(position..start);
            }
            position = position.max(start + bytes.len() as u64);
        }
        if position < range.end {
            gaps.push(position..range.end);
        }
        gaps
    }
}

/// The bytes of `range` out of parts that may overlap; `None` if some are missing.
pub(super) fn assemble(range: Range<u64>, parts: impl IntoIterator<Item = (u64, Bytes)>) -> Option<Bytes> {
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort_by_key(|(start, _)| *start);
    if let Some((start, bytes)) = parts
        .iter()
        .find(|(start, bytes)| *start <= range.start && start + bytes.len() as u64 >= range.end)
    {
        return Some(bytes.slice((range.start - start) as usize..(range.end - start) as usize));
    }
    let mut out = BytesMut::with_capacity((range.end - range.start) as usize);
    let mut position = range.start;
    for (start, bytes) in parts {
        let end = (start + bytes.len() as u64).min(range.end);
        if start <= position && end > position {
            out.extend_from_slice(&bytes[(position - start) as usize..(end - start) as usize]);
            position = end;
        }
    }
    (position == range.end).then(|| out.freeze())
}
