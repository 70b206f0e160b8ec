//! Parquet and Arrow IPC: binary formats that keep types by themselves.

use std::collections::HashMap;
use std::io::{self, Write};
use std::mem::take;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch};
use arrow_buffer::OffsetBuffer;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::arrow::{ArrowWriter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;

use super::cell::leaf;
use super::several::{in_order, num_threads};
use super::{Writer, ecsv, failed};
use crate::error::Error;
use crate::table::Table;

/// Rows that are encoded at once. More would only take more memory.
const ROWS_AT_ONCE: usize = 1 << 14;
/// Bytes of the rows that are held until they are written as a row group of Parquet.
pub(super) const ROW_GROUP: usize = 32 << 20;

/// Fewer bytes are written before a compressor is made for each column, and a file of them is mostly its schema.
const WORTH_COMPRESSING: usize = 32 << 10;

/// Bytes of a page of Parquet: who reads a table holds one of each column.
const PAGE: usize = 128 << 10;

/// A Parquet file, compressed with zstd if that makes it smaller.
///
/// # Errors
/// [`Error::Write`].
pub fn parquet(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    let compression = match table.memory_size() < WORTH_COMPRESSING {
        true => Compression::UNCOMPRESSED,
        false => zstd(),
    };
    let file = Parquet::begin(table.schema(), out, ROW_GROUP, compression)?;
    in_pieces(table, Writer::columnar(Columnar::Parquet(file)))
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
    pub(super) fn parquet(schema: &Schema, out: W, row_group: usize) -> Result<Self, Error> {
        Parquet::begin(schema, out, row_group, zstd()).map(Self::Parquet)
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

    /// In Parquet they become those of the schema, which is written last; in Arrow those of the end of the file.
    pub(super) fn add_metadata(&mut self, metadata: HashMap<String, String>) {
        match self {
            Self::Parquet(writer) => writer.metadata.extend(metadata),
            Self::Arrow(writer) => metadata
                .into_iter()
                .for_each(|(key, value)| writer.write_metadata(key, value)),
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
    writer: SerializedFileWriter<W>,
    columns: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    /// Rows of the next row group, and their bytes.
    held: Vec<RecordBatch>,
    num_bytes: usize,
    /// Bytes of a row group.
    row_group: usize,
    /// What the schema says besides, at the end.
    metadata: HashMap<String, String>,
    /// Characters of the longest text of each column of text; a null counts as astropy's `None`.
    lengths: Vec<Option<usize>>,
}

impl<W: Write + Send> Parquet<W> {
    fn begin(schema: &Schema, out: W, row_group: usize, compression: Compression) -> Result<Self, Error> {
        let fields = schema.fields().iter().map(|field| {
            let data_type = narrow_type(field.data_type());
            field.as_ref().clone().with_data_type(data_type)
        });
        let narrow = Schema::new(fields.collect::<Vec<_>>()).with_metadata(schema.metadata().clone());
        let schema = Arc::new(narrow);
        // Neighbouring rows have much in common, which zstd makes smaller than a dictionary does, in less time and memory (102,266 rows of a
        // search: 2.5 MB instead of 4.1).
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_dictionary_enabled(false)
            .set_data_page_size_limit(PAGE)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        // Lengths are known, and the schema written, at the end.
        let options = ArrowWriterOptions::new()
            .with_properties(properties)
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options);
        let (writer, columns) = writer
            .and_then(ArrowWriter::into_serialized_writer)
            .map_err(parquet_failed)?;
        let is_text = |field: &Arc<Field>| (leaf(field.data_type()) == &DataType::Utf8).then_some(1);
        Ok(Self {
            writer,
            columns,
            held: Vec::new(),
            num_bytes: 0,
            row_group,
            metadata: HashMap::new(),
            lengths: schema.fields().iter().map(is_text).collect(),
            schema,
        })
    }

    /// Adds rows, and writes them once they are many.
    fn batch(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        if batch.num_columns() != self.schema.fields().len() {
            return Err(parquet_failed("a batch has other columns than the table"));
        }
        for array in batch.columns() {
            let num_bytes = array.to_data().get_slice_memory_size().map_err(parquet_failed)?;
            self.num_bytes = self.num_bytes.saturating_add(num_bytes);
        }
        self.held.push(batch.clone());
        match self.num_bytes > self.row_group {
            true => self.write_group(),
            false => Ok(()),
        }
    }

    /// Writes the rows that are held, one column after the other, so that only a few of them are being compressed at a time.
    fn write_group(&mut self) -> Result<(), Error> {
        let batches = take(&mut self.held);
        self.num_bytes = 0;
        if batches.is_empty() {
            return Ok(());
        }
        let number = self.writer.flushed_row_groups().len();
        let writers = self.columns.create_column_writers(number).map_err(parquet_failed)?;
        let columns = writers.into_iter().zip(self.schema.fields().iter()).zip(&self.lengths);
        let num_rows = batches.iter().map(RecordBatch::num_rows).sum();
        let mut group = self.writer.next_row_group().map_err(parquet_failed)?;
        let mut lengths = Vec::with_capacity(self.lengths.len());
        in_order(
            num_threads(num_rows),
            columns.enumerate(),
            |(place, ((writer, field), before))| {
                let arrays = batches.iter().map(|batch| batch.column(place));
                column(writer, field, arrays, *before)
            },
            |written| {
                let (chunk, length) = written?;
                lengths.push(length);
                chunk.append_to_row_group(&mut group)
            },
        )
        .map_err(parquet_failed)?;
        group.close().map_err(parquet_failed)?;
        self.lengths = lengths;
        Ok(())
    }

    fn finish(mut self) -> Result<W, Error> {
        self.write_group()?;
        let lengths = self.schema.fields().iter().zip(&self.lengths);
        let lengths = lengths
            .filter_map(|(field, length)| Some((format!("table::len::{}", field.name()), (*length)?.to_string())));
        let mut metadata = self.schema.metadata().clone();
        metadata.extend(take(&mut self.metadata));
        metadata.extend(lengths);
        metadata.insert("table_meta_yaml".to_owned(), ecsv::description(&self.schema));
        // pyarrow, and so astropy, only sees metadata that are in the schema of Arrow.
        let schema = self.schema.as_ref().clone().with_metadata(metadata);
        let mut properties = WriterProperties::default();
        add_encoded_arrow_schema_to_metadata(&schema, &mut properties);
        for entry in properties.key_value_metadata().into_iter().flatten() {
            self.writer.append_key_value_metadata(entry.clone());
        }
        self.writer.into_inner().map_err(parquet_failed)
    }
}

fn zstd() -> Compression {
    Compression::ZSTD(ZstdLevel::default())
}

/// A column of a row group, and the characters of its longest text.
fn column<'a>(
    mut writer: ArrowColumnWriter,
    field: &Field,
    arrays: impl Iterator<Item = &'a ArrayRef>,
    longest_before: Option<usize>,
) -> Result<(ArrowColumnChunk, Option<usize>), ParquetError> {
    let mut length = longest_before;
    for array in arrays {
        length = length.map(|length| longest(array, length));
        for leaf in compute_leaves(field, &narrow(array)?)? {
            writer.write(&leaf)?;
        }
    }
    Ok((writer.close()?, length))
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

fn parquet_failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    failed("Parquet")(io::Error::other(error))
}

fn arrow_failed(error: ArrowError) -> Error {
    failed("Arrow IPC")(match error {
        ArrowError::IoError(_, source) => source,
        other => io::Error::other(other),
    })
}
