//! JSON rows straight into Arrow builders: no tree of values and no struct per row is made on the way.
//!
//! Rows are objects. They may have different keys in different orders; a key that is missing is null; of a key that is
//! there twice the last value counts. The type of a column is what the caller knows about it, else what its values
//! are; a value that does not fit widens the column (integer < float < text) instead of being lost. An object or array
//! inside a row is kept as its JSON text.

mod builder;
mod column;
mod values;
mod visit;

pub(crate) use builder::RowBuilder;
#[cfg(feature = "parquet")]
pub(crate) use builder::check_columns;
pub(crate) use column::Column;
pub(crate) use values::parse_moment;
pub(crate) use visit::RowSeed;

use serde::de::DeserializeSeed;

use crate::error::{Error, InputPosition};
use crate::table::Table;
use crate::types::ColumnTypes;

/// A table of a JSON array of objects.
///
/// # Errors
/// [`Error::Malformed`] with the location, if the bytes are not UTF-8, not JSON, or not an array of objects.
pub fn rows(json: &[u8], types: &ColumnTypes) -> Result<Table, Error> {
    // One check of all bytes here is quicker than one of each string, and says what is wrong.
    let text = utf8(json)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let table = RowsSeed::new(types).deserialize(&mut deserializer).and_then(|table| {
        deserializer.end()?;
        Ok(table)
    });
    table.map_err(|error| Error::from_json(json, &error))
}

/// Decodes an array of objects wherever it stands in a larger document, for callers with their own envelope around it.
///
/// ```
/// use lks_table::{ColumnTypes, decode::RowsSeed};
/// use serde::de::DeserializeSeed;
///
/// let mut json = serde_json::Deserializer::from_str(r#"[{"a": 1}, {"a": 2.5}]"#);
/// let table = RowsSeed::new(&ColumnTypes::none()).deserialize(&mut json)?;
/// assert_eq!(table.row(0).float("a"), Some(1.0));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RowsSeed<'t> {
    types: &'t ColumnTypes,
}

impl<'t> RowsSeed<'t> {
    /// A seed that knows these types.
    pub fn new(types: &'t ColumnTypes) -> Self {
        Self { types }
    }
}

/// Decodes an array of arrays, the cells of which are in the order of the names, wherever it stands in a larger document. A row with more or fewer cells is an
/// error, and so is a name that is there twice.
///
/// ```
/// use lks_table::{ColumnTypes, decode::ListsSeed};
/// use serde::de::DeserializeSeed;
///
/// let mut json = serde_json::Deserializer::from_str("[[1, null], [2, 10.39]]");
/// let table = ListsSeed::new(&["TIC", "Tmag"], &ColumnTypes::none()).deserialize(&mut json)?;
/// assert_eq!(table.row(1).float("Tmag"), Some(10.39));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ListsSeed<'t> {
    names: &'t [&'t str],
    types: &'t ColumnTypes,
}

impl<'t> ListsSeed<'t> {
    /// A seed that knows these names, and these types.
    pub fn new(names: &'t [&'t str], types: &'t ColumnTypes) -> Self {
        Self { names, types }
    }
}

/// The bytes as text, or an error that says which byte is not.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        let message = format!("byte 0x{byte:02x} is not UTF-8 text");
        Error::Malformed {
            format: "UTF-8",
            position: Some(InputPosition::Byte(at as u64)),
            message,
        }
    })
}

#[cfg(test)]
mod tests;
