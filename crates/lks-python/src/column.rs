//! A column: of a table, of a table of a FITS file, or the pixels of an image.

use std::sync::{Arc, OnceLock};

use lksearch::Expression;
use lksearch::table::arrow_array::cast::AsArray;
use lksearch::table::arrow_array::{Array, ArrayRef, BooleanArray};
use lksearch::table::arrow_schema::{DataType, Field};
use pyo3::IntoPyObjectExt;
use pyo3::class::basic::CompareOp;
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyDict, PyString, PyTuple};

use crate::error::raised;
use crate::mask::Mask;
use crate::numbers::{element, elements, flat, numbers};
use crate::select::{Key, key};
use crate::settings::{listed, scalar};
use crate::table::{converted, row_number};
use crate::values::{address, characters, list, type_word, value};

/// The name under which a column is in a table of its own.
const ALONE: &str = "value";

/// Values of one type, with a name and a unit.
#[pyclass(frozen, module = "lksearch_rs")]
pub(crate) struct Column {
    field: Field,
    array: ArrayRef,
    /// numpy's order of axes: the rows first.
    shape: Vec<usize>,
    /// All numbers, one after another, NaN where there is none; None if they are none, or have no such sign.
    numbers: OnceLock<Option<ArrayRef>>,
}

impl Column {
    /// A column whose cells have the shape that the metadata of the field say.
    pub(crate) fn new(field: &Field, array: ArrayRef) -> Self {
        let dimensions = field.metadata().get("dimensions").into_iter();
        let mut cell: Vec<usize> = dimensions
            .flat_map(|axes| axes.split(','))
            .filter_map(|axis| axis.parse().ok())
            .collect();
        // FITS says the fastest axis first.
        cell.reverse();
        let per_cell = elements(array.data_type());
        if cell.iter().product::<usize>() != per_cell || cell.is_empty() {
            cell = if per_cell == 1 { Vec::new() } else { vec![per_cell] };
        }
        let shape = std::iter::once(array.len()).chain(cell).collect();
        Self::shaped(field, array, shape)
    }

    /// A column of this shape.
    pub(crate) fn shaped(field: &Field, array: ArrayRef, shape: Vec<usize>) -> Self {
        Self {
            field: field.clone(),
            array,
            shape,
            numbers: OnceLock::new(),
        }
    }

    pub(crate) fn array(&self) -> &ArrayRef {
        &self.array
    }

    fn numbers(&self) -> Option<&ArrayRef> {
        self.numbers.get_or_init(|| numbers(&self.array)).as_ref()
    }

    /// The column in a table of its own.
    fn alone(&self) -> PyResult<lksearch::Table> {
        lksearch::Table::empty()
            .with_column(ALONE, Arc::clone(&self.array))
            .map_err(raised)
    }

    /// For each row whether it compares so.
    fn compared(&self, sign: &str, other: &Bound<'_, PyAny>) -> PyResult<Mask> {
        let table = self.alone()?;
        if let Ok(other) = other.cast::<Self>() {
            let table = table
                .with_column("other", Arc::clone(other.get().array()))
                .map_err(raised)?;
            return evaluated(&table, &format!("{ALONE} {sign} other"));
        }
        evaluated(&table, &format!("{ALONE} {sign} {}", literal(other)?))
    }
}

#[pymethods]
impl Column {
    #[getter]
    fn name(&self) -> &str {
        self.field.name()
    }

    #[getter]
    fn dtype(&self) -> String {
        let element = element(self.array.data_type());
        let word = match element {
            DataType::Boolean => "boolean",
            DataType::Utf8 | DataType::LargeUtf8 => "text",
            DataType::Timestamp(..) => "timestamp",
            DataType::Null => "null",
            other => type_word(other).unwrap_or("list"),
        };
        word.to_owned()
    }

    #[getter]
    fn unit(&self) -> Option<&str> {
        self.field.metadata().get("unit").map(String::as_str)
    }

    #[getter]
    fn metadata(&self, py: Python<'_>) -> PyResult<Py<PyDict>> {
        let all = PyDict::new(py);
        for (key, value) in self.field.metadata() {
            all.set_item(key, value)?;
        }
        Ok(all.unbind())
    }

    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.shape)
    }

    #[getter]
    fn num_nulls(&self) -> usize {
        self.array.null_count()
    }

    #[getter]
    fn nulls(&self) -> Mask {
        let nulls: BooleanArray = (0..self.array.len()).map(|row| Some(self.array.is_null(row))).collect();
        Mask(nulls)
    }

    fn __len__(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    fn __getitem__(slf: &Bound<'_, Self>, item: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let (py, this) = (slf.py(), slf.get());
        if this.shape.len() > 1 || this.numbers().is_some() && !item.is_instance_of::<Mask>() {
            // numpy's own ways, where it is there; a number and a part of a row need none of it.
            if let (1, Ok(row)) = (this.shape.len(), item.extract::<isize>()) {
                return Ok(value(py, &this.array, row_number(row, this.array.len())?)?.unbind());
            }
            return Ok(slf.call_method0("to_numpy")?.get_item(item)?.unbind());
        }
        let table = this.alone()?;
        let rows = match key(item, table.num_rows())? {
            Key::Row(row) => return Ok(value(py, &this.array, row)?.unbind()),
            Key::Range(first, number) => table.slice(first, number),
            Key::Rows(rows) => table.take(&rows).map_err(raised)?,
            Key::Mask(mask) => table.filter(&mask).map_err(raised)?,
            Key::Column(_) | Key::Columns(_) => return Err(PyTypeError::new_err("a column has no columns")),
        };
        let empty = || lksearch::table::arrow_array::new_empty_array(this.array.data_type());
        let array = rows.column(ALONE).unwrap_or_else(empty);
        Self::new(&this.field, array).into_py_any(py)
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.to_list(py)?.call_method0(py, "__iter__")
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, operator: CompareOp) -> PyResult<Mask> {
        let sign = match operator {
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        };
        self.compared(sign, other)
    }

    fn isin(&self, values: &Bound<'_, PyAny>) -> PyResult<Mask> {
        let words = listed(values)?;
        let words = words.try_iter()?.map(|word| literal(&word?));
        let words = words.collect::<PyResult<Vec<_>>>()?.join(", ");
        evaluated(&self.alone()?, &format!("{ALONE} in [{words}]"))
    }

    fn contains(&self, text: &Bound<'_, PyString>) -> PyResult<Mask> {
        let text = literal(text.as_any())?;
        evaluated(&self.alone()?, &format!("{ALONE}.str.contains({text}, case=False)"))
    }

    pub(crate) fn to_list(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ok(list(py, &self.array)?.unbind())
    }

    fn to_numpy(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_numpy")
    }

    fn to_masked(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_masked")
    }

    fn to_quantity(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        converted(slf.as_any(), "to_quantity")
    }

    /// Where the numbers are, for numpy, which takes no copy and keeps this object.
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let numbers = self
            .numbers()
            .and_then(|numbers| Some((address(numbers)?, type_word(numbers.data_type())?)));
        let (address, word) = numbers.ok_or_else(|| {
            PyAttributeError::new_err("it has texts, or whole numbers with gaps: to_numpy() and to_masked() have them")
        })?;
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("shape", PyTuple::new(py, &self.shape)?)?;
        interface.set_item("typestr", word)?;
        interface.set_item("data", (address, true))?;
        Ok(interface)
    }

    /// Truth values as bytes, for numpy.
    fn _booleans(&self) -> Vec<u8> {
        let flat = flat(&self.array);
        flat.as_boolean_opt()
            .into_iter()
            .flat_map(|values| values.iter().map(|value| u8::from(value == Some(true))))
            .collect()
    }

    /// Texts of one length, and that length, for numpy.
    fn _characters<'py>(&self, py: Python<'py>) -> PyResult<(usize, Bound<'py, PyByteArray>)> {
        characters(py, &self.array)
    }

    /// For each number whether there is none, as bytes, for numpy.
    fn _gaps(&self) -> Vec<u8> {
        let flat = flat(&self.array);
        (0..flat.len()).map(|row| u8::from(flat.is_null(row))).collect()
    }

    /// The numbers as they lie in memory, whatever stands in gaps.
    fn _raw(slf: &Bound<'_, Self>) -> PyResult<Self> {
        let this = slf.get();
        let raw = Self::shaped(&this.field, Arc::clone(&this.array), this.shape.clone());
        let flat = flat(&this.array);
        let _first = raw.numbers.set(type_word(flat.data_type()).map(|_| flat));
        Ok(raw)
    }

    fn __repr__(&self) -> String {
        let shape: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        let unit = self.unit().map(|unit| format!(" in {unit}")).unwrap_or_default();
        format!(
            "<Column {}: {} of {}{unit}>",
            self.field.name(),
            shape.join(" x "),
            self.dtype()
        )
    }
}

/// For each row of the table whether the expression holds.
fn evaluated(table: &lksearch::Table, expression: &str) -> PyResult<Mask> {
    let expression: Expression = expression.parse().map_err(raised)?;
    Ok(Mask(expression.evaluate(table).map_err(raised)?))
}

/// A value as an expression has it.
fn literal(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let value = scalar(value)?;
    if let Ok(text) = value.cast::<PyString>() {
        let text = text.to_string().replace('\\', r"\\").replace('"', "\\\"");
        return Ok(format!("\"{text}\""));
    }
    if value.hasattr("isoformat")? {
        return Ok(format!("\"{}\"", value.call_method0("isoformat")?.str()?));
    }
    if value.extract::<f64>().is_ok_and(f64::is_finite) {
        return Ok(value.repr()?.to_string());
    }
    Err(PyTypeError::new_err(format!(
        "a column is compared with a number, a text, a truth value or another column, not with {}",
        value.repr()?
    )))
}
