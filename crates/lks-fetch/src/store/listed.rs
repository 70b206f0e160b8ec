//! The table of the files that a store holds.

use lks_cache::Listed;
use lks_table::{Error, Table};

/// What is told of a file in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredFile<'a> {
    /// Where it is, relative to the root of the store.
    pub path: &'a str,
    /// Its size.
    pub bytes: u64,
    /// Of which product it is, if that is recorded.
    pub uri: Option<&'a str>,
    /// The recorded hash.
    pub sha256: Option<&'a str>,
    /// Where it came from.
    pub source: Option<&'a str>,
    /// What is odd about it.
    pub note: Option<&'a str>,
}

impl StoredFile<'_> {
    /// One row for each file, with the columns `path`, `bytes`, `dataURI`, `sha256`, `source` and `note`.
    ///
    /// # Errors
    /// Never for fewer than 2³¹ bytes of text in a column.
    pub fn table<'f>(files: impl Iterator<Item = StoredFile<'f>> + Clone) -> Result<Table, Error> {
        Table::empty()
            .with_text("path", files.clone().map(|file| Some(file.path)))?
            .with_integer("bytes", files.clone().map(|file| i64::try_from(file.bytes).ok()))?
            .with_text("dataURI", files.clone().map(|file| file.uri))?
            .with_text("sha256", files.clone().map(|file| file.sha256))?
            .with_text("source", files.clone().map(|file| file.source))?
            .with_text("note", files.map(|file| file.note))?
            .with_units(&[("bytes", "byte")])
    }
}

impl<'a> From<&'a Listed> for StoredFile<'a> {
    fn from(listed: &'a Listed) -> Self {
        let record = listed.record.as_ref();
        Self {
            path: &listed.path,
            bytes: listed.size,
            uri: record.map(|record| record.uri.as_str()),
            sha256: record.map(|record| record.sha256.as_str()),
            source: record.map(|record| record.source.as_str()),
            note: record.and_then(|record| record.note.as_deref()),
        }
    }
}
