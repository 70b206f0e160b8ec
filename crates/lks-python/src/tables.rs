//! What searches, downloads and plans give: tables that know where they are from.

use std::num::NonZeroU32;
use std::sync::Arc;

use lksearch::Target;
use lksearch::fetch::{Part, PortablePlan};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::client::Client;
use crate::error::{meaningless, raised};
use crate::found::{Found, Unanswered};
use crate::shared::{Recipe, Shared};
use crate::table::{About, Table, converted, object};
use crate::{import, question};

/// The products that a search found.
#[pyclass(frozen, extends = Table, module = "lksearch_rs")]
pub(crate) struct SearchResult;

/// What became of each row of a download.
#[pyclass(frozen, extends = Table, module = "lksearch_rs")]
pub(crate) struct Manifest;

/// Rows with the places of their files.
#[pyclass(frozen, extends = Table, module = "lksearch_rs")]
pub(crate) struct Plan;

/// What the search of a result found besides its rows.
fn found<'a>(slf: &'a Bound<'_, SearchResult>) -> PyResult<&'a Found> {
    match &slf.as_super().get().about {
        About::Found(found) => Ok(found),
        About::Nothing | About::Manifest | About::Plan(_) => Err(PyValueError::new_err("it is not of a search")),
    }
}

/// Calls a verb of the client that found it with the result.
fn verb<'py>(
    slf: &Bound<'py, SearchResult>,
    name: &str,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    SearchResult::client(slf)?
        .into_bound_py_any(slf.py())?
        .call_method(name, (slf,), options)
}

#[pymethods]
impl SearchResult {
    #[staticmethod]
    #[pyo3(signature = (data, mission = "mast", client = None))]
    fn from_table(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        mission: &str,
        client: Option<Py<Client>>,
    ) -> PyResult<Py<PyAny>> {
        let shared = client.map(|client| Arc::clone(&client.get().shared));
        let found = Found::of_mission(mission.parse().map_err(raised)?, shared);
        object(py, import::table(data)?, About::Found(Arc::new(found)))
    }

    #[getter]
    fn mission<'a>(slf: &'a Bound<'_, Self>) -> PyResult<&'a str> {
        Ok(found(slf)?.mission.name())
    }

    #[getter]
    fn warnings(slf: &Bound<'_, Self>) -> PyResult<Vec<String>> {
        Ok(found(slf)?.warnings.clone())
    }

    #[getter]
    fn empty_reason(slf: &Bound<'_, Self>) -> PyResult<Option<String>> {
        Ok(found(slf)?.empty_reason.clone())
    }

    #[getter]
    fn position(slf: &Bound<'_, Self>) -> PyResult<Option<(f64, f64)>> {
        Ok(found(slf)?.position)
    }

    #[getter]
    fn num_duplicates(slf: &Bound<'_, Self>) -> PyResult<usize> {
        Ok(found(slf)?.num_duplicates)
    }

    #[getter]
    fn unanswered(slf: &Bound<'_, Self>) -> PyResult<Vec<Unanswered>> {
        Ok(found(slf)?.unanswered.clone())
    }

    #[getter]
    fn client(slf: &Bound<'_, Self>) -> PyResult<Client> {
        let shared = match &found(slf)?.shared {
            Some(shared) => Arc::clone(shared),
            None => Shared::new(Recipe::default())?,
        };
        Ok(Client { shared })
    }

    #[getter]
    fn display_columns(slf: &Bound<'_, Self>) -> PyResult<Vec<String>> {
        let result = found(slf)?.result(&slf.as_super().get().inner);
        Ok(result.shown_columns().into_iter().map(str::to_owned).collect())
    }

    #[pyo3(signature = (expression = None, **filters))]
    fn filter(
        slf: &Bound<'_, Self>,
        expression: Option<&str>,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        let (py, found, table) = (slf.py(), found(slf)?, slf.as_super().get());
        let mut search = question::search(found.mission.name(), Target::Any, filters)?;
        let is_said = |name: &str| filters.is_some_and(|filters| filters.contains(name).unwrap_or(false));
        if !is_said("kind") && !is_said("filetype") {
            search.kind = lksearch::KindFilter::All;
        }
        if let Some(expression) = expression {
            search.query = Some(expression.parse().map_err(raised)?);
        }
        let result = found.result(&table.inner);
        let narrowed = py.detach(|| result.narrowed(&search)).map_err(raised)?;
        table.again(py, narrowed.table)
    }

    #[pyo3(signature = (**options))]
    fn download<'py>(slf: &Bound<'py, Self>, options: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        verb(slf, "download", options)
    }

    #[pyo3(signature = (**options))]
    fn iter_download<'py>(slf: &Bound<'py, Self>, options: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        verb(slf, "iter_download", options)
    }

    #[pyo3(signature = (**options))]
    fn dry_run<'py>(slf: &Bound<'py, Self>, options: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        verb(slf, "dry_run", options)
    }

    #[pyo3(signature = (**options))]
    fn plan<'py>(slf: &Bound<'py, Self>, options: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        verb(slf, "plan", options)
    }

    fn cloud_uris<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        verb(slf, "cloud_uris", None)
    }

    #[pyo3(signature = (**options))]
    fn lock<'py>(slf: &Bound<'py, Self>, options: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        verb(slf, "lock", options)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let found = found(slf)?;
        let result = found.result(&slf.as_super().get().inner);
        Ok(match (result.is_empty(), &found.empty_reason) {
            (true, Some(reason)) => format!("{result}: {reason}"),
            _ => result.to_string(),
        })
    }
}

#[pymethods]
impl Manifest {
    #[getter]
    fn paths(slf: &Bound<'_, Self>) -> Vec<String> {
        let table = &slf.as_super().get().inner;
        let rows = table
            .rows()
            .filter(|row| row.text("source") != Some(lksearch::Source::Link.word()));
        rows.filter_map(|row| row.text("Local Path").map(str::to_owned))
            .collect()
    }

    #[getter]
    fn counts(slf: &Bound<'_, Self>, py: Python<'_>) -> PyResult<Py<PyDict>> {
        let counts = PyDict::new(py);
        for status in slf.as_super().get().inner.texts("Status").flatten() {
            let before = counts
                .get_item(status)?
                .map_or(Ok(0), |count| count.extract::<usize>())?;
            counts.set_item(status, before + 1)?;
        }
        Ok(counts.unbind())
    }

    #[getter]
    fn num_failed(slf: &Bound<'_, Self>) -> usize {
        let table = &slf.as_super().get().inner;
        table
            .texts("Status")
            .filter(|status| *status == Some(lksearch::Status::Error.word()))
            .count()
    }

    fn raise_for_failures(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "raise_for_failures")
    }
}

impl Plan {
    fn portable(slf: &Bound<'_, Self>) -> PyResult<PortablePlan> {
        let plan = PortablePlan::of_table(&slf.as_super().get().inner).map_err(raised)?;
        plan.ok_or_else(|| meaningless("the table is not a plan any more; make it anew with `plan()`"))
    }

    fn shared(slf: &Bound<'_, Self>) -> Option<Arc<Shared>> {
        match &slf.as_super().get().about {
            About::Plan(shared) => shared.clone(),
            About::Nothing | About::Found(_) | About::Manifest => None,
        }
    }
}

#[pymethods]
impl Plan {
    #[getter]
    fn id(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(Self::portable(slf)?.header.id)
    }

    #[getter]
    fn shard(slf: &Bound<'_, Self>) -> PyResult<Option<(u32, u32)>> {
        let shard = Self::portable(slf)?.header.shard;
        Ok(shard.map(|shard| (shard.number, shard.of.get())))
    }

    fn shards(slf: &Bound<'_, Self>, of: &Bound<'_, PyAny>) -> PyResult<Vec<Py<PyAny>>> {
        let (py, of) = (slf.py(), of.extract().ok().and_then(NonZeroU32::new));
        let of = of.ok_or_else(|| meaningless("a plan is cut into 1 shard or more"))?;
        let (plan, shared) = (Self::portable(slf)?, Self::shared(slf));
        let shards = plan.shards(of).map_err(raised)?;
        shards
            .map(|shard| object(py, shard.map_err(raised)?.table().clone(), About::Plan(shared.clone())))
            .collect()
    }

    /// A shard takes its share of the limits of each host, unless the client's settings have another.
    #[pyo3(signature = (client = None, **options))]
    fn download<'py>(
        slf: &Bound<'py, Self>,
        client: Option<Py<Client>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let given = client.map(|client| Arc::clone(&client.get().shared));
        let mut shared = match given.or_else(|| Self::shared(slf)) {
            Some(shared) => shared,
            None => Shared::new(Recipe::default())?,
        };
        if let (Some(shard), None) = (Self::portable(slf)?.header.shard, shared.loaded.settings.share) {
            shared = shared.with(vec![("share".to_owned(), format!("1/{}", shard.of))])?;
        }
        let client = Client { shared }.into_bound_py_any(slf.py())?;
        client.call_method("download", (slf,), options)
    }
}

/// The manifests of shards as that of the whole plan.
#[pyfunction]
#[pyo3(signature = (manifests, plan = None))]
pub(crate) fn merge(
    py: Python<'_>,
    manifests: &Bound<'_, PyAny>,
    plan: Option<&Bound<'_, Plan>>,
) -> PyResult<Py<PyAny>> {
    let parts = manifests.try_iter()?.enumerate().map(|(number, manifest)| {
        Ok(Part {
            name: format!("manifest {number}"),
            table: import::table(&manifest?)?,
        })
    });
    let parts: Vec<Part> = parts.collect::<PyResult<_>>()?;
    if parts.is_empty() {
        return Err(meaningless("there are no manifests to be merged"));
    }
    let plan = plan.map(Plan::portable).transpose()?;
    let merged = py
        .detach(|| lksearch::fetch::merge(&parts, plan.as_ref()))
        .map_err(raised)?;
    object(py, merged.table, About::Manifest)
}
