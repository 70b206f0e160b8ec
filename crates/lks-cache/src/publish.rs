//! The last step of a write: the synced staging file gets its name, and the record is written. Nothing that stands at the name is destroyed.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use crate::date;
use crate::digest;
use crate::dirfd::{self, Directory, Opened};
use crate::disk;
use crate::error::Error;
use crate::key::Key;
use crate::lookup::{Entry, rewind};
use crate::path::STAGING_SUFFIX;
use crate::record::{Fingerprint, RECORD_VERSION, Record, RecordLocation, RecordOrigin};
use crate::staged::Staged;
use crate::store::{PRIVATE, Store};
use crate::write::{Facts, obstructed};

/// How often the directory may vanish, or the name be taken, between two steps before we give up.
const ATTEMPTS: usize = 32;
/// Longer texts of a server are not recorded, in bytes.
const LONGEST_TEXT: usize = 4096;
const WRITER: &str = concat!("lks-cache ", env!("CARGO_PKG_VERSION"));

impl Store {
    pub(crate) fn new_record(
        &self,
        key: &Key,
        facts: Facts,
        origin: RecordOrigin,
        sha256: String,
        size: u64,
        now: SystemTime,
    ) -> Record {
        let Facts {
            source,
            url,
            etag,
            last_modified,
            length: _,
            table_size,
            assurance,
            note,
        } = facts;
        // The server wrote these; a record must stay one that can be read.
        let bounded = |text: Option<String>| text.filter(|text| text.len() <= LONGEST_TEXT);
        Record {
            v: RECORD_VERSION,
            key: key.record_key(),
            uri: key.uri.clone(),
            sha256,
            size,
            source,
            url: bounded(url),
            etag: bounded(etag),
            last_modified: bounded(last_modified),
            table_size,
            origin,
            assurance,
            note: bounded(note),
            stored_at: date::iso(now),
            verified_at: date::iso(now),
            locations: Vec::new(),
            writer: WRITER.to_owned(),
        }
    }

    /// Gives the synced staging file its name, sets aside what else stood there, and writes `record`.
    pub(crate) fn publish(
        &self,
        key: &Key,
        staging: Staged,
        mut record: Record,
        now: SystemTime,
    ) -> Result<Entry, Error> {
        let path = self.path_of(&key.path);
        let (mut staging, mut own) = self.ready(staging, key)?;
        for _ in 0..ATTEMPTS {
            let directory = match self.directory_of_made(&key.path) {
                Ok(directory) => Arc::new(directory),
                // Removed between making and opening it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(obstructed(self, key, error)),
            };
            match staging.rename_new(&directory, key.path.filename()) {
                Ok(()) => {
                    let file = staging.into_file();
                    self.note_unsynced_up_to_root(directory.path());
                    return self.finish_publication(key, file, own, record, now);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if let Some((file, fingerprint)) = self.give_way_or_take_over(key, &record, now)? {
                        record.origin = self.origin_of_present(key, &record);
                        // Whoever published it may not live until its own batch ends.
                        self.note_unsynced_up_to_root(directory.path());
                        return self.finish_publication(key, file, fingerprint, record, now);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                    let copy = match copy_beside(&staging, directory) {
                        Ok(copy) => copy,
                        Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                        Err(error) => return Err(Error::writing("copy to", &path)(error)),
                    };
                    (staging, own) = self.ready(copy, key)?;
                }
                // The directory was removed meanwhile, by a cleaner or by Python's `clearcache`.
                Err(error) if error.kind() == io::ErrorKind::NotFound && staging.directory().exists(staging.name()) => {
                }
                Err(error) => return Err(Error::writing("publish", &path)(error)),
            }
        }
        let source = io::Error::other("the path keeps changing");
        Err(Error::Io {
            operation: "publish",
            path,
            source,
        })
    }

    /// The staging file, open to those who may read any file of this user, and what it is like.
    fn ready(&self, staging: Staged, key: &Key) -> Result<(Staged, Fingerprint), Error> {
        let path = staging.path();
        // Taken before anybody else can open the file: afterwards another tool may write into it in place.
        let own = disk::fingerprint(staging.file()).map_err(Error::reading("inspect", &path))?;
        if matches!(staging.is_in_place(), Ok(false)) {
            return Err(Error::Integrity {
                uri: key.uri.clone(),
                received: own.size,
                reason: "somebody put another file in the place of the one being written".to_owned(),
            });
        }
        self.open_to_others(&staging)
            .map_err(Error::writing("create a file beside", &path))?;
        Ok((staging, own))
    }

    /// Something stands at the path. The same content is returned, to be taken over as it is; anything else is set aside.
    fn give_way_or_take_over(
        &self,
        key: &Key,
        record: &Record,
        now: SystemTime,
    ) -> Result<Option<(File, Fingerprint)>, Error> {
        let path = self.path_of(&key.path);
        match self.find(&key.path)? {
            Opened::Nothing => return Ok(None),
            Opened::Other(what @ dirfd::A_DIRECTORY) => {
                return Err(Error::Obstructed {
                    path,
                    what: what.to_owned(),
                });
            }
            Opened::Other(_) => {}
            Opened::File(file) => {
                let fingerprint = disk::fingerprint(&file).map_err(Error::reading("inspect", &path))?;
                // An unreadable file is not the same content, and is set aside like any other.
                if let Ok((sha256, size)) = digest::of_file(&file) {
                    if sha256 == record.sha256 && size == record.size {
                        return Ok(Some((file, fingerprint)));
                    }
                    // Two addresses that ask for one path must not replace each other's file for ever.
                    if let Some(owner) = self.other_owner_of_content(&key.path, &sha256, &record.key)? {
                        let what = format!("the file of {}", owner.uri);
                        return Err(Error::Obstructed { path, what });
                    }
                }
            }
        }
        let previous = self.read_record(&record.key)?;
        self.quarantine(
            &key.path,
            previous.as_ref(),
            "replaced",
            "another content was stored under this name",
            now,
        )?;
        Ok(None)
    }

    /// Who wrote the file that stands there with our content: the store, if its record says so, else someone else.
    fn origin_of_present(&self, key: &Key, record: &Record) -> RecordOrigin {
        match self.read_record(&key.record_key()) {
            Ok(Some(known)) if known.sha256 == record.sha256 => known.origin,
            Ok(_) | Err(_) => RecordOrigin::Adopted,
        }
    }

    fn finish_publication(
        &self,
        key: &Key,
        file: File,
        fingerprint: Fingerprint,
        mut record: Record,
        now: SystemTime,
    ) -> Result<Entry, Error> {
        let path = self.path_of(&key.path);
        // Other places that hold this very content stay known.
        if let Some(known) = self
            .known_record(&record.key)?
            .filter(|known| known.sha256 == record.sha256)
        {
            record.locations = known.locations;
        }
        record.set_location(RecordLocation {
            path: self.location_of(&key.path),
            fingerprint,
        });
        self.write_record(&record, now)?;
        rewind(&file).map_err(Error::reading("rewind", &path))?;
        Ok(Entry {
            path,
            file,
            record: Some(record),
            noticed: None,
        })
    }
}

/// A synced copy in the destination's own directory, hidden, for data directories on another disk than the state directory.
fn copy_beside(staging: &Staged, directory: Arc<Directory>) -> io::Result<Staged> {
    let copy = Staged::create(directory, ".", STAGING_SUFFIX, PRIVATE)?;
    rewind(staging.file())?;
    io::copy(&mut staging.file(), &mut copy.file())?;
    copy.file().sync_all()?;
    Ok(copy)
}
