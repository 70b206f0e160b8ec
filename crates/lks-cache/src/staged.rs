//! Files under a name of their own until they get the one they are for.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustix::fs::{OFlags, RawMode};

use crate::dirfd::{Directory, random_name};

/// A file on its way. Dropping it removes it, unless it is to be kept.
#[derive(Debug)]
pub(crate) struct Staged {
    file: File,
    name: Name,
}

/// The name that it has meanwhile.
#[derive(Debug)]
struct Name {
    directory: Arc<Directory>,
    name: String,
    is_removed: bool,
}

impl Drop for Name {
    fn drop(&mut self) {
        if !self.is_removed {
            return;
        }
        if let Err(error) = self.directory.remove(&self.name) {
            tracing::debug!(path = %self.directory.path().join(&self.name).display(), %error, "left for the sweep");
        }
    }
}

impl Staged {
    /// A new file whose name begins and ends so.
    pub(crate) fn create(directory: Arc<Directory>, prefix: &str, suffix: &str, mode: RawMode) -> io::Result<Self> {
        let name = format!("{prefix}{}{suffix}", random_name());
        let file = directory.create_new(&name, mode, OFlags::empty())?;
        Ok(Self::from_parts(file, directory, name))
    }

    /// A file that is under this name already.
    pub(crate) fn from_parts(file: File, directory: Arc<Directory>, name: String) -> Self {
        let is_removed = true;
        let name = Name {
            directory,
            name,
            is_removed,
        };
        Self { file, name }
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    pub(crate) fn directory(&self) -> &Arc<Directory> {
        &self.name.directory
    }

    pub(crate) fn name(&self) -> &str {
        &self.name.name
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.name.directory.path().join(&self.name.name)
    }

    /// Whether it stays when it is dropped.
    pub(crate) fn keep(&mut self, is_kept: bool) {
        self.name.is_removed = !is_kept;
    }

    /// Whether the name still stands for this file; if others may write here, they may have put another in its place.
    pub(crate) fn is_in_place(&self) -> io::Result<bool> {
        self.name.directory.is_name_of(&self.name.name, &self.file)
    }

    /// Gives the file the name it is for, unless something stands there: then the error is of kind `AlreadyExists`.
    pub(crate) fn rename_new(&self, to: &Directory, name: &str) -> io::Result<()> {
        self.name.directory.rename_new(&self.name.name, to, name)
    }

    /// Another file that has got this one's name.
    pub(crate) fn with_file(self, file: File) -> Self {
        Self { file, name: self.name }
    }

    /// The file without any name.
    pub(crate) fn into_unnamed(self) -> File {
        self.file
    }

    /// The file, which has another name now.
    pub(crate) fn into_file(mut self) -> File {
        self.keep(true);
        self.file
    }
}
