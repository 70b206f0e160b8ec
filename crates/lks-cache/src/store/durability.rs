//! Which names and records are not on the disk for certain yet, and how they get there: together, at the end of a batch.

use std::collections::BTreeSet;
use std::io;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(any(target_os = "linux", target_os = "android"))]
use super::is_absent;
use super::{Occasion, Store};
use crate::disk;
use crate::error::Error;
use crate::parallel;

/// More names than these are made durable by one sync of the whole file system, which may have to wait for what others write there.
const MANY_UNSYNCED: usize = 64;
/// Syncs at once: file systems commit what waits for the disk together.
const SYNCS_AT_ONCE: usize = 8;
/// For fewer, a thread costs more than it saves.
const WORTH_A_THREAD: usize = 4;

/// What [`Store::sync_batch`] makes durable.
#[derive(Debug, Default)]
pub(super) struct Durability {
    /// Directories with new names, and all those above them.
    unsynced: Mutex<BTreeSet<PathBuf>>,
    /// Held while something of it is synced.
    syncing: Mutex<()>,
}

impl Store {
    /// Makes the names and records of everything committed so far durable. Contents already are: this decides only whether a power cut
    /// may undo a whole download, so once per batch is enough.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] names the first directory or record that could not be synced; the others were synced all the same.
    pub fn sync_batch(&self) -> Result<(), Error> {
        // Who comes later must not hear of success before what was taken up here is synced.
        let _alone = self
            .inner
            .durability
            .syncing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (records, names) = (self.sync_records(), self.sync_names());
        let has_written = records?;
        names?;
        if has_written {
            self.tidy_records(Occasion::Batch);
        }
        Ok(())
    }

    fn sync_names(&self) -> Result<(), Error> {
        let directories = std::mem::take(&mut *self.unsynced());
        if directories.len() > MANY_UNSYNCED {
            match sync_file_systems(&directories) {
                Ok(()) => return Ok(()),
                // Only Linux syncs a whole file system.
                Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(error) => {
                    tracing::warn!(%error, "the file system is not synced as a whole: one name after the other")
                }
            }
        }
        let paths: Vec<&PathBuf> = directories.iter().collect();
        // All of them are synced, whatever becomes of one.
        let outcomes = parallel::map(&paths, SYNCS_AT_ONCE, WORTH_A_THREAD, |path| {
            sync_one(path, &directories)
        });
        outcomes.into_iter().collect()
    }

    /// Notes that a directory has a new name in it, and that those above it may be new too.
    pub(crate) fn note_unsynced_up_to_root(&self, directory: &Path) {
        let root = self.root();
        let mut unsynced = self.unsynced();
        for above in directory.ancestors().take_while(|path| path.starts_with(root)) {
            if !unsynced.insert(above.to_owned()) {
                // Those above it were noted with it.
                return;
            }
        }
    }

    fn unsynced(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.inner
            .durability
            .unsynced
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the names in a directory durable.
fn sync_one(path: &Path, directories: &BTreeSet<PathBuf>) -> Result<(), Error> {
    match disk::sync(path) {
        // It may be written and not read; what is in it is synced with its file system.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && sync_file_system_of(path, directories) => {
            Ok(())
        }
        // A directory that cannot be opened.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(Error::reading("sync", path)(error)),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::writing("sync", path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Syncs each file system that holds one of these.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn sync_file_systems(directories: &BTreeSet<PathBuf>) -> io::Result<()> {
    let mut devices = BTreeSet::new();
    for directory in directories {
        match directory.metadata() {
            Ok(metadata) if devices.insert(metadata.dev()) => disk::sync_file_system(directory)?,
            Ok(_) => {}
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Syncs the file system of `path` by way of another of these directories that is on it; `false` if that cannot be done.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn sync_file_system_of(path: &Path, directories: &BTreeSet<PathBuf>) -> bool {
    let device = |path: &Path| path.metadata().map(|metadata| metadata.dev()).ok();
    let others = directories.iter().filter(|other| device(other) == device(path));
    others.into_iter().any(|other| disk::sync_file_system(other).is_ok())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn sync_file_system_of(_: &Path, _: &BTreeSet<PathBuf>) -> bool {
    false
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn sync_file_systems(_: &BTreeSet<PathBuf>) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
