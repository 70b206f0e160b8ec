//! Parquet and Arrow IPC: binary formats that keep types by themselves.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::error::Error;
use crate::table::Table;
use crate::write::failed;

/// Rows that are encoded at once. More would only take more memory.
const ROWS_AT_ONCE: usize = 1 << 14;

/// A Parquet file, compressed with zstd.
///
/// # Errors
/// [`Error::Write`].
pub fn parquet(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let write = || -> Result<(), ParquetError> {
        let mut writer = ArrowWriter::try_new(out, table.schema().clone(), Some(properties))?;
        for piece in pieces(table) {
            writer.write(&piece)?;
        }
        writer.into_inner()?.flush().map_err(ParquetError::from)
    };
    write().map_err(io::Error::other).map_err(failed("Parquet"))
}

/// An Arrow IPC file (Feather 2).
///
/// # Errors
/// [`Error::Write`].
pub fn arrow(table: &Table, out: impl Write) -> Result<(), Error> {
    let write = || -> Result<(), ArrowError> {
        let mut writer = FileWriter::try_new(out, table.schema())?;
        for piece in pieces(table) {
            writer.write(&piece)?;
        }
        writer.into_inner()?.flush().map_err(ArrowError::from)
    };
    let result = write().map_err(|error| match error {
        ArrowError::IoError(_, source) => source,
        other => io::Error::other(other),
    });
    result.map_err(failed("Arrow IPC"))
}

/// The rows in pieces that share the table's memory.
fn pieces(table: &Table) -> impl Iterator<Item = RecordBatch> + '_ {
    table.batches().iter().flat_map(|batch| {
        let starts = (0..batch.num_rows()).step_by(ROWS_AT_ONCE);
        starts.map(|start| batch.slice(start, ROWS_AT_ONCE.min(batch.num_rows() - start)))
    })
}
