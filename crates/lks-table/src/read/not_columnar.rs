//! What stands in the place of Parquet and Arrow IPC where they are not built.

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
