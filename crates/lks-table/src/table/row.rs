//! One row of a table, one value of a row.

use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions::timestamp_us_to_datetime;
use arrow_array::types::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, TimeUnit};

use crate::table::Table;
use crate::types::float_text;

/// A row, borrowed from its table.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    batch: &'a RecordBatch,
    offset: usize,
}

/// All rows of a table in order.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    table: &'a Table,
    batch: usize,
    offset: usize,
    left: usize,
}

/// A value that is not null. Closed on purpose, like [`ColumnType`](crate::ColumnType): it has one variant per type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Text.
    Text(&'a str),
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// Microseconds since 1970, UTC.
    Timestamp(i64),
}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.table.column_names().zip(self.cells()))
            .finish()
    }
}

impl<'a> Row<'a> {
    pub(super) fn new(table: &'a Table, batch: usize, offset: usize) -> Self {
        Self {
            table,
            batch: &table.batches()[batch],
            offset,
        }
    }

    /// The value in a column; `None` if it is null or there is no such column.
    pub fn cell(&self, name: &str) -> Option<Cell<'a>> {
        self.cell_at(self.table.find(name)?)
    }

    /// The value in the column at this place in the schema; `None` if it is null or there is no such column. For many rows, of which each would look the
    /// name up.
    pub fn cell_at(&self, column: usize) -> Option<Cell<'a>> {
        Cell::of(self.batch.columns().get(column)?, self.offset)
    }

    /// The text in a text column.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.cell(name)?.text()
    }

    /// The integer in an integer column.
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.cell(name)? {
            Cell::Integer(integer) => Some(integer),
            Cell::Text(_) | Cell::Float(_) | Cell::Boolean(_) | Cell::Timestamp(_) => None,
        }
    }

    /// The number in a float or integer column.
    pub fn float(&self, name: &str) -> Option<f64> {
        match self.cell(name)? {
            Cell::Float(float) => Some(float),
            Cell::Integer(integer) => Some(integer as f64),
            Cell::Text(_) | Cell::Boolean(_) | Cell::Timestamp(_) => None,
        }
    }

    /// The truth value in a boolean column.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.cell(name)? {
            Cell::Boolean(boolean) => Some(boolean),
            Cell::Text(_) | Cell::Integer(_) | Cell::Float(_) | Cell::Timestamp(_) => None,
        }
    }

    /// The value of every column, in column order.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Option<Cell<'a>>> + use<'a> {
        let offset = self.offset;
        self.batch.columns().iter().map(move |array| Cell::of(array, offset))
    }
}

impl<'a> Rows<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        Self {
            table,
            batch: 0,
            offset: 0,
            left: table.num_rows(),
        }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        let batch = self.table.batches().get(self.batch)?;
        let row = Row {
            table: self.table,
            batch,
            offset: self.offset,
        };
        self.offset += 1;
        self.left -= 1;
        if self.offset == batch.num_rows() {
            self.batch += 1;
            self.offset = 0;
        }
        Some(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Rows<'_> {}

impl<'a> Cell<'a> {
    /// The value of a normalized array at a row below its length.
    pub(crate) fn of(array: &'a ArrayRef, row: usize) -> Option<Self> {
        if array.is_null(row) {
            return None;
        }
        Some(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string::<i32>().value(row)),
            DataType::Int64 => Self::Integer(array.as_primitive::<Int64Type>().value(row)),
            DataType::Float64 => Self::Float(array.as_primitive::<Float64Type>().value(row)),
            DataType::Boolean => Self::Boolean(array.as_boolean().value(row)),
            DataType::Timestamp(TimeUnit::Microsecond, None) => {
                Self::Timestamp(array.as_primitive::<TimestampMicrosecondType>().value(row))
            }
            // A table holds no other type: `types::normalized` sees to it. `Null` arrays have no valid value.
            _ => return None,
        })
    }

    /// The text that it is.
    pub(super) fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Integer(_) | Self::Float(_) | Self::Boolean(_) | Self::Timestamp(_) => None,
        }
    }
}

/// The canonical text: whole floats without a point, moments as ISO 8601 with a `Z`.
impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.pad(text),
            Self::Integer(integer) => fmt::Display::fmt(integer, f),
            Self::Float(float) => f.pad(&float_text(*float)),
            Self::Boolean(boolean) => fmt::Display::fmt(boolean, f),
            Self::Timestamp(micros) => match timestamp_us_to_datetime(*micros) {
                Some(moment) => write!(f, "{}", moment.format("%Y-%m-%dT%H:%M:%S%.fZ")),
                None => write!(f, "{micros} us since 1970"),
            },
        }
    }
}
