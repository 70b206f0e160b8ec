//! The columns of a table, as the cards of its header describe them.

use std::collections::HashMap;

use arrow_schema::DataType;

use super::ascii::Ascii;
use super::{Column, ColumnInfo, Columns, Scaling};
use crate::card::{Card, CardValue};
use crate::form::{Element, Form};
use crate::layout::numbered;
use crate::time::{self, TimeReference};
use crate::{DamageReason, Error, HduInfo, HduKind, Header};

/// The cards of a column, each with its number.
const PREFIXES: [&str; 12] = [
    "TTYPE", "TFORM", "TUNIT", "TDISP", "TDIM", "TNULL", "TSCAL", "TZERO", "TBCOL", "TCTYP", "TCUNI", "TRPOS",
];
/// Columns of an ASCII table may overlap, but together be no more than so many times as wide as a row: a short file could
/// ask for all memory there is.
const MAX_OVERLAP: u64 = 16;

/// What the cards say of one column.
struct Described<'a> {
    cards: &'a HashMap<(&'a str, usize), &'a Card>,
    number: usize,
    /// Of the table and of the file.
    headers: [&'a Header; 2],
}

impl Columns {
    pub(crate) fn of(header: &Header, primary: &Header, info: &HduInfo) -> Result<Self, Error> {
        let bad = |reason| Error::Damaged {
            hdu: info.index,
            offset: info.header_offset,
            reason,
        };
        let mut cards = HashMap::new();
        for card in header.cards() {
            for prefix in PREFIXES {
                if let Some(number) = numbered(&card.keyword, prefix) {
                    cards.entry((prefix, number)).or_insert(card);
                }
            }
        }
        let num_columns = info.shape.get(1).copied().unwrap_or(0) as usize;
        let described = (1..=num_columns).map(|number| Described {
            cards: &cards,
            number,
            headers: [header, primary],
        });
        let mut columns = Vec::with_capacity(num_columns);
        let mut filled = 0;
        let row_width = match info.kind {
            HduKind::AsciiTable => {
                let width = header.integer("NAXIS1").and_then(|width| width.try_into().ok());
                let width: u64 = width.unwrap_or(0);
                for column in described {
                    let column = column.ascii(width).map_err(bad)?;
                    filled += column.form.width();
                    columns.push(column);
                }
                if filled > MAX_OVERLAP * width {
                    let detail = format!("the columns have {filled} characters, a row has {width} (NAXIS1)");
                    return Err(bad(DamageReason::Columns { detail }));
                }
                width
            }
            // The columns fill the rows; the layout has seen to it.
            _ => {
                for column in described {
                    let column = column.binary(filled).map_err(bad)?;
                    filled += column.form.width();
                    columns.push(column);
                }
                filled
            }
        };
        let num_rows = info.shape.first().copied().unwrap_or(0);
        let rows = row_width.saturating_mul(num_rows);
        let heap = match header.get("THEAP").map(|card| &card.value) {
            Some(CardValue::Integer(heap))
                if u64::try_from(*heap).is_ok_and(|heap| heap >= rows && heap <= info.data_size) =>
            {
                *heap as u64
            }
            Some(other) => {
                return Err(bad(DamageReason::BadValue {
                    keyword: "THEAP".to_owned(),
                    found: other.to_string(),
                }));
            }
            None => rows,
        };
        Ok(Self {
            columns,
            row_width,
            heap,
        })
    }
}

impl Described<'_> {
    /// A column of an ASCII table whose rows have so many characters.
    fn ascii(&self, row_width: u64) -> Result<Column, DamageReason> {
        let format = self.format()?;
        let (scale, zero, null) = (self.value("TSCAL"), self.value("TZERO"), self.value("TNULL"));
        let ascii = Ascii::of(&format, scale, zero, null).ok_or_else(|| self.wrong("TFORM", format.clone()))?;
        let form = Form::Fixed(ascii.width(), Element::Character);
        let first = self.value("TBCOL").ok_or_else(|| self.missing("TBCOL"))?;
        let offset = match first {
            CardValue::Integer(first) => first.checked_sub(1).and_then(|offset| u64::try_from(offset).ok()),
            _ => None,
        };
        let is_inside = |offset: &u64| offset.checked_add(form.width()).is_some_and(|end| end <= row_width);
        let offset = offset.filter(is_inside).ok_or_else(|| {
            let found = format!("{first}, where a row has {row_width} characters (NAXIS1)");
            self.wrong("TBCOL", found)
        })?;
        // Its numbers are read and scaled by themselves.
        let scaling = Scaling::of(Element::Character, None, None, None);
        Ok(self.column(format, form, offset, scaling, Some(ascii)))
    }

    /// A column of a binary table that begins at a byte of the row.
    fn binary(&self, offset: u64) -> Result<Column, DamageReason> {
        let format = self.format()?;
        let form = Form::parse(&format).ok_or_else(|| self.wrong("TFORM", format.clone()))?;
        let (scale, zero, null) = (self.value("TSCAL"), self.value("TZERO"), self.value("TNULL"));
        let scaling = Scaling::of(form.element(), scale, zero, null);
        Ok(self.column(format, form, offset, scaling, None))
    }

    fn column(&self, format: String, form: Form, offset: u64, scaling: Scaling, ascii: Option<Ascii>) -> Column {
        let dimensions = self.text("TDIM").filter(|_| ascii.is_none());
        let dimensions = dimensions
            .and_then(|text| dimensions_of(&text, form))
            .unwrap_or_default();
        let text_width = match form {
            Form::Fixed(repeat, Element::Character) => dimensions.first().copied().unwrap_or(repeat),
            _ => 0,
        };
        let name = self.text("TTYPE").filter(|name| !name.is_empty());
        let mut column = Column {
            info: ColumnInfo {
                name: name.unwrap_or_else(|| format!("col{}", self.number)),
                format,
                unit: self.text("TUNIT"),
                display: self.text("TDISP"),
                description: self.card("TTYPE").map_or(String::new(), |card| card.comment.clone()),
                dimensions,
                data_type: DataType::Null,
                time: None,
            },
            form,
            offset,
            scaling,
            ascii,
            text_width,
        };
        column.info.data_type = column.data_type();
        column.info.time = self.time(&column.info);
        column
    }

    fn time(&self, info: &ColumnInfo) -> Option<TimeReference> {
        let (scale, unit, position) = (self.text("TCTYP"), self.text("TCUNI"), self.text("TRPOS"));
        let described = time::Described {
            name: &info.name,
            unit: info.unit.as_deref(),
            data_type: &info.data_type,
            scale: scale.as_deref(),
            coordinate_unit: unit.as_deref(),
            position: position.as_deref(),
        };
        let [header, primary] = self.headers;
        TimeReference::of(&described, header, primary)
    }

    fn card(&self, prefix: &str) -> Option<&Card> {
        self.cards.get(&(prefix, self.number)).copied()
    }

    fn value(&self, prefix: &str) -> Option<&CardValue> {
        self.card(prefix).map(|card| &card.value)
    }

    fn text(&self, prefix: &str) -> Option<String> {
        match self.value(prefix) {
            Some(CardValue::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    fn format(&self) -> Result<String, DamageReason> {
        self.text("TFORM").ok_or_else(|| self.missing("TFORM"))
    }

    fn missing(&self, prefix: &str) -> DamageReason {
        DamageReason::Missing {
            keyword: format!("{prefix}{}", self.number),
        }
    }

    fn wrong(&self, prefix: &str, found: String) -> DamageReason {
        DamageReason::BadValue {
            keyword: format!("{prefix}{}", self.number),
            found,
        }
    }
}

/// `TDIM` as `(11,10)`; `None` if its product is not the number of elements.
pub(super) fn dimensions_of(text: &str, form: Form) -> Option<Vec<u64>> {
    let Form::Fixed(repeat, _) = form else { return None };
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let axes: Vec<u64> = inner
        .split(',')
        .map(|axis| axis.trim().parse().ok())
        .collect::<Option<_>>()?;
    let product = axes.iter().try_fold(1u64, |product, &axis| product.checked_mul(axis))?;
    (product == repeat).then_some(axes)
}
