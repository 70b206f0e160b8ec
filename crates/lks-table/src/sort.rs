//! Stable sorting by several columns, numbers as numbers.

use std::sync::Arc;

use arrow_array::UInt64Array;
use arrow_ord::sort::{SortColumn, SortOptions, lexsort_to_indices};

use crate::error::Error;
use crate::table::Table;

/// A column to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// Its name.
    pub column: String,
    /// Largest first.
    pub descending: bool,
    /// Rows without a value come last, whichever the direction; else first.
    pub nulls_last: bool,
}

impl SortKey {
    /// Smallest first, nulls last.
    pub fn ascending(column: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            descending: false,
            nulls_last: true,
        }
    }

    /// Largest first, nulls last.
    pub fn descending(column: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            descending: true,
            nulls_last: true,
        }
    }
}

impl Table {
    /// The rows sorted by the first key, rows equal in it by the second, and so on. Rows equal in all keys stay in order.
    ///
    /// Text sorts by its bytes, false before true, NaN above every number.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`].
    pub fn sort(&self, keys: &[SortKey]) -> Result<Self, Error> {
        match self.order(keys)? {
            Some(positions) => self.take(&positions),
            None => Ok(self.clone()),
        }
    }

    /// The positions of the rows in the order in which [`Table::sort`] puts them.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`].
    pub fn sorted_positions(&self, keys: &[SortKey]) -> Result<Vec<usize>, Error> {
        Ok(self.order(keys)?.unwrap_or_else(|| (0..self.n_rows()).collect()))
    }

    /// `None` if the rows stand in order because nothing can tell them apart.
    fn order(&self, keys: &[SortKey]) -> Result<Option<Vec<usize>>, Error> {
        let mut columns = Vec::with_capacity(keys.len() + 1);
        for key in keys {
            let index = self.index_of(&key.column)?;
            // A column of nothing but nulls decides nothing, and the kernel has no comparison for it.
            if self.column_type(&key.column).is_some() {
                let options = SortOptions {
                    descending: key.descending,
                    nulls_first: !key.nulls_last,
                };
                columns.push(SortColumn {
                    values: self.whole_column(index)?,
                    options: Some(options),
                });
            }
        }
        if columns.is_empty() || self.n_rows() < 2 {
            return Ok(None);
        }
        // The kernel's sort is not stable; the row number as last key makes it so.
        let row_numbers: UInt64Array = (0..self.n_rows() as u64).collect();
        columns.push(SortColumn {
            values: Arc::new(row_numbers),
            options: None,
        });
        // The kernel counts in 32 bits; a table of more rows than that does not fit in memory anyway.
        let order = lexsort_to_indices(&columns, None)?;
        Ok(Some(order.values().iter().map(|position| *position as usize).collect()))
    }
}

#[cfg(test)]
mod tests;
