//! The archive inside the package.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lks_sandbox::{Matcher, SandboxOptions};
use lksearch::config::directories;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::client::Client;
use crate::error::meaningless;
use crate::settings::settings;
use crate::shared::{Recipe, Shared};

/// A running miniature archive.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct Sandbox(Arc<Running>);

/// It ends when it is stopped, or with the last client of it.
struct Running {
    process: u32,
    archive: Mutex<Option<lks_sandbox::Sandbox>>,
}

/// Starts the archive inside this package.
#[pyfunction]
#[pyo3(signature = (*, latency = 0.0, bulk = 0, port = 0))]
pub(crate) fn sandbox(py: Python<'_>, latency: f64, bulk: usize, port: u16) -> PyResult<Sandbox> {
    let latency = Duration::try_from_secs_f64(latency)
        .map_err(|_| PyValueError::new_err("latency is in seconds, and is not negative"))?;
    let options = SandboxOptions {
        port,
        latency,
        bulk,
        ..SandboxOptions::default()
    };
    let started = py.detach(|| lks_sandbox::Sandbox::start(options));
    let running = started.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    Ok(Sandbox(Arc::new(Running {
        process: std::process::id(),
        archive: Mutex::new(Some(running)),
    })))
}

impl Sandbox {
    fn running(&self) -> MutexGuard<'_, Option<lks_sandbox::Sandbox>> {
        self.0.archive.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, asked: impl FnOnce(&lks_sandbox::Sandbox) -> T) -> PyResult<T> {
        let running = self.running();
        let archive = running.as_ref();
        Ok(asked(archive.ok_or_else(|| {
            meaningless("the archive was stopped; start another by `lksearch_rs.sandbox()`")
        })?))
    }

    fn all_settings(&self) -> PyResult<Vec<(&'static str, String)>> {
        self.with(lks_sandbox::Sandbox::settings)
    }
}

#[pymethods]
impl Sandbox {
    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyTuple>) {
        self.stop(py);
    }

    #[getter]
    fn url(&self) -> PyResult<String> {
        self.with(lks_sandbox::Sandbox::url)
    }

    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (key, value) in self.all_settings()? {
            all.set_item(key, value)?;
        }
        Ok(all)
    }

    #[getter]
    fn environment<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (key, value) in self.all_settings()? {
            let name = key.replace('.', "__").to_uppercase();
            all.set_item(format!("LKSEARCH_{name}"), value)?;
        }
        Ok(all)
    }

    /// Made-up files never enter the real cache unless somebody says so.
    #[pyo3(signature = (settings = None, **keywords))]
    fn client(&self, settings: Option<&Bound<'_, PyAny>>, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Client> {
        let mut recipe = Recipe {
            archive: Some(lksearch::SANDBOX.to_owned()),
            ..Recipe::default()
        };
        if let Ok(cache) = directories(&recipe.sources()).sandbox_cache_dir() {
            recipe
                .settings
                .push(("cache_dir".to_owned(), cache.display().to_string()));
        }
        let own = self.all_settings()?.into_iter();
        recipe.settings.extend(own.map(|(key, value)| (key.to_owned(), value)));
        recipe.settings.extend(self::settings(settings, keywords)?);
        let archive: Arc<dyn Any + Send + Sync> = Arc::<Running>::clone(&self.0);
        Ok(Client {
            shared: Shared::of_archive(recipe, Some(archive))?,
        })
    }

    #[pyo3(signature = (text = "", method = None))]
    fn count(&self, text: &str, method: Option<&str>) -> PyResult<usize> {
        let matcher = Matcher::contains(text);
        let matcher = match method {
            Some(method) => matcher.method(method),
            None => matcher,
        };
        self.with(|archive| archive.count(&matcher))
    }

    fn clear_log(&self) -> PyResult<()> {
        self.with(lks_sandbox::Sandbox::clear_log)
    }

    fn stop(&self, py: Python<'_>) {
        let running = self.running().take();
        // Its thread is waited for.
        py.detach(|| drop(running));
    }

    fn __repr__(&self) -> String {
        self.url()
            .map_or_else(|_| "<Sandbox, stopped>".to_owned(), |url| format!("<Sandbox at {url}>"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its thread is in the process that was forked.
        if self.process != std::process::id() {
            std::mem::forget(self.archive.get_mut().unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}
