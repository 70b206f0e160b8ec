//! Taking over files that other tools put into the tree: checked, hashed and recorded, but neither rewritten nor moved.

mod refusal;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use self::refusal::Refusal;
use crate::digest;
use crate::dirfd::{Directory, Opened};
use crate::disk;
use crate::error::Error;
use crate::key::Key;
use crate::level::Level;
use crate::lookup::{Check, Entry, Lookup, rewind};
use crate::miss::MissReason;
use crate::path::RelativePath;
use crate::record::{Assurance, Fingerprint, Record, RecordLocation, RecordOrigin};
use crate::store::Store;
use crate::write::Facts;

/// A file that was modified within this time may still be being written.
const SETTLING: Duration = Duration::from_secs(60);

/// What became of a file that was to be taken over.
#[derive(Debug)]
#[non_exhaustive]
pub enum Adoption {
    /// The file is the store's now.
    Adopted(Entry),
    /// The store had it already.
    Known(Entry),
    /// The file was left as it is, without a record.
    Refused(Refusal),
}

/// One file of a tree that was to be taken over.
#[derive(Debug)]
#[non_exhaustive]
pub struct AdoptedFile {
    /// Its path.
    pub path: PathBuf,
    /// What became of it.
    pub outcome: Result<Adoption, Error>,
}

impl Store {
    /// Takes over the file at the key's path if it is complete: it has `facts.length` bytes if that is given, `check` accepts it,
    /// and nobody is writing it. The file stays as it is, under the same inode.
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`], [`Error::Full`] or [`Error::Io`] if the record cannot be written. A file that is not taken over is not
    /// an error.
    pub fn adopt(&self, key: &Key, facts: Facts, check: Check<'_>, now: SystemTime) -> Result<Adoption, Error> {
        match self.lookup(key, Level::Stat, now)? {
            Lookup::Hit(entry) => return Ok(Adoption::Known(entry)),
            Lookup::Miss(MissReason::Absent | MissReason::Damaged { .. }) => {
                return Ok(Adoption::Refused(Refusal::Absent));
            }
            Lookup::Miss(MissReason::NotAFile { what }) => return Ok(Adoption::Refused(Refusal::NotAFile(what))),
            Lookup::Miss(MissReason::Taken { uri }) => return Ok(Adoption::Refused(Refusal::Taken(uri))),
            Lookup::Miss(MissReason::Unrecorded { .. }) => {}
        }
        let file = match self.find(&key.path)? {
            Opened::Nothing => return Ok(Adoption::Refused(Refusal::Absent)),
            Opened::Other(what) => return Ok(Adoption::Refused(Refusal::NotAFile(what))),
            Opened::File(file) => file,
        };
        let Examined {
            sha256,
            fingerprint,
            note,
        } = match examine(&key.path, &file, (facts.length, &[]), check, now) {
            Ok(found) => found,
            Err(refusal) => return Ok(Adoption::Refused(refusal)),
        };
        if let Some(owner) = self.other_owner_of_content(&key.path, &sha256, &key.record_key())? {
            return Ok(Adoption::Refused(Refusal::Taken(owner.uri)));
        }
        let facts = Facts { note, ..facts };
        let path = self.path_of(&key.path);
        let mut record = self.new_record(key, facts, RecordOrigin::Adopted, sha256, fingerprint.size, now);
        record.set_location(RecordLocation {
            path: self.location_of(&key.path),
            fingerprint,
        });
        self.write_record(&record, now)?;
        rewind(&file).map_err(Error::reading("rewind", &path))?;
        Ok(Adoption::Adopted(Entry {
            path,
            file,
            record: Some(record),
            noticed: None,
        }))
    }

    /// Takes over all files of a tree that holds a data directory of the same name: this store's own, where files stay in place, or another
    /// tool's cache, from which files are copied and which is left alone. `key_of` knows the key behind a path; a copy goes to that key's own path; `check` judges a file of which nothing but its name is known: not one that has the SHA-256 that this
    /// store, or the other if it is one, has on record; `each` hears of every file.
    ///
    /// # Errors
    ///
    /// Only if the tree cannot be listed; the outcome for each file is reported to `each`.
    pub fn adopt_tree(
        &self,
        tree: &Path,
        key_of: &dyn Fn(&RelativePath) -> Option<Key>,
        check: Check<'_>,
        now: SystemTime,
        each: &mut dyn FnMut(AdoptedFile),
    ) -> Result<(), Error> {
        let own = is_same_directory(tree, self.root());
        let source = self.at(tree);
        for file in source.data_files() {
            let path = file?.path();
            let found = source
                .relative(&path)
                .and_then(|relative| source.parse_location(&relative).ok())
                .and_then(|path| key_of(&path).map(|key| (path, key)));
            let outcome = match found {
                None => Ok(Adoption::Refused(Refusal::Unknown)),
                Some((path, Key { uri, .. })) if own => self.adopt(&Key { uri, path }, adopted_facts(), check, now),
                Some((path, key)) => {
                    let found = || source.find(&path);
                    self.copy_found(&found, (&source.path_of(&path), Some(&source)), &key, check, now)
                }
            };
            each(AdoptedFile { path, outcome });
        }
        Ok(())
    }

    /// Takes over a file outside a tree, by a copy at the key's path. The file is left alone.
    ///
    /// # Errors
    ///
    /// As [`Store::adopt`].
    pub fn adopt_file(&self, path: &Path, key: &Key, check: Check<'_>, now: SystemTime) -> Result<Adoption, Error> {
        let found = || match (path.parent(), path.file_name().and_then(|name| name.to_str())) {
            (Some(directory), Some(name)) => Directory::at(directory)
                .and_then(|directory| directory.find(name))
                .map_err(Error::reading("open", path)),
            _ => Ok(Opened::Nothing),
        };
        self.copy_found(&found, (path, None), key, check, now)
    }

    /// Copies what was found at `path`, maybe of another store, if it is complete and this store does not have it yet.
    fn copy_found(
        &self,
        found: &dyn Fn() -> Result<Opened, Error>,
        (path, source): (&Path, Option<&Self>),
        key: &Key,
        check: Check<'_>,
        now: SystemTime,
    ) -> Result<Adoption, Error> {
        if let Lookup::Hit(entry) = self.lookup(key, Level::Stat, now)? {
            return Ok(Adoption::Known(entry));
        }
        let file = match found()? {
            Opened::Nothing => return Ok(Adoption::Refused(Refusal::Absent)),
            Opened::Other(what) => return Ok(Adoption::Refused(Refusal::NotAFile(what))),
            Opened::File(file) => file,
        };
        let record_key = key.record_key();
        // The other tree is left alone, its unusable records too.
        let theirs = source.map(|source| source.find_record(&record_key));
        let theirs = theirs.transpose()?.flatten().and_then(Result::ok);
        let theirs = theirs.filter(|record| record.key == record_key);
        let known: Vec<Record> = self.read_record(&record_key)?.into_iter().chain(theirs).collect();
        let Examined {
            sha256,
            fingerprint,
            note,
        } = match examine(&key.path, &file, (None, &known), check, now) {
            Ok(found) => found,
            Err(refusal) => return Ok(Adoption::Refused(refusal)),
        };
        let facts = Facts {
            note,
            ..adopted_facts()
        };
        let record = self.new_record(key, facts, RecordOrigin::Adopted, sha256, fingerprint.size, now);
        let from = Entry {
            path: path.to_owned(),
            file,
            record: None,
            noticed: None,
        };
        self.copy_in(key, &from, &record, now).map(Adoption::Adopted)
    }
}

fn adopted_facts() -> Facts {
    Facts {
        source: "adopted".to_owned(),
        assurance: Assurance::Structure,
        ..Facts::default()
    }
}

/// A foreign file that may be taken over.
struct Examined {
    sha256: String,
    fingerprint: Fingerprint,
    note: Option<String>,
}

/// Whether a foreign file is complete and at rest: it has the expected size, and a SHA-256 that is on record, or passes the check.
fn examine(
    path: &RelativePath,
    file: &File,
    (expected, known): (Option<u64>, &[Record]),
    check: Check<'_>,
    now: SystemTime,
) -> Result<Examined, Refusal> {
    let unreadable = |error: std::io::Error| Refusal::Unreadable(error.to_string());
    let before = disk::fingerprint(file).map_err(unreadable)?;
    match expected {
        Some(expected) if expected != before.size => {
            return Err(Refusal::Size {
                expected,
                found: before.size,
            });
        }
        None if before.size == 0 => return Err(Refusal::Empty),
        Some(_) | None => {}
    }
    if !at_rest(before.mtime_ns, now) {
        return Err(Refusal::BeingWritten);
    }
    let (sha256, size) = digest::of_file(file).map_err(unreadable)?;
    let note = match known.iter().find(|record| record.sha256 == sha256) {
        Some(record) => record.note.clone(),
        None => {
            rewind(file).map_err(unreadable)?;
            check(path, file).map_err(Refusal::Content)?
        }
    };
    let after = disk::fingerprint(file).map_err(unreadable)?;
    if after != before || size != before.size {
        return Err(Refusal::BeingWritten);
    }
    Ok(Examined {
        sha256,
        fingerprint: before,
        note,
    })
}

/// A date in the future says nothing of the file's age: it comes from another clock.
fn at_rest(mtime_ns: i64, now: SystemTime) -> bool {
    let Ok(modified) = u64::try_from(mtime_ns).map(Duration::from_nanos) else {
        return true;
    };
    match now.duration_since(UNIX_EPOCH) {
        Ok(now) => modified > now + SETTLING || now >= modified + SETTLING,
        Err(_) => true,
    }
}

fn is_same_directory(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}
