//! VOTable 1.4 (<https://www.ivoa.net/documents/VOTable/20191021/>) with its rows as `TABLEDATA`.

mod field;

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use self::field::Field;
use crate::error::Error;
use crate::table::Table;
use crate::write::failed;

const BEGIN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n<RESOURCE type=\"results\">\n";
const END: &str = "</TABLEDATA></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n";
/// By this name the fields refer to it.
const TIME_SYSTEM: &str = "time-system";

/// The zero point and the scale of the times in a table, as the `TIMESYS` of a VOTable.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSystem {
    /// Julian date in days of which the times are counted.
    pub origin_jd: f64,
    /// A word of the IVOA's list of time scales, such as `TDB` or `UNKNOWN`.
    pub scale: String,
    /// A word of the IVOA's list of reference positions, such as `BARYCENTER` or `UNKNOWN`.
    pub position: String,
    /// The columns that hold such times.
    pub columns: Vec<String>,
}

/// One `TABLE` with a `FIELD` per column. `units` are (column, unit) pairs in VOUnit spelling, for example
/// `("s_ra", "deg")`.
///
/// An empty cell is null, as the standard has it, so empty text becomes null. Characters that XML cannot hold become
/// U+FFFD. A column of nothing but nulls is written as text.
///
/// # Errors
/// [`Error::UnknownColumn`] for a unit of a column that is not there; [`Error::Write`].
pub fn votable(table: &Table, units: &[(&str, &str)], out: impl Write) -> Result<(), Error> {
    for (name, _) in units {
        table.index_of(name)?;
    }
    let table = table.with_units(units)?;
    votable_of(table.schema(), table.batches(), None, out)
}

/// As [`votable`], of rows that may hold numbers of any width and lists of them. A field's metadata are heeded: `unit` in VOUnit spelling,
/// `description`, `dimensions` (the axes of each cell, the fastest first), `complex` (the innermost list of two is one number), and `null`,
/// the integer that stands for no value among the elements of a list. Lists of text are written as JSON, since few readers know arrays of them.
///
/// # Errors
/// [`Error::Shape`] for a column that has no words, and for a list of integers without a value where no `null` is named; [`Error::Write`].
pub fn votable_of(
    schema: &Schema,
    batches: &[RecordBatch],
    times: Option<&TimeSystem>,
    mut out: impl Write,
) -> Result<(), Error> {
    let columns = |number: usize| batches.iter().map(move |batch| batch.column(number));
    let fields = schema.fields().iter().enumerate();
    let fields = fields.map(|(number, field)| Field::of(field, columns(number)));
    let fields = fields.collect::<Result<Vec<_>, Error>>()?;
    let mut write = |text: &str| out.write_all(text.as_bytes()).map_err(failed("VOTable"));
    let mut text = String::from(BEGIN);
    if let Some(times) = times {
        push_time_system(&mut text, times);
    }
    let n_rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    text.push_str(&format!("<TABLE nrows=\"{n_rows}\">\n"));
    for field in &fields {
        let is_time = times.is_some_and(|times| times.columns.iter().any(|column| column == field.name()));
        field.push(&mut text, is_time.then_some(TIME_SYSTEM));
    }
    text.push_str("<DATA><TABLEDATA>\n");
    write(&text)?;
    for batch in batches {
        for row in 0..batch.num_rows() {
            text.clear();
            text.push_str("<TR>");
            for (field, column) in fields.iter().zip(batch.columns()) {
                text.push_str("<TD>");
                field.push_cell(&mut text, column, row)?;
                text.push_str("</TD>");
            }
            text.push_str("</TR>\n");
            write(&text)?;
        }
    }
    write(END)?;
    out.flush().map_err(failed("VOTable"))
}

fn push_time_system(text: &mut String, times: &TimeSystem) {
    text.push_str(&format!(
        "<TIMESYS ID=\"{TIME_SYSTEM}\" timeorigin=\"{:?}\" timescale=\"",
        times.origin_jd
    ));
    push_escaped(text, &times.scale);
    text.push_str("\" refposition=\"");
    push_escaped(text, &times.position);
    text.push_str("\"/>\n");
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
