//! A minimal writer: HDUs from cards, columns and big-endian bytes. Decides layout and sums; never touches a file.
//!
//! ```
//! use lks_fits::write::{Cells, Checksum, Column, Hdu};
//!
//! let mut rows = Vec::new();
//! for cadence in 0..10 {
//!     let mut cells = Cells::new(&mut rows);
//!     cells.float64(1325.29 + 0.001 * f64::from(cadence));
//!     cells.int32(cadence);
//! }
//! let table = Hdu::table([Column::new("TIME", "D").unit("BJD - 2457000, days"), Column::new("CADENCENO", "J")], 10)
//!     .card("EXTNAME", "LIGHTCURVE", "name of extension")
//!     .pad_to_blocks(2)
//!     .checksum(Checksum::Hdu);
//! let primary = Hdu::primary().card("OBJECT", "TIC 25155310", "");
//! assert_eq!(table.size(), 2 * 2880 + 2880);
//! let mut file = primary.bytes()?;
//! table.append_to(&mut file, &rows)?;
//! assert_eq!(file.len() as u64, primary.size() + table.size());
//! # Ok::<(), lks_fits::Error>(())
//! ```

mod cells;
mod column;
mod elements;
mod extent;
mod format;
mod image;
mod layout;
mod rows;
#[cfg(test)]
mod tests;

pub use cells::Cells;
pub use column::Column;
pub use image::Pixel;
pub use layout::ascii;
pub use rows::{TableLayout, TableWriter, file_of};

use crate::card::{CARD, Card, CardValue, encode, num_images};
use crate::checksum::{Sum, encode as encode_sum};
use crate::{BLOCK, Error};
use image::image_cards;

/// Cards in a header block.
const CARDS: usize = BLOCK as usize / CARD;

/// Which checksum cards an HDU carries. Closed on purpose: these are the ways in which this crate writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checksum {
    /// None, as K2SFF and QLP files.
    #[default]
    Absent,
    /// `CHECKSUM` only, as the files of the Kepler, K2 and TESS pipelines.
    Hdu,
    /// `DATASUM` and `CHECKSUM`, as astropy and astrocut write them.
    HduAndData,
}

/// One HDU to be written: its header, and how many bytes of data follow.
///
/// The data are given when the bytes are made, so that sizes and headers cost nothing.
#[derive(Debug, Clone)]
pub struct Hdu {
    cards: Vec<Card>,
    data_size: u64,
    /// Index of the `PCOUNT` card.
    pcount: Option<usize>,
    num_cards: usize,
    checksum: Checksum,
    stamp: String,
}

impl Hdu {
    /// A primary HDU without data.
    pub fn primary() -> Self {
        let cards = vec![
            Card::new("SIMPLE", true, "conforms to FITS standards"),
            Card::new("BITPIX", 8, "array data type"),
            Card::new("NAXIS", 0, "number of array dimensions"),
            Card::new("EXTEND", true, "file contains extensions"),
        ];
        Self::with(cards, 0, None)
    }

    /// A primary HDU with an image; axes in FITS order, the fastest first.
    pub fn primary_image(pixel: Pixel, axes: &[u64]) -> Self {
        let mut cards = vec![Card::new("SIMPLE", true, "conforms to FITS standards")];
        let data_size = image_cards(&mut cards, pixel, axes);
        cards.push(Card::new("EXTEND", true, "file contains extensions"));
        Self::with(cards, data_size, None)
    }

    /// An image extension; axes in FITS order, the fastest first.
    pub fn image(pixel: Pixel, axes: &[u64]) -> Self {
        let mut cards = vec![Card::new("XTENSION", "IMAGE", "marks the beginning of a new HDU")];
        let data_size = image_cards(&mut cards, pixel, axes);
        cards.push(Card::new("PCOUNT", 0, "group parameter count (not used)"));
        cards.push(Card::new("GCOUNT", 1, "group count (not used)"));
        Self::with(cards, data_size, None)
    }

    /// A binary table; the data are `num_rows` rows of the columns' cells without gaps, then the heap if one is declared.
    pub fn table(columns: impl IntoIterator<Item = Column>, num_rows: u64) -> Self {
        let columns: Vec<_> = columns.into_iter().collect();
        let width: u64 = columns.iter().map(Column::width).sum();
        let mut cards = vec![
            Card::new("XTENSION", "BINTABLE", "marks the beginning of a new HDU"),
            Card::new("BITPIX", 8, "array data type"),
            Card::new("NAXIS", 2, "number of array dimensions"),
            Card::new("NAXIS1", integer(width), "length of first array dimension"),
            Card::new("NAXIS2", integer(num_rows), "length of second array dimension"),
            Card::new("PCOUNT", 0, "group parameter count (not used)"),
            Card::new("GCOUNT", 1, "group count (not used)"),
            Card::new("TFIELDS", integer(columns.len() as u64), "number of table fields"),
        ];
        for (index, column) in columns.into_iter().enumerate() {
            column.append_cards(index + 1, &mut cards);
        }
        Self::with(cards, width.saturating_mul(num_rows), Some(5))
    }

    fn with(cards: Vec<Card>, data_size: u64, pcount: Option<usize>) -> Self {
        Self {
            cards,
            data_size,
            pcount,
            num_cards: 0,
            checksum: Checksum::Absent,
            stamp: String::new(),
        }
    }

    /// Adds a card with a value.
    #[must_use]
    pub fn card(self, keyword: impl Into<String>, value: impl Into<CardValue>, comment: impl Into<String>) -> Self {
        self.cards([Card::new(keyword, value, comment)])
    }

    /// Adds cards of any kind.
    #[must_use]
    pub fn cards(mut self, cards: impl IntoIterator<Item = Card>) -> Self {
        self.cards.extend(cards);
        self
    }

    /// Declares a heap of this many bytes after the rows of a table (`PCOUNT`); has no effect on an image.
    #[must_use]
    pub fn heap(mut self, size: u64) -> Self {
        if let Some(card) = self.pcount.and_then(|index| self.cards.get_mut(index)) {
            card.value = CardValue::Integer(integer(size));
            self.data_size = self.data_size.saturating_add(size);
        }
        self
    }

    /// Fills the header with blank cards up to exactly this many cards, checksum cards included and `END` not, if it has fewer.
    #[must_use]
    pub fn pad_to_cards(mut self, num_cards: usize) -> Self {
        self.num_cards = num_cards;
        self
    }

    /// Fills the header with blank cards until it takes this many blocks of 2880 bytes, if it takes fewer.
    #[must_use]
    pub fn pad_to_blocks(self, num_blocks: usize) -> Self {
        self.pad_to_cards(num_blocks.saturating_sub(1) * CARDS)
    }

    /// Sets which sums the HDU carries.
    #[must_use]
    pub fn checksum(mut self, checksum: Checksum) -> Self {
        self.checksum = checksum;
        self
    }

    /// Sets the comment of the sums, as "HDU checksum updated 2018-09-27T02:10:43Z".
    #[must_use]
    pub fn checksum_comment(mut self, comment: impl Into<String>) -> Self {
        self.stamp = comment.into();
        self
    }

    /// Number of cards, the sums and blank ones counted and `END` not; a `CONTINUE` card counts as one more.
    pub fn num_cards(&self) -> usize {
        (self.cards.iter().map(num_images).sum::<usize>() + self.num_sums()).max(self.num_cards)
    }

    /// Bytes of the header.
    pub fn header_size(&self) -> u64 {
        ((self.num_cards() + 1).div_ceil(CARDS) * CARDS * CARD) as u64
    }

    /// Bytes of data that [`Self::append_to`] must be given.
    pub fn data_size(&self) -> u64 {
        self.data_size
    }

    /// Bytes of the whole HDU, padding included.
    pub fn size(&self) -> u64 {
        self.header_size() + self.data_size.div_ceil(BLOCK).saturating_mul(BLOCK)
    }

    /// The bytes of an HDU without data.
    ///
    /// # Errors
    /// As [`Self::append_to`].
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        self.append_to(&mut out, &[])?;
        Ok(out)
    }

    /// Appends the HDU with the given data.
    ///
    /// # Errors
    /// A card that FITS cannot hold, or data of another size than declared; nothing is appended then.
    pub fn append_to(&self, out: &mut Vec<u8>, data: &[u8]) -> Result<(), Error> {
        self.append_with(out, |out| out.extend_from_slice(data))
    }

    /// Appends the HDU, the data being appended by `fill`; this saves a copy of large data.
    ///
    /// # Errors
    /// As [`Self::append_to`].
    pub fn append_with(&self, out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) -> Result<(), Error> {
        let start = out.len();
        let outcome = self.append_checked(out, fill);
        if outcome.is_err() {
            out.truncate(start);
        }
        outcome
    }

    fn append_checked(&self, out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) -> Result<(), Error> {
        let start = out.len();
        out.reserve(usize::try_from(self.size()).unwrap_or(0));
        self.header_without_sums(out)?;
        let data_start = out.len();

        fill(out);
        let written = out.len().checked_sub(data_start).map(|num_bytes| num_bytes as u64);
        if written != Some(self.data_size) {
            let reason = format!("{} bytes were declared, {} given", self.data_size, written.unwrap_or(0));
            return Err(Error::Unwritable {
                what: "the data".to_owned(),
                reason,
            });
        }
        let padded = (out.len() - start).next_multiple_of(BLOCK as usize);
        out.resize(start + padded, 0);
        let mut data = Sum::default();
        if self.checksum != Checksum::Absent {
            data.add(&out[data_start..]);
        }
        self.write_sums(&mut out[start..data_start], data)
    }

    /// The header alone, of data that have this sum, their padding included; without checksum cards the sum does not matter.
    ///
    /// # Errors
    /// A card that FITS cannot hold.
    pub fn header(&self, data: Sum) -> Result<Vec<u8>, Error> {
        let mut header = Vec::new();
        self.header_without_sums(&mut header)?;
        self.write_sums(&mut header, data)?;
        Ok(header)
    }

    fn header_without_sums(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        for card in &self.cards {
            encode(card, out).map_err(|reason| Error::Unwritable {
                what: format!("the card {:?}", card.keyword),
                reason,
            })?;
        }
        out.resize(start + self.num_cards() * CARD, b' ');
        out.extend_from_slice(b"END");
        out.resize(start + self.header_size() as usize, b' ');
        Ok(())
    }

    fn num_sums(&self) -> usize {
        match self.checksum {
            Checksum::Absent => 0,
            Checksum::Hdu => 1,
            Checksum::HduAndData => 2,
        }
    }

    /// Writes the cards of the sums into a header, as its last cards.
    fn write_sums(&self, header: &mut [u8], data: Sum) -> Result<(), Error> {
        if self.checksum == Checksum::Absent {
            return Ok(());
        }
        let unwritable = |reason| Error::Unwritable {
            what: "the card of a sum".to_owned(),
            reason,
        };
        let mut images = Vec::with_capacity(2 * CARD);
        if self.checksum == Checksum::HduAndData {
            encode(
                &Card::new("DATASUM", data.value().to_string(), &*self.stamp),
                &mut images,
            )
            .map_err(unwritable)?;
        }
        encode(&Card::new("CHECKSUM", "0".repeat(16), &*self.stamp), &mut images).map_err(unwritable)?;
        let end = self.num_cards() * CARD;
        header[end - images.len()..end].copy_from_slice(&images);
        let mut sum = Sum::default();
        sum.add(header);
        sum.join(data);
        let text = end - CARD + 11;
        header[text..text + 16].copy_from_slice(&encode_sum(sum.value()));
        Ok(())
    }
}

/// Sizes beyond `i64` cannot be built; they fail when the data are counted.
fn integer(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
