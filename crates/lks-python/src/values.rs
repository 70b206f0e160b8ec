//! Values of arrays as Python's: numbers, texts, truth values, moments and lists.

use std::collections::HashMap;

use lksearch::table::Cell;
use lksearch::table::arrow_array::cast::AsArray;
use lksearch::table::arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use lksearch::table::arrow_array::{Array, ArrayRef};
use lksearch::table::arrow_schema::{DataType, TimeUnit};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyDict, PyList, PyString};

/// What is done with the numbers of an array, whichever type they have.
macro_rules! with_numbers {
    ($array:expr, $numbers:ident => $done:expr, else $otherwise:expr) => {
        with_numbers!(@ $array, $numbers, $done, $otherwise,
            Int8 Int8Type, Int16 Int16Type, Int32 Int32Type, Int64 Int64Type, UInt8 UInt8Type, UInt16 UInt16Type,
            UInt32 UInt32Type, UInt64 UInt64Type, Float32 Float32Type, Float64 Float64Type)
    };
    (@ $array:expr, $numbers:ident, $done:expr, $otherwise:expr, $($name:ident $kind:ident),+) => {
        match $array.data_type() {
            $(DataType::$name => {
                let $numbers = $array.as_primitive::<$kind>();
                $done
            })+
            DataType::Timestamp(TimeUnit::Microsecond, None) => {
                let $numbers = $array.as_primitive::<TimestampMicrosecondType>();
                $done
            }
            _ => $otherwise,
        }
    };
}

/// The value of a cell; None if there is none.
pub(crate) fn cell<'py>(py: Python<'py>, cell: Option<Cell<'_>>) -> PyResult<Bound<'py, PyAny>> {
    match cell {
        None => Ok(py.None().into_bound(py)),
        Some(Cell::Text(text)) => text.into_bound_py_any(py),
        Some(Cell::Integer(integer)) => integer.into_bound_py_any(py),
        Some(Cell::Float(float)) => float.into_bound_py_any(py),
        Some(Cell::Boolean(boolean)) => boolean.into_bound_py_any(py),
        Some(Cell::Timestamp(micros)) => moment(py, micros),
    }
}

/// The value of an array at a row; a list if a cell has several.
pub(crate) fn value<'py>(py: Python<'py>, array: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    if array.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    match array.data_type() {
        DataType::Null => Ok(py.None().into_bound(py)),
        DataType::Boolean => array.as_boolean().value(row).into_bound_py_any(py),
        DataType::Utf8 => array.as_string::<i32>().value(row).into_bound_py_any(py),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into_bound_py_any(py),
        DataType::FixedSizeList(..) => list(py, &array.as_fixed_size_list().value(row)),
        DataType::LargeList(_) => list(py, &array.as_list::<i64>().value(row)),
        DataType::List(_) => list(py, &array.as_list::<i32>().value(row)),
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            moment(py, array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        other => with_numbers!(array, numbers => numbers.value(row).into_bound_py_any(py), else {
            Err(PyTypeError::new_err(format!("values of the type {other} are not read")))
        }),
    }
}

/// All values of an array.
pub(crate) fn list<'py>(py: Python<'py>, array: &ArrayRef) -> PyResult<Bound<'py, PyAny>> {
    if let Some(texts) = texts(array) {
        // Equal ones are one object: most columns of the archive have few different ones.
        let mut known = HashMap::new();
        let all = texts.iter().map(|text| {
            let text = (*text)?;
            Some(known.entry(text).or_insert_with(|| PyString::new(py, text)).clone())
        });
        return Ok(PyList::new(py, all)?.into_any());
    }
    let all = PyList::empty(py);
    for row in 0..array.len() {
        all.append(value(py, array, row)?)?;
    }
    Ok(all.into_any())
}

/// The values of an array of texts.
fn texts(array: &ArrayRef) -> Option<Vec<Option<&str>>> {
    match array.data_type() {
        DataType::Utf8 => Some(array.as_string::<i32>().iter().collect()),
        DataType::LargeUtf8 => Some(array.as_string::<i64>().iter().collect()),
        _ => None,
    }
}

/// Texts as numpy has them, and the length of each: characters of four bytes, as many for each text as the longest has. None is an empty one.
pub(crate) fn characters<'py>(py: Python<'py>, array: &ArrayRef) -> PyResult<(usize, Bound<'py, PyByteArray>)> {
    let texts = texts(array).unwrap_or_default();
    let texts = || texts.iter().map(|text| text.unwrap_or_default());
    let length = texts().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
    let bytes = PyByteArray::new_with(py, texts().count() * length * 4, |bytes| {
        for (cell, text) in bytes.chunks_exact_mut(length * 4).zip(texts()) {
            for (place, character) in cell.chunks_exact_mut(4).zip(text.chars()) {
                place.copy_from_slice(&u32::from(character).to_le_bytes());
            }
        }
        Ok(())
    })?;
    Ok((length, bytes))
}

/// A moment, UTC, as a datetime without a zone.
fn moment(py: Python<'_>, micros: i64) -> PyResult<Bound<'_, PyAny>> {
    let datetime = py.import("datetime")?;
    let begin = datetime.getattr("datetime")?.call1((1970, 1, 1))?;
    let words = PyDict::new(py);
    words.set_item("microseconds", micros)?;
    let since = datetime.getattr("timedelta")?.call((), Some(&words))?;
    begin.add(since)
}

/// numpy's word for the type of numbers.
pub(crate) fn type_word(data_type: &DataType) -> Option<&'static str> {
    Some(match data_type {
        DataType::Int8 => "|i1",
        DataType::Int16 => "<i2",
        DataType::Int32 => "<i4",
        DataType::Int64 => "<i8",
        DataType::UInt8 => "|u1",
        DataType::UInt16 => "<u2",
        DataType::UInt32 => "<u4",
        DataType::UInt64 => "<u8",
        DataType::Float32 => "<f4",
        DataType::Float64 => "<f8",
        DataType::Timestamp(TimeUnit::Microsecond, None) => "<M8[us]",
        _ => return None,
    })
}

/// Where the numbers of an array begin; None if they are not numbers.
pub(crate) fn address(array: &ArrayRef) -> Option<usize> {
    with_numbers!(array, numbers => Some(numbers.values().as_ptr() as usize), else None)
}
