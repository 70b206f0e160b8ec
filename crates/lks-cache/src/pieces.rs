//! Checksums of what a part holds, piece by piece, so that a piece that was damaged between two runs is known and fetched again.

use std::fs::File;
use std::io;
use std::ops::Range;

use crc32fast::Hasher;

use crate::digest;

/// A range of a file with the CRC-32 of the bytes that belong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) range: Range<u64>,
    crc32: u32,
}

/// Pieces that still grow: what is written is summed as it comes, before it goes to the disk.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    runs: Vec<(Range<u64>, Hasher)>,
}

impl Growing {
    pub(crate) fn add(&mut self, offset: u64, bytes: &[u8]) {
        let end = offset + bytes.len() as u64;
        match self.runs.iter_mut().find(|(range, _)| range.end == offset) {
            Some((range, hasher)) => {
                hasher.update(bytes);
                range.end = end;
            }
            None => {
                let mut hasher = Hasher::new();
                hasher.update(bytes);
                self.runs.push((offset..end, hasher));
            }
        }
    }

    pub(crate) fn total(&self) -> u64 {
        self.runs.iter().map(|(range, _)| range.end - range.start).sum()
    }

    /// The pieces as they are now; what comes later begins others.
    pub(crate) fn take(&mut self) -> Vec<Piece> {
        let runs = std::mem::take(&mut self.runs).into_iter();
        runs.map(|(range, hasher)| Piece {
            range,
            crc32: hasher.finalize(),
        })
        .collect()
    }
}

impl Piece {
    /// Whether the file holds these very bytes.
    pub(crate) fn is_in(&self, file: &File) -> io::Result<bool> {
        let mut hasher = Hasher::new();
        let end = digest::read(file, self.range.clone(), |_, bytes| hasher.update(bytes))?;
        Ok(end == self.range.end && hasher.finalize() == self.crc32)
    }

    /// `0-1048576:9ae0daaf`: first byte, one past the last, checksum.
    pub(crate) fn to_text(&self) -> String {
        format!("{}-{}:{:08x}", self.range.start, self.range.end, self.crc32)
    }

    /// Reads [`Piece::to_text`].
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (range, crc32) = text.split_once(':')?;
        let (start, end) = range.split_once('-')?;
        let crc32 = (crc32.len() == 8).then(|| u32::from_str_radix(crc32, 16).ok())??;
        let range = start.parse().ok()?..end.parse().ok()?;
        Some(Self { range, crc32 })
    }
}

#[cfg(test)]
mod tests;
