//! Readers: bytes of a known or detected format to a table.

pub(crate) mod csv;
mod json;

pub use csv::csv;
pub use json::{json, ndjson};
