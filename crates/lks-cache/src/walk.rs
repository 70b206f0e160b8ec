//! Walking the store's two trees: the records, and the plain files. Both stream, so that a million entries need no memory.

use std::fs::{self, ReadDir};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::record::Record;
use crate::store::{Store, is_absent, read_record_file};

/// Records in no particular order; unusable ones are left out.
#[derive(Debug)]
pub struct Records {
    files: Files,
}

impl Iterator for Records {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let path = match self.files.next()? {
                Ok(path) => path,
                Err(error) => return Some(Err(error)),
            };
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            match read_record_file(&path) {
                // A record counts only under its own name.
                Ok(Some(Ok(record))) if path.file_stem().is_some_and(|stem| stem == record.key.as_str()) => {
                    return Some(Ok(record));
                }
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// Everything below a directory that is not a directory, in no particular order. Symbolic links are named, not followed.
#[derive(Debug)]
pub(crate) struct Files {
    open: Vec<(PathBuf, ReadDir)>,
    failure: Option<Error>,
}

impl Files {
    /// Walks `directory`, which may be a symbolic link itself and may be absent.
    pub(crate) fn below(directory: &Path) -> Self {
        let mut files = Self {
            open: Vec::new(),
            failure: None,
        };
        files.descend(directory.to_owned());
        files
    }

    fn descend(&mut self, directory: PathBuf) {
        match fs::read_dir(&directory) {
            Ok(entries) => self.open.push((directory, entries)),
            Err(error) if is_absent(&error) => {}
            Err(error) => self.failure = Some(Error::reading("list", &directory)(error)),
        }
    }
}

impl Iterator for Files {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(error) = self.failure.take() {
                return Some(Err(error));
            }
            let (directory, entries) = self.open.last_mut()?;
            match entries.next() {
                None => {
                    self.open.pop();
                }
                Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => {}
                Some(Err(error)) => return Some(Err(Error::reading("list", directory)(error))),
                Some(Ok(entry)) => match entry.file_type() {
                    Ok(kind) if kind.is_dir() => self.descend(entry.path()),
                    Ok(_) => return Some(Ok(entry.path())),
                    Err(error) if is_absent(&error) => {}
                    Err(error) => return Some(Err(Error::reading("inspect", &entry.path())(error))),
                },
            }
        }
    }
}

impl Store {
    /// All usable records.
    pub fn records(&self) -> Records {
        Records {
            files: Files::below(&self.state_directory("rec")),
        }
    }

    /// All plain files below `mastDownload`.
    pub(crate) fn data_files(&self) -> Files {
        Files::below(&self.data_directory())
    }

    /// A path of this store as records spell it, or `None` if it is not below the root or not UTF-8.
    pub(crate) fn relative(&self, path: &Path) -> Option<String> {
        let relative = path.strip_prefix(self.root()).ok()?;
        let components: Option<Vec<&str>> = relative.iter().map(|component| component.to_str()).collect();
        components.map(|components| components.join("/"))
    }
}
