//! Parquet and Arrow IPC, which carry their own types.

use std::cell::Cell;
use std::fmt::Display;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::Error;
use crate::table::Table;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread would be caught here and told as a damaged file: for the panic hook of a program, which is called
/// before that is known and had better stay silent then.
pub fn panic_is_caught() -> bool {
    GUARDED.get()
}

/// A table of a Parquet file.
///
/// # Errors
/// [`Error::Malformed`].
pub fn parquet(bytes: &[u8]) -> Result<Table, Error> {
    guarded("Parquet", || {
        let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(bytes))?;
        let schema = builder.schema().clone();
        let reader = builder.with_batch_size(1 << 16).build()?;
        Ok(batches(&schema, reader)?)
    })
}

/// A table of an Arrow IPC file or stream.
///
/// # Errors
/// [`Error::Malformed`].
pub fn arrow(bytes: &[u8]) -> Result<Table, Error> {
    guarded("Arrow IPC", || {
        if bytes.starts_with(b"ARROW1") {
            let reader = FileReader::try_new(Cursor::new(bytes), None)?;
            Ok(batches(&reader.schema(), reader)?)
        } else {
            let reader = StreamReader::try_new(Cursor::new(bytes), None)?;
            Ok(batches(&reader.schema(), reader)?)
        }
    })
}

fn batches(
    schema: &SchemaRef,
    reader: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<Vec<RecordBatch>, ArrowError> {
    // A file without rows still says which columns there are.
    let without_rows = Ok(RecordBatch::new_empty(schema.clone()));
    std::iter::once(without_rows).chain(reader).collect()
}

/// These readers trust the lengths in a file's own index and panic when a damaged one leads them outside of it (found
/// by flipping bytes, arrow-ipc 60.1). A damaged file is an error like any other; nothing outlives the closure that a
/// panic could leave half done.
fn guarded(
    format: &'static str,
    read: impl FnOnce() -> Result<Vec<RecordBatch>, Box<dyn std::error::Error>>,
) -> Result<Table, Error> {
    let was_guarded = GUARDED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(was_guarded);
    match outcome {
        Ok(Ok(batches)) => Table::from_batches(batches),
        Ok(Err(error)) => Err(malformed(format, &error)),
        Err(_) => Err(malformed(
            format,
            &"the file is damaged: its index does not fit its content",
        )),
    }
}

fn malformed(format: &'static str, error: &dyn Display) -> Error {
    Error::Malformed {
        format,
        position: None,
        message: error.to_string(),
    }
}
