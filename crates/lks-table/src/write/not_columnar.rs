//! What stands in the place of Parquet and Arrow IPC where they are not built.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::Write;
use std::marker::PhantomData;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::Writer;
use crate::error::Error;
use crate::table::Table;

/// A Parquet file, in a program with the feature `parquet`.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn parquet(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    Writer::parquet(table.schema(), out).map(drop)
}

/// An Arrow IPC file, in a program with the feature `parquet`.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn arrow(table: &Table, out: impl Write + Send) -> Result<(), Error> {
    Writer::arrow(table.schema(), out).map(drop)
}

pub(super) const ROW_GROUP: usize = 0;

/// No file can be begun.
pub(super) struct Columnar<W> {
    never: Infallible,
    out: PhantomData<W>,
}

impl<W: Write + Send> Columnar<W> {
    pub(super) fn parquet(_schema: &Schema, _out: W, _row_group: usize) -> Result<Self, Error> {
        Err(Error::NotBuilt {
            format: "Parquet",
            feature: "parquet",
        })
    }

    pub(super) fn arrow(_schema: &Schema, _out: W) -> Result<Self, Error> {
        Err(Error::NotBuilt {
            format: "Arrow IPC",
            feature: "parquet",
        })
    }

    pub(super) fn batch(&mut self, _batch: &RecordBatch) -> Result<(), Error> {
        match self.never {}
    }

    pub(super) fn add_metadata(&mut self, _metadata: HashMap<String, String>) {
        match self.never {}
    }

    pub(super) fn finish(self) -> Result<W, Error> {
        match self.never {}
    }
}
