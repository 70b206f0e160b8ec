//! The rows of a table being built.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema};

use crate::decode::column::Column;
use crate::decode::values::Values;
use crate::error::Error;
use crate::table::{Table, new_batch};
use crate::types::ColumnTypes;

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
