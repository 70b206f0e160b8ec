//! Records as the first version of the store kept them: a file for each below `.lks/v1/rec`, and an index of their contents beside it.
//!
//! They are read where they lie until a run that writes takes them over; an older program may go on writing them.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::Found;
use super::takeover::TAKEN;
use crate::dirfd::{Directory, Opened, is_link};
use crate::error::Error;
use crate::record::{BadRecord, MAX_RECORD_BYTES, Record, is_sha256};
use crate::segment::Moment;
use crate::store::{Store, is_absent};

/// Enough for nearly every record, so that it is read at once.
const USUAL_RECORD_BYTES: usize = 4096;
/// Of an index entry that is longer than this, the rest is not read: nobody has so many addresses of one content.
const MAX_INDEX_BYTES: u64 = 1 << 20;

impl Store {
    /// Whether there may be such records.
    pub(super) fn has_first_version(&self) -> bool {
        self.state("")
            .is_ok_and(|state| state.exists("rec") || state.exists(TAKEN))
    }

    fn record_path(&self, key: &str) -> PathBuf {
        self.state_directory(&shard("rec", key)).join(format!("{key}.json"))
    }

    /// What stands at the place of a key's record; it is left alone.
    ///
    /// # Errors
    ///
    /// Also where a link stands in place of a directory: whether there is a record cannot be told then.
    pub(super) fn find_first_version(&self, key: &str) -> Result<Option<Found>, Error> {
        let (path, shard) = (self.record_path(key), shard("rec", key));
        let below = Self::state_path(&shard).join(format!("{key}.json"));
        match self.root_directory().and_then(|root| root.find_own(&below)) {
            Err(error) if is_absent(&error) => Ok(None),
            Ok(Opened::Other(_)) if self.state(&shard).is_err_and(|error| is_link(&error)) => {
                Err(Error::behind_link(self.state_directory(&shard)))
            }
            found => {
                let found = read_record_file(found.map_err(Error::reading("read record", &path))?, &path)?;
                Ok(found.map(|(moment, found)| match found {
                    Ok(record) if record.key != key => (moment, Err(BadRecord::OtherKey)),
                    found => (moment, found),
                }))
            }
        }
    }

    /// The record of a key. An unusable one is set aside as `*.bad`, so that the file it spoke of can be taken over again.
    pub(super) fn read_first_version(&self, key: &str) -> Result<Option<(Moment, Record)>, Error> {
        match self.find_first_version(key)? {
            None => Ok(None),
            Some((moment, Ok(record))) => Ok(Some((moment, record))),
            Some((_, Err(reason))) => {
                let path = self.record_path(key);
                tracing::warn!(path = %path.display(), %reason, "record set aside");
                let aside = |directory: Directory| {
                    directory.rename(format!("{key}.json"), &directory, &format!("{key}.json.bad"))
                };
                if let Err(error) = self.state(&shard("rec", key)).and_then(aside) {
                    tracing::debug!(path = %path.display(), %error, "bad record stays in place");
                }
                Ok(None)
            }
        }
    }

    /// Keys of records that had this content when they were written.
    pub(super) fn keys_of_first_version(&self, sha256: &str) -> Vec<String> {
        let found = self
            .state(&shard("by-hash", sha256))
            .and_then(|directory| directory.find_own(Path::new(sha256)));
        let Ok(Opened::File(file)) = found else {
            return Vec::new();
        };
        let mut text = Vec::new();
        match file.take(MAX_INDEX_BYTES).read_to_end(&mut text) {
            Ok(_) => {}
            Err(error) => tracing::debug!(sha256, %error, "index is not read"),
        }
        let text = String::from_utf8_lossy(&text);
        text.lines().filter(|line| is_sha256(line)).map(str::to_owned).collect()
    }
}

/// The path of the directory that holds `name`, which is hexadecimal digits, below a directory of ours.
fn shard(directory: &str, name: &str) -> String {
    format!("{directory}/{}", name.get(..2).unwrap_or("xx"))
}

/// Reads one record: nothing there, or what it holds and since when.
pub(crate) fn read_record_file(found: Opened, path: &Path) -> Result<Option<Found>, Error> {
    let file = match found {
        Opened::File(file) => file,
        Opened::Nothing => return Ok(None),
        Opened::Other(what) => {
            return Ok(Some((
                Moment::after(None, 0),
                Err(BadRecord::NotARecord(what.to_owned())),
            )));
        }
    };
    let reading = |error: io::Error| Error::reading("read record", path)(error);
    // It was renamed into its place when it had been written, so its time is that from which it holds.
    let written = file
        .metadata()
        .and_then(|metadata| metadata.modified())
        .map_err(reading)?;
    let since = written.duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut text = Vec::with_capacity(USUAL_RECORD_BYTES);
    file.take(MAX_RECORD_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(reading)?;
    let found = match text.len() as u64 > MAX_RECORD_BYTES {
        true => Err(BadRecord::NotARecord("larger than any record".to_owned())),
        false => Record::parse(&text),
    };
    Ok(Some((Moment::after(None, since.as_nanos()), found)))
}
