//! The columns being built. Arrow's own builders cannot take a value back or change their type; these can.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::NullBufferBuilder;
use arrow_schema::{Field, Schema};

use crate::decode::values::{Texts, Values};
use crate::error::Error;
use crate::table::{Cell, Table, new_batch};
use crate::types::{ColumnType, ColumnTypes, exact_integer, is_exact_float};

/// A batch is closed after a row when a text column has this many bytes: Arrow's offsets end at 2 GiB.
const FULL_TEXT: usize = 1 << 30;

/// Every column costs memory for every row, so a small document of many names could fill any memory.
const MAX_COLUMNS: usize = 4096;
const TOO_MANY_COLUMNS: &str = "more than 4096 columns; these are not rows of one table";

/// Whether so many columns may be in one table.
#[cfg(feature = "parquet")]
pub(crate) fn check_columns(num_columns: usize) -> Result<(), Error> {
    match num_columns > MAX_COLUMNS {
        true => Err(Error::Shape(TOO_MANY_COLUMNS.to_owned())),
        false => Ok(()),
    }
}

/// Cells that no text spells cost memory all the same: so many may be missing, and so many more for each that is there.
const MAX_MISSING: usize = 1 << 24;
const MISSING_FOR_EACH: usize = 4;
const TOO_SPARSE: &str = "more than 16 million cells are missing, and more than four for each that is there; these are not rows of one table";

/// The rows of a table being built.
pub(crate) struct RowBuilder<'t> {
    types: &'t ColumnTypes,
    columns: Vec<Column>,
    index: HashMap<String, usize>,
    row: usize,
    /// Rows of the batches that are done.
    num_rows_done: usize,
    /// Cells that were spelled out, nulls too.
    num_cells: usize,
    done: Vec<RecordBatch>,
}

/// A column being built.
pub(crate) struct Column {
    name: String,
    declared: Option<ColumnType>,
    values: Values,
    validity: NullBufferBuilder,
}

impl<'t> RowBuilder<'t> {
    pub(crate) fn new(types: &'t ColumnTypes) -> Self {
        Self {
            types,
            columns: Vec::new(),
            index: HashMap::new(),
            row: 0,
            num_rows_done: 0,
            num_cells: 0,
            done: Vec::new(),
        }
    }

    /// The number of the row that is being added, within its batch.
    pub(crate) fn row(&self) -> usize {
        self.row
    }

    /// How many rows were added.
    pub(crate) fn num_rows(&self) -> usize {
        self.num_rows_done + self.row
    }

    pub(crate) fn num_columns(&self) -> usize {
        self.columns.len()
    }

    /// The column that the next cell of this row goes into.
    pub(crate) fn column(&mut self, index: usize) -> &mut Column {
        self.num_cells += 1;
        &mut self.columns[index]
    }

    /// The column of this name, made if need be. `guess` is where it probably is.
    pub(crate) fn index_of(&mut self, name: &str, guess: usize) -> Result<usize, &'static str> {
        if self.columns.get(guess).is_some_and(|column| column.name == name) {
            return Ok(guess);
        }
        if let Some(index) = self.index.get(name) {
            return Ok(*index);
        }
        if self.columns.len() == MAX_COLUMNS {
            return Err(TOO_MANY_COLUMNS);
        }
        self.columns.push(Column::new(name, self.types.get(name)));
        self.check_missing()?;
        self.index.insert(name.to_owned(), self.columns.len() - 1);
        Ok(self.columns.len() - 1)
    }

    /// Makes the columns of these names, in their order.
    pub(crate) fn with_columns<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Result<Self, String> {
        for (number, name) in names.into_iter().enumerate() {
            if self.index_of(name, number)? != number {
                return Err(format!("the column `{name}` occurs twice"));
            }
        }
        Ok(self)
    }

    pub(crate) fn end_row(&mut self) -> Result<(), Error> {
        self.row += 1;
        self.check_missing()
            .map_err(|message| Error::Shape(message.to_owned()))?;
        if self
            .columns
            .iter()
            .any(|column| matches!(&column.values, Values::Text(texts) if texts.bytes.len() >= FULL_TEXT))
        {
            self.end_batch()?;
        }
        Ok(())
    }

    fn check_missing(&self) -> Result<(), &'static str> {
        let all = self.num_rows().saturating_mul(self.columns.len());
        let most = MAX_MISSING.saturating_add(self.num_cells.saturating_mul(MISSING_FOR_EACH));
        match all.saturating_sub(self.num_cells) > most {
            true => Err(TOO_SPARSE),
            false => Ok(()),
        }
    }

    pub(crate) fn finish(mut self) -> Result<Table, Error> {
        if self.row > 0 || self.done.is_empty() {
            self.end_batch()?;
        }
        Table::from_batches(self.done)
    }

    fn end_batch(&mut self) -> Result<(), Error> {
        let num_rows = std::mem::take(&mut self.row);
        self.num_rows_done += num_rows;
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut arrays = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            let fresh = Column::new(&column.name, column.declared);
            let (name, array) = std::mem::replace(column, fresh).finish(num_rows)?;
            fields.push(Field::new(name, array.data_type().clone(), true));
            arrays.push(array);
        }
        self.done
            .push(new_batch(&Arc::new(Schema::new(fields)), arrays, num_rows)?);
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

    fn finish(mut self, num_rows: usize) -> Result<(String, ArrayRef), Error> {
        self.reach(num_rows);
        let nulls = self.validity.finish();
        Ok((self.name, self.values.finish(num_rows, nulls)?))
    }
}
