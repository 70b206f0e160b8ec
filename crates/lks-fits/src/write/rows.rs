//! Rows of Arrow as a file with one binary table, written batch after batch.

use std::io::{self, Cursor, Seek, SeekFrom, Write};

use arrow_array::RecordBatch;
use arrow_schema::{FieldRef, Schema};

use super::extent::Extent;
use super::layout::{Layout, ascii, times};
use super::{Checksum, Hdu};
use crate::checksum::Sum;
use crate::{Card, Error};

/// The bytes of a file whose first extension, of this name, has these rows; see [`TableLayout`].
///
/// # Errors
/// As [`TableLayout::new`] and [`TableLayout::begin`].
pub fn file_of(schema: &Schema, batches: &[RecordBatch], name: &str) -> Result<Vec<u8>, Error> {
    let mut layout = TableLayout::new(schema)?;
    batches.iter().for_each(|batch| layout.measure(batch));
    let mut writer = layout.begin(name, Cursor::new(Vec::new()))?;
    batches.iter().try_for_each(|batch| writer.batch(batch))?;
    writer.finish().map(Cursor::into_inner)
}

/// How the columns of a table are stored, which its header says before the rows and the rows decide: the longest text, the number of rows,
/// an integer that no element has.
///
/// Of a field's metadata `unit`, `display`, `description`, `dimensions`, `null` and `complex` are heeded, and of the first column of times
/// `time_zero_jd`, `time_unit`, `time_scale` and `time_position`, which become `BJDREFI`, `TIMEUNIT`, `TIMESYS` and their like. Text is filled up to
/// the longest; a character that is not ASCII, which FITS has no place for, becomes `?`. Null is NaN, `TNULL`, an undefined logical, or empty
/// text.
#[derive(Debug, Clone)]
pub struct TableLayout {
    columns: Vec<Extent>,
    times: Option<FieldRef>,
    num_rows: u64,
    primary_cards: Vec<Card>,
    table_cards: Vec<Card>,
}

impl TableLayout {
    /// Of a table without rows.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for a column of a type that FITS does not have.
    pub fn new(schema: &Schema) -> Result<Self, Error> {
        let mut fields = schema.fields().iter();
        Ok(Self {
            columns: fields.clone().map(Extent::new).collect::<Result<_, _>>()?,
            times: fields
                .find(|field| field.metadata().contains_key("time_zero_jd"))
                .cloned(),
            num_rows: 0,
            primary_cards: Vec::new(),
            table_cards: Vec::new(),
        })
    }

    /// Sets cards that the primary header has besides those of its structure.
    #[must_use]
    pub fn with_primary_cards(mut self, cards: impl IntoIterator<Item = Card>) -> Self {
        self.primary_cards = cards.into_iter().collect();
        self
    }

    /// Sets cards that the table's header has besides those of its structure, its columns and their times.
    #[must_use]
    pub fn with_table_cards(mut self, cards: impl IntoIterator<Item = Card>) -> Self {
        self.table_cards = cards.into_iter().collect();
        self
    }

    /// The layout of so many rows, which need not be measured; itself as it was if they must be, because text and lists of any length are
    /// only as long as the rows have them. Integers may be missing only in columns whose metadata name their `null`, which no element may
    /// be: [`TableWriter::batch`] refuses others.
    ///
    /// # Errors
    /// The layout, if its rows must be measured.
    pub fn with_unmeasured_rows(mut self, num_rows: u64) -> Result<Self, Self> {
        match self.columns.iter().any(Extent::depends_on_rows) {
            true => Err(self),
            false => {
                self.num_rows = num_rows;
                Ok(self)
            }
        }
    }

    /// Takes account of the rows of a batch.
    pub fn measure(&mut self, batch: &RecordBatch) {
        self.num_rows += batch.num_rows() as u64;
        for (column, array) in self.columns.iter_mut().zip(batch.columns()) {
            column.measure(array);
        }
    }

    /// Begins a file whose first extension, of this name, will have the rows that were measured.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for an integer column in which no number is left that could stand for no value, and what a card cannot hold;
    /// [`Error::Read`] with what the file says.
    pub fn begin<F: Write + Seek>(&self, name: &str, mut file: F) -> Result<TableWriter<F>, Error> {
        let columns = self.columns.iter().map(Layout::of).collect::<Result<Vec<_>, _>>()?;
        let hdu = Hdu::table(columns.iter().map(|layout| layout.column.clone()), self.num_rows)
            .heap(columns.iter().map(|layout| layout.heap).sum())
            .card("EXTNAME", ascii(name), "name of extension")
            .cards(self.times.as_ref().map_or(Vec::new(), |field| times(field)))
            .cards(self.table_cards.iter().cloned())
            .checksum(Checksum::HduAndData);
        let primary = Hdu::primary().cards(self.primary_cards.iter().cloned());
        let primary = primary.checksum(Checksum::HduAndData).bytes()?;
        file.write_all(&primary).map_err(unwritten)?;
        let start = primary.len() as u64;
        let rows = start + hdu.header_size();
        let size_of_rows = columns.iter().map(|layout| layout.column.width()).sum::<u64>() * self.num_rows;
        Ok(TableWriter {
            rows,
            heap: rows + size_of_rows,
            num_heap_bytes: 0,
            sum_of_rows: Sum::default(),
            sum_of_heap: Sum::default(),
            start,
            hdu,
            columns,
            file,
        })
    }
}

/// A file with a table that is being written. Its header comes last, because the sums in it cover the rows.
#[derive(Debug)]
pub struct TableWriter<F: Write + Seek> {
    file: F,
    hdu: Hdu,
    columns: Vec<Layout>,
    /// Where the header goes.
    start: u64,
    /// Where the next rows go.
    rows: u64,
    /// Where the heap begins, and how much of it there is.
    heap: u64,
    num_heap_bytes: u64,
    sum_of_rows: Sum,
    sum_of_heap: Sum,
}

impl<F: Write + Seek> TableWriter<F> {
    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for rows that were not measured and have an integer that the layout has no place for; [`Error::Read`] with what
    /// the file says.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let mut columns = self.columns.iter().zip(batch.columns());
        columns.try_for_each(|(layout, array)| layout.check(array))?;
        let (mut rows, mut heap) = (Vec::new(), Vec::new());
        for row in 0..batch.num_rows() {
            for (layout, array) in self.columns.iter().zip(batch.columns()) {
                layout.push(&mut rows, (self.num_heap_bytes, &mut heap), array, row);
            }
        }
        let (place, place_in_heap) = (self.rows, self.heap + self.num_heap_bytes);
        self.write(place, &rows)?;
        self.write(place_in_heap, &heap)?;
        self.sum_of_rows.add(&rows);
        self.sum_of_heap.add(&heap);
        self.rows += rows.len() as u64;
        self.num_heap_bytes += heap.len() as u64;
        Ok(())
    }

    /// Ends the file and gives it back.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if other rows were written than were measured; [`Error::Read`] with what the file says.
    pub fn finish(mut self) -> Result<F, Error> {
        let data = self.start + self.hdu.header_size();
        let end = self.heap + self.num_heap_bytes;
        if self.rows != self.heap || end - data != self.hdu.data_size() {
            return Err(Error::Unwritable {
                what: "the rows".to_owned(),
                reason: "they are not the ones that were measured".to_owned(),
            });
        }
        self.write(end, &vec![0; (self.start + self.hdu.size() - end) as usize])?;
        let mut sum = self.sum_of_rows;
        sum.join(self.sum_of_heap);
        let header = self.hdu.header(sum)?;
        let start = self.start;
        self.write(start, &header)?;
        self.file.flush().map_err(unwritten)?;
        Ok(self.file)
    }

    fn write(&mut self, place: u64, bytes: &[u8]) -> Result<(), Error> {
        let written = self.file.seek(SeekFrom::Start(place));
        written.and_then(|_| self.file.write_all(bytes)).map_err(unwritten)
    }
}

fn unwritten(error: io::Error) -> Error {
    Error::local("write the table", error)
}
