//! Opening a relative path that leads through no symbolic link.

use std::ffi::OsStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path};

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

/// A directory that is only passed through need not be readable.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Opens the relative path `below`; a symbolic link anywhere in it is `ELOOP`.
pub(super) fn open_beneath(at: BorrowedFd<'_>, below: &Path, flags: OFlags, mode: Mode) -> rustix::io::Result<OwnedFd> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let resolve = fs::ResolveFlags::BENEATH | fs::ResolveFlags::NO_SYMLINKS;
        match fs::openat2(at, below, flags, mode, resolve) {
            // Kernels before 5.6, and sandboxes that know no newer call.
            Err(Errno::NOSYS | Errno::PERM) => {}
            opened => return opened,
        }
    }
    open_one_by_one(at, below, flags, mode)
}

fn open_one_by_one(at: BorrowedFd<'_>, below: &Path, flags: OFlags, mode: Mode) -> rustix::io::Result<OwnedFd> {
    let mut above: Option<OwnedFd> = None;
    let mut names = below.components().peekable();
    while let Some(name) = names.next() {
        let Component::Normal(name) = name else {
            return Err(Errno::XDEV);
        };
        let is_last = names.peek().is_none();
        let flags = if is_last { flags } else { DIRECTORY };
        let directory = above.as_ref().map_or(at, AsFd::as_fd);
        let opened = fs::openat(
            directory,
            name,
            flags | OFlags::NOFOLLOW,
            if is_last { mode } else { Mode::empty() },
        );
        above = Some(opened.map_err(|error| match error {
            // Linux says so of a link when a directory was asked for.
            Errno::NOTDIR if is_link_at(directory, name) => Errno::LOOP,
            error => error,
        })?);
    }
    above.ok_or(Errno::NOENT)
}

fn is_link_at(directory: BorrowedFd<'_>, name: &OsStr) -> bool {
    let seen = fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW);
    seen.is_ok_and(|seen| FileType::from_raw_mode(seen.st_mode).is_symlink())
}

#[cfg(test)]
mod tests;
