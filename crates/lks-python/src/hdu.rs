//! One HDU of a file: its header as a dictionary, its columns and images as arrays.

use std::collections::HashMap;
use std::sync::Arc;

use lksearch::fits::{CardValue, HduInfo, HduKind, Header, Image, Selection};
use lksearch::table::arrow_schema::Field;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyComplex, PyDict, PyList, PySlice, PyTuple};

use crate::column::Column;
use crate::error::{meaningless, raised};
use crate::fits::Open;
use crate::fits_table::{FitsTable, column_at};

/// One HDU of a file.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct Hdu {
    pub(crate) open: Arc<Open>,
    pub(crate) index: usize,
}

impl Hdu {
    fn info(&self) -> &HduInfo {
        self.open.info(self.index)
    }

    fn header_of_file(&self) -> PyResult<&Header> {
        self.open.file.header(self.index).map_err(raised)
    }

    fn selection(&self, rows: Option<&Bound<'_, PySlice>>) -> PyResult<Selection> {
        let selection = Selection::default();
        let Some(rows) = rows else { return Ok(selection) };
        let num_rows = self.info().shape.first().copied().unwrap_or(0);
        let indices = rows.indices(isize::try_from(num_rows).unwrap_or(isize::MAX))?;
        if indices.step != 1 {
            return Err(meaningless(
                "rows of a file are read one after another; take every n-th of what was read",
            ));
        }
        let first = indices.start.unsigned_abs() as u64;
        Ok(selection.with_rows(first..first + indices.slicelength as u64))
    }
}

#[pymethods]
impl Hdu {
    #[getter]
    fn index(&self) -> usize {
        self.index
    }

    #[getter]
    fn name(&self) -> &str {
        &self.info().name
    }

    #[getter]
    fn kind(&self) -> String {
        self.info().kind.to_string()
    }

    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let info = self.info();
        let shape: Vec<u64> = match info.kind {
            HduKind::BinaryTable | HduKind::AsciiTable => info.shape.first().copied().into_iter().collect(),
            _ => info.shape.iter().rev().copied().collect(),
        };
        PyTuple::new(py, shape)
    }

    /// Keywords and values; `COMMENT` and `HISTORY` as one text each.
    #[getter]
    fn header<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let header = PyDict::new(py);
        for card in self.header_of_file()?.cards() {
            if let CardValue::Commentary(text) = &card.value {
                let before = header.get_item(&card.keyword)?;
                let whole = match before {
                    Some(before) => format!("{before}\n{text}"),
                    None => text.clone(),
                };
                header.set_item(&card.keyword, whole)?;
            } else if !header.contains(&card.keyword)? {
                header.set_item(&card.keyword, card_value(py, &card.value)?)?;
            }
        }
        Ok(header)
    }

    #[getter]
    fn cards<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let cards = PyList::empty(py);
        for card in self.header_of_file()?.cards() {
            cards.append((&card.keyword, card_value(py, &card.value)?, &card.comment))?;
        }
        Ok(cards)
    }

    #[getter]
    fn columns(&self) -> PyResult<Vec<String>> {
        let columns = self.open.file.columns(self.index).map_err(raised)?;
        Ok(columns.into_iter().map(|column| column.name).collect())
    }

    #[getter]
    fn units<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let units = PyDict::new(py);
        for column in self.open.file.columns(self.index).map_err(raised)? {
            if let Some(unit) = column.unit {
                units.set_item(column.name, unit)?;
            }
        }
        Ok(units)
    }

    fn __getitem__(&self, py: Python<'_>, column: &str) -> PyResult<Py<PyAny>> {
        let (index, selection) = (self.index, Selection::columns([column]));
        let read = move |open: Arc<Open>| async move { open.file.table(index, &selection).await };
        self.open
            .read(py, read, |py, batch| column_at(&batch, 0).into_py_any(py))
    }

    #[pyo3(signature = (columns = None, rows = None))]
    fn read(
        &self,
        py: Python<'_>,
        columns: Option<Vec<String>>,
        rows: Option<&Bound<'_, PySlice>>,
    ) -> PyResult<Py<PyAny>> {
        let mut selection = self.selection(rows)?;
        selection.columns = columns;
        let (index, name) = (self.index, self.info().name.clone());
        let read = move |open: Arc<Open>| async move { open.file.table(index, &selection).await };
        self.open
            .read(py, read, |py, batch| FitsTable { batch, name }.into_py_any(py))
    }

    fn image(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let (index, name) = (self.index, self.info().name.clone());
        let read = move |open: Arc<Open>| async move { open.file.image(index).await };
        self.open.read(py, read, |py, image: Image| {
            let unit = image.unit.map(|unit| ("unit".to_owned(), unit));
            let field = Field::new(name, image.pixels.data_type().clone(), true);
            let field = field.with_metadata(unit.into_iter().collect::<HashMap<_, _>>());
            let shape = image
                .axes
                .iter()
                .rev()
                .map(|axis| usize::try_from(*axis).unwrap_or(usize::MAX));
            Column::shaped(&field, image.pixels, shape.collect()).into_py_any(py)
        })
    }

    #[pyo3(signature = (columns = None))]
    fn to_astropy(&self, py: Python<'_>, columns: Option<Vec<String>>) -> PyResult<Py<PyAny>> {
        self.read(py, columns, None)?.call_method0(py, "to_astropy")
    }

    fn __repr__(&self) -> String {
        let info = self.info();
        let axes: Vec<String> = info.shape.iter().map(u64::to_string).collect();
        format!(
            "<Hdu {} {} ({}): {}>",
            info.index,
            info.name,
            info.kind,
            axes.join(" x ")
        )
    }
}

fn card_value<'py>(py: Python<'py>, value: &CardValue) -> PyResult<Bound<'py, PyAny>> {
    match value {
        CardValue::Logical(value) => value.into_bound_py_any(py),
        CardValue::Integer(value) => value.into_bound_py_any(py),
        CardValue::Float(value) => value.into_bound_py_any(py),
        CardValue::Complex(real, imaginary) => Ok(PyComplex::from_doubles(py, *real, *imaginary).into_any()),
        CardValue::Text(text) | CardValue::Commentary(text) | CardValue::Unparsed(text) => text.into_bound_py_any(py),
        // Undefined, and what may come.
        _ => Ok(py.None().into_bound(py)),
    }
}
