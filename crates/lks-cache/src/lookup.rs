//! Looking a file up: what is here, and is it still what came in? Works on a store that cannot be written.

mod glance;

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::date;
use crate::digest;
use crate::dirfd::{Opened, is_link};
use crate::disk;
use crate::error::Error;
use crate::key::{Key, record_key_of};
use crate::level::Level;
use crate::miss::{Damage, MissReason};
use crate::path::RelativePath;
use crate::record::{Fingerprint, Record, RecordLocation};
use crate::store::{Store, is_absent};

pub use self::glance::Glance;

/// A check of a file by its path and its content, by code that knows its format: what is odd about a complete file, or what is wrong
/// with it.
pub type Check<'a> = &'a (dyn Fn(&RelativePath, &File) -> Result<Option<String>, String> + Sync);

/// What a look-up found: a file or none. Why there is none may get more reasons, this type no third case.
#[expect(
    clippy::large_enum_variant,
    reason = "a hit is the usual answer and is taken apart at once"
)]
#[derive(Debug)]
pub enum Lookup {
    /// The file, which passed the requested level.
    Hit(Entry),
    /// Nothing that may be handed out.
    Miss(MissReason),
}

impl Lookup {
    /// The file, if there is one that may be handed out.
    pub fn hit(self) -> Option<Entry> {
        match self {
            Self::Hit(entry) => Some(entry),
            Self::Miss(_) => None,
        }
    }
}

/// A file of the store, open.
///
/// Read through `file` where possible: it stays what was checked even if someone removes or replaces the path meanwhile.
#[derive(Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Its path.
    pub path: PathBuf,
    /// The checked file, open for reading, at its start.
    pub file: File,
    /// What is known of it; `None` at [`Level::Exists`], which reads no record.
    pub record: Option<Record>,
    /// What the store's check says of it at [`Level::Content`], if its record did not say so before.
    pub noticed: Option<String>,
}

impl Store {
    /// Looks for the file of a key and checks it at `level`. A file that is not what its record says is moved to the quarantine, never
    /// deleted, and the look-up is a miss.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if a directory or record cannot be read; a damaged file is not an error.
    pub fn lookup(&self, key: &Key, level: Level, now: SystemTime) -> Result<Lookup, Error> {
        let _root = self.root_directory();
        let record = match level {
            Level::Exists => None,
            Level::Stat | Level::Sha256 | Level::Content => {
                let record_key = key.record_key();
                match self.find(&key.path)? {
                    // What fits is right, whatever others wrote meanwhile.
                    Opened::File(file) if level == Level::Stat => match self.known_record(&record_key)? {
                        Some(record) if self.is_unchanged(&key.path, &file, &record) => {
                            return Ok(Lookup::Hit(Entry {
                                path: self.path_of(&key.path),
                                file,
                                record: Some(record),
                                noticed: None,
                            }));
                        }
                        Some(_) | None => self.read_record(&record_key)?,
                    },
                    Opened::Nothing => {
                        let absent = Lookup::Miss(MissReason::Absent);
                        return Ok(match self.known_record(&record_key)? {
                            Some(record) => self.rebuild(key, record, now)?.map_or(absent, Lookup::Hit),
                            None => absent,
                        });
                    }
                    Opened::File(_) | Opened::Other(_) => self.read_record(&record_key)?,
                }
            }
        };
        let first = self.lookup_at(&key.path, level, record.clone(), now)?;
        match (&first, record) {
            (Lookup::Miss(MissReason::Absent | MissReason::Damaged { .. }), Some(record)) => {
                Ok(self.rebuild(key, record, now)?.map_or(first, Lookup::Hit))
            }
            _ => Ok(first),
        }
    }

    /// As [`Store::lookup`], if only the URI is known: the record has the path of the file.
    ///
    /// # Errors
    ///
    /// As [`Store::lookup`].
    pub fn lookup_uri(&self, uri: &str, level: Level, now: SystemTime) -> Result<Lookup, Error> {
        let record = self.read_record(&record_key_of(uri))?;
        let locations = record.iter().flat_map(|record| &record.locations);
        let Some(path) = locations
            .flat_map(|location| self.parse_location(&location.path))
            .next()
        else {
            return Ok(Lookup::Miss(MissReason::Absent));
        };
        let uri = uri.to_owned();
        self.lookup(&Key { uri, path }, level, now)
    }

    /// Whether a file was not written since its record was.
    fn is_unchanged(&self, path: &RelativePath, file: &File, record: &Record) -> bool {
        disk::fingerprint(file).is_ok_and(|seen| is_fingerprint_of(&seen, &self.location_of(path), record))
    }

    /// Looks at one path, with what is on record of it.
    pub(crate) fn lookup_at(
        &self,
        path: &RelativePath,
        level: Level,
        record: Option<Record>,
        now: SystemTime,
    ) -> Result<Lookup, Error> {
        let full_path = self.path_of(path);
        let mut file = match self.find(path)? {
            Opened::Nothing => return Ok(Lookup::Miss(MissReason::Absent)),
            Opened::Other(what) => return Ok(Lookup::Miss(MissReason::NotAFile { what })),
            Opened::File(file) => file,
        };
        if matches!(level, Level::Exists) {
            return Ok(Lookup::Hit(Entry {
                path: full_path,
                file,
                record: None,
                noticed: None,
            }));
        }
        let Some(mut record) = record else {
            let size = file.metadata().map_err(Error::reading("inspect", &full_path))?.len();
            return Ok(Lookup::Miss(MissReason::Unrecorded { size }));
        };
        let location = self.location_of(path);
        let mut outcome = examine(&file, &location, level, &record);
        if matches!(outcome, Err(Damage::Unreadable(_))) {
            // Once more through another handle: on NFS one goes stale (`ESTALE`) when another machine replaces the file.
            if let Opened::File(again) = self.find(path)? {
                file = again;
                outcome = examine(&file, &location, level, &record);
            }
        }
        let refreshed = match outcome {
            Ok(refreshed) => refreshed,
            Err(damage) => {
                // Whoever goes through a whole store knows a record as it was at the beginning.
                let current = self.read_record(&record.key)?;
                if let Some(current) = current.filter(|it| (&it.sha256, it.size) != (&record.sha256, record.size)) {
                    return self.lookup_at(path, level, Some(current), now);
                }
                if let Some(owner) = self.other_owner(path, &file, &record.key)? {
                    return Ok(Lookup::Miss(MissReason::Taken { uri: owner.uri }));
                }
                let quarantined = self.quarantine(path, Some(&record), damage.word(), &damage.to_string(), now);
                let quarantined = quarantined
                    .inspect_err(|error| tracing::warn!(%error, "damaged file stays"))
                    .ok();
                return Ok(Lookup::Miss(MissReason::Damaged {
                    damage,
                    quarantined: quarantined.flatten(),
                }));
            }
        };
        let mut noticed = None;
        if let (Level::Content, Some(check), None) = (level, self.check(), &record.note) {
            noticed = notice(path, &file, check);
            rewind(&file).map_err(Error::reading("rewind", &full_path))?;
            record.note.clone_from(&noticed);
        }
        if refreshed.is_some() || noticed.is_some() {
            if let Some(location) = refreshed {
                record.set_location(location);
                record.verified_at = date::iso(now);
            }
            if let Err(error) = self.write_record(&record, now) {
                tracing::debug!(%error, "record is not refreshed");
            }
        }
        Ok(Lookup::Hit(Entry {
            path: full_path,
            file,
            record: Some(record),
            noticed,
        }))
    }

    /// The record of another key that claims this very file at this path.
    pub(crate) fn other_owner(
        &self,
        path: &RelativePath,
        file: &File,
        record_key: &str,
    ) -> Result<Option<Record>, Error> {
        // A file that cannot be read belongs to nobody.
        let Ok((sha256, _)) = digest::of_file(file) else {
            return Ok(None);
        };
        self.other_owner_of_content(path, &sha256, record_key)
    }

    pub(crate) fn other_owner_of_content(
        &self,
        path: &RelativePath,
        sha256: &str,
        record_key: &str,
    ) -> Result<Option<Record>, Error> {
        let location = self.location_of(path);
        let mut records = self.find_content(sha256)?.into_iter();
        Ok(records.find(|record| record.key != record_key && record.location(&location).is_some()))
    }

    /// What stands at a key's path.
    pub(crate) fn find(&self, path: &RelativePath) -> Result<Opened, Error> {
        // At once, where no link is on the way, as nearly always.
        let below = Path::new(self.data_directory_name()).join(path);
        match self.root_directory().and_then(|root| root.find_own(&below)) {
            Ok(found @ (Opened::File(_) | Opened::Nothing)) => return Ok(found),
            Ok(Opened::Other(_)) | Err(_) => {}
        }
        match self
            .directory_of(path)
            .and_then(|directory| directory.find(path.filename()))
        {
            Ok(found) => Ok(found),
            // A link or a file where a directory belongs: nothing of ours can be behind it, and writing will refuse it by name.
            Err(error) if is_absent(&error) || is_link(&error) => Ok(Opened::Nothing),
            Err(error) => Err(Error::reading("open", &self.path_of(path))(error)),
        }
    }
}

/// Whether what is seen of a file is what its record says of this location.
fn is_fingerprint_of(seen: &Fingerprint, location: &str, record: &Record) -> bool {
    let known = record.location(location);
    known.is_some_and(|known| known.fingerprint.size == record.size && *seen == known.fingerprint)
}

/// Compares a file with its record. `Ok(Some(_))`: whole, with a fingerprint that the record does not have yet.
fn examine(file: &File, location: &str, level: Level, record: &Record) -> Result<Option<RecordLocation>, Damage> {
    let unreadable = |error: std::io::Error| Damage::Unreadable(error.to_string());
    let fingerprint = disk::fingerprint(file).map_err(unreadable)?;
    if fingerprint.size != record.size {
        return Err(Damage::Size {
            recorded: record.size,
            found: fingerprint.size,
        });
    }
    let known = record
        .location(location)
        .is_some_and(|known| known.fingerprint == fingerprint);
    if known && matches!(level, Level::Exists | Level::Stat) {
        return Ok(None);
    }
    let (sha256, size) = digest::of_file(file).map_err(unreadable)?;
    if size != record.size {
        return Err(Damage::Size {
            recorded: record.size,
            found: size,
        });
    }
    if sha256 != record.sha256 {
        return Err(Damage::Hash);
    }
    Ok((!known).then_some(RecordLocation {
        path: location.to_owned(),
        fingerprint,
    }))
}

/// What is odd about a file that has its recorded SHA-256.
fn notice(path: &RelativePath, file: &File, check: Check<'_>) -> Option<String> {
    match check(path, file) {
        Ok(odd) => odd,
        Err(wrong) => Some(format!("{wrong}; it came so")),
    }
}

pub(crate) fn rewind(mut file: &File) -> std::io::Result<()> {
    file.seek(SeekFrom::Start(0)).map(|_| ())
}
