//! Columns of a FITS table that were read.

use std::sync::Arc;

use lksearch::table::arrow_array::RecordBatch;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use crate::column::Column;
use crate::ffi;
use crate::table::{converted, units};

/// Columns, all with the rows that were asked for.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct FitsTable {
    pub(crate) batch: RecordBatch,
    pub(crate) name: String,
}

#[pymethods]
impl FitsTable {
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __getitem__(&self, column: &str) -> PyResult<Column> {
        let schema = self.batch.schema_ref();
        let place = schema
            .fields()
            .iter()
            .position(|field| field.name().eq_ignore_ascii_case(column));
        let place = place.ok_or_else(|| {
            let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            PyKeyError::new_err(format!("there is no column `{column}`; there are {}", names.join(", ")))
        })?;
        Ok(column_at(&self.batch, place))
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.columns().into_py_any(py)?.call_method0(py, "__iter__")
    }

    #[getter]
    fn columns(&self) -> Vec<String> {
        self.batch
            .schema_ref()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect()
    }

    #[getter]
    fn units(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        units(py, self.batch.schema_ref())
    }

    fn to_astropy(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_astropy")
    }

    fn to_pandas(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_pandas")
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _wish = requested_schema;
        ffi::stream(py, self.batch.schema_ref(), vec![self.batch.clone()])
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        ffi::schema(py, self.batch.schema_ref())
    }

    fn __repr__(&self) -> String {
        let (rows, columns) = (self.batch.num_rows(), self.columns().join(", "));
        format!("<FitsTable {}: {rows} rows of {columns}>", self.name)
    }
}

/// A column of a batch.
pub(crate) fn column_at(batch: &RecordBatch, place: usize) -> Column {
    Column::new(batch.schema_ref().field(place), Arc::clone(batch.column(place)))
}
