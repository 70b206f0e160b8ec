//! Writers: a table to any [`std::io::Write`]. Give them a buffered one where writing is dear.

mod columnar;
mod csv;
mod json;
mod votable;

use std::io;

pub use columnar::{arrow, parquet};
pub use csv::csv;
pub use json::{json, ndjson};
pub use votable::votable;

use crate::error::Error;

fn failed(format: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::Write { format, source }
}

/// A float that is read as a float again: with a point or an exponent, in the fewest digits that are this float.
fn float_digits(value: f64) -> String {
    format!("{value:?}")
}

#[cfg(test)]
mod tests;
