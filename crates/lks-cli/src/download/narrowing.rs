//! Which rows of a saved table are wanted, decided part by part.

use lksearch::table::Table;
use lksearch::{Error, Expression};

use super::rows::Rows;
use crate::arguments::Filters;

/// What `--rows`, `--query` and `--limit` leave of a table.
pub(crate) struct Narrowing {
    rows: Option<Rows>,
    query: Option<Expression>,
    num_read: usize,
    num_left: usize,
}

impl Narrowing {
    /// Reads the words; other filters belong to a search.
    pub(super) fn of(filters: &Filters, rows: Option<Rows>) -> Result<Self, Error> {
        let narrowing = Filters {
            query: filters.query.clone(),
            limit: filters.limit,
            ..Filters::default()
        };
        if *filters != narrowing {
            let message =
                "of the filters only --query and --limit go with --from, and --rows; the others belong to a search";
            return Err(Error::Input(message.to_owned()));
        }
        Ok(Self {
            rows,
            query: filters.query.as_deref().map(str::parse).transpose()?,
            num_read: 0,
            num_left: filters.limit.map_or(usize::MAX, Into::into),
        })
    }

    /// What is wanted of the next rows of the table.
    pub(super) fn part(&mut self, part: Table) -> Result<Table, Error> {
        let num_before = self.num_read;
        self.num_read += part.num_rows();
        // A number is that of the row in the file, whatever else is left out.
        let mut wanted = match &self.rows {
            Some(rows) => rows.among(&part, num_before)?,
            None => part,
        };
        if let Some(query) = &self.query {
            wanted = wanted.filter(&query.evaluate(&wanted)?)?;
        }
        let wanted = wanted.slice(0, self.num_left);
        self.num_left -= wanted.num_rows();
        Ok(wanted)
    }

    /// Whether no further row is wanted.
    pub(super) fn is_over(&self) -> bool {
        self.num_left == 0
    }

    /// Refuses numbers of rows beyond those of the table, now that all were read; one that has none is told as such.
    pub(super) fn end(&self) -> Result<(), Error> {
        match &self.rows {
            Some(rows) if self.num_read > 0 => rows.check(self.num_read),
            _ => Ok(()),
        }
    }
}
