//! Files of the store, relative to directories held open: neither a symbolic link nor a directory swapped meanwhile leads out of the root.
//!
//! The root is the caller's word and is followed wherever it leads. The data directory may be a link, because users place it on scratch
//! disks, and so may a file in it, if this user or root made the link; nothing else is followed. Knows nothing of records.

mod open;
mod opened;
mod shared;

use std::ffi::{CString, OsStr};
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, Dir, Mode, OFlags, RawMode};
use rustix::io::Errno;

use self::open::{DIRECTORY, open_beneath};
pub(crate) use self::opened::{A_DIRECTORY, Attributes, Names, Opened};
pub(crate) use self::shared::Shared;

/// Opening a pipe waits for nobody, and a terminal does not become ours.
const PLAIN: OFlags = OFlags::NONBLOCK.union(OFlags::CLOEXEC).union(OFlags::NOCTTY);
/// Trees of ours are three directories deep; one that is deeper than this was made to exhaust who walks it.
pub(crate) const DEEPEST: usize = 32;

/// An open directory.
#[derive(Debug)]
pub(crate) struct Directory {
    fd: OwnedFd,
    path: PathBuf,
}

impl Directory {
    /// The directory at `path`, wherever links lead.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let (fd, path) = (fs::open(path, DIRECTORY, Mode::empty())?, path.to_owned());
        Ok(Self { fd, path })
    }

    /// The directory `name` in this one; a symbolic link of this user or root is followed.
    pub(crate) fn inner_or_linked(&self, name: &str) -> io::Result<Self> {
        match self.inner(Path::new(name)) {
            Err(error) if is_link(&error) => {
                let Some(target) = self.target_of_own_link(name)? else {
                    return Err(error);
                };
                Ok(Self {
                    fd: fs::openat(&self.fd, target, DIRECTORY, Mode::empty())?,
                    path: self.path.join(name),
                })
            }
            opened => opened,
        }
    }

    /// The directory at `path`, made if it is not there.
    pub(crate) fn made(path: &Path) -> io::Result<Self> {
        match Self::at(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::create_dir_all(path)?;
                Self::at(path)
            }
            opened => opened,
        }
    }

    /// The directory at the relative path `below`, which is this one if the path is empty.
    pub(crate) fn inner(&self, below: &Path) -> io::Result<Self> {
        if below.as_os_str().is_empty() {
            let (fd, path) = (self.fd.try_clone()?, self.path.clone());
            return Ok(Self { fd, path });
        }
        let fd = open_beneath(self.fd.as_fd(), below, DIRECTORY, Mode::empty())?;
        let path = self.path.join(below);
        Ok(Self { fd, path })
    }

    /// The directory at the relative path `below`, made if it is not there.
    pub(crate) fn inner_made(&self, below: &Path) -> io::Result<Self> {
        // Opened first, because most directories are there already.
        match self.inner(below) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
        let (Some(above), Some(name)) = (below.parent(), below.file_name()) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let parent = self.inner_made(above)?;
        match fs::mkdirat(&parent.fd, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        parent.inner(Path::new(name))
    }

    /// A new directory with a name that begins so and that nobody else uses.
    pub(crate) fn inner_new(&self, prefix: &str) -> io::Result<(Self, String)> {
        let name = format!("{prefix}{}", random_name());
        fs::mkdirat(&self.fd, &name, Mode::from_raw_mode(0o777))?;
        Ok((self.inner(Path::new(&name))?, name))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens what stands at `name` for reading, without waiting for a pipe's other end. A symbolic link of this user or root is followed.
    pub(crate) fn find(&self, name: &str) -> io::Result<Opened> {
        let flags = OFlags::RDONLY | PLAIN;
        match fs::openat(&self.fd, name, flags | OFlags::NOFOLLOW, Mode::empty()) {
            Err(Errno::LOOP) => {}
            opened => return Opened::of(opened),
        }
        let Some(target) = self.target_of_own_link(name)? else {
            return Ok(Opened::Other("a symbolic link of another user"));
        };
        match fs::openat(&self.fd, target, flags, Mode::empty()) {
            Err(Errno::NOENT | Errno::LOOP) => Ok(Opened::Other("a symbolic link that leads nowhere")),
            opened => Opened::of(opened),
        }
    }

    /// Where a link leads; `None` if neither this user nor root made it, because others could lead us anywhere.
    fn target_of_own_link(&self, name: &str) -> io::Result<Option<CString>> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let (owner, target) = {
            // Held, so that what is read is the link whose owner is known.
            let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let link = fs::openat(&self.fd, name, flags, Mode::empty())?;
            (fs::fstat(&link)?.st_uid, fs::readlinkat(&link, "", Vec::new())?)
        };
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let (owner, target) = {
            let owner = fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW)?.st_uid;
            (owner, fs::readlinkat(&self.fd, name, Vec::new())?)
        };
        let is_own = owner == 0 || owner == rustix::process::geteuid().as_raw();
        Ok(is_own.then_some(target))
    }

    /// Opens what stands at the relative path `below`, which leads through no link and to none.
    pub(crate) fn find_own(&self, below: &Path) -> io::Result<Opened> {
        Opened::of(open_beneath(
            self.fd.as_fd(),
            below,
            OFlags::RDONLY | PLAIN,
            Mode::empty(),
        ))
    }

    /// Opens the regular file `name` for reading and writing; with [`OFlags::CREATE`] it is made if it is not there.
    pub(crate) fn open_own(&self, name: &str, more: OFlags) -> io::Result<File> {
        let mode = match more.contains(OFlags::CREATE) {
            true => Mode::from_raw_mode(0o666),
            false => Mode::empty(),
        };
        match Opened::of(open_beneath(
            self.fd.as_fd(),
            Path::new(name),
            OFlags::RDWR | PLAIN | more,
            mode,
        ))? {
            Opened::File(file) => Ok(file),
            Opened::Nothing => Err(io::ErrorKind::NotFound.into()),
            Opened::Other(what) => Err(io::Error::other(format!("{what} in place of a file"))),
        }
    }

    /// A new file under `name`.
    pub(crate) fn create_new(&self, name: &str, mode: RawMode, more: OFlags) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC | more;
        Ok(File::from(fs::openat(
            &self.fd,
            name,
            flags,
            Mode::from_raw_mode(mode),
        )?))
    }

    /// What stands at the relative path `below`, which leads through no link and to none. It is opened for it, because on NFS the
    /// attributes of a name may be old, and what may not be read is an error.
    pub(crate) fn look(&self, below: &Path) -> io::Result<Metadata> {
        let found = open_beneath(self.fd.as_fd(), below, OFlags::RDONLY | PLAIN, Mode::empty())?;
        File::from(found).metadata()
    }

    /// What stands at `name`.
    pub(crate) fn attributes_of(&self, name: impl AsRef<OsStr>) -> io::Result<Attributes> {
        Ok(Attributes(fs::statat(
            &self.fd,
            name.as_ref(),
            AtFlags::SYMLINK_NOFOLLOW,
        )?))
    }

    pub(crate) fn exists(&self, name: impl AsRef<OsStr>) -> bool {
        self.attributes_of(name).is_ok()
    }

    /// Whether `name` stands for this very file.
    pub(crate) fn is_name_of(&self, name: &str, file: &File) -> io::Result<bool> {
        Ok(self.attributes_of(name)?.is_of_same_file(&Attributes::of(file)?))
    }

    /// Whether the two are one directory.
    pub(crate) fn is_same(&self, other: &Self) -> io::Result<bool> {
        Ok(Attributes::of(&self.fd)?.is_of_same_file(&Attributes::of(&other.fd)?))
    }

    /// The names in it, each with what it stands for as far as the file system tells.
    pub(crate) fn names(&self) -> io::Result<Names> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Names(Dir::new(fs::openat(&self.fd, ".", flags, Mode::empty())?)?))
    }

    /// Moves `from` of this directory to `name` of another, in place of what stands there.
    pub(crate) fn rename(&self, from: impl AsRef<OsStr>, to: &Self, name: &str) -> io::Result<()> {
        Ok(fs::renameat(&self.fd, from.as_ref(), &to.fd, name)?)
    }

    /// Moves `from` of this directory to `name` of another unless something stands there: then the error is of kind `AlreadyExists` and
    /// nothing happened.
    pub(crate) fn rename_new(&self, from: &str, to: &Self, name: &str) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        match fs::renameat_with(&self.fd, from, &to.fd, name, fs::RenameFlags::NOREPLACE) {
            Ok(()) => return Ok(()),
            Err(Errno::INVAL | Errno::NOSYS) => {}
            Err(error) => return Err(error.into()),
        }
        match fs::linkat(&self.fd, from, &to.fd, name, AtFlags::empty()) {
            Ok(()) => return self.remove(from),
            Err(error @ (Errno::EXIST | Errno::NOENT | Errno::XDEV)) => return Err(error.into()),
            // No hard links here. What is left is a check and a rename, with a moment between them.
            Err(_) if to.exists(name) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => {}
        }
        self.rename(from, to, name)
    }

    /// Makes a link that leads where `name` of another directory leads, which is one.
    pub(crate) fn copy_link(&self, from: &Self, name: &str, to: &str) -> io::Result<()> {
        let target = fs::readlinkat(&from.fd, name, Vec::new())?;
        Ok(fs::symlinkat(target, &self.fd, to)?)
    }

    pub(crate) fn remove(&self, name: impl AsRef<OsStr>) -> io::Result<()> {
        Ok(fs::unlinkat(&self.fd, name.as_ref(), AtFlags::empty())?)
    }

    pub(crate) fn remove_directory(&self, name: impl AsRef<OsStr>) -> io::Result<()> {
        Ok(fs::unlinkat(&self.fd, name.as_ref(), AtFlags::REMOVEDIR)?)
    }

    /// Removes `name` with everything in it.
    pub(crate) fn remove_tree(&self, name: impl AsRef<OsStr>) -> io::Result<()> {
        self.remove_tree_below(name.as_ref(), DEEPEST)
    }

    fn remove_tree_below(&self, name: &OsStr, deepest: usize) -> io::Result<()> {
        if !self.attributes_of(name)?.is_dir() {
            return self.remove(name);
        }
        if deepest == 0 {
            return Err(io::Error::other(
                "its directories are nested too deeply; remove them by hand",
            ));
        }
        let directory = self.inner(Path::new(name))?;
        for entry in directory.names()?.collect::<io::Result<Vec<_>>>()? {
            match directory.remove_tree_below(&entry.0, deepest - 1) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        self.remove_directory(name)
    }
}

/// Letters and digits that nobody else comes upon.
pub(crate) fn random_name() -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(16).collect()
}

/// Whether the error says that a symbolic link stands in place of a file or a directory.
pub(crate) fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::LOOP.raw_os_error())
}
