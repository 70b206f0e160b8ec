//! Binary tables: what their headers say of the columns, and which bytes hold the cells that are asked for.

pub(crate) mod decode;
pub(crate) mod gather;
pub(crate) mod lane;
mod read;
mod room;
mod scaling;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

use arrow_schema::{DataType, Field};

use crate::card::Value;
use crate::form::{Element, Form};
use crate::layout::numbered;
use crate::{Error, HduInfo, Header, Reason};

pub(crate) use scaling::{Scaling, ScalingKind};

/// Which part of a table to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    pub fn rows(mut self, rows: Range<u64>) -> Self {
        self.rows = Some(rows);
        self
    }
}

/// A column of a binary table.
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
}

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
    /// Strings of so many characters each, where `TDIM` cuts a cell of characters into several.
    text_width: u64,
}

impl Columns {
    pub(crate) fn of(header: &Header, info: &HduInfo) -> Result<Self, Error> {
        let bad = |reason| Error::Damaged {
            hdu: info.index,
            offset: info.header_offset,
            reason,
        };
        let n_columns = info.shape.get(1).copied().unwrap_or(0) as usize;
        let mut cards = HashMap::new();
        for card in header.cards() {
            for prefix in ["TTYPE", "TFORM", "TUNIT", "TDISP", "TDIM", "TNULL", "TSCAL", "TZERO"] {
                if let Some(number) = numbered(&card.keyword, prefix) {
                    cards.entry((prefix, number)).or_insert(card);
                }
            }
        }
        let mut columns = Vec::with_capacity(n_columns);
        let mut offset = 0;
        for number in 1..=n_columns {
            let value = |prefix| cards.get(&(prefix, number)).map(|card| &card.value);
            let text = |prefix| match value(prefix) {
                Some(Value::Text(text)) => Some(text.clone()),
                _ => None,
            };
            let format = text("TFORM").ok_or_else(|| {
                bad(Reason::Missing {
                    keyword: format!("TFORM{number}"),
                })
            })?;
            let form = Form::parse(&format).ok_or_else(|| {
                bad(Reason::BadValue {
                    keyword: format!("TFORM{number}"),
                    found: format.clone(),
                })
            })?;
            let scaling = Scaling::of(form.element(), value("TSCAL"), value("TZERO"), value("TNULL"));
            let dimensions = text("TDIM")
                .and_then(|text| dimensions(&text, form))
                .unwrap_or_default();
            let text_width = match form {
                Form::Fixed(repeat, Element::Character) => dimensions.first().copied().unwrap_or(repeat),
                _ => 0,
            };
            let mut column = Column {
                info: ColumnInfo {
                    name: text("TTYPE")
                        .filter(|name| !name.is_empty())
                        .unwrap_or_else(|| format!("col{number}")),
                    format,
                    unit: text("TUNIT"),
                    display: text("TDISP"),
                    description: cards
                        .get(&("TTYPE", number))
                        .map_or(String::new(), |card| card.comment.clone()),
                    dimensions,
                    data_type: DataType::Null,
                },
                form,
                offset,
                scaling,
                text_width,
            };
            column.info.data_type = column.data_type();
            offset += form.width();
            columns.push(column);
        }
        let n_rows = info.shape.first().copied().unwrap_or(0);
        let rows = offset.saturating_mul(n_rows);
        let heap = match header.get("THEAP").map(|card| &card.value) {
            Some(Value::Integer(heap))
                if u64::try_from(*heap).is_ok_and(|heap| heap >= rows && heap <= info.data_size) =>
            {
                *heap as u64
            }
            Some(other) => {
                return Err(bad(Reason::BadValue {
                    keyword: "THEAP".to_owned(),
                    found: other.to_string(),
                }));
            }
            None => rows,
        };
        Ok(Self {
            columns,
            row_width: offset,
            heap,
        })
    }

    pub(crate) fn infos(self) -> Vec<ColumnInfo> {
        self.columns.into_iter().map(|column| column.info).collect()
    }

    /// The rows of a selection in runs of about `n_bytes`, their share of the heap counted.
    pub(crate) fn runs(
        &self,
        info: &HduInfo,
        selection: &Selection,
        n_bytes: u64,
    ) -> impl Iterator<Item = Range<u64>> + use<> {
        let all = info.shape.first().copied().unwrap_or(0);
        let rows = selection.rows.clone().unwrap_or(0..all);
        let width = (info.data_size / all.max(1)).max(1);
        let step = (n_bytes / width).max(1);
        // Without rows there is still a batch, which carries the schema; a wrong range becomes the error of its batch.
        let n_runs = rows.end.saturating_sub(rows.start).div_ceil(step).max(1);
        (0..n_runs).map(move |run| {
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
        add("unit", info.unit.clone());
        add("display", info.display.clone());
        add(
            "description",
            Some(info.description.clone()).filter(|text| !text.is_empty()),
        );
        if !info.dimensions.is_empty() {
            let axes: Vec<_> = info.dimensions.iter().map(u64::to_string).collect();
            add("dimensions", Some(axes.join(",")));
        }
        Field::new(&info.name, info.data_type.clone(), true).with_metadata(metadata)
    }

    fn data_type(&self) -> DataType {
        let item = decode::element_type(self.form.element(), &self.scaling);
        match self.form {
            Form::Fixed(_, Element::Character) => match self.n_texts() {
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

    /// Number of strings in a cell, if there can be several.
    fn n_texts(&self) -> Option<u64> {
        (self.info.dimensions.len() > 1).then(|| self.info.dimensions[1..].iter().product())
    }
}

/// `TDIM` as `(11,10)`; `None` if its product is not the number of elements.
fn dimensions(text: &str, form: Form) -> Option<Vec<u64>> {
    let Form::Fixed(repeat, _) = form else { return None };
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let axes: Vec<u64> = inner
        .split(',')
        .map(|axis| axis.trim().parse().ok())
        .collect::<Option<_>>()?;
    let product = axes.iter().try_fold(1u64, |product, &axis| product.checked_mul(axis))?;
    (product == repeat).then_some(axes)
}
