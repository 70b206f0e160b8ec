//! The plain files: where they lie, and how records spell that.

use std::io;
use std::path::{Path, PathBuf};

use super::Store;
use crate::dirfd::{self, Directory};
use crate::path::{RelativePath, UnsafeName};

impl Store {
    /// The directory of the plain files, which other programs may share.
    pub fn data_directory(&self) -> PathBuf {
        self.root().join(&*self.data_directory)
    }

    pub(crate) fn data_directory_name(&self) -> &str {
        &self.data_directory
    }

    /// The full path of this file, whether it exists or not.
    pub fn path_of(&self, path: &RelativePath) -> PathBuf {
        self.data_directory().join(path)
    }

    /// Reads the path of a file relative to the root, as records and listings spell it: the data directory, and a path in it.
    ///
    /// # Errors
    ///
    /// [`UnsafeName`] if it is not in the data directory, or a component is refused.
    pub fn parse_location(&self, location: &str) -> Result<RelativePath, UnsafeName> {
        match self.strip_data_directory(location) {
            Some(below) => below.parse(),
            None => Err(UnsafeName::new(location, "not in the data directory")),
        }
    }

    /// The inverse of [`Store::parse_location`].
    pub(crate) fn location_of(&self, path: &RelativePath) -> String {
        format!("{}/{path}", self.data_directory)
    }

    pub(crate) fn strip_data_directory<'a>(&self, location: &'a str) -> Option<&'a str> {
        location.strip_prefix(&*self.data_directory)?.strip_prefix('/')
    }

    /// The data directory itself.
    pub(crate) fn data(&self) -> io::Result<Directory> {
        self.root_directory()?.inner_or_linked(&self.data_directory)
    }

    /// The directory of `path` if it is there.
    pub(crate) fn directory_of(&self, path: &RelativePath) -> io::Result<Directory> {
        match self.root_directory()?.inner(&self.below_root(path)) {
            Err(error) if dirfd::is_link(&error) => self.data()?.inner(path.directories()),
            opened => opened,
        }
    }

    /// The directory of `path`, made if it is not there.
    pub(crate) fn directory_of_made(&self, path: &RelativePath) -> io::Result<Directory> {
        match self.made(&self.below_root(path)) {
            Err(error) if dirfd::is_link(&error) => self.data()?.inner_made(path.directories()),
            opened => opened,
        }
    }

    /// The directory of `path` as it is reached at once, unless the data directory is a link.
    fn below_root(&self, path: &RelativePath) -> PathBuf {
        Path::new(&*self.data_directory).join(path.directories())
    }
}
