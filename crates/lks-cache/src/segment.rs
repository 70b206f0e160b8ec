//! Records in segments: files of self-checksummed lines, of which the newest about a URI holds.
//!
//! ```text
//! <root>/.lks/v2/seg/<name>.log      lines in the order they were written, by one writer, which has it locked
//! <root>/.lks/v2/seg/<name>.done     the same, without a writer
//! <root>/.lks/v2/seg/<name>.sorted   what a compaction made of several: sorted, with indexes
//! <root>/.lks/v2/seg/*.bad           what could not be believed
//! ```
//!
//! A segment that is finished is never changed. Two that say the same do no harm, so that nothing here depends on locks.

mod handle;
mod line;
mod lines;
mod log;
mod merge;
mod sorted;
mod tree;
mod view;

use std::fs::File;
use std::io;
use std::sync::Arc;

pub(crate) use self::handle::Handle;
use self::handle::read_whole;
pub(crate) use self::line::{Head, LONGEST_LINE, Moment, head_of, of_record, of_removal, record_of, record_of_intact};
use self::log::Log;
pub(crate) use self::merge::{Item, Merge};
use self::sorted::Sorted;
pub(crate) use self::sorted::SortedWriter;
pub(crate) use self::view::{Newest, View, names_in};
use crate::key::RawKey;

pub(crate) const LOG: &str = ".log";
pub(crate) const DONE: &str = ".done";
pub(crate) const SORTED: &str = ".sorted";

/// A segment that is open for reading.
#[derive(Debug)]
pub(crate) struct Segment {
    file: Arc<Handle>,
    form: Form,
    /// It is not as it was written.
    is_damaged: bool,
}

#[derive(Debug)]
enum Form {
    Sorted(Sorted),
    Log(Log),
}

/// Where a line lies: the number of its segment's file in a list of them, and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) file: u32,
    pub(crate) offset: u64,
    pub(crate) length: u32,
}

/// Which of two lines about one key holds: the later one, and of equal ones any, but always the same.
type Rank = (Moment, Arc<str>, u64);

/// A line about a key, with its rank.
struct Candidate {
    rank: Rank,
    content: Option<RawKey>,
    text: Option<Vec<u8>>,
    length: u32,
}

impl Segment {
    /// Reads what must be known of it; of a sorted one that is its last block.
    pub(crate) fn open(file: Handle) -> io::Result<Self> {
        let size = file.seen().len();
        let mut segment = Self {
            file: Arc::new(file),
            form: Form::Log(Log::default()),
            is_damaged: false,
        };
        if segment.name().ends_with(SORTED) {
            match segment.file.read_if_whole(Sorted::open)? {
                Some(sorted) => segment.form = Form::Sorted(sorted),
                None => segment.note_damage(),
            }
        }
        segment.read_on(size)?;
        Ok(segment)
    }

    pub(crate) fn name(&self) -> &str {
        self.file.name()
    }

    fn note_damage(&mut self) {
        if !std::mem::replace(&mut self.is_damaged, true) {
            let name = self.name();
            tracing::warn!(name, "a segment of records is damaged; what is intact in it counts");
        }
    }

    /// Whether any of it could not be read so far.
    pub(crate) fn has_failed(&self) -> bool {
        self.file.has_failed()
    }

    pub(crate) fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// The number of lines that count in it.
    pub(crate) fn num_lines(&self) -> u64 {
        match &self.form {
            Form::Sorted(sorted) => sorted.num_lines(),
            Form::Log(log) => log.num_lines(),
        }
    }

    /// Reads what was appended to a log since, which has this size now; a log that is shorter than it was is another one.
    fn read_on(&mut self, size: u64) -> io::Result<()> {
        let Form::Log(log) = &mut self.form else { return Ok(()) };
        if size < log.end() {
            *log = Log::default();
        }
        if size > log.end() && log.read_on(&self.file, size)? {
            self.note_damage();
        }
        Ok(())
    }

    /// Files a line that this process has just appended.
    pub(crate) fn note(&mut self, head: &Head, offset: u64, length: usize) {
        if let Form::Log(log) = &mut self.form {
            log.add(head, offset..offset + length as u64);
        }
    }

    /// From here on it is read line by line, because an index or a line is not as it was written.
    fn distrust(&mut self) -> io::Result<()> {
        self.note_damage();
        self.form = Form::Log(Log::default());
        let size = self.file.read_with(|file| Ok(file.metadata()?.len()))?;
        self.read_on(size)
    }

    fn find(&mut self, key: &RawKey) -> io::Result<Option<Candidate>> {
        if let Form::Sorted(sorted) = &mut self.form {
            let found = self.file.read_if_whole(|file| Ok(sorted.find(file, key)?.ok()));
            match found? {
                Some(found) => {
                    return Ok(found.map(|found| Candidate {
                        rank: (found.head.moment, self.file.name().clone(), found.offset),
                        content: found.head.content,
                        text: Some(found.text),
                        length: 0,
                    }));
                }
                None => self.distrust()?,
            }
        }
        let Form::Log(log) = &self.form else { return Ok(None) };
        Ok(log.find(key).map(|spot| Candidate {
            rank: (spot.moment, self.file.name().clone(), spot.offset),
            content: spot.content,
            text: None,
            length: spot.length,
        }))
    }

    fn keys_of_content(&mut self, content: &RawKey) -> io::Result<Vec<RawKey>> {
        if let Form::Sorted(sorted) = &mut self.form {
            let keys = self
                .file
                .read_if_whole(|file| Ok(sorted.keys_of_content(file, content)?.ok()));
            match keys? {
                Some(keys) => return Ok(keys),
                None => self.distrust()?,
            }
        }
        let Form::Log(log) = &self.form else {
            return Ok(Vec::new());
        };
        Ok(log.keys_of_content(content).collect())
    }

    /// The text of a line of a log, or `None` if it is another one by now.
    fn text_at(&self, key: &RawKey, rank: &Rank, length: u32) -> io::Result<Option<Vec<u8>>> {
        let text = self.file.read_line(rank.2, length)?;
        Ok(text.filter(|text| head_of(text).is_some_and(|head| head.key == *key && head.moment == rank.0)))
    }
}

/// Reads a line whose place is known; `None` if it is not there to be read.
fn read_line(file: &File, offset: u64, length: u32) -> io::Result<Option<Vec<u8>>> {
    let length = length as usize;
    if length > LONGEST_LINE {
        return Ok(None);
    }
    let mut text = vec![0; length];
    Ok(read_whole(file, &mut text, offset)?.then_some(text))
}

#[cfg(test)]
mod tests;
