//! The types of FITS for those of Arrow.

use arrow_schema::{DataType, Field};

use super::elements::shape;
use crate::Error;

/// The letter of a column's `TFORM`, bytes of an element, and the zero point that stands for a type which FITS does not have.
pub(super) struct Format {
    pub(super) letter: char,
    pub(super) size: usize,
    pub(super) zero: Option<f64>,
    /// Elements of a cell; of a list of any length, of an element.
    pub(super) repeat: usize,
    /// The same in the units of the format, where two make a complex number.
    pub(super) num_stored: usize,
    pub(super) is_variable: bool,
}

impl Format {
    /// Of a column whose longest text has so many characters.
    pub(super) fn of(field: &Field, width: usize) -> Result<Self, Error> {
        let (kind, repeat, is_variable) = shape(field.data_type());
        let is_complex = field.metadata().contains_key("complex") && repeat % 2 == 0;
        let (letter, size, zero) = match kind {
            DataType::Boolean => ('L', 1, None),
            DataType::UInt8 => ('B', 1, None),
            DataType::Int8 => ('B', 1, Some(-128.0)),
            DataType::Int16 => ('I', 2, None),
            DataType::UInt16 => ('I', 2, Some(32_768.0)),
            DataType::Int32 => ('J', 4, None),
            DataType::UInt32 => ('J', 4, Some(2_147_483_648.0)),
            DataType::Int64 => ('K', 8, None),
            DataType::UInt64 => ('K', 8, Some(9_223_372_036_854_775_808.0)),
            DataType::Float32 if is_complex => ('C', 8, None),
            DataType::Float64 if is_complex => ('M', 16, None),
            DataType::Float32 => ('E', 4, None),
            DataType::Float64 => ('D', 8, None),
            DataType::Utf8 if !is_variable => ('A', width, None),
            DataType::Null => ('E', 4, None),
            other => return Err(unwritable(field, format!("FITS has no type for {other}"))),
        };
        let num_stored = match kind {
            DataType::Null => 0,
            _ if is_complex => repeat / 2,
            _ => repeat,
        };
        Ok(Self {
            letter,
            size,
            zero,
            repeat,
            num_stored,
            is_variable,
        })
    }
}

pub(super) fn unwritable(field: &Field, reason: String) -> Error {
    Error::Unwritable {
        what: format!("the column {:?}", field.name()),
        reason,
    }
}

/// The stored integer that the field names as null.
pub(super) fn given_null(field: &Field) -> Option<i64> {
    field.metadata().get("null").and_then(|null| null.parse().ok())
}
