//! The client: each verb makes a task, which is waited for here and awaited in `asynchronous`.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::asynchronous::AsyncClient;
use crate::error::raised;
use crate::shared::{Recipe, Shared};

/// The way to the archive, the cloud and the store.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct Client {
    pub(crate) shared: Arc<Shared>,
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (settings = None, *, config_file = None, archive = None, **keywords))]
    fn new(
        settings: Option<&Bound<'_, PyAny>>,
        config_file: Option<PathBuf>,
        archive: Option<String>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let recipe = Recipe {
            settings: crate::settings::settings(settings, keywords)?,
            config_file,
            archive,
        };
        Ok(Self {
            shared: Shared::new(recipe)?,
        })
    }

    #[getter]
    fn settings(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        let all = PyDict::new(py);
        for setting in self.shared.loaded.show() {
            all.set_item(setting.key, Some(setting.value).filter(|value| !value.is_empty()))?;
        }
        Ok(all.unbind())
    }

    #[getter]
    fn origins(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        let all = PyDict::new(py);
        for setting in self.shared.loaded.show() {
            all.set_item(setting.key, setting.origin.to_string())?;
        }
        Ok(all.unbind())
    }

    #[getter]
    fn cache_dir(&self) -> PyResult<String> {
        let directory = self.shared.loaded.cache_dir().map_err(raised)?;
        Ok(directory.display().to_string())
    }

    #[getter]
    fn config_file(&self) -> PyResult<String> {
        let file = self.shared.loaded.directories.config_file().map_err(raised)?;
        Ok(file.display().to_string())
    }

    #[getter]
    fn requests_made(&self) -> PyResult<u64> {
        Ok(self.shared.client()?.0.requests_made())
    }

    #[pyo3(signature = (settings = None, **keywords))]
    fn with_settings(
        &self,
        settings: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        Ok(Self {
            shared: self.shared.with(crate::settings::settings(settings, keywords)?)?,
        })
    }

    #[getter]
    fn aio(slf: Py<Self>) -> AsyncClient {
        AsyncClient::new(slf)
    }

    #[pyo3(signature = (target = None, mission = "tess", **filters))]
    fn search(
        &self,
        py: Python<'_>,
        target: Option<&Bound<'_, PyAny>>,
        mission: &str,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.shared.search_task(target, mission, filters)?.wait(py)
    }

    #[pyo3(signature = (observations, mission = "tess", **filters))]
    fn products(
        &self,
        py: Python<'_>,
        observations: &Bound<'_, PyAny>,
        mission: &str,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.shared.products_task(observations, mission, filters)?.wait(py)
    }

    #[pyo3(signature = (mission = "tess", **filters))]
    fn count(&self, py: Python<'_>, mission: &str, filters: Option<&Bound<'_, PyDict>>) -> PyResult<Py<PyAny>> {
        self.shared.count_task(mission, filters)?.wait(py)
    }

    fn resolve(&self, py: Python<'_>, names: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.shared.resolve_task(names)?.wait(py)
    }

    #[pyo3(signature = (target, radius = None, *, catalog = "tic", epoch = None, magnitude_limit = None))]
    fn catalog_cone(
        &self,
        py: Python<'_>,
        target: &Bound<'_, PyAny>,
        radius: Option<&Bound<'_, PyAny>>,
        catalog: &str,
        epoch: Option<&Bound<'_, PyAny>>,
        magnitude_limit: Option<f64>,
    ) -> PyResult<Py<PyAny>> {
        let task = self.shared.cone_task(target, radius, catalog, epoch, magnitude_limit)?;
        task.wait(py)
    }

    #[pyo3(signature = (ids, *, to = None, epoch = None))]
    fn catalog_id(
        &self,
        py: Python<'_>,
        ids: &Bound<'_, PyAny>,
        to: Option<&str>,
        epoch: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        self.shared.ids_task(ids, to, epoch)?.wait(py)
    }

    fn catalog_names(&self, py: Python<'_>, names: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.shared.names_task(names)?.wait(py)
    }

    #[pyo3(signature = (products, **options))]
    fn download(
        &self,
        py: Python<'_>,
        products: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.shared.download(py, products, options)
    }

    #[pyo3(signature = (target, sector = None, **options))]
    fn cutout(
        &self,
        target: &Bound<'_, PyAny>,
        sector: Option<&Bound<'_, PyAny>>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.shared.cutout(target, sector, options)
    }

    #[pyo3(signature = (products, **options))]
    fn iter_download(
        &self,
        py: Python<'_>,
        products: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.shared.begin_download(products, options)?.into_py_any(py)
    }

    #[pyo3(signature = (products, *, force = false, cutout_size = None))]
    fn dry_run(
        &self,
        py: Python<'_>,
        products: &Bound<'_, PyAny>,
        force: bool,
        cutout_size: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        self.shared.dry_run_task(products, force, cutout_size)?.wait(py)
    }

    #[pyo3(signature = (products, *, cutout_size = None))]
    fn plan(
        &self,
        py: Python<'_>,
        products: &Bound<'_, PyAny>,
        cutout_size: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        self.shared.plan_task(products, cutout_size)?.wait(py)
    }

    fn cloud_uris(&self, py: Python<'_>, products: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.shared.cloud_uris_task(products)?.wait(py)
    }

    #[pyo3(signature = (products, *, questions = None))]
    fn lock(
        &self,
        py: Python<'_>,
        products: &Bound<'_, PyAny>,
        questions: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        self.shared.lock_task(products, questions)?.wait(py)
    }

    #[pyo3(signature = (lock, *, progress = None))]
    fn sync(&self, py: Python<'_>, lock: &str, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        self.shared.sync(py, lock, progress)
    }

    fn open(&self, py: Python<'_>, location: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.shared.open_task(location)?.wait(py)
    }

    #[pyo3(signature = (locations, *, column = None, normalize = false, period = None, epoch = None, catalog = None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords")]
    fn plot(
        &self,
        py: Python<'_>,
        locations: &Bound<'_, PyAny>,
        column: Option<String>,
        normalize: bool,
        period: Option<f64>,
        epoch: Option<f64>,
        catalog: Option<String>,
    ) -> PyResult<Py<PyAny>> {
        let words = crate::program::Drawing {
            column,
            normalize,
            period,
            epoch,
            catalog,
        };
        crate::program::plot(py, &self.shared, locations, &words)
    }

    fn cache_info(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.shared.cache_info(py)
    }

    fn cache_ls(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.shared.cache_ls(py)
    }

    #[pyo3(signature = (patterns, *, apply = false))]
    fn cache_rm(&self, py: Python<'_>, patterns: &Bound<'_, PyAny>, apply: bool) -> PyResult<Vec<String>> {
        self.shared.cache_rm(py, patterns, apply)
    }

    #[pyo3(signature = (*, apply = false))]
    fn cache_clear(&self, py: Python<'_>, apply: bool) -> PyResult<Vec<String>> {
        self.shared.cache_clear(py, apply)
    }

    fn __repr__(&self) -> PyResult<String> {
        let mast = &self.shared.loaded.settings.endpoints.mast;
        Ok(match self.shared.loaded.cache_dir() {
            Ok(directory) => format!("<Client of {mast}, files in {}>", directory.display()),
            Err(_) => format!("<Client of {mast}>"),
        })
    }

    /// Made anew from its settings, with files and environment of where it is made.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Recipe {
            settings,
            config_file,
            archive,
        } = self.shared.recipe.clone();
        let make = py.import("lksearch_rs._native")?.getattr("_client")?;
        (make, (settings, config_file, archive)).into_bound_py_any(py)
    }
}
