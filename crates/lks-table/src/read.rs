//! Readers: bytes to a table. [`crate::Format::detect`] says which one to take.

#[cfg(feature = "parquet")]
mod allowance;
#[cfg(feature = "parquet")]
mod columnar;
pub(crate) mod csv;
mod json;
#[cfg(not(feature = "parquet"))]
mod not_columnar;
#[cfg(feature = "parquet")]
mod pages;
#[cfg(feature = "parquet")]
mod parts;
mod votable;

#[cfg(not(feature = "parquet"))]
use not_columnar as columnar;
#[cfg(not(feature = "parquet"))]
use not_columnar as parts;

pub use columnar::{arrow, arrow_in_place, panic_is_caught, parquet};
pub use csv::{RefusedRow, csv, csv_with_refused};
pub use json::{json, ndjson};
pub use parts::Parts;
pub use votable::{Votable, VotableInfo, votable, votable_document};

use crate::error::Error;
use crate::format::Format;
use crate::table::Table;
use crate::types::ColumnTypes;

/// A table of bytes in whichever format they are.
///
/// # Errors
/// [`Error::Malformed`] if they are in none, or not valid in the one they look like.
pub fn detect(bytes: &[u8], types: &ColumnTypes) -> Result<Table, Error> {
    let is_written_only = bytes.starts_with(b"SIMPLE  =") || bytes.starts_with(b"# %ECSV");
    match Format::detect(bytes).filter(|_| !is_written_only) {
        Some(format) => format.read(bytes, types),
        None => {
            let known = Format::ALL.map(Format::name).join(", ");
            let message = match is_written_only {
                true => format!(
                    "tables in FITS and ECSV are for other programs and are not read back; write it as one of {known}"
                ),
                false => format!("it is in none of the formats {known}"),
            };
            Err(Error::Malformed {
                format: "table",
                position: None,
                message,
            })
        }
    }
}
