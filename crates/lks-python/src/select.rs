//! What stands in the brackets behind a table.

use lksearch::table::arrow_array::BooleanArray;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PySlice, PyString};

use crate::column::Column;
use crate::error::raised;
use crate::mask::booleans;
use crate::settings::listed;
use crate::table::{Table, row_number};

/// Rows or columns that are chosen.
pub(crate) enum Key {
    Column(String),
    Columns(Vec<String>),
    Row(usize),
    /// The first, and how many.
    Range(usize, usize),
    Rows(Vec<usize>),
    Mask(BooleanArray),
}

/// Reads it for a table of so many rows.
pub(crate) fn key(item: &Bound<'_, PyAny>, num_rows: usize) -> PyResult<Key> {
    if item.is_instance_of::<PyString>() {
        return Ok(Key::Column(item.extract()?));
    }
    if let Ok(slice) = item.cast::<PySlice>() {
        let indices = slice.indices(num_rows as isize)?;
        if indices.step == 1 {
            return Ok(Key::Range(indices.start.unsigned_abs(), indices.slicelength));
        }
        let rows = (0..indices.slicelength as isize).map(|n| (indices.start + n * indices.step).unsigned_abs());
        return Ok(Key::Rows(rows.collect()));
    }
    if !item.is_instance_of::<PyBool>()
        && let Ok(row) = item.extract::<isize>()
    {
        return Ok(Key::Row(row_number(row, num_rows)?));
    }
    if let Ok(column) = item.cast::<Column>() {
        return key(&column.get().to_list(item.py())?.into_bound(item.py()), num_rows);
    }
    let items = listed(item)?;
    if let Some(mask) = booleans(&items)?.filter(|mask| !mask.is_empty() || num_rows == 0) {
        return Ok(Key::Mask(mask));
    }
    if let Ok(names) = items.extract::<Vec<String>>() {
        return Ok(match names.is_empty() {
            true => Key::Rows(Vec::new()),
            false => Key::Columns(names),
        });
    }
    match items.extract::<Vec<isize>>() {
        Ok(rows) => row_numbers(rows, num_rows).map(Key::Rows),
        Err(_) => Err(PyTypeError::new_err(format!(
            "{} chooses nothing; give a column's name or a list of names, a row's number, a slice, a mask, or a list of numbers",
            item.repr()?
        ))),
    }
}

/// The column, the row, or the table of what is chosen.
pub(crate) fn item(py: Python<'_>, table: &Table, item: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let inner = &table.inner;
    let chosen = match key(item, inner.num_rows())? {
        Key::Column(name) => return table.column(&name)?.into_py_any(py),
        Key::Row(row) => return table.row(py, row)?.into_py_any(py),
        Key::Columns(names) => inner.select(&names),
        Key::Range(first, number) => Ok(inner.slice(first, number)),
        Key::Rows(rows) => inner.take(&rows),
        Key::Mask(mask) => inner.filter(&mask),
    };
    table.again(py, chosen.map_err(raised)?)
}

/// The rows at these numbers.
pub(crate) fn rows(py: Python<'_>, table: &Table, rows: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let rows = row_numbers(listed(rows)?.extract()?, table.inner.num_rows())?;
    table.again(py, table.inner.take(&rows).map_err(raised)?)
}

fn row_numbers(rows: Vec<isize>, num_rows: usize) -> PyResult<Vec<usize>> {
    rows.into_iter().map(|row| row_number(row, num_rows)).collect()
}
