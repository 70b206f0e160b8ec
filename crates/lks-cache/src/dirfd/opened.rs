//! What stands at a name.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{Dir, FileType, Stat};
use rustix::io::Errno;

/// The one thing that is not moved out of the way.
pub(crate) const A_DIRECTORY: &str = "a directory";

/// What stands at a name.
#[derive(Debug)]
pub(crate) enum Opened {
    /// A regular file.
    File(File),
    Nothing,
    /// A directory, a pipe, a socket, a device, or a link that is not followed or leads to one or to nowhere.
    Other(&'static str),
}

/// What is known of a name without opening what it stands for; of a symbolic link, the link itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attributes(pub(super) Stat);

/// The names in a directory, each with what it stands for as far as the file system tells.
#[derive(Debug)]
pub(crate) struct Names(pub(super) Dir);

impl Attributes {
    /// Those of what is open.
    pub(crate) fn of(file: impl AsFd) -> io::Result<Self> {
        Ok(Self(rustix::fs::fstat(file)?))
    }

    pub(crate) fn is_of_same_file(&self, other: &Self) -> bool {
        (self.0.st_dev, self.0.st_ino) == (other.0.st_dev, other.0.st_ino)
    }

    pub(crate) fn kind(&self) -> FileType {
        FileType::from_raw_mode(self.0.st_mode)
    }

    pub(crate) fn is_dir(&self) -> bool {
        self.kind().is_dir()
    }

    /// Bytes.
    pub(crate) fn len(&self) -> u64 {
        u64::try_from(self.0.st_size).unwrap_or(0)
    }

    /// Bytes of the disk that it takes, those that are reserved for it too.
    pub(crate) fn on_disk(&self) -> u64 {
        // Always of 512 bytes (POSIX `st_blocks`, as all systems have it that this runs on).
        u64::try_from(self.0.st_blocks).unwrap_or(0).saturating_mul(512)
    }

    /// When it was written last, to the second.
    pub(crate) fn modified(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(u64::try_from(self.0.st_mtime).unwrap_or(0))
    }

    /// When it was written last, in seconds and nanoseconds; only to be compared.
    pub(crate) fn version(&self) -> (i128, i128) {
        (i128::from(self.0.st_mtime), i128::from(self.0.st_mtime_nsec))
    }

    /// Whether this user owns it.
    pub(crate) fn is_ours(&self) -> bool {
        self.0.st_uid == rustix::process::geteuid().as_raw()
    }
}

impl Names {
    /// The same, with the inodes.
    pub(crate) fn numbered(mut self) -> impl Iterator<Item = io::Result<(u64, OsString, FileType)>> {
        std::iter::from_fn(move || self.next_numbered())
    }

    fn next_numbered(&mut self) -> Option<io::Result<(u64, OsString, FileType)>> {
        loop {
            match self.0.next()? {
                Ok(entry) => {
                    let name = OsStr::from_bytes(entry.file_name().to_bytes());
                    if name != "." && name != ".." {
                        return Some(Ok((entry.ino(), name.to_owned(), entry.file_type())));
                    }
                }
                Err(error) => return Some(Err(error.into())),
            }
        }
    }
}

impl Iterator for Names {
    type Item = io::Result<(OsString, FileType)>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.next_numbered()?;
        Some(entry.map(|(_, name, kind)| (name, kind)))
    }
}

impl Opened {
    pub(super) fn of(opened: rustix::io::Result<OwnedFd>) -> io::Result<Self> {
        match opened {
            Ok(fd) => {
                let file = File::from(fd);
                let kind = file.metadata()?.file_type();
                if kind.is_file() {
                    Ok(Self::File(file))
                } else if kind.is_dir() {
                    Ok(Self::Other(A_DIRECTORY))
                } else {
                    Ok(Self::Other("a special file"))
                }
            }
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(Self::Nothing),
            Err(Errno::LOOP) => Ok(Self::Other("a symbolic link")),
            Err(Errno::ISDIR) => Ok(Self::Other(A_DIRECTORY)),
            // A pipe nobody reads, a socket, a device without a driver.
            Err(Errno::NXIO | Errno::NODEV) => Ok(Self::Other("a special file")),
            Err(error) => Err(error.into()),
        }
    }
}
