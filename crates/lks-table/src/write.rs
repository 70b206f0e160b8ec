//! Writers: a table to any [`std::io::Write`]. Give them a buffered one where writing is dear.

mod cell;
#[cfg(feature = "parquet")]
mod columnar;
mod csv;
mod ecsv;
mod json;
#[cfg(not(feature = "parquet"))]
mod not_columnar;
mod several;
mod stream;
mod votable;

use std::io::{self, Write};

pub use cell::text;
#[cfg(not(feature = "parquet"))]
use not_columnar as columnar;

pub use columnar::{arrow, parquet};
pub use csv::csv;
pub use ecsv::ecsv;
pub use json::{json, ndjson};
pub use stream::Writer;
pub use votable::{VotableFields, votable, votable_of};

use crate::error::Error;
use crate::table::Table;

fn all<W: Write + Send>(table: &Table, mut writer: Writer<W>) -> Result<(), Error> {
    for batch in table.batches() {
        writer.batch(batch)?;
    }
    writer.finish().map(drop)
}

fn failed(format: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::Write { format, source }
}

#[cfg(test)]
mod tests;
