//! Bringing a missing file back from another copy of the same content in the store, without any network.

use std::os::unix::fs::FileExt;
use std::time::SystemTime;

use crate::error::Error;
use crate::key::Key;
use crate::level::Level;
use crate::lookup::{Entry, Lookup};
use crate::record::Record;
use crate::store::Store;

const COPY_BUFFER_BYTES: usize = 1024 * 1024;

impl Store {
    /// The key's file, copied from the first of its other known locations that is whole. On a store that cannot be written, that
    /// location itself.
    pub(crate) fn rebuild(&self, key: &Key, record: Record, now: SystemTime) -> Result<Option<Entry>, Error> {
        let wanted = self.location_of(&key.path);
        for location in record.locations.iter().filter(|location| location.path != wanted) {
            let Ok(path) = self.parse_location(&location.path) else {
                continue;
            };
            if let Lookup::Hit(entry) = self.lookup_at(&path, Level::Sha256, Some(record.clone()), now)? {
                return match self.copy_in(key, &entry, &record, now) {
                    Ok(copy) => Ok(Some(copy)),
                    Err(Error::ReadOnly { .. } | Error::Full { .. }) => Ok(Some(entry)),
                    Err(error) => Err(error),
                };
            }
        }
        Ok(None)
    }

    /// Copies an open file to the key's path, under `record`, if the copy has the record's content.
    pub(crate) fn copy_in(&self, key: &Key, from: &Entry, record: &Record, now: SystemTime) -> Result<Entry, Error> {
        let mut writer = self.begin(key, Some(record.size))?;
        let mut buffer = vec![0; COPY_BUFFER_BYTES];
        loop {
            let read = from.file.read_at(&mut buffer, writer.written());
            match read.map_err(Error::reading("read", &from.path))? {
                0 => break,
                n => writer.append(&buffer[..n])?,
            }
        }
        let finished = writer.finish()?;
        if finished.sha256() != record.sha256 {
            let reason = "the copy differs from its original".to_owned();
            return Err(Error::Integrity {
                uri: key.uri.clone(),
                received: finished.size(),
                reason,
            });
        }
        finished.publish_as(record.clone(), now)
    }
}
