//! JSON: an array of objects, or one object per line.

use std::io::{self, Write};

use crate::error::Error;
use crate::table::{Cell, Row, Table};
use crate::write::{failed, float_digits};

/// An array of objects with one key per column, in column order, one row per line.
///
/// Floats always have a point or an exponent; NaN and infinities, for which JSON has no word, become null. Moments are
/// ISO 8601 text.
///
/// # Errors
/// [`Error::Write`].
pub fn json(table: &Table, mut out: impl Write) -> Result<(), Error> {
    let names = quoted_names(table);
    let mut write = || {
        out.write_all(b"[")?;
        for (number, row) in table.rows().enumerate() {
            out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            write_row(&mut out, &names, &row)?;
        }
        out.write_all(if table.is_empty() { b"]\n" } else { b"\n]\n" })?;
        out.flush()
    };
    write().map_err(failed("JSON"))
}

/// One object per line, as in [`json`].
///
/// # Errors
/// [`Error::Write`].
pub fn ndjson(table: &Table, mut out: impl Write) -> Result<(), Error> {
    let names = quoted_names(table);
    let mut write = || {
        for row in table.rows() {
            write_row(&mut out, &names, &row)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    };
    write().map_err(failed("NDJSON"))
}

/// The column names as JSON strings, made once.
fn quoted_names(table: &Table) -> Vec<String> {
    table
        .column_names()
        .map(|name| serde_json::Value::from(name).to_string())
        .collect()
}

fn write_row(out: &mut impl Write, names: &[String], row: &Row<'_>) -> io::Result<()> {
    out.write_all(b"{")?;
    for (number, (name, cell)) in names.iter().zip(row.cells()).enumerate() {
        write!(out, "{}{name}:", if number == 0 { "" } else { "," })?;
        match cell {
            None => out.write_all(b"null")?,
            Some(Cell::Float(value)) if !value.is_finite() => out.write_all(b"null")?,
            Some(Cell::Float(value)) => out.write_all(float_digits(value).as_bytes())?,
            Some(Cell::Text(text)) => serde_json::to_writer(&mut *out, text)?,
            Some(cell @ Cell::Timestamp(_)) => write!(out, "\"{cell}\"")?,
            Some(cell @ (Cell::Integer(_) | Cell::Boolean(_))) => write!(out, "{cell}")?,
        }
    }
    out.write_all(b"}")
}
