//! What goes into the record besides what the store sees itself.

use crate::record::Assurance;

/// What the caller knows of the bytes it brought; it goes into the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// Where the bytes came from, in the caller's words, for example `mast`.
    pub source: String,
    /// The address they were read from.
    pub url: Option<String>,
    /// The source's entity tag.
    pub etag: Option<String>,
    /// The source's modification date, as it was sent.
    pub last_modified: Option<String>,
    /// Exact number of bytes that the source announced. The commit fails if another number was written.
    pub length: Option<u64>,
    /// The size that a list of the source gives. Lists are sometimes behind the files, so this is recorded, not enforced.
    pub table_size: Option<u64>,
    /// The strongest check that the bytes passed.
    pub assurance: Assurance,
    /// What is odd about the bytes although they are what the source gives.
    pub note: Option<String>,
}

impl Facts {
    /// Nothing but where the bytes came from.
    ///
    /// ```
    /// use lks_cache::{Assurance, Facts};
    ///
    /// let facts = Facts::from_source("example.org").with_length(5).with_assurance(Assurance::Length);
    /// assert_eq!(facts.length, Some(5));
    /// ```
    #[must_use]
    pub fn from_source(source: impl Into<String>) -> Self {
        let source = source.into();
        Self {
            source,
            ..Self::default()
        }
    }

    /// Sets [`Facts::url`].
    #[must_use]
    pub fn with_url(mut self, url: impl Into<Option<String>>) -> Self {
        self.url = url.into();
        self
    }

    /// Sets [`Facts::etag`].
    #[must_use]
    pub fn with_etag(mut self, etag: impl Into<Option<String>>) -> Self {
        self.etag = etag.into();
        self
    }

    /// Sets [`Facts::last_modified`].
    #[must_use]
    pub fn with_last_modified(mut self, last_modified: impl Into<Option<String>>) -> Self {
        self.last_modified = last_modified.into();
        self
    }

    /// Sets [`Facts::length`].
    #[must_use]
    pub fn with_length(mut self, length: impl Into<Option<u64>>) -> Self {
        self.length = length.into();
        self
    }

    /// Sets [`Facts::table_size`].
    #[must_use]
    pub fn with_table_size(mut self, table_size: impl Into<Option<u64>>) -> Self {
        self.table_size = table_size.into();
        self
    }

    /// Sets [`Facts::note`].
    #[must_use]
    pub fn with_note(mut self, note: impl Into<Option<String>>) -> Self {
        self.note = note.into();
        self
    }

    /// Sets [`Facts::assurance`].
    #[must_use]
    pub fn with_assurance(mut self, assurance: Assurance) -> Self {
        self.assurance = assurance;
        self
    }
}
