//! Joining two tables on one column of each.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::Schema;

use crate::error::Error;
use crate::table::{Cell, Key, Table, batch_lengths, gather, new_batch};
use crate::types::{ColumnType, widened};

/// How two tables are joined.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JoinOptions {
    /// The column of the left table.
    pub left_key: String,
    /// The column of the right table.
    pub right_key: String,
    /// Put after the name of a left column whose name the right table has too.
    pub left_suffix: String,
    /// Put after the name of a right column whose name the left table has too.
    pub right_suffix: String,
    /// Left rows without a match stay, with nulls in the right columns.
    pub keep_left_orphans: bool,
    /// Right rows without a match come at the end, with nulls in the left columns.
    pub keep_right_orphans: bool,
}

impl JoinOptions {
    /// Rows whose keys are equal; left orphans stay, right orphans go; suffixes `_left` and `_right`.
    pub fn on(left_key: impl Into<String>, right_key: impl Into<String>) -> Self {
        Self {
            left_key: left_key.into(),
            right_key: right_key.into(),
            left_suffix: "_left".to_owned(),
            right_suffix: "_right".to_owned(),
            keep_left_orphans: true,
            keep_right_orphans: false,
        }
    }

    /// With these suffixes for names that both tables have.
    #[must_use]
    pub fn with_suffixes(mut self, left: impl Into<String>, right: impl Into<String>) -> Self {
        (self.left_suffix, self.right_suffix) = (left.into(), right.into());
        self
    }

    /// Whether rows of the left and of the right table without a match stay.
    #[must_use]
    pub fn with_orphans(mut self, keep_left: bool, keep_right: bool) -> Self {
        (self.keep_left_orphans, self.keep_right_orphans) = (keep_left, keep_right);
        self
    }
}

/// Every pair of a left and a right row with equal keys, in left order, then in right order.
///
/// A null matches nothing. An id is the same id as text and as a number. Columns are the left ones, then the right ones;
/// a name that both have takes the suffixes, except that two keys of the same name and type are one column.
///
/// # Errors
/// [`Error::UnknownColumn`] for a key that is not there; [`Error::Shape`] if two columns end up with one name.
pub fn join(left: &Table, right: &Table, options: &JoinOptions) -> Result<Table, Error> {
    let left_index = left.index_of(&options.left_key)?;
    let right_index = right.index_of(&options.right_key)?;
    let same_type = left.schema().field(left_index).data_type() == right.schema().field(right_index).data_type();
    let (left_rows, right_rows) = {
        let left_keys = key_arrays(left, left_index, same_type)?;
        let right_keys = key_arrays(right, right_index, same_type)?;
        matches(&keys(&left_keys), &keys(&right_keys), options)
    };

    let merged = (same_type && options.left_key == options.right_key).then_some((left_index, right_index));
    let name_of = |name: &str, other: &Table, suffix: &str| {
        let is_key = merged.is_some() && name == options.left_key;
        if other.has_column(name) && !is_key {
            format!("{name}{suffix}")
        } else {
            name.to_owned()
        }
    };
    // Each left row once and in order is the usual case, where the left columns need no copy.
    let is_whole = left_rows.len() == left.num_rows() && left_rows.iter().enumerate().all(|(i, row)| *row == Some(i));
    let (left_part, right_part) = if is_whole {
        let lengths: Vec<usize> = left.batches().iter().map(RecordBatch::num_rows).collect();
        (left.clone(), right.take_or_null(&right_rows, &lengths)?)
    } else {
        let lengths = batch_lengths(left_rows.len());
        (
            left.take_or_null(&left_rows, &lengths)?,
            right.take_or_null(&right_rows, &lengths)?,
        )
    };
    let kept: Vec<usize> = (0..right.schema().fields().len())
        .filter(|i| merged.is_none_or(|(_, key)| *i != key))
        .collect();

    let left_fields = left
        .schema()
        .fields()
        .iter()
        .map(|field| (field, right, &options.left_suffix));
    let right_fields = kept
        .iter()
        .map(|i| (&right.schema().fields()[*i], left, &options.right_suffix));
    let mut names = HashSet::new();
    let mut fields = Vec::new();
    for (field, other, suffix) in left_fields.chain(right_fields) {
        let name = name_of(field.name(), other, suffix);
        if !names.insert(name.clone()) {
            return Err(Error::Shape(format!(
                "two columns would be named `{name}` after the join"
            )));
        }
        fields.push(field.as_ref().clone().with_name(name));
    }
    let schema = Arc::new(Schema::new(fields));
    // Both parts have as many rows and are cut in the same places.
    let pairs = left_part.batches().iter().zip(right_part.batches());
    let batches = pairs.map(|(left, right)| {
        let mut arrays = left.columns().to_vec();
        if let Some((left_key, right_key)) = merged {
            arrays[left_key] = first_of(left.column(left_key), right.column(right_key))?;
        }
        arrays.extend(kept.iter().map(|index| Arc::clone(right.column(*index))));
        new_batch(&schema, arrays, left.num_rows())
    });
    let batches = batches.collect::<Result<Vec<_>, _>>()?;
    Ok(Table::from_uniform(schema, batches))
}

/// For each row the left value, or where that is null the right one.
fn first_of(left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef, Error> {
    if left.null_count() == 0 {
        return Ok(Arc::clone(left));
    }
    let places = (0..left.len()).map(|row| Some((usize::from(left.is_null(row)), row)));
    let places: Vec<_> = places.collect();
    gather(left.data_type(), &[Arc::clone(left), Arc::clone(right)], &places)
}

fn key_arrays(table: &Table, index: usize, same_type: bool) -> Result<Vec<ArrayRef>, Error> {
    let arrays = table.batches().iter().map(|batch| batch.column(index));
    match same_type {
        true => Ok(arrays.cloned().collect()),
        false => arrays.map(|array| widened(array, Some(ColumnType::Text))).collect(),
    }
}

fn keys(arrays: &[ArrayRef]) -> Vec<Option<Key<'_>>> {
    let rows = arrays
        .iter()
        .flat_map(|array| (0..array.len()).map(move |row| Cell::of(array, row)));
    rows.map(|cell| cell.map(Key::of)).collect()
}

/// The rows of both tables that stand side by side.
fn matches(
    left: &[Option<Key<'_>>],
    right: &[Option<Key<'_>>],
    options: &JoinOptions,
) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
    // The right rows of one key are a chain: the first is found by the key, each next by the one before.
    let mut first: HashMap<&Key<'_>, usize> = HashMap::with_capacity(right.len());
    let mut next: Vec<Option<usize>> = vec![None; right.len()];
    for (row, key) in right.iter().enumerate().rev() {
        if let Some(key) = key {
            next[row] = first.insert(key, row);
        }
    }
    let mut is_matched = vec![false; right.len()];
    let mut pairs = (Vec::with_capacity(left.len()), Vec::with_capacity(left.len()));
    for (row, key) in left.iter().enumerate() {
        let mut matching = key.as_ref().and_then(|key| first.get(key)).copied();
        if matching.is_none() && options.keep_left_orphans {
            pairs.0.push(Some(row));
            pairs.1.push(None);
        }
        while let Some(right_row) = matching {
            is_matched[right_row] = true;
            pairs.0.push(Some(row));
            pairs.1.push(Some(right_row));
            matching = next[right_row];
        }
    }
    if options.keep_right_orphans {
        for (row, _) in is_matched.iter().enumerate().filter(|(_, matched)| !**matched) {
            pairs.0.push(None);
            pairs.1.push(Some(row));
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
