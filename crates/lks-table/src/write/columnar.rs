//! Parquet and Arrow IPC: binary formats that keep types by themselves.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, RecordBatchOptions};
use arrow_buffer::OffsetBuffer;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::{ArrowWriter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::cell::leaf;
use super::{Writer, ecsv, failed};
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

/// A file of either format that is being written.
pub(super) enum Columnar<W: Write + Send> {
    Parquet(Parquet<W>),
    Arrow(FileWriter<W>),
}

impl<W: Write + Send> Columnar<W> {
    pub(super) fn parquet(schema: &Schema, out: W) -> Result<Self, Error> {
        Parquet::begin(schema, out).map(Self::Parquet)
    }

    pub(super) fn arrow(schema: &Schema, out: W) -> Result<Self, Error> {
        FileWriter::try_new(out, schema).map(Self::Arrow).map_err(arrow_failed)
    }

    pub(super) fn batch(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        match self {
            Self::Parquet(writer) => writer.batch(batch),
            Self::Arrow(writer) => writer.write(batch).map_err(arrow_failed),
        }
    }

    /// Ends the file; what it was written to is not flushed yet.
    pub(super) fn finish(self) -> Result<W, Error> {
        match self {
            Self::Parquet(writer) => writer.finish(),
            Self::Arrow(writer) => writer.into_inner().map_err(arrow_failed),
        }
    }
}

/// A Parquet file that is being written.
pub(super) struct Parquet<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: SchemaRef,
    /// Characters of the longest text of each column of text; a null counts as astropy's `None`.
    lengths: Vec<Option<usize>>,
}

impl<W: Write + Send> Parquet<W> {
    fn begin(schema: &Schema, out: W) -> Result<Self, Error> {
        let fields = schema.fields().iter().map(|field| {
            let data_type = narrow_type(field.data_type());
            field.as_ref().clone().with_data_type(data_type)
        });
        let narrow = Schema::new(fields.collect::<Vec<_>>()).with_metadata(schema.metadata().clone());
        let schema = Arc::new(narrow);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .build();
        // Lengths are known, and the schema written, at the end.
        let options = ArrowWriterOptions::new()
            .with_properties(properties)
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options);
        let is_text = |field: &Arc<Field>| (leaf(field.data_type()) == &DataType::Utf8).then_some(1);
        Ok(Self {
            writer: writer.map_err(io::Error::other).map_err(failed("Parquet"))?,
            lengths: schema.fields().iter().map(is_text).collect(),
            schema,
        })
    }

    /// Adds rows, and writes them once they are many.
    fn batch(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        for (length, array) in self.lengths.iter_mut().zip(batch.columns()) {
            if let Some(length) = length {
                *length = longest(array, *length);
            }
        }
        let columns = batch.columns().iter().map(narrow).collect::<Result<Vec<_>, _>>();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let added = columns
            .and_then(|columns| RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options))
            .map_err(io::Error::other)
            .and_then(|batch| self.writer.write(&batch).map_err(io::Error::other))
            .and_then(|()| match self.writer.in_progress_size() > ROW_GROUP {
                true => self.writer.flush().map_err(io::Error::other),
                false => Ok(()),
            });
        added.map_err(failed("Parquet"))
    }

    fn finish(mut self) -> Result<W, Error> {
        let lengths = self.schema.fields().iter().zip(&self.lengths);
        let lengths = lengths
            .filter_map(|(field, length)| Some((format!("table::len::{}", field.name()), (*length)?.to_string())));
        let mut metadata = self.schema.metadata().clone();
        metadata.extend(lengths);
        metadata.insert("table_meta_yaml".to_owned(), ecsv::description(&self.schema));
        // pyarrow, and so astropy, only sees metadata that are in the schema of Arrow.
        let schema = self.schema.as_ref().clone().with_metadata(metadata);
        let mut properties = WriterProperties::default();
        add_encoded_arrow_schema_to_metadata(&schema, &mut properties);
        for entry in properties.key_value_metadata().into_iter().flatten() {
            self.writer.append_key_value_metadata(entry.clone());
        }
        self.writer
            .into_inner()
            .map_err(io::Error::other)
            .map_err(failed("Parquet"))
    }
}

/// Characters of the longest text, or of a longer one that was met so far.
fn longest(array: &ArrayRef, so_far: usize) -> usize {
    const NONE: usize = "None".len();
    match array.data_type() {
        DataType::FixedSizeList(..) => longest(array.as_fixed_size_list().values(), so_far),
        DataType::LargeList(_) => longest(array.as_list::<i64>().values(), so_far),
        _ => {
            let texts = array.as_string_opt::<i32>().into_iter().flatten();
            texts.fold(so_far, |longest, text| match text {
                None => longest.max(NONE),
                // No text has more characters than bytes, and counting them takes a tenth of the time of writing.
                Some(text) if text.len() <= longest => longest,
                Some(text) => longest.max(text.chars().count()),
            })
        }
    }
}

fn narrow_type(kind: &DataType) -> DataType {
    match kind {
        DataType::LargeList(item) => DataType::List(Arc::clone(item)),
        other => other.clone(),
    }
}

/// A list of any length with offsets of 32 bits.
fn narrow(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let DataType::LargeList(item) = array.data_type() else {
        return Ok(Arc::clone(array));
    };
    let list = array.as_list::<i64>();
    let offsets = list.offsets().iter().map(|offset| i32::try_from(*offset));
    let offsets: Vec<i32> = offsets
        .collect::<Result<_, _>>()
        .map_err(|error| ArrowError::ExternalError(error.into()))?;
    let offsets = OffsetBuffer::new(offsets.into());
    let narrow = ListArray::try_new(
        Arc::clone(item),
        offsets,
        Arc::clone(list.values()),
        list.nulls().cloned(),
    )?;
    Ok(Arc::new(narrow))
}

fn arrow_failed(error: ArrowError) -> Error {
    failed("Arrow IPC")(match error {
        ArrowError::IoError(_, source) => source,
        other => io::Error::other(other),
    })
}
