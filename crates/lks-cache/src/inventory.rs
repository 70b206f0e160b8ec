//! What the store holds: totals, also by the caller's groups.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::locations::Locations;
use crate::quarantine;
use crate::record::Record;
use crate::store::Store;
use crate::walk::ordered::{Ordered, Step};

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

/// The plain files in the order of their paths.
struct Entries {
    store: Store,
    walk: Ordered,
    locations: Locations,
}

impl Entries {
    fn next_listed(&mut self) -> Result<Option<Listed>, Error> {
        for step in self.walk.by_ref() {
            let Step::File { path, size, is_link } = step? else {
                continue;
            };
            let size = match is_link {
                false => size,
                true => match self.store.data_directory().join(&path).metadata() {
                    Ok(metadata) => metadata.len(),
                    // It leads nowhere.
                    Err(_) => continue,
                },
            };
            let path = self.store.location_below(&path);
            let record = self.locations.take(&path)?.into_iter().next();
            return Ok(Some(Listed { path, size, record }));
        }
        Ok(None)
    }
}

impl Iterator for Entries {
    type Item = Result<Listed, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_listed().transpose()
    }
}

impl Store {
    /// All plain files with their records, in the order of their paths. What is kept in memory meanwhile are 24 bytes for each path that a
    /// record names.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the records cannot be read; what cannot be listed comes as an item.
    pub fn entries(&self) -> Result<impl Iterator<Item = Result<Listed, Error>>, Error> {
        Ok(Entries {
            store: self.clone(),
            walk: self.ordered_files(),
            locations: Locations::of(self)?,
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
