//! What stands in the place of Parquet and Arrow IPC where they are not built.

use std::io::{Read, Seek};

use arrow_schema::SchemaRef;

use crate::error::Error;
use crate::table::Table;

/// A table of a Parquet file, in a program with the feature `parquet`.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn parquet(_bytes: &[u8]) -> Result<Table, Error> {
    Err(Error::NotBuilt {
        format: "Parquet",
        feature: "parquet",
    })
}

/// A table of an Arrow IPC file or stream, in a program with the feature `parquet`.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn arrow(_bytes: &[u8]) -> Result<Table, Error> {
    Err(Error::NotBuilt {
        format: "Arrow IPC",
        feature: "parquet",
    })
}

/// A table of an Arrow IPC file, in a program with the feature `parquet`.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn arrow_in_place(_bytes: Vec<u8>, _start: usize) -> Result<Table, Error> {
    arrow(&[])
}

/// Whether a panic of this thread would be caught: none is, without the readers that panic.
pub fn panic_is_caught() -> bool {
    false
}

/// A table of a Parquet or Arrow IPC file that is read part by part, in a program with the feature `parquet`.
#[derive(Debug)]
pub struct Parts(Table);

impl Parts {
    /// Reads what the file says of itself, in a program with the feature `parquet`.
    ///
    /// # Errors
    /// [`Error::NotBuilt`].
    pub fn open(
        _file: impl Read + Seek + Send + 'static,
        _columns: Option<&[&str]>,
        _num_rows: usize,
    ) -> Result<Option<Self>, Error> {
        parquet(&[]).map(Self).map(Some)
    }

    /// The columns as the file has them.
    pub fn schema(&self) -> &SchemaRef {
        self.0.schema()
    }

    /// The table without its rows.
    pub fn head(&self) -> &Table {
        &self.0
    }
}

impl Iterator for Parts {
    type Item = Result<Table, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}
