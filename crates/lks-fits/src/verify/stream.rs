//! One pass over all bytes of a plain or gzip stream.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use super::Report;
use super::bytes::{Counted, fill};
use super::cursor::FileCursor;
use super::examiner::Examiner;
use crate::gzip::{GZIP, most_unpacked, too_much};
use crate::{BLOCK, DamageReason, Error};

/// Bytes read at once.
pub(super) const CHUNK: usize = 88 * BLOCK as usize;

/// A reader, and what is found out about it.
pub(super) struct Pass<'a> {
    source: Box<dyn Read + 'a>,
    /// A plain file, parts of which can be read at once.
    file: Option<FileCursor<'a>>,
    /// Compressed bytes taken, if the stream is compressed.
    compressed: Option<Rc<Cell<u64>>>,
    examiner: Examiner,
}

impl<'a> Pass<'a> {
    pub(super) fn new(reader: impl Read + 'a, with_sums: bool) -> Result<Self, Error> {
        let taken = Rc::new(Cell::new(0));
        let mut reader = BufReader::with_capacity(
            CHUNK,
            Counted {
                reader,
                taken: taken.clone(),
            },
        );
        let mut magic = [0; 2];
        let num_magic = fill(&mut reader, &mut magic)?;
        let head = io::Cursor::new(magic).take(num_magic as u64);
        let whole = head.chain(reader);
        let (source, compressed): (Box<dyn Read + 'a>, _) = if num_magic == 2 && magic == GZIP {
            (Box::new(MultiGzDecoder::new(whole)), Some(taken))
        } else {
            (Box::new(whole), None)
        };
        let examiner = Examiner::of(with_sums, compressed.is_some());
        Ok(Self {
            source,
            file: None,
            compressed,
            examiner,
        })
    }

    /// Of a file, large data of which are summed up by several threads.
    pub(super) fn of_file(file: &'a File) -> Result<Self, Error> {
        let cursor = FileCursor::start_of(file);
        let mut pass = Self::new(cursor.clone(), true)?;
        if pass.compressed.is_none() {
            cursor.rewind();
            pass.source = Box::new(cursor.clone());
            pass.file = Some(cursor);
        }
        Ok(pass)
    }

    /// Walks to the end, or to the first damage of the structure.
    pub(super) fn run(mut self) -> Result<Report, Error> {
        let mut chunk = vec![0; CHUNK];
        while !self.examiner.is_lost() {
            if let (Some(file), Some(span)) = (&self.file, self.examiner.data_ahead())
                // What cannot be read is found again below, where the place is known.
                && let Some(sum) = file.sum(span)
            {
                self.examiner.data(sum);
                continue;
            }
            let wanted = self.examiner.num_wanted().map(usize::try_from);
            let wanted = wanted.and_then(Result::ok).unwrap_or(CHUNK).min(CHUNK);
            match self.read(&mut chunk[..wanted])? {
                0 => break,
                num_bytes => self.examiner.push(&chunk[..num_bytes]),
            }
        }
        self.examiner.finish()
    }

    /// Reads some bytes; none at the end, and where the compressed stream is damaged.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let num_bytes = loop {
            match self.source.read(buffer) {
                Ok(num_bytes) => break num_bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if self.compressed.is_some() && is_damage(&error) => {
                    let detail = match error.kind() {
                        io::ErrorKind::UnexpectedEof => "the compressed file is cut off".to_owned(),
                        _ => error.to_string(),
                    };
                    self.is_damaged(detail, self.examiner.offset());
                    return Ok(0);
                }
                Err(error) => {
                    let at = self.examiner.offset();
                    return Err(Error::local(format!("read at byte {at}"), error));
                }
            }
        };
        if let Some(taken) = &self.compressed {
            let (offset, taken) = (self.examiner.offset() + num_bytes as u64, taken.get());
            if offset > most_unpacked(taken) {
                self.is_damaged(too_much(taken), offset);
                return Ok(0);
            }
        }
        Ok(num_bytes)
    }

    fn is_damaged(&mut self, detail: String, offset: u64) {
        let (hdu, reason) = (self.examiner.hdu(), DamageReason::Gzip { detail });
        self.examiner.damage(hdu, offset, reason);
    }
}

/// Errors of the decoder that are about the bytes, not about the reader below it.
fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
    )
}
