//! Lists as text, for formats and tables that have none.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use super::cell::Column;
use crate::error::Error;

/// The batch with each list as the text that JSON has for it. A [`crate::Table`] holds no lists.
///
/// # Errors
/// [`Error::Shape`] for a list of something that has no text.
pub fn without_lists(batch: &RecordBatch) -> Result<RecordBatch, Error> {
    let column = |(field, array): (&Arc<Field>, &ArrayRef)| -> Result<(Field, ArrayRef), Error> {
        if !matches!(field.data_type(), DataType::FixedSizeList(..) | DataType::LargeList(_)) {
            return Ok((field.as_ref().clone(), array.clone()));
        }
        let column = Column::new(field, array)?;
        let text = |row| {
            let mut text = String::new();
            column.push_json(&mut text, row);
            Some(text)
        };
        let texts: ArrayRef = Arc::new((0..batch.num_rows()).map(text).collect::<StringArray>());
        Ok((Field::new(field.name(), DataType::Utf8, true), texts))
    };
    let columns = batch.schema_ref().fields().iter().zip(batch.columns()).map(column);
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.collect::<Result<_, Error>>()?;
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}
