//! Parquet and Arrow IPC: binary formats that keep types by themselves.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{Writer, failed};
use crate::error::Error;
use crate::table::Table;

/// Rows that are encoded at once. More would only take more memory.
const ROWS_AT_ONCE: usize = 1 << 14;
/// Bytes of a Parquet row group that are held in memory.
const ROW_GROUP: usize = 32 << 20;

/// A Parquet file, compressed with zstd.
///
/// # Errors
/// [`Error::Write`].
pub fn parquet(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    in_pieces(table, Writer::parquet(table.schema(), out)?)
}

/// An Arrow IPC file (Feather 2).
///
/// # Errors
/// [`Error::Write`].
pub fn arrow(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    in_pieces(table, Writer::arrow(table.schema(), out)?)
}

/// Writes the rows in pieces that share the table's memory.
fn in_pieces<W: Write + Send>(table: &Table, mut writer: Writer<W>) -> Result<(), Error> {
    for batch in table.batches() {
        for start in (0..batch.num_rows()).step_by(ROWS_AT_ONCE) {
            writer.batch(&batch.slice(start, ROWS_AT_ONCE.min(batch.num_rows() - start)))?;
        }
    }
    writer.finish().map(drop)
}

pub(super) fn parquet_writer<W: Write + Send>(schema: &Schema, out: W) -> Result<ArrowWriter<W>, Error> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let writer = ArrowWriter::try_new(out, Arc::new(schema.clone()), Some(properties));
    writer.map_err(io::Error::other).map_err(failed("Parquet"))
}

/// Adds rows, and writes them once they are many.
pub(super) fn add<W: Write + Send>(writer: &mut ArrowWriter<W>, batch: &RecordBatch) -> Result<(), Error> {
    let added = writer
        .write(batch)
        .and_then(|()| match writer.in_progress_size() > ROW_GROUP {
            true => writer.flush(),
            false => Ok(()),
        });
    added.map_err(io::Error::other).map_err(failed("Parquet"))
}

pub(super) fn arrow_failed(error: ArrowError) -> Error {
    failed("Arrow IPC")(match error {
        ArrowError::IoError(_, source) => source,
        other => io::Error::other(other),
    })
}
