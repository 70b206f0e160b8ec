//! Many files looked up at once, by what their records and their attributes say: none stays open.

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

impl Store {
    /// The records of those of `keys` whose files were not written since their SHA-256 was known, as [`Store::lookup`] finds them at
    /// [`Level::Stat`](crate::Level::Stat). `None` says nothing of a file: look it up.
    ///
    /// It takes a few system calls for each file, and memory for each record.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the data directory or the records cannot be read.
    pub fn unchanged(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, Error> {
        let data = match self.data() {
            Err(error) if is_absent(&error) => return Ok(vec![None; keys.len()]),
            opened => opened.map_err(Error::reading("open", &self.data_directory()))?,
        };
        let raw: Vec<RawKey> = keys.iter().map(|key| raw_key_of(&key.uri)).collect();
        let lines = self.known_lines(&raw)?;
        let work: Vec<(&Key, Option<Newest>)> = keys.iter().zip(lines).collect();
        Ok(parallel::map(&work, THREADS, WORTH_A_THREAD, |(key, line)| {
            self.unchanged_one(&data, key, line.as_ref()?)
        }))
    }

    fn unchanged_one(&self, data: &Directory, key: &Key, line: &Newest) -> Option<Record> {
        let record = line.record()?.ok()?;
        let seen = data.look(key.path.as_ref()).ok()?;
        let is_unchanged = is_fingerprint_of(&disk::fingerprint_of(&seen), &self.location_of(&key.path), &record);
        (is_unchanged && seen.is_file()).then_some(record)
    }
}
