//! The file formats of a table: their names, and how bytes betray theirs.

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use crate::error::Error;
use crate::table::Table;
use crate::types::ColumnTypes;
use crate::{read, write};

/// A format that tables are written in and read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// An array of objects.
    Json,
    /// One JSON object per line.
    Ndjson,
    /// Comma-separated values with a header line.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// The Arrow IPC file (Feather 2) or stream.
    Arrow,
    /// VOTable (XML with `TABLEDATA`).
    Votable,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] = [
        Self::Json,
        Self::Ndjson,
        Self::Csv,
        Self::Parquet,
        Self::Arrow,
        Self::Votable,
    ];

    /// Its name, which is also the usual end of such a file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::Votable => "votable",
        }
    }

    /// The format that the bytes are in, by how they begin. Text that begins like nothing else is CSV; XML that is not a
    /// VOTable, such as an error page, and bytes that are not text are `None`.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"PAR1") {
            return Some(Self::Parquet);
        }
        // An IPC stream begins with the mark of a message, a file with its name.
        if bytes.starts_with(b"ARROW1") || bytes.starts_with(&[0xff; 4]) {
            return Some(Self::Arrow);
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let text = text.trim_start_matches('\u{feff}').trim_start();
        match text.as_bytes().first()? {
            b'[' => Some(Self::Json),
            b'{' => Some(Self::Ndjson),
            b'<' => text.contains("<VOTABLE").then_some(Self::Votable),
            _ => Some(Self::Csv),
        }
    }

    /// Reads a table. `types` are what the caller knows about columns; formats with types of their own need none.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the bytes are not in this format.
    pub fn read(self, bytes: &[u8], types: &ColumnTypes) -> Result<Table, Error> {
        match self {
            Self::Json => read::json(bytes, types),
            Self::Ndjson => read::ndjson(bytes, types),
            Self::Csv => read::csv(bytes, types),
            Self::Parquet => read::parquet(bytes),
            Self::Arrow => read::arrow(bytes),
            Self::Votable => read::votable(bytes, types),
        }
    }

    /// Writes a table; a VOTable without units.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn write(self, table: &Table, out: impl Write + Send) -> Result<(), Error> {
        match self {
            Self::Json => write::json(table, out),
            Self::Ndjson => write::ndjson(table, out),
            Self::Csv => write::csv(table, out),
            Self::Parquet => write::parquet(table, out),
            Self::Arrow => write::arrow(table, out),
            Self::Votable => write::votable(table, &[], out),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// From its name, in any case.
impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|format| format.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                let known = Self::ALL.map(Self::name).join(", ");
                Error::Shape(format!("there is no table format `{name}`; known are {known}"))
            })
    }
}
