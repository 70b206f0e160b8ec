//! The values of one column being built.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, NullArray, StringArray, TimestampMicrosecondArray,
};
use arrow_buffer::{ArrowNativeType, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use chrono::DateTime;

use crate::error::Error;
use crate::table::Cell;
use crate::types::ColumnType;

/// One value per row; a null has any value.
pub(super) enum Values {
    /// Nothing but nulls so far.
    Unknown,
    Boolean(Vec<bool>),
    Integer(Vec<i64>),
    Float(Vec<f64>),
    Timestamp(Vec<i64>),
    Text(Texts),
}

/// The texts one after the other, and where each ends.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) bytes: String,
    ends: Vec<i32>,
}

impl Values {
    pub(super) fn nulls(kind: ColumnType, n: usize) -> Self {
        match kind {
            ColumnType::Boolean => Self::Boolean(vec![false; n]),
            ColumnType::Integer => Self::Integer(vec![0; n]),
            ColumnType::Float => Self::Float(vec![0.0; n]),
            ColumnType::Timestamp => Self::Timestamp(vec![0; n]),
            ColumnType::Text => Self::Text(Texts {
                bytes: String::new(),
                ends: vec![0; n],
            }),
        }
    }

    pub(super) fn push_null(&mut self) {
        match self {
            Self::Unknown => {}
            Self::Boolean(values) => values.push(false),
            Self::Integer(values) | Self::Timestamp(values) => values.push(0),
            Self::Float(values) => values.push(0.0),
            Self::Text(texts) => texts.ends.push(texts.end()),
        }
    }

    /// Adds a number, moment or truth value that was sent as text; false if the text is not one.
    pub(super) fn push_parsed(&mut self, text: &str) -> bool {
        match self {
            Self::Unknown | Self::Text(_) => return false,
            Self::Boolean(values) => match text {
                "true" | "True" | "TRUE" => values.push(true),
                "false" | "False" | "FALSE" => values.push(false),
                _ => return false,
            },
            Self::Integer(values) => match text.trim().parse() {
                Ok(value) => values.push(value),
                Err(_) => return false,
            },
            Self::Float(values) => match text.trim().parse() {
                Ok(value) => values.push(value),
                Err(_) => return false,
            },
            Self::Timestamp(values) => match parse_moment(text) {
                Some(micros) => values.push(micros),
                None => return false,
            },
        }
        true
    }

    pub(super) fn truncate(&mut self, n: usize) {
        match self {
            Self::Unknown => {}
            Self::Boolean(values) => values.truncate(n),
            Self::Integer(values) | Self::Timestamp(values) => values.truncate(n),
            Self::Float(values) => values.truncate(n),
            Self::Text(texts) => {
                texts.ends.truncate(n);
                texts.bytes.truncate(texts.end() as usize);
            }
        }
    }

    pub(super) fn cell(&self, row: usize) -> Option<Cell<'_>> {
        match self {
            Self::Unknown | Self::Text(_) => None,
            Self::Boolean(values) => Some(Cell::Boolean(values[row])),
            Self::Integer(values) => Some(Cell::Integer(values[row])),
            Self::Float(values) => Some(Cell::Float(values[row])),
            Self::Timestamp(values) => Some(Cell::Timestamp(values[row])),
        }
    }

    pub(super) fn finish(self, num_rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, Error> {
        Ok(match self {
            Self::Unknown => Arc::new(NullArray::new(num_rows)),
            Self::Boolean(values) => Arc::new(BooleanArray::new(values.into(), nulls)),
            Self::Integer(values) => Arc::new(Int64Array::try_new(exact(values), nulls)?),
            Self::Float(values) => Arc::new(Float64Array::try_new(exact(values), nulls)?),
            Self::Timestamp(values) => Arc::new(TimestampMicrosecondArray::try_new(exact(values), nulls)?),
            Self::Text(mut texts) => {
                texts.ends.insert(0, 0);
                texts.bytes.shrink_to_fit();
                let offsets = OffsetBuffer::new(exact(texts.ends));
                Arc::new(StringArray::try_new(
                    offsets,
                    Buffer::from_vec(texts.bytes.into_bytes()),
                    nulls,
                )?)
            }
        })
    }
}

impl Texts {
    pub(super) fn end(&self) -> i32 {
        self.ends.last().copied().unwrap_or(0)
    }

    pub(super) fn push(&mut self, text: &str) -> Result<(), &'static str> {
        let end = i32::try_from(self.bytes.len() + text.len());
        self.ends.push(end.map_err(
            |_| "more than 2 GiB of text in one column; give it in batches of fewer rows, or ask for smaller pages",
        )?);
        self.bytes.push_str(text);
        Ok(())
    }
}

/// Microseconds since 1970 of an ISO 8601 date or date and time; UTC if it names no offset.
pub(crate) fn parse_moment(text: &str) -> Option<i64> {
    // What RFC 3339 wants and people leave away: the offset, the seconds, the time of day.
    let mut endings = ["Z", ":00Z", "T00:00:00Z"].into_iter();
    let completed = |ending| DateTime::parse_from_rfc3339(&format!("{text}{ending}")).ok();
    let whole = DateTime::parse_from_rfc3339(text).ok();
    let moment = whole.or_else(|| endings.find_map(completed))?;
    Some(moment.timestamp_micros())
}

fn exact<T: ArrowNativeType>(mut values: Vec<T>) -> ScalarBuffer<T> {
    values.shrink_to_fit();
    values.into()
}
