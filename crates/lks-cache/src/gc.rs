//! Sweeping up what dead writers, cleared caches and old damage left. Never touches a file that a record or a user may want.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::beneath;
use crate::error::Error;
use crate::name::{ProductPath, STAGING_SUFFIX};
use crate::remove::Removal;
use crate::resume::has_lost_its_writer;
use crate::store::{Store, is_absent};
use crate::walk::Files;

/// Locks this old that nobody holds are removed.
const OLD_LOCK: Duration = Duration::from_secs(30 * 86_400);

/// Parts this old that were kept to be continued are removed.
const OLD_PART: Duration = Duration::from_secs(7 * 86_400);

/// What [`Store::gc`] sweeps up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GarbageOptions {
    /// Staging files that nobody has locked, and empty directories, go when they are older than this; what is certainly left by a process
    /// that ended, and cannot be continued, goes at once.
    pub older_than: Duration,
    /// Quarantined files and unusable records go when they are older than this; `None` keeps them.
    pub quarantine_older_than: Option<Duration>,
    /// Directories of the caller's lock files, such as `limits` of the root: those that nobody has locked go when they are older than
    /// `older_than`. Whoever locks such a file has to look afterwards whether it still has its name.
    pub lock_directories: Vec<PathBuf>,
    /// Records whose files are all gone go too. Otherwise they stay, because they say what could be fetched again.
    pub forget_missing: bool,
}

impl Default for GarbageOptions {
    fn default() -> Self {
        Self {
            older_than: Duration::from_secs(900),
            quarantine_older_than: None,
            lock_directories: Vec::new(),
            forget_missing: false,
        }
    }
}

/// Something that was swept up, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Swept {
    /// What it was.
    pub path: PathBuf,
    /// Bytes that it took on the disk.
    pub bytes: u64,
}

struct Sweep<'a> {
    store: &'a Store,
    removal: Removal,
    now: SystemTime,
    swept: Vec<Swept>,
}

impl Store {
    /// Removes staging files of writers that died, empty directories, and on request locks, old quarantine and records without files.
    ///
    /// # Errors
    ///
    /// The first thing that could not be listed or removed.
    pub fn gc(&self, options: &GarbageOptions, removal: Removal, now: SystemTime) -> Result<Vec<Swept>, Error> {
        let mut sweep = Sweep {
            store: self,
            removal,
            now,
            swept: Vec::new(),
        };
        let is_kept = |path: &Path| {
            let is_journal = path.extension().is_some_and(|it| it == "json");
            is_journal || path.with_extension("json").try_exists().unwrap_or(true)
        };
        sweep.files(&self.state_directory("part"), |path| {
            Some(match (is_kept(path), has_lost_its_writer(path)) {
                (true, _) => OLD_PART,
                (false, true) => Duration::ZERO,
                (false, false) => options.older_than,
            })
        })?;
        sweep.files(&self.data_directory(), |path| {
            let is_staged = path.to_string_lossy().ends_with(STAGING_SUFFIX);
            is_staged.then_some(options.older_than)
        })?;
        sweep.files(&self.state_directory("lock"), |_| Some(OLD_LOCK))?;
        for directory in &options.lock_directories {
            sweep.files(directory, |_| Some(options.older_than))?;
        }
        sweep.trees(&self.state_directory("trash"), options.older_than)?;
        if let Some(age) = options.quarantine_older_than {
            sweep.trees(&self.state_directory("quarantine"), age)?;
            sweep.files(&self.state_directory("rec"), |path| {
                path.extension().filter(|it| *it == "bad").map(|_| age)
            })?;
        }
        sweep.empty_directories(&self.data_directory(), options.older_than, true)?;
        if options.forget_missing {
            sweep.records_without_files()?;
        }
        sweep.index()?;
        Ok(sweep.swept)
    }
}

impl Sweep<'_> {
    /// Removes files that nobody has locked, from the age on that `age` gives them; those without one stay.
    fn files(&mut self, below: &Path, age: impl Fn(&Path) -> Option<Duration>) -> Result<(), Error> {
        for path in Files::below(below) {
            let path = path?;
            let Ok(metadata) = path.symlink_metadata() else {
                continue;
            };
            if !age(&path).is_some_and(|age| self.is_older(&metadata, age)) {
                continue;
            }
            let owner = metadata.is_file().then(|| File::open(&path)).and_then(Result::ok);
            if owner.as_ref().is_some_and(|file| !self.store.mark_in_use(file)) {
                continue;
            }
            self.remove(&path, beneath::on_disk(&metadata), |path| fs::remove_file(path))?;
            // Held until the name is gone, so that nobody locks a file that is about to vanish.
            drop(owner);
        }
        Ok(())
    }

    /// Removes old directories directly below `parent`, with what is in them.
    fn trees(&mut self, parent: &Path, age: Duration) -> Result<(), Error> {
        for (path, metadata) in children(parent)? {
            if metadata.is_dir() && self.is_older(&metadata, age) {
                let bytes = Files::below(&path)
                    .flatten()
                    .filter_map(|file| file.symlink_metadata().ok());
                let bytes = bytes.map(|metadata| metadata.len()).sum();
                self.remove(&path, bytes, |path| fs::remove_dir_all(path))?;
            }
        }
        Ok(())
    }

    fn empty_directories(&mut self, directory: &Path, age: Duration, is_top: bool) -> Result<(), Error> {
        for (path, metadata) in children(directory)? {
            if metadata.is_dir() {
                self.empty_directories(&path, age, false)?;
            }
        }
        let Ok(metadata) = directory.symlink_metadata() else {
            return Ok(());
        };
        if !is_top && self.is_older(&metadata, age) && children(directory)?.is_empty() {
            // The system refuses if a file came meanwhile.
            self.remove(directory, 0, |path| match fs::remove_dir(path) {
                Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => Ok(()),
                outcome => outcome,
            })?;
        }
        Ok(())
    }

    fn records_without_files(&mut self) -> Result<(), Error> {
        for record in self.store.records() {
            let record = record?;
            // A file that cannot be looked at now may well be there.
            let is_gone = |path: &str| {
                ProductPath::from_relative(path).map_or(true, |path| {
                    let found = path.below(self.store.root()).symlink_metadata();
                    found.is_err_and(|error| is_absent(&error))
                })
            };
            if record.locations.iter().all(|location| is_gone(&location.path)) {
                self.remove(&self.store.record_path(&record.key), 0, |path| fs::remove_file(path))?;
            }
        }
        Ok(())
    }

    /// Removes index entries that lead to no record.
    fn index(&mut self) -> Result<(), Error> {
        for path in Files::below(&self.store.state_directory("by-hash")) {
            let path = path?;
            let Some(sha256) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if self.store.find_content(sha256)?.is_empty() {
                self.remove(&path, 0, |path| fs::remove_file(path))?;
            }
        }
        Ok(())
    }

    fn remove(&mut self, path: &Path, bytes: u64, removal: impl Fn(&Path) -> std::io::Result<()>) -> Result<(), Error> {
        if self.removal == Removal::Apply {
            match removal(path) {
                Err(error) if is_absent(&error) => return Ok(()),
                Err(error) => return Err(Error::writing("remove", path)(error)),
                Ok(()) => {}
            }
        }
        self.swept.push(Swept {
            path: path.to_owned(),
            bytes,
        });
        Ok(())
    }

    /// A date in the future comes from another clock, and says "new".
    fn is_older(&self, metadata: &Metadata, age: Duration) -> bool {
        metadata
            .modified()
            .is_ok_and(|modified| self.now.duration_since(modified).is_ok_and(|is| is >= age))
    }
}

fn children(directory: &Path) -> Result<Vec<(PathBuf, Metadata)>, Error> {
    let failed = Error::reading("list", directory);
    match fs::read_dir(directory) {
        Ok(entries) => Ok(entries
            .flatten()
            .filter_map(|entry| Some((entry.path(), entry.path().symlink_metadata().ok()?)))
            .collect()),
        Err(error) if is_absent(&error) => Ok(Vec::new()),
        Err(error) => Err(failed(error)),
    }
}
