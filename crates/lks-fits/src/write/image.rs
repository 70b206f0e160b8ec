//! The cards that describe an image.

use super::integer;
use crate::card::Card;

/// Type of the pixels of an image. Closed on purpose: the FITS standard allows these values of `BITPIX` only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pixel {
    /// Unsigned bytes.
    UInt8,
    /// 16-bit integers.
    Int16,
    /// 32-bit integers.
    Int32,
    /// 64-bit integers.
    Int64,
    /// Single precision.
    Float32,
    /// Double precision.
    Float64,
}

impl Pixel {
    fn bitpix(self) -> i64 {
        match self {
            Self::UInt8 => 8,
            Self::Int16 => 16,
            Self::Int32 => 32,
            Self::Int64 => 64,
            Self::Float32 => -32,
            Self::Float64 => -64,
        }
    }
}

/// Adds the cards of type and shape; gives the bytes of the data.
pub(super) fn image_cards(cards: &mut Vec<Card>, pixel: Pixel, axes: &[u64]) -> u64 {
    cards.push(Card::new("BITPIX", pixel.bitpix(), "array data type"));
    cards.push(Card::new(
        "NAXIS",
        integer(axes.len() as u64),
        "number of array dimensions",
    ));
    const ORDINALS: [&str; 3] = ["first", "second", "third"];
    for (index, &axis) in axes.iter().enumerate() {
        let comment = ORDINALS
            .get(index)
            .map_or(String::new(), |ordinal| format!("length of {ordinal} array dimension"));
        cards.push(Card::new(format!("NAXIS{}", index + 1), integer(axis), comment));
    }
    if axes.is_empty() {
        return 0;
    }
    axes.iter().fold(pixel.bitpix().unsigned_abs() / 8, |size, &axis| {
        size.saturating_mul(axis)
    })
}
