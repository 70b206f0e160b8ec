//! The bytes of a selection, and the record batch made of them.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, FixedSizeListArray, LargeListArray, NullArray, RecordBatch, RecordBatchOptions};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::Schema;
use bytes::Bytes;

use super::cell_layout::{CellLayout, join};
use super::column_buffer::ColumnBuffer;
use super::transpose::{ColumnValues, Rows, read_columns};
use super::{Column, Columns, Selection, decode};
use crate::form::{Element, Form};
use crate::source::Source;
use crate::{DamageReason, Error, HduInfo};

/// Most bytes that the cells of variable length which are read at once take in memory; a few bytes of file can name the same heap many
/// times.
const MAX_HEAP: u64 = 1 << 28;
/// Most bytes that a row takes in memory.
const MAX_ROW: u64 = 1 << 27;
/// Most bytes of a column of text that are read at once: Arrow's offsets end at 2 GiB, and a byte that is not text becomes three.
const MAX_TEXT: u64 = i32::MAX as u64 / 3;
/// Most rows without any bytes: a header can claim 2^63 of them.
const MAX_EMPTY: u64 = 1 << 20;

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
        let row_in_memory = columns.iter().map(|column| column.in_memory());
        if row_in_memory.fold(0, u64::saturating_add) > MAX_ROW {
            return Err(Error::Unsupported {
                hdu: info.index,
                what: format!("rows of more than {MAX_ROW} bytes (ask for fewer columns)"),
            });
        }
        let too_long =
            |column: &&&Column| column.is_text() && column.form.width() > MAX_TEXT / (range.end - range.start).max(1);
        if let Some(column) = columns.iter().find(too_long) {
            let name = &column.info.name;
            let what = format!(
                "more than {MAX_TEXT} bytes of text of column {name:?} at once (ask for fewer rows, or read them in batches)"
            );
            return Err(Error::Unsupported { hdu: info.index, what });
        }
        let num_rows = (range.end - range.start) as usize;
        let (rows, layouts) = self.rows(info, &columns, range);
        rows.check(source, info)?;
        let filled = read_columns(source, &rows, &layouts).await?;
        let mut arrays = Vec::with_capacity(columns.len());
        let mut in_heap = 0;
        for (column, filled) in columns.iter().zip(filled) {
            if let Some(ascii) = &column.ascii {
                let decoded = ascii.decode(num_rows, &filled.values);
                arrays.push(decoded.map_err(|detail| column.damaged(info, detail))?);
                continue;
            }
            arrays.push(match column.form {
                Form::Fixed(repeat, element) => column.fixed(num_rows, filled, repeat, element),
                Form::Heap32(..) | Form::Heap64(..) => {
                    self.variable(source, info, column, num_rows, &filled.values, &mut in_heap)
                        .await?
                }
            });
        }
        let schema = Schema::new(columns.iter().map(|column| column.field()).collect::<Vec<_>>());
        let options = RecordBatchOptions::new().with_row_count(Some(num_rows));
        RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options).map_err(|error| {
            let reason = DamageReason::Columns {
                detail: error.to_string(),
            };
            Error::Damaged {
                hdu: info.index,
                offset: info.data_offset,
                reason,
            }
        })
    }

    /// Where the rows lie from the first wanted column to the last, and how each column lies in them.
    fn rows(&self, info: &HduInfo, columns: &[&Column], rows: Range<u64>) -> (Rows, Vec<CellLayout>) {
        let wide = || columns.iter().filter(|column| column.form.width() > 0);
        let start = wide().map(|column| column.offset).min().unwrap_or(0);
        let end = wide()
            .map(|column| column.offset + column.form.width())
            .max()
            .unwrap_or(0);
        let layout = |column: &&Column| CellLayout {
            // Cells without bytes have no place in the row.
            offset: column.offset.saturating_sub(start) as usize,
            width: column.form.width() as usize,
            element: match column.form {
                Form::Fixed(_, element) => element,
                // Descriptors stay as they are.
                Form::Heap32(..) | Form::Heap64(..) => Element::Character,
            },
            null: column.scaling.null,
        };
        let layouts = columns.iter().map(layout).collect();
        let rows = Rows {
            first: info.data_offset + rows.start * self.row_width + start,
            stride: self.row_width,
            span: end - start,
            num_rows: rows.end - rows.start,
        };
        (rows, layouts)
    }

    /// A column whose cells lie in the heap.
    async fn variable(
        &self,
        source: &Source,
        info: &HduInfo,
        column: &Column,
        num_rows: usize,
        descriptors: &[u8],
        in_heap: &mut u64,
    ) -> Result<ArrayRef, Error> {
        let bad = |detail| column.damaged(info, detail);
        let element = column.form.element();
        let heap_size = info.data_size - self.heap;
        let mut lengths = Vec::with_capacity(num_rows);
        let mut ranges = Vec::with_capacity(num_rows);
        let width = column.form.width() as usize;
        for row in 0..num_rows {
            let cell = &descriptors[row * width..][..width];
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
            let in_memory = size.max(length.saturating_mul(column.item_width()));
            *in_heap = in_heap.saturating_add(in_memory);
            if *in_heap > MAX_HEAP {
                let what = format!(
                    "more than {MAX_HEAP} bytes of cells of variable length at once, up to column {:?} (ask for fewer rows)",
                    column.info.name
                );
                return Err(Error::Unsupported { hdu: info.index, what });
            }
            let start = info.data_offset + self.heap + if length == 0 { 0 } else { offset };
            lengths.push(length as usize);
            ranges.push(start..start + size);
        }
        let cells = read_unordered(source, &ranges).await?;
        let values = match element {
            Element::Character => return Ok(decode::texts(cells.iter().map(|bytes| &bytes[..]))),
            Element::Bit => {
                let arrays: Vec<bool> = cells
                    .iter()
                    .zip(&lengths)
                    .flat_map(|(cell, &num_bits)| (0..num_bits).map(move |bit| cell[bit / 8] >> (7 - bit % 8) & 1 == 1))
                    .collect();
                Arc::new(arrow_array::BooleanArray::from(arrays)) as ArrayRef
            }
            _ => decode::elements(
                element,
                one_after_the_other(element, &cells, column.scaling.null),
                &column.scaling,
            ),
        };
        let item = decode::item_field(values.data_type().clone());
        Ok(Arc::new(LargeListArray::new(item, offsets(&lengths), values, None)))
    }
}

impl Column {
    fn damaged(&self, info: &HduInfo, detail: String) -> Error {
        Error::Damaged {
            hdu: info.index,
            offset: info.data_offset,
            reason: DamageReason::Columns {
                detail: format!("column {:?}: {detail}", self.info.name),
            },
        }
    }

    /// A column whose cells lie in the rows.
    fn fixed(&self, num_rows: usize, filled: ColumnValues, repeat: u64, element: Element) -> ArrayRef {
        let width = self.form.width() as usize;
        if width == 0 {
            return match element {
                Element::Character => decode::texts((0..num_rows).map(|_| &[][..])),
                _ => Arc::new(NullArray::new(num_rows)),
            };
        }
        let cells = filled.values.chunks(width);
        match element {
            Element::Character => match self.num_texts() {
                None => decode::texts(cells),
                Some(n) => list(
                    decode::texts(cells.flat_map(|cell| cell.chunks(self.text_width.max(1) as usize))),
                    n as usize,
                ),
            },
            Element::Bit if repeat == 1 => decode::bits(cells, 1),
            Element::Bit => list(decode::bits(cells, repeat as usize), repeat as usize),
            _ => {
                let values = decode::elements(element, filled, &self.scaling);
                if repeat == 1 && self.info.dimensions.len() <= 1 {
                    values
                } else {
                    list(values, repeat as usize)
                }
            }
        }
    }
}

/// The elements of cells of any length.
fn one_after_the_other(element: Element, cells: &[Bytes], null: Option<i64>) -> ColumnValues {
    let num_bytes = cells.iter().map(Bytes::len).sum();
    let mut buffer = ColumnBuffer::new(num_bytes);
    let mut rest = buffer.bytes_mut();
    let layout = |width| CellLayout {
        offset: 0,
        width,
        element,
        null,
    };
    let mut has_unknown = false;
    for cell in cells {
        let (out, after) = std::mem::take(&mut rest).split_at_mut(cell.len());
        has_unknown |= layout(cell.len()).copy(cell, cell.len(), out);
        rest = after;
    }
    let whole = layout(num_bytes);
    let known = has_unknown.then(|| whole.known(buffer.bytes_mut())).flatten();
    ColumnValues {
        nulls: join(vec![(whole.num_elements(num_bytes), known)]),
        values: buffer.into_buffer(),
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
