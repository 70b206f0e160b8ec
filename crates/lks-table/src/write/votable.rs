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
/// The metadata of a column of times that make up its `TIMESYS`, and what they are called there.
const TIME_SYSTEM: [(&str, &str); 3] = [
    ("time_zero_jd", "timeorigin"),
    ("time_scale", "timescale"),
    ("time_position", "refposition"),
];

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
    votable_of(table.schema(), table.batches(), out)
}

/// As [`votable`], of rows that may hold numbers of any width and lists of them. A field's metadata are heeded: `unit` in VOUnit spelling,
/// `description`, `dimensions` (the axes of each cell, the fastest first), `complex` (the innermost list of two is one number), and `null`,
/// the integer that stands for no value among the elements of a list. A column with `time_zero_jd` refers to a `TIMESYS` with that origin, and with
/// its `time_scale` and `time_position` in the IVOA's words. Lists of text are written as JSON, since few readers know arrays of them.
///
/// # Errors
/// [`Error::Shape`] for a column that has no words, and for a list of integers without a value where no `null` is named; [`Error::Write`].
pub fn votable_of(schema: &Schema, batches: &[RecordBatch], mut out: impl Write) -> Result<(), Error> {
    let columns = |number: usize| batches.iter().map(move |batch| batch.column(number));
    let fields = schema.fields().iter().enumerate();
    let fields = fields.map(|(number, field)| Field::of(field, columns(number)));
    let fields = fields.collect::<Result<Vec<_>, Error>>()?;
    let mut write = |text: &str| out.write_all(text.as_bytes()).map_err(failed("VOTable"));
    let mut text = String::from(BEGIN);
    let mut systems = Vec::new();
    for field in schema.fields() {
        if let Some(system) = time_system(field).filter(|system| !systems.contains(system)) {
            systems.push(system);
            push_time_system(&mut text, systems.len(), system);
        }
    }
    let n_rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    text.push_str(&format!("<TABLE nrows=\"{n_rows}\">\n"));
    for (field, source) in fields.iter().zip(schema.fields()) {
        let system = time_system(source);
        let place = systems.iter().position(|other| Some(*other) == system);
        field.push(&mut text, place.map(|place| id(place + 1)).as_deref());
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

/// The values of the attributes of [`TIME_SYSTEM`].
fn time_system(field: &arrow_schema::Field) -> Option<[&str; 3]> {
    let metadata = field.metadata();
    metadata.get("time_zero_jd")?;
    Some(TIME_SYSTEM.map(|(key, _)| metadata.get(key).map_or("UNKNOWN", String::as_str)))
}

/// By this name the fields refer to it.
fn id(number: usize) -> String {
    match number {
        1 => "time-system".to_owned(),
        more => format!("time-system-{more}"),
    }
}

fn push_time_system(text: &mut String, number: usize, system: [&str; 3]) {
    text.push_str(&format!("<TIMESYS ID=\"{}\"", id(number)));
    for ((_, attribute), value) in TIME_SYSTEM.iter().zip(system) {
        text.push_str(&format!(" {attribute}=\""));
        push_escaped(text, value);
        text.push('"');
    }
    text.push_str("/>\n");
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
