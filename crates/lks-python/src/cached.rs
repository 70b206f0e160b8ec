//! The files that were brought.

use std::sync::atomic::{AtomicBool, Ordering};

use lksearch::cache::{Listed, Removal, Removed, Store};
use lksearch::fetch::StoredFile;
use lksearch::open_store;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::raised;
use crate::settings::texts;
use crate::shared::Shared;
use crate::table::plain;
use crate::task::aside;

impl Shared {
    fn store(&self) -> PyResult<Store> {
        open_store(&self.loaded).map_err(raised)
    }

    pub(crate) fn cache_info(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let store = self.store()?;
        let inventory = aside(py, move |_| Ok(store.info(|_| ())?))?;
        let all = PyDict::new(py);
        for (name, total) in [
            ("", &inventory.files),
            ("unrecorded_", &inventory.unrecorded),
            ("quarantine_", &inventory.quarantine),
            ("unfinished_", &inventory.partial),
        ] {
            all.set_item(format!("{name}files"), total.num_files)?;
            all.set_item(format!("{name}bytes"), total.bytes)?;
        }
        all.into_py_any(py)
    }

    pub(crate) fn cache_ls(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let store = self.store()?;
        let list = move |stop: &AtomicBool| {
            let files: Result<Vec<Listed>, _> =
                store.entries()?.take_while(|_| !stop.load(Ordering::Relaxed)).collect();
            Ok(StoredFile::table(files?.iter().map(StoredFile::from))?)
        };
        plain(py, aside(py, list)?)
    }

    pub(crate) fn cache_rm(&self, py: Python<'_>, patterns: &Bound<'_, PyAny>, apply: bool) -> PyResult<Vec<String>> {
        let (store, patterns) = (self.store()?, texts(patterns)?);
        let remove = move |stop: &AtomicBool| {
            let going_on = patterns.iter().take_while(|_| !stop.load(Ordering::Relaxed));
            let each = going_on.map(|pattern| store.remove(pattern, removal(apply)));
            Ok(each.collect::<Result<Vec<_>, _>>()?)
        };
        Ok(paths(aside(py, remove)?.into_iter().flatten()))
    }

    pub(crate) fn cache_clear(&self, py: Python<'_>, apply: bool) -> PyResult<Vec<String>> {
        let store = self.store()?;
        Ok(paths(aside(py, move |_| Ok(store.clear(removal(apply))?))?))
    }
}

fn removal(apply: bool) -> Removal {
    match apply {
        true => Removal::Apply,
        false => Removal::DryRun,
    }
}

fn paths(removed: impl IntoIterator<Item = Removed>) -> Vec<String> {
    removed
        .into_iter()
        .map(|removed| removed.path.display().to_string())
        .collect()
}
