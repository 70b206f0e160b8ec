//! What a search found, to look at, to narrow down, to put together and to keep.

use std::fmt;
use std::io::Write;
use std::ops::Deref;

use lks_mast::{Found, Mission};
use lks_table::{Expression, Format, Table, concat};

use crate::error::Error;
use crate::items::read_table;

/// Rows shown at the head and at the foot of a long result.
const SHOWN_AT_EACH_END: usize = 5;

/// The products that a search found, one row each. Displays as the class of the search, the count, and the first and last rows.
///
/// ```
/// use lksearch::{Expression, Format, Mission, SearchResult};
///
/// let saved = b"target_name,sector,exptime\n158324245,14,120\n158324245,74,20\n";
/// let found = SearchResult::read(Mission::Tess, saved)?;
/// let fast = found.filter(&Expression::parse("exptime < 60")?)?;
/// assert_eq!((found.len(), fast.len()), (2, 1));
/// let mut csv = Vec::new();
/// fast.write(Format::Csv, &mut csv)?;
/// # Ok::<(), lksearch::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SearchResult {
    /// Whose data was asked for; it decides the columns that are shown.
    pub mission: Mission,
    /// The rows, the warnings, and why there are none; [`SearchResult`] can be read as if it were this.
    pub found: Found,
    /// Columns that are shown besides those of the mission.
    pub extra_columns: Vec<String>,
}

impl SearchResult {
    pub(crate) fn new(mission: Mission, found: Found, extra_columns: Vec<String>) -> Self {
        Self {
            mission,
            found,
            extra_columns,
        }
    }

    /// A result that was saved, in any format of a table. Ids stay text, whatever they look like.
    ///
    /// # Errors
    /// [`Error::Table`] if the bytes are no table.
    pub fn read(mission: Mission, bytes: &[u8]) -> Result<Self, Error> {
        Ok(Self {
            mission,
            found: Found {
                table: read_table(bytes)?,
                warnings: Vec::new(),
                emptiness: None,
                resolved: None,
                position: None,
                n_duplicates: 0,
            },
            extra_columns: Vec::new(),
        })
    }

    /// Writes the rows with all their columns. Parquet, Arrow and CSV keep every type.
    ///
    /// # Errors
    /// [`Error::Table`] if the output does not take them.
    pub fn write(&self, format: Format, out: impl Write + Send) -> Result<(), Error> {
        Ok(format.write(&self.table, out)?)
    }

    /// How many products there are.
    pub fn len(&self) -> usize {
        self.table.n_rows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The rows for which the expression is true.
    ///
    /// # Errors
    /// [`Error::Table`] if a column of the expression is not there or has another type.
    pub fn filter(&self, expression: &Expression) -> Result<Self, Error> {
        let mask = expression.evaluate(&self.table)?;
        Ok(self.with_table(self.table.filter(&mask)?))
    }

    /// So many rows from `offset` on, as far as there are any.
    pub fn slice(&self, offset: usize, n_rows: usize) -> Self {
        self.with_table(self.table.slice(offset, n_rows))
    }

    /// The rows of this result and then those of the others; a column that one of them lacks is null there.
    ///
    /// # Errors
    /// [`Error::Table`] if a column has types that do not go together.
    pub fn concat(&self, others: &[Self]) -> Result<Self, Error> {
        let tables: Vec<Table> = std::iter::once(self)
            .chain(others)
            .map(|result| result.table.clone())
            .collect();
        Ok(self.with_table(concat(&tables)?))
    }

    /// The names of the columns that are shown to people; the half of a campaign only where there is one.
    pub fn shown_columns(&self) -> Vec<&str> {
        let extra = self.extra_columns.iter().map(String::as_str);
        let names = self.mission.display_columns().iter().copied().chain(extra);
        let is_idle = |name: &str| name == "campaign_half" && self.table.texts(name).all(|half| half.is_none());
        names
            .filter(|name| self.table.has_column(name) && !is_idle(name))
            .collect()
    }

    /// Names among `extra_columns` that no column has; none where there are no rows.
    pub fn unknown_columns(&self) -> impl Iterator<Item = &str> {
        let extra = self.extra_columns.iter().map(String::as_str);
        extra.filter(|name| !self.table.is_empty() && !self.table.has_column(name))
    }

    fn with_table(&self, table: Table) -> Self {
        let mut narrowed = self.clone();
        narrowed.found.table = table;
        narrowed
    }
}

impl Deref for SearchResult {
    type Target = Found;

    fn deref(&self) -> &Found {
        &self.found
    }
}

impl fmt::Display for SearchResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = match self.mission {
            Mission::Tess => "TESSSearch",
            Mission::Kepler => "KeplerSearch",
            Mission::K2 => "K2Search",
            Mission::Mast => "MASTSearch",
        };
        write!(f, "{class} result with {} data products", self.len())?;
        if let Some(reason) = &self.emptiness {
            return write!(f, ": {reason}");
        }
        let names = self.shown_columns();
        let (n_head, n_tail) = if self.len() > 2 * SHOWN_AT_EACH_END {
            (SHOWN_AT_EACH_END, SHOWN_AT_EACH_END)
        } else {
            (self.len(), 0)
        };
        let positions: Vec<usize> = (0..n_head).chain(self.len() - n_tail..self.len()).collect();
        let cell = |row: usize, name: &str| {
            self.table
                .row(row)
                .cell(name)
                .map(|cell| cell.to_string())
                .unwrap_or_default()
        };
        let columns: Vec<Vec<String>> = names
            .iter()
            .map(|name| {
                std::iter::once((*name).to_owned())
                    .chain(positions.iter().map(|row| cell(*row, name)))
                    .collect()
            })
            .collect();
        let widths: Vec<usize> = columns
            .iter()
            .map(|column| column.iter().map(|text| text.chars().count()).max().unwrap_or(0))
            .collect();
        for line in 0..=positions.len() {
            if line == n_head + 1 && n_tail > 0 {
                write!(f, "\n… {} more", self.len() - n_head - n_tail)?;
            }
            let texts = columns
                .iter()
                .zip(&widths)
                .map(|(column, width)| format!("{:width$}", column[line]));
            write!(f, "\n{}", texts.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}
