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

/// As [`votable`], of rows that may hold numbers of any width and lists of them; see [`VotableFields`].
///
/// # Errors
/// As [`VotableFields::new`] and [`super::Writer::votable`].
pub fn votable_of(schema: &Schema, batches: &[RecordBatch], out: impl Write) -> Result<(), Error> {
    let mut fields = VotableFields::new(schema)?;
    batches.iter().for_each(|batch| fields.measure(batch));
    let num_rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
    let mut writer = Writer::begin(fields, num_rows, out)?;
    batches.iter().try_for_each(|batch| writer.batch(batch))?;
    writer.finish().map(drop)
}

/// What the head of a VOTable says of the columns: it comes before the rows, and some of it depends on them. For
/// [`super::Writer::votable`].
///
/// A field's metadata are heeded: `unit` in VOUnit spelling, `description`, `dimensions` (the axes of each cell, the fastest first),
/// `complex` (the innermost list of two is one number), and `null`, the integer that stands for no value among the elements of a list. A
/// column with `time_zero_jd` refers to a `TIMESYS` with that origin, and with its `time_scale` and `time_position` in the IVOA's words.
/// Lists of text are written as JSON, since few readers know arrays of them.
#[derive(Debug, Clone)]
pub struct VotableFields(Vec<Field>);

impl VotableFields {
    /// The fields of columns none of whose rows were seen.
    ///
    /// # Errors
    /// [`Error::Shape`] for a column that a VOTable has no type for.
    pub fn new(schema: &Schema) -> Result<Self, Error> {
        schema
            .fields()
            .iter()
            .map(Field::new)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether the rows decide something: whether text is ASCII, and whether lists of integers lack some.
    pub fn depend_on_rows(&self) -> bool {
        self.0.iter().any(Field::depends_on_rows)
    }

    /// Takes account of the rows of a batch.
    pub fn measure(&mut self, batch: &RecordBatch) {
        for (field, column) in self.0.iter_mut().zip(batch.columns()) {
            field.measure(column);
        }
    }
}

/// A VOTable that is being written.
pub(super) struct Writer<W: Write> {
    fields: Vec<Field>,
    out: W,
    line: String,
}

impl<W: Write> Writer<W> {
    pub(super) fn begin(fields: VotableFields, num_rows: u64, mut out: W) -> Result<Self, Error> {
        let VotableFields(fields) = fields;
        let mut text = String::from(BEGIN);
        let mut systems = Vec::new();
        for field in &fields {
            if let Some(system) = time_system(field.source()).filter(|system| !systems.contains(system)) {
                systems.push(system);
                push_time_system(&mut text, systems.len(), system);
            }
        }
        text.push_str(&format!("<TABLE nrows=\"{num_rows}\">\n"));
        for field in &fields {
            let system = time_system(field.source());
            let place = systems.iter().position(|other| Some(*other) == system);
            field.push(&mut text, place.map(|place| id(place + 1)).as_deref())?;
        }
        text.push_str("<DATA><TABLEDATA>\n");
        out.write_all(text.as_bytes()).map_err(failed("VOTable"))?;
        text.clear();
        Ok(Self {
            fields,
            out,
            line: text,
        })
    }

    pub(super) fn batch(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        for row in 0..batch.num_rows() {
            let line = &mut self.line;
            line.clear();
            line.push_str("<TR>");
            for (field, column) in self.fields.iter().zip(batch.columns()) {
                line.push_str("<TD>");
                field.push_cell(line, column, row)?;
                line.push_str("</TD>");
            }
            line.push_str("</TR>\n");
            self.out.write_all(line.as_bytes()).map_err(failed("VOTable"))?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<W, Error> {
        let ended = self.out.write_all(END.as_bytes()).and_then(|()| self.out.flush());
        ended.map(|()| self.out).map_err(failed("VOTable"))
    }
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
