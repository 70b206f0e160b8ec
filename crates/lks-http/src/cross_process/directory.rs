//! The shared directory, opened so that other users who can write there can neither redirect nor block us.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::lane::Lane;
use crate::options::SharedDirectory;

/// More than a date in milliseconds has.
const MOST_DIGITS: u64 = 64;
/// Longest pause that is shared; requests that meet a longer one fail anyway.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The directory, held open.
#[derive(Debug)]
pub(super) struct Open(Handle);

impl Open {
    /// Opens it, and creates it if it does not exist.
    pub(super) fn new(directory: &SharedDirectory) -> io::Result<Self> {
        match handle(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::create_dir_all(&directory.base)?;
                Ok(Self(handle(directory)?))
            }
            opened => Ok(Self(opened?)),
        }
    }

    /// What is left of the shared pause. If a clock was changed meanwhile, it is at most the longest pause.
    pub(super) fn pause(&self, host: &str) -> Option<Duration> {
        let text = self.read(&pause_file(host)).ok()?;
        let until = UNIX_EPOCH + Duration::from_millis(text.trim().parse().ok()?);
        let left = until.duration_since(SystemTime::now()).ok()?;
        (!left.is_zero() && left <= LONGEST_PAUSE).then_some(left)
    }

    /// Shares a pause that the host asked for, unless a longer one is shared already.
    pub(super) fn share_pause(&self, host: &str, asked: Duration) -> io::Result<()> {
        // Nobody waits for the end of a longer one: each process is told by the host itself.
        if asked > LONGEST_PAUSE || self.pause(host).is_some_and(|left| left >= asked) {
            return Ok(());
        }
        let until = SystemTime::now() + asked;
        let millis = until.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        self.write(&pause_file(host), &millis.to_string())
    }

    /// The file, locked; `None` if another process holds the lock, or if the file was removed meanwhile, so that other processes lock another one.
    pub(super) fn lock(&self, name: &str) -> io::Result<Option<File>> {
        let file = self.file(name)?;
        match file.try_lock() {
            Ok(()) => Ok(self.is_name_of(name, &file)?.then_some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// A regular file for reading and writing, created if it does not exist.
    pub(super) fn file(&self, name: &str) -> io::Result<File> {
        plain(open(&self.0, name, true)?)
    }

    /// Whether the open file still has this name.
    pub(super) fn is_name_of(&self, name: &str, file: &File) -> io::Result<bool> {
        is_name_of(&self.0, name, file)
    }

    /// The text of an existing file.
    fn read(&self, name: &str) -> io::Result<String> {
        let mut text = String::new();
        plain(open(&self.0, name, false)?)?
            .take(MOST_DIGITS)
            .read_to_string(&mut text)?;
        Ok(text)
    }

    /// Replaces the text of a file.
    fn write(&self, name: &str, text: &str) -> io::Result<()> {
        let mut file = self.file(name)?;
        file.set_len(0)?;
        file.write_all(text.as_bytes())
    }
}

/// What the names of the places of this host and lane begin with.
pub(super) fn places(host: &str, lane: Lane) -> String {
    format!("{}-{}-", file_name(host), file_name(lane.name()))
}

pub(super) fn pause_file(host: &str) -> String {
    format!("{}-pause", file_name(host))
}

/// `https://example.org` as one name.
fn file_name(host: &str) -> String {
    host.chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' })
        .collect()
}

/// The file, if it is a regular file without other hard links.
fn plain(file: File) -> io::Result<File> {
    let metadata = file.metadata()?;
    if metadata.is_file() && has_one_name(&metadata) {
        Ok(file)
    } else {
        Err(io::Error::other("it is not a file of its own"))
    }
}

#[cfg(unix)]
use unix::{Handle, handle, has_one_name, is_name_of, open};

#[cfg(unix)]
mod unix {
    use std::fs::{File, Metadata};
    use std::io;
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::{self, AtFlags, Mode, OFlags};
    use rustix::io::Errno;

    use crate::options::SharedDirectory;

    const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

    pub(super) type Handle = OwnedFd;

    pub(super) fn handle(directory: &SharedDirectory) -> io::Result<Handle> {
        let mut handle = fs::open(&directory.base, DIRECTORY, Mode::empty())?;
        for name in &directory.below {
            let inner = || fs::openat(&handle, name, DIRECTORY | OFlags::NOFOLLOW, Mode::empty());
            let opened = match inner() {
                Err(Errno::NOENT) => {
                    match fs::mkdirat(&handle, name, Mode::from_raw_mode(0o777)) {
                        Ok(()) | Err(Errno::EXIST) => {}
                        Err(error) => return Err(error.into()),
                    }
                    inner()
                }
                opened => opened,
            };
            handle = opened?;
        }
        Ok(handle)
    }

    /// Opening a pipe does not block.
    pub(super) fn open(handle: &Handle, name: &str, is_made: bool) -> io::Result<File> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let flags = match is_made {
            true => flags | OFlags::RDWR | OFlags::CREATE,
            false => flags | OFlags::RDONLY,
        };
        Ok(File::from(fs::openat(handle, name, flags, Mode::from_raw_mode(0o666))?))
    }

    pub(super) fn has_one_name(metadata: &Metadata) -> bool {
        metadata.nlink() == 1
    }

    pub(super) fn is_name_of(handle: &Handle, name: &str, file: &File) -> io::Result<bool> {
        let named = match fs::statat(handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => return Ok(false),
            named => named?,
        };
        let file = fs::fstat(file)?;
        Ok((named.st_dev, named.st_ino) == (file.st_dev, file.st_ino))
    }
}

#[cfg(not(unix))]
use other::{Handle, handle, has_one_name, is_name_of, open};

#[cfg(not(unix))]
mod other {
    use std::fs::{File, Metadata, OpenOptions};
    use std::io;
    use std::path::PathBuf;

    use crate::options::SharedDirectory;

    pub(super) type Handle = PathBuf;

    pub(super) fn handle(directory: &SharedDirectory) -> io::Result<Handle> {
        let path = directory.base.join(&directory.below);
        std::fs::create_dir_all(&path)?;
        Ok(path)
    }

    pub(super) fn open(handle: &Handle, name: &str, is_made: bool) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(is_made).create(is_made).truncate(false);
        options.open(handle.join(name))
    }

    pub(super) fn has_one_name(_: &Metadata) -> bool {
        true
    }

    pub(super) fn is_name_of(_: &Handle, _: &str, _: &File) -> io::Result<bool> {
        Ok(true)
    }
}
