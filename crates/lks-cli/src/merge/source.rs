//! Manifests that are read more than once: in parts, where their format has them, or held.

use std::path::{Path, PathBuf};

use lksearch::Error;
use lksearch::fetch::{Place, Verdicts};
use lksearch::table::read::Parts;
use lksearch::table::{Table, concat};

use super::ROWS;
use crate::download::{Saved, read_whole_table, unreadable};

/// So many files are open at once at most: a process may have 1,024.
const MOST_OPEN: usize = 256;
/// Fewer rows at once are not worth the reading.
const FEWEST_ROWS: usize = 128;

/// The rows of a manifest.
pub(super) enum Source {
    Held {
        table: Table,
        is_given: bool,
    },
    /// The file, what is left of it, and the rows that were read last, the first of which has this number.
    Read {
        path: PathBuf,
        parts: Parts,
        last: Table,
        start: usize,
    },
}

impl Source {
    /// Reads what the file says of itself. Of a shard without rows JSON has no columns, and NDJSON nothing at all.
    pub(super) fn open(path: &Path, num_rows: usize) -> Result<Self, Error> {
        if path.metadata().is_ok_and(|there| there.is_file() && there.len() == 0) {
            return Ok(Self::held(Table::empty()));
        }
        Ok(match Saved::of(path)?.parts(None, num_rows)? {
            Some(parts) => Self::Read {
                path: path.to_path_buf(),
                last: parts.head().clone(),
                parts,
                start: 0,
            },
            None => Self::held(read_whole_table(path)?),
        })
    }

    pub(super) fn held(table: Table) -> Self {
        let is_given = false;
        Self::Held { table, is_given }
    }

    /// The columns.
    pub(super) fn head(&self) -> &Table {
        match self {
            Self::Held { table, .. } => table,
            Self::Read { parts, .. } => parts.head(),
        }
    }

    /// The next rows.
    pub(super) fn next(&mut self) -> Result<Option<Table>, Error> {
        match self {
            Self::Held { table, is_given } => {
                let next = (!*is_given).then(|| table.clone());
                *is_given = true;
                Ok(next)
            }
            Self::Read {
                path,
                parts,
                last,
                start,
            } => {
                let next = parts.next().transpose().map_err(|error| unreadable(path, &error))?;
                *start += last.num_rows();
                *last = next.clone().unwrap_or_else(|| parts.head().clone());
                Ok(next)
            }
        }
    }

    /// The rows of these numbers, which are beyond those that were asked for before unless the table is held.
    fn take(&mut self, rows: &[usize]) -> Result<Table, Error> {
        let mut taken = vec![self.head().slice(0, 0)];
        let mut rest = rows;
        loop {
            let (start, table) = match self {
                Self::Held { table, .. } => (0, &*table),
                Self::Read { last, start, .. } => (*start, &*last),
            };
            let end = start + table.num_rows();
            let (here, beyond) = rest.split_at(rest.iter().take_while(|row| **row < end).count());
            let here: Vec<usize> = here.iter().filter_map(|row| row.checked_sub(start)).collect();
            taken.push(table.take(&here)?);
            rest = beyond;
            if rest.is_empty() || self.next()?.is_none() {
                return Ok(concat(&taken)?);
            }
        }
    }
}

/// All manifests, in the order in which they were given, and the rows that none of them has.
#[derive(Default)]
pub(super) struct Sources(Vec<Source>);

impl Sources {
    pub(super) fn push(&mut self, source: Source) {
        self.0.push(source);
    }

    /// The same from their beginnings. A manifest whose rows are in another order than the plan's is held.
    pub(super) fn again(self, inputs: &[PathBuf], verdicts: &Verdicts) -> Result<Self, Error> {
        let num_rows = (ROWS / inputs.len().max(1)).max(FEWEST_ROWS);
        let again = self.0.into_iter().enumerate().map(|(number, source)| match source {
            Source::Read { path, .. } if verdicts.is_ordered(number) && number < MOST_OPEN => {
                Source::open(&path, num_rows)
            }
            Source::Read { path, .. } => read_whole_table(&path).map(Source::held),
            held => Ok(held),
        });
        again.collect::<Result<_, _>>().map(Self)
    }

    /// The columns of all of them.
    pub(super) fn head(&self) -> Result<Table, Error> {
        let heads: Vec<Table> = self.0.iter().map(|source| source.head().slice(0, 0)).collect();
        Ok(concat(&heads)?)
    }

    /// The rows at these places.
    pub(super) fn rows(&mut self, places: &[Place]) -> Result<Table, Error> {
        let mut rows = vec![Vec::new(); self.0.len()];
        for place in places {
            rows[place.part].push(place.row);
        }
        let mut tables = vec![self.head()?];
        let mut next = Vec::new();
        let mut start = 0;
        for (source, rows) in self.0.iter_mut().zip(&rows) {
            tables.push(source.take(rows)?);
            next.push(start);
            start += rows.len();
        }
        let order = places.iter().map(|place| {
            let row = next[place.part];
            next[place.part] += 1;
            row
        });
        let order: Vec<usize> = order.collect();
        Ok(concat(&tables)?.take(&order)?)
    }
}
