//! What the file system says of an open file and of itself.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{self, Mode, OFlags};
use rustix::io::Errno;

use crate::record::Fingerprint;

/// What identifies the content of an open file cheaply.
pub(crate) fn fingerprint(file: &File) -> io::Result<Fingerprint> {
    file.metadata().map(|metadata| fingerprint_of(&metadata))
}

/// The same, of attributes that are known.
pub(crate) fn fingerprint_of(metadata: &Metadata) -> Fingerprint {
    Fingerprint {
        dev: metadata.dev(),
        ino: metadata.ino(),
        size: metadata.size(),
        mtime_ns: metadata
            .mtime()
            .saturating_mul(1_000_000_000)
            .saturating_add(metadata.mtime_nsec()),
    }
}

/// Reserves `size` bytes without changing what the file's size says: a preallocated file that claims its full size would pass for
/// a complete one after a power cut.
pub(crate) fn reserve(file: &File, size: u64) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if size > 0 {
        match fs::fallocate(file, fs::FallocateFlags::KEEP_SIZE, 0, size) {
            Err(Errno::NOSPC) => return Err(io::ErrorKind::StorageFull.into()),
            Err(Errno::DQUOT) => return Err(io::ErrorKind::QuotaExceeded.into()),
            Err(Errno::FBIG) => return Err(io::ErrorKind::FileTooLarge.into()),
            // Not every file system reserves; writing will tell.
            Ok(()) | Err(_) => {}
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = (file, size);
    Ok(())
}

/// Asks the system whether files may be made in a directory. Where it does not say no clearly, writing will tell.
pub(crate) fn check_writable(directory: &Path) -> io::Result<()> {
    match fs::access(directory, fs::Access::WRITE_OK | fs::Access::EXEC_OK) {
        Err(error @ (Errno::ACCESS | Errno::ROFS | Errno::PERM)) => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
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

/// Makes a directory's names, or a file, durable.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    // Somebody may have put a pipe there meanwhile.
    Ok(fs::fsync(fs::open(
        path,
        OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY,
        Mode::empty(),
    )?)?)
}

/// Makes everything on the file system of `path` durable.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn sync_file_system(path: &Path) -> io::Result<()> {
    Ok(fs::syncfs(fs::open(
        path,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?)?)
}

/// Whether nobody but this user can have written into the file, and it is under one name only.
pub(crate) fn is_ours_alone(file: &File) -> io::Result<bool> {
    let metadata = file.metadata()?;
    Ok(metadata.uid() == rustix::process::geteuid().as_raw() && metadata.nlink() == 1 && metadata.mode() & 0o022 == 0)
}

/// Whether the two are one file.
pub(crate) fn is_same(one: &File, other: &File) -> io::Result<bool> {
    let (one, other) = (one.metadata()?, other.metadata()?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}
