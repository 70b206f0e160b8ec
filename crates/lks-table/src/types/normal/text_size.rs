//! How long values are as text, without making the text: lists may name the same elements as often as they like, so each element is
//! measured once and the lists are sums.

use std::fmt;
use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, GenericListArray, GenericListViewArray, OffsetSizeTrait};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;

use crate::error::Error;

/// Between two elements.
const SEPARATOR: u64 = ", ".len() as u64;
/// Around all of them.
const BRACKETS: u64 = "[]".len() as u64;

/// Bytes that the values become as text, the least for types that are seldom met.
pub(crate) fn text_size(array: &ArrayRef) -> Result<u64, Error> {
    Ok(Sizes::of(array)?.sum(0..array.len()))
}

/// Bytes of each value as text.
enum Sizes {
    /// All have the same.
    Same(u64),
    /// Those of all values before each, and of all.
    Ends(Vec<u64>),
}

impl Sizes {
    fn of(array: &ArrayRef) -> Result<Self, Error> {
        let rows = 0..array.len();
        Ok(match array.data_type() {
            // Many of them take few bytes or none, and here eight each.
            DataType::Null | DataType::Boolean | DataType::RunEndEncoded(..) => Self::Same(0),
            DataType::List(_) => of_list(array.as_list::<i32>())?,
            DataType::LargeList(_) => of_list(array.as_list::<i64>())?,
            DataType::ListView(_) => of_view(array.as_list_view::<i32>())?,
            DataType::LargeListView(_) => of_view(array.as_list_view::<i64>())?,
            DataType::FixedSizeList(_, size) => {
                let size = usize::try_from(*size).unwrap_or(0);
                match Self::of(array.as_fixed_size_list().values())? {
                    items @ Self::Same(_) => Self::Same(items.of_items(true, 0..size)),
                    Self::Ends(_) if size == 0 => Self::Same(BRACKETS),
                    items @ Self::Ends(_) => {
                        let range = |row: usize| row * size..(row + 1) * size;
                        Self::sums(rows.map(|row| items.of_items(array.is_valid(row), range(row))))
                    }
                }
            }
            DataType::Struct(_) => {
                let columns = array.as_struct().columns().iter().map(Self::of);
                let columns = columns.collect::<Result<Vec<_>, Error>>()?;
                let of_row = |row: usize| columns.iter().map(|column| column.sum(row..row + 1)).sum();
                match columns.iter().all(|column| matches!(column, Self::Same(_))) {
                    true => Self::Same(of_row(0)),
                    false => Self::sums(rows.map(of_row)),
                }
            }
            DataType::Map(..) | DataType::Union(..) => Self::Same(0),
            _ => {
                let options = FormatOptions::default();
                let formatter = ArrayFormatter::try_new(array, &options)?;
                let of_row = |row| {
                    let mut counted = Counted(0);
                    formatter.value(row).write(&mut counted).map(|()| counted.0)
                };
                Self::sums(rows.map(of_row).collect::<Result<Vec<_>, _>>()?.into_iter())
            }
        })
    }

    fn sums(sizes: impl Iterator<Item = u64>) -> Self {
        let mut end = 0_u64;
        let ends = sizes.map(|size| {
            end = end.saturating_add(size);
            end
        });
        Self::Ends(std::iter::once(0).chain(ends).collect())
    }

    fn sum(&self, values: Range<usize>) -> u64 {
        match self {
            Self::Same(size) => size.saturating_mul(values.len() as u64),
            Self::Ends(ends) => match (ends.get(values.start), ends.get(values.end)) {
                (Some(start), Some(end)) => end - start,
                _ => 0,
            },
        }
    }

    /// Of a list of these values; nothing is said of one that is null.
    fn of_items(&self, is_there: bool, items: Range<usize>) -> u64 {
        match is_there {
            true => {
                let separators = SEPARATOR.saturating_mul(items.len().saturating_sub(1) as u64);
                BRACKETS.saturating_add(separators).saturating_add(self.sum(items))
            }
            false => 0,
        }
    }
}

fn of_list<O: OffsetSizeTrait>(list: &GenericListArray<O>) -> Result<Sizes, Error> {
    let items = Sizes::of(list.values())?;
    let ranges = list
        .value_offsets()
        .windows(2)
        .map(|ends| ends[0].as_usize()..ends[1].as_usize());
    let sizes = ranges
        .enumerate()
        .map(|(row, range)| items.of_items(list.is_valid(row), range));
    Ok(Sizes::sums(sizes))
}

fn of_view<O: OffsetSizeTrait>(list: &GenericListViewArray<O>) -> Result<Sizes, Error> {
    let items = Sizes::of(list.values())?;
    let ranges = list.value_offsets().iter().zip(list.value_sizes());
    let ranges = ranges.map(|(start, size)| start.as_usize()..start.as_usize() + size.as_usize());
    let sizes = ranges
        .enumerate()
        .map(|(row, range)| items.of_items(list.is_valid(row), range));
    Ok(Sizes::sums(sizes))
}

/// Counts what is written.
struct Counted(u64);

impl fmt::Write for Counted {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.0 = self.0.saturating_add(more.len() as u64);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int32Type;
    use arrow_array::*;
    use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
    use arrow_schema::Field;

    use super::*;

    fn spelled(array: &ArrayRef) -> u64 {
        let options = FormatOptions::default();
        let formatter = ArrayFormatter::try_new(array, &options).unwrap();
        let length = |row| formatter.value(row).to_string().len() as u64;
        (0..array.len()).filter(|row| array.is_valid(*row)).map(length).sum()
    }

    #[test]
    fn sizes_are_those_of_the_text() {
        let numbers = [
            Some(vec![Some(1), None, Some(-345)]),
            None,
            Some(vec![]),
            Some(vec![Some(7)]),
        ];
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(numbers.clone());
        let large: ArrayRef = Arc::new(LargeListArray::from_iter_primitive::<Int32Type, _, _>(numbers));
        let item = Arc::new(Field::new("item", lists.data_type().clone(), true));
        let nested: ArrayRef = Arc::new(ListArray::new(
            item,
            OffsetBuffer::new(vec![0, 2, 2, 4].into()),
            Arc::new(lists.clone()),
            None,
        ));
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("ab"), None, Some("ü"), Some("")]));
        let pairs: ArrayRef = Arc::new(FixedSizeListArray::new(
            Arc::new(Field::new("item", DataType::Utf8, true)),
            2,
            Arc::clone(&texts),
            Some(NullBuffer::from(vec![true, false])),
        ));
        for array in [Arc::new(lists) as ArrayRef, large, nested, texts, pairs] {
            assert_eq!(text_size(&array).unwrap(), spelled(&array), "{:?}", array.data_type());
        }
    }

    #[test]
    fn shared_elements_are_measured_once() {
        let n = 1_000_000;
        let items: ArrayRef = Arc::new(Int32Array::from_iter_values(0..n));
        let view = |items: ArrayRef, rows: usize, size: i32| -> ArrayRef {
            let item = Arc::new(Field::new("item", items.data_type().clone(), true));
            let offsets = ScalarBuffer::from(vec![0; rows]);
            Arc::new(ListViewArray::new(item, offsets, vec![size; rows].into(), items, None))
        };
        let lists = view(view(items, 1_000_000, n), 1_000_000, n);
        assert!(text_size(&lists).unwrap() > 1 << 60);
    }
}
