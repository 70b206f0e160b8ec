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
        self.check(table.num_rows())?;
        self.among(table, 0)
    }

    /// Refuses numbers beyond those of a table of so many rows.
    pub(super) fn check(&self, num_rows: usize) -> Result<(), Error> {
        match self.0.iter().map(|range| *range.end()).find(|last| *last > num_rows) {
            None => Ok(()),
            Some(beyond) => Err(Error::Input(format!(
                "--rows: there is no row {beyond}; the table has {num_rows}"
            ))),
        }
    }

    /// Those of these rows that are in a part of the table, before which it has so many.
    pub(super) fn among(&self, part: &Table, num_before: usize) -> Result<Table, Error> {
        let last = num_before + part.num_rows();
        let here = |range: &RangeInclusive<usize>| *range.start().max(&(num_before + 1))..=*range.end().min(&last);
        let positions: BTreeSet<usize> = self
            .0
            .iter()
            .flat_map(here)
            .map(|number| number - num_before - 1)
            .collect();
        Ok(part.take(&positions.into_iter().collect::<Vec<_>>())?)
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
