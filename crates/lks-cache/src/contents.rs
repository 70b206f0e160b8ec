//! Which files hold given bytes, whatever they were stored as. Unlike a look-up it changes nothing: no record and no file.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::digest;
use crate::dirfd::Opened;
use crate::error::Error;
use crate::lookup::rewind;
use crate::path::RelativePath;
use crate::quarantine;
use crate::store::{Store, is_absent};

/// The files of a store by what they hold. What was set aside is listed once, when it is first needed.
#[derive(Debug)]
pub struct Contents<'a> {
    store: &'a Store,
    /// Paths below the quarantine by the size of the file.
    set_aside: OnceCell<HashMap<u64, Vec<PathBuf>>>,
}

/// A file that holds the bytes that were looked for, open and at its start.
#[derive(Debug)]
#[non_exhaustive]
pub struct Holding {
    /// Its path.
    pub path: PathBuf,
    /// The file.
    pub file: File,
    /// It lies in the quarantine.
    pub is_set_aside: bool,
}

impl Store {
    /// The files of this store by what they hold.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use lks_cache::{Facts, Key, Store};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// let store = Store::new(directory.path());
    /// let mut writer = store.begin(&Key::new("https://example.org/bread", "recipes/bread.txt".parse()?), None)?;
    /// writer.append(b"500 g flour")?;
    /// let record = writer.commit(Facts::from_source("example.org"), SystemTime::now())?.record.expect("a record");
    /// let contents = store.contents();
    /// let holding = contents.find(&record.sha256, record.size)?.expect("it is here");
    /// assert!(holding.path.ends_with("recipes/bread.txt"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn contents(&self) -> Contents<'_> {
        Contents {
            store: self,
            set_aside: OnceCell::new(),
        }
    }
}

impl Contents<'_> {
    /// The file at this path, if it has exactly these bytes, whoever wrote it. It is read to its end.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if its directory cannot be opened.
    pub fn at(&self, path: &RelativePath, sha256: &str, size: u64) -> Result<Option<Holding>, Error> {
        let found = self.store.find(path)?;
        Ok(holding(found, self.store.path_of(path), (sha256, size), false))
    }

    /// A file with exactly these bytes, wherever it lies: one that is on record under any address, else one that was set aside. Candidates
    /// are read to their end.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if a record or a directory cannot be read.
    pub fn find(&self, sha256: &str, size: u64) -> Result<Option<Holding>, Error> {
        for key in self.store.keys_of_content(sha256)? {
            let Some(Ok(record)) = self.store.find_record(&key)? else {
                continue;
            };
            for location in record.locations.iter().filter(|_| record.sha256 == sha256) {
                if let Ok(path) = self.store.parse_location(&location.path)
                    && let Some(holding) = self.at(&path, sha256, size)?
                {
                    return Ok(Some(holding));
                }
            }
        }
        for below in self.set_aside()?.get(&size).into_iter().flatten() {
            let found = self
                .store
                .state("quarantine")
                .and_then(|quarantine| quarantine.find_own(below));
            let path = self.store.state_directory("quarantine").join(below);
            match found {
                Ok(found) => {
                    if let Some(holding) = holding(found, path, (sha256, size), true) {
                        return Ok(Some(holding));
                    }
                }
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(Error::reading("open", &path)(error)),
            }
        }
        Ok(None)
    }

    fn set_aside(&self) -> Result<&HashMap<u64, Vec<PathBuf>>, Error> {
        if let Some(listed) = self.set_aside.get() {
            return Ok(listed);
        }
        let mut listed: HashMap<u64, Vec<PathBuf>> = HashMap::new();
        for file in self.store.state_files("quarantine") {
            let file = file?;
            // One that is gone by now holds nothing.
            if file.name == quarantine::DATA
                && let Ok(seen) = file.attributes()
                && let Some(directory) = file.directory.path().file_name()
            {
                let below = Path::new(directory).join(quarantine::DATA);
                listed.entry(seen.len()).or_default().push(below);
            }
        }
        // The names begin with a date: the latest come first.
        listed
            .values_mut()
            .for_each(|paths| paths.sort_unstable_by(|a, b| b.cmp(a)));
        Ok(self.set_aside.get_or_init(|| listed))
    }
}

/// A file that cannot be read holds nothing.
fn holding(found: Opened, path: PathBuf, wanted: (&str, u64), is_set_aside: bool) -> Option<Holding> {
    let Opened::File(file) = found else {
        return None;
    };
    let (sha256, size) = wanted;
    if file.metadata().ok()?.len() != size {
        return None;
    }
    let (found, read) = digest::of_file(&file).ok()?;
    rewind(&file).ok()?;
    (found == sha256 && read == size).then_some(Holding {
        path,
        file,
        is_set_aside,
    })
}
