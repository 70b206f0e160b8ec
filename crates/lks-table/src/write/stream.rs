//! A table that is written in pieces, so that it need not fit into memory.

use std::collections::HashMap;
use std::fmt;
use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::columnar::{Columnar, ROW_GROUP};
use super::{VotableFields, csv, ecsv, failed, json, votable};
use crate::error::Error;

/// Writes a table batch by batch. Besides the types of a [`crate::Table`] it takes numbers of any width and lists
/// of numbers; where a field's metadata has `dimensions` (the fastest axis first, `11,10`), text formats write lists in lists.
///
/// ```
/// use lks_table::{Table, write::Writer};
///
/// let table = Table::empty().with_integer("n", [Some(1), None])?;
/// let mut csv = Writer::csv(table.schema(), Vec::new())?;
/// for batch in table.batches() {
///     csv.batch(batch)?;
/// }
/// assert_eq!(csv.finish()?, b"n\n1\n\n");
/// # Ok::<(), lks_table::Error>(())
/// ```
///
/// # Limitations
/// A writer that is dropped leaves an unfinished table behind: dropping cannot finish the file, because it could not report an error.
#[must_use = "a table is complete only when `finish` was called"]
pub struct Writer<W: Write + Send>(Output<W>);

enum Output<W: Write + Send> {
    Json { out: W, is_first: bool },
    Ndjson(W),
    Csv(W),
    Ecsv(W),
    Parquet(Box<Columnar<W>>),
    Arrow(Box<Columnar<W>>),
    Votable(Box<votable::Writer<W>>),
}

impl<W: Write + Send> fmt::Debug for Writer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = match &self.0 {
            Output::Json { .. } => "JSON",
            Output::Ndjson(_) => "NDJSON",
            Output::Csv(_) => "CSV",
            Output::Ecsv(_) => "ECSV",
            Output::Parquet(_) => "Parquet",
            Output::Arrow(_) => "Arrow IPC",
            Output::Votable(_) => "VOTable",
        };
        f.debug_tuple("Writer").field(&format).finish()
    }
}

impl<W: Write + Send> Writer<W> {
    /// Begins an array of objects, as [`super::json`].
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn json(mut out: W) -> Result<Self, Error> {
        out.write_all(b"[").map_err(failed("JSON"))?;
        Ok(Self(Output::Json { out, is_first: true }))
    }

    /// One object per line, as [`super::ndjson`].
    pub fn ndjson(out: W) -> Self {
        Self(Output::Ndjson(out))
    }

    /// Begins with the line of names, as [`super::csv()`].
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn csv(schema: &Schema, mut out: W) -> Result<Self, Error> {
        csv::names(schema, &mut out).map_err(failed("CSV"))?;
        Ok(Self(Output::Csv(out)))
    }

    /// Begins with the types and the line of names, as [`super::ecsv()`].
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn ecsv(schema: &Schema, mut out: W) -> Result<Self, Error> {
        ecsv::begin(schema, &mut out).map_err(failed("ECSV"))?;
        Ok(Self(Output::Ecsv(out)))
    }

    /// Begins a Parquet file, compressed with zstd; metadata of the fields are kept in its Arrow schema. astropy finds there what it keeps of
    /// its own tables: units, descriptions, and the greatest length of each text, without which it cannot read a text that is null. Lists of any length have 32-bit
    /// offsets, the only ones that it reads.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn parquet(schema: &Schema, out: W) -> Result<Self, Error> {
        Self::parquet_in_groups_of(ROW_GROUP, schema, out)
    }

    /// As [`Writer::parquet`], with row groups of so many bytes in memory, and not 32 MiB: where many tables are written at once. A file of smaller ones is larger.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn parquet_in_groups_of(num_bytes: usize, schema: &Schema, out: W) -> Result<Self, Error> {
        Columnar::parquet(schema, out, num_bytes).map(Self::columnar)
    }

    pub(super) fn columnar(file: Columnar<W>) -> Self {
        Self(Output::Parquet(Box::new(file)))
    }

    /// Begins an Arrow IPC file (Feather 2).
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn arrow(schema: &Schema, out: W) -> Result<Self, Error> {
        Ok(Self(Output::Arrow(Box::new(Columnar::arrow(schema, out)?))))
    }

    /// Begins a VOTable of this many rows, as [`super::votable_of`]. The fields must have measured all of them where they depend on rows.
    ///
    /// # Errors
    /// [`Error::Write`]; [`Error::Shape`] for lists of integers with missing values without the metadata `null`, which says what stands for them.
    pub fn votable(fields: VotableFields, num_rows: u64, out: W) -> Result<Self, Error> {
        let writer = votable::Writer::begin(fields, num_rows, out)?;
        Ok(Self(Output::Votable(Box::new(writer))))
    }

    /// Writes the rows of a batch, which has the schema of the table.
    ///
    /// # Errors
    /// [`Error::Write`]; [`Error::Shape`] for a column that a text format has no words for.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        match &mut self.0 {
            Output::Json { out, is_first } => json::each_object(batch, "JSON", |object| {
                out.write_all(if *is_first { b"\n" } else { b",\n" })?;
                *is_first = false;
                out.write_all(object.as_bytes())
            }),
            Output::Ndjson(out) => json::each_object(batch, "NDJSON", |object| {
                object.push('\n');
                out.write_all(object.as_bytes())
            }),
            Output::Csv(out) => csv::lines(batch, out),
            Output::Ecsv(out) => ecsv::lines(batch, out),
            Output::Parquet(writer) | Output::Arrow(writer) => writer.batch(batch),
            Output::Votable(writer) => writer.batch(batch),
        }
    }

    /// Adds metadata that are known only at the end, which the table has when it is read; text formats have no place for them.
    pub fn add_metadata(&mut self, metadata: HashMap<String, String>) {
        if let Output::Parquet(writer) | Output::Arrow(writer) = &mut self.0 {
            writer.add_metadata(metadata);
        }
    }

    /// Ends the table, which is not complete before, and gives the output back, flushed.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(self) -> Result<W, Error> {
        let flushed = |mut out: W| out.flush().map(|()| out);
        match self.0 {
            Output::Json { mut out, is_first } => {
                let end: &[u8] = if is_first { b"]\n" } else { b"\n]\n" };
                out.write_all(end).and_then(|()| flushed(out)).map_err(failed("JSON"))
            }
            Output::Ndjson(out) => flushed(out).map_err(failed("NDJSON")),
            Output::Csv(out) => flushed(out).map_err(failed("CSV")),
            Output::Ecsv(out) => flushed(out).map_err(failed("ECSV")),
            Output::Parquet(writer) => writer.finish().and_then(|out| flushed(out).map_err(failed("Parquet"))),
            Output::Arrow(writer) => writer
                .finish()
                .and_then(|out| flushed(out).map_err(failed("Arrow IPC"))),
            Output::Votable(writer) => writer.finish(),
        }
    }
}
