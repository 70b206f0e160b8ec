//! What can go wrong in the store, by what a caller does about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::dirfd::is_link;
use crate::disk;
use crate::path::UnsafeName;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name from outside cannot become a path. Nothing was created.
    #[error(transparent)]
    UnsafeName(#[from] UnsafeName),
    /// The disk, the quota or the table of inodes is full.
    #[error("{operation} {}: no {what} left{}; free some or choose another cache directory", path.display(), shortage(*needed, *free))]
    Full {
        /// What was attempted.
        operation: &'static str,
        /// Where.
        path: PathBuf,
        /// What has run out: `space`, or `inodes` where a file system can hold no more files whatever their size.
        what: &'static str,
        /// Bytes that were asked for, if known.
        needed: Option<u64>,
        /// Bytes the file system offers, if known.
        free: Option<u64>,
        /// What the system said.
        source: io::Error,
    },
    /// The store may be read, not written. Valid entries are still served.
    #[error("{operation} {}: the cache cannot be written; choose another cache directory or ask for write permission", path.display())]
    ReadOnly {
        /// What was attempted.
        operation: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Received bytes are not what was announced. They were discarded and nothing was published.
    #[error("{uri}: {reason} after {received} bytes; fetch it again")]
    Integrity {
        /// The URI.
        uri: String,
        /// Bytes received.
        received: u64,
        /// What does not fit.
        reason: String,
    },
    /// Something that is not a file, or the file of another key, stands where this file belongs. It was left alone.
    #[error("{}: {what} is in the way; move it elsewhere and try again", path.display())]
    Obstructed {
        /// Where.
        path: PathBuf,
        /// What stands there.
        what: String,
    },
    /// Any other failure of a file operation.
    #[error("{operation} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        operation: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// For code that speaks [`io::Error`], as a reader that is copied into a [`Writer`](crate::Writer) does. The kind is that of what the
/// system said.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Full { source, .. } | Error::ReadOnly { source, .. } | Error::Io { source, .. } => source.kind(),
            Error::UnsafeName(_) => io::ErrorKind::InvalidInput,
            Error::Integrity { .. } => io::ErrorKind::InvalidData,
            Error::Obstructed { .. } => io::ErrorKind::AlreadyExists,
        };
        Self::new(kind, error)
    }
}

impl Error {
    pub(crate) fn in_place_of_directory(path: PathBuf) -> Self {
        let what = "a file in place of a directory".to_owned();
        Self::Obstructed { path, what }
    }

    pub(crate) fn reading(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match is_link(&source) {
            true => Self::behind_link(path),
            false => Self::Io {
                operation,
                path,
                source: with_advice(source),
            },
        }
    }

    /// No link that others may have put there is followed.
    pub(crate) fn behind_link(path: PathBuf) -> Self {
        let what = "a symbolic link in place of a directory".to_owned();
        Self::Obstructed { path, what }
    }

    pub(crate) fn writing(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => match file_above(&path) {
                Some(path) => Self::in_place_of_directory(path),
                None => Self::Io {
                    operation,
                    path,
                    source,
                },
            },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full {
                operation,
                what: match source.kind() {
                    io::ErrorKind::StorageFull if !disk::has_inodes(&path) => "inodes",
                    _ => "space",
                },
                path,
                needed: None,
                free: None,
                source,
            },
            _ if is_link(&source) => Self::behind_link(path),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnly {
                operation,
                path,
                source,
            },
            _ => Self::Io {
                operation,
                path,
                source: with_advice(source),
            },
        }
    }
}

/// What stands above `path`, or there, where a directory belongs.
fn file_above(path: &Path) -> Option<PathBuf> {
    let is_no_directory = |path: &&Path| path.symlink_metadata().is_ok() && !path.is_dir();
    path.ancestors().filter(is_no_directory).last().map(Path::to_owned)
}

/// The same error with what to do about it, where a limit of the process is the cause.
fn with_advice(source: io::Error) -> io::Error {
    let advice = match source.kind() {
        io::ErrorKind::NotFound => "look whether its directory is there, or choose another cache directory",
        io::ErrorKind::FileTooLarge => "raise the limit on the size of a file (`ulimit -f`) or choose another disk",
        _ if rustix::io::Errno::from_io_error(&source) == Some(rustix::io::Errno::MFILE) => {
            "raise the limit on open files (`ulimit -n`) or have fewer files in flight"
        }
        _ => return source,
    };
    io::Error::new(source.kind(), format!("{source}; {advice}"))
}

fn shortage(needed: Option<u64>, free: Option<u64>) -> String {
    match (needed, free) {
        (Some(needed), Some(free)) => format!(" ({needed} bytes needed, {free} free)"),
        (Some(needed), None) => format!(" ({needed} bytes needed)"),
        (None, Some(free)) => format!(" ({free} bytes free)"),
        (None, None) => String::new(),
    }
}
