//! CSV (RFC 4180) that says by its quotes which cells are text.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::cell::{Column, push_quoted};
use super::{Writer, failed};
use crate::error::Error;
use crate::table::Table;

/// A header line and a line per row.
///
/// Text that looks like something else (`158324245`, `true`, nothing at all) is quoted, other text only where it must
/// be; null is an empty cell; floats have a point or an exponent. So [`crate::read::csv`] gives the same types back,
/// and other programs read an ordinary CSV file.
///
/// # Errors
/// [`Error::Write`].
pub fn csv(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    super::all(table, Writer::csv(table.schema(), out)?)
}

/// The header line.
pub(super) fn names(schema: &Schema, out: &mut impl Write) -> io::Result<()> {
    let mut line = String::new();
    for (number, field) in schema.fields().iter().enumerate() {
        if number > 0 {
            line.push(',');
        }
        let name = field.name();
        if name.is_empty() || name.contains(['"', ',', '\n', '\r']) {
            push_quoted(&mut line, name);
        } else {
            line.push_str(name);
        }
    }
    line.push('\n');
    out.write_all(line.as_bytes())
}

/// A line per row.
pub(super) fn lines(batch: &RecordBatch, out: &mut impl Write) -> Result<(), Error> {
    let fields = batch.schema_ref().fields().iter();
    let columns = fields
        .zip(batch.columns())
        .map(|(field, array)| Column::new(field, array));
    let columns = columns.collect::<Result<Vec<_>, Error>>()?;
    let mut line = String::new();
    for row in 0..batch.num_rows() {
        line.clear();
        for (number, column) in columns.iter().enumerate() {
            if number > 0 {
                line.push(',');
            }
            column.push_csv(&mut line, row);
        }
        line.push('\n');
        out.write_all(line.as_bytes()).map_err(failed("CSV"))?;
    }
    Ok(())
}
