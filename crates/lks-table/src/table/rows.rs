//! Operations on rows: filter, take, slice, put together, remove duplicates. Positions only, no labels.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_select::concat::concat_batches;
use arrow_select::filter::filter_record_batch;

use crate::error::Error;
use crate::table::gather::{Place, gather};
use crate::table::{Cell, Table, new_batch};

/// Results are cut into batches of at most this many rows, so that no text array comes near 2 GiB.
const BATCH_ROWS: usize = 1 << 16;

impl Table {
    /// The rows for which the mask is true. Null counts as false.
    ///
    /// # Errors
    /// [`Error::Shape`] if the mask has not one value per row.
    pub fn filter(&self, mask: &BooleanArray) -> Result<Self, Error> {
        if mask.len() != self.num_rows() {
            let (given, wanted) = (mask.len(), self.num_rows());
            return Err(Error::Shape(format!("the filter has {given} values for {wanted} rows")));
        }
        let mut start = 0;
        let mut batches = Vec::with_capacity(self.batches().len());
        for batch in self.batches() {
            let filtered = filter_record_batch(batch, &mask.slice(start, batch.num_rows()))?;
            start += batch.num_rows();
            if filtered.num_rows() > 0 {
                batches.push(filtered);
            }
        }
        Ok(Self::from_uniform(Arc::clone(self.schema()), self.coalesced(batches)?))
    }

    /// The rows at these indices, in this order; an index may occur more than once.
    ///
    /// # Errors
    /// [`Error::Shape`] if an index is not below [`Table::num_rows`].
    pub fn take(&self, indices: &[usize]) -> Result<Self, Error> {
        self.check_indices(indices)?;
        if self.is_all(indices) {
            return Ok(self.clone());
        }
        let chunks = indices.chunks(BATCH_ROWS);
        let batches = chunks.map(|chunk| self.gathered(chunk.iter().map(|index| Some(*index))));
        Ok(Self::from_uniform(
            Arc::clone(self.schema()),
            batches.collect::<Result<Vec<_>, _>>()?,
        ))
    }

    /// [`Table::take`] of a table that is not needed any more: each column's memory is given back as soon as its rows are
    /// taken, so that a large table is never in memory twice. Columns that another table shares stay.
    ///
    /// # Errors
    /// As [`Table::take`].
    pub fn into_taken(self, indices: &[usize]) -> Result<Self, Error> {
        self.check_indices(indices)?;
        if self.is_all(indices) {
            return Ok(self);
        }
        let places: Vec<Option<Place>> = indices.iter().map(|index| Some(self.locate(*index))).collect();
        let schema = Arc::clone(self.schema());
        let mut sources: Vec<_> = self
            .into_batches()
            .into_iter()
            .map(|batch| batch.into_parts().1.into_iter())
            .collect();
        let mut parts: Vec<Vec<ArrayRef>> = places.chunks(BATCH_ROWS).map(|_| Vec::new()).collect();
        for field in schema.fields() {
            let column: Vec<ArrayRef> = sources.iter_mut().filter_map(Iterator::next).collect();
            for (part, places) in parts.iter_mut().zip(places.chunks(BATCH_ROWS)) {
                part.push(gather(field.data_type(), &column, places)?);
            }
        }
        let lengths = batch_lengths(indices.len());
        let batches = parts
            .into_iter()
            .zip(lengths)
            .map(|(arrays, length)| new_batch(&schema, arrays, length));
        Ok(Self::from_uniform(
            Arc::clone(&schema),
            batches.collect::<Result<Vec<_>, _>>()?,
        ))
    }

    /// Whether these are all rows as they stand, of which nothing need be copied.
    fn is_all(&self, indices: &[usize]) -> bool {
        indices.len() == self.num_rows() && indices.iter().enumerate().all(|(row, index)| row == *index)
    }

    fn check_indices(&self, indices: &[usize]) -> Result<(), Error> {
        match indices.iter().find(|index| **index >= self.num_rows()) {
            None => Ok(()),
            Some(beyond) => Err(Error::Shape(format!(
                "row {beyond} was asked of a table of {} rows",
                self.num_rows()
            ))),
        }
    }

    /// The rows at these indices, and a row of nulls for each `None`, in batches of these lengths. Indices must be
    /// below the number of rows.
    pub(crate) fn take_or_null(&self, indices: &[Option<usize>], lengths: &[usize]) -> Result<Self, Error> {
        let mut rest = indices;
        let mut batches = Vec::with_capacity(lengths.len());
        for length in lengths {
            let (chunk, after) = rest.split_at(*length);
            batches.push(self.gathered(chunk.iter().copied())?);
            rest = after;
        }
        Ok(Self::from_uniform(Arc::clone(self.schema()), batches))
    }

    /// At most `num_rows` rows from index `offset` on; fewer if the table ends before.
    pub fn slice(&self, offset: usize, num_rows: usize) -> Self {
        let (mut skip, mut left) = (offset, num_rows);
        let mut batches = Vec::new();
        for batch in self.batches() {
            let here = batch.num_rows().saturating_sub(skip).min(left);
            if here > 0 {
                batches.push(batch.slice(skip, here));
            }
            skip = skip.saturating_sub(batch.num_rows());
            left -= here;
        }
        Self::from_uniform(Arc::clone(self.schema()), batches)
    }

    /// The first row of each value in a column, and how many rows went. Rows where it is null are all kept: nothing
    /// says that they are the same.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`].
    pub fn distinct_by(&self, name: &str) -> Result<(Self, usize), Error> {
        let index = self.index_of(name)?;
        let mut seen: HashSet<Key<'_>> = HashSet::with_capacity(self.num_rows());
        let mut kept = Vec::with_capacity(self.num_rows());
        for batch in self.batches() {
            let array = batch.column(index);
            kept.extend((0..array.len()).map(|row| Cell::of(array, row).is_none_or(|cell| seen.insert(Key::of(cell)))));
        }
        let removed = kept.iter().filter(|keep| !**keep).count();
        if removed == 0 {
            return Ok((self.clone(), 0));
        }
        Ok((self.filter(&BooleanArray::from(kept))?, removed))
    }

    /// One batch of the chosen rows.
    fn gathered(&self, indices: impl Iterator<Item = Option<usize>>) -> Result<RecordBatch, Error> {
        let places: Vec<Option<Place>> = indices.map(|index| index.map(|index| self.locate(index))).collect();
        let gathered = self.schema().fields().iter().enumerate().map(|(index, field)| {
            let batches = self.batches().iter();
            let column: Vec<ArrayRef> = batches.map(|batch| Arc::clone(batch.column(index))).collect();
            gather(field.data_type(), &column, &places)
        });
        new_batch(self.schema(), gathered.collect::<Result<Vec<_>, _>>()?, places.len())
    }

    /// Neighbouring small batches put together: a filter over many pages must not leave hundreds of batches of a row.
    fn coalesced(&self, batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>, Error> {
        let mut whole = Vec::new();
        let mut group: Vec<RecordBatch> = Vec::new();
        let mut grouped = 0;
        for batch in batches {
            if grouped + batch.num_rows() > BATCH_ROWS && !group.is_empty() {
                whole.push(concat_batches(self.schema(), &group)?);
                group.clear();
                grouped = 0;
            }
            grouped += batch.num_rows();
            group.push(batch);
        }
        match group.as_slice() {
            [] => {}
            [one] => whole.push(one.clone()),
            several => whole.push(concat_batches(self.schema(), several)?),
        }
        Ok(whole)
    }
}

/// The lengths of the batches into which so many rows are cut.
pub(crate) fn batch_lengths(num_rows: usize) -> Vec<usize> {
    (0..num_rows)
        .step_by(BATCH_ROWS)
        .map(|start| BATCH_ROWS.min(num_rows - start))
        .collect()
}

/// The rows of all tables in order, with the columns of all of them; see [`Table::from_batches`]. Copies no column
/// whose type is the same everywhere.
///
/// # Errors
/// As [`Table::from_batches`].
pub fn concat(tables: &[Table]) -> Result<Table, Error> {
    match tables {
        [] => Ok(Table::empty()),
        [table] => Ok(table.clone()),
        tables => {
            let batches = tables.iter().flat_map(|table| match table.batches() {
                // A table without rows still says which columns there are.
                [] => vec![RecordBatch::new_empty(Arc::clone(table.schema()))],
                batches => batches.to_vec(),
            });
            Table::from_batches(batches.collect())
        }
    }
}

/// A value that can be looked up. All NaNs are one value, and 0 is -0.
#[derive(PartialEq, Eq, Hash)]
pub(crate) enum Key<'a> {
    Text(&'a str),
    Integer(i64),
    Float(u64),
    Boolean(bool),
    Timestamp(i64),
}

impl<'a> Key<'a> {
    pub(crate) fn of(cell: Cell<'a>) -> Self {
        match cell {
            Cell::Text(text) => Self::Text(text),
            Cell::Integer(integer) => Self::Integer(integer),
            Cell::Float(float) if float.is_nan() => Self::Float(f64::NAN.to_bits()),
            Cell::Float(float) => Self::Float((float + 0.0).to_bits()),
            Cell::Boolean(boolean) => Self::Boolean(boolean),
            Cell::Timestamp(micros) => Self::Timestamp(micros),
        }
    }
}
