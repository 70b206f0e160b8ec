//! Receiving a file: bytes go to a staging file, are counted and hashed on the way, and become visible only by an explicit commit.

mod facts;
mod finished;
mod running_hash;

use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use crate::coverage::Coverage;
use crate::dirfd::{self, Directory};
use crate::disk;
use crate::error::Error;
use crate::key::Key;
use crate::lookup::Entry;
use crate::record::hex;
use crate::resume::{Journal, name_of_part};
use crate::staged::Staged;
use crate::store::Store;
use sha2::Digest;

pub use self::facts::Facts;
pub use self::finished::Finished;
use self::running_hash::Hashed;
pub(crate) use self::running_hash::RunningHash;
pub use self::running_hash::Watch;

/// For smaller files a full disk is known as soon by writing them.
const RESERVED_FROM: u64 = 1 << 20;

/// A file on its way into the store. Dropping it discards what was written, unless [`Writer::keep`] was called.
///
/// # Limitations
///
/// Nothing is visible before [`Finished::commit`]; a writer that is leaked (`std::mem::forget`) or whose process is killed leaves its
/// staging file to [`Store::gc`].
#[derive(Debug)]
#[must_use = "dropping it discards what was written"]
pub struct Writer {
    pub(crate) store: Store,
    pub(crate) key: Key,
    pub(crate) staging: Staged,
    /// Held, so that nobody opens it anew meanwhile.
    pub(crate) root: Option<Arc<Directory>>,
    /// Bytes that the file system keeps free for the file, beyond what its size says.
    pub(crate) reserved: u64,
    pub(crate) coverage: Coverage,
    pub(crate) running_hash: RunningHash,
    pub(crate) journal: Option<Journal>,
}

impl Store {
    /// Starts to write the file of `key`. `expected_size` bytes are reserved, so that a full disk is known before the first byte comes.
    ///
    /// # Errors
    ///
    /// [`Error::Full`], [`Error::ReadOnly`], or [`Error::Obstructed`] if a symbolic link or a file stands where a directory belongs.
    pub fn begin(&self, key: &Key, expected_size: Option<u64>) -> Result<Writer, Error> {
        let root = self.root_directory();
        self.refuse_obstacles(key)?;
        let staging = self.staged(&name_of_part(key))?;
        // The lock tells a cleaner that the owner lives. Where locks do not work, the file's age has to do.
        self.mark_in_use(staging.file());
        let mut writer = Writer {
            store: self.clone(),
            key: key.clone(),
            staging,
            root: root.or_else(|_| self.root_directory()).ok(),
            reserved: 0,
            coverage: Coverage::default(),
            running_hash: RunningHash::default(),
            journal: None,
        };
        if let Some(size) = expected_size {
            writer.reserve(size)?;
        }
        Ok(writer)
    }

    /// Whether the directory of the file is there.
    pub(crate) fn refuse_obstacles(&self, key: &Key) -> Result<bool, Error> {
        if !self.is_writing() {
            for (opened, path) in [
                (self.segments_directory(), self.segments_path()),
                (self.state("part"), self.state_directory("part")),
            ] {
                match opened {
                    Err(error) if dirfd::is_link(&error) => return Err(Error::behind_link(path)),
                    Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                        return Err(Error::writing("open", &path)(error));
                    }
                    Ok(_) | Err(_) => {}
                }
            }
        }
        match self.directory_of(&key.path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(obstructed(self, key, error)),
        }
    }
}

/// Names the error of a directory that cannot be opened or made.
pub(crate) fn obstructed(store: &Store, key: &Key, error: io::Error) -> Error {
    let path = store.path_of(&key.path);
    let in_the_way = [io::ErrorKind::NotADirectory, io::ErrorKind::AlreadyExists];
    if dirfd::is_link(&error) || in_the_way.contains(&error.kind()) {
        let what = "a symbolic link or a file in place of a directory".to_owned();
        return Error::Obstructed {
            path: path.parent().unwrap_or(&path).to_owned(),
            what,
        };
    }
    Error::writing("open directory of", &path)(error)
}

fn with_shortage(source: io::Error, path: &Path, needed: u64) -> Error {
    let operation = "reserve space in";
    let free = disk::free_space(path);
    if source.kind() == io::ErrorKind::FileTooLarge && free.is_some_and(|free| free >= needed) {
        return Error::writing(operation, path)(source);
    }
    Error::Full {
        operation,
        path: path.to_owned(),
        what: "space",
        needed: Some(needed),
        free,
        source,
    }
}

impl Writer {
    /// Reserves space for a file of `size` bytes, so that a full disk is known before they come. What is not used is given back.
    ///
    /// # Errors
    ///
    /// [`Error::Full`] if the disk has less.
    pub fn reserve(&mut self, size: u64) -> Result<(), Error> {
        if size >= RESERVED_FROM {
            disk::reserve(self.staging.file(), size)
                .map_err(|error| with_shortage(error, &self.store.state_directory("part"), size))?;
            self.reserved = self.reserved.max(size);
        }
        Ok(())
    }

    /// Appends `bytes` after everything written so far from the start, as [`io::Write`] does.
    ///
    /// # Errors
    ///
    /// [`Error::Full`] or [`Error::Io`]; the writer is of no further use.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.write_at(self.coverage.prefix(), bytes)
    }

    /// Writes `bytes` at `offset`. Parts may come in any order; the commit fails if one is missing.
    ///
    /// # Errors
    ///
    /// As for [`Writer::append`].
    pub fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        if bytes.is_empty() {
            return Ok(());
        }
        let (file, failed) = (self.staging.file(), |error, operation| {
            Error::writing(operation, &self.staging.path())(error)
        });
        file.write_all_at(bytes, offset)
            .map_err(|error| failed(error, "write"))?;
        self.coverage.add(offset, offset + bytes.len() as u64);
        let hashed = self
            .running_hash
            .wrote(&self.staging, offset, bytes, self.coverage.prefix());
        hashed.map_err(|error| failed(error, "read"))?;
        self.note(offset, bytes);
        Ok(())
    }

    /// From the first byte on, `watch` sees what is written, in order; what is there already is read for it.
    pub fn watch(&mut self, watch: impl Watch + 'static) {
        self.running_hash.watch(Box::new(watch));
    }

    /// From now on a thread brings to the disk what was written, while more is: for who waits for this one file, so that little is left to do when the last byte is
    /// there.
    pub fn sync_early(&mut self) {
        self.running_hash.sync_early(&self.staging);
    }

    /// Number of different bytes written so far.
    pub fn written(&self) -> u64 {
        self.coverage.total()
    }

    /// Forgets everything written, to begin again from the first byte; also that it should be kept.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the staging file cannot be emptied.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.staging
            .file()
            .set_len(0)
            .map_err(Error::writing("empty", &self.staging.path()))?;
        self.coverage = Coverage::default();
        self.running_hash.restart();
        // What came before may have been another version: whoever knows the new one says so by `keep`.
        if let Some(journal) = self.journal.take() {
            journal.end();
            self.staging.keep(false);
        }
        Ok(())
    }

    /// Ends the writing: what was written is synced to the disk, counted and hashed.
    ///
    /// # Errors
    ///
    /// [`Error::Integrity`] if a part is missing. An error of the sync is final: a second sync may claim success over lost bytes
    /// (<https://lwn.net/Articles/752063/>), so the file is discarded.
    pub fn finish(mut self) -> Result<Finished, Error> {
        let received = self.coverage.total();
        // From here on there is a whole file or none.
        self.staging.keep(false);
        if let Some(journal) = self.journal.take() {
            journal.end();
        }
        if let Some(gap) = self.coverage.gap() {
            let reason = format!("bytes {} to {} were never received", gap.start, gap.end);
            return Err(Error::Integrity {
                uri: self.key.uri,
                received,
                reason,
            });
        }
        let file = self.staging.file();
        let path = &self.staging.path();
        if self.reserved > received {
            // A reservation beyond the end is given back.
            file.set_len(received)
                .map_err(Error::writing("set the size of", path))?;
        }
        self.running_hash.whole(received);
        file.sync_all().map_err(Error::writing("sync", path))?;
        let (hashed, synced) = self.running_hash.finish(file, received);
        synced.map_err(Error::writing("sync", path))?;
        let Hashed { hasher, end, .. } = hashed.map_err(Error::reading("read", path))?;
        let on_disk = file.metadata().map_err(Error::reading("inspect", path))?.len();
        if end != received || on_disk != received {
            let reason = format!("the staging file has {on_disk} bytes");
            return Err(Error::Integrity {
                uri: self.key.uri,
                received,
                reason,
            });
        }
        Ok(Finished {
            store: self.store,
            key: self.key,
            staging: self.staging,
            root: self.root,
            sha256: hex(&hasher.finalize()),
            size: received,
        })
    }

    /// [`Writer::finish`] and [`Finished::commit`] in one step, for content that needs no check of its own.
    ///
    /// # Errors
    ///
    /// As for the two.
    pub fn commit(self, facts: Facts, now: SystemTime) -> Result<Entry, Error> {
        self.finish()?.commit(facts, now)
    }
}

/// Each write is taken whole; nothing is kept back, so that flushing does nothing. Durable is what [`Writer::finish`] has synced.
impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.append(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
