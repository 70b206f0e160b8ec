//! Parquet and Arrow IPC: binary formats that keep types by themselves.

use std::io::{self, Write};

use arrow_ipc::writer::FileWriter;
use arrow_schema::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::error::Error;
use crate::table::Table;
use crate::write::failed;

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
        for batch in table.batches() {
            writer.write(batch)?;
        }
        writer.into_inner()?.flush().map_err(ParquetError::from)
    };
    write().map_err(io::Error::other).map_err(failed("Parquet"))
}

/// An Arrow IPC file (Feather 2), with one record batch for each of the table's.
///
/// # Errors
/// [`Error::Write`].
pub fn arrow(table: &Table, out: impl Write) -> Result<(), Error> {
    let write = || -> Result<(), ArrowError> {
        let mut writer = FileWriter::try_new(out, table.schema())?;
        for batch in table.batches() {
            writer.write(batch)?;
        }
        writer.into_inner()?.flush().map_err(ArrowError::from)
    };
    let result = write().map_err(|error| match error {
        ArrowError::IoError(_, source) => source,
        other => io::Error::other(other),
    });
    result.map_err(failed("Arrow IPC"))
}
