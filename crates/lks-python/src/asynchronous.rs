//! The verbs of a client for asyncio.

use std::sync::Arc;

use lksearch::Error;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokio::task::AbortHandle;

use crate::client::Client;
use crate::error::raised;
use crate::shared::Shared;
use crate::task::{Make, Task};

/// A client whose verbs give awaitables. Cancelling one stops its work.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct AsyncClient {
    client: Py<Client>,
}

impl AsyncClient {
    fn shared(&self) -> &Arc<Shared> {
        &self.client.get().shared
    }
}

#[pymethods]
impl AsyncClient {
    #[new]
    pub(crate) fn new(client: Py<Client>) -> Self {
        Self { client }
    }

    #[getter]
    fn client(&self, py: Python<'_>) -> Py<Client> {
        self.client.clone_ref(py)
    }

    #[pyo3(signature = (target = None, mission = "tess", **filters))]
    fn search<'py>(
        &self,
        py: Python<'py>,
        target: Option<&Bound<'py, PyAny>>,
        mission: &str,
        filters: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().search_task(target, mission, filters)?)
    }

    #[pyo3(signature = (observations, mission = "tess", **filters))]
    fn products<'py>(
        &self,
        py: Python<'py>,
        observations: &Bound<'py, PyAny>,
        mission: &str,
        filters: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().products_task(observations, mission, filters)?)
    }

    #[pyo3(signature = (mission = "tess", **filters))]
    fn count<'py>(
        &self,
        py: Python<'py>,
        mission: &str,
        filters: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().count_task(mission, filters)?)
    }

    fn resolve<'py>(&self, py: Python<'py>, names: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().resolve_task(names)?)
    }

    #[pyo3(signature = (target, radius = None, *, catalog = "tic", epoch = None, magnitude_limit = None))]
    fn catalog_cone<'py>(
        &self,
        py: Python<'py>,
        target: &Bound<'py, PyAny>,
        radius: Option<&Bound<'py, PyAny>>,
        catalog: &str,
        epoch: Option<&Bound<'py, PyAny>>,
        magnitude_limit: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let task = self
            .shared()
            .cone_task(target, radius, catalog, epoch, magnitude_limit)?;
        awaitable(py, task)
    }

    #[pyo3(signature = (ids, *, to = None, epoch = None))]
    fn catalog_id<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        to: Option<&str>,
        epoch: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().ids_task(ids, to, epoch)?)
    }

    fn catalog_names<'py>(&self, py: Python<'py>, names: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().names_task(names)?)
    }

    #[pyo3(signature = (products, **options))]
    fn download<'py>(
        &self,
        py: Python<'py>,
        products: &Bound<'py, PyAny>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().download_task(products, options)?)
    }

    #[pyo3(signature = (target, sector = None, **options))]
    fn cutout<'py>(
        &self,
        py: Python<'py>,
        target: &Bound<'py, PyAny>,
        sector: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().cutout_task(target, sector, options)?)
    }

    #[pyo3(signature = (products, *, cutout_size = None))]
    fn plan<'py>(
        &self,
        py: Python<'py>,
        products: &Bound<'py, PyAny>,
        cutout_size: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().plan_task(products, cutout_size)?)
    }

    fn open<'py>(&self, py: Python<'py>, location: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        awaitable(py, self.shared().open_task(location)?)
    }

    /// Rows of a running download; see the Python file.
    #[pyo3(signature = (products, **options))]
    fn iter_download<'py>(
        &self,
        py: Python<'py>,
        products: &Bound<'py, PyAny>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let download = self.shared().begin_download(products, options)?;
        py.import("lksearch_rs._aio")?.call_method1("rows", (download,))
    }
}

/// Begins the task; what it gives is awaited in the running event loop.
fn awaitable(py: Python<'_>, task: Task) -> PyResult<Bound<'_, PyAny>> {
    let event_loop = py.import("asyncio")?.call_method0("get_running_loop")?;
    let future = event_loop.call_method0("create_future")?;
    let (of_loop, told) = (event_loop.unbind(), future.clone().unbind());
    let Task { shared, handle, work } = task;
    let running = handle.spawn(async move {
        let came = work.await;
        // Waiting for the interpreter would keep a thread of the runtime from its work.
        tokio::task::spawn_blocking(move || {
            // Where the interpreter is ending, nobody waits any more.
            Python::try_attach(|py| tell(py, &of_loop, &told, came));
            drop(shared);
        });
    });
    let stopper = Stopper(running.abort_handle());
    future.call_method1("add_done_callback", (stopper,))?;
    Ok(future)
}

fn tell(py: Python<'_>, event_loop: &Py<PyAny>, future: &Py<PyAny>, came: Result<Make, Error>) {
    let made = came.map_err(raised).and_then(|make| make(py));
    let (value, error) = match made {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error.into_value(py))),
    };
    let told = py.import("lksearch_rs._aio").and_then(|aio| {
        let settle = aio.getattr("settle")?;
        event_loop.call_method1(py, "call_soon_threadsafe", (settle, future, value, error))
    });
    // A loop that was closed has nobody who waits.
    drop(told);
}

/// Stops the work of a future that was cancelled.
#[pyclass(frozen, module = "lksearch_rs._native")]
pub(crate) struct Stopper(AbortHandle);

#[pymethods]
impl Stopper {
    fn __call__(&self, future: &Bound<'_, PyAny>) -> PyResult<()> {
        if future.call_method0("cancelled")?.is_truthy()? {
            self.0.abort();
        }
        Ok(())
    }
}
