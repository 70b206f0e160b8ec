//! `lksearch cache ls`: the files in the order of their paths, in pieces, so that memory does not grow with them where a program reads it.

use lksearch::Error;
use lksearch::cache::{Listed, Record, Store};
use lksearch::table::Table;

use crate::arguments::{Format, Output};
use crate::fits::{begin, ended};
use crate::output::{self, Destination, unwritten};

/// What people are shown.
const SHOWN: [&str; 3] = ["bytes", "path", "dataURI"];
/// Rows that are written at once.
const ROWS: usize = 1 << 13;

/// Writes what is in the cache.
pub(super) fn list(store: &Store, output: &Output) -> Result<(), Error> {
    let destination = output::prepare(output)?;
    let entries = store.entries()?;
    match destination.format() {
        // These say first how many rows there are, or how wide their columns.
        Format::Table | Format::Votable | Format::Fits => {
            let entries: Vec<Listed> = entries.collect::<Result<_, _>>()?;
            destination.write(&table(&entries)?, &SHOWN)
        }
        format @ (Format::Json | Format::Ndjson | Format::Csv | Format::Ecsv | Format::Parquet | Format::Arrow) => {
            ended(in_pieces(entries, format, &destination), destination)
        }
    }
}

fn in_pieces(
    mut entries: impl Iterator<Item = Result<Listed, lksearch::cache::Error>>,
    format: Format,
    destination: &Destination,
) -> Result<(), Error> {
    let head = table(&[])?;
    let (schema, out) = (head.schema(), destination.writer().map_err(unwritten)?);
    let mut writer = begin(format, schema, out)?;
    loop {
        let piece: Vec<Listed> = entries.by_ref().take(ROWS).collect::<Result<_, _>>()?;
        if piece.is_empty() {
            break;
        }
        for batch in table(&piece)?.batches() {
            writer.batch(batch)?;
        }
    }
    writer.finish()?;
    Ok(())
}

fn table(entries: &[Listed]) -> Result<Table, Error> {
    let of_record =
        |text: fn(&Record) -> Option<&String>| entries.iter().map(move |entry| entry.record.as_ref().and_then(text));
    Ok(Table::empty()
        .with_text("path", entries.iter().map(|entry| Some(&entry.path)))?
        .with_integer("bytes", entries.iter().map(|entry| i64::try_from(entry.size).ok()))?
        .with_text("dataURI", of_record(|record| Some(&record.uri)))?
        .with_text("sha256", of_record(|record| Some(&record.sha256)))?
        .with_text("source", of_record(|record| Some(&record.source)))?
        .with_text("note", of_record(|record| record.note.as_ref()))?
        .with_units(&[("bytes", "byte")])?)
}
