//! The kinds of column, how two of them meet, and the canonical text of a value.

mod normal;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, new_null_array};
use arrow_schema::{DataType, TimeUnit};

#[cfg(feature = "parquet")]
pub(crate) use normal::text_size;
pub(crate) use normal::{normalized, text_array};

use crate::error::Error;
use crate::table::Cell;

/// The largest integer up to which every integer is a 64-bit float: 2^53.
const LARGEST_EXACT: u64 = 1 << 53;

/// What the values of a column are. Any value may be null.
///
/// Closed on purpose: a program that converts values has to handle every type, so that a new one needs a new major version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// UTF-8 text (Arrow `Utf8`).
    Text,
    /// Signed 64-bit integers.
    Integer,
    /// 64-bit floats.
    Float,
    /// True or false.
    Boolean,
    /// A moment in UTC, in microseconds since 1970 (Arrow `Timestamp(Microsecond, None)`).
    Timestamp,
}

impl ColumnType {
    /// The Arrow type that columns of this kind have in a [`crate::Table`].
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        }
    }

    /// The kind of a column of a [`crate::Table`]; `None` for a column that holds nothing but null.
    pub fn of(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Utf8 => Some(Self::Text),
            DataType::Int64 => Some(Self::Integer),
            DataType::Float64 => Some(Self::Float),
            DataType::Boolean => Some(Self::Boolean),
            DataType::Timestamp(TimeUnit::Microsecond, None) => Some(Self::Timestamp),
            _ => None,
        }
    }

    /// The word for it in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::Timestamp => "timestamp",
        }
    }
}

/// The types that the caller knows columns to have, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct ColumnTypes {
    order: Vec<(String, ColumnType)>,
    by_name: HashMap<String, ColumnType>,
}

impl ColumnTypes {
    /// Types by column name. A name that occurs twice has its last type.
    pub fn new<N: Into<String>>(types: impl IntoIterator<Item = (N, ColumnType)>) -> Self {
        let order: Vec<(String, ColumnType)> = types.into_iter().map(|(name, kind)| (name.into(), kind)).collect();
        let by_name = order.iter().cloned().collect();
        Self { order, by_name }
    }

    /// Nothing is known: every type is inferred.
    pub fn none() -> Self {
        Self::default()
    }

    /// The type of one column, if it is known.
    pub fn get(&self, name: &str) -> Option<ColumnType> {
        self.by_name.get(name).copied()
    }

    /// Names and types in the order they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ColumnType)> {
        self.order.iter().map(|(name, kind)| (name.as_str(), *kind))
    }
}

/// The narrowest kind that holds both: `None` is "only nulls so far".
pub(crate) fn widen(a: Option<ColumnType>, b: Option<ColumnType>) -> Option<ColumnType> {
    use ColumnType::{Float, Integer, Text};
    match (a, b) {
        (None, other) | (other, None) => other,
        (Some(a), Some(b)) if a == b => Some(a),
        (Some(Integer), Some(Float)) | (Some(Float), Some(Integer)) => Some(Float),
        (Some(_), Some(_)) => Some(Text),
    }
}

/// The order of floats everywhere: 0 is −0, and all NaNs are one, above every number.
pub(crate) fn order(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// Whether the integer survives as a float; ids beyond 2^53 would silently become other ids.
pub(crate) fn is_exact_float(value: i64) -> bool {
    value.unsigned_abs() <= LARGEST_EXACT
}

/// The integer that a float stands for, if it stands for one exactly.
pub(crate) fn exact_integer(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= LARGEST_EXACT as f64).then_some(value as i64)
}

/// The text of a float: a whole number has no point, so that an id has one spelling however it was sent.
pub(crate) fn float_text(value: f64) -> String {
    match exact_integer(value) {
        Some(integer) => integer.to_string(),
        None => format!("{value:?}"),
    }
}

/// The kind that columns in several parts have together.
pub(crate) fn common_type<'a>(parts: impl Iterator<Item = &'a ArrayRef> + Clone) -> Option<ColumnType> {
    let kind = parts
        .clone()
        .fold(None, |kind, part| widen(kind, ColumnType::of(part.data_type())));
    let exact = |part: &ArrayRef| {
        part.as_primitive_opt::<Int64Type>()
            .is_none_or(|integers| integers.iter().flatten().all(is_exact_float))
    };
    match kind {
        Some(ColumnType::Float) if !parts.clone().all(exact) => Some(ColumnType::Text),
        kind => kind,
    }
}

/// The values of a normalized array as another, wider kind.
pub(crate) fn widened(array: &ArrayRef, kind: Option<ColumnType>) -> Result<ArrayRef, Error> {
    let to = kind.map_or(DataType::Null, ColumnType::data_type);
    if *array.data_type() == to {
        return Ok(Arc::clone(array));
    }
    if *array.data_type() == DataType::Null {
        return Ok(new_null_array(&to, array.len()));
    }
    match kind {
        Some(ColumnType::Text) => {
            let text = |row| Cell::of(array, row).map(|cell| cell.to_string());
            Ok(Arc::new(text_array((0..array.len()).map(text))?))
        }
        Some(ColumnType::Float) => Ok(Arc::new(
            array
                .as_primitive::<Int64Type>()
                .unary::<_, Float64Type>(|value| value as f64),
        )),
        // Nothing narrows: these hold only what they are already.
        Some(ColumnType::Integer | ColumnType::Boolean | ColumnType::Timestamp) | None => {
            let from = array.data_type();
            Err(Error::Shape(format!("a column of {from} does not widen to {to}")))
        }
    }
}
