//! The lines of a segment that has no index, or none that can be believed: where each key's newest line lies.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::Handle;
use super::line::{self, Head, Moment};
use super::lines::Lines;
use crate::key::RawKey;

/// A line of a log.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogLine {
    pub(super) moment: Moment,
    pub(super) content: Option<RawKey>,
    pub(super) offset: u64,
    pub(super) length: u32,
}

/// What was read of a log so far.
#[derive(Debug, Default)]
pub(super) struct Log {
    spots: HashMap<RawKey, LogLine>,
    /// What follows may not be there yet.
    end: u64,
}

impl Log {
    /// Files the lines that were appended since; `true` if some of it could not be read. What is not a line of ours is passed over.
    pub(super) fn read_on(&mut self, file: &Arc<Handle>, end: u64) -> io::Result<bool> {
        let mut lines = Lines::new(file.clone(), self.end..end.max(self.end));
        while let Some((offset, text)) = lines.next()? {
            if let (Some(head), Ok(length)) = (line::head_of(text), u32::try_from(text.len())) {
                self.add(&head, offset..offset + u64::from(length));
            }
        }
        self.end = lines.position();
        Ok(lines.has_gaps())
    }

    /// Files one line.
    pub(super) fn add(&mut self, head: &Head, bytes: Range<u64>) {
        let spot = LogLine {
            moment: head.moment,
            content: head.content,
            offset: bytes.start,
            length: u32::try_from(bytes.end - bytes.start).unwrap_or(u32::MAX),
        };
        let newest = self.spots.entry(head.key).or_insert(spot);
        if (newest.moment, newest.offset) <= (spot.moment, spot.offset) {
            *newest = spot;
        }
        self.end = self.end.max(bytes.end);
    }

    pub(super) fn end(&self) -> u64 {
        self.end
    }

    pub(super) fn num_lines(&self) -> u64 {
        self.spots.len() as u64
    }

    pub(super) fn find(&self, key: &RawKey) -> Option<LogLine> {
        self.spots.get(key).copied()
    }

    pub(super) fn keys_of_content<'a>(&'a self, content: &'a RawKey) -> impl Iterator<Item = RawKey> + 'a {
        let with = self.spots.iter().filter(|(_, spot)| spot.content == Some(*content));
        with.map(|(key, _)| *key)
    }

    /// Everything that was read, in the order of the keys.
    pub(super) fn sorted(&self) -> Vec<(RawKey, LogLine)> {
        let mut spots: Vec<(RawKey, LogLine)> = self.spots.iter().map(|(key, spot)| (*key, *spot)).collect();
        spots.sort_unstable_by_key(|(key, _)| *key);
        spots
    }
}
