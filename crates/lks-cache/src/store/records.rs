//! What the store knows of its files: the newest line about each key, from the segments and from what an older program left.

mod compaction;
mod first_version;
mod takeover;
mod writer;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};
use std::time::SystemTime;

pub(crate) use self::compaction::Occasion;
pub(crate) use self::first_version::read_record_file;
pub(crate) use self::takeover::TAKEN;
use self::writer::Writer;
use super::Store;
use crate::dirfd::Directory;
use crate::error::Error;
use crate::key::{RawKey, raw_key_of};
use crate::record::{BadRecord, Record, hex, raw_sha256};
use crate::segment::{Head, Merge, Moment, Newest, View, of_record, of_removal};
use crate::walk::Files;

/// The directory of the segments; the format's version is part of its name.
const SEGMENTS: &str = ".lks/v2/seg";
const ABOVE_SEGMENTS: &str = ".lks/v2";

/// The segments as this store has seen them, and its own.
#[derive(Debug, Default)]
pub(crate) struct Segments {
    view: View,
    is_loaded: bool,
    /// An older program has written records in its own way, and they were not taken over yet.
    has_first_version: bool,
    /// They could not be taken over by this store, which does not try again after each batch.
    keeps_first_version: bool,
    writer: Writer,
}

/// A record, or why what stands for it is none, with the moment from which it holds.
pub(crate) type Found = (Moment, Result<Record, BadRecord>);

impl Store {
    /// The directory of the segments. It may not exist yet.
    pub(crate) fn segments_path(&self) -> PathBuf {
        self.root().join(SEGMENTS)
    }

    /// The same, open; no link leads to it.
    pub(crate) fn segments_directory(&self) -> io::Result<Directory> {
        self.root_directory()?.inner(Path::new(SEGMENTS))
    }

    fn segments_made(&self) -> io::Result<Directory> {
        self.made(Path::new(SEGMENTS))
    }

    /// Everything in it.
    pub(crate) fn segment_files(&self) -> Files {
        Files::below(self.segments_directory(), &self.segments_path())
    }

    /// Takes all segments out of use.
    pub(crate) fn discard_segments(&self) -> Result<(), Error> {
        let above = self
            .root_directory()
            .and_then(|root| root.inner(Path::new(ABOVE_SEGMENTS)));
        self.discard(above, "seg")
    }

    fn segments(&self) -> MutexGuard<'_, Segments> {
        self.inner.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The segments as they are now.
    fn refreshed(&self) -> Result<MutexGuard<'_, Segments>, Error> {
        let mut segments = self.segments();
        // What is left of a view after a failure is not all there is.
        segments.is_loaded = false;
        let mut outcome = segments.view.refresh(self.segments_directory());
        if outcome.as_ref().is_err_and(is_stale) {
            outcome = segments.view.refresh(self.segments_directory());
        }
        outcome.map_err(|error| self.unread_records(error))?;
        segments.has_first_version = self.has_first_version();
        segments.is_loaded = true;
        Ok(segments)
    }

    /// The segments as they were when they were looked at last.
    fn known(&self) -> Result<MutexGuard<'_, Segments>, Error> {
        let segments = self.segments();
        if segments.is_loaded {
            return Ok(segments);
        }
        drop(segments);
        self.refreshed()
    }

    /// Names the error of segments that cannot be read.
    pub(crate) fn unread_records(&self, error: io::Error) -> Error {
        Error::reading("read records in", &self.segments_path())(error)
    }

    /// The record of a key as it was when records were looked at last: others may have changed it since. One that fits its file is right
    /// all the same.
    pub(crate) fn known_record(&self, key: &str) -> Result<Option<Record>, Error> {
        self.usable(key, |store| store.known())
    }

    /// The record of a key, if there is a usable one.
    pub(crate) fn read_record(&self, key: &str) -> Result<Option<Record>, Error> {
        self.usable(key, Self::refreshed)
    }

    fn usable<'a>(
        &'a self,
        key: &str,
        segments: impl FnOnce(&'a Self) -> Result<MutexGuard<'a, Segments>, Error>,
    ) -> Result<Option<Record>, Error> {
        let Some(raw) = raw_sha256(key) else { return Ok(None) };
        let mut segments = segments(self)?;
        let has_first_version = segments.has_first_version;
        let newest = self.newest(&mut segments, &raw)?;
        drop(segments);
        let older = match has_first_version {
            true => self.read_first_version(key)?,
            false => None,
        };
        match later(
            newest.map(found_in),
            older.map(|(moment, record)| (moment, Some(Ok(record)))),
        ) {
            Some((_, Some(Ok(record)))) => Ok(Some(record)),
            Some((_, Some(Err(reason)))) => {
                tracing::warn!(key, %reason, "record does not count");
                Ok(None)
            }
            Some((_, None)) | None => Ok(None),
        }
    }

    /// What stands for the record of a key; it is left alone.
    pub(crate) fn find_record(&self, key: &str) -> Result<Option<Result<Record, BadRecord>>, Error> {
        let Some(raw) = raw_sha256(key) else { return Ok(None) };
        let mut segments = self.refreshed()?;
        let newest = self.newest(&mut segments, &raw)?.map(found_in);
        drop(segments);
        let older = self.find_first_version(key)?;
        let found = later(newest, older.map(|(moment, found)| (moment, Some(found))));
        Ok(found.and_then(|(_, found)| found))
    }

    fn newest(&self, segments: &mut Segments, key: &RawKey) -> Result<Option<Newest>, Error> {
        self.ask(segments, |view| view.newest(key))
    }

    /// Asks the segments, once more if one is gone.
    fn ask<T>(&self, segments: &mut Segments, question: impl Fn(&mut View) -> io::Result<T>) -> Result<T, Error> {
        match question(&mut segments.view) {
            // Somebody has compacted it.
            Err(error) if is_stale(&error) => {
                segments.is_loaded = false;
                let again = segments.view.refresh(self.segments_directory());
                segments.is_loaded = again.is_ok();
                again.and_then(|()| question(&mut segments.view))
            }
            outcome => outcome,
        }
        .map_err(|error| self.unread_records(error))
    }

    /// The lines that hold of these keys, as they were when records were looked at last; `None` while an older program's records are beside them.
    pub(crate) fn known_lines(&self, keys: &[RawKey]) -> Result<Option<Vec<Option<Newest>>>, Error> {
        let mut segments = self.known()?;
        if segments.has_first_version {
            return Ok(None);
        }
        let mut lines = Vec::new();
        lines.resize_with(keys.len(), || None);
        // In their order, so that each block of an index is read once.
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_unstable_by_key(|n| &keys[*n]);
        for n in order {
            lines[n] = self.newest(&mut segments, &keys[n])?;
        }
        Ok(Some(lines))
    }

    /// From when on a record of the key must hold to replace what is known of it.
    fn replaced(&self, segments: &mut Segments, key: &RawKey) -> Result<Option<Moment>, Error> {
        let newest = self.newest(segments, key)?.map(|newest| newest.moment);
        let older = match segments.has_first_version {
            true => self.find_first_version(&hex(key))?.map(|(moment, _)| moment),
            false => None,
        };
        Ok(newest.max(older))
    }

    /// Writes a record, which is durable after [`Store::sync_batch`]: one that a power cut takes away costs a look at its file, which is
    /// taken over like one without.
    pub(crate) fn write_record(&self, record: &Record, now: SystemTime) -> Result<(), Error> {
        let content = raw_sha256(&record.sha256).map(Some);
        self.write_line(&record.uri, content, now, |moment| of_record(record, moment))
    }

    /// Takes the record of `uri` away, whenever it was written.
    pub(crate) fn remove_record(&self, uri: &str) -> Result<(), Error> {
        self.write_line(uri, Some(None), SystemTime::UNIX_EPOCH, |moment| {
            of_removal(uri, moment)
        })
    }

    /// `content` is what [`Head::content`] will be; without one the line is not filed, as no reader of it would.
    fn write_line(
        &self,
        uri: &str,
        content: Option<Option<RawKey>>,
        now: SystemTime,
        line: impl FnOnce(Moment) -> Result<Vec<u8>, BadRecord>,
    ) -> Result<(), Error> {
        let path = self.segments_path();
        let written = Error::writing("write a record in", &path);
        let key = raw_key_of(uri);
        let mut segments = self.known()?;
        let replaced = self.replaced(&mut segments, &key)?;
        let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let moment = Moment::after(replaced, since.as_nanos());
        let line = match line(moment) {
            Ok(line) => line,
            Err(reason) => return Err(written(io::Error::new(io::ErrorKind::InvalidData, reason))),
        };
        let head = content.map(|content| Head { key, moment, content });
        let is_new = segments.append(self, &line, head).map_err(written)?;
        drop(segments);
        if is_new {
            self.note_unsynced_up_to_root(&path);
        }
        Ok(())
    }

    /// The records that have this content.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if a record cannot be read.
    pub fn find_content(&self, sha256: &str) -> Result<Vec<Record>, Error> {
        let mut records = Vec::new();
        for key in self.keys_of_content(sha256)? {
            records.extend(self.known_record(&key)?.filter(|record| record.sha256 == sha256));
        }
        Ok(records)
    }

    /// Keys of records that have this content, or had it once.
    pub(crate) fn keys_of_content(&self, sha256: &str) -> Result<Vec<String>, Error> {
        let Some(content) = raw_sha256(sha256) else {
            return Ok(Vec::new());
        };
        let mut segments = self.refreshed()?;
        let keys = self.ask(&mut segments, |view| view.keys_of_content(&content))?;
        let has_first_version = segments.has_first_version;
        drop(segments);
        let mut keys: Vec<String> = keys.iter().map(|key| hex(key)).collect();
        if has_first_version {
            keys.extend(self.keys_of_first_version(sha256));
            keys.sort_unstable();
            keys.dedup();
        }
        Ok(keys)
    }

    /// All lines that count, and whether an older program's records are beside them.
    pub(crate) fn merged(&self) -> Result<(Merge, bool), Error> {
        let segments = self.refreshed()?;
        Ok((segments.view.merge(), segments.has_first_version))
    }

    /// Whether an older program has written the record of a key after this moment.
    pub(crate) fn is_outdated(&self, key: &str, moment: Moment) -> Result<bool, Error> {
        let older = self.find_first_version(key)?;
        Ok(older.is_some_and(|(written, found)| found.is_ok() && written > moment))
    }

    /// Whether the segments, as they were looked at last, say something of a key that replaces what was written at this moment.
    pub(crate) fn is_replaced(&self, key: &RawKey, moment: Moment) -> Result<bool, Error> {
        let mut segments = self.known()?;
        let newest = self.newest(&mut segments, key)?;
        Ok(newest.is_some_and(|newest| newest.moment >= moment))
    }
}

/// What a line says; `None` for a removal.
fn found_in(newest: Newest) -> (Moment, Option<Result<Record, BadRecord>>) {
    (newest.moment, newest.record())
}

/// The later one of what the segments and an older program say.
fn later<T>(one: Option<(Moment, T)>, other: Option<(Moment, T)>) -> Option<(Moment, T)> {
    match (one, other) {
        (Some(one), Some(other)) if other.0 > one.0 => Some(other),
        (Some(one), _) => Some(one),
        (None, other) => other,
    }
}

/// What was open by its name, or on a network file system, and has been removed.
pub(crate) fn is_stale(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::StaleNetworkFileHandle
}
