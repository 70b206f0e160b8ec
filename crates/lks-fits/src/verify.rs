//! Is a file whole? Structure, sums and gzip's own check, over one pass of a reader; memory is bounded whatever the bytes are.
//!
//! ```
//! use lks_fits::write::{Checksum, Hdu};
//! use lks_fits::{Error, DamageReason, verify};
//!
//! let mut bytes = Hdu::primary().checksum(Checksum::Hdu).bytes()?;
//! assert_eq!(verify::file(&bytes[..])?.hdus.len(), 1);
//! bytes[2000] ^= 1;
//! let error = verify::file(&bytes[..]).unwrap_err();
//! assert!(matches!(error, Error::Damaged { hdu: 0, reason: DamageReason::Checksum { .. }, .. }));
//! # Ok::<(), lks_fits::Error>(())
//! ```

mod bytes;
mod cursor;
mod examiner;
#[cfg(feature = "object-store")]
mod location;
mod proof;
mod stream;
mod sums;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::walk::{Keep, Step, Walk};
use crate::{BLOCK, DamageReason, Error, HduInfo, Header};

pub use examiner::Examiner;
#[cfg(feature = "object-store")]
pub use location::examine_location;
pub use proof::Proof;
use stream::Pass;

/// What was found out about a file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// Every HDU that could be walked, in order.
    pub hdus: Vec<HduReport>,
    /// Bytes of the FITS file, decompressed.
    pub size: u64,
    /// Whether the file was gzip; in a whole file its CRC32 and size are right too.
    pub gzip: bool,
    /// What makes the file damaged, in the order of the file; empty for a whole file.
    pub damage: Vec<Finding>,
    /// What is odd and yet no damage.
    pub oddities: Vec<Oddity>,
}

/// One HDU of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HduReport {
    /// Where it is in the file, and what it is.
    pub info: HduInfo,
    /// The sums, if they were computed and the HDU is there in full.
    pub sums: Option<Sums>,
}

/// The sums of one HDU and what its cards say about them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sums {
    /// Ones-complement sum over the whole HDU, padding included; `ffffffff` if a `CHECKSUM` card was right.
    pub hdu: u32,
    /// Ones-complement sum over the data with their padding.
    pub data: u32,
    /// Text of the `CHECKSUM` card.
    pub checksum_card: Option<String>,
    /// Text of the `DATASUM` card.
    pub datasum_card: Option<String>,
    /// State of `CHECKSUM`.
    pub checksum: SumState,
    /// State of `DATASUM`.
    pub datasum: SumState,
}

/// What a checksum card says. Closed on purpose: a card is right, wrong or missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumState {
    /// The card is there and right.
    Valid,
    /// The card is there and wrong.
    Invalid,
    /// There is no such card, or it is empty: nothing to verify. Not a fault.
    NotPresent,
}

/// One piece of damage.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Index of the HDU.
    pub hdu: usize,
    /// Byte of the decompressed file.
    pub offset: u64,
    /// What is wrong.
    pub reason: DamageReason,
}

/// Something odd that leaves the file usable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Oddity {
    /// Zeros after the last HDU.
    TrailingZeros {
        /// How many.
        num_bytes: u64,
    },
    /// Header text that is not printable ASCII, against the standard.
    OddHeaderBytes {
        /// How many.
        num_bytes: u64,
    },
    /// Fewer extensions than `NEXTEND` of the primary header announces, in a file that ends where an HDU ends. The FITS standard does not
    /// know the keyword, and publishers have it wrong; that something is missing, only the file's size or hash can tell.
    HdusMissing {
        /// Extensions announced.
        announced: u64,
        /// Extensions found.
        found: u64,
    },
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TrailingZeros { num_bytes } => {
                write!(f, "{num_bytes} zero bytes after the last HDU; they do no harm")
            }
            Self::OddHeaderBytes { num_bytes } => write!(f, "{num_bytes} header bytes are not printable ASCII"),
            Self::HdusMissing { announced, found } => {
                write!(
                    f,
                    "the primary header announces {announced} extensions (NEXTEND), the file has {found}"
                )
            }
        }
    }
}

impl Report {
    /// Whether no damage was found.
    pub fn is_whole(&self) -> bool {
        self.damage.is_empty()
    }

    /// Whether right sums speak for every byte of the file.
    pub fn is_proven(&self) -> bool {
        self.is_whole() && self.proof().unproven.is_empty()
    }

    /// What ended the walk before the end of the file; all other damage is a sum that the bytes do not have.
    pub fn broken(&self) -> Option<&Finding> {
        self.damage.iter().find(|finding| finding.hdu >= self.hdus.len())
    }

    /// The report of a whole file.
    ///
    /// # Errors
    /// The first damage.
    pub fn into_result(self) -> Result<Self, Error> {
        match self.damage.first() {
            None => Ok(self),
            Some(Finding { hdu, offset, reason }) => Err(Error::Damaged {
                hdu: *hdu,
                offset: *offset,
                reason: reason.clone(),
            }),
        }
    }
}

/// Verifies structure and sums of a FITS file, plain or gzip; `Ok` only if it is complete.
///
/// # Errors
/// The first damage, or that the reader failed. A missing sum is not an error.
pub fn file(reader: impl Read) -> Result<Report, Error> {
    examine(reader)?.into_result()
}

/// As [`file()`], but damage is in the report: for showing all of it.
///
/// # Errors
/// That the reader failed.
pub fn examine(reader: impl Read) -> Result<Report, Error> {
    Pass::new(reader, true)?.run()
}

/// As [`examine`] of a file on a disk: large data are summed up by several threads.
///
/// # Errors
/// That the file cannot be read.
pub fn examine_file(file: &File) -> Result<Report, Error> {
    Pass::of_file(file)?.run()
}

/// Verifies the structure only, skipping over the data where the file is not compressed; sums are not looked at.
///
/// `expected_size` is the size of the file as it is on disk, if somebody knows it, as from `Content-Length`.
///
/// # Errors
/// The first damage, or that the reader failed.
pub fn structure(mut reader: impl Read + Seek, expected_size: Option<u64>) -> Result<Report, Error> {
    let failed = |source| Error::local("find the size of the file", source);
    let size = reader.seek(SeekFrom::End(0)).map_err(failed)?;
    if let Some(expected) = expected_size
        && expected != size
    {
        return Err(Error::Damaged {
            hdu: 0,
            offset: size.min(expected),
            reason: DamageReason::Size { expected, found: size },
        });
    }
    reader.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut magic = [0; 2];
    let num_magic = bytes::fill(&mut reader, &mut magic)?;
    reader.seek(SeekFrom::Start(0)).map_err(failed)?;
    if num_magic == 2 && magic == crate::gzip::GZIP {
        return Pass::new(reader, false)?.run()?.into_result();
    }
    hop(reader, size)
}

/// The primary header at the beginning of a file, plain or unpacked by the caller.
///
/// # Errors
/// It does not begin as a FITS file, ends within the header, or the reader failed.
pub fn primary_header(mut reader: impl Read) -> Result<Header, Error> {
    let mut walk = Walk::new(Keep::All);
    let mut block = [0; BLOCK as usize];
    loop {
        let num_bytes = bytes::fill(&mut reader, &mut block)?;
        match walk.block(&block[..num_bytes])? {
            Step::Hdu(found) => return Ok(found.header),
            // A block that is cut is an error of the walk.
            Step::More | Step::Trailing => {}
        }
    }
}

/// Walks a plain file from header to header.
fn hop(mut reader: impl Read + Seek, size: u64) -> Result<Report, Error> {
    let mut walk = Walk::new(Keep::Structure);
    let mut report = Report {
        hdus: Vec::new(),
        size,
        gzip: false,
        damage: Vec::new(),
        oddities: Vec::new(),
    };
    let mut block = [0; BLOCK as usize];
    while walk.offset() < size {
        if walk.at_start() {
            reader
                .seek(SeekFrom::Start(walk.offset()))
                .map_err(|source| Error::local("seek to the next HDU", source))?;
        }
        let num_bytes = bytes::fill(&mut reader, &mut block)?;
        match walk.block(&block[..num_bytes])? {
            Step::More => {}
            Step::Hdu(found) => {
                if found.info.end() > size {
                    let reason = DamageReason::DataCut {
                        expected_end: found.info.end(),
                        file_size: size,
                    };
                    return Err(Error::Damaged {
                        hdu: found.info.index,
                        offset: found.info.data_offset,
                        reason,
                    });
                }
                report.hdus.push(HduReport {
                    info: found.info,
                    sums: None,
                });
            }
            Step::Trailing => {
                bytes::only_zeros(&mut reader, &block[..num_bytes])
                    .and_then(|outcome| outcome.map_err(|reason| walk.damage(walk.offset(), reason)))?;
                report.oddities.push(Oddity::TrailingZeros {
                    num_bytes: size - walk.offset(),
                });
                break;
            }
        }
    }
    finish(&walk, &mut report)?;
    Ok(report)
}

/// Judges the end of the walk.
fn finish(walk: &Walk, report: &mut Report) -> Result<(), Error> {
    if walk.num_odd_bytes() > 0 {
        report.oddities.push(Oddity::OddHeaderBytes {
            num_bytes: walk.num_odd_bytes(),
        });
    }
    if let Some((announced, found)) = walk.fewer_than_announced() {
        report.oddities.push(Oddity::HdusMissing { announced, found });
    }
    walk.end(report.size)
}
