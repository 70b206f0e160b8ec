//! Tables and clients as Python carries them to other processes: a table by Arrow, a client by its settings.

use std::path::PathBuf;
use std::sync::Arc;

use lksearch::Format;
use lksearch::fetch::PortablePlan;
use lksearch::table::read;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::client::Client;
use crate::error::raised;
use crate::found::Found;
use crate::shared::{Recipe, Shared};
use crate::table::{About, Table, object};

/// The words for what a table is about.
const NOTHING: &str = "table";
const FOUND: &str = "found";
const MANIFEST: &str = "manifest";
const PLAN: &str = "plan";

/// From what a table is made again.
pub(crate) fn reduced<'py>(table: &Bound<'py, Table>) -> PyResult<Bound<'py, PyAny>> {
    let (py, table) = (table.py(), table.get());
    let mut bytes = Vec::new();
    Format::Arrow.write(&table.inner, &mut bytes).map_err(raised)?;
    let (word, of, about) = match &table.about {
        About::Nothing => (NOTHING, None, None),
        About::Manifest => (MANIFEST, None, None),
        About::Plan(of) => (PLAN, of.clone(), None),
        About::Found(found) => (FOUND, found.shared.clone(), Some(found.to_dict(py)?)),
    };
    let of = of.map(|shared| Client { shared }.into_py_any(py)).transpose()?;
    let make = py.import("lksearch_rs._native")?.getattr("_table")?;
    (make, (word, PyBytes::new(py, &bytes), of, about)).into_bound_py_any(py)
}

/// A table that was carried here.
#[pyfunction]
pub(crate) fn _table(
    py: Python<'_>,
    word: &str,
    bytes: &[u8],
    client: Option<Py<Client>>,
    about: Option<&Bound<'_, PyDict>>,
) -> PyResult<Py<PyAny>> {
    let table = read::arrow(bytes).map_err(raised)?;
    let shared = client.map(|client| Arc::clone(&client.get().shared));
    let about = match (word, about) {
        (FOUND, Some(about)) => About::Found(Arc::new(Found::from_dict(about, shared)?)),
        (MANIFEST, _) => About::Manifest,
        (PLAN, _) => About::Plan(shared),
        _ => About::Nothing,
    };
    object(py, table, about)
}

/// A client that was carried here.
#[pyfunction]
pub(crate) fn _client(
    settings: Vec<(String, String)>,
    config_file: Option<PathBuf>,
    archive: Option<String>,
) -> PyResult<Client> {
    let recipe = Recipe {
        settings,
        config_file,
        archive,
    };
    Ok(Client {
        shared: Shared::new(recipe)?,
    })
}

/// What a table is about that was saved.
pub(crate) fn about_of(table: &lksearch::Table) -> PyResult<About> {
    if PortablePlan::of_table(table).map_err(raised)?.is_some() {
        return Ok(About::Plan(None));
    }
    Ok(match table.has_column("Local Path") && table.has_column("Status") {
        true => About::Manifest,
        false => About::Nothing,
    })
}
