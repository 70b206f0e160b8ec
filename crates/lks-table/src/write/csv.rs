//! CSV (RFC 4180) that says by its quotes which cells are text.

use std::io::{self, Write};
use std::ops::Range;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::cell::{Column, push_quoted};
use super::several::{in_order, num_threads};
use super::{Writer, failed};
use crate::error::Error;
use crate::table::Table;

/// Rows whose text is made at once: little enough for the allocator to use the same memory for the next ones.
const ROWS_AT_ONCE: usize = 1 << 8;

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
    let num_rows = batch.num_rows();
    let starts = (0..num_rows).step_by(ROWS_AT_ONCE);
    let text = |start: usize| text_of(&columns, start..num_rows.min(start + ROWS_AT_ONCE));
    in_order(num_threads(num_rows), starts, text, |text| {
        out.write_all(text.as_bytes())
    })
    .map_err(failed("CSV"))
}

fn text_of(columns: &[Column<'_>], rows: Range<usize>) -> String {
    let mut text = String::new();
    // Where the last cell of each column is: neighbouring rows have much in common, and copying a cell takes less time than writing it.
    let mut last = vec![0..0; columns.len()];
    for row in rows.clone() {
        for (number, (column, last)) in columns.iter().zip(&mut last).enumerate() {
            if number > 0 {
                text.push(',');
            }
            let start = text.len();
            match row > rows.start && column.is_as_before(row) {
                true => text.extend_from_within(last.clone()),
                false => column.push_csv(&mut text, row),
            }
            *last = start..text.len();
        }
        text.push('\n');
    }
    text
}
