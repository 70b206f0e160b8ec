//! CSV (RFC 4180) that says by its quotes which cells are text.

use std::io::{self, Write};

use crate::error::Error;
use crate::read::csv::is_plain_text;
use crate::table::{Cell, Table};
use crate::write::{failed, float_digits};

/// A header line and a line per row.
///
/// Text that looks like something else (`158324245`, `true`, nothing at all) is quoted, other text only where it must
/// be; null is an empty cell; floats have a point or an exponent. So [`crate::read::csv`] gives the same types back,
/// and other programs read an ordinary CSV file.
///
/// # Errors
/// [`Error::Write`].
pub fn csv(table: &Table, mut out: impl Write) -> Result<(), Error> {
    let mut write = || {
        for (number, name) in table.column_names().enumerate() {
            separate(&mut out, number)?;
            if name.is_empty() || name.contains(['"', ',', '\n', '\r']) {
                quoted(&mut out, name)?;
            } else {
                out.write_all(name.as_bytes())?;
            }
        }
        out.write_all(b"\n")?;
        for row in table.rows() {
            for (number, cell) in row.cells().enumerate() {
                separate(&mut out, number)?;
                match cell {
                    None => {}
                    Some(Cell::Text(text)) if is_plain_text(text) => out.write_all(text.as_bytes())?,
                    Some(Cell::Text(text)) => quoted(&mut out, text)?,
                    Some(Cell::Float(value)) => out.write_all(float_digits(value).as_bytes())?,
                    Some(cell @ (Cell::Integer(_) | Cell::Boolean(_) | Cell::Timestamp(_))) => write!(out, "{cell}")?,
                }
            }
            out.write_all(b"\n")?;
        }
        out.flush()
    };
    write().map_err(failed("CSV"))
}

fn separate(out: &mut impl Write, number: usize) -> io::Result<()> {
    if number > 0 { out.write_all(b",") } else { Ok(()) }
}

fn quoted(out: &mut impl Write, text: &str) -> io::Result<()> {
    write!(out, "\"{}\"", text.replace('"', "\"\""))
}
