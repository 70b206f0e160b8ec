//! Walking the store's two trees: the records, and the plain files. Both stream, so that a million entries need no memory.

pub(crate) mod ordered;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::FileType;

use self::ordered::Ordered;
use crate::dirfd::{Attributes, Directory, Names};
use crate::error::Error;
use crate::key::{RawKey, raw_key_of};
use crate::record::Record;
use crate::segment::{Handle, Item, Merge, Spot, record_of_intact};
use crate::store::{Store, is_absent, is_stale, read_record_file};

/// Records in no particular order; unusable ones are left out.
#[derive(Debug)]
pub struct Records {
    store: Store,
    failure: Option<Error>,
    merge: Merge,
    /// The files of all segments that were read, and the number of the first that is read now.
    files: Vec<Arc<Handle>>,
    first_file: usize,
    /// The key of the last one, from which on the rest is read where another machine compacts the segments meanwhile.
    last: Option<RawKey>,
    /// What an older program wrote.
    older: Option<Files>,
}

impl Records {
    pub(crate) fn of(store: &Store) -> Self {
        let (failure, merge, has_older) = match store.merged() {
            Ok((merge, has_older)) => (None, merge, has_older),
            Err(error) => (Some(error), Merge::default(), false),
        };
        Self {
            store: store.clone(),
            failure,
            files: merge.files().collect(),
            first_file: 0,
            merge,
            last: None,
            older: has_older.then(|| store.state_files("rec")),
        }
    }

    fn next_item(&mut self) -> Result<Option<Item>, Error> {
        let read = match self.merge.next() {
            Err(error) if is_stale(&error) => {
                self.merge = self.store.merged()?.0;
                self.first_file = self.files.len();
                self.files.extend(self.merge.files());
                self.merge.next()
            }
            read => read,
        };
        read.map_err(|error| self.store.unread_records(error))
    }

    /// The next record of the segments that nothing replaces.
    fn next_of_segments(&mut self) -> Result<Option<(Record, Spot)>, Error> {
        while let Some(item) = self.next_item()? {
            if self.last.is_some_and(|last| item.head.key <= last) {
                continue;
            }
            self.last = Some(item.head.key);
            let Some(record) = item.head.content.and_then(|_| record_of_intact(&item.text).ok()) else {
                continue;
            };
            if self.older.is_none() || !self.store.is_outdated(&record.key, item.head.moment)? {
                let spot = Spot {
                    file: u32::try_from(self.first_file + item.file).unwrap_or(u32::MAX),
                    offset: item.offset,
                    length: u32::try_from(item.text.len()).unwrap_or(u32::MAX),
                };
                return Ok(Some((record, spot)));
            }
        }
        Ok(None)
    }

    /// How many records there are at most, without those of an older program.
    pub(crate) fn num_lines(&self) -> u64 {
        self.merge.num_lines()
    }

    /// What the spots of its records are about.
    pub(crate) fn into_files(self) -> Vec<Arc<Handle>> {
        self.files
    }

    /// The next record and where it lies; `None` for one of an older program.
    pub(crate) fn next_placed(&mut self) -> Result<Option<(Record, Option<Spot>)>, Error> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        match self.next_of_segments()? {
            Some((record, spot)) => Ok(Some((record, Some(spot)))),
            None => Ok(self.next_older()?.map(|record| (record, None))),
        }
    }

    /// The next record of an older program that nothing replaces.
    fn next_older(&mut self) -> Result<Option<Record>, Error> {
        for file in self.older.iter_mut().flatten() {
            let file = file?;
            let Some(key) = file.name.to_str().and_then(|name| name.strip_suffix(".json")) else {
                continue;
            };
            let found = file.directory.find_own(Path::new(&file.name));
            let found = found.map_err(|error| Error::reading("read record", &file.path())(error))?;
            // A record counts only under its own name.
            if let Some((moment, Ok(record))) = read_record_file(found, &file.path())?
                && record.key == key
                && !self.store.is_replaced(&raw_key_of(&record.uri), moment)?
            {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

impl Iterator for Records {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_placed().transpose()?;
        Some(next.map(|(record, _)| record))
    }
}

/// Something below a directory that is not a directory, in the one that holds it.
#[derive(Debug)]
pub(crate) struct Walked {
    pub(crate) directory: Arc<Directory>,
    pub(crate) name: OsString,
}

impl Walked {
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join(&self.name)
    }

    pub(crate) fn attributes(&self) -> io::Result<Attributes> {
        self.directory.attributes_of(&self.name)
    }

    pub(crate) fn ends_with(&self, ending: &str) -> bool {
        self.name.as_encoded_bytes().ends_with(ending.as_bytes())
    }
}

/// Everything below a directory that is not a directory, in no particular order. Symbolic links are named, not followed.
#[derive(Debug)]
pub(crate) struct Files {
    open: Vec<(Arc<Directory>, Names)>,
    failure: Option<Error>,
}

impl Files {
    /// Walks what was opened at `path`, which may be absent.
    pub(crate) fn below(opened: io::Result<Directory>, path: &Path) -> Self {
        let mut files = Self {
            open: Vec::new(),
            failure: None,
        };
        files.descend(opened, path);
        files
    }

    fn descend(&mut self, opened: io::Result<Directory>, path: &Path) {
        match opened.and_then(|directory| Ok((directory.names()?, directory))) {
            Ok((names, directory)) => self.open.push((Arc::new(directory), names)),
            Err(error) if is_absent(&error) => {}
            Err(error) => self.failure = Some(Error::reading("list", path)(error)),
        }
    }
}

impl Iterator for Files {
    type Item = Result<Walked, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(error) = self.failure.take() {
                return Some(Err(error));
            }
            let (directory, names) = self.open.last_mut()?;
            let (name, kind) = match names.next() {
                Some(Ok(entry)) => entry,
                Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => continue,
                Some(Err(error)) => return Some(Err(Error::reading("list", directory.path())(error))),
                None => {
                    self.open.pop();
                    continue;
                }
            };
            let directory = directory.clone();
            match kind_of(&directory, &name, kind) {
                Ok(FileType::Directory) => {
                    self.descend(directory.inner(Path::new(&name)), &directory.path().join(&name))
                }
                Ok(_) => return Some(Ok(Walked { directory, name })),
                Err(error) if is_absent(&error) => {}
                Err(error) => return Some(Err(Error::reading("inspect", &directory.path().join(&name))(error))),
            }
        }
    }
}

/// Not every file system tells the kind with the name.
fn kind_of(directory: &Directory, name: &OsStr, kind: FileType) -> io::Result<FileType> {
    match kind {
        FileType::Unknown => Ok(directory.attributes_of(name)?.kind()),
        known => Ok(known),
    }
}

impl Store {
    /// All usable records.
    pub fn records(&self) -> Records {
        Records::of(self)
    }

    /// All plain files in the order of their paths, which are relative to the data directory.
    pub(crate) fn ordered_files(&self) -> Ordered {
        Ordered::below(self.data(), &self.data_directory())
    }

    /// A path in the data directory as records spell it; one that is not UTF-8 is shown as well as can be.
    pub(crate) fn location_below(&self, path: &Path) -> String {
        let components: Option<Vec<&str>> = path.iter().map(|component| component.to_str()).collect();
        match components {
            Some(components) => format!("{}/{}", self.data_directory_name(), components.join("/")),
            None => self.data_directory().join(path).to_string_lossy().into_owned(),
        }
    }

    /// One of them, if its directory is still there.
    pub(crate) fn data_file(&self, path: &Path) -> Option<Result<Walked, Error>> {
        let (above, name) = (path.parent()?, path.file_name()?.to_owned());
        let directory = self.data().and_then(|data| data.inner(above)).ok()?;
        let directory = Arc::new(directory);
        Some(Ok(Walked { directory, name }))
    }

    /// All plain files.
    pub(crate) fn data_files(&self) -> Files {
        Files::below(self.data(), &self.data_directory())
    }

    /// All files of a directory of ours.
    pub(crate) fn state_files(&self, name: &str) -> Files {
        Files::below(self.state(name), &self.state_directory(name))
    }

    /// A path of this store as records spell it, or `None` if it is not below the root or not UTF-8.
    pub(crate) fn relative(&self, path: &Path) -> Option<String> {
        let relative = path.strip_prefix(self.root()).ok()?;
        let components: Option<Vec<&str>> = relative.iter().map(|component| component.to_str()).collect();
        components.map(|components| components.join("/"))
    }
}
