//! The table, which the results of searches, manifests and plans are too. It never changes.

use std::path::PathBuf;
use std::sync::Arc;

use lksearch::Expression;
use lksearch::table::SortKey;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use crate::column::Column;
use crate::error::{meaningless, raised};
use crate::found::Found;
use crate::shared::Shared;
use crate::tables::{Manifest, Plan, SearchResult};
use crate::task::aside;
use crate::values::cell;
use crate::{ffi, import, pickled, program, select};

/// What a table is of.
#[derive(Clone)]
pub(crate) enum About {
    Nothing,
    Found(Arc<Found>),
    Manifest,
    /// With the client that made it.
    Plan(Option<Arc<Shared>>),
}

/// Rows with named, typed, nullable columns.
#[pyclass(frozen, subclass, module = "lksearch_rs")]
pub(crate) struct Table {
    pub(crate) inner: lksearch::Table,
    pub(crate) about: About,
}

/// The object of a table, of the class of what it is about.
pub(crate) fn object(py: Python<'_>, inner: lksearch::Table, about: About) -> PyResult<Py<PyAny>> {
    let class = about.clone();
    let table = PyClassInitializer::from(Table { inner, about });
    match class {
        About::Nothing => Bound::new(py, table)?.into_py_any(py),
        About::Found(_) => Bound::new(py, table.add_subclass(SearchResult))?.into_py_any(py),
        About::Manifest => Bound::new(py, table.add_subclass(Manifest))?.into_py_any(py),
        About::Plan(_) => Bound::new(py, table.add_subclass(Plan))?.into_py_any(py),
    }
}

/// A table that is about nothing in particular.
pub(crate) fn plain(py: Python<'_>, inner: lksearch::Table) -> PyResult<Py<PyAny>> {
    object(py, inner, About::Nothing)
}

impl Table {
    /// A table of the same kind.
    pub(crate) fn again(&self, py: Python<'_>, inner: lksearch::Table) -> PyResult<Py<PyAny>> {
        object(py, inner, self.about.clone())
    }

    /// A row as a dictionary.
    pub(crate) fn row<'py>(&self, py: Python<'py>, row: usize) -> PyResult<Bound<'py, PyDict>> {
        let values = PyDict::new(py);
        for (name, value) in self.inner.column_names().zip(self.inner.row(row).cells()) {
            values.set_item(name, cell(py, value)?)?;
        }
        Ok(values)
    }

    pub(crate) fn column(&self, name: &str) -> PyResult<Column> {
        // Names the nearest ones of a name that is not there.
        let one = self.inner.select(&[name]).map_err(raised)?;
        let array = one.column(name).ok_or_else(|| {
            meaningless(format!(
                "the column `{name}` is too long for one array; take some rows of the table first"
            ))
        })?;
        Ok(Column::new(one.schema().field(0), array))
    }
}

#[pymethods]
impl Table {
    #[new]
    #[pyo3(signature = (data = None))]
    fn new(data: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        Ok(Self {
            inner: data.map_or_else(|| Ok(lksearch::Table::empty()), import::table)?,
            about: About::Nothing,
        })
    }

    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Py<PyAny>> {
        let table = aside(py, move |_| {
            let bytes = std::fs::read(&path).map_err(|source| lksearch::Error::Read {
                path: path.display().to_string(),
                source,
            })?;
            Ok(lksearch::read_table(&bytes)?)
        })?;
        let about = pickled::about_of(&table)?;
        object(py, table, about)
    }

    #[pyo3(signature = (path, format = None))]
    fn write(&self, py: Python<'_>, path: PathBuf, format: Option<String>) -> PyResult<()> {
        let table = self.inner.clone();
        aside(py, move |_| program::save(&table, &path, format.as_deref()))
    }

    fn __len__(&self) -> usize {
        self.inner.num_rows()
    }

    fn __getitem__(slf: &Bound<'_, Self>, key: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        select::item(slf.py(), slf.get(), key)
    }

    fn __contains__(&self, name: &str) -> bool {
        self.inner.has_column(name)
    }

    fn __iter__(slf: Py<Self>) -> Rows {
        Rows {
            table: slf,
            next: std::sync::atomic::AtomicUsize::new(0),
        }
    }

    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.inner.column_names().collect()
    }

    #[getter]
    fn units(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        units(py, self.inner.schema())
    }

    fn filter(&self, py: Python<'_>, expression: &str) -> PyResult<Py<PyAny>> {
        let kept = py.detach(|| {
            let mask = expression.parse::<Expression>()?.evaluate(&self.inner)?;
            self.inner.filter(&mask)
        });
        self.again(py, kept.map_err(raised)?)
    }

    fn take(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        select::rows(py, self, rows)
    }

    #[pyo3(signature = (by, *, descending = false))]
    fn sort(&self, py: Python<'_>, by: &Bound<'_, PyAny>, descending: bool) -> PyResult<Py<PyAny>> {
        let key = |name| match descending {
            true => SortKey::descending(name),
            false => SortKey::ascending(name),
        };
        let keys: Vec<SortKey> = crate::settings::texts(by)?.into_iter().map(key).collect();
        let sorted = py.detach(|| self.inner.sort(&keys)).map_err(raised)?;
        self.again(py, sorted)
    }

    fn to_dict(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        let all = PyDict::new(py);
        for name in self.inner.column_names() {
            all.set_item(name, self.column(name)?.to_list(py)?)?;
        }
        Ok(all.unbind())
    }

    fn to_pandas(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_pandas")
    }

    fn to_astropy(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_astropy")
    }

    fn to_arrow(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_arrow")
    }

    fn to_polars(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_polars")
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer pass over a schema that it cannot meet.
        let _wish = requested_schema;
        ffi::stream(py, self.inner.schema(), self.inner.batches().to_vec())
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        ffi::schema(py, self.inner.schema())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().inner == self.inner)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_text")
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_html")
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        pickled::reduced(slf)
    }
}

/// The rows of a table, one after another.
#[pyclass(frozen, module = "lksearch_rs._native")]
pub(crate) struct Rows {
    table: Py<Table>,
    next: std::sync::atomic::AtomicUsize,
}

#[pymethods]
impl Rows {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let (table, row) = (
            self.table.get(),
            self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
        );
        (row < table.inner.num_rows()).then(|| table.row(py, row)).transpose()
    }
}

/// What the Python file of conversions makes of an object; it imports what it needs.
pub(crate) fn converted(object: &Bound<'_, PyAny>, function: &str) -> PyResult<Py<PyAny>> {
    let module = object.py().import("lksearch_rs._convert")?;
    Ok(module.call_method1(function, (object,))?.unbind())
}

/// Units of the columns that have one.
pub(crate) fn units(py: Python<'_>, schema: &lksearch::table::arrow_schema::Schema) -> PyResult<Py<PyDict>> {
    let units = PyDict::new(py);
    for field in schema.fields() {
        if let Some(unit) = field.metadata().get("unit") {
            units.set_item(field.name(), unit)?;
        }
    }
    Ok(units.unbind())
}

/// A row number as Python counts, from the end if it is negative.
pub(crate) fn row_number(row: isize, num_rows: usize) -> PyResult<usize> {
    let from_start = if row < 0 { row + num_rows as isize } else { row };
    let number = usize::try_from(from_start).ok().filter(|number| *number < num_rows);
    number.ok_or_else(|| PyIndexError::new_err(format!("row {row} of {num_rows} rows")))
}
