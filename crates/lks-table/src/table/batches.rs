//! A table of batches that need not be alike.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};

use super::Table;
use crate::error::Error;
use crate::types::{ColumnType, common_type, normalized, widened};

impl Table {
    /// A table of all the batches' rows, in order.
    ///
    /// The columns are those of all batches, in the order they are first met; a batch without a column has nulls there.
    /// Where types differ the wider one holds (integer < float < text), and the metadata of a column are those of the first batch that
    /// has it. Arrow types that the table does not have become the nearest of [`ColumnType`].
    ///
    /// # Errors
    /// If a batch names a column twice, or one text array would pass 2 GiB.
    pub fn from_batches(batches: Vec<RecordBatch>) -> Result<Self, Error> {
        let mut first_met: Vec<FieldRef> = Vec::new();
        let mut parts: HashMap<String, Vec<ArrayRef>> = HashMap::new();
        for (number, batch) in batches.iter().enumerate() {
            for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
                let column = parts.entry(field.name().clone()).or_insert_with(|| {
                    first_met.push(Arc::clone(field));
                    Vec::with_capacity(batches.len())
                });
                if column.len() > number {
                    return Err(Error::Shape(format!("the column `{}` occurs twice", field.name())));
                }
                fill(column, &batches[..number]);
                column.push(normalized(array)?);
            }
        }
        let mut fields = Vec::with_capacity(first_met.len());
        let mut columns = Vec::with_capacity(first_met.len());
        for field in first_met {
            let mut column = parts.remove(field.name()).unwrap_or_default();
            fill(&mut column, &batches);
            let kind = common_type(column.iter());
            let data_type = kind.map_or(DataType::Null, ColumnType::data_type);
            fields.push(Field::new(field.name(), data_type, true).with_metadata(field.metadata().clone()));
            columns.push(
                column
                    .iter()
                    .map(|part| widened(part, kind))
                    .collect::<Result<Vec<_>, _>>()?,
            );
        }
        let schema = Arc::new(Schema::new(fields));
        let uniform = batches
            .iter()
            .enumerate()
            .map(|(number, batch)| {
                let arrays = columns.iter().map(|column| Arc::clone(&column[number])).collect();
                new_batch(&schema, arrays, batch.num_rows())
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::from_uniform(schema, uniform))
    }
}

/// A batch that keeps its number of rows even without columns.
pub(crate) fn new_batch(schema: &SchemaRef, arrays: Vec<ArrayRef>, num_rows: usize) -> Result<RecordBatch, Error> {
    let options = RecordBatchOptions::new().with_row_count(Some(num_rows));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)?)
}

/// Nulls for the batches of which this column has no part yet.
fn fill(column: &mut Vec<ArrayRef>, batches: &[RecordBatch]) {
    let missing = batches.iter().skip(column.len());
    let nulls: Vec<ArrayRef> = missing
        .map(|batch| new_null_array(&DataType::Null, batch.num_rows()))
        .collect();
    column.extend(nulls);
}
