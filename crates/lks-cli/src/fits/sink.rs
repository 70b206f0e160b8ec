//! Rows out, batch after batch, so that a table need not fit into memory.

use std::io::{self, Write};

use arrow_ipc::writer::FileWriter;
use lksearch::table::arrow_array::RecordBatch;
use lksearch::table::arrow_schema::Schema;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::cell;

/// Bytes of a Parquet row group that are held in memory.
const ROW_GROUP: usize = 32 << 20;

/// Where the bytes go.
pub type Out = Box<dyn Write + Send>;

/// A table that is being written.
pub enum Sink {
    /// An array of objects.
    Json { out: Out, is_first: bool },
    /// One object a line.
    Ndjson(Out),
    /// Comma-separated values.
    Csv(Out),
    /// Types, units and dimensions are kept in the embedded Arrow schema.
    Parquet(Box<ArrowWriter<Out>>),
    /// Types, units and dimensions are kept.
    Arrow(Box<FileWriter<Out>>),
}

impl Sink {
    /// Begins an array of objects.
    pub fn json(mut out: Out) -> io::Result<Self> {
        out.write_all(b"[")?;
        Ok(Self::Json { out, is_first: true })
    }

    /// Begins with the line of names.
    pub fn csv(mut out: Out, schema: &Schema) -> io::Result<Self> {
        let names: Vec<String> = schema.fields().iter().map(|field| name(field.name())).collect();
        writeln!(out, "{}", names.join(","))?;
        Ok(Self::Csv(out))
    }

    /// Begins a Parquet file, compressed with zstd.
    pub fn parquet(out: Out, schema: &Schema) -> io::Result<Self> {
        let compression = Compression::ZSTD(ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(compression).build();
        let writer = ArrowWriter::try_new(out, schema.clone().into(), Some(properties));
        Ok(Self::Parquet(Box::new(writer.map_err(io::Error::other)?)))
    }

    /// Begins an Arrow IPC file.
    pub fn arrow(out: Out, schema: &Schema) -> io::Result<Self> {
        Ok(Self::Arrow(Box::new(
            FileWriter::try_new(out, schema).map_err(io::Error::other)?,
        )))
    }

    /// Writes the rows of a batch.
    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        match self {
            Self::Json { out, is_first } => each_object(batch, |object| {
                out.write_all(if *is_first { b"\n" } else { b",\n" })?;
                *is_first = false;
                out.write_all(object.as_bytes())
            }),
            Self::Ndjson(out) => each_object(batch, |object| {
                object.push('\n');
                out.write_all(object.as_bytes())
            }),
            Self::Csv(out) => lines(batch, out),
            Self::Parquet(writer) => {
                writer.write(batch).map_err(io::Error::other)?;
                match writer.in_progress_size() > ROW_GROUP {
                    true => writer.flush().map_err(io::Error::other),
                    false => Ok(()),
                }
            }
            Self::Arrow(writer) => writer.write(batch).map_err(io::Error::other),
        }
    }

    /// Ends the table; without it nothing was written that counts.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Json { mut out, is_first } => {
                out.write_all(if is_first { b"]\n" } else { b"\n]\n" })?;
                out.flush()
            }
            Self::Ndjson(mut out) | Self::Csv(mut out) => out.flush(),
            Self::Parquet(writer) => writer.into_inner().map_err(io::Error::other)?.flush(),
            Self::Arrow(writer) => writer.into_inner().map_err(io::Error::other)?.flush(),
        }
    }
}

/// Gives each row as a JSON object with one key per column.
fn each_object(batch: &RecordBatch, mut take: impl FnMut(&mut String) -> io::Result<()>) -> io::Result<()> {
    let schema = batch.schema();
    let columns: Vec<_> = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, array)| {
            let key = serde_json::Value::from(field.name().as_str()).to_string() + ":";
            (key, array, cell::axes(field))
        })
        .collect();
    let mut object = String::new();
    for row in 0..batch.num_rows() {
        object.clear();
        object.push('{');
        for (number, (key, array, axes)) in columns.iter().enumerate() {
            if number > 0 {
                object.push(',');
            }
            object.push_str(key);
            cell::push_json(&mut object, array, row, axes);
        }
        object.push('}');
        take(&mut object)?;
    }
    Ok(())
}

fn lines(batch: &RecordBatch, out: &mut Out) -> io::Result<()> {
    let schema = batch.schema();
    let axes: Vec<Vec<usize>> = schema.fields().iter().map(|field| cell::axes(field)).collect();
    let mut line = String::new();
    for row in 0..batch.num_rows() {
        line.clear();
        for (number, (array, axes)) in batch.columns().iter().zip(&axes).enumerate() {
            if number > 0 {
                line.push(',');
            }
            cell::push_csv(&mut line, array, row, axes);
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

fn name(name: &str) -> String {
    match name.is_empty() || name.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    }
}
