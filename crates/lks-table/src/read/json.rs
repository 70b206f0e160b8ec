//! JSON rows and lines of JSON.

use serde::de::DeserializeSeed;

use crate::decode::{self, RowBuilder};
use crate::error::{Error, InputPosition};
use crate::table::Table;
use crate::types::ColumnTypes;

/// A table of a JSON array of objects; the same as [`decode::rows`].
///
/// # Errors
/// As [`decode::rows`].
pub fn json(bytes: &[u8], types: &ColumnTypes) -> Result<Table, Error> {
    decode::rows(bytes, types)
}

/// A table of lines that are each a JSON object. Empty lines are skipped.
///
/// # Errors
/// As [`decode::rows`], with the number of the line. A file that was cut inside its last line is an error.
pub fn ndjson(bytes: &[u8], types: &ColumnTypes) -> Result<Table, Error> {
    let text = decode::utf8(bytes)?;
    let mut rows = RowBuilder::new(types);
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let mut deserializer = serde_json::Deserializer::from_str(line);
        let row = decode::RowSeed(&mut rows)
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end());
        row.map_err(|error| match Error::from_json(line.as_bytes(), &error) {
            Error::Malformed { message, .. } => Error::Malformed {
                format: "NDJSON",
                position: Some(InputPosition::Line(number + 1, error.column())),
                message,
            },
            other => other,
        })?;
    }
    rows.finish()
}
