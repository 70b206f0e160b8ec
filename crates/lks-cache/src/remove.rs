//! Removing on request: what a pattern names, or everything. The only code that deletes files other tools may have written.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::beneath::Directory;
use crate::error::Error;
use crate::name::ProductPath;
use crate::pattern::Pattern;
use crate::store::{Store, is_absent};
use crate::walk::Files;

/// Whether a request to remove is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Removal {
    /// Only say what would go.
    #[default]
    DryRun,
    /// Remove it.
    Apply,
}

/// Something that was removed, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// A file, or for [`Store::clear`] an entry of `mastDownload`.
    pub path: PathBuf,
    /// Files in it.
    pub n_files: u64,
    /// Bytes in it.
    pub bytes: u64,
}

impl Store {
    /// Removes every entry of `mastDownload`, recorded or not, and all records; as Python's `clearcache` lists and removes them.
    /// The quarantine stays, and so does what other processes are writing right now.
    ///
    /// # Errors
    ///
    /// The first entry that could not be listed or removed. Entries that vanish meanwhile are no error.
    pub fn clear(&self, removal: Removal) -> Result<Vec<Removed>, Error> {
        let directory = self.data_directory();
        let mut entries = Vec::new();
        match fs::read_dir(&directory) {
            Ok(listed) => {
                for entry in listed {
                    let path = entry.map_err(Error::reading("list", &directory))?.path();
                    entries.push(measure(path)?);
                }
            }
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(Error::reading("list", &directory)(error)),
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        if removal == Removal::Apply {
            // Records go first: a file without a record can be taken over again, a record without its file is only a miss.
            for name in ["rec", "by-hash"] {
                self.discard_directory(&self.state_directory(name))?;
            }
            for entry in &entries {
                remove_entry(&entry.path)?;
            }
        }
        Ok(entries)
    }

    /// Removes the files that `pattern` names, with their records. The pattern may hold `*` and `?`, and is compared with the path below
    /// `mastDownload` (`TESS/*/*_lc.fits`), with the file's name alone (`*_lc.fits`), and with the URI.
    ///
    /// # Errors
    ///
    /// The first file that could not be listed or removed.
    pub fn remove(&self, pattern: &str, removal: Removal) -> Result<Vec<Removed>, Error> {
        let pattern = Pattern::new(pattern);
        let mut chosen: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for record in self.records() {
            let record = record?;
            let by_uri = pattern.matches(&record.uri);
            for location in &record.locations {
                if by_uri || pattern.matches_path(&location.path) {
                    chosen
                        .entry(location.path.clone())
                        .or_default()
                        .push(record.key.clone());
                }
            }
        }
        for file in self.data_files() {
            if let Some(relative) = self.relative(&file?).filter(|relative| pattern.matches_path(relative)) {
                chosen.entry(relative).or_default();
            }
        }
        let mut removed = Vec::new();
        for (relative, keys) in chosen {
            let path = self.root().join(&relative);
            let present = path.symlink_metadata().ok();
            if removal == Removal::Apply {
                self.remove_file(&relative)?;
                for key in keys {
                    self.forget_location(&key, &relative)?;
                }
            }
            if let Some(metadata) = present {
                removed.push(Removed {
                    path,
                    n_files: 1,
                    bytes: metadata.len(),
                });
            }
        }
        Ok(removed)
    }

    fn remove_file(&self, relative: &str) -> Result<(), Error> {
        let path = self.root().join(relative);
        let outcome = match ProductPath::from_relative(relative) {
            Ok(product) => {
                Directory::open(self.root(), &product).and_then(|directory| directory.remove(product.filename()))
            }
            // A foreign file of another depth; the walk that found it followed no links.
            Err(_) => fs::remove_file(&path),
        };
        match outcome {
            Err(error) if !is_absent(&error) => Err(Error::writing("remove", &path)(error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Takes `relative` out of a record; the record goes with its last location.
    pub(crate) fn forget_location(&self, key: &str, relative: &str) -> Result<(), Error> {
        let Some(mut record) = self.read_record(key)? else {
            return Ok(());
        };
        record.locations.retain(|location| location.path != relative);
        if record.locations.is_empty() {
            self.remove_record(key)
        } else {
            self.write_record(&record)
        }
    }

    pub(crate) fn remove_record(&self, key: &str) -> Result<(), Error> {
        let path = self.record_path(key);
        match fs::remove_file(&path) {
            Err(error) if !is_absent(&error) => Err(Error::writing("remove", &path)(error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Takes a directory of ours out of use by one rename, then deletes it at leisure.
    fn discard_directory(&self, directory: &Path) -> Result<(), Error> {
        if !directory.exists() {
            return Ok(());
        }
        let parent = self.state_directory("trash");
        fs::create_dir_all(&parent).map_err(Error::writing("create directory", &parent))?;
        let trash = tempfile::tempdir_in(&parent).map_err(Error::writing("create directory", &parent))?;
        match fs::rename(directory, trash.path().join("old")) {
            Err(error) if !is_absent(&error) => return Err(Error::writing("remove", directory)(error)),
            Ok(()) | Err(_) => {}
        }
        trash.close().map_err(Error::writing("remove", directory))
    }
}

fn measure(path: PathBuf) -> Result<Removed, Error> {
    let mut removed = Removed {
        path,
        n_files: 0,
        bytes: 0,
    };
    let metadata = match removed.path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if is_absent(&error) => return Ok(removed),
        Err(error) => return Err(Error::reading("inspect", &removed.path)(error)),
    };
    if !metadata.is_dir() {
        (removed.n_files, removed.bytes) = (1, metadata.len());
        return Ok(removed);
    }
    for file in Files::below(&removed.path) {
        // A file that vanishes between the listing and here has no size any more.
        if let Ok(metadata) = file?.symlink_metadata() {
            removed.n_files += 1;
            removed.bytes += metadata.len();
        }
    }
    Ok(removed)
}

/// Removes a directory tree or a single entry. Others may create files in it meanwhile, so a directory that is not empty in the end is
/// tried again, and then left to them.
fn remove_entry(path: &Path) -> Result<(), Error> {
    for _ in 0..8 {
        let outcome = match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
            Ok(_) => fs::remove_file(path),
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => return Ok(()),
            Err(error) if is_absent(&error) && path.symlink_metadata().is_err() => return Ok(()),
            Err(error) if is_absent(&error) || error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            Err(error) => return Err(Error::writing("remove", path)(error)),
        }
    }
    Ok(())
}
