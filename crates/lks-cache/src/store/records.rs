//! The small files that the store keeps for itself: records, and the index of their contents.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::OFlags;

use super::{MODE, STATE_DIRECTORY, Store, is_absent};
use crate::dirfd::{Directory, Opened, is_link};
use crate::error::Error;
use crate::record::{BadRecord, MAX_RECORD_BYTES, Record, is_sha256};
use crate::staged::Staged;

/// Enough for nearly every record, so that it is read at once.
const USUAL_RECORD_BYTES: usize = 4096;
/// Of an index entry that is longer than this, the rest is not read: nobody has so many addresses of one content.
const MAX_INDEX_BYTES: u64 = 1 << 20;

impl Store {
    pub(crate) fn record_path(&self, key: &str) -> PathBuf {
        self.state_directory(&shard("rec", key)).join(format!("{key}.json"))
    }

    /// What stands at the place of a key's record; it is left alone.
    ///
    /// # Errors
    ///
    /// Also where a link stands in place of a directory: whether there is a record cannot be told then.
    pub(crate) fn find_record(&self, key: &str) -> Result<Option<Result<Record, BadRecord>>, Error> {
        let (path, shard) = (self.record_path(key), shard("rec", key));
        let below = Path::new(STATE_DIRECTORY).join(&shard).join(format!("{key}.json"));
        match Directory::at(self.root()).and_then(|root| root.find_own(&below)) {
            Err(error) if is_absent(&error) => Ok(None),
            Ok(Opened::Other(_)) if self.state(&shard).is_err_and(|error| is_link(&error)) => {
                Err(Error::behind_link(self.state_directory(&shard)))
            }
            found => read_record_file(found.map_err(Error::reading("read record", &path))?, &path),
        }
    }

    /// The record of a key, if there is a usable one. An unusable one is set aside as `*.bad`, so that the file it spoke of can be
    /// taken over again.
    pub(crate) fn read_record(&self, key: &str) -> Result<Option<Record>, Error> {
        let (shard, path) = (shard("rec", key), self.record_path(key));
        match self.find_record(key)? {
            None => Ok(None),
            Some(Ok(record)) if record.key == key => Ok(Some(record)),
            Some(parsed) => {
                let reason = parsed.err().unwrap_or(BadRecord::OtherKey);
                tracing::warn!(path = %path.display(), %reason, "record set aside");
                let aside = |directory: Directory| {
                    directory.rename(format!("{key}.json"), &directory, &format!("{key}.json.bad"))
                };
                if let Err(error) = self.state(&shard).and_then(aside) {
                    tracing::debug!(path = %path.display(), %error, "bad record stays in place");
                }
                Ok(None)
            }
        }
    }

    /// Writes the record in one piece, durable after [`Store::sync_batch`]: one that a power cut damages is noticed by its checksum, and its
    /// file is taken over like one without.
    pub(crate) fn write_record(&self, record: &Record) -> Result<(), Error> {
        let (shard, name) = (shard("rec", &record.key), format!("{}.json", record.key));
        let text = record.to_text();
        for attempt in 0.. {
            // Someone may clear the cache between the two steps; the second time is enough unless they do nothing else.
            let outcome = self.state_made(&shard).and_then(|directory| {
                let staged = Staged::create(Arc::new(directory), "small.", ".part", MODE)?;
                staged.file().write_all(text.as_bytes())?;
                staged.rename(&name)
            });
            match outcome {
                Ok(()) => break,
                Err(error) if error.kind() == io::ErrorKind::NotFound && attempt < 3 => {}
                Err(error) if is_link(&error) => return Err(self.state_error(&shard, "open")(error)),
                Err(error) => return Err(Error::writing("write", &self.state_directory(&shard).join(name))(error)),
            }
        }
        let directory = self.state_directory(&shard);
        self.note_unsynced_up_to_root(&directory);
        self.note_unsynced_record(directory.join(name));
        self.index_content(&record.sha256, &record.key);
        Ok(())
    }

    pub(crate) fn remove_record(&self, key: &str) -> Result<(), Error> {
        let (shard, name) = (shard("rec", key), format!("{key}.json"));
        match self.state(&shard).and_then(|directory| directory.remove(&name)) {
            Err(error) if !is_absent(&error) => Err(
                Error::writing("remove", &self.state_directory(&shard).join(name))(error),
            ),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Adds `key` to the keys known for `sha256`. Derived data: a failure costs a later search, not a file.
    fn index_content(&self, sha256: &str, key: &str) {
        // Not synced: after a power cut a damaged entry is like a missing one.
        let outcome = self.state_made(&shard("by-hash", sha256)).and_then(|directory| {
            let mut file = directory.open_own(sha256, OFlags::CREATE | OFlags::APPEND)?;
            if rustix::fs::fstat(&file)?.st_nlink != 1 {
                return Err(io::Error::other("it is a file with another name as well"));
            }
            let text = read_index(&file)?;
            if keys_in(&text).any(|known| known == key) {
                return Ok(());
            }
            let torn = if text.is_empty() || text.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            file.write_all(format!("{torn}{key}\n").as_bytes())
        });
        if let Err(error) = outcome {
            tracing::debug!(sha256, %error, "content is not indexed");
        }
    }

    pub(crate) fn keys_of_content(&self, sha256: &str) -> Vec<String> {
        if !is_sha256(sha256) {
            return Vec::new();
        }
        let found = self
            .state(&shard("by-hash", sha256))
            .and_then(|directory| directory.find_own(Path::new(sha256)));
        let Ok(Opened::File(file)) = found else {
            return Vec::new();
        };
        let text = read_index(&file).unwrap_or_default();
        keys_in(&text).map(str::to_owned).collect()
    }
}

/// The path of the directory that holds `name`, which is hexadecimal digits, below a directory of ours.
fn shard(directory: &str, name: &str) -> String {
    format!("{directory}/{}", name.get(..2).unwrap_or("xx"))
}

fn keys_in(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| is_sha256(line))
}

fn read_index(file: &File) -> io::Result<String> {
    let mut text = Vec::new();
    file.take(MAX_INDEX_BYTES).read_to_end(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Reads one record: nothing there, or what it holds.
pub(crate) fn read_record_file(found: Opened, path: &Path) -> Result<Option<Result<Record, BadRecord>>, Error> {
    let file = match found {
        Opened::File(file) => file,
        Opened::Nothing => return Ok(None),
        Opened::Other(what) => return Ok(Some(Err(BadRecord::NotARecord(what.to_owned())))),
    };
    let mut text = Vec::with_capacity(USUAL_RECORD_BYTES);
    file.take(MAX_RECORD_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(Error::reading("read record", path))?;
    Ok(Some(match text.len() as u64 > MAX_RECORD_BYTES {
        true => Err(BadRecord::NotARecord("larger than any record".to_owned())),
        false => Record::parse(&text),
    }))
}
