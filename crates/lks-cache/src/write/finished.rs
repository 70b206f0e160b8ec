//! A file that is whole and not visible yet: the last look at it, and its commit.

use std::fs::File;
use std::sync::Arc;
use std::time::SystemTime;

use super::Facts;
use crate::dirfd::Directory;
use crate::error::Error;
use crate::key::Key;
use crate::lookup::{Entry, rewind};
use crate::record::{Record, RecordOrigin};
use crate::staged::Staged;
use crate::store::Store;

/// A file that was received completely and is synced, counted and hashed, and not visible yet. Dropping it discards it.
///
/// # Limitations
///
/// One that is leaked, or whose process is killed, leaves its staging file to [`Store::gc`].
#[derive(Debug)]
#[must_use = "the file is discarded unless it is committed"]
pub struct Finished {
    pub(super) store: Store,
    pub(super) key: Key,
    pub(super) staging: Staged,
    pub(super) root: Option<Arc<Directory>>,
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

    /// What the store's check finds odd about the file.
    ///
    /// # Errors
    ///
    /// [`Error::Integrity`] if the check refuses it.
    pub(crate) fn check(&self) -> Result<Option<String>, Error> {
        let Some(check) = self.store.check() else {
            return Ok(None);
        };
        let checked = rewind(self.file()).map_err(|error| error.to_string());
        checked
            .and_then(|()| check(&self.key.path, self.file()))
            .map_err(|reason| Error::Integrity {
                uri: self.key.uri.clone(),
                received: self.size,
                reason,
            })
    }

    /// Makes the file visible under its key's path and records it. A different file that stands there is moved to the
    /// quarantine; one with the same content stays and is taken over.
    ///
    /// Two addresses may be given one path. While their contents are the same, they share the file. Other content is refused: the path
    /// belongs to the address whose file lies there, until that file is [removed](Store::remove). Looking the other one up meanwhile is a
    /// [miss](crate::MissReason::Taken).
    ///
    /// # Errors
    ///
    /// [`Error::Integrity`] if the size is not the announced one; [`Error::Obstructed`] if a directory or another address' file
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
            root,
            sha256,
            size,
        } = self;
        let parts = staging.directory().clone();
        let record = store.new_record(&key, facts, RecordOrigin::Fetched, sha256, size, now);
        let entry = store.publish(&key, staging, record, now)?;
        store.drop_abandoned_parts(&key, &parts);
        drop(root);
        Ok(entry)
    }

    /// Publishes under a record that is already known.
    pub(crate) fn publish_as(self, record: Record, now: SystemTime) -> Result<Entry, Error> {
        self.store.publish(&self.key, self.staging, record, now)
    }
}
