//! The file of a segment. Of many segments only some are held open; each of the others is opened when it is read.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::Errno;

use super::read_line;
use crate::dirfd::{Attributes, Directory, Opened};

/// A segment's file.
#[derive(Debug)]
pub(crate) struct Handle {
    name: Arc<str>,
    /// When it was opened first.
    seen: Attributes,
    place: Place,
    /// Some of it could not be read, which may pass.
    has_failed: AtomicBool,
}

#[derive(Debug)]
enum Place {
    Held(Arc<File>),
    Named(Arc<Directory>),
}

impl Handle {
    /// A file that stays open.
    pub(crate) fn held(name: &str, file: impl Into<Arc<File>>) -> io::Result<Self> {
        let file = file.into();
        Ok(Self {
            name: name.into(),
            seen: Attributes::of(&file)?,
            place: Place::Held(file),
            has_failed: AtomicBool::new(false),
        })
    }

    /// A file that is opened anew for each look.
    pub(crate) fn named(name: &str, file: &File, directory: Arc<Directory>) -> io::Result<Self> {
        Ok(Self {
            name: name.into(),
            seen: Attributes::of(file)?,
            place: Place::Named(directory),
            has_failed: AtomicBool::new(false),
        })
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn is_held(&self) -> bool {
        self.directory().is_none()
    }

    /// Where it is opened anew for each look.
    pub(super) fn directory(&self) -> Option<&Arc<Directory>> {
        match &self.place {
            Place::Held(_) => None,
            Place::Named(directory) => Some(directory),
        }
    }

    /// What was seen of it when it was opened first.
    pub(crate) fn seen(&self) -> &Attributes {
        &self.seen
    }

    /// Reads the file; the error is [stale](crate::store::is_stale) if it has lost its name meanwhile.
    pub(crate) fn read_with<T>(&self, read: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
        let outcome = self.try_read(read);
        if outcome.as_ref().is_err_and(is_unreadable) {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        outcome
    }

    /// As [`Handle::read_with`]; `None` if what is there cannot be read.
    pub(crate) fn read_if_whole<T>(&self, read: impl FnOnce(&File) -> io::Result<Option<T>>) -> io::Result<Option<T>> {
        match self.read_with(read) {
            Err(error) if is_unreadable(&error) => Ok(None),
            outcome => outcome,
        }
    }

    /// Reads a line whose place is known; `None` if it is not there to be read.
    pub(crate) fn read_line(&self, offset: u64, length: u32) -> io::Result<Option<Vec<u8>>> {
        self.read_if_whole(|file| read_line(file, offset, length))
    }

    /// Whether any of it could not be read so far.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    fn try_read<T>(&self, read: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
        let directory = match &self.place {
            Place::Held(file) => return read(file),
            Place::Named(directory) => directory,
        };
        match directory.find_own(Path::new(&*self.name))? {
            Opened::File(file) if Attributes::of(&file)?.is_of_same_file(&self.seen) => read(&file),
            Opened::File(_) | Opened::Nothing | Opened::Other(_) => Err(io::ErrorKind::StaleNetworkFileHandle.into()),
        }
    }
}

/// Fills the buffer from this offset on; `false` if the file ends before.
pub(super) fn read_whole(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<bool> {
    match file.read_exact_at(buffer, offset) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        outcome => outcome.map(|()| true),
    }
}

/// Whether what is there cannot be read: as bad as if it were damaged.
pub(super) fn is_unreadable(error: &io::Error) -> bool {
    let broken = [Errno::IO, Errno::BADMSG].map(Errno::raw_os_error);
    // What ext4 and XFS say of their own damage; the number is another error's elsewhere.
    let broken_by_itself = cfg!(target_os = "linux").then_some(117);
    error
        .raw_os_error()
        .is_some_and(|code| broken.contains(&code) || broken_by_itself == Some(code))
}
