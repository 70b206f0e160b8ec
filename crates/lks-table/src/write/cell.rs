//! The text of a cell of any type that a table or a file of numbers has. A cell of several elements is a nested list in JSON, the
//! slowest axis outermost; CSV carries the same text in quotes, as astropy's ECSV does.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, StringArray};
use arrow_schema::{DataType, Field, TimeUnit};

use crate::error::Error;
use crate::read::csv::is_plain_text;
use crate::table::Cell;

/// A column whose cells can be written as text.
pub(super) struct Column<'a> {
    array: &'a ArrayRef,
    cells: Cells<'a>,
    /// The axes of its cells, the fastest first; empty if they are not known.
    axes: Vec<usize>,
}

/// Cells of the types that most columns have, of which a type need not be found out for each.
enum Cells<'a> {
    Text(&'a StringArray),
    Integer(&'a Int64Array),
    Float(&'a Float64Array),
    Other,
}

impl<'a> Cells<'a> {
    fn of(array: &'a ArrayRef) -> Self {
        match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::Int64 => Self::Integer(array.as_primitive()),
            DataType::Float64 => Self::Float(array.as_primitive()),
            _ => Self::Other,
        }
    }
}

impl<'a> Column<'a> {
    pub(super) fn new(field: &Field, array: &'a ArrayRef) -> Result<Self, Error> {
        if !has_text(array.data_type()) {
            let (name, kind) = (field.name(), array.data_type());
            return Err(Error::Shape(format!(
                "the column `{name}` of {kind} cannot be written as text"
            )));
        }
        Ok(Self {
            array,
            cells: Cells::of(array),
            axes: axes(field),
        })
    }

    /// Appends a cell as JSON. Floats have a point or an exponent; what is not finite, for which JSON has no word, becomes null.
    pub(super) fn push_json(&self, out: &mut String, row: usize) {
        push_json(out, self.array, row, &self.axes);
    }

    /// Appends a cell of CSV: text that would be read as something else is quoted, null is empty, a list is quoted JSON.
    pub(super) fn push_csv(&self, out: &mut String, row: usize) {
        match self.cells {
            Cells::Text(texts) if texts.is_valid(row) => {
                let text = texts.value(row);
                match is_plain_text(text) {
                    true => out.push_str(text),
                    false => push_quoted(out, text),
                }
            }
            Cells::Integer(numbers) if numbers.is_valid(row) => push(out, &numbers.value(row)),
            Cells::Float(numbers) if numbers.is_valid(row) => push_float(out, numbers.value(row)),
            Cells::Text(_) | Cells::Integer(_) | Cells::Float(_) => {}
            Cells::Other => self.push_other(out, row),
        }
    }

    fn push_other(&self, out: &mut String, row: usize) {
        if is_null(self.array, row) {
            return;
        }
        match self.array.data_type() {
            DataType::FixedSizeList(..) | DataType::LargeList(_) => {
                let mut list = String::new();
                self.push_json(&mut list, row);
                push_quoted(out, &list);
            }
            _ => push_plain(out, self.array, row),
        }
    }

    /// Whether the cell is known to be written as the one in the row before, which is there.
    pub(super) fn is_as_before(&self, row: usize) -> bool {
        let before = row - 1;
        match self.cells {
            Cells::Text(texts) => same(texts, row, || texts.value(before) == texts.value(row)),
            Cells::Integer(numbers) => same(numbers, row, || numbers.value(before) == numbers.value(row)),
            Cells::Float(numbers) => same(numbers, row, || {
                numbers.value(before).to_bits() == numbers.value(row).to_bits()
            }),
            Cells::Other => false,
        }
    }
}

/// Whether a cell and the one before are both null, or have the same value.
fn same(array: &dyn Array, row: usize, is_same_value: impl FnOnce() -> bool) -> bool {
    match (array.is_valid(row - 1), array.is_valid(row)) {
        (true, true) => is_same_value(),
        (before, now) => before == now,
    }
}

/// The text of a value that is not a list, without quotes; nothing for null.
pub fn text(array: &ArrayRef, row: usize) -> String {
    let mut text = String::new();
    match array.data_type() {
        _ if is_null(array, row) => {}
        DataType::Utf8 => text.push_str(array.as_string::<i32>().value(row)),
        _ => push_plain(&mut text, array, row),
    }
    text
}

/// Appends text in the quotes of CSV.
pub(super) fn push_quoted(out: &mut String, text: &str) {
    push(out, &format_args!("\"{}\"", text.replace('"', "\"\"")));
}

/// The axes of the cells of a list, the fastest first; those of the characters of a text do not count.
pub(super) fn axes(field: &Field) -> Vec<usize> {
    let axes = field.metadata().get("dimensions").map_or("", String::as_str);
    let mut axes: Vec<usize> = axes.split(',').filter_map(|axis| axis.parse().ok()).collect();
    let is_text = match field.data_type() {
        DataType::FixedSizeList(item, _) => *item.data_type() == DataType::Utf8,
        _ => false,
    };
    if is_text && !axes.is_empty() {
        // The first axis of characters is the length of each string.
        axes.remove(0);
    }
    axes
}

fn has_text(kind: &DataType) -> bool {
    match kind {
        DataType::FixedSizeList(item, _) | DataType::LargeList(item) => has_text(item.data_type()),
        DataType::Utf8 | DataType::Boolean | DataType::Null => true,
        DataType::Timestamp(TimeUnit::Microsecond, None) => true,
        kind => kind.is_integer() || matches!(kind, DataType::Float32 | DataType::Float64),
    }
}

fn is_null(array: &ArrayRef, row: usize) -> bool {
    *array.data_type() == DataType::Null || array.is_null(row)
}

fn push_json(out: &mut String, array: &ArrayRef, row: usize, axes: &[usize]) {
    if is_null(array, row) {
        out.push_str("null");
        return;
    }
    match array.data_type() {
        DataType::Utf8 => push(out, &serde_json::Value::from(array.as_string::<i32>().value(row))),
        DataType::Float32 if !value::<Float32Type>(array, row).is_finite() => out.push_str("null"),
        DataType::Float64 if !value::<Float64Type>(array, row).is_finite() => out.push_str("null"),
        DataType::Timestamp(..) => {
            out.push('"');
            push_plain(out, array, row);
            out.push('"');
        }
        DataType::FixedSizeList(..) => {
            let list = array.as_fixed_size_list();
            let length = list.value_length() as usize;
            let is_whole = axes.is_empty() || axes.iter().product::<usize>() != length;
            let axes = if is_whole { &[length] } else { axes };
            push_list(out, list.values(), row * length, axes);
        }
        DataType::LargeList(_) => {
            let items = array.as_list::<i64>().value(row);
            push_list(out, &items, 0, &[items.len()]);
        }
        _ => push_plain(out, array, row),
    }
}

/// The elements from `start` on, as lists in lists, the last axis being the outermost.
fn push_list(out: &mut String, items: &ArrayRef, start: usize, axes: &[usize]) {
    let (outermost, inner) = axes.split_last().map_or((0, axes), |(last, inner)| (*last, inner));
    let stride: usize = inner.iter().product();
    out.push('[');
    for number in 0..outermost {
        if number > 0 {
            out.push(',');
        }
        match inner {
            [] => push_json(out, items, start + number, &[]),
            inner => push_list(out, items, start + number * stride, inner),
        }
    }
    out.push(']');
}

/// A cell of one element that is not null.
pub(super) fn push_plain(out: &mut String, array: &ArrayRef, row: usize) {
    match array.data_type() {
        DataType::Int8 => push(out, &value::<Int8Type>(array, row)),
        DataType::Int16 => push(out, &value::<Int16Type>(array, row)),
        DataType::Int32 => push(out, &value::<Int32Type>(array, row)),
        DataType::UInt8 => push(out, &value::<UInt8Type>(array, row)),
        DataType::UInt16 => push(out, &value::<UInt16Type>(array, row)),
        DataType::UInt32 => push(out, &value::<UInt32Type>(array, row)),
        DataType::UInt64 => push(out, &value::<UInt64Type>(array, row)),
        DataType::Float32 => push_float(out, value::<Float32Type>(array, row)),
        DataType::Float64 => push_float(out, value::<Float64Type>(array, row)),
        _ => match Cell::of(array, row) {
            Some(cell) => push(out, &cell),
            None => out.push_str("null"),
        },
    }
}

fn value<T: ArrowPrimitiveType>(array: &ArrayRef, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

/// With a point or an exponent, in the fewest digits that are this float.
fn push_float<F: zmij::Float + std::fmt::Debug + Copy + Into<f64>>(out: &mut String, value: F) {
    let size = value.into().abs();
    match (1e-4..1e15).contains(&size) || size == 0.0 {
        true => out.push_str(zmij::Buffer::new().format_finite(value)),
        // It begins to write exponents elsewhere.
        false => push(out, &format_args!("{value:?}")),
    }
}

fn push(out: &mut String, value: &dyn std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
}

/// What lists hold, and the lists in them.
pub(super) fn leaf(kind: &DataType) -> &DataType {
    match kind {
        DataType::FixedSizeList(item, _) | DataType::List(item) | DataType::LargeList(item) => leaf(item.data_type()),
        single => single,
    }
}
