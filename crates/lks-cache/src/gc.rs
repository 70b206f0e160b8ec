//! Removing what dead writers, cleared caches and old damage left. Never touches a file that a record or a user may want.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::dirfd::{Attributes, Directory, Opened};
use crate::error::Error;
use crate::path::STAGING_SUFFIX;
use crate::remove::Removal;
use crate::resume::has_lost_its_writer;
use crate::store::{Occasion, Store, is_absent};
use crate::walk::ordered::Step;
use crate::walk::{Files, Walked};

/// Locks this old that nobody holds are removed.
const OLD_LOCK: Duration = Duration::from_secs(30 * 86_400);

/// Parts this old that were kept to be continued are removed.
const OLD_PART: Duration = Duration::from_secs(7 * 86_400);

/// What [`Store::gc`] removes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GarbageOptions {
    /// Staging files that nobody has locked, and empty directories, go when they are older than this; what is certainly left by a process
    /// that ended, and cannot be continued, goes at once.
    pub older_than: Duration,
    /// Quarantined files and unusable records go when they are older than this; `None` keeps them.
    pub quarantine_older_than: Option<Duration>,
    /// Directories of the caller's lock files, such as `limits` of the root: those that nobody has locked go when they are older than
    /// `older_than`. A program that locks such a file has to check afterwards that it still has its name.
    pub lock_directories: Vec<PathBuf>,
}

impl Default for GarbageOptions {
    fn default() -> Self {
        Self {
            older_than: Duration::from_secs(900),
            quarantine_older_than: None,
            lock_directories: Vec::new(),
        }
    }
}

impl GarbageOptions {
    /// Sets [`GarbageOptions::older_than`].
    #[must_use]
    pub fn with_older_than(mut self, age: Duration) -> Self {
        self.older_than = age;
        self
    }

    /// Sets [`GarbageOptions::quarantine_older_than`].
    #[must_use]
    pub fn with_quarantine_older_than(mut self, age: impl Into<Option<Duration>>) -> Self {
        self.quarantine_older_than = age.into();
        self
    }

    /// Sets [`GarbageOptions::lock_directories`].
    #[must_use]
    pub fn with_lock_directories(mut self, directories: impl Into<Vec<PathBuf>>) -> Self {
        self.lock_directories = directories.into();
        self
    }
}

/// Something that was removed, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collected {
    /// What it was.
    pub path: PathBuf,
    /// Bytes that it took on the disk.
    pub bytes: u64,
}

struct Sweep<'a> {
    store: &'a Store,
    removal: Removal,
    now: SystemTime,
    collected: Vec<Collected>,
}

impl Store {
    /// Removes staging files of writers that died, empty directories, and on request locks and old quarantine; brings records of many
    /// runs together. Records whose files are gone stay, because they say what could be fetched again.
    ///
    /// # Errors
    ///
    /// The first thing that could not be listed or removed.
    pub fn gc(&self, options: &GarbageOptions, removal: Removal, now: SystemTime) -> Result<Vec<Collected>, Error> {
        let mut sweep = Sweep {
            store: self,
            removal,
            now,
            collected: Vec::new(),
        };
        sweep.files(self.state_files("part"), |file| {
            Some(
                match (is_kept(file), has_lost_its_writer(&file.name.to_string_lossy())) {
                    (true, _) => OLD_PART,
                    (false, true) => Duration::ZERO,
                    (false, false) => options.older_than,
                },
            )
        })?;
        sweep.files(self.state_files("lock"), |_| Some(OLD_LOCK))?;
        for path in &options.lock_directories {
            let opened = match path.strip_prefix(self.root()) {
                Ok(below) => self.root_directory().and_then(|root| root.inner(below)),
                Err(_) => Directory::at(path),
            };
            sweep.files(Files::below(opened, path), |_| Some(options.older_than))?;
        }
        sweep.trees("trash", options.older_than)?;
        if let Some(age) = options.quarantine_older_than {
            sweep.trees("quarantine", age)?;
            for records in [self.state_files("rec"), self.segment_files()] {
                sweep.files(records, |file| file.ends_with(".bad").then_some(age))?;
            }
        }
        if removal == Removal::Apply {
            self.tidy_records(Occasion::Sweep {
                now,
                idle: options.older_than,
            });
        }
        for step in self.ordered_files() {
            match step? {
                Step::File { path, .. } if path.as_os_str().as_encoded_bytes().ends_with(STAGING_SUFFIX.as_bytes()) => {
                    sweep.files(self.data_file(&path), |_| Some(options.older_than))?;
                }
                Step::Left {
                    path,
                    has_no_files: true,
                } => sweep.empty_directory(&path, options.older_than)?,
                Step::File { .. } | Step::Left { .. } => {}
            }
        }
        Ok(sweep.collected)
    }
}

/// Whether it is a journal or a part that has one.
fn is_kept(file: &Walked) -> bool {
    let name = file.name.to_string_lossy();
    let journal = name.strip_suffix(".part").map(|stem| format!("{stem}.json"));
    name.ends_with(".json") || journal.is_some_and(|journal| file.directory.exists(&journal))
}

impl Sweep<'_> {
    /// Removes files that nobody has locked, from the age on that `age` gives them; those without one stay.
    fn files(
        &mut self,
        files: impl IntoIterator<Item = Result<Walked, Error>>,
        age: impl Fn(&Walked) -> Option<Duration>,
    ) -> Result<(), Error> {
        for file in files {
            let file = file?;
            let Ok(seen) = file.attributes() else {
                continue;
            };
            if !age(&file).is_some_and(|age| self.is_older(&seen, age)) {
                continue;
            }
            let owner = match file.directory.find_own(Path::new(&file.name)) {
                Ok(Opened::File(owner)) if self.store.mark_in_use(&owner) => Some(owner),
                // Whoever may not open it cannot tell whether somebody is at work on it.
                Ok(Opened::File(_)) | Err(_) => continue,
                Ok(Opened::Nothing | Opened::Other(_)) => None,
            };
            self.remove(file.path(), seen.on_disk(), &seen, || file.directory.remove(&file.name))?;
            // Held until the name is gone, so that nobody locks a file that is about to vanish.
            drop(owner);
        }
        Ok(())
    }

    /// Removes old directories directly below one of ours, with what is in them.
    fn trees(&mut self, name: &'static str, age: Duration) -> Result<(), Error> {
        let listed = |error| self.store.state_error(name, "list")(error);
        let parent = match self.store.state(name) {
            Err(error) if is_absent(&error) => return Ok(()),
            opened => opened.map_err(listed)?,
        };
        for (name, seen) in attributes_in(&parent)? {
            if seen.is_dir() && self.is_older(&seen, age) {
                let path = parent.path().join(&name);
                let files = Files::below(parent.inner(Path::new(&name)), &path);
                let bytes = files.flatten().filter_map(|file| file.attributes().ok());
                let bytes = bytes.map(|seen| seen.on_disk()).sum();
                self.remove(path, bytes, &seen, || parent.remove_tree(&name))?;
            }
        }
        Ok(())
    }

    /// Removes a directory of the data directory if there is nothing in it.
    fn empty_directory(&mut self, path: &Path, age: Duration) -> Result<(), Error> {
        let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(());
        };
        // Gone, or somebody else's, by now.
        let Ok(above) = self.store.data().and_then(|data| data.inner(above)) else {
            return Ok(());
        };
        let inner = above.inner(Path::new(name));
        let is_empty = inner.is_ok_and(|inner| inner.names().is_ok_and(|mut names| names.next().is_none()));
        let Ok(seen) = above.attributes_of(name) else {
            return Ok(());
        };
        if !is_empty || !self.is_older(&seen, age) {
            return Ok(());
        }
        // The system refuses if a file came meanwhile.
        self.remove(above.path().join(name), 0, &seen, || {
            match above.remove_directory(name) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
                outcome => outcome,
            }
        })
    }

    fn remove(
        &mut self,
        path: PathBuf,
        bytes: u64,
        seen: &Attributes,
        removal: impl Fn() -> io::Result<()>,
    ) -> Result<(), Error> {
        if self.removal == Removal::Apply {
            match removal() {
                Err(error) if is_absent(&error) => return Ok(()),
                // What another user left and does not let us remove is theirs to sweep up.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied && !seen.is_ours() => return Ok(()),
                Err(error) => return Err(Error::writing("remove", &path)(error)),
                Ok(()) => {}
            }
        }
        self.collected.push(Collected { path, bytes });
        Ok(())
    }

    /// A date in the future comes from another clock, and says "new".
    fn is_older(&self, seen: &Attributes, age: Duration) -> bool {
        self.now.duration_since(seen.modified()).is_ok_and(|is| is >= age)
    }
}

/// What is in a directory; what vanishes meanwhile is left out.
fn attributes_in(directory: &Directory) -> Result<Vec<(std::ffi::OsString, Attributes)>, Error> {
    let names = directory.names().map_err(Error::reading("list", directory.path()))?;
    Ok(names
        .flatten()
        .filter_map(|(name, _)| directory.attributes_of(&name).ok().map(|seen| (name, seen)))
        .collect())
}
