//! Parquet and Arrow IPC, which carry their own types.

use std::io::Cursor;

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::Error;
use crate::table::Table;

/// A table of a Parquet file.
///
/// # Errors
/// [`Error::Malformed`].
pub fn parquet(bytes: &[u8]) -> Result<Table, Error> {
    let malformed = |error: &dyn std::fmt::Display| malformed("Parquet", error);
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(bytes));
    let builder = builder.map_err(|error| malformed(&error))?;
    let schema = builder.schema().clone();
    let reader = builder
        .with_batch_size(1 << 16)
        .build()
        .map_err(|error| malformed(&error))?;
    of_batches(&schema, reader).map_err(|error| malformed(&error))?
}

/// A table of an Arrow IPC file or stream.
///
/// # Errors
/// [`Error::Malformed`].
pub fn arrow(bytes: &[u8]) -> Result<Table, Error> {
    let malformed = |error: ArrowError| malformed("Arrow IPC", &error);
    if bytes.starts_with(b"ARROW1") {
        let reader = FileReader::try_new(Cursor::new(bytes), None).map_err(malformed)?;
        of_batches(&reader.schema(), reader).map_err(malformed)?
    } else {
        let reader = StreamReader::try_new(Cursor::new(bytes), None).map_err(malformed)?;
        of_batches(&reader.schema(), reader).map_err(malformed)?
    }
}

/// The outer error is the reader's.
fn of_batches(
    schema: &SchemaRef,
    reader: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<Result<Table, Error>, ArrowError> {
    // A file without rows still says which columns there are.
    let mut batches = vec![RecordBatch::new_empty(schema.clone())];
    for batch in reader {
        batches.push(batch?);
    }
    Ok(Table::from_batches(batches))
}

fn malformed(format: &'static str, error: &dyn std::fmt::Display) -> Error {
    Error::Malformed {
        format,
        position: None,
        message: error.to_string(),
    }
}
