//! A sorted segment: lines in the order of their keys, an index by key, an index by content, and a last block that says where these lie.
//!
//! ```text
//! lines      as in a log, in the order of their keys; line feeds up to a multiple of 4096 bytes
//! by key     blocks that lead from the key of a line to it
//! by content blocks that lead from the SHA-256 of a content to the lines that name it
//! last block a line with spaces before its line feed: {"v":2,"lines":…,"contents":…,"bytes":…}
//! ```
//!
//! It is written once, synced, and never changed. Everything in it is checked when it is read.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use serde::{Deserialize, Serialize};

use super::line::{self, Head};
use super::tree::{self, BLOCK, Entry, Kept, Tree, prefix_of};
use super::{read_line, read_whole};
use crate::key::RawKey;

/// So many lines with one content are found by it; nobody has so many addresses of one content.
const MOST_OF_ONE_CONTENT: usize = 1 << 14;
const WRITE_BYTES: usize = 1 << 20;

/// What the last block says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Summary {
    v: u32,
    lines: u64,
    contents: u64,
    bytes: u64,
}

/// A sorted segment that is being read.
#[derive(Debug)]
pub(super) struct Sorted {
    num_bytes: u64,
    by_key: Tree,
    by_content: Tree,
    kept_by_key: Kept,
    kept_by_content: Kept,
}

/// A line that an index led to.
#[derive(Debug)]
pub(super) struct FoundLine {
    pub(super) head: Head,
    pub(super) offset: u64,
    pub(super) text: Vec<u8>,
}

impl Summary {
    fn trees(&self) -> Option<(Tree, Tree)> {
        let first_block = self.bytes.div_ceil(BLOCK as u64);
        let by_key = Tree {
            first_block,
            num_entries: self.lines,
        };
        let by_content = Tree {
            first_block: by_key.end(),
            num_entries: self.contents,
        };
        // A line has more bytes than its entries, so no number that is true makes these sums overflow.
        (self.v == 2 && self.lines <= self.bytes && self.contents <= self.lines).then_some((by_key, by_content))
    }
}

impl Sorted {
    /// Reads the last block; `None` if it is not that of a whole sorted segment.
    pub(super) fn open(file: &File) -> io::Result<Option<Self>> {
        let size = file.metadata()?.len();
        let Some(start) = size.checked_sub(BLOCK as u64) else {
            return Ok(None);
        };
        let mut block = [0; BLOCK];
        if !read_whole(file, &mut block, start)? {
            return Ok(None);
        }
        let summary = line::json_of(&block).and_then(|json| serde_json::from_slice::<Summary>(json).ok());
        let Some((summary, (by_key, by_content))) = summary
            .filter(|summary| summary.bytes <= size)
            .and_then(|summary| summary.trees().map(|trees| (summary, trees)))
        else {
            return Ok(None);
        };
        let is_whole = by_content.end().checked_mul(BLOCK as u64) == Some(start);
        Ok(is_whole.then(|| Self {
            num_bytes: summary.bytes,
            by_key,
            by_content,
            kept_by_key: Kept::default(),
            kept_by_content: Kept::default(),
        }))
    }

    /// Bytes of its lines.
    pub(super) fn num_bytes(&self) -> u64 {
        self.num_bytes
    }

    pub(super) fn num_lines(&self) -> u64 {
        self.by_key.num_entries
    }

    /// The line of a key. `Err(Damaged)`: an index or a line is not as it was written.
    pub(super) fn find(&mut self, file: &File, key: &RawKey) -> io::Result<Result<Option<FoundLine>, Damaged>> {
        let entries = self.by_key.find(file, &mut self.kept_by_key, &prefix_of(key), 2);
        let Some(entries) = entries? else {
            return Ok(Err(Damaged));
        };
        for entry in entries {
            match self.line_at(file, entry)? {
                Ok(line) if line.head.key == *key => return Ok(Ok(Some(line))),
                Ok(line) if prefix_of(&line.head.key) == entry.prefix => {}
                Ok(_) | Err(Damaged) => return Ok(Err(Damaged)),
            }
        }
        Ok(Ok(None))
    }

    /// Keys whose lines name this content.
    pub(super) fn keys_of_content(
        &mut self,
        file: &File,
        content: &RawKey,
    ) -> io::Result<Result<Vec<RawKey>, Damaged>> {
        let (kept, prefix) = (&mut self.kept_by_content, prefix_of(content));
        let Some(entries) = self.by_content.find(file, kept, &prefix, MOST_OF_ONE_CONTENT)? else {
            return Ok(Err(Damaged));
        };
        let mut keys = Vec::new();
        for entry in entries {
            match self.line_at(file, entry)? {
                Ok(FoundLine { head, .. }) => match head.content {
                    Some(named) if named == *content => keys.push(head.key),
                    Some(named) if prefix_of(&named) == prefix => {}
                    Some(_) | None => return Ok(Err(Damaged)),
                },
                Err(Damaged) => return Ok(Err(Damaged)),
            }
        }
        Ok(Ok(keys))
    }

    fn line_at(&self, file: &File, entry: Entry) -> io::Result<Result<FoundLine, Damaged>> {
        let end = entry.offset.checked_add(u64::from(entry.length));
        if end.is_none_or(|end| end > self.num_bytes) {
            return Ok(Err(Damaged));
        }
        let text = read_line(file, entry.offset, entry.length)?;
        let found = text.and_then(|text| {
            Some(FoundLine {
                head: line::head_of(&text)?,
                offset: entry.offset,
                text,
            })
        });
        Ok(found.ok_or(Damaged))
    }
}

/// Something in a sorted segment is not as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged;

/// Writes a sorted segment; lines come in the order of their keys.
#[derive(Debug)]
pub(crate) struct SortedWriter<'a> {
    out: BufWriter<&'a File>,
    num_bytes: u64,
    by_key: Vec<Entry>,
    by_content: Vec<Entry>,
}

impl<'a> SortedWriter<'a> {
    pub(crate) fn new(file: &'a File) -> Self {
        Self {
            out: BufWriter::with_capacity(WRITE_BYTES, file),
            num_bytes: 0,
            by_key: Vec::new(),
            by_content: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, head: &Head, line: &[u8]) -> io::Result<()> {
        let length = u32::try_from(line.len()).map_err(io::Error::other)?;
        let entry = |key: &RawKey| Entry {
            prefix: prefix_of(key),
            offset: self.num_bytes,
            length,
        };
        self.by_key.push(entry(&head.key));
        self.by_content.extend(head.content.as_ref().map(entry));
        self.num_bytes += u64::from(length);
        self.out.write_all(line)
    }

    pub(crate) fn num_lines(&self) -> usize {
        self.by_key.len()
    }

    /// Writes the indexes and the last block; the caller syncs the file.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.by_content.sort_unstable();
        let summary = Summary {
            v: 2,
            lines: self.by_key.len() as u64,
            contents: self.by_content.len() as u64,
            bytes: self.num_bytes,
        };
        let padding = self.num_bytes.next_multiple_of(BLOCK as u64) - self.num_bytes;
        for _ in 0..padding {
            self.out.write_all(b"\n")?;
        }
        let first_block = self.num_bytes.div_ceil(BLOCK as u64);
        let by_key = tree::write(&self.by_key, first_block, &mut self.out)?;
        tree::write(&self.by_content, by_key.end(), &mut self.out)?;
        let json = serde_json::to_string(&summary)?;
        // The checksum, the space after it, and the line feed.
        let width = BLOCK - 18;
        self.out.write_all(&line::line_of(&format!("{json:width$}")))?;
        self.out.flush()
    }
}
