//! What MAST's answers must have: names and types, whatever was sent.
//!
//! The `fields` block of an answer is not believed: it declares ids as text that arrive as numbers, and floats arrive as integers.

use lks_table::{ColumnTypes, Table};

use super::Column;
use super::table::{ADDED, OBSERVATION, PRODUCT};
use super::values::with_type;
use crate::error::{Error, Service};

/// Which answer a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Observations,
    Products,
}

impl Answer {
    pub(crate) fn service(self) -> Service {
        match self {
            Self::Observations => Service::Observations,
            Self::Products => Service::Products,
        }
    }

    /// Its columns, in the order that is promised.
    pub(crate) fn columns(self) -> &'static [Column] {
        match self {
            Self::Observations => OBSERVATION,
            Self::Products => PRODUCT,
        }
    }

    pub(crate) fn types(self) -> ColumnTypes {
        ColumnTypes::new(self.columns().iter().map(|column| (column.name, column.column_type)))
    }

    /// The columns that make two rows of an answer the same row.
    pub(crate) fn identity(self) -> &'static [&'static str] {
        match self {
            Self::Observations => &["obsid"],
            Self::Products => &["parent_obsid", "obsID", "dataURI", "productFilename"],
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
        for required in self.columns().iter().filter(|column| column.is_required) {
            if !present(required.name) {
                return Err(Error::schema(self.service(), required.name));
            }
        }
        if self == Self::Products && !present("parent_obsid") && !present("obsID") {
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

/// Should MAST begin to send a column that is named like one of ours, it is kept under another name.
fn with_own_names_free(table: &Table) -> Result<Table, Error> {
    let taken = ADDED
        .iter()
        .map(|column| column.name)
        .filter(|name| table.has_column(name));
    let renamed: Vec<(String, String)> = taken.map(|name| (name.to_owned(), format!("mast_{name}"))).collect();
    Ok(table.rename(&renamed)?)
}
