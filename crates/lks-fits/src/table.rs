//! Tables: what their headers say of the columns, and which bytes hold the cells that are asked for.

mod ascii;
mod cards;
pub(crate) mod cell_layout;
mod column_buffer;
pub(crate) mod decode;
mod read;
mod scaling;
#[cfg(test)]
mod tests;
pub(crate) mod transpose;

use std::collections::HashMap;
use std::ops::Range;

use arrow_schema::{DataType, Field};

use crate::form::{Element, Form};
use crate::time::TimeReference;
use crate::{Error, HduInfo};

use ascii::Ascii;

pub(crate) use scaling::{Scaling, ScalingKind};

/// Which part of a table to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Selection {
    /// Names of columns in the order they are wanted, in any case; `None` for all.
    pub columns: Option<Vec<String>>,
    /// Rows, the first being 0; `None` for all.
    pub rows: Option<Range<u64>>,
}

impl Selection {
    /// All rows of some columns.
    pub fn columns<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self {
            columns: Some(names.into_iter().map(Into::into).collect()),
            rows: None,
        }
    }

    /// Only these rows.
    #[must_use]
    pub fn with_rows(mut self, rows: Range<u64>) -> Self {
        self.rows = Some(rows);
        self
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ColumnInfo {
    /// `TTYPE`, or `col3` for the third column without one (as astropy names it).
    pub name: String,
    /// `TFORM`.
    pub format: String,
    /// `TUNIT`.
    pub unit: Option<String>,
    /// `TDISP`.
    pub display: Option<String>,
    /// Comment of the name.
    pub description: String,
    /// `TDIM`, the fastest axis first; empty if there is none or it does not fit the format.
    pub dimensions: Vec<u64>,
    /// Type of its Arrow array.
    pub data_type: DataType,
    /// What its numbers mean if they are times.
    pub time: Option<TimeReference>,
}

/// Bytes that a cell takes in memory beside its values: where it ends, and whether there is one.
const PER_CELL: u64 = 8;

/// The columns of one table.
#[derive(Debug)]
pub(crate) struct Columns {
    columns: Vec<Column>,
    row_width: u64,
    /// Byte of the data where the heap starts.
    heap: u64,
}

#[derive(Debug)]
struct Column {
    info: ColumnInfo,
    form: Form,
    /// First byte of its cell in the row.
    offset: u64,
    scaling: Scaling,
    /// In an ASCII table, what the characters of a cell mean.
    ascii: Option<Ascii>,
    /// Strings of so many characters each, where `TDIM` cuts a cell of characters into several.
    text_width: u64,
}

impl Columns {
    pub(crate) fn infos(self) -> Vec<ColumnInfo> {
        self.columns.into_iter().map(|column| column.info).collect()
    }

    /// The rows of a selection in runs of about `num_bytes`, their share of the heap counted.
    pub(crate) fn runs(
        &self,
        info: &HduInfo,
        selection: &Selection,
        num_bytes: u64,
    ) -> impl Iterator<Item = Range<u64>> + use<> {
        let all = info.shape.first().copied().unwrap_or(0);
        let rows = selection.rows.clone().unwrap_or(0..all);
        let in_memory = match self.row_width {
            // Of these few are read in all.
            0 => 1,
            _ => self.columns.iter().map(Column::in_memory).fold(0, u64::saturating_add),
        };
        let width = in_memory.max(info.data_size / all.max(1));
        let step = (num_bytes / width).max(1);
        // Without rows there is still a batch, which carries the schema; a wrong range becomes the error of its batch.
        let num_runs = rows.end.saturating_sub(rows.start).div_ceil(step).max(1);
        (0..num_runs).map(move |run| {
            let start = rows.start.saturating_add(run.saturating_mul(step));
            start..rows.end.min(start.saturating_add(step))
        })
    }

    /// The columns of a selection.
    fn select(&self, names: Option<&[String]>) -> Result<Vec<&Column>, Error> {
        let Some(names) = names else {
            return Ok(self.columns.iter().collect());
        };
        let find = |name: &String| {
            let exact = self.columns.iter().find(|column| column.info.name == *name);
            exact
                .or_else(|| {
                    self.columns
                        .iter()
                        .find(|column| column.info.name.eq_ignore_ascii_case(name))
                })
                .ok_or_else(|| {
                    let known: Vec<_> = self.columns.iter().map(|column| column.info.name.as_str()).collect();
                    Error::Absent {
                        what: format!("column {name:?}"),
                        known: format!("the table has {}", known.join(", ")),
                    }
                })
        };
        names.iter().map(find).collect()
    }
}

impl Column {
    /// The Arrow field, with what the header says in its metadata.
    fn field(&self) -> Field {
        let info = &self.info;
        let mut metadata = HashMap::new();
        let mut add = |key: &str, value: Option<String>| value.map(|value| metadata.insert(key.to_owned(), value));
        let time = info.time.as_ref();
        add("unit", info.unit.clone());
        add("time_zero_jd", time.map(|time| time.zero.to_string()));
        add("time_unit", time.map(|time| time.unit.to_owned()));
        add(
            "time_scale",
            time.map(|time| time.scale.unwrap_or("UNKNOWN").to_owned()),
        );
        add(
            "time_position",
            time.map(|time| time.position.unwrap_or("UNKNOWN").to_owned()),
        );
        add("display", info.display.clone());
        add(
            "description",
            Some(info.description.clone()).filter(|text| !text.is_empty()),
        );
        if !info.dimensions.is_empty() {
            let axes: Vec<_> = info.dimensions.iter().map(u64::to_string).collect();
            add("dimensions", Some(axes.join(",")));
        }
        let is_complex = matches!(self.form.element(), Element::Complex32 | Element::Complex64);
        add("complex", is_complex.then(|| "true".to_owned()));
        add(
            "null",
            self.scaling
                .null_value(self.form.element())
                .map(|null| null.to_string()),
        );
        Field::new(&info.name, info.data_type.clone(), true).with_metadata(metadata)
    }

    fn data_type(&self) -> DataType {
        if let Some(ascii) = &self.ascii {
            return ascii.data_type();
        }
        let item = decode::element_type(self.form.element(), &self.scaling);
        match self.form {
            Form::Fixed(_, Element::Character) => match self.num_texts() {
                None => item,
                Some(n) => decode::list_type(item, n as usize),
            },
            Form::Fixed(1, _) if self.info.dimensions.len() <= 1 => item,
            Form::Fixed(0, _) => DataType::Null,
            Form::Fixed(repeat, _) => decode::list_type(item, repeat as usize),
            Form::Heap32(_, Element::Character) | Form::Heap64(_, Element::Character) => item,
            Form::Heap32(..) | Form::Heap64(..) => DataType::LargeList(decode::item_field(item)),
        }
    }

    /// About how many bytes a row of the column takes in memory, its share of the heap not counted; where a cell has no bytes in the file,
    /// too.
    fn in_memory(&self) -> u64 {
        let (width, num_texts) = (self.form.width(), self.num_texts().unwrap_or(1));
        let values = match self.form {
            Form::Fixed(_, Element::Character | Element::Bit) | Form::Heap32(..) | Form::Heap64(..) => width,
            Form::Fixed(repeat, _) => width.max(repeat.saturating_mul(self.item_width())),
        };
        values.saturating_add(num_texts.saturating_mul(PER_CELL))
    }

    /// Whether its cells are text that lies in the rows.
    fn is_text(&self) -> bool {
        match &self.ascii {
            Some(ascii) => ascii.data_type() == DataType::Utf8,
            None => matches!(self.form, Form::Fixed(_, Element::Character)),
        }
    }

    /// Bytes of an element in memory: small integers that are scaled become floats.
    fn item_width(&self) -> u64 {
        let item = decode::element_type(self.form.element(), &self.scaling);
        item.primitive_width().unwrap_or(1) as u64
    }

    /// Number of strings in a cell, if there can be several.
    fn num_texts(&self) -> Option<u64> {
        (self.info.dimensions.len() > 1).then(|| self.info.dimensions[1..].iter().product())
    }
}
