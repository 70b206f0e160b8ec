//! Removing on request: what a pattern names, or everything. The only code that deletes files other tools may have written.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::dirfd::{Directory, is_link};
use crate::error::Error;
use crate::pattern::Pattern;
use crate::store::{Store, TAKEN, is_absent};
use crate::walk::ordered::{Ordered, Step};

/// Whether a request to remove is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Removal {
    /// Only say what would go.
    #[default]
    DryRun,
    /// Remove it.
    Apply,
}

/// Something that was removed, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// A file, or for [`Store::clear`] an entry of the data directory.
    pub path: PathBuf,
    /// Files in it.
    pub num_files: u64,
    /// Bytes in it.
    pub bytes: u64,
}

impl Store {
    /// Removes every entry of the data directory, recorded or not, and all records.
    /// The quarantine stays, and so does what other processes are writing right now.
    ///
    /// # Errors
    ///
    /// The first entry that could not be listed or removed. Entries that vanish meanwhile are not an error.
    pub fn clear(&self, removal: Removal) -> Result<Vec<Removed>, Error> {
        let path = self.data_directory();
        let listed = |error| Error::reading("list", &path)(error);
        let mut entries = Vec::new();
        let directory = match self.data() {
            Err(error) if is_absent(&error) => None,
            opened => Some(opened.map_err(listed)?),
        };
        if let Some(directory) = &directory {
            // Whoever is asked whether this may go sees where a link leads.
            let leads_away = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
            let shown = if leads_away {
                path.canonicalize().map_err(listed)?
            } else {
                path.clone()
            };
            for entry in directory.names().map_err(listed)? {
                let (name, _) = entry.map_err(listed)?;
                entries.push(Removed {
                    path: shown.join(&name),
                    ..measure(directory, Path::new(&name))?
                });
            }
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        if removal == Removal::Apply {
            // Records go first: a file without a record can be taken over again, a record without its file is only a miss.
            self.discard_segments()?;
            for name in ["rec", TAKEN, "by-hash"] {
                self.discard(self.state(""), name)?;
            }
            for (directory, entry) in directory
                .iter()
                .flat_map(|directory| entries.iter().map(move |it| (directory, it)))
            {
                remove_entry(directory, &entry.path)?;
            }
        }
        Ok(entries)
    }

    /// Removes the files that `pattern` names, with their records. The pattern may hold `*` and `?`, and is compared with the path in the
    /// data directory (`recipes/*.txt`), with the file's name alone (`*.txt`), and with the URI.
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
            let locations = record.locations.iter().map(|location| location.path.as_str());
            for path in locations.filter_map(|location| self.strip_data_directory(location)) {
                if by_uri || self.is_meant(&pattern, path) {
                    chosen.entry(path.to_owned()).or_default().push(record.key.clone());
                }
            }
        }
        for step in self.ordered_files() {
            let Step::File { path, .. } = step? else { continue };
            if let Some(path) = path.to_str().filter(|path| self.is_meant(&pattern, path)) {
                chosen.entry(path.to_owned()).or_default();
            }
        }
        let mut removed = Vec::new();
        for (path, keys) in chosen {
            let present = self.remove_file(Path::new(&path), removal)?;
            if removal == Removal::Apply {
                let location = format!("{}/{path}", self.data_directory_name());
                for key in keys {
                    self.forget_location(&key, &location)?;
                }
            }
            removed.extend(present);
        }
        Ok(removed)
    }

    fn is_meant(&self, pattern: &Pattern, path: &str) -> bool {
        pattern.matches_path(self.data_directory_name(), path)
    }

    /// What is at this path in the data directory, and is removed if that is wanted; `None` if nothing is there.
    fn remove_file(&self, below: &Path, removal: Removal) -> Result<Option<Removed>, Error> {
        let path = self.data_directory().join(below);
        let (Some(parent), Some(name)) = (below.parent(), below.file_name()) else {
            return Ok(None);
        };
        let outcome = self
            .data()
            .and_then(|directory| directory.inner(parent))
            .and_then(|directory| {
                let bytes = directory.attributes_of(name)?.len();
                if removal == Removal::Apply {
                    directory.remove(name)?;
                }
                Ok(bytes)
            });
        match outcome {
            Ok(bytes) => Ok(Some(Removed {
                path,
                num_files: 1,
                bytes,
            })),
            // Behind a link there is nothing of this store.
            Err(error) if is_absent(&error) || is_link(&error) => Ok(None),
            Err(error) => Err(Error::writing("remove", &path)(error)),
        }
    }

    /// Takes `relative` out of a record; the record goes with its last location.
    pub(crate) fn forget_location(&self, key: &str, relative: &str) -> Result<(), Error> {
        let Some(mut record) = self.read_record(key)? else {
            return Ok(());
        };
        record.locations.retain(|location| location.path != relative);
        if record.locations.is_empty() {
            self.remove_record(&record.uri)
        } else {
            self.write_record(&record, SystemTime::UNIX_EPOCH)
        }
    }

    /// Takes a directory of ours out of use by one rename, then deletes it at leisure.
    pub(crate) fn discard(&self, above: io::Result<Directory>, name: &'static str) -> Result<(), Error> {
        let failed = |error| self.state_error(name, "remove")(error);
        let above = match above {
            Err(error) if is_absent(&error) => return Ok(()),
            opened => opened.map_err(failed)?,
        };
        if !above.exists(name) {
            return Ok(());
        }
        let trash = self.state_made("trash");
        let trash = trash.map_err(self.state_error("trash", "create directory"))?;
        let (kept, _) = trash
            .inner_new("old-")
            .map_err(self.state_error("trash", "create directory in"))?;
        match above.rename(name, &kept, "old") {
            Err(error) if !is_absent(&error) => return Err(failed(error)),
            Ok(()) | Err(_) => {}
        }
        remove_entry(&trash, kept.path())
    }
}

/// What is at a name in the data directory; a name that vanished is an empty one.
fn measure(directory: &Directory, name: &Path) -> Result<Removed, Error> {
    let path = directory.path().join(name);
    let mut removed = Removed {
        path: path.clone(),
        num_files: 0,
        bytes: 0,
    };
    match directory.attributes_of(name) {
        Ok(seen) if !seen.is_dir() => (removed.num_files, removed.bytes) = (1, seen.len()),
        Ok(_) => {
            for step in Ordered::below(directory.inner(name), &path) {
                if let Step::File { size, .. } = step? {
                    removed.num_files += 1;
                    removed.bytes += size;
                }
            }
        }
        Err(error) if is_absent(&error) => {}
        Err(error) => return Err(Error::reading("inspect", &path)(error)),
    }
    Ok(removed)
}

/// Removes a directory tree or a single entry. Others may create files in it meanwhile, so a directory that is not empty in the end is
/// tried again, and then left to them.
fn remove_entry(directory: &Directory, path: &Path) -> Result<(), Error> {
    let Some(name) = path.file_name() else { return Ok(()) };
    for _ in 0..8 {
        match directory.remove_tree(name) {
            Ok(()) => return Ok(()),
            Err(error) if is_absent(&error) && !directory.exists(name) => return Ok(()),
            Err(error) if is_absent(&error) || error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            Err(error) => return Err(Error::writing("remove", path)(error)),
        }
    }
    Ok(())
}
