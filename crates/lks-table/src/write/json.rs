//! JSON: an array of objects, or one object per line.

use std::io::{self, Write};

use arrow_array::RecordBatch;

use super::cell::Column;
use super::{Writer, failed};
use crate::error::Error;
use crate::table::Table;

/// An array of objects with one key per column, in column order, one row per line.
///
/// Floats always have a point or an exponent; NaN and infinities, for which JSON has no word, become null. Moments are
/// ISO 8601 text.
///
/// # Errors
/// [`Error::Write`].
pub fn json(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    super::all(table, Writer::json(out)?)
}

/// One object per line, as in [`json`].
///
/// # Errors
/// [`Error::Write`].
pub fn ndjson(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    super::all(table, Writer::ndjson(out))
}

/// Gives each row as an object with one key per column.
pub(super) fn each_object(
    batch: &RecordBatch,
    format: &'static str,
    mut take: impl FnMut(&mut String) -> io::Result<()>,
) -> Result<(), Error> {
    let schema = batch.schema_ref();
    let column = |(field, array): (&std::sync::Arc<arrow_schema::Field>, _)| {
        let key = serde_json::Value::from(field.name().as_str()).to_string() + ":";
        Ok((key, Column::new(field, array)?))
    };
    let columns = schema.fields().iter().zip(batch.columns()).map(column);
    let columns = columns.collect::<Result<Vec<_>, Error>>()?;
    let mut object = String::new();
    for row in 0..batch.num_rows() {
        object.clear();
        object.push('{');
        for (number, (key, column)) in columns.iter().enumerate() {
            if number > 0 {
                object.push(',');
            }
            object.push_str(key);
            column.push_json(&mut object, row);
        }
        object.push('}');
        take(&mut object).map_err(failed(format))?;
    }
    Ok(())
}
