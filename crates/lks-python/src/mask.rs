//! Which rows are chosen.

use lksearch::table::arrow_array::{Array, BooleanArray};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::settings::listed;
use crate::table::{converted, row_number};

/// A truth value for each row; of a comparison with nothing neither.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct Mask(pub(crate) BooleanArray);

impl Mask {
    fn with(&self, other: &Self, both: impl Fn(Option<bool>, Option<bool>) -> Option<bool>) -> PyResult<Self> {
        if self.0.len() != other.0.len() {
            let (one, two) = (self.0.len(), other.0.len());
            return Err(PyValueError::new_err(format!(
                "one mask has {one} rows, the other {two}"
            )));
        }
        Ok(Self(
            self.0.iter().zip(&other.0).map(|(one, two)| both(one, two)).collect(),
        ))
    }
}

/// The truth values of a sequence of them; None if it has anything else.
pub(crate) fn booleans(values: &Bound<'_, PyAny>) -> PyResult<Option<BooleanArray>> {
    if let Ok(mask) = values.cast::<Mask>() {
        return Ok(Some(mask.get().0.clone()));
    }
    let values: Result<Vec<bool>, _> = listed(values)?.extract();
    Ok(values.ok().map(BooleanArray::from))
}

#[pymethods]
impl Mask {
    #[new]
    fn new(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        let values = booleans(values)?;
        values
            .map(Self)
            .ok_or_else(|| PyValueError::new_err("a mask has truth values and nothing else"))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __and__(&self, other: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.with(&Self::new(other)?, |one, two| match (one, two) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            (None, _) | (_, None) => None,
        })
    }

    fn __or__(&self, other: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.with(&Self::new(other)?, |one, two| match (one, two) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            (None, _) | (_, None) => None,
        })
    }

    fn __xor__(&self, other: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.with(&Self::new(other)?, |one, two| Some(one? ^ two?))
    }

    fn __rand__(&self, other: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.__and__(other)
    }

    fn __ror__(&self, other: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.__or__(other)
    }

    fn __invert__(&self) -> Self {
        Self(self.0.iter().map(|value| value.map(|value| !value)).collect())
    }

    fn __getitem__(&self, row: isize) -> PyResult<bool> {
        let row = row_number(row, self.0.len())?;
        Ok(self.0.is_valid(row) && self.0.value(row))
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.to_list().into_py_any(py)?.call_method0(py, "__iter__")
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(PyValueError::new_err(
            "the truth of many rows is ambiguous; combine masks by & and |, with each comparison in brackets, or ask any() or all()",
        ))
    }

    fn sum(&self) -> usize {
        self.0.true_count()
    }

    fn any(&self) -> bool {
        self.0.true_count() > 0
    }

    fn all(&self) -> bool {
        self.0.true_count() == self.0.len()
    }

    fn to_list(&self) -> Vec<bool> {
        self.0.iter().map(|value| value == Some(true)).collect()
    }

    fn to_numpy(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "mask_to_numpy")
    }

    #[pyo3(signature = (*_words, **_more))]
    fn __array__(
        slf: &Bound<'_, Self>,
        _words: &Bound<'_, pyo3::types::PyTuple>,
        _more: Option<&Bound<'_, pyo3::types::PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "mask_to_numpy")
    }

    fn __repr__(&self) -> String {
        format!("<Mask: {} of {} rows>", self.0.true_count(), self.0.len())
    }
}
