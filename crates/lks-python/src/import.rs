//! Tables of Python's objects: whatever speaks Arrow, data frames, and mappings of columns.

use lksearch::archive::as_in_results;
use lksearch::{Table, table};
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::column::Column;
use crate::error::raised;
use crate::settings::{listed, scalar};
use crate::{ffi, table as object};

/// The table that an object is, or holds.
pub(crate) fn table(value: &Bound<'_, PyAny>) -> PyResult<Table> {
    if let Ok(table) = value.cast::<object::Table>() {
        return Ok(table.get().inner.clone());
    }
    let is_frame = value.hasattr("to_dict")? && value.hasattr("columns")? && value.hasattr("index")?;
    if value.hasattr("__arrow_c_stream__")? {
        match ffi::batches(value) {
            Ok((schema, batches)) => {
                let empty = table::arrow_array::RecordBatch::new_empty(schema.clone());
                let batches = if batches.is_empty() { vec![empty] } else { batches };
                let table = Table::from_batches(batches).map_err(raised)?;
                let metadata = schema.metadata().clone();
                return as_in_results(&table)
                    .map_err(raised)?
                    .with_metadata(metadata)
                    .map_err(raised);
            }
            // pandas has the method, needs pyarrow for it, and cannot hand over all columns.
            Err(error) if is_frame && error.is_instance_of::<PyException>(value.py()) => {}
            Err(error) => return Err(error),
        }
    }
    let columns = match is_frame {
        true => convert(value, "of_pandas")?,
        false => columns_of(value)?,
    };
    let mut table = Table::empty();
    for item in columns.call_method0("items")?.try_iter()? {
        let (name, values): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item?.extract()?;
        table = with_column(&table, &name.str()?.to_string(), &values)?;
    }
    as_in_results(&table).map_err(raised)
}

/// A mapping of columns: the object itself, or those of a table of astropy's.
fn columns_of<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if value.hasattr("colnames")? {
        let columns = PyDict::new(value.py());
        for name in value.getattr("colnames")?.try_iter()? {
            let name = name?;
            columns.set_item(&name, value.get_item(&name)?)?;
        }
        return Ok(columns.into_any());
    }
    if value.hasattr("items")? {
        return convert(value, "of_mapping");
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        return convert(value, "of_rows");
    }
    Err(PyTypeError::new_err(format!(
        "{} is not a table; give one of lksearch_rs, pandas, polars, pyarrow or astropy, a mapping of columns, or a list of rows",
        value.get_type().name()?
    )))
}

/// The columns of an object by a function of the Python file of conversions.
fn convert<'py>(value: &Bound<'py, PyAny>, function: &str) -> PyResult<Bound<'py, PyAny>> {
    value
        .py()
        .import("lksearch_rs._convert")?
        .call_method1(function, (value,))
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
    // A larger one is kept as a text.
    let all_integers = there().all(|value| value.is_instance_of::<PyInt>() && value.extract::<i64>().is_ok());
    let has_real = there().any(|value| value.is_instance_of::<PyFloat>());
    let all_numbers =
        has_real && there().all(|value| value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>());
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
    let texts = values.iter().map(|value| value.as_ref().map(text).transpose());
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

/// A value as a text; astropy has texts of files as bytes.
fn text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value.cast::<PyBytes>() {
        Ok(bytes) => Ok(String::from_utf8_lossy(bytes.as_bytes()).into_owned()),
        // What is no Unicode is an error of Python's.
        Err(_) => value.str()?.extract(),
    }
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
