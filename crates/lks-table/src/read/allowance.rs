//! How much memory a table may take whose file can say in a few bytes that there are many cells: nulls without end, one long text for
//! every row, lists that share their elements. What is spelled cell by cell, as CSV and VOTable are, needs no such limit.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, RecordBatch, make_array};
use arrow_schema::DataType;

use crate::error::Error;
use crate::types::{normalized, text_size};

/// A table takes so many bytes, however small its file is: a million rows of 64 numbers need half of them.
const ALWAYS_ALLOWED: u64 = 1 << 30;
/// Or so many for each byte of its file,
const FOR_EACH: u64 = 200;
/// up to these.
const MAX_TABLE: u64 = 4 << 30;
/// What a cell takes at least.
const PER_CELL: u64 = 8;
/// What a column of a batch takes beside its cells.
const PER_ARRAY: u64 = 1 << 10;

/// The bytes that are left for a table.
#[derive(Clone)]
pub(super) struct Allowance {
    all: u64,
    left: u64,
}

impl Allowance {
    pub(super) fn for_file(num_bytes: usize) -> Self {
        let all = (num_bytes as u64)
            .saturating_mul(FOR_EACH)
            .clamp(ALWAYS_ALLOWED, MAX_TABLE);
        Self { all, left: all }
    }

    /// Takes the bytes of something that is about to be made.
    pub(super) fn take(&mut self, num_bytes: u64) -> Result<(), Error> {
        self.left = self.left.checked_sub(num_bytes).ok_or_else(|| {
            Error::Shape(format!(
                "the table takes more than {} bytes of memory, the most for a file of this size; write it as CSV, or fewer rows of it",
                self.all
            ))
        })?;
        Ok(())
    }

    /// Takes the bytes of the batch when all its cells are spelled out.
    pub(super) fn take_batch(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.take(PER_CELL.saturating_mul(batch.num_rows() as u64))?;
        self.take(PER_ARRAY.saturating_mul(batch.num_columns() as u64))?;
        batch
            .columns()
            .iter()
            .try_for_each(|column| self.take(spelled(column)?))
    }
}

/// Bytes of the array as the table would hold it.
fn spelled(array: &ArrayRef) -> Result<u64, Error> {
    let num_cells = array.len() as u64;
    let num_bytes = match array.data_type() {
        DataType::Null => 0,
        DataType::Utf8View => array.as_string_view().lengths().map(u64::from).sum(),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let sizes = sizes(dictionary.values())?;
            let keys = normalized(&make_array(dictionary.keys().to_data()))?;
            let keys = keys.as_primitive::<Int64Type>().iter().flatten();
            let size = |key| usize::try_from(key).ok().and_then(|key: usize| sizes.get(key)).copied();
            keys.filter_map(size).fold(0, u64::saturating_add)
        }
        DataType::RunEndEncoded(..) => {
            let values = array
                .to_data()
                .child_data()
                .last()
                .map(|values| make_array(values.clone()));
            let largest = values.map(|values| sizes(&values)).transpose()?;
            num_cells.saturating_mul(largest.into_iter().flatten().max().unwrap_or(0))
        }
        DataType::Utf8 => length(array.as_string::<i32>().value_offsets()),
        DataType::LargeUtf8 => length(array.as_string::<i64>().value_offsets()),
        other if other.is_nested() => text_size(array)?,
        _ => 0,
    };
    Ok(num_cells.saturating_mul(PER_CELL).saturating_add(num_bytes))
}

/// Bytes of texts between the first offset and the last.
fn length<O: Copy + Into<i64>>(offsets: &[O]) -> u64 {
    let ends = offsets.first().zip(offsets.last());
    ends.map_or(0, |(&start, &end)| {
        u64::try_from(end.into() - start.into()).unwrap_or(0)
    })
}

/// [`spelled`] of each cell.
fn sizes(values: &ArrayRef) -> Result<Vec<u64>, Error> {
    (0..values.len()).map(|row| spelled(&values.slice(row, 1))).collect()
}
