//! VOTable 1.4 (<https://www.ivoa.net/documents/VOTable/20191021/>) with its rows as `TABLEDATA`.

use std::fmt::Write as _;
use std::io::Write;

use crate::error::Error;
use crate::table::{Cell, Table};
use crate::types::ColumnType;
use crate::write::{failed, float_digits};

/// One `TABLE` with a `FIELD` per column. `units` are (column, unit) pairs in VOUnit spelling, for example
/// `("s_ra", "deg")`.
///
/// An empty cell is null, as the standard has it, so empty text becomes null. Characters that XML cannot hold become
/// U+FFFD. A column of nothing but nulls is written as text.
///
/// # Errors
/// [`Error::UnknownColumn`] for a unit of a column that is not there; [`Error::Write`].
pub fn votable(table: &Table, units: &[(&str, &str)], mut out: impl Write) -> Result<(), Error> {
    for (name, _) in units {
        table.index_of(name)?;
    }
    let mut write = || {
        out.write_all(
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n<RESOURCE type=\"results\">\n",
        )?;
        writeln!(out, "<TABLE nrows=\"{}\">", table.n_rows())?;
        for name in table.column_names() {
            out.write_all(field(table, name, units).as_bytes())?;
        }
        out.write_all(b"<DATA><TABLEDATA>\n")?;
        let mut line = String::new();
        for row in table.rows() {
            line.clear();
            line.push_str("<TR>");
            for cell in row.cells() {
                line.push_str("<TD>");
                push_cell(&mut line, cell);
                line.push_str("</TD>");
            }
            line.push_str("</TR>\n");
            out.write_all(line.as_bytes())?;
        }
        out.write_all(b"</TABLEDATA></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n")?;
        out.flush()
    };
    write().map_err(failed("VOTable"))
}

fn field(table: &Table, name: &str, units: &[(&str, &str)]) -> String {
    let kind = match table.column_type(name) {
        Some(ColumnType::Integer) => "datatype=\"long\"",
        Some(ColumnType::Float) => "datatype=\"double\"",
        Some(ColumnType::Boolean) => "datatype=\"boolean\"",
        Some(ColumnType::Timestamp) => "datatype=\"char\" arraysize=\"*\" xtype=\"timestamp\"",
        // `char` is ASCII.
        Some(ColumnType::Text) if table.texts(name).flatten().all(str::is_ascii) => "datatype=\"char\" arraysize=\"*\"",
        Some(ColumnType::Text) => "datatype=\"unicodeChar\" arraysize=\"*\"",
        None => "datatype=\"char\" arraysize=\"*\"",
    };
    let mut field = String::from("<FIELD name=\"");
    push_escaped(&mut field, name);
    field.push_str("\" ");
    field.push_str(kind);
    if let Some((_, unit)) = units.iter().find(|(column, _)| *column == name) {
        field.push_str(" unit=\"");
        push_escaped(&mut field, unit);
        field.push('"');
    }
    field.push_str("/>\n");
    field
}

fn push_cell(line: &mut String, cell: Option<Cell<'_>>) {
    match cell {
        None => {}
        Some(Cell::Text(text)) => push_escaped(line, text),
        Some(Cell::Float(value)) if value.is_infinite() => line.push_str(if value > 0.0 { "+Inf" } else { "-Inf" }),
        Some(Cell::Float(value)) => line.push_str(&float_digits(value)),
        Some(Cell::Timestamp(_) | Cell::Integer(_) | Cell::Boolean(_)) => {
            if let Some(cell) = cell {
                // Writing to a string cannot fail.
                let _ = write!(line, "{cell}");
            }
        }
    }
}

fn push_escaped(line: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => line.push_str("&amp;"),
            '<' => line.push_str("&lt;"),
            '>' => line.push_str("&gt;"),
            '"' => line.push_str("&quot;"),
            // As they stand a reader may change them.
            '\r' => line.push_str("&#13;"),
            '\n' => line.push_str("&#10;"),
            '\t' => line.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => line.push('\u{fffd}'),
            c => line.push(c),
        }
    }
}
