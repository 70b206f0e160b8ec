//! Cards and values as text for people, and as numbers.

use std::fmt;

use super::{Card, CardValue};

impl CardValue {
    /// The number, if it is one; integers are converted.
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(*value),
            Self::Integer(value) => Some(*value as f64),
            Self::Logical(_)
            | Self::Complex(..)
            | Self::Text(_)
            | Self::Undefined
            | Self::Commentary(_)
            | Self::Unparsed(_) => None,
        }
    }
}

/// As it would stand in a header, without padding.
impl fmt::Display for CardValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Logical(value) => f.write_str(if *value { "T" } else { "F" }),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Complex(real, imaginary) => write!(f, "({real:?}, {imaginary:?})"),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Undefined => Ok(()),
            Self::Commentary(text) | Self::Unparsed(text) => f.write_str(text),
        }
    }
}

/// As it would stand in a header, in one line however long, without padding.
impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let CardValue::Commentary(text) = &self.value {
            return write!(f, "{:<8}{text}", self.keyword);
        }
        if self.keyword.len() <= 8 {
            write!(f, "{:<8}= ", self.keyword)?;
        } else {
            write!(f, "HIERARCH {} = ", self.keyword)?;
        }
        let value = self.value.to_string();
        match &self.value {
            CardValue::Text(_) => write!(f, "{value:<20}")?,
            _ => write!(f, "{value:>20}")?,
        }
        if self.comment.is_empty() {
            Ok(())
        } else {
            write!(f, " / {}", self.comment)
        }
    }
}
