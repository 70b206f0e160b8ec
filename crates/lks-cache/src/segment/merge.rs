//! Several segments read as one: of each key its newest line, in the order of the keys, with memory for a line of each.

use std::io;
use std::sync::Arc;

use super::line::{self, Head};
use super::lines::Lines;
use super::log::LogLine;
use super::{Form, Handle, Segment};
use crate::key::RawKey;

/// A line that counts.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) head: Head,
    pub(crate) text: Vec<u8>,
    /// The number of its segment in [`Merge::files`], and where it lies there.
    pub(crate) file: usize,
    pub(crate) offset: u64,
}

/// The lines of one segment in the order of their keys.
#[derive(Debug)]
struct Source {
    file: Arc<Handle>,
    number: usize,
    order: Order,
    next: Option<Item>,
    /// Lines that the segment has, and those that were read.
    expected: u64,
    num_read: u64,
}

#[derive(Debug)]
enum Order {
    /// As they lie in the file.
    OfFile(Lines),
    /// As they were found in a log.
    OfKeys(std::vec::IntoIter<(RawKey, LogLine)>),
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Merge {
    sources: Vec<Source>,
    is_begun: bool,
}

impl Merge {
    /// Of these segments, as far as they were read.
    pub(super) fn new<'a>(segments: impl IntoIterator<Item = &'a Segment>) -> Self {
        let sources = segments.into_iter().enumerate().map(|(number, segment)| Source {
            file: segment.file.clone(),
            number,
            order: match &segment.form {
                Form::Sorted(sorted) => Order::OfFile(Lines::new(segment.file.clone(), 0..sorted.num_bytes())),
                Form::Log(log) => Order::OfKeys(log.sorted().into_iter()),
            },
            next: None,
            expected: segment.num_lines(),
            num_read: 0,
        });
        Self {
            sources: sources.collect(),
            is_begun: false,
        }
    }

    /// The newest line of the next key, which may be a removal.
    pub(crate) fn next(&mut self) -> io::Result<Option<Item>> {
        if !self.is_begun {
            self.is_begun = true;
            for source in &mut self.sources {
                source.advance(None)?;
            }
        }
        let keys = self
            .sources
            .iter()
            .filter_map(|source| source.next.as_ref().map(|item| item.head.key));
        let Some(key) = keys.min() else {
            return Ok(None);
        };
        let mut best: Option<(Item, Arc<str>)> = None;
        for source in &mut self.sources {
            if source.next.as_ref().is_none_or(|item| item.head.key != key) {
                continue;
            }
            let taken = source.next.take();
            source.advance(Some(key))?;
            let name = source.file.name().clone();
            best = match (best, taken) {
                (None, taken) => taken.map(|item| (item, name)),
                (Some((known, of)), Some(item))
                    if (known.head.moment, &of, known.offset) < (item.head.moment, &name, item.offset) =>
                {
                    Some((item, name))
                }
                (best, _) => best,
            };
        }
        Ok(best.map(|(item, _)| item))
    }

    /// The files of its segments.
    pub(crate) fn files(&self) -> impl Iterator<Item = Arc<Handle>> {
        self.sources.iter().map(|source| source.file.clone())
    }

    /// How many lines there are at most.
    pub(crate) fn num_lines(&self) -> u64 {
        self.sources.iter().map(|source| source.expected).sum()
    }

    /// Segments that were read to their end and gave fewer lines than they have.
    pub(crate) fn damaged(&self) -> impl Iterator<Item = &str> {
        let damaged = self.sources.iter().filter(|source| source.num_read < source.expected);
        damaged.map(|source| &**source.file.name())
    }
}

impl Source {
    /// Goes to the next intact line after `last`. One out of order was not written by a compaction, and is passed over.
    fn advance(&mut self, last: Option<RawKey>) -> io::Result<()> {
        let in_order = |head: &Head| last.is_none_or(|last| head.key > last);
        loop {
            let found = match &mut self.order {
                Order::OfFile(lines) => match lines.next()? {
                    None => break,
                    Some((offset, text)) => line::head_of(text).map(|head| Item {
                        head,
                        text: text.to_vec(),
                        file: self.number,
                        offset,
                    }),
                },
                Order::OfKeys(spots) => match spots.next() {
                    None => break,
                    Some((key, spot)) => self.file.read_line(spot.offset, spot.length)?.and_then(|text| {
                        let head = line::head_of(&text).filter(|head| head.key == key && head.moment == spot.moment)?;
                        let (file, offset) = (self.number, spot.offset);
                        Some(Item {
                            head,
                            text,
                            file,
                            offset,
                        })
                    }),
                },
            };
            if let Some(item) = found.filter(|item| in_order(&item.head)) {
                self.num_read += 1;
                self.next = Some(item);
                return Ok(());
            }
        }
        self.next = None;
        Ok(())
    }
}
