//! The walk and the sums together, over bytes that are handed in as they come.

use std::fmt;

use super::bytes::zeros;
use super::sums::conclude;
use super::{Finding, HduReport, Oddity, Report, finish};
use crate::checksum::Sum;
use crate::walk::{Found, Keep, Step, Walk};
use crate::{BLOCK, DamageReason, Error};

/// Verifies a plain file whose bytes pass by, in order and in pieces of any size; nothing is read again.
///
/// ```
/// use lks_fits::verify::Examiner;
/// use lks_fits::write::{Checksum, Hdu};
///
/// let mut examiner = Examiner::new();
/// for piece in Hdu::primary().checksum(Checksum::Hdu).bytes()?.chunks(1000) {
///     examiner.push(piece);
/// }
/// assert_eq!(examiner.promises_sums(), Some(true));
/// assert!(examiner.finish()?.is_proven());
/// # Ok::<(), lks_fits::Error>(())
/// ```
pub struct Examiner {
    walk: Walk,
    report: Report,
    with_sums: bool,
    offset: u64,
    /// The beginning of a header's block, the rest of which is still to come.
    block: Vec<u8>,
    /// Of the header so far.
    sum: Sum,
    place: Place,
    promises_sums: Option<bool>,
    failure: Option<Error>,
}

/// What the next byte belongs to.
enum Place {
    Header,
    Data {
        found: Box<Found>,
        sum: Sum,
        left: u64,
    },
    /// Behind the last HDU.
    Trailing,
    /// Damage of the structure was found: of the rest nothing can be told.
    Lost,
}

impl Default for Examiner {
    fn default() -> Self {
        Self::new()
    }
}

impl Examiner {
    /// Of a file of which nothing came yet.
    pub fn new() -> Self {
        Self::of(true, false)
    }

    pub(super) fn of(with_sums: bool, gzip: bool) -> Self {
        Self {
            walk: Walk::new(Keep::Structure),
            report: Report {
                hdus: Vec::new(),
                size: 0,
                gzip,
                damage: Vec::new(),
                oddities: Vec::new(),
            },
            with_sums,
            offset: 0,
            block: Vec::new(),
            sum: Sum::default(),
            place: Place::Header,
            promises_sums: None,
            failure: None,
        }
    }

    /// The next bytes of the file.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let num_taken = match &mut self.place {
                Place::Header => self.header(bytes),
                Place::Data { sum, left, .. } => {
                    let num_taken = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    if self.with_sums {
                        sum.add(&bytes[..num_taken]);
                    }
                    *left -= num_taken as u64;
                    num_taken
                }
                Place::Trailing => {
                    self.trailing(bytes);
                    bytes.len()
                }
                Place::Lost => return,
            };
            self.offset += num_taken as u64;
            self.end_data();
            bytes = &bytes[num_taken..];
        }
    }

    /// Whether each header so far has a sum over its HDU; `None` before the end of the first one.
    pub fn promises_sums(&self) -> Option<bool> {
        self.promises_sums
    }

    /// Nothing comes any more: what was found.
    ///
    /// # Errors
    /// The file exceeds a limit of what is read; damage is in the report.
    pub fn finish(mut self) -> Result<Report, Error> {
        if let (Place::Header, false) = (&self.place, self.block.is_empty()) {
            let block = std::mem::take(&mut self.block);
            self.whole_block(&block);
        }
        match &self.place {
            Place::Header => {}
            Place::Data { found, .. } => {
                let info = &found.info;
                let reason = DamageReason::DataCut {
                    expected_end: info.end(),
                    file_size: self.offset,
                };
                self.damage(info.index, info.data_offset, reason);
            }
            Place::Trailing => self.report.oddities.push(Oddity::TrailingZeros {
                num_bytes: self.offset - self.walk.offset(),
            }),
            Place::Lost => {}
        }
        self.report.size = self.offset;
        if !self.is_lost()
            && let Err(error) = finish(&self.walk, &mut self.report)
        {
            self.lose(error);
        }
        match self.failure {
            None => Ok(self.report),
            Some(error) => Err(error),
        }
    }

    /// Whether nothing more can be told of the file.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self.place, Place::Lost)
    }

    /// Bytes to the end of the header's block or of the data; `None` behind the last HDU.
    pub(super) fn num_wanted(&self) -> Option<u64> {
        match &self.place {
            Place::Header => Some(BLOCK - self.block.len() as u64),
            Place::Data { left, .. } => Some(*left),
            Place::Trailing | Place::Lost => None,
        }
    }

    /// Index of the HDU that the next byte belongs to.
    pub(super) fn hdu(&self) -> usize {
        match &self.place {
            Place::Data { found, .. } => found.info.index,
            Place::Header | Place::Trailing | Place::Lost => self.walk.index(),
        }
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// How many bytes of data come next, if all of an HDU's are still to come.
    pub(super) fn data_ahead(&self) -> Option<u64> {
        match &self.place {
            Place::Data { found, left, .. } if *left == found.info.data_span && self.with_sums => Some(*left),
            _ => None,
        }
    }

    /// All data of the HDU at hand have this sum.
    pub(super) fn data(&mut self, of_all: Sum) {
        if let Place::Data { sum, left, .. } = &mut self.place {
            self.offset += std::mem::take(left);
            *sum = of_all;
        }
        self.end_data();
    }

    pub(super) fn damage(&mut self, hdu: usize, offset: u64, reason: DamageReason) {
        self.report.damage.push(Finding { hdu, offset, reason });
        self.place = Place::Lost;
    }

    /// Takes what belongs to the block at hand.
    fn header(&mut self, bytes: &[u8]) -> usize {
        let missing = BLOCK as usize - self.block.len();
        if self.block.is_empty() && bytes.len() >= missing {
            self.whole_block(&bytes[..missing]);
            return missing;
        }
        let num_taken = missing.min(bytes.len());
        self.block.extend_from_slice(&bytes[..num_taken]);
        if num_taken == missing {
            let block = std::mem::take(&mut self.block);
            self.whole_block(&block);
        }
        num_taken
    }

    fn whole_block(&mut self, block: &[u8]) {
        if self.with_sums {
            self.sum.add(block);
        }
        match self.walk.block(block) {
            Ok(Step::More) => {}
            Ok(Step::Hdu(found)) => {
                let is_summed = found
                    .layout
                    .checksum
                    .as_deref()
                    .is_some_and(|card| !card.trim().is_empty());
                self.promises_sums = Some(is_summed && self.promises_sums != Some(false));
                let (sum, left) = (Sum::default(), found.info.data_span);
                self.place = Place::Data { found, sum, left };
            }
            Ok(Step::Trailing) => {
                self.place = Place::Trailing;
                self.trailing(block);
            }
            Err(error) => self.lose(error),
        }
    }

    /// Concludes the HDU if its data came in full.
    fn end_data(&mut self) {
        if !matches!(self.place, Place::Data { left: 0, .. }) {
            return;
        }
        if let Place::Data { found, sum, .. } = std::mem::replace(&mut self.place, Place::Header) {
            let header = std::mem::take(&mut self.sum);
            match self.with_sums {
                true => conclude(*found, header, sum, &mut self.report),
                false => self.report.hdus.push(HduReport {
                    info: found.info,
                    sums: None,
                }),
            }
        }
    }

    fn trailing(&mut self, bytes: &[u8]) {
        if let Err(reason) = zeros(bytes) {
            self.damage(self.walk.index(), self.walk.offset(), reason);
        }
    }

    fn lose(&mut self, error: Error) {
        match error {
            Error::Damaged { hdu, offset, reason } => self.damage(hdu, offset, reason),
            other => {
                self.failure = Some(other);
                self.place = Place::Lost;
            }
        }
    }
}

impl fmt::Debug for Examiner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Examiner")
            .field("offset", &self.offset)
            .field("promises_sums", &self.promises_sums)
            .field("damage", &self.report.damage)
            .finish_non_exhaustive()
    }
}
