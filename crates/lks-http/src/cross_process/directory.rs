//! The shared directory, opened so that other users who can write there can neither redirect nor block us.

use std::fs::File;
use std::io::{self, Read, Write};

use crate::options::SharedDirectory;

/// More than a date in milliseconds has.
const MOST_DIGITS: u64 = 64;

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

    /// A regular file for reading and writing, created if it does not exist.
    pub(super) fn file(&self, name: &str) -> io::Result<File> {
        plain(open(&self.0, name, true)?)
    }

    /// Whether the open file still has this name.
    pub(super) fn is_name_of(&self, name: &str, file: &File) -> io::Result<bool> {
        is_name_of(&self.0, name, file)
    }

    /// The text of an existing file.
    pub(super) fn read(&self, name: &str) -> io::Result<String> {
        let mut text = String::new();
        plain(open(&self.0, name, false)?)?
            .take(MOST_DIGITS)
            .read_to_string(&mut text)?;
        Ok(text)
    }

    /// Replaces the text of a file.
    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<()> {
        let mut file = self.file(name)?;
        file.set_len(0)?;
        file.write_all(text.as_bytes())
    }
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
