//! What the store holds: totals, also by the caller's groups.

use std::collections::{BTreeMap, HashMap};

use crate::error::Error;
use crate::quarantine;
use crate::record::Record;
use crate::store::Store;
use crate::walk::Records;

/// A number of files and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// Files.
    pub num_files: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Totals of a store, and of the groups that the caller made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inventory<G> {
    /// All plain files.
    pub files: Total,
    /// Those among them that have no record.
    pub unrecorded: Total,
    /// All plain files by group.
    pub by_group: BTreeMap<G, Total>,
    /// What was set aside, without the notes beside it.
    pub quarantine: Total,
    /// Files being written, or left by writers that died. Their bytes are those that they take on the disk, because more is reserved for
    /// such a file than its size says.
    pub partial: Total,
}

impl<G> Default for Inventory<G> {
    fn default() -> Self {
        Self {
            files: Total::default(),
            unrecorded: Total::default(),
            by_group: BTreeMap::new(),
            quarantine: Total::default(),
            partial: Total::default(),
        }
    }
}

/// One plain file, with its record if it has one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Listed {
    /// Path relative to the root.
    pub path: String,
    /// Bytes it has now.
    pub size: u64,
    /// What the store knows of it.
    pub record: Option<Record>,
}

impl Total {
    fn add(&mut self, bytes: u64) {
        self.num_files += 1;
        self.bytes += bytes;
    }
}

/// Files first with their records, then those without.
struct Entries {
    ready: Vec<Listed>,
    records: Records,
    /// Paths and sizes of the files that were not given out yet.
    files: HashMap<String, u64>,
}

impl Iterator for Entries {
    type Item = Result<Listed, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.ready.pop() {
                return Some(Ok(ready));
            }
            match self.records.next() {
                Some(Ok(record)) => {
                    for location in &record.locations {
                        let found = self.files.remove_entry(&location.path);
                        self.ready.extend(found.map(|(path, size)| {
                            let record = Some(record.clone());
                            Listed { path, size, record }
                        }));
                    }
                }
                Some(Err(error)) => return Some(Err(error)),
                None if self.files.is_empty() => return None,
                None => {
                    let rest = std::mem::take(&mut self.files).into_iter();
                    let rest = rest.map(|(path, size)| Listed {
                        path,
                        size,
                        record: None,
                    });
                    self.ready = rest.collect();
                }
            }
        }
    }
}

impl Store {
    /// All plain files, in no particular order, with their records. Each record is read once.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the tree cannot be listed; errors of records come as items.
    pub fn entries(&self) -> Result<impl Iterator<Item = Result<Listed, Error>>, Error> {
        let mut files = HashMap::new();
        for path in self.data_files() {
            let path = path?.path();
            // It may be gone by now.
            let Ok(metadata) = path.metadata() else { continue };
            let relative = self.relative(&path);
            let relative = relative.unwrap_or_else(|| path.to_string_lossy().into_owned());
            files.insert(relative, metadata.len());
        }
        Ok(Entries {
            ready: Vec::new(),
            records: self.records(),
            files,
        })
    }

    /// Counts what is here. `group` says what belongs together: the recorded source, for example, or something in the path.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if a directory cannot be listed.
    pub fn info<G: Ord>(&self, group: impl Fn(&Listed) -> G) -> Result<Inventory<G>, Error> {
        let mut inventory = Inventory::default();
        for listed in self.entries()? {
            let listed = listed?;
            inventory.files.add(listed.size);
            if listed.record.is_none() {
                inventory.unrecorded.add(listed.size);
            }
            inventory.by_group.entry(group(&listed)).or_default().add(listed.size);
        }
        for file in self.state_files("quarantine") {
            let file = file?;
            if let Ok(seen) = file.attributes()
                && file.name == quarantine::DATA
            {
                inventory.quarantine.add(seen.len());
            }
        }
        for file in self.state_files("part") {
            if let Ok(seen) = file?.attributes() {
                inventory.partial.add(seen.on_disk());
            }
        }
        Ok(inventory)
    }
}
