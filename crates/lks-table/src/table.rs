//! The table itself: a schema, record batches that all have it, and positions that find a row in them.

mod batches;
mod columns;
mod gather;
mod row;
mod rows;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use arrow_array::{Array, ArrayRef, RecordBatch, new_null_array};
use arrow_schema::{Field, FieldRef, Metadata, Schema, SchemaRef};
use arrow_select::concat::concat as concat_arrays;

pub(crate) use batches::new_batch;
pub(crate) use gather::gather;
pub use row::{Cell, Row, Rows};
pub use rows::concat;
pub(crate) use rows::{Key, batch_lengths};

use crate::error::Error;
use crate::types::{ColumnType, ColumnTypes};

/// In so few rows a column is looked for among all.
const FEW_ROWS: usize = 64;

/// Rows with named, typed, nullable columns. Cloning is cheap; every operation gives a new table.
#[derive(Clone)]
pub struct Table {
    inner: Arc<Inner>,
}

struct Inner {
    schema: SchemaRef,
    /// The places of the columns, once a table of many rows is asked for one: most tables are steps on the way to the next, or have a few rows.
    index: OnceLock<HashMap<String, usize>>,
    batches: Vec<RecordBatch>,
    /// The table's row number of each batch's first row.
    starts: Vec<usize>,
    num_rows: usize,
}

impl Table {
    /// No columns and no rows. The first column given to it decides how many rows there are.
    pub fn empty() -> Self {
        Self::from_uniform(Arc::new(Schema::empty()), Vec::new())
    }

    /// The columns of `types` and no rows.
    pub fn with_types(types: &ColumnTypes) -> Self {
        let fields: Vec<Field> = types
            .iter()
            .map(|(name, kind)| Field::new(name, kind.data_type(), true))
            .collect();
        Self::from_uniform(Arc::new(Schema::new(fields)), Vec::new())
    }

    /// Batches that are known to have this schema, of normalized types.
    pub(crate) fn from_uniform(schema: SchemaRef, mut batches: Vec<RecordBatch>) -> Self {
        batches.retain(|batch| batch.num_rows() > 0);
        let mut num_rows = 0;
        let mut starts = Vec::with_capacity(batches.len());
        for batch in &batches {
            starts.push(num_rows);
            num_rows += batch.num_rows();
        }
        Self {
            inner: Arc::new(Inner {
                schema,
                index: OnceLock::new(),
                batches,
                starts,
                num_rows,
            }),
        }
    }

    /// How many rows there are.
    pub fn num_rows(&self) -> usize {
        self.inner.num_rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.num_rows() == 0
    }

    /// Names and Arrow types of the columns; each type is one of [`ColumnType::data_type`] or `Null`.
    pub fn schema(&self) -> &SchemaRef {
        &self.inner.schema
    }

    /// What its file says besides its columns, by key: that of Arrow's schema, which Parquet and Arrow files carry.
    pub fn metadata(&self) -> &Metadata {
        self.inner.schema.metadata()
    }

    /// The same table with these metadata in place of others. Tables of some of its rows or columns, and with other columns added, keep them.
    ///
    /// # Errors
    /// None is known; a schema that does not fit its rows would be one.
    pub fn with_metadata(&self, metadata: Metadata) -> Result<Self, Error> {
        self.with_schema(self.inner.schema.as_ref().clone().with_metadata(metadata))
    }

    /// The same table with units for columns that it has, as field metadata `unit` of Arrow and Parquet; other columns keep theirs. A
    /// column whose values are replaced loses its unit.
    ///
    /// # Errors
    /// None is known; a schema that does not fit its rows would be one.
    pub fn with_units(&self, units: &[(&str, &str)]) -> Result<Self, Error> {
        let fields = self.inner.schema.fields().iter().map(|field| {
            let mut field = field.as_ref().clone();
            if let Some((_, unit)) = units.iter().find(|(column, _)| column == field.name()) {
                field.metadata_mut().insert("unit".to_owned(), (*unit).to_owned());
            }
            field
        });
        let fields = fields.collect::<Vec<Field>>();
        self.with_schema(Schema::new_with_metadata(fields, self.metadata().clone()))
    }

    /// The same rows under a schema that differs in names and metadata only.
    pub(crate) fn with_schema(&self, schema: Schema) -> Result<Self, Error> {
        let schema = Arc::new(schema);
        let batches = self.inner.batches.iter();
        let batches = batches.map(|batch| new_batch(&schema, batch.columns().to_vec(), batch.num_rows()));
        let batches = batches.collect::<Result<_, _>>()?;
        Ok(Self::from_uniform(schema, batches))
    }

    /// The rows in pieces, all of the table's schema and none empty. A page that was decoded is a piece of its own.
    pub fn batches(&self) -> &[RecordBatch] {
        &self.inner.batches
    }

    /// The names of the columns, in order.
    pub fn column_names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.inner.schema.fields().iter().map(|field| field.name().as_str())
    }

    /// Whether there is a column of this name.
    pub fn has_column(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The kind of a column; `None` if it is not there or holds nothing but null.
    pub fn column_type(&self, name: &str) -> Option<ColumnType> {
        let index = self.find(name)?;
        ColumnType::of(self.inner.schema.field(index).data_type())
    }

    /// All values of a column in one array; `None` if there is no such column.
    ///
    /// Copies when the table has several batches. A text column of more than 2 GiB does not fit in one array and is
    /// `None` too: walk [`Table::batches`] or [`Table::texts`] where tables may be that large.
    pub fn column(&self, name: &str) -> Option<ArrayRef> {
        self.whole_column(self.find(name)?).ok()
    }

    /// The text of each row of a column; nulls for a column that is not there or is not text.
    pub fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Option<&'a str>> + 'a {
        let column = self.find(name);
        self.rows().map(move |row| row.cell_at(column?)?.text())
    }

    /// A row by its index.
    ///
    /// # Panics
    /// If `index` is not below [`Table::num_rows`], as for a slice.
    pub fn row(&self, index: usize) -> Row<'_> {
        assert!(
            index < self.num_rows(),
            "row {index} of a table of {} rows",
            self.num_rows()
        );
        let (batch, offset) = self.locate(index);
        Row::new(self, batch, offset)
    }

    /// All rows in order.
    pub fn rows(&self) -> Rows<'_> {
        Rows::new(self)
    }

    /// The bytes that the columns hold in memory; shared buffers are counted in every table that uses them.
    pub fn memory_size(&self) -> usize {
        self.batches().iter().map(RecordBatch::get_array_memory_size).sum()
    }

    /// The batches, not kept by this table any more.
    fn into_batches(self) -> Vec<RecordBatch> {
        match Arc::try_unwrap(self.inner) {
            Ok(inner) => inner.batches,
            Err(shared) => shared.batches.clone(),
        }
    }

    /// The number of the batch that holds a row, and the row's place in it.
    pub(crate) fn locate(&self, position: usize) -> (usize, usize) {
        let batch = self.inner.starts.partition_point(|start| *start <= position) - 1;
        (batch, position - self.inner.starts[batch])
    }

    pub(crate) fn index_of(&self, name: &str) -> Result<usize, Error> {
        self.find(name)
            .ok_or_else(|| Error::unknown_column(name, self.column_names()))
    }

    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let fields = self.inner.schema.fields();
        if self.num_rows() <= FEW_ROWS {
            return fields.iter().position(|field| field.name() == name);
        }
        let index = self.inner.index.get_or_init(|| {
            let names = fields.iter().map(|field| field.name().clone());
            names.enumerate().map(|(place, name)| (name, place)).collect()
        });
        index.get(name).copied()
    }

    pub(crate) fn whole_column(&self, index: usize) -> Result<ArrayRef, Error> {
        match self.batches() {
            [] => Ok(new_null_array(self.schema().field(index).data_type(), 0)),
            [batch] => Ok(Arc::clone(batch.column(index))),
            batches => {
                let parts: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(index).as_ref()).collect();
                Ok(concat_arrays(&parts)?)
            }
        }
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<String> = self
            .schema()
            .fields()
            .iter()
            .map(|field| {
                format!(
                    "{}: {}",
                    field.name(),
                    ColumnType::of(field.data_type()).map_or("null", |t| t.name())
                )
            })
            .collect();
        f.debug_struct("Table")
            .field("num_rows", &self.num_rows())
            .field("columns", &columns)
            .finish()
    }
}

/// Same columns in the same order, with the same types, units and values; how the rows are cut into batches and what else other programs
/// noted of a column does not count.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&FieldRef, &FieldRef)| {
            (a.name(), a.data_type(), a.metadata().get("unit")) == (b.name(), b.data_type(), b.metadata().get("unit"))
        };
        let (ours, others) = (self.schema().fields(), other.schema().fields());
        ours.len() == others.len()
            && ours.iter().zip(others).all(same)
            && self.num_rows() == other.num_rows()
            && self.rows().zip(other.rows()).all(|(a, b)| a.cells().eq(b.cells()))
    }
}

#[cfg(test)]
mod tests;
