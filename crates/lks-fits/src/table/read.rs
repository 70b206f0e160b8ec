//! The bytes of a selection, and the record batch made of them.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, FixedSizeListArray, LargeListArray, NullArray, RecordBatch, RecordBatchOptions};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::Schema;
use bytes::Bytes;

use super::{Column, Columns, Selection, decode};
use crate::form::{Element, Form};
use crate::source::Source;
use crate::{Error, HduInfo, Reason};

/// Most bytes of cells of variable length read at once; a few bytes of file can name the same heap many times.
const MAX_HEAP: u64 = 1 << 28;
/// Most rows without any bytes: a header can claim 2^63 of them.
const MAX_EMPTY: u64 = 1 << 20;

/// Rows in memory: from each, the same run of bytes.
struct Rows {
    bytes: Bytes,
    n_rows: usize,
    /// Bytes from one row to the next.
    stride: usize,
    /// Byte of the row where the run starts.
    start: usize,
}

impl Rows {
    fn cells(&self, offset: u64, width: u64) -> impl Iterator<Item = &[u8]> {
        // Cells without bytes have no place in the run.
        let offset = if width == 0 { 0 } else { offset as usize - self.start };
        (0..self.n_rows).map(move |row| &self.bytes[row * self.stride + offset..][..width as usize])
    }
}

impl Columns {
    pub(crate) async fn read(
        &self,
        source: &Source,
        info: &HduInfo,
        selection: &Selection,
    ) -> Result<RecordBatch, Error> {
        let columns = self.select(selection.columns.as_deref())?;
        let all = info.shape.first().copied().unwrap_or(0);
        let range = selection.rows.clone().unwrap_or(0..all);
        if range.start > range.end || range.end > all {
            let what = format!("row range {}:{}", range.start, range.end);
            return Err(Error::Absent {
                what,
                known: format!("the table has {all} rows"),
            });
        }
        if self.row_width == 0 && range.end - range.start > MAX_EMPTY {
            return Err(Error::Unsupported {
                hdu: info.index,
                what: format!("more than {MAX_EMPTY} rows without bytes"),
            });
        }
        let rows = self.rows(source, info, &columns, range).await?;
        let mut arrays = Vec::with_capacity(columns.len());
        for column in &columns {
            arrays.push(match column.form {
                Form::Fixed(repeat, element) => column.fixed(&rows, repeat, element),
                Form::Heap32(..) | Form::Heap64(..) => self.variable(source, info, column, &rows).await?,
            });
        }
        let schema = Schema::new(columns.iter().map(|column| column.field()).collect::<Vec<_>>());
        let options = RecordBatchOptions::new().with_row_count(Some(rows.n_rows));
        RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options).map_err(|error| {
            let reason = Reason::Columns {
                detail: error.to_string(),
            };
            Error::Damaged {
                hdu: info.index,
                offset: info.data_offset,
                reason,
            }
        })
    }

    /// The bytes of the rows from the first wanted column to the last.
    async fn rows(
        &self,
        source: &Source,
        info: &HduInfo,
        columns: &[&Column],
        rows: Range<u64>,
    ) -> Result<Rows, Error> {
        let start = columns.iter().map(|column| column.offset).min().unwrap_or(0);
        let end = columns
            .iter()
            .map(|column| column.offset + column.form.width())
            .max()
            .unwrap_or(0);
        let (width, n_rows) = (self.row_width, rows.end - rows.start);
        let span = end - start;
        let first = info.data_offset + rows.start * width + start;
        if n_rows == 0 || span == 0 {
            return Ok(Rows {
                bytes: Bytes::new(),
                n_rows: n_rows as usize,
                stride: 0,
                start: start as usize,
            });
        }
        if width - span <= source.options().block_size {
            // What lies between two rows costs less than a request of its own.
            let bytes = source.read(first..first + (n_rows - 1) * width + span).await?;
            return Ok(Rows {
                bytes,
                n_rows: n_rows as usize,
                stride: width as usize,
                start: start as usize,
            });
        }
        let ranges: Vec<_> = (0..n_rows)
            .map(|row| first + row * width..first + row * width + span)
            .collect();
        let parts = source.read_all(&ranges).await?;
        Ok(Rows {
            bytes: parts.concat().into(),
            n_rows: n_rows as usize,
            stride: span as usize,
            start: start as usize,
        })
    }

    /// A column whose cells lie in the heap.
    async fn variable(&self, source: &Source, info: &HduInfo, column: &Column, rows: &Rows) -> Result<ArrayRef, Error> {
        let bad = |detail: String| Error::Damaged {
            hdu: info.index,
            offset: info.data_offset,
            reason: Reason::Columns {
                detail: format!("column {:?}: {detail}", column.info.name),
            },
        };
        let element = column.form.element();
        let heap_size = info.data_size - self.heap;
        let mut lengths = Vec::with_capacity(rows.n_rows);
        let mut ranges = Vec::with_capacity(rows.n_rows);
        let mut total = 0u64;
        for (row, cell) in rows.cells(column.offset, column.form.width()).enumerate() {
            let (length, offset) =
                descriptor(cell).ok_or_else(|| bad(format!("row {row} has a negative size or place in the heap")))?;
            let size = element
                .size_of(length)
                .filter(|&size| length == 0 || offset.checked_add(size).is_some_and(|end| end <= heap_size));
            let size = size.ok_or_else(|| {
                bad(format!(
                    "row {row} has {length} elements at byte {offset} of a heap of {heap_size} bytes"
                ))
            })?;
            total += size;
            if total > MAX_HEAP {
                let what = format!(
                    "more than {MAX_HEAP} bytes of column {:?} at once (ask for fewer rows)",
                    column.info.name
                );
                return Err(Error::Unsupported { hdu: info.index, what });
            }
            let start = info.data_offset + self.heap + if length == 0 { 0 } else { offset };
            lengths.push(length as usize);
            ranges.push(start..start + size);
        }
        let cells = read_unordered(source, &ranges).await?;
        let cells = cells.iter().map(|bytes| &bytes[..]);
        let values = match element {
            Element::Character => return Ok(decode::texts(cells)),
            Element::Bit => {
                let arrays: Vec<bool> = cells
                    .zip(&lengths)
                    .flat_map(|(cell, &n_bits)| (0..n_bits).map(move |bit| cell[bit / 8] >> (7 - bit % 8) & 1 == 1))
                    .collect();
                Arc::new(arrow_array::BooleanArray::from(arrays)) as ArrayRef
            }
            _ => decode::elements(element, cells, &column.scaling),
        };
        let item = decode::item_field(values.data_type().clone());
        Ok(Arc::new(LargeListArray::new(item, offsets(&lengths), values, None)))
    }
}

impl Column {
    /// A column whose cells lie in the rows.
    fn fixed(&self, rows: &Rows, repeat: u64, element: Element) -> ArrayRef {
        let width = self.form.width();
        if width == 0 {
            return match element {
                Element::Character => decode::texts((0..rows.n_rows).map(|_| &[][..])),
                _ => Arc::new(NullArray::new(rows.n_rows)),
            };
        }
        let cells = rows.cells(self.offset, width);
        match element {
            Element::Character => match self.n_texts() {
                None => decode::texts(cells),
                Some(n) => list(
                    decode::texts(cells.flat_map(|cell| cell.chunks(self.text_width.max(1) as usize))),
                    n as usize,
                ),
            },
            Element::Bit if repeat == 1 => decode::bits(cells, 1),
            Element::Bit => list(decode::bits(cells, repeat as usize), repeat as usize),
            _ => {
                let values = decode::elements(element, cells, &self.scaling);
                if repeat == 1 && self.info.dimensions.len() <= 1 {
                    values
                } else {
                    list(values, repeat as usize)
                }
            }
        }
    }
}

fn list(values: ArrayRef, length: usize) -> ArrayRef {
    let item = decode::item_field(values.data_type().clone());
    Arc::new(FixedSizeListArray::new(
        item,
        i32::try_from(length).unwrap_or(i32::MAX),
        values,
        None,
    ))
}

fn offsets(lengths: &[usize]) -> OffsetBuffer<i64> {
    let mut end = 0;
    let ends = lengths.iter().map(|&length| {
        end += length as i64;
        end
    });
    OffsetBuffer::new(ScalarBuffer::from_iter(std::iter::once(0).chain(ends)))
}

/// Number of elements and byte of the heap.
fn descriptor(cell: &[u8]) -> Option<(u64, u64)> {
    let number = |bytes: &[u8]| match bytes.len() {
        4 => u64::try_from(i32::from_be_bytes(bytes.try_into().ok()?)).ok(),
        8 => u64::try_from(i64::from_be_bytes(bytes.try_into().ok()?)).ok(),
        _ => Some(0),
    };
    let (length, offset) = cell.split_at(cell.len() / 2);
    Some((number(length)?, number(offset)?))
}

/// Ranges in any order, read in ascending order.
async fn read_unordered(source: &Source, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, Error> {
    let mut order: Vec<usize> = (0..ranges.len()).collect();
    order.sort_by_key(|&index| (ranges[index].start, ranges[index].end));
    let sorted: Vec<_> = order.iter().map(|&index| ranges[index].clone()).collect();
    let parts = source.read_all(&sorted).await?;
    let mut out = vec![Bytes::new(); ranges.len()];
    for (index, bytes) in order.into_iter().zip(parts) {
        out[index] = bytes;
    }
    Ok(out)
}
