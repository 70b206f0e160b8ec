//! Tables of Parquet and Arrow IPC files that are read in parts, so that they need not fit into memory.

use std::fmt;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::iter::once;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use super::allowance::Allowance;
use super::columnar::{batches as batches_of, begun, guarded, malformed};
use crate::error::Error;
use crate::format::Format;
use crate::table::Table;

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// A table of a Parquet or Arrow IPC file that is read part by part, from its first row to its last.
///
/// ```
/// use lks_table::read::Parts;
/// use lks_table::{Format, Table};
///
/// # fn main() -> Result<(), lks_table::Error> {
/// let table = Table::empty().with_integer("n", (0..100_000).map(Some))?;
/// let mut file = std::io::Cursor::new(Vec::new());
/// Format::Parquet.write(&table, &mut file)?;
/// let parts = Parts::open(file, None, 10_000)?.expect("it is Parquet");
/// assert!(parts.head().has_column("n"));
/// let lengths: Vec<usize> = parts.map(|part| Ok(part?.num_rows())).collect::<Result<_, lks_table::Error>>()?;
/// assert_eq!((lengths.iter().sum::<usize>(), lengths[0] <= 10_000), (100_000, true));
/// # Ok(())
/// # }
/// ```
pub struct Parts {
    format: &'static str,
    head: Table,
    schema: SchemaRef,
    allowance: Allowance,
    batches: Batches,
}

impl Parts {
    /// Reads what the file says of itself; `None` if it is in neither format. Of its columns those that are named come, as far as it has them, or all; a part of
    /// Parquet has at most so many rows, one of Arrow those of a batch.
    ///
    /// # Errors
    /// As [`super::parquet()`], of which each part may take the memory of a table.
    pub fn open(
        mut file: impl Read + Seek + Send + 'static,
        columns: Option<&[&str]>,
        num_rows: usize,
    ) -> Result<Option<Self>, Error> {
        let mut first = Vec::new();
        let length = file.seek(SeekFrom::End(0)).and_then(|length| {
            file.rewind()?;
            file.by_ref().take(6).read_to_end(&mut first)?;
            file.rewind()?;
            Ok(length)
        });
        let length = length.map_err(|error| malformed("table", &error))?;
        let allowance = Allowance::for_file(usize::try_from(length).unwrap_or(usize::MAX));
        let (format, is_parquet) = match Format::detect(&first) {
            Some(Format::Parquet) => ("Parquet", true),
            Some(Format::Arrow) => ("Arrow IPC", false),
            _ => return Ok(None),
        };
        guarded(format, || {
            let (schema, batches) = match is_parquet {
                true => of_parquet(file, length, allowance.clone(), columns, num_rows)?,
                false => of_arrow(file, first == *b"ARROW1", columns)?,
            };
            let none = std::iter::empty::<Result<RecordBatch, ArrowError>>();
            Ok(Some(Self {
                format,
                head: batches_of(&schema, none, &mut allowance.clone())?,
                schema,
                allowance,
                batches,
            }))
        })
    }

    /// The columns as the file has them, before they become those of a table: numbers of 32 bits, for instance.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The table without its rows: its columns, and what its file says besides.
    pub fn head(&self) -> &Table {
        &self.head
    }
}

/// After an error there is nothing more.
impl Iterator for Parts {
    type Item = Result<Table, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let part = guarded(self.format, || {
            let Some(batch) = self.batches.next() else {
                return Ok(None);
            };
            // Parts are held one at a time, so each may take what a whole table may.
            batches_of(&self.schema, once(batch), &mut self.allowance.clone()).map(Some)
        });
        if part.is_err() {
            self.batches = Box::new(std::iter::empty());
        }
        part.transpose()
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// The places of the named columns.
fn places(schema: &Schema, columns: Option<&[&str]>) -> Vec<usize> {
    let fields = schema.fields().iter().enumerate();
    let wanted = fields.filter(|(_, field)| columns.is_none_or(|names| names.contains(&field.name().as_str())));
    wanted.map(|(place, _)| place).collect()
}

fn of_parquet(
    file: impl Read + Seek + Send + 'static,
    length: u64,
    mut allowance: Allowance,
    columns: Option<&[&str]>,
    num_rows: usize,
) -> Result<(SchemaRef, Batches), Box<dyn std::error::Error>> {
    let file = Source {
        file: Arc::new(Mutex::new(file)),
        length,
    };
    let (builder, num_rows) = begun(file, &mut allowance, num_rows as u64)?;
    let schema = Arc::clone(builder.schema());
    let places = places(&schema, columns);
    let mask = ProjectionMask::roots(builder.parquet_schema(), places.iter().copied());
    let reader = builder.with_batch_size(num_rows).with_projection(mask).build()?;
    Ok((Arc::new(schema.project(&places)?), Box::new(reader)))
}

fn of_arrow(
    file: impl Read + Seek + Send + 'static,
    is_file: bool,
    columns: Option<&[&str]>,
) -> Result<(SchemaRef, Batches), Box<dyn std::error::Error>> {
    let mut file = BufReader::new(file);
    if !is_file {
        let schema = StreamReader::try_new(&mut file, None)?.schema();
        file.rewind()?;
        let places = places(&schema, columns);
        let reader = StreamReader::try_new(file, Some(places.clone()))?;
        return Ok((Arc::new(schema.project(&places)?), Box::new(reader)));
    }
    let whole = FileReader::try_new(&mut file, None)?;
    let (schema, at_the_end) = (whole.schema(), whole.custom_metadata().clone());
    drop(whole);
    file.rewind()?;
    let places = places(&schema, columns);
    let schema = schema.project(&places)?;
    let mut metadata = schema.metadata().clone();
    metadata.extend(at_the_end);
    let reader = FileReader::try_new(file, Some(places))?;
    Ok((Arc::new(schema.with_metadata(metadata)), Box::new(reader)))
}

/// A file that is read at any place.
struct Source<R> {
    file: Arc<Mutex<R>>,
    length: u64,
}

/// A place in it.
struct Place<R> {
    file: Arc<Mutex<R>>,
    position: u64,
}

impl<R: Read + Seek> Read for Place<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.position))?;
        let num_bytes = file.read(out)?;
        self.position += num_bytes as u64;
        Ok(num_bytes)
    }
}

impl<R> Length for Source<R> {
    fn len(&self) -> u64 {
        self.length
    }
}

impl<R: Read + Seek + Send> ChunkReader for Source<R> {
    type T = BufReader<Place<R>>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(Place {
            file: Arc::clone(&self.file),
            position: start,
        }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        // The length is what the file says, which need not be true.
        let is_within = start.checked_add(length as u64).is_some_and(|end| end <= self.length);
        if !is_within {
            return Err(ParquetError::EOF(format!(
                "there are not {length} bytes from {start} on"
            )));
        }
        let mut bytes = vec![0; length];
        self.get_read(start)?.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

#[cfg(test)]
mod tests;
