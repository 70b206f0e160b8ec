//! What a search found, to look at, to narrow down, to put together and to keep.

use std::fmt;
use std::io::Write;

use lks_table::arrow_array::BooleanArray;
use lks_table::{Error, Expression, Format, Row, Table, concat, read};

use crate::columns::{text_types, with_units};
use crate::empty_reason::EmptyReason;
use crate::filter::{apply, is_of_kind, is_of_provenance};
use crate::kept::KeptAnswer;
use crate::position::Position;
use crate::prospect::Prospect;
use crate::resolve::Resolution;
use crate::search::{Mission, Provenance, Search};
use crate::seen::LastTime;
use crate::warning::Warning;

/// Rows shown at the head and at the foot of a long result.
const SHOWN_AT_EACH_END: usize = 5;

/// The products that a search found, one row each. Displays as the class of the search, the count, and the first and last rows.
///
/// ```
/// use lks_mast::{Expression, Mission, SearchResult};
/// use lks_table::Format;
///
/// let saved = b"target_name,sector,exptime\n158324245,14,120\n158324245,74,20\n";
/// let found = SearchResult::read(Mission::Tess, saved)?;
/// let fast = found.filter(&"exptime < 60".parse::<Expression>()?)?;
/// assert_eq!((found.len(), fast.len()), (2, 1));
/// let mut csv = Vec::new();
/// fast.write(Format::Csv, &mut csv)?;
/// # Ok::<(), lks_table::Error>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct SearchResult {
    /// Whose data was requested; it decides the columns that are shown.
    pub mission: Mission,
    /// One row per product, in lksearch's order.
    pub table: Table,
    /// What should be known about it besides.
    pub warnings: Vec<Warning>,
    /// Why there are no rows; `None` where there are some.
    pub empty_reason: Option<EmptyReason>,
    /// What is known of when there may be some; empty where there are rows.
    pub prospects: Vec<Prospect>,
    /// What the resolver answered, if it was asked.
    pub resolved: Option<Resolution>,
    /// Where the target is, if that was needed or came with the rows.
    pub position: Option<Position>,
    /// How many rows were the same product again, and were left out.
    pub num_duplicates: usize,
    /// The services whose answers were kept from earlier, and when they gave them; empty if all of them were asked now.
    pub kept: Vec<KeptAnswer>,
    /// What the same search found the last time it was asked here; `None` if it was not, or nothing is kept.
    pub last_time: Option<LastTime>,
    /// Columns that are shown besides those of the mission.
    pub extra_columns: Vec<String>,
}

/// Reads a table that was saved: JSON, NDJSON, CSV, Parquet, Arrow or VOTable, whichever it is. Columns that are text in a
/// search result or a manifest stay text, whatever they look like, and those that have a unit get it.
///
/// ```
/// let table = lks_mast::read_table(b"dataURI,size\nmast:TESS/product/a_lc.fits,1964160\n")?;
/// assert_eq!(table.row(0).integer("size"), Some(1_964_160));
/// # Ok::<(), lks_table::Error>(())
/// ```
///
/// # Errors
/// If it is not one of these, or damaged.
pub fn read_table(bytes: &[u8]) -> Result<Table, Error> {
    with_units(&read::detect(bytes, &text_types())?)
}

impl SearchResult {
    /// The result of rows that were found or saved, with nothing to say about them.
    pub fn of_table(mission: Mission, table: Table) -> Self {
        Self {
            mission,
            table,
            warnings: Vec::new(),
            empty_reason: None,
            prospects: Vec::new(),
            resolved: None,
            position: None,
            num_duplicates: 0,
            kept: Vec::new(),
            last_time: None,
            extra_columns: Vec::new(),
        }
    }

    /// A result that was saved, in any format of a table. Ids stay text, whatever they look like.
    ///
    /// # Errors
    /// If the bytes are not a table.
    pub fn read(mission: Mission, bytes: &[u8]) -> Result<Self, Error> {
        Ok(Self::of_table(mission, read_table(bytes)?))
    }

    /// Writes the rows with all their columns. Parquet, Arrow and CSV keep every type.
    ///
    /// # Errors
    /// If the output does not take them.
    pub fn write(&self, format: Format, out: impl Write + Send) -> Result<(), Error> {
        format.write(&self.table, out)
    }

    /// How many products there are.
    pub fn len(&self) -> usize {
        self.table.num_rows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The rows for which the expression is true.
    ///
    /// # Errors
    /// If a column of the expression is not there or has another type.
    pub fn filter(&self, expression: &Expression) -> Result<Self, Error> {
        let mask = expression.evaluate(&self.table)?;
        Ok(self.with_table(self.table.filter(&mask)?))
    }

    /// The rows that pass what a search asks besides its mission and target: kind, provenance, filters, query and limit.
    ///
    /// ```
    /// use lks_mast::{Mission, Search, SearchResult, Target};
    ///
    /// let saved = b"productFilename,sector,exptime\na_lc.fits,14,120\nb_lc.fits,74,20\nc_tp.fits,74,20\n";
    /// let found = SearchResult::read(Mission::Tess, saved)?;
    /// let narrower = Search::new(Mission::Tess, Target::Any).with_exptime(20).with_kind(lks_mast::Kind::Timeseries);
    /// assert_eq!(found.narrowed(&narrower)?.len(), 1);
    /// # Ok::<(), lks_mast::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a column of the query is not there or has another type.
    pub fn narrowed(&self, search: &Search) -> Result<Self, crate::Error> {
        let of_kind = BooleanArray::from(is_of_kind(&self.table, search.kind));
        let mut table = self.table.filter(&of_kind)?;
        if search.provenance != Provenance::Any {
            table = table.filter(&BooleanArray::from(is_of_provenance(&table, search)))?;
        }
        let (table, _) = apply(&table, search)?;
        let limit = search.limit.unwrap_or(usize::MAX);
        Ok(self.with_table(table.slice(0, limit)))
    }

    /// The rows that came since the same search was asked the last time; all, if it was not asked before.
    ///
    /// # Errors
    /// Never for a table of a search.
    pub fn new_rows(&self) -> Result<Self, Error> {
        let is_new = |row: Row<'_>| self.last_time.as_ref().is_none_or(|last| !last.has(&row));
        let rows: Vec<usize> = (0..self.len()).filter(|row| is_new(self.table.row(*row))).collect();
        Ok(self.with_table(self.table.take(&rows)?))
    }

    /// So many rows from `offset` on, as far as there are any.
    pub fn slice(&self, offset: usize, num_rows: usize) -> Self {
        self.with_table(self.table.slice(offset, num_rows))
    }

    /// The rows of this result and then those of the others; a column that one of them lacks is null there.
    ///
    /// # Errors
    /// If a column has types that do not go together.
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

    /// Names among `extra_columns` that no column has; empty if there are no rows.
    pub fn unknown_columns(&self) -> impl Iterator<Item = &str> {
        let extra = self.extra_columns.iter().map(String::as_str);
        extra.filter(|name| !self.table.is_empty() && !self.table.has_column(name))
    }

    fn with_table(&self, table: Table) -> Self {
        Self { table, ..self.clone() }
    }
}

impl fmt::Debug for SearchResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchResult")
            .field("mission", &self.mission)
            .field("num_rows", &self.len())
            .field("warnings", &self.warnings)
            .field("empty_reason", &self.empty_reason)
            .field("position", &self.position)
            .field("num_duplicates", &self.num_duplicates)
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for SearchResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = match self.mission {
            Mission::Tess => "TESSSearch",
            Mission::Kepler => "KeplerSearch",
            Mission::K2 => "K2Search",
            Mission::Mast | Mission::All => "MASTSearch",
        };
        write!(f, "{class} result with {} data products", self.len())?;
        if let Some(reason) = &self.empty_reason {
            return write!(f, ": {reason}");
        }
        let names = self.shown_columns();
        let (num_head, num_tail) = if self.len() > 2 * SHOWN_AT_EACH_END {
            (SHOWN_AT_EACH_END, SHOWN_AT_EACH_END)
        } else {
            (self.len(), 0)
        };
        let positions: Vec<usize> = (0..num_head).chain(self.len() - num_tail..self.len()).collect();
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
            if line == num_head + 1 && num_tail > 0 {
                write!(f, "\n… {} more", self.len() - num_head - num_tail)?;
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
