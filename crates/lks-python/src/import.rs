//! Tables of Python's objects: whatever speaks Arrow, data frames, and mappings of columns.

use lksearch::archive::with_units;
use lksearch::{Table, table};
use pyo3::exceptions::{PyImportError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

use crate::column::Column;
use crate::error::raised;
use crate::settings::{listed, scalar};
use crate::{ffi, table as object};

/// The table that an object is, or holds.
pub(crate) fn table(value: &Bound<'_, PyAny>) -> PyResult<Table> {
    if let Ok(table) = value.cast::<object::Table>() {
        return Ok(table.get().inner.clone());
    }
    if value.hasattr("__arrow_c_stream__")? {
        match ffi::batches(value) {
            Ok((schema, batches)) => {
                let empty = table::arrow_array::RecordBatch::new_empty(schema.clone());
                let batches = if batches.is_empty() { vec![empty] } else { batches };
                let table = Table::from_batches(batches).map_err(raised)?;
                let metadata = schema.metadata().clone();
                return table.with_metadata(metadata).map_err(raised);
            }
            // pandas has the method, and needs pyarrow for it.
            Err(error) if error.is_instance_of::<PyImportError>(value.py()) => {}
            Err(error) => return Err(error),
        }
    }
    let columns = columns_of(value)?;
    let mut table = Table::empty();
    for item in columns.call_method0("items")?.try_iter()? {
        let (name, values): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item?.extract()?;
        table = with_column(&table, &name.str()?.to_string(), &values)?;
    }
    with_units(&table).map_err(raised)
}

/// A mapping of columns: the object itself, or a data frame's, or astropy's.
fn columns_of<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if value.hasattr("colnames")? {
        let columns = PyDict::new(value.py());
        for name in value.getattr("colnames")?.try_iter()? {
            let name = name?;
            columns.set_item(&name, value.get_item(&name)?)?;
        }
        return Ok(columns.into_any());
    }
    if value.hasattr("to_dict")? && value.hasattr("columns")? {
        return value.call_method1("to_dict", ("list",));
    }
    match value.hasattr("items")? {
        true => Ok(value.clone()),
        false => Err(PyTypeError::new_err(format!(
            "{} is not a table; give one of lksearch_rs, pandas, polars, pyarrow or astropy, or a mapping of columns",
            value.get_type().name()?
        ))),
    }
}

fn with_column(table: &Table, name: &str, values: &Bound<'_, PyAny>) -> PyResult<Table> {
    if let Ok(column) = values.cast::<Column>() {
        return table.with_column(name, column.get().array().clone()).map_err(raised);
    }
    let values: Vec<Bound<'_, PyAny>> = listed(values)?.try_iter()?.collect::<PyResult<_>>()?;
    let has_floats = values.iter().any(|value| value.is_instance_of::<PyFloat>());
    let values: Vec<Option<Bound<'_, PyAny>>> = values.into_iter().map(present).collect::<PyResult<_>>()?;
    let there = || values.iter().flatten();
    let is_text = there().any(|value| value.is_instance_of::<PyString>());
    let is_moment = !is_text
        && there()
            .next()
            .is_some_and(|value| value.hasattr("utctimetuple").unwrap_or(false));
    let all_booleans = there().all(|value| value.is_instance_of::<PyBool>());
    let all_integers = there().all(|value| value.is_instance_of::<PyInt>());
    let all_numbers = there().all(|value| value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>());
    if there().next().is_none() {
        let num_rows = values.len();
        return match has_floats {
            true => table.with_float(name, vec![None; num_rows]).map_err(raised),
            false => table.with_text(name, vec![None::<&str>; num_rows]).map_err(raised),
        };
    }
    if is_moment {
        let micros = values.iter().map(|value| value.as_ref().map(micros).transpose());
        return table
            .with_timestamp(name, micros.collect::<PyResult<Vec<_>>>()?)
            .map_err(raised);
    }
    if all_booleans && !is_text {
        return table.with_boolean(name, extracted(&values)?).map_err(raised);
    }
    if all_integers && !is_text {
        return table.with_integer(name, extracted(&values)?).map_err(raised);
    }
    if all_numbers && !is_text {
        return table.with_float(name, extracted(&values)?).map_err(raised);
    }
    let texts = values
        .iter()
        .map(|value| value.as_ref().map(|value| Ok(value.str()?.to_string())).transpose());
    table
        .with_text(name, texts.collect::<PyResult<Vec<Option<String>>>>()?)
        .map_err(raised)
}

/// The value, unless it is one of the ways to say that there is none.
fn present(value: Bound<'_, PyAny>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let value = scalar(&value)?;
    let is_none = value.is_none()
        || value.is_instance_of::<PyFloat>() && value.extract::<f64>()?.is_nan()
        || ["NAType", "NaTType", "MaskedConstant"].contains(&value.get_type().name()?.to_string().as_str());
    Ok((!is_none).then_some(value))
}

fn extracted<'py, T>(values: &[Option<Bound<'py, PyAny>>]) -> PyResult<Vec<Option<T>>>
where
    T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
{
    values
        .iter()
        .map(|value| value.as_ref().map(|value| value.extract()).transpose())
        .collect()
}

/// Microseconds since 1970 of a datetime; one without a zone is UTC.
fn micros(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let seconds = value
        .py()
        .import("calendar")?
        .call_method1("timegm", (value.call_method0("utctimetuple")?,))?;
    let micros: i64 = value.getattr("microsecond")?.extract()?;
    Ok(seconds.extract::<i64>()? * 1_000_000 + micros)
}
