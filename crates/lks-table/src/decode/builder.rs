//! The columns being built. Arrow's own builders cannot take a value back or change their type; these can.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, NullArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_buffer::{Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_cast::parse::string_to_datetime;
use arrow_schema::{Field, Schema};
use chrono::Utc;

use crate::error::Error;
use crate::table::{Cell, Table, new_batch};
use crate::types::{ColumnType, ColumnTypes, exact_integer, is_exact_float};

/// A batch is closed after a row when a text column has this many bytes: Arrow's offsets end at 2 GiB.
const FULL_TEXT: usize = 1 << 30;

/// RowBuilder being built.
pub(crate) struct RowBuilder<'t> {
    types: &'t ColumnTypes,
    columns: Vec<Column>,
    index: HashMap<String, usize>,
    row: usize,
    done: Vec<RecordBatch>,
}

/// A column being built.
pub(crate) struct Column {
    name: String,
    declared: Option<ColumnType>,
    values: Values,
    validity: NullBufferBuilder,
}

/// One value per row; a null has any value.
enum Values {
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
struct Texts {
    bytes: String,
    ends: Vec<i32>,
}

impl<'t> RowBuilder<'t> {
    pub(crate) fn new(types: &'t ColumnTypes) -> Self {
        Self {
            types,
            columns: Vec::new(),
            index: HashMap::new(),
            row: 0,
            done: Vec::new(),
        }
    }

    /// The number of the row that is being added, within its batch.
    pub(crate) fn row(&self) -> usize {
        self.row
    }

    pub(crate) fn column(&mut self, index: usize) -> &mut Column {
        &mut self.columns[index]
    }

    /// The column of this name, made if need be. `guess` is where it probably is.
    pub(crate) fn index_of(&mut self, name: &str, guess: usize) -> usize {
        if self.columns.get(guess).is_some_and(|column| column.name == name) {
            return guess;
        }
        if let Some(index) = self.index.get(name) {
            return *index;
        }
        self.columns.push(Column::new(name, self.types.get(name)));
        self.index.insert(name.to_owned(), self.columns.len() - 1);
        self.columns.len() - 1
    }

    pub(crate) fn end_row(&mut self) -> Result<(), Error> {
        self.row += 1;
        if self
            .columns
            .iter()
            .any(|column| matches!(&column.values, Values::Text(texts) if texts.bytes.len() >= FULL_TEXT))
        {
            self.end_batch()?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Table, Error> {
        if self.row > 0 || self.done.is_empty() {
            self.end_batch()?;
        }
        Table::from_batches(self.done)
    }

    fn end_batch(&mut self) -> Result<(), Error> {
        let n_rows = std::mem::take(&mut self.row);
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut arrays = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            let fresh = Column::new(&column.name, column.declared);
            let (name, array) = std::mem::replace(column, fresh).finish(n_rows)?;
            fields.push(Field::new(name, array.data_type().clone(), true));
            arrays.push(array);
        }
        self.done
            .push(new_batch(&Arc::new(Schema::new(fields)), arrays, n_rows)?);
        Ok(())
    }
}

impl Column {
    fn new(name: &str, declared: Option<ColumnType>) -> Self {
        let values = declared.map_or(Values::Unknown, |kind| Values::nulls(kind, 0));
        Self {
            name: name.to_owned(),
            declared,
            values,
            validity: NullBufferBuilder::new(0),
        }
    }

    pub(crate) fn push_null(&mut self, row: usize) {
        self.reach(row);
        self.values.push_null();
        self.validity.append_null();
    }

    pub(crate) fn push_boolean(&mut self, row: usize, value: bool) -> Result<(), &'static str> {
        self.reach(row);
        self.know(ColumnType::Boolean);
        match &mut self.values {
            Values::Boolean(values) => values.push(value),
            _ => return self.push_widened(Cell::Boolean(value)),
        }
        self.validity.append_non_null();
        Ok(())
    }

    pub(crate) fn push_integer(&mut self, row: usize, value: i64) -> Result<(), &'static str> {
        self.reach(row);
        self.know(ColumnType::Integer);
        let declared = self.declared == Some(ColumnType::Float);
        match &mut self.values {
            Values::Integer(values) => values.push(value),
            Values::Float(values) if declared || is_exact_float(value) => values.push(value as f64),
            Values::Boolean(values) if self.declared.is_some() && (value == 0 || value == 1) => values.push(value == 1),
            _ => return self.push_widened(Cell::Integer(value)),
        }
        self.validity.append_non_null();
        Ok(())
    }

    /// An integer above the 64-bit signed ones.
    pub(crate) fn push_large(&mut self, row: usize, value: u64) -> Result<(), &'static str> {
        match self.declared {
            Some(ColumnType::Float) => self.push_float(row, value as f64),
            _ => {
                self.reach(row);
                self.push_widened(Cell::Text(&value.to_string()))
            }
        }
    }

    pub(crate) fn push_float(&mut self, row: usize, value: f64) -> Result<(), &'static str> {
        self.reach(row);
        self.know(ColumnType::Float);
        if let Values::Integer(integers) = &self.values
            && self.declared.is_none()
            && integers.iter().copied().all(is_exact_float)
        {
            self.values = Values::Float(integers.iter().map(|integer| *integer as f64).collect());
        }
        match (&mut self.values, exact_integer(value)) {
            (Values::Float(values), _) => values.push(value),
            (Values::Integer(values), Some(integer)) if self.declared.is_some() => values.push(integer),
            _ => return self.push_widened(Cell::Float(value)),
        }
        self.validity.append_non_null();
        Ok(())
    }

    pub(crate) fn push_text(&mut self, row: usize, value: &str) -> Result<(), &'static str> {
        self.reach(row);
        self.know(ColumnType::Text);
        if let Values::Text(texts) = &mut self.values {
            texts.push(value)?;
            self.validity.append_non_null();
            return Ok(());
        }
        if self.declared.is_some() {
            if value.is_empty() {
                self.values.push_null();
                self.validity.append_null();
                return Ok(());
            }
            if self.values.push_parsed(value) {
                self.validity.append_non_null();
                return Ok(());
            }
        }
        self.push_widened(Cell::Text(value))
    }

    /// Microseconds since 1970, UTC.
    pub(crate) fn push_moment(&mut self, row: usize, micros: i64) -> Result<(), &'static str> {
        self.reach(row);
        self.know(ColumnType::Timestamp);
        match &mut self.values {
            Values::Timestamp(values) => values.push(micros),
            _ => return self.push_widened(Cell::Timestamp(micros)),
        }
        self.validity.append_non_null();
        Ok(())
    }

    /// The JSON of an object or array.
    pub(crate) fn push_json(&mut self, row: usize, json: &str) -> Result<(), &'static str> {
        self.reach(row);
        self.push_widened(Cell::Text(json))
    }

    /// Makes the column as long as there are rows above this one.
    fn reach(&mut self, row: usize) {
        if self.validity.len() > row {
            // The key was in this row before; the last value counts.
            self.values.truncate(row);
            self.validity.truncate(row);
            if row == 0 && self.declared.is_none() {
                self.values = Values::Unknown;
            }
        }
        let missing = row - self.validity.len();
        if missing > 0 {
            for _ in 0..missing {
                self.values.push_null();
            }
            self.validity.append_n_nulls(missing);
        }
    }

    /// The first value of a column decides its type.
    fn know(&mut self, kind: ColumnType) {
        if matches!(self.values, Values::Unknown) {
            self.values = Values::nulls(kind, self.validity.len());
        }
    }

    /// Makes a column of another type a text column and adds the value.
    fn push_widened(&mut self, cell: Cell<'_>) -> Result<(), &'static str> {
        if !matches!(self.values, Values::Text(_)) {
            let mut texts = Texts::default();
            for row in 0..self.validity.len() {
                match self.values.cell(row).filter(|_| self.validity.is_valid(row)) {
                    Some(cell) => texts.push(&cell.to_string())?,
                    None => texts.push("")?,
                }
            }
            self.values = Values::Text(texts);
        }
        if let Values::Text(texts) = &mut self.values {
            match cell {
                Cell::Text(text) => texts.push(text)?,
                Cell::Integer(_) | Cell::Float(_) | Cell::Boolean(_) | Cell::Timestamp(_) => {
                    texts.push(&cell.to_string())?;
                }
            }
        }
        self.validity.append_non_null();
        Ok(())
    }

    fn finish(mut self, n_rows: usize) -> Result<(String, ArrayRef), Error> {
        self.reach(n_rows);
        let nulls = self.validity.finish();
        Ok((self.name, self.values.finish(n_rows, nulls)?))
    }
}

impl Values {
    fn nulls(kind: ColumnType, n: usize) -> Self {
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

    fn push_null(&mut self) {
        match self {
            Self::Unknown => {}
            Self::Boolean(values) => values.push(false),
            Self::Integer(values) | Self::Timestamp(values) => values.push(0),
            Self::Float(values) => values.push(0.0),
            Self::Text(texts) => texts.ends.push(texts.end()),
        }
    }

    /// Adds a number, moment or truth value that was sent as text; false if the text is none.
    fn push_parsed(&mut self, text: &str) -> bool {
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

    fn truncate(&mut self, n: usize) {
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

    fn cell(&self, row: usize) -> Option<Cell<'_>> {
        match self {
            Self::Unknown | Self::Text(_) => None,
            Self::Boolean(values) => Some(Cell::Boolean(values[row])),
            Self::Integer(values) => Some(Cell::Integer(values[row])),
            Self::Float(values) => Some(Cell::Float(values[row])),
            Self::Timestamp(values) => Some(Cell::Timestamp(values[row])),
        }
    }

    fn finish(self, n_rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, Error> {
        Ok(match self {
            Self::Unknown => Arc::new(NullArray::new(n_rows)),
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
    fn end(&self) -> i32 {
        self.ends.last().copied().unwrap_or(0)
    }

    fn push(&mut self, text: &str) -> Result<(), &'static str> {
        let end = i32::try_from(self.bytes.len() + text.len());
        self.ends
            .push(end.map_err(|_| "more than 2 GiB of text in one column of one page; ask for smaller pages")?);
        self.bytes.push_str(text);
        Ok(())
    }
}

/// Microseconds since 1970 of an ISO 8601 date or date and time; UTC if it names no offset.
pub(crate) fn parse_moment(text: &str) -> Option<i64> {
    string_to_datetime(&Utc, text)
        .ok()
        .map(|moment| moment.timestamp_micros())
}

fn exact<T: arrow_buffer::ArrowNativeType>(mut values: Vec<T>) -> ScalarBuffer<T> {
    values.shrink_to_fit();
    values.into()
}
