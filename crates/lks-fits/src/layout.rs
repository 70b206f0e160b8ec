//! What a header says about its HDU: kind, shape, sizes. Pure; refuses what cannot be.

mod cards;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::DamageReason;
use crate::card::{Card, CardValue};

use cards::{Found, missing};
pub(crate) use cards::{is_structural, numbered};

/// Bytes of a block; headers and data fill whole blocks (FITS 4.0, section 3.1).
pub const BLOCK: u64 = 2880;

/// Kind of an HDU; shown by the names that astropy gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HduKind {
    /// The first HDU: an image or nothing.
    Primary,
    /// `XTENSION = 'IMAGE'`.
    Image,
    /// `XTENSION = 'BINTABLE'`.
    BinaryTable,
    /// `XTENSION = 'TABLE'`.
    AsciiTable,
    /// A primary HDU of random groups.
    RandomGroups,
    /// An extension of another kind, by its name.
    Other(String),
}

impl fmt::Display for HduKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Primary => "PrimaryHDU",
            Self::Image => "ImageHDU",
            Self::BinaryTable => "BinTableHDU",
            Self::AsciiTable => "TableHDU",
            Self::RandomGroups => "GroupsHDU",
            Self::Other(_) => "NonstandardExtHDU",
        })
    }
}

/// Where an HDU is in the file, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HduInfo {
    /// Its number in the file, the primary HDU being 0.
    pub index: usize,
    /// `EXTNAME`; "PRIMARY" for a primary HDU without one.
    pub name: String,
    /// `EXTVER`, 1 without that card.
    pub version: i64,
    /// Kind of the HDU.
    pub kind: HduKind,
    /// Number of cards, `END` not counted, a string with its `CONTINUE` cards counted once (as astropy counts).
    pub num_cards: usize,
    /// Of an image, the axes in FITS order (the fastest first); of a table, rows and columns.
    pub shape: Vec<u64>,
    /// First byte of the header (astropy's `hdrLoc`).
    pub header_offset: u64,
    /// First byte of the data (astropy's `datLoc`).
    pub data_offset: u64,
    /// Bytes of the data with their padding (astropy's `datSpan`).
    pub data_span: u64,
    /// Bytes of the data without padding.
    pub data_size: u64,
}

impl HduInfo {
    /// First byte after the HDU.
    pub fn end(&self) -> u64 {
        self.data_offset + self.data_span
    }
}

/// What the structural cards of a header say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    pub(crate) kind: HduKind,
    pub(crate) name: String,
    pub(crate) version: i64,
    pub(crate) shape: Vec<u64>,
    /// Bytes without padding; with padding they fit into an `i64`.
    pub(crate) data_size: u64,
    pub(crate) checksum: Option<String>,
    pub(crate) datasum: Option<String>,
    /// Why a sum that seems to be meant cannot be read.
    pub(crate) odd_sum: Option<DamageReason>,
    /// Number of extensions the primary header announces.
    pub(crate) num_extensions: Option<u64>,
}

impl Layout {
    /// Reads the cards of HDU number `index`.
    pub(crate) fn of(cards: &[Card], index: usize) -> Result<Self, DamageReason> {
        let mut found = Found::default();
        for card in cards {
            found.take(card)?;
        }
        let extension = match cards.first() {
            Some(Card {
                keyword,
                value: CardValue::Logical(true),
                ..
            }) if index == 0 && keyword == "SIMPLE" => None,
            Some(Card {
                keyword,
                value: CardValue::Text(kind),
                ..
            }) if index > 0 && keyword == "XTENSION" => Some(kind.as_str()),
            Some(card) => {
                return Err(DamageReason::BadHeaderStart {
                    found: format!("{} = {}", card.keyword, card.value),
                });
            }
            None => {
                return Err(DamageReason::Missing {
                    keyword: if index == 0 { "SIMPLE" } else { "XTENSION" }.to_owned(),
                });
            }
        };
        let bitpix = found.bitpix.ok_or_else(|| missing("BITPIX"))?;
        let num_axes = found.num_axes.ok_or_else(|| missing("NAXIS"))?;
        let mut axes = Vec::with_capacity(num_axes);
        for number in 0..num_axes {
            axes.push(
                found
                    .axes
                    .get(number)
                    .copied()
                    .flatten()
                    .ok_or_else(|| missing(&format!("NAXIS{}", number + 1)))?,
            );
        }
        let groups = extension.is_none() && found.groups && axes.first() == Some(&0);
        let counted = if groups { &axes[1..] } else { &axes[..] };
        let data_size = data_size(
            bitpix,
            counted,
            num_axes,
            found.pcount.unwrap_or(0),
            found.gcount.unwrap_or(1),
        )?;
        let kind = match extension {
            None if groups => HduKind::RandomGroups,
            None => HduKind::Primary,
            Some("IMAGE" | "IUEIMAGE") => HduKind::Image,
            Some("BINTABLE" | "A3DTABLE") => HduKind::BinaryTable,
            Some("TABLE") => HduKind::AsciiTable,
            Some(other) => HduKind::Other(other.to_owned()),
        };
        let shape = match kind {
            HduKind::BinaryTable | HduKind::AsciiTable => found.table_shape(&kind, bitpix, &axes)?,
            HduKind::Primary | HduKind::Image | HduKind::RandomGroups | HduKind::Other(_) => axes,
        };
        Ok(Self {
            name: found.name.unwrap_or_else(|| {
                if index == 0 {
                    "PRIMARY".to_owned()
                } else {
                    String::new()
                }
            }),
            version: found.version.unwrap_or(1),
            kind,
            shape,
            data_size,
            checksum: found.checksum,
            datasum: found.datasum,
            odd_sum: found.odd_sum,
            num_extensions: found.num_extensions,
        })
    }
}

/// FITS 4.0, equations 1, 2 and 4.
fn data_size(bitpix: i64, axes: &[u64], num_axes: usize, pcount: u64, gcount: u64) -> Result<u64, DamageReason> {
    if num_axes == 0 {
        return Ok(0);
    }
    axes.iter()
        .try_fold(1u64, |size, &axis| size.checked_mul(axis))
        .and_then(|size| size.checked_add(pcount))
        .and_then(|size| size.checked_mul(gcount))
        .and_then(|size| size.checked_mul(bitpix.unsigned_abs() / 8))
        .filter(|&size| size <= i64::MAX as u64 - BLOCK)
        .ok_or(DamageReason::TooLarge)
}
