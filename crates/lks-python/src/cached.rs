//! The files that were brought.

use lksearch::cache::{Listed, Removal, Removed, Store};
use lksearch::{Error, Table, open_store};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::raised;
use crate::settings::texts;
use crate::shared::Shared;
use crate::table::plain;

impl Shared {
    fn store(&self) -> PyResult<Store> {
        open_store(&self.loaded).map_err(raised)
    }

    pub(crate) fn cache_info(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let store = self.store()?;
        let inventory = py.detach(|| store.info(|_| ())).map_err(raised)?;
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
        let table = py.detach(|| -> Result<Table, Error> {
            let listed: Vec<Listed> = store.entries()?.collect::<Result<_, _>>()?;
            let record = || listed.iter().map(|file| file.record.as_ref());
            Ok(Table::empty()
                .with_text("path", listed.iter().map(|file| Some(&file.path)))?
                .with_integer("bytes", listed.iter().map(|file| i64::try_from(file.size).ok()))?
                .with_text("dataURI", record().map(|record| Some(&record?.uri)))?
                .with_text("sha256", record().map(|record| Some(&record?.sha256)))?
                .with_text("source", record().map(|record| Some(&record?.source)))?
                .with_text("note", record().map(|record| record?.note.as_ref()))?
                .with_units(&[("bytes", "byte")])?)
        });
        plain(py, table.map_err(raised)?)
    }

    pub(crate) fn cache_rm(&self, py: Python<'_>, patterns: &Bound<'_, PyAny>, apply: bool) -> PyResult<Vec<String>> {
        let (store, patterns) = (self.store()?, texts(patterns)?);
        let removed = py.detach(|| {
            let each = patterns.iter().map(|pattern| store.remove(pattern, removal(apply)));
            each.collect::<Result<Vec<_>, _>>()
        });
        Ok(paths(removed.map_err(raised)?.into_iter().flatten()))
    }

    pub(crate) fn cache_clear(&self, py: Python<'_>, apply: bool) -> PyResult<Vec<String>> {
        let store = self.store()?;
        let removed = py.detach(|| store.clear(removal(apply))).map_err(raised)?;
        Ok(paths(removed))
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
