//! Settings as Python says them, and the settings file.

use std::path::PathBuf;

use lksearch::config::{self, Sources, load};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString, PyTuple};

use crate::error::raised;

/// The settings of a mapping, whose keys are as on the settings page, and of keywords, in which two underscores stand for the point. What is None is not
/// said.
pub(crate) fn settings(
    mapping: Option<&Bound<'_, PyAny>>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<(String, String)>> {
    let mut settings = Vec::new();
    let items = mapping.map(|mapping| mapping.call_method0("items")?.try_iter());
    for item in items.transpose()?.into_iter().flatten() {
        let (key, value): (String, Bound<'_, PyAny>) = item?.extract()?;
        settings.extend(text(&value)?.map(|value| (key, value)));
    }
    for (key, value) in keywords.into_iter().flatten() {
        let key: String = key.extract()?;
        settings.extend(text(&value)?.map(|value| (key.replace("__", "."), value)));
    }
    Ok(settings)
}

/// A value as the settings file has it, without quotes.
fn text(value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Ok(switch) = value.cast::<PyBool>() {
        return Ok(Some(switch.is_true().to_string()));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        return Ok(Some(texts(value)?.join(",")));
    }
    if value.hasattr("__fspath__")? {
        return Ok(Some(path(value)?.display().to_string()));
    }
    Ok(Some(value.str()?.to_string()))
}

/// A path of any of Python's kinds.
pub(crate) fn path(value: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    value.extract()
}

/// A text, or several.
pub(crate) fn texts(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(vec![text.to_string()]);
    }
    let value = listed(value)?;
    value.try_iter()?.map(|text| Ok(text?.str()?.to_string())).collect()
}

/// What has its values in an array of its own, such as numpy's, as a list.
pub(crate) fn listed<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    match value.hasattr("tolist")? {
        true => value.call_method0("tolist"),
        false => Ok(value.clone()),
    }
}

/// A number of numpy's as one of Python's, anything else as it is.
pub(crate) fn scalar<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    match value.hasattr("item")? {
        true => value.call_method0("item"),
        false => Ok(value.clone()),
    }
}

fn file() -> PyResult<PathBuf> {
    let directories = config::directories(&Sources::from_process());
    Ok(directories.config_file().map_err(raised)?.to_path_buf())
}

/// The settings file of this user, whether or not it is there.
#[pyfunction]
pub(crate) fn config_file() -> PyResult<String> {
    Ok(file()?.display().to_string())
}

/// Writes a settings file with every setting, commented out, and gives its path.
#[pyfunction]
#[pyo3(signature = (force = false))]
pub(crate) fn init_config(force: bool) -> PyResult<String> {
    config::init_file(&file()?, force).map_err(raised)?;
    config_file()
}

/// The value of a setting that holds now, as text.
#[pyfunction]
pub(crate) fn get_config(key: &str) -> PyResult<Option<String>> {
    let loaded = load(&Sources::from_process()).map_err(raised)?;
    let value = config::get(&loaded.settings, key).map_err(raised)?;
    Ok(Some(value).filter(|value| !value.is_empty()))
}

/// Sets a key in the settings file; None takes it away.
#[pyfunction]
pub(crate) fn set_config(key: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    match text(value)? {
        Some(value) => config::set_in_file(&file()?, key, &value).map_err(raised),
        None => config::unset_in_file(&file()?, key).map(|_| ()).map_err(raised),
    }
}
