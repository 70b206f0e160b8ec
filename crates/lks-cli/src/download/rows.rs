//! Rows that are picked by the numbers under which a search shows them.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use lksearch::Error;
use lksearch::table::Table;

/// Numbers of rows, counted from 1.
#[derive(Debug, PartialEq)]
pub(crate) struct Rows(Vec<RangeInclusive<usize>>);

impl Rows {
    /// Reads `3`, `5-7` or several of these with commas; as in other lists, `5..7` and `5:7` mean the same as `5-7`.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        text.split(',').map(range).collect::<Result<_, _>>().map(Self)
    }

    /// These rows of the table, in its order.
    pub(super) fn of(&self, table: &Table) -> Result<Table, Error> {
        let num_rows = table.num_rows();
        if let Some(beyond) = self.0.iter().map(|range| *range.end()).find(|last| *last > num_rows) {
            let message = format!("--rows: there is no row {beyond}; the table has {num_rows}");
            return Err(Error::Input(message));
        }
        let positions: BTreeSet<usize> = self.0.iter().cloned().flatten().map(|number| number - 1).collect();
        Ok(table.take(&positions.into_iter().collect::<Vec<_>>())?)
    }
}

fn range(word: &str) -> Result<RangeInclusive<usize>, Error> {
    let number = |text: &str| text.trim().parse().ok().filter(|number| *number > 0);
    let ends = ["-", "..", ":"].iter().find_map(|sign| word.split_once(sign));
    let (first, last) = ends.unwrap_or((word, word));
    match number(first).zip(number(last)) {
        Some((first, last)) if first > last => Err(Error::Input(format!(
            "--rows: '{word}' ends before it begins; write '{last}-{first}'"
        ))),
        Some((first, last)) => Ok(first..=last),
        None => Err(Error::Input(format!(
            "--rows: '{word}' is not a row; write the numbers that `search` shows, from 1 on: '3' or '3,5-7'"
        ))),
    }
}

#[cfg(test)]
mod tests;
