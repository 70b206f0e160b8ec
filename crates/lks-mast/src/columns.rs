//! The columns of MAST's answers as we promise them: names, types, and which cannot be done without.
//!
//! The `fields` block of an answer is not believed: it declares ids as text that arrive as numbers, and floats arrive as integers.

use lks_table::arrow_array::cast::AsArray;
use lks_table::arrow_array::types::{Float64Type, Int64Type};
use lks_table::{Cell, ColumnType, ColumnTypes, Table};

use crate::error::{Error, Service};

use ColumnType::{Boolean, Float, Integer, Text};

/// Observations, in MAST's order since 2019 (recorded answers and printed tables of the Space Telescope Science Institute); `wave_region`,
/// `wave_min` and `wave_max` came in 2026.
const OBSERVATION: [(&str, ColumnType); 38] = [
    ("intentType", Text),
    ("obs_collection", Text),
    ("provenance_name", Text),
    ("instrument_name", Text),
    ("project", Text),
    ("filters", Text),
    ("wave_region", Text),
    ("wavelength_region", Text),
    ("target_name", Text),
    ("target_classification", Text),
    ("obs_id", Text),
    ("s_ra", Float),
    ("s_dec", Float),
    ("dataproduct_type", Text),
    ("proposal_pi", Text),
    ("calib_level", Integer),
    ("t_min", Float),
    ("t_max", Float),
    ("t_exptime", Float),
    ("em_min", Float),
    ("em_max", Float),
    ("obs_title", Text),
    ("t_obs_release", Float),
    ("proposal_id", Text),
    ("proposal_type", Text),
    ("sequence_number", Integer),
    ("s_region", Text),
    ("jpegURL", Text),
    ("dataURL", Text),
    ("dataRights", Text),
    ("mtFlag", Boolean),
    ("srcDen", Float),
    ("obsid", Text),
    ("objID", Text),
    ("wave_min", Float),
    ("wave_max", Float),
    ("objID1", Text),
    ("distance", Float),
];

/// Products, in MAST's order since 2024.
const PRODUCT: [(&str, ColumnType); 20] = [
    ("obsID", Text),
    ("obs_collection", Text),
    ("dataproduct_type", Text),
    ("obs_id", Text),
    ("description", Text),
    ("type", Text),
    ("dataURI", Text),
    ("productType", Text),
    ("productGroupDescription", Text),
    ("productSubGroupDescription", Text),
    ("productDocumentationURL", Text),
    ("project", Text),
    ("prvversion", Text),
    ("proposal_id", Text),
    ("productFilename", Text),
    ("size", Integer),
    ("parent_obsid", Text),
    ("dataRights", Text),
    ("calib_level", Integer),
    ("filters", Text),
];

/// Which answer a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Observations,
    Products,
}

impl Answer {
    pub(crate) fn service(self) -> Service {
        match self {
            Answer::Observations => Service::Observations,
            Answer::Products => Service::Products,
        }
    }

    pub(crate) fn types(self) -> ColumnTypes {
        match self {
            Answer::Observations => ColumnTypes::new(OBSERVATION),
            Answer::Products => ColumnTypes::new(PRODUCT),
        }
    }

    /// Without these there is no telling which file belongs to whom. A missing `obs_collection` or `obs_id` of a product would put the
    /// file under a wrong name on disk.
    fn required(self) -> &'static [&'static str] {
        match self {
            Answer::Observations => &["obsid", "obs_collection", "target_name"],
            Answer::Products => &["obs_collection", "obs_id", "productFilename", "dataURI"],
        }
    }

    /// The columns that make two rows of an answer the same row.
    pub(crate) fn identity(self) -> &'static [&'static str] {
        match self {
            Answer::Observations => &["obsid"],
            Answer::Products => &["parent_obsid", "obsID", "dataURI", "productFilename"],
        }
    }

    /// The decoded rows with our columns and types, or an error that names what cannot be done without.
    pub(crate) fn checked(self, table: &Table) -> Result<Table, Error> {
        let table = table.drop(&["_selected_"]);
        if table.is_empty() {
            return Ok(Table::with_types(&self.types()));
        }
        let table = with_own_names_free(&table)?;
        let present = |name: &str| table.rows().any(|row| row.cell(name).is_some());
        for field in self.required() {
            if !present(field) {
                return Err(Error::schema(self.service(), field));
            }
        }
        if self == Answer::Products && !present("parent_obsid") && !present("obsID") {
            return Err(Error::schema(self.service(), "parent_obsid"));
        }
        let mut typed = table.with_missing(&self.types())?;
        let types = self.types();
        for (name, wanted) in types.iter() {
            if typed.column_type(name) != Some(wanted) {
                typed = with_type(&typed, name, wanted)?;
            }
        }
        // The promised order, whatever came, and what nobody promised behind it: tables of different searches fit together.
        let known: Vec<&str> = types.iter().map(|(name, _)| name).collect();
        let others = typed.column_names().filter(|name| !known.contains(name));
        let names: Vec<&str> = known.iter().copied().chain(others).collect();
        Ok(typed.select(&names)?)
    }
}

/// The columns that are added to MAST's.
const OWN: [&str; 15] = [
    "exptime",
    "pipeline",
    "mission",
    "year",
    "start_time",
    "end_time",
    "mission_product",
    "sector",
    "quarter",
    "month",
    "campaign",
    "campaign_half",
    "kind",
    "match",
    "separation_arcsec",
];

/// Should MAST begin to send a column that is named like one of ours, it is kept under another name.
fn with_own_names_free(table: &Table) -> Result<Table, Error> {
    let taken: Vec<(String, String)> = OWN
        .iter()
        .filter(|name| table.has_column(name))
        .map(|name| ((*name).to_owned(), format!("mast_{name}")))
        .collect();
    Ok(table.rename(&taken)?)
}

/// The numbers of a column; nulls for a column that is not there or holds something else. Faster than asking each row.
pub(crate) fn floats(table: &Table, name: &str) -> Vec<Option<f64>> {
    let Some(array) = table.column(name) else {
        return vec![None; table.n_rows()];
    };
    if let Some(floats) = array.as_primitive_opt::<Float64Type>() {
        return floats.iter().collect();
    }
    match array.as_primitive_opt::<Int64Type>() {
        Some(integers) => integers.iter().map(|value| value.map(|value| value as f64)).collect(),
        None => vec![None; table.n_rows()],
    }
}

/// The whole numbers of a column, as [`floats`] gives the others.
pub(crate) fn integers(table: &Table, name: &str) -> Vec<Option<i64>> {
    let array = table.column(name);
    match array.as_ref().and_then(|array| array.as_primitive_opt::<Int64Type>()) {
        Some(integers) => integers.iter().collect(),
        None => vec![None; table.n_rows()],
    }
}

/// The column with another type; a value that cannot be read as one becomes null.
fn with_type(table: &Table, name: &str, wanted: ColumnType) -> Result<Table, Error> {
    let cells = || table.rows().map(|row| row.cell(name));
    Ok(match wanted {
        Text => table.with_text(name, cells().map(|cell| cell.map(|cell| text_of(&cell))))?,
        Integer => table.with_integer(name, cells().map(|cell| cell.and_then(|cell| whole(&cell))))?,
        Float => table.with_float(name, cells().map(|cell| cell.and_then(|cell| number(&cell))))?,
        Boolean => table.with_boolean(name, cells().map(|cell| cell.and_then(|cell| truth(&cell))))?,
        ColumnType::Timestamp => return Err(Error::invalid(format!("column '{name}' cannot be made a timestamp"))),
    })
}

fn text_of(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => (*text).to_owned(),
        Cell::Integer(value) => value.to_string(),
        Cell::Float(value) => value.to_string(),
        Cell::Boolean(value) => value.to_string(),
        Cell::Timestamp(value) => value.to_string(),
    }
}

fn number(cell: &Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Float(value) => Some(*value),
        Cell::Integer(value) => Some(*value as f64),
        Cell::Text(text) => text.trim().parse().ok().filter(|value: &f64| value.is_finite()),
        Cell::Boolean(_) | Cell::Timestamp(_) => None,
    }
}

fn whole(cell: &Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Integer(value) => Some(*value),
        other => number(other)
            .filter(|value| value.fract() == 0.0 && value.abs() < 9e15)
            .map(|value| value as i64),
    }
}

fn truth(cell: &Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Boolean(value) => Some(*value),
        Cell::Integer(value @ (0 | 1)) => Some(*value == 1),
        Cell::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Cell::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
