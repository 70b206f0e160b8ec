//! A column being built. Arrow's own builders cannot take a value back or change their type; this one can.

use arrow_array::ArrayRef;
use arrow_buffer::NullBufferBuilder;

use crate::decode::values::{Texts, Values};
use crate::error::Error;
use crate::table::Cell;
use crate::types::{ColumnType, exact_integer, is_exact_float};

/// A column being built.
pub(crate) struct Column {
    pub(super) name: String,
    pub(super) declared: Option<ColumnType>,
    pub(super) values: Values,
    validity: NullBufferBuilder,
}

impl Column {
    pub(crate) fn new(name: &str, declared: Option<ColumnType>) -> Self {
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
        match &mut self.values {
            Values::Float(values) => values.push(value),
            Values::Integer(values) if self.declared.is_some() && exact_integer(value).is_some() => {
                values.push(value as i64);
            }
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

    pub(crate) fn finish(mut self, num_rows: usize) -> Result<(String, ArrayRef), Error> {
        self.reach(num_rows);
        let nulls = self.validity.finish();
        Ok((self.name, self.values.finish(num_rows, nulls)?))
    }
}
