//! One header card: keyword, typed value, comment. Decides how its text is read and written; knows nothing of files.

mod encode;
mod parse;
mod show;
#[cfg(test)]
mod tests;

pub(crate) use encode::{encode, num_images};
pub(crate) use parse::{Piece, parse};

/// Bytes of one card image (FITS 4.0, section 3.3.1).
pub(crate) const CARD: usize = 80;

/// A header card.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The keyword without padding; of a `HIERARCH` card, the words after `HIERARCH`. Empty for a blank card.
    pub keyword: String,
    /// The value, or the text of a commentary card.
    pub value: CardValue,
    /// What stands after the slash, without surrounding spaces.
    pub comment: String,
}

/// The value of a card, by the types of FITS 4.0, section 4.2.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CardValue {
    /// `T` or `F`.
    Logical(bool),
    /// An integer that fits into 64 bits.
    Integer(i64),
    /// A real number, with `E` or `D` exponent.
    Float(f64),
    /// `(real, imaginary)`, from integers or real numbers.
    Complex(f64, f64),
    /// A string without quotes and trailing spaces; `CONTINUE` cards are already joined.
    Text(String),
    /// A value indicator without a value.
    Undefined,
    /// The text of `COMMENT`, `HISTORY`, a blank keyword or any card without value indicator.
    Commentary(String),
    /// Something else (an integer of more than 64 bits too), as it stands in the card.
    Unparsed(String),
}

impl Card {
    /// A card with a value.
    pub fn new(keyword: impl Into<String>, value: impl Into<CardValue>, comment: impl Into<String>) -> Self {
        Self {
            keyword: keyword.into(),
            value: value.into(),
            comment: comment.into(),
        }
    }

    /// A `COMMENT`, `HISTORY` or blank-keyword card.
    pub fn commentary(keyword: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            keyword: keyword.into(),
            value: CardValue::Commentary(text.into()),
            comment: String::new(),
        }
    }

    /// The unit of the value if the comment starts with one in brackets, as `[deg] right ascension` (FITS 4.0, section 4.3.2).
    pub fn unit(&self) -> Option<&str> {
        self.comment
            .strip_prefix('[')?
            .split_once(']')
            .map(|(unit, _)| unit.trim())
    }
}

impl From<bool> for CardValue {
    fn from(value: bool) -> Self {
        Self::Logical(value)
    }
}

impl From<i64> for CardValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for CardValue {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for CardValue {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<f64> for CardValue {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for CardValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for CardValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// `None` becomes an undefined value, as the missions write what is not known.
impl<T: Into<Self>> From<Option<T>> for CardValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Undefined, Into::into)
    }
}
