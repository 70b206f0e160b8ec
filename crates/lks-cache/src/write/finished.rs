//! A file that is whole and not visible yet: the last look at it, and its commit.

use std::fs::File;
use std::time::SystemTime;

use super::Facts;
use crate::error::Error;
use crate::key::Key;
use crate::lookup::Entry;
use crate::record::{Record, RecordOrigin};
use crate::staged::Staged;
use crate::store::Store;

/// A file that was received completely and is synced, counted and hashed, and not visible yet. Dropping it discards it.
#[derive(Debug)]
pub struct Finished {
    pub(super) store: Store,
    pub(super) key: Key,
    pub(super) staging: Staged,
    pub(super) sha256: String,
    pub(super) size: u64,
}

impl Finished {
    /// The synced file, to be checked before the commit.
    pub fn file(&self) -> &File {
        self.staging.file()
    }

    /// Its SHA-256 as hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Makes the file visible under its product's path and records it. A different file that stands there is moved to the
    /// quarantine; one with the same content stays and is taken over.
    ///
    /// # Errors
    ///
    /// [`Error::Integrity`] if the size is not the announced one; [`Error::Obstructed`] if a directory or another product's file
    /// is in the way; [`Error::Full`], [`Error::ReadOnly`], [`Error::Io`]. Nothing is visible then, except if only the record could not
    /// be written: the file is complete and is taken over by the next [`Store::adopt`].
    pub fn commit(self, facts: Facts, now: SystemTime) -> Result<Entry, Error> {
        if let Some(length) = facts.length.filter(|&length| length != self.size) {
            let reason = format!("the source announced {length} bytes");
            return Err(Error::Integrity {
                uri: self.key.uri,
                received: self.size,
                reason,
            });
        }
        let Self {
            store,
            key,
            staging,
            sha256,
            size,
        } = self;
        let record = store.new_record(&key, facts, RecordOrigin::Fetched, sha256, size, now);
        let entry = store.publish(&key, staging, record, now)?;
        store.drop_abandoned_parts(&key);
        Ok(entry)
    }

    /// Publishes under a record that is already known.
    pub(crate) fn publish_as(self, record: Record, now: SystemTime) -> Result<Entry, Error> {
        self.store.publish(&self.key, self.staging, record, now)
    }
}
