//! The lines of a file from some offset on, one after the other. What is too long for a line is passed over without being kept.

use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::Handle;
use super::handle::is_unreadable;
use super::line::LONGEST_LINE;

const READ_BYTES: usize = 128 * 1024;
/// Where something cannot be read, pieces of this size are tried, and so many that cannot be read are passed over.
const BLOCK: usize = 4096;
const MOST_GAPS: usize = 64;

/// Reads whole lines of a file that others may be appending to.
#[derive(Debug)]
pub(super) struct Lines {
    file: Arc<Handle>,
    /// What is still to be read.
    range: Range<u64>,
    buffer: Vec<u8>,
    /// The part of the buffer that was not given out yet, and where it lies in the file.
    pending: Range<usize>,
    at: u64,
    /// In the middle of what is longer than a line, or cannot be read.
    is_overlong: bool,
    /// Something could not be read as a whole.
    is_broken: bool,
    num_gaps: usize,
}

impl Lines {
    /// The lines of this range of the file, or of less where it is shorter.
    pub(super) fn new(file: Arc<Handle>, range: Range<u64>) -> Self {
        Self {
            file,
            at: range.start,
            range,
            buffer: Vec::new(),
            pending: 0..0,
            is_overlong: false,
            is_broken: false,
            num_gaps: 0,
        }
    }

    /// The next line with its line feed, and its offset; `None` where there is no whole one (yet).
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        loop {
            let unread = &self.buffer[self.pending.clone()];
            match unread.iter().position(|&byte| byte == b'\n') {
                Some(end) => {
                    let (start, offset) = (self.pending.start, self.at);
                    let length = end + 1;
                    self.pass(length);
                    let was_overlong = std::mem::take(&mut self.is_overlong);
                    if !was_overlong && length <= LONGEST_LINE && length > 1 {
                        return Ok(Some((offset, &self.buffer[start..start + length])));
                    }
                }
                None => {
                    if unread.len() >= LONGEST_LINE {
                        self.is_overlong = true;
                        self.pass(unread.len());
                    }
                    if !self.fill()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Where the first byte lies that no whole line has been read of.
    pub(super) fn position(&self) -> u64 {
        self.at
    }

    /// Whether something could not be read and was passed over.
    pub(super) fn has_gaps(&self) -> bool {
        self.num_gaps > 0
    }

    fn pass(&mut self, length: usize) {
        self.pending.start += length;
        self.at += length as u64;
    }

    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.pending.start);
        self.pending = 0..self.buffer.len();
        let left = usize::try_from(self.range.end - self.range.start).unwrap_or(usize::MAX);
        let wanted = left.min(match self.is_broken {
            false => READ_BYTES,
            true => BLOCK - usize::try_from(self.range.start).unwrap_or(0) % BLOCK,
        });
        let old = self.buffer.len();
        self.buffer.resize(old + wanted, 0);
        let read = read_some(&self.file, &mut self.buffer[old..], self.range.start);
        let num_read = *read.as_ref().unwrap_or(&0);
        self.buffer.truncate(old + num_read);
        self.pending.end = self.buffer.len();
        self.range.start += num_read as u64;
        match read {
            Err(error) if is_unreadable(&error) => Ok(self.pass_over(wanted)),
            read => read.map(|num_read| num_read > 0),
        }
    }

    /// Goes on where the disk gives something again; `false` if that is not worth trying.
    fn pass_over(&mut self, wanted: usize) -> bool {
        if !std::mem::replace(&mut self.is_broken, true) && wanted > BLOCK {
            return true;
        }
        self.num_gaps += 1;
        self.range.start = match self.num_gaps < MOST_GAPS {
            true => self.range.start + wanted as u64,
            false => self.range.end,
        };
        self.buffer.clear();
        (self.pending, self.at, self.is_overlong) = (0..0, self.range.start, true);
        self.range.start < self.range.end
    }
}

fn read_some(file: &Handle, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        match file.read_with(|file| file.read_at(buffer, offset)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
