//! Columns of ASCII tables (FITS 4.0, section 7.2): numbers as text at fixed places of a row, as Fortran writes them.

use std::str::FromStr;
use std::sync::Arc;

use arrow_array::types::{Float64Type, Int16Type, Int32Type, Int64Type};
use arrow_array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow_schema::DataType;

use super::decode;
use crate::card::CardValue;

/// How the text of a cell becomes a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ascii {
    kind: Kind,
    width: usize,
    /// What stands in a cell that is not known, without spaces around it.
    null: Option<String>,
    scale: f64,
    zero: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Integer,
    /// Digits after a point that is left out.
    Float(i32),
}

impl Ascii {
    /// From `TFORM` (`A8`, `I10`, `F8.3`, `E15.7`, `D25.17`), `TSCAL`, `TZERO` and `TNULL`; `None` if the format is not valid.
    pub(crate) fn of(
        form: &str,
        scale: Option<&CardValue>,
        zero: Option<&CardValue>,
        null: Option<&CardValue>,
    ) -> Option<Self> {
        let mut letters = form.trim().chars();
        let code = letters.next()?;
        let (width, digits) = letters.as_str().split_once('.').unwrap_or((letters.as_str(), "0"));
        let kind = match code {
            'A' => Kind::Text,
            'I' => Kind::Integer,
            'F' | 'E' | 'D' => Kind::Float(digits.parse().ok().filter(|digits| (0..=999).contains(digits))?),
            _ => return None,
        };
        let null = match null {
            Some(CardValue::Text(text)) => Some(text.trim().to_owned()),
            Some(CardValue::Integer(number)) => Some(number.to_string()),
            _ => None,
        };
        let width = width.parse().ok()?;
        Some(Self {
            kind,
            width,
            // It can be no longer than its cell.
            null: null.map(|text| text.chars().take(width).collect()),
            scale: scale.and_then(CardValue::as_float).unwrap_or(1.0),
            zero: zero.and_then(CardValue::as_float).unwrap_or(0.0),
        })
    }

    /// Bytes of a cell.
    pub(crate) fn width(&self) -> u64 {
        self.width as u64
    }

    /// Integers are as wide as astropy and CFITSIO read them.
    pub(crate) fn data_type(&self) -> DataType {
        match self.kind {
            Kind::Text => DataType::Utf8,
            Kind::Integer if self.is_scaled() => DataType::Float64,
            Kind::Integer => match self.width {
                0..=4 => DataType::Int16,
                5..=9 => DataType::Int32,
                _ => DataType::Int64,
            },
            Kind::Float(_) => DataType::Float64,
        }
    }

    /// The values of cells that lie one after the other.
    pub(crate) fn decode(&self, num_rows: usize, cells: &[u8]) -> Result<ArrayRef, String> {
        // Cells without a byte are there as well.
        let cell = |row: usize| &cells[row * self.width..][..self.width];
        let cells = (0..num_rows).map(cell);
        match self.data_type() {
            DataType::Utf8 => Ok(decode::texts(cells)),
            DataType::Int16 => self.each::<Int16Type>(cells, |text| number(text).map(Some)),
            DataType::Int32 => self.each::<Int32Type>(cells, |text| number(text).map(Some)),
            DataType::Int64 => self.each::<Int64Type>(cells, |text| number(text).map(Some)),
            _ => self.each::<Float64Type>(cells, |text| {
                let value = match self.kind {
                    Kind::Float(num_digits) => real(text, num_digits)?,
                    Kind::Text | Kind::Integer => number::<i64>(text)? as f64,
                };
                let value = if self.is_scaled() {
                    self.zero + self.scale * value
                } else {
                    value
                };
                Some(Some(value).filter(|value| !value.is_nan()))
            }),
        }
    }

    fn each<'a, T: ArrowPrimitiveType>(
        &self,
        cells: impl Iterator<Item = &'a [u8]>,
        value: impl Fn(&str) -> Option<Option<T::Native>>,
    ) -> Result<ArrayRef, String> {
        let value = |(row, cell): (usize, &[u8])| {
            let text = String::from_utf8_lossy(cell);
            let text = text.trim_matches([' ', '\0']);
            if self.null.as_deref() == Some(text) {
                return Ok(None);
            }
            match value(text) {
                Some(value) => Ok(value),
                None => Err(format!("row {row} has {text:?}, which is not such a number")),
            }
        };
        let values = cells
            .enumerate()
            .map(value)
            .collect::<Result<PrimitiveArray<T>, String>>()?;
        Ok(Arc::new(values))
    }

    fn is_scaled(&self) -> bool {
        self.scale != 1.0 || self.zero != 0.0
    }
}

/// An empty cell is zero, as blanks are to Fortran.
fn number<T: FromStr + Default>(text: &str) -> Option<T> {
    match text {
        "" => Some(T::default()),
        text => text.parse().ok(),
    }
}

/// The exponent may be marked by `D`. Where there is no point, the last `num_digits` digits of the mantissa are decimals: so says the
/// standard, and CFITSIO reads it so; astropy takes such a mantissa as it is.
fn real(text: &str, num_digits: i32) -> Option<f64> {
    let text = text.replace(['D', 'd'], "E");
    if text.contains('.') || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return number(&text);
    }
    let (mantissa, exponent) = text.split_once(['E', 'e']).unwrap_or((&text, "0"));
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(num_digits)?;
    format!("{mantissa}E{exponent}").parse().ok()
}

#[cfg(test)]
mod tests;
