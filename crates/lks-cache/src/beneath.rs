//! File operations below `mastDownload`, relative to directories held open, so that neither a symbolic link nor a directory swapped
//! meanwhile leads a write out of the root. Knows nothing of records.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, Mode, OFlags};

use crate::name::{DATA_DIRECTORY, ProductPath};
use crate::record::Fingerprint;

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// An open directory that holds product files.
#[derive(Debug)]
pub(crate) struct Directory {
    fd: OwnedFd,
    path: PathBuf,
}

/// What stands at a name.
#[derive(Debug)]
pub(crate) enum Found {
    /// A regular file, reached directly or through a symbolic link at the file's own position.
    File(File),
    Nothing,
    /// A directory, a pipe, a socket, a device, or a link to one or to nowhere.
    Other(&'static str),
}

impl Directory {
    /// The directory of `path` if it is there.
    ///
    /// `mastDownload` itself may be a symbolic link, because users place it on scratch disks; below it no link is followed.
    pub(crate) fn open(root: &Path, path: &ProductPath) -> io::Result<Self> {
        let mut at = root.join(DATA_DIRECTORY);
        let mut fd = fs::open(&at, DIRECTORY, Mode::empty())?;
        for name in path.directories() {
            fd = fs::openat(&fd, name.as_str(), DIRECTORY | OFlags::NOFOLLOW, Mode::empty())?;
            at.push(name);
        }
        Ok(Self { fd, path: at })
    }

    /// Any directory, links followed: of a tree that is read and not written.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self {
            fd: fs::open(path, DIRECTORY, Mode::empty())?,
            path: path.to_owned(),
        })
    }

    /// The directory of `path`, made if it is not there.
    pub(crate) fn create(root: &Path, path: &ProductPath) -> io::Result<Self> {
        let mut at = root.join(DATA_DIRECTORY);
        let mut fd = match fs::open(&at, DIRECTORY, Mode::empty()) {
            Err(rustix::io::Errno::NOENT) => {
                std::fs::create_dir_all(&at)?;
                fs::open(&at, DIRECTORY, Mode::empty())?
            }
            opened => opened?,
        };
        for name in path.directories() {
            fd = open_or_make(&fd, name.as_str())?;
            at.push(name);
        }
        Ok(Self { fd, path: at })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens what stands at `name` for reading, without waiting for a pipe's other end.
    pub(crate) fn find(&self, name: &str) -> io::Result<Found> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        match fs::openat(&self.fd, name, flags, Mode::empty()) {
            Ok(fd) => {
                let file = File::from(fd);
                let kind = file.metadata()?.file_type();
                if kind.is_file() {
                    Ok(Found::File(file))
                } else if kind.is_dir() {
                    Ok(Found::Other("a directory"))
                } else {
                    Ok(Found::Other("a special file"))
                }
            }
            Err(rustix::io::Errno::NOENT | rustix::io::Errno::LOOP) => match self.exists(name) {
                true => Ok(Found::Other("a symbolic link that leads nowhere")),
                false => Ok(Found::Nothing),
            },
            Err(rustix::io::Errno::NXIO) => Ok(Found::Other("a special file")),
            Err(error) => Err(error.into()),
        }
    }

    fn exists(&self, name: &str) -> bool {
        fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Moves `from` to `name` unless something stands there: then the error is of kind `AlreadyExists` and nothing happened.
    pub(crate) fn rename_new(&self, from: &Path, name: &str) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        match fs::renameat_with(fs::CWD, from, &self.fd, name, fs::RenameFlags::NOREPLACE) {
            Ok(()) => return Ok(()),
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {}
            Err(error) => return Err(error.into()),
        }
        match fs::linkat(fs::CWD, from, &self.fd, name, AtFlags::empty()) {
            Ok(()) => return std::fs::remove_file(from),
            Err(error @ (rustix::io::Errno::EXIST | rustix::io::Errno::NOENT | rustix::io::Errno::XDEV)) => {
                return Err(error.into());
            }
            // No hard links here. What is left is a check and a rename, with a moment between them.
            Err(_) if self.exists(name) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => {}
        }
        Ok(fs::renameat(fs::CWD, from, &self.fd, name)?)
    }

    /// Moves `name` away to `to`, replacing nothing that matters: `to` is in a directory made for it.
    pub(crate) fn rename_away(&self, name: &str, to: &Path) -> io::Result<()> {
        Ok(fs::renameat(&self.fd, name, fs::CWD, to)?)
    }

    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(fs::unlinkat(&self.fd, name, AtFlags::empty())?)
    }
}

/// Opened first, because most directories are there already.
fn open_or_make(above: &OwnedFd, name: &str) -> rustix::io::Result<OwnedFd> {
    let open = || fs::openat(above, name, DIRECTORY | OFlags::NOFOLLOW, Mode::empty());
    match open() {
        Err(rustix::io::Errno::NOENT) => {}
        opened => return opened,
    }
    match fs::mkdirat(above, name, Mode::from_raw_mode(0o777)) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => open(),
        Err(error) => Err(error),
    }
}

/// What identifies the content of an open file cheaply.
pub(crate) fn fingerprint(file: &File) -> io::Result<Fingerprint> {
    let metadata = file.metadata()?;
    Ok(Fingerprint {
        dev: metadata.dev(),
        ino: metadata.ino(),
        size: metadata.size(),
        mtime_ns: metadata
            .mtime()
            .saturating_mul(1_000_000_000)
            .saturating_add(metadata.mtime_nsec()),
    })
}

/// Reserves `size` bytes without changing what the file's size says: a preallocated file that claims its full size would pass for
/// a complete one after a power cut.
pub(crate) fn reserve(file: &File, size: u64) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if size > 0 {
        match fs::fallocate(file, fs::FallocateFlags::KEEP_SIZE, 0, size) {
            Err(rustix::io::Errno::NOSPC) => return Err(io::ErrorKind::StorageFull.into()),
            Err(rustix::io::Errno::DQUOT) => return Err(io::ErrorKind::QuotaExceeded.into()),
            Err(rustix::io::Errno::FBIG) => return Err(io::ErrorKind::FileTooLarge.into()),
            // Not every file system reserves; writing will tell.
            Ok(()) | Err(_) => {}
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = (file, size);
    Ok(())
}

/// Bytes of the disk that a file takes, those that are reserved for it too.
pub(crate) fn on_disk(metadata: &std::fs::Metadata) -> u64 {
    // Always of 512 bytes (POSIX `st_blocks`, as all systems have it that this runs on).
    metadata.blocks().saturating_mul(512)
}

/// Bytes that an unprivileged user may still write to the file system of `path`.
pub(crate) fn free_space(path: &Path) -> Option<u64> {
    let statistics = fs::statvfs(path).ok()?;
    Some(statistics.f_bavail.saturating_mul(statistics.f_frsize))
}

/// Whether the file system of `path`, which need not exist yet, can hold another file. One that makes inodes as they are needed counts none.
pub(crate) fn has_inodes(path: &Path) -> bool {
    let statistics = path.ancestors().find_map(|above| fs::statvfs(above).ok());
    statistics.is_none_or(|statistics| statistics.f_files == 0 || statistics.f_favail > 0)
}

/// Asks the system whether files may be made in a directory. Where it does not say no clearly, writing will tell.
pub(crate) fn check_writable(directory: &Path) -> io::Result<()> {
    match fs::access(directory, fs::Access::WRITE_OK | fs::Access::EXEC_OK) {
        Err(error @ (rustix::io::Errno::ACCESS | rustix::io::Errno::ROFS | rustix::io::Errno::PERM)) => {
            Err(error.into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Makes a directory's names, or a file, durable.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Makes everything on the file system of `path` durable.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn sync_file_system(path: &Path) -> io::Result<()> {
    Ok(fs::syncfs(fs::open(path, DIRECTORY, Mode::empty())?)?)
}

/// Whether the error says that a directory's place is taken by a symbolic link. Linux answers `ENOTDIR` instead when both
/// `O_DIRECTORY` and `O_NOFOLLOW` are given.
pub(crate) fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}
