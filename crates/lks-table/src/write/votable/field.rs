//! What a `FIELD` says of a column, and how its cells are written.

use std::fmt::Write;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, new_empty_array};
use arrow_schema::{DataType, FieldRef, TimeUnit};

use super::push_escaped;
use crate::error::Error;
use crate::write::cell::{Column, leaf, push_plain};

/// A column as its `FIELD` describes it.
#[derive(Debug, Clone)]
pub(super) struct Field {
    source: FieldRef,
    datatype: &'static str,
    /// Sizes of the axes, the fastest first; empty for a single element.
    axes: Vec<String>,
    cells: Cells,
    /// Whether a list was seen that lacks elements.
    lacks_elements: bool,
}

/// How the cells of a column are written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cells {
    /// One element.
    Single,
    /// The elements of a list one after the other.
    Elements,
    /// A list as text of JSON.
    Json,
}

impl Field {
    /// Of a column of which no cell was seen.
    pub(super) fn new(source: &FieldRef) -> Result<Self, Error> {
        Column::new(source, &new_empty_array(source.data_type()))?;
        let is_complex = source.metadata().contains_key("complex");
        let (mut axes, leaf) = axes(source.data_type());
        let is_list = !axes.is_empty();
        let datatype = match leaf {
            DataType::UInt8 => "unsignedByte",
            DataType::Int8 | DataType::Int16 => "short",
            DataType::UInt16 | DataType::Int32 => "int",
            DataType::UInt32 | DataType::Int64 => "long",
            DataType::Float32 if is_complex => "floatComplex",
            DataType::Float64 if is_complex => "doubleComplex",
            DataType::Float32 => "float",
            DataType::Float64 => "double",
            DataType::Boolean => "boolean",
            _ => "char",
        };
        let cells = match is_list {
            false => Cells::Single,
            true if datatype == "char" => Cells::Json,
            true => Cells::Elements,
        };
        if datatype == "char" {
            axes = vec!["*".to_owned()];
        } else if let Some(dimensions) = dimensions(source, &axes) {
            axes.pop();
            axes.extend(dimensions);
        }
        if is_complex && datatype != "char" {
            axes.remove(0);
        }
        Ok(Self {
            source: Arc::clone(source),
            datatype,
            axes,
            cells,
            lacks_elements: false,
        })
    }

    pub(super) fn source(&self) -> &arrow_schema::Field {
        &self.source
    }

    /// Whether cells that were not seen may change what is said of the column.
    pub(super) fn depends_on_rows(&self) -> bool {
        let is_text = matches!(leaf(self.source.data_type()), DataType::Utf8);
        is_text || self.needs_null()
    }

    /// Takes account of cells.
    pub(super) fn measure(&mut self, array: &ArrayRef) {
        // `char` is ASCII.
        if self.datatype == "char" && !is_ascii(array) {
            self.datatype = "unicodeChar";
        }
        self.lacks_elements |= self.needs_null() && leaves(array).null_count() > 0;
    }

    /// Whether a missing element of its lists would have to be an integer, and nothing says which.
    fn needs_null(&self) -> bool {
        let is_integer = leaf(self.source.data_type()).is_integer();
        self.cells == Cells::Elements && is_integer && null(&self.source).is_none()
    }

    fn name(&self) -> &str {
        self.source.name()
    }

    /// Appends the element, which refers to the time system of this name if its values are times.
    pub(super) fn push(&self, text: &mut String, time_system: Option<&str>) -> Result<(), Error> {
        if self.lacks_elements {
            let name = self.name();
            return Err(Error::Shape(format!(
                "lists of the column `{name}` lack integers, and nothing says which one stands for a missing one"
            )));
        }
        let metadata = |key: &str| self.source.metadata().get(key).map(String::as_str);
        let is_moment = matches!(
            self.source.data_type(),
            DataType::Timestamp(TimeUnit::Microsecond, None)
        );
        let arraysize = self.axes.join("x");
        let attributes = [
            ("name", Some(self.name())),
            ("datatype", Some(self.datatype)),
            ("arraysize", Some(arraysize.as_str()).filter(|size| !size.is_empty())),
            ("xtype", is_moment.then_some("timestamp")),
            ("unit", metadata("unit")),
            ("ref", time_system),
        ];
        text.push_str("<FIELD");
        for (key, value) in attributes {
            let Some(value) = value else { continue };
            push(text, &format_args!(" {key}=\""));
            push_escaped(text, value);
            text.push('"');
        }
        let description = metadata("description");
        let null = null(&self.source).filter(|_| !self.axes.is_empty());
        if description.is_none() && null.is_none() {
            text.push_str("/>\n");
            return Ok(());
        }
        text.push('>');
        if let Some(description) = description {
            text.push_str("<DESCRIPTION>");
            push_escaped(text, description);
            text.push_str("</DESCRIPTION>");
        }
        if let Some(null) = null {
            text.push_str("<VALUES null=\"");
            push_escaped(text, null);
            text.push_str("\"/>");
        }
        text.push_str("</FIELD>\n");
        Ok(())
    }

    /// Appends the content of a cell; of one that is null as a whole there is none.
    pub(super) fn push_cell(&self, line: &mut String, array: &ArrayRef, row: usize) -> Result<(), Error> {
        if *array.data_type() == DataType::Null || array.is_null(row) {
            return Ok(());
        }
        match self.cells {
            Cells::Single => push_element(line, array, row, ""),
            Cells::Elements => push_elements(line, array, row, null(&self.source).unwrap_or_default()),
            Cells::Json => {
                let mut json = String::new();
                Column::new(&self.source, array)?.push_json(&mut json, row);
                push_escaped(line, &json);
            }
        }
        Ok(())
    }
}

/// Sizes of the lists within each other, the innermost first, and what they hold.
fn axes(kind: &DataType) -> (Vec<String>, &DataType) {
    let (item, size) = match kind {
        DataType::FixedSizeList(item, size) => (item, size.to_string()),
        DataType::LargeList(item) => (item, "*".to_owned()),
        leaf => return (Vec::new(), leaf),
    };
    let (mut sizes, leaf) = axes(item.data_type());
    sizes.push(size);
    (sizes, leaf)
}

/// The axes that the outermost list is folded into, if they hold as many elements.
fn dimensions<'a>(source: &'a arrow_schema::Field, axes: &[String]) -> Option<impl Iterator<Item = String> + use<'a>> {
    let dimensions = source.metadata().get("dimensions")?.split(',');
    let size: u64 = axes.last()?.parse().ok()?;
    let product = dimensions
        .clone()
        .map(|axis| axis.parse::<u64>().ok())
        .product::<Option<u64>>();
    (product == Some(size)).then(|| dimensions.map(str::to_owned))
}

/// What stands for an integer that is missing.
fn null(source: &arrow_schema::Field) -> Option<&str> {
    source.metadata().get("null").map(String::as_str)
}

/// What the lists hold, all of them together.
fn leaves(array: &ArrayRef) -> &ArrayRef {
    match array.data_type() {
        DataType::FixedSizeList(..) => leaves(array.as_fixed_size_list().values()),
        DataType::LargeList(_) => leaves(array.as_list::<i64>().values()),
        _ => array,
    }
}

fn is_ascii(array: &ArrayRef) -> bool {
    let texts = leaves(array).as_string_opt::<i32>();
    texts.is_none_or(|texts| texts.iter().flatten().all(str::is_ascii))
}

/// Appends the elements of a list, and of the lists in it.
fn push_elements(line: &mut String, array: &ArrayRef, row: usize, null: &str) {
    let (items, range) = match array.data_type() {
        DataType::FixedSizeList(_, size) => {
            let size = *size as usize;
            (array.as_fixed_size_list().values(), row * size..(row + 1) * size)
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            let offset = |row: usize| list.value_offsets()[row] as usize;
            (list.values(), offset(row)..offset(row + 1))
        }
        _ => return push_element(line, array, row, null),
    };
    let start = range.start;
    for item in range {
        if item > start {
            line.push(' ');
        }
        push_elements(line, items, item, null);
    }
}

fn push_element(line: &mut String, array: &ArrayRef, row: usize, null: &str) {
    match array.data_type() {
        kind if array.is_null(row) => line.push_str(match kind {
            DataType::Float32 | DataType::Float64 => "NaN",
            DataType::Boolean => "?",
            _ => null,
        }),
        DataType::Utf8 => push_escaped(line, array.as_string::<i32>().value(row)),
        DataType::Float32 => push_float(line, array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => push_float(line, array.as_primitive::<Float64Type>().value(row)),
        _ => push_plain(line, array, row),
    }
}

fn push_float<F: std::fmt::Debug + Copy + Into<f64>>(line: &mut String, value: F) {
    match value.into() {
        f64::INFINITY => line.push_str("+Inf"),
        f64::NEG_INFINITY => line.push_str("-Inf"),
        _ => push(line, &format_args!("{value:?}")),
    }
}

fn push(text: &mut String, value: &dyn std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}
