//! Stable sorting by several columns, numbers as numbers.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef};

use crate::error::Error;
use crate::table::Table;
use crate::types::{ColumnType, order};

/// A column to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

    /// The same, with the rows without a value first.
    #[must_use]
    pub fn with_nulls_first(mut self) -> Self {
        self.nulls_last = false;
        self
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
            Some(indices) => self.take(&indices),
            None => Ok(self.clone()),
        }
    }

    /// The indices of the rows in the order in which [`Table::sort`] puts them.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`].
    pub fn sorted_indices(&self, keys: &[SortKey]) -> Result<Vec<usize>, Error> {
        Ok(self.order(keys)?.unwrap_or_else(|| (0..self.num_rows()).collect()))
    }

    /// `None` if the rows stand in order because nothing can tell them apart.
    fn order(&self, keys: &[SortKey]) -> Result<Option<Vec<usize>>, Error> {
        let mut comparisons = Vec::with_capacity(keys.len());
        for key in keys {
            let column = self.whole_column(self.index_of(&key.column)?)?;
            // A column of nothing but nulls decides nothing.
            if let Some(kind) = self.column_type(&key.column) {
                comparisons.push(comparison(column, kind, key));
            }
        }
        if comparisons.is_empty() || self.num_rows() < 2 {
            return Ok(None);
        }
        let mut indices: Vec<usize> = (0..self.num_rows()).collect();
        indices.sort_by(|a, b| {
            let mut orders = comparisons.iter().map(|compare| compare(*a, *b));
            orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        Ok(Some(indices))
    }
}

/// How two rows of a column stand to each other.
type Comparison = Box<dyn Fn(usize, usize) -> Ordering>;

fn comparison(column: ArrayRef, kind: ColumnType, key: &SortKey) -> Comparison {
    match kind {
        ColumnType::Text => {
            let texts = column.as_string::<i32>().clone();
            by(column, key, move |a, b| {
                texts.value(a).as_bytes().cmp(texts.value(b).as_bytes())
            })
        }
        ColumnType::Integer => {
            let numbers = column.as_primitive::<Int64Type>().clone();
            by(column, key, move |a, b| numbers.value(a).cmp(&numbers.value(b)))
        }
        ColumnType::Float => {
            let numbers = column.as_primitive::<Float64Type>().clone();
            by(column, key, move |a, b| order(numbers.value(a), numbers.value(b)))
        }
        ColumnType::Boolean => {
            let truths = column.as_boolean().clone();
            by(column, key, move |a, b| truths.value(a).cmp(&truths.value(b)))
        }
        ColumnType::Timestamp => {
            let moments = column.as_primitive::<TimestampMicrosecondType>().clone();
            by(column, key, move |a, b| moments.value(a).cmp(&moments.value(b)))
        }
    }
}

fn by(column: ArrayRef, key: &SortKey, compare: impl Fn(usize, usize) -> Ordering + 'static) -> Comparison {
    let SortKey {
        descending, nulls_last, ..
    } = *key;
    Box::new(move |a, b| match (column.is_null(a), column.is_null(b)) {
        (false, false) if descending => compare(b, a),
        (false, false) => compare(a, b),
        // True comes after false.
        (a, b) if nulls_last => a.cmp(&b),
        (a, b) => b.cmp(&a),
    })
}

#[cfg(test)]
mod tests;
