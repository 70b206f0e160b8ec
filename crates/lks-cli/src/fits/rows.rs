//! Rows with lists among their cells, in the formats for programs.

use std::io::{self, Write};

use lksearch::Error;
use lksearch::table::arrow_array::RecordBatch;
use lksearch::table::arrow_schema::Schema;
use lksearch::table::write::{self, Writer};

use super::described;
use crate::arguments::Format;
use crate::output::{self, Destination};

/// Prints rows that are at hand.
pub fn print(batches: &[RecordBatch], destination: Destination) -> Result<(), Error> {
    let Some(first) = batches.first() else { return Ok(()) };
    let schema = first.schema_ref();
    let write = || match destination.format() {
        Format::Votable => {
            let out = destination.writer().map_err(unwritten)?;
            Ok(write::votable_of(schema, batches, out)?)
        }
        _ => {
            let mut writer = begin(&destination, schema)?;
            for batch in batches {
                writer.batch(batch)?;
            }
            Ok(writer.finish().map(drop)?)
        }
    };
    ended(write(), destination)
}

/// Begins a format that is written batch after batch.
pub fn begin(destination: &Destination, schema: &Schema) -> Result<Writer<Box<dyn Write + Send>>, Error> {
    let out = destination.writer().map_err(unwritten)?;
    Ok(match destination.format() {
        Format::Ndjson => Writer::ndjson(out),
        Format::Csv => Writer::csv(schema, out)?,
        Format::Ecsv => Writer::ecsv(&described::schema(schema), out)?,
        Format::Parquet => Writer::parquet(schema, out)?,
        Format::Arrow => Writer::arrow(schema, out)?,
        Format::Json | Format::Table | Format::Votable | Format::Fits => Writer::json(out)?,
    })
}

/// Gives what was written its name.
pub fn ended(written: Result<(), Error>, destination: Destination) -> Result<(), Error> {
    match written {
        Ok(()) => destination.publish(),
        // A reader that has seen enough, such as `head`, is no failure of ours.
        Err(error) if output::is_broken_pipe(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

pub fn unwritten(source: io::Error) -> Error {
    Error::File {
        operation: "write",
        path: "the table".to_owned(),
        source,
    }
}
