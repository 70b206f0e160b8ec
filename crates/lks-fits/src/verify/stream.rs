//! One pass over all bytes: the walk and the sums together, from a plain or gzip stream.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use super::bytes::{Counted, fill, zeros};
use super::cursor::FileCursor;
use super::sums::conclude;
use super::{Finding, HduReport, Oddity, Report, finish};
use crate::checksum::Sum;
use crate::gzip::{GZIP, most_unpacked, too_much};
use crate::walk::{Found, Keep, Step, Walk};
use crate::{BLOCK, DamageReason, Error};

/// Bytes read at once.
pub(super) const CHUNK: usize = 88 * BLOCK as usize;

/// A reader of which the walk knows how far it is.
pub(super) struct Pass<'a> {
    source: Box<dyn Read + 'a>,
    /// A plain file, parts of which can be read at once.
    file: Option<FileCursor<'a>>,
    /// Compressed bytes taken, if the stream is compressed.
    compressed: Option<Rc<Cell<u64>>>,
    with_sums: bool,
    offset: u64,
    chunk: Vec<u8>,
}

/// How reading went on.
enum Stop {
    Damage(Finding),
    Error(Error),
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
        Ok(Self {
            source,
            file: None,
            compressed,
            with_sums,
            offset: 0,
            chunk: vec![0; CHUNK],
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
        let gzip = self.compressed.is_some();
        let mut report = Report {
            hdus: Vec::new(),
            size: 0,
            gzip,
            damage: Vec::new(),
            oddities: Vec::new(),
        };
        let mut walk = Walk::new(Keep::Structure);
        match self.walk(&mut walk, &mut report) {
            Ok(()) => Ok(report),
            Err(Stop::Damage(finding)) => {
                report.size = self.offset;
                report.damage.push(finding);
                Ok(report)
            }
            Err(Stop::Error(error)) => Err(error),
        }
    }

    fn walk(&mut self, walk: &mut Walk, report: &mut Report) -> Result<(), Stop> {
        let mut sum = Sum::default();
        let mut block = [0; BLOCK as usize];
        loop {
            let num_bytes = self.read(&mut block, walk.index())?;
            if num_bytes == 0 {
                break;
            }
            if self.with_sums {
                sum.add(&block[..num_bytes]);
            }
            match walk.block(&block[..num_bytes])? {
                Step::More => {}
                Step::Hdu(found) => {
                    let header = std::mem::take(&mut sum);
                    let data = self.data(&found)?;
                    match self.with_sums {
                        true => conclude(*found, header, data, report),
                        false => report.hdus.push(HduReport {
                            info: found.info,
                            sums: None,
                        }),
                    }
                }
                Step::Trailing => {
                    let start = walk.offset();
                    self.trailing(&block[..num_bytes], walk)?;
                    report.oddities.push(Oddity::TrailingZeros {
                        num_bytes: self.offset - start,
                    });
                    break;
                }
            }
        }
        report.size = self.offset;
        Ok(finish(walk, report)?)
    }

    /// Reads the data of an HDU and their padding.
    fn data(&mut self, found: &Found) -> Result<Sum, Stop> {
        if let Some(file) = &self.file
            && self.with_sums
            // What cannot be read is found again below, where the place is known.
            && let Some(sum) = file.sum(found.info.data_span)
        {
            self.offset += found.info.data_span;
            return Ok(sum);
        }
        let mut sum = Sum::default();
        let mut left = found.info.data_span;
        let mut chunk = std::mem::take(&mut self.chunk);
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            let num_bytes = self.read(&mut chunk[..wanted], found.info.index)?;
            if self.with_sums {
                sum.add(&chunk[..num_bytes]);
            }
            if num_bytes < wanted {
                let reason = DamageReason::DataCut {
                    expected_end: found.info.end(),
                    file_size: self.offset,
                };
                return Err(Stop::Damage(Finding {
                    hdu: found.info.index,
                    offset: found.info.data_offset,
                    reason,
                }));
            }
            left -= num_bytes as u64;
        }
        self.chunk = chunk;
        Ok(sum)
    }

    fn trailing(&mut self, first: &[u8], walk: &Walk) -> Result<(), Stop> {
        let damage = |reason| {
            Stop::Damage(Finding {
                hdu: walk.index(),
                offset: walk.offset(),
                reason,
            })
        };
        let mut chunk = std::mem::take(&mut self.chunk);
        let mut bytes = first;
        loop {
            zeros(bytes).map_err(damage)?;
            let num_bytes = self.read(&mut chunk, walk.index())?;
            if num_bytes == 0 {
                return Ok(());
            }
            bytes = &chunk[..num_bytes];
        }
    }

    /// Fills `buffer` unless the stream ends before.
    fn read(&mut self, buffer: &mut [u8], hdu: usize) -> Result<usize, Stop> {
        let gzip = |detail: String, offset| {
            Stop::Damage(Finding {
                hdu,
                offset,
                reason: DamageReason::Gzip { detail },
            })
        };
        let mut num_bytes = 0;
        while num_bytes < buffer.len() {
            match self.source.read(&mut buffer[num_bytes..]) {
                Ok(0) => break,
                Ok(more) => num_bytes += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if self.compressed.is_some() && is_damage(&error) => {
                    self.offset += num_bytes as u64;
                    let detail = match error.kind() {
                        io::ErrorKind::UnexpectedEof => "the compressed file is cut off".to_owned(),
                        _ => error.to_string(),
                    };
                    return Err(gzip(detail, self.offset));
                }
                Err(error) => {
                    return Err(Stop::Error(Error::local(
                        format!("read at byte {}", self.offset),
                        error,
                    )));
                }
            }
        }
        self.offset += num_bytes as u64;
        if let Some(taken) = &self.compressed
            && self.offset > most_unpacked(taken.get())
        {
            return Err(gzip(too_much(taken.get()), self.offset));
        }
        Ok(num_bytes)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Damaged { hdu, offset, reason } => Self::Damage(Finding { hdu, offset, reason }),
            other => Self::Error(other),
        }
    }
}

/// Errors of the decoder that are about the bytes, not about the reader below it.
fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
    )
}
