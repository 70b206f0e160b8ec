//! Arrow-backed tables of archive answers: decode, join, filter, sort, read and write.
//!
//! A [`Table`] is a schema and a list of Arrow record batches. It keeps every column that was sent, knows six kinds of
//! column ([`ColumnType`], and "nothing but null so far"), has no row labels, and never changes: each operation gives a
//! new table that shares the columns it did not touch.
//!
//! ```
//! use lks_table::{ColumnType, ColumnTypes, Expression, SortKey, decode};
//!
//! # fn main() -> Result<(), lks_table::Error> {
//! let json = br#"[{"id": 7, "town": "Ulm", "height": 478}, {"id": 12, "town": "Bern", "height": 540.5}]"#;
//! let types = ColumnTypes::new([("id", ColumnType::Text)]);
//! let towns = decode::rows(json, &types)?;
//! let is_high = "height > 500".parse::<Expression>()?.evaluate(&towns)?;
//! let high = towns.filter(&is_high)?.sort(&[SortKey::ascending("town")])?;
//! assert_eq!(high.row(0).text("id"), Some("12"));
//! # Ok(())
//! # }
//! ```
//!
//! This crate opens no socket and no file: it reads bytes and writes to an [`std::io::Write`].

pub mod decode;
mod error;
mod expression;
mod format;
mod join;
pub mod read;
mod sort;
mod table;
mod types;
pub mod write;

pub use arrow_array;
pub use arrow_schema;
pub use error::{Error, InputPosition, similar_names};
pub use expression::Expression;
pub use format::Format;
pub use join::{JoinOptions, join};
pub use sort::SortKey;
pub use table::{Cell, Row, Rows, Table, concat};
pub use types::{ColumnType, ColumnTypes};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
