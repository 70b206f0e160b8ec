//! The walk over a file's HDUs, one header block at a time. Decides which byte is needed next and what the blocks mean; the
//! drivers (stream, file, ranges) fetch them.

#[cfg(test)]
mod tests;

use crate::card::CARD;
use crate::header::Header;
use crate::layout::{HduInfo, Layout, is_structural};
use crate::{BLOCK, DamageReason, Error};

/// Longest header that is read: 200,000 cards.
const MAX_HEADER: u64 = 5556 * BLOCK;
/// Most bytes of headers of which all cards are kept in memory.
const MAX_KEPT: u64 = 20 << 20;
/// Most HDUs that are listed.
const MAX_HDUS: usize = 32_768;

/// Which cards of a header are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    All,
    /// Only those that decide the structure, so that memory stays small.
    Structure,
}

/// What a block turned out to be.
#[derive(Debug)]
pub(crate) enum Step {
    /// Part of a header; the next block is needed.
    More,
    /// The last block of a header.
    Hdu(Box<Found>),
    /// Not the start of an HDU: what follows must be nothing but zeros.
    Trailing,
}

/// A complete header and where its HDU lies.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) info: HduInfo,
    pub(crate) layout: Layout,
    pub(crate) header: Header,
}

/// State of the walk.
#[derive(Debug)]
pub(crate) struct Walk {
    keep: Keep,
    index: usize,
    header_offset: u64,
    offset: u64,
    header: Header,
    num_cards: usize,
    num_extensions: Option<u64>,
    num_odd_bytes: u64,
    odd_sum: Option<DamageReason>,
    num_kept: u64,
}

impl Walk {
    pub(crate) fn new(keep: Keep) -> Self {
        Self {
            keep,
            index: 0,
            header_offset: 0,
            offset: 0,
            header: Header::default(),
            num_cards: 0,
            num_extensions: None,
            num_odd_bytes: 0,
            odd_sum: None,
            num_kept: 0,
        }
    }

    /// Byte of the file where the next block is needed.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Index of the HDU that the next block belongs to.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// Whether the next block starts a header.
    pub(crate) fn at_start(&self) -> bool {
        self.offset == self.header_offset
    }

    /// Bytes in values and comments that are not printable ASCII, against the standard.
    pub(crate) fn num_odd_bytes(&self) -> u64 {
        self.num_odd_bytes
    }

    /// Takes the block at [`Self::offset`]: 2880 bytes, or fewer where the file ends.
    pub(crate) fn block(&mut self, block: &[u8]) -> Result<Step, Error> {
        if self.at_start() {
            if self.index == 0 {
                check_start(block).map_err(|reason| self.damage(self.offset, reason))?;
            } else if !block.starts_with(b"XTENSION") {
                return Ok(Step::Trailing);
            }
            if self.index >= MAX_HDUS {
                return Err(self.beyond_limit(format!(
                    "more than {MAX_HDUS} HDUs of one file; split the file to read the rest"
                )));
            }
        }
        if self.keep == Keep::All {
            self.num_kept += BLOCK;
            if self.num_kept > MAX_KEPT {
                return Err(self.beyond_limit(format!(
                    "more than {MAX_KEPT} bytes of headers of one file; ask for an HDU before this one"
                )));
            }
        }
        let (images, _) = block.as_chunks::<CARD>();
        for (number, image) in images.iter().enumerate() {
            let offset = self.offset + (number * CARD) as u64;
            self.check_bytes(image)
                .map_err(|(column, byte)| self.damage(offset + column as u64, DamageReason::NotText { byte }))?;
            if is_one_bit_off(image) {
                let found = String::from_utf8_lossy(&image[..8]).into_owned();
                self.odd_sum = Some(DamageReason::BadValue {
                    keyword: "the keyword of a sum".to_owned(),
                    found,
                });
            }
            if is_end(image) {
                if (block.len() as u64) < BLOCK {
                    break;
                }
                return self.finish().map(|found| Step::Hdu(Box::new(found)));
            }
            self.take(image);
        }
        self.offset += block.len() as u64;
        if (block.len() as u64) < BLOCK {
            return Err(self.damage(self.offset, DamageReason::HeaderCut { file_size: self.offset }));
        }
        if self.offset - self.header_offset >= MAX_HEADER {
            return Err(self.damage(self.header_offset, DamageReason::HeaderTooLong { limit: MAX_HEADER }));
        }
        Ok(Step::More)
    }

    /// Says whether the file may end at byte `file_size`, where no further block is.
    pub(crate) fn end(&self, file_size: u64) -> Result<(), Error> {
        if self.index == 0 && self.at_start() {
            return Err(self.damage(0, DamageReason::Empty));
        }
        if !self.at_start() {
            return Err(self.damage(file_size, DamageReason::HeaderCut { file_size }));
        }
        Ok(())
    }

    /// How many extensions `NEXTEND` announces and how many there are, if there are fewer. The keyword is not one of the standard's, and
    /// genuine files have it wrong: a file that ends where an HDU ends is not damaged by it.
    pub(crate) fn fewer_than_announced(&self) -> Option<(u64, u64)> {
        let found = (self.index as u64).checked_sub(1)?;
        let announced = self.num_extensions.filter(|&announced| announced > found)?;
        Some((announced, found))
    }

    /// An error about the HDU at hand.
    pub(crate) fn damage(&self, offset: u64, reason: DamageReason) -> Error {
        Error::Damaged {
            hdu: self.index,
            offset,
            reason,
        }
    }

    /// What is not read although it may be right.
    fn beyond_limit(&self, what: String) -> Error {
        Error::Unsupported { hdu: self.index, what }
    }

    fn take(&mut self, image: &[u8; CARD]) {
        if self.keep == Keep::All || is_structural(&image[..8]) {
            self.header.push(image);
        } else if !image.starts_with(b"CONTINUE") {
            self.num_cards += 1;
        }
    }

    fn check_bytes(&mut self, image: &[u8; CARD]) -> Result<(), (usize, u8)> {
        // Almost every image is clean, and this test is quick.
        if image.iter().all(|byte| (0x20..0x7f).contains(byte)) {
            return Ok(());
        }
        for (column, &byte) in image.iter().enumerate() {
            let printable = (0x20..0x7f).contains(&byte);
            if !printable && (column < 8 || byte == 0) {
                return Err((column, byte));
            }
            self.num_odd_bytes += u64::from(!printable);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Found, Error> {
        let header = std::mem::take(&mut self.header);
        let num_cards = std::mem::take(&mut self.num_cards) + header.cards().len();
        let mut layout =
            Layout::of(header.cards(), self.index).map_err(|reason| self.damage(self.header_offset, reason))?;
        layout.odd_sum = layout.odd_sum.or(self.odd_sum.take());
        let data_offset = self.offset + BLOCK;
        let data_span = layout.data_size.next_multiple_of(BLOCK);
        let too_large = |walk: &Self| walk.damage(walk.header_offset, DamageReason::TooLarge);
        let end = data_offset
            .checked_add(data_span)
            .filter(|&end| i64::try_from(end).is_ok())
            .ok_or_else(|| too_large(self))?;
        let info = HduInfo {
            index: self.index,
            name: layout.name.clone(),
            version: layout.version,
            kind: layout.kind.clone(),
            num_cards,
            shape: layout.shape.clone(),
            header_offset: self.header_offset,
            data_offset,
            data_span,
            data_size: layout.data_size,
        };
        if self.index == 0 {
            self.num_extensions = layout.num_extensions;
        }
        self.index += 1;
        self.header_offset = end;
        self.offset = end;
        Ok(Found { info, layout, header })
    }
}

fn is_end(image: &[u8; CARD]) -> bool {
    image.starts_with(b"END") && image[3..].iter().all(|&byte| byte == b' ')
}

/// A flipped bit in the keyword of a sum would make the sum vanish, and with it the only proof of damage.
fn is_one_bit_off(image: &[u8; CARD]) -> bool {
    let found = image.first_chunk().map_or(0, |bytes| u64::from_ne_bytes(*bytes));
    let num_bits = |keyword: &[u8; 8]| (found ^ u64::from_ne_bytes(*keyword)).count_ones();
    num_bits(b"CHECKSUM") == 1 || num_bits(b"DATASUM ") == 1
}

fn check_start(block: &[u8]) -> Result<(), DamageReason> {
    if block.is_empty() {
        return Err(DamageReason::Empty);
    }
    let expected = &b"SIMPLE  ="[..block.len().min(9)];
    if block.starts_with(expected) {
        Ok(())
    } else {
        Err(DamageReason::NotFits {
            starts_with: excerpt(block),
        })
    }
}

/// The first bytes as text for a message.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned()
}
