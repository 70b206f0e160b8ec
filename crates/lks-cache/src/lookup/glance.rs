//! Many files looked at at once, by what their records and their attributes say: none stays open.

use std::io;

use super::is_fingerprint_of;
use crate::dirfd::Directory;
use crate::disk;
use crate::error::Error;
use crate::key::{Key, RawKey, raw_key_of};
use crate::parallel;
use crate::record::Record;
use crate::segment::Newest;
use crate::store::{Store, is_absent};

/// Threads that ask for attributes: a disk in the network answers many questions in the time of one.
const THREADS: usize = 8;
/// For fewer files, a thread costs more than it saves.
const WORTH_A_THREAD: usize = 128;

/// What a record and the attributes of its file tell.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly all of a list are of one kind")]
pub enum Glance {
    /// The file was not written since its SHA-256 was known, as [`Store::lookup`] finds it at [`Level::Stat`](crate::Level::Stat).
    Unchanged(Record),
    /// There is neither a file nor a record.
    Absent,
    /// Only [`Store::lookup`] can tell.
    Unclear,
}

impl Store {
    /// Looks at the files of `keys`, in their order, and moves none of them. It takes a system call for one that is not there and a few for one
    /// that is, and memory for each record.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the data directory or the records cannot be read.
    pub fn glance(&self, keys: &[Key]) -> Result<Vec<Glance>, Error> {
        let raw: Vec<RawKey> = keys.iter().map(|key| raw_key_of(&key.uri)).collect();
        let Some(lines) = self.known_lines(&raw)? else {
            return Ok(vec![Glance::Unclear; keys.len()]);
        };
        let data = match self.data() {
            Err(error) if is_absent(&error) => None,
            opened => Some(opened.map_err(Error::reading("open", &self.data_directory()))?),
        };
        let work: Vec<(&Key, Option<Newest>)> = keys.iter().zip(lines).collect();
        Ok(parallel::map(&work, THREADS, WORTH_A_THREAD, |(key, line)| {
            self.glance_one(data.as_ref(), key, line.as_ref())
        }))
    }

    fn glance_one(&self, data: Option<&Directory>, key: &Key, line: Option<&Newest>) -> Glance {
        let seen = match data {
            Some(data) => data.look(key.path.as_ref()),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        match (line.and_then(Newest::record), seen) {
            (None, Err(error)) if error.kind() == io::ErrorKind::NotFound => Glance::Absent,
            (Some(Ok(record)), Ok(seen)) => {
                let is_unchanged =
                    is_fingerprint_of(&disk::fingerprint_of(&seen), &self.location_of(&key.path), &record);
                match is_unchanged && seen.is_file() {
                    true => Glance::Unchanged(record),
                    false => Glance::Unclear,
                }
            }
            (None | Some(_), Ok(_) | Err(_)) => Glance::Unclear,
        }
    }
}
