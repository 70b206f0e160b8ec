//! Parquet and Arrow IPC, which carry their own types.

use std::cell::Cell;
use std::fmt::Display;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::{FileReader, StreamDecoder, StreamReader};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::ChunkReader;

use super::allowance::Allowance;
use super::pages::Pages;
use crate::decode::check_columns;
use crate::error::Error;
use crate::table::{Table, new_batch};
use crate::types::normalized;

/// Bytes of the views, and of the texts that each repeat the one before, which are made at once.
const BATCH: u64 = 64 << 20;
/// Bytes of the view of a text.
const VIEW: usize = 16;
/// Rows that are made at once at most.
const MAX_BATCH: u64 = 1 << 14;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread would be caught here and reported as a damaged file: for the panic hook of a program, which is called
/// before that is known and had better stay silent then.
pub fn panic_is_caught() -> bool {
    GUARDED.get()
}

/// A table of a Parquet file.
///
/// # Errors
/// [`Error::Malformed`]; [`Error::Shape`] if it takes more memory than its file may ask for, or has more than 4,096 columns.
pub fn parquet(bytes: &[u8]) -> Result<Table, Error> {
    guarded("Parquet", || {
        let mut allowance = Allowance::for_file(bytes.len());
        let (builder, num_rows) = begun(Bytes::copy_from_slice(bytes), &mut allowance, MAX_BATCH)?;
        let schema = Arc::clone(builder.schema());
        batches(&schema, builder.with_batch_size(num_rows).build()?, &mut allowance)
    })
}

/// A reader of a Parquet file, and how many rows it had better make at once: no more than these.
pub(super) fn begun<R: ChunkReader + 'static>(
    file: R,
    allowance: &mut Allowance,
    most_rows: u64,
) -> Result<(ParquetRecordBatchReaderBuilder<R>, usize), Box<dyn std::error::Error>> {
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())?;
    // A text that is said once for many rows must not be copied before it is counted.
    let options = ArrowReaderOptions::new().with_schema(Arc::new(with_views(metadata.schema())));
    let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)?;
    let num_columns = metadata.parquet_schema().num_columns();
    check_columns(num_columns)?;
    let (largest, longest) = unpacked(metadata.metadata().row_groups(), &file)?;
    allowance.take(largest)?;
    let row = longest.max((VIEW * num_columns.max(1)) as u64);
    let num_rows = (BATCH / row).clamp(1, most_rows.max(1)) as usize;
    Ok((
        ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata),
        num_rows,
    ))
}

/// Bytes that the pages of the largest row group unfold to, which are kept while it is read, and those of the texts of a row that may be
/// spelled out of a few. What the index of the file says of them need not be true.
fn unpacked(groups: &[RowGroupMetaData], file: &impl ChunkReader) -> Result<(u64, u64), Error> {
    let (mut largest, mut longest) = (0, 0);
    for group in groups {
        let (mut all, mut repeated) = (0_u64, 0_u64);
        for column in group.columns() {
            let (start, length) = column.byte_range();
            let chunk = usize::try_from(length)
                .ok()
                .and_then(|length| file.get_bytes(start, length).ok());
            let pages = chunk.and_then(|chunk| Pages::of(&chunk));
            let pages = pages.ok_or_else(|| malformed("Parquet", &"the header of a page is damaged"))?;
            // Nulls are only counted.
            let num_bytes = pages.num_bytes.max(column.num_values().unsigned_abs());
            all = all.saturating_add(num_bytes);
            repeated = repeated.saturating_add(pages.longest_repeated);
        }
        largest = all.max(largest);
        longest = repeated.max(longest);
    }
    Ok((largest, longest))
}

/// A table of an Arrow IPC file or stream.
///
/// # Errors
/// As [`parquet()`].
pub fn arrow(bytes: &[u8]) -> Result<Table, Error> {
    guarded("Arrow IPC", || {
        let mut allowance = Allowance::for_file(bytes.len());
        if bytes.starts_with(b"ARROW1") {
            let reader = FileReader::try_new(Cursor::new(bytes), None)?;
            let at_the_end = reader.custom_metadata().clone();
            let table = batches(&reader.schema(), reader, &mut allowance)?;
            let mut metadata = table.metadata().clone();
            metadata.extend(at_the_end);
            Ok(table.with_metadata(metadata)?)
        } else {
            let reader = StreamReader::try_new(Cursor::new(bytes), None)?;
            batches(&reader.schema(), reader, &mut allowance)
        }
    })
}

/// A table of an Arrow IPC file whose columns stay where they are in these bytes, so that nothing is copied: for large tables that [`crate::write::arrow`] wrote, at a
/// place that numbers may have in memory, a multiple of eight.
///
/// # Errors
/// As [`arrow()`].
pub fn arrow_in_place(bytes: Vec<u8>, start: usize) -> Result<Table, Error> {
    guarded("Arrow IPC", || {
        let mut allowance = Allowance::for_file(bytes.len());
        let mut stream = stream(Buffer::from_vec(bytes), start).ok_or("it is not a file of that format")?;
        let mut decoder = StreamDecoder::new();
        let first = decoder.decode(&mut stream)?;
        let schema = decoder.schema().ok_or("it does not say which columns there are")?;
        let rest = std::iter::from_fn(|| decoder.decode(&mut stream).transpose());
        let table = batches(&schema, first.into_iter().map(Ok).chain(rest), &mut allowance)?;
        decoder.finish()?;
        Ok(table)
    })
}

/// What lies between the beginning of a file, which is its name and zeroes, and its index: a stream.
/// Source: <https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format>
fn stream(file: Buffer, start: usize) -> Option<Buffer> {
    const NAME: &[u8] = b"ARROW1";
    let bytes = file.get(start..)?;
    let rest = bytes.strip_prefix(NAME)?.strip_suffix(NAME)?;
    let (rest, index) = rest.split_last_chunk::<4>()?;
    let index = usize::try_from(i32::from_le_bytes(*index)).ok()?;
    let padding = rest.iter().position(|byte| *byte != 0)?;
    let length = rest.len().checked_sub(padding)?.checked_sub(index)?;
    Some(file.slice_with_length(start + NAME.len() + padding, length))
}

/// The batches in the table's own types.
pub(super) fn batches(
    schema: &SchemaRef,
    reader: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    allowance: &mut Allowance,
) -> Result<Table, Box<dyn std::error::Error>> {
    check_columns(schema.fields().len())?;
    // A file without rows still says which columns there are.
    let mut done = vec![RecordBatch::new_empty(schema.clone())];
    for batch in reader {
        let batch = batch?;
        allowance.take_batch(&batch)?;
        let arrays = batch.columns().iter().map(normalized).collect::<Result<Vec<_>, _>>()?;
        let fields = schema.fields().iter().zip(&arrays);
        let fields = fields.map(|(field, array)| Field::new(field.name(), array.data_type().clone(), true));
        done.push(new_batch(
            &Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            arrays,
            batch.num_rows(),
        )?);
    }
    Ok(Table::from_batches(done)?.with_metadata(schema.metadata().clone())?)
}

/// The columns with texts that may share their bytes.
fn with_views(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(with_view);
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
}

fn with_view(field: &FieldRef) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Dictionary(_, value) if matches!(**value, DataType::Utf8 | DataType::LargeUtf8) => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::List(item) => DataType::List(with_view(item)),
        DataType::LargeList(item) => DataType::LargeList(with_view(item)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(with_view).collect()),
        other => other.clone(),
    };
    Arc::new(field.as_ref().clone().with_data_type(data_type))
}

/// These readers trust the lengths in a file's own index and panic when a damaged one leads them outside of it (found
/// by flipping bytes, arrow-ipc 60.1). A damaged file is an error like any other; nothing outlives the closure that a
/// panic could leave half done.
pub(super) fn guarded<T>(
    format: &'static str,
    read: impl FnOnce() -> Result<T, Box<dyn std::error::Error>>,
) -> Result<T, Error> {
    let was_guarded = GUARDED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(was_guarded);
    match outcome {
        Ok(Ok(table)) => Ok(table),
        Ok(Err(error)) => Err(match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(error) => malformed(format, &error),
        }),
        Err(_) => Err(malformed(
            format,
            &"the file is damaged: its index does not fit its content",
        )),
    }
}

pub(super) fn malformed(format: &'static str, error: &dyn Display) -> Error {
    Error::Malformed {
        format,
        position: None,
        message: error.to_string(),
    }
}
