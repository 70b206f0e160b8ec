//! The text of a cell. A cell of several elements is a nested list in JSON, the slowest axis outermost; CSV and tables carry the same
//! text, as astropy's ECSV does.

use std::fmt::Write;

use lksearch::table::arrow_array::cast::AsArray;
use lksearch::table::arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use lksearch::table::arrow_array::{Array, ArrayRef};
use lksearch::table::arrow_schema::{DataType, Field};

/// Elements of a list that people are shown.
const SHOWN: usize = 3;

/// The axes of a column's cells, the fastest first; empty if the header names none.
pub fn axes(field: &Field) -> Vec<usize> {
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

/// Appends a cell as JSON. Floats have a point or an exponent; what is not finite, for which JSON has no word, becomes null.
pub fn push_json(out: &mut String, array: &ArrayRef, row: usize, axes: &[usize]) {
    if array.is_null(row) {
        out.push_str("null");
        return;
    }
    match array.data_type() {
        DataType::Utf8 => {
            let text = serde_json::Value::from(array.as_string::<i32>().value(row));
            push(out, &text);
        }
        DataType::Float32 => push_float(out, array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => push_float(out, array.as_primitive::<Float64Type>().value(row)),
        DataType::FixedSizeList(..) => {
            let list = array.as_fixed_size_list();
            let length = list.value_length() as usize;
            let fits = axes.iter().product::<usize>() == length;
            let whole = [length];
            push_list(
                out,
                list.values(),
                row * length,
                if fits && !axes.is_empty() { axes } else { &whole },
            );
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

/// Appends a cell of CSV: text that looks like something else is quoted, null is empty, a list is quoted JSON.
pub fn push_csv(out: &mut String, array: &ArrayRef, row: usize, axes: &[usize]) {
    if array.is_null(row) {
        return;
    }
    match array.data_type() {
        DataType::Utf8 => {
            let text = array.as_string::<i32>().value(row);
            let looks_like_more = text.is_empty()
                || text.contains(['"', ',', '\n', '\r'])
                || text.trim() != text
                || text.parse::<f64>().is_ok()
                || text.eq_ignore_ascii_case("true")
                || text.eq_ignore_ascii_case("false");
            if looks_like_more {
                quote(out, text)
            } else {
                out.push_str(text)
            }
        }
        DataType::FixedSizeList(..) | DataType::LargeList(_) => {
            let mut list = String::new();
            push_json(&mut list, array, row, axes);
            quote(out, &list);
        }
        _ => push_plain(out, array, row),
    }
}

/// The cell for people: the first elements of a long list stand for all.
pub fn shown(array: &ArrayRef, row: usize) -> String {
    let mut text = String::new();
    let items = match array.data_type() {
        _ if array.is_null(row) => return text,
        DataType::Utf8 => return array.as_string::<i32>().value(row).to_owned(),
        DataType::FixedSizeList(..) => array.as_fixed_size_list().value(row),
        DataType::LargeList(_) => array.as_list::<i64>().value(row),
        _ => {
            push_plain(&mut text, array, row);
            return text;
        }
    };
    let first: Vec<String> = (0..items.len().min(SHOWN)).map(|item| shown(&items, item)).collect();
    text = format!("[{}", first.join(", "));
    if items.len() > SHOWN {
        push(&mut text, &format_args!(", … {}", items.len()));
    }
    text + "]"
}

/// A cell of one element that is not null.
fn push_plain(out: &mut String, array: &ArrayRef, row: usize) {
    match array.data_type() {
        DataType::Boolean => push(out, &array.as_boolean().value(row)),
        DataType::Int8 => push(out, &value::<Int8Type>(array, row)),
        DataType::Int16 => push(out, &value::<Int16Type>(array, row)),
        DataType::Int32 => push(out, &value::<Int32Type>(array, row)),
        DataType::Int64 => push(out, &value::<Int64Type>(array, row)),
        DataType::UInt8 => push(out, &value::<UInt8Type>(array, row)),
        DataType::UInt16 => push(out, &value::<UInt16Type>(array, row)),
        DataType::UInt32 => push(out, &value::<UInt32Type>(array, row)),
        DataType::UInt64 => push(out, &value::<UInt64Type>(array, row)),
        DataType::Float32 => push(out, &format_args!("{:?}", value::<Float32Type>(array, row))),
        DataType::Float64 => push(out, &format_args!("{:?}", value::<Float64Type>(array, row))),
        // Columns without elements have no value, and lks-fits makes no other types.
        _ => out.push_str("null"),
    }
}

fn value<T: ArrowPrimitiveType>(array: &ArrayRef, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

fn push_float<F: std::fmt::Debug + Copy + Into<f64>>(out: &mut String, value: F) {
    match value.into().is_finite() {
        true => push(out, &format_args!("{value:?}")),
        false => out.push_str("null"),
    }
}

fn push(out: &mut String, value: &dyn std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
}

fn quote(out: &mut String, text: &str) {
    push(out, &format_args!("\"{}\"", text.replace('"', "\"\"")));
}
