//! Which record names which path, in 24 bytes each: so that a walk in the order of paths finds the record of each file, however many
//! there are.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::sync::Arc;

use crate::error::Error;
use crate::key::{RawKey, raw_key_of};
use crate::record::{Record, hex};
use crate::segment::{Handle, Spot, record_of};
use crate::store::{Store, is_stale};

/// A path that a record names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    /// Of the path. Others may have the same, so that the record itself is asked.
    hash: u64,
    /// Where the record lies, see [`Spot`]; the highest bit says that a walk came to the path.
    offset: u64,
    length: u32,
    file: u32,
}

const SEEN: u64 = 1 << 63;
/// In place of the number of a file: the record lies where an older program put it, and the offset is the number of its key.
const OLDER: u32 = u32::MAX;
/// Room for more is made when it is needed.
const MOST_AT_FIRST: u64 = 1 << 22;

/// See the module.
#[derive(Debug)]
pub(crate) struct Locations {
    store: Store,
    named: Vec<Named>,
    files: Vec<Arc<Handle>>,
    older: Vec<RawKey>,
    /// How far the search for paths that no walk came to has come.
    position: usize,
}

impl Locations {
    /// Those of all usable records.
    pub(crate) fn of(store: &Store) -> Result<Self, Error> {
        let mut records = store.records();
        let capacity = records.num_lines().min(MOST_AT_FIRST);
        let (mut named, mut older) = (Vec::with_capacity(usize::try_from(capacity).unwrap_or(0)), Vec::new());
        while let Some((record, spot)) = records.next_placed()? {
            let (file, offset, length) = match spot {
                Some(Spot { file, offset, length }) => (file, offset, length),
                None => {
                    older.push(raw_key_of(&record.uri));
                    (OLDER, older.len() as u64 - 1, 0)
                }
            };
            named.extend(record.locations.iter().map(|location| Named {
                hash: hash_of(&location.path),
                offset,
                length,
                file,
            }));
        }
        named.sort_unstable();
        Ok(Self {
            store: store.clone(),
            named,
            files: records.into_files(),
            older,
            position: 0,
        })
    }

    /// The records that name this path. A walk has come to it.
    pub(crate) fn take(&mut self, path: &str) -> Result<Vec<Record>, Error> {
        self.renewed_if_gone(|it| it.try_take(path))
    }

    /// The next path that a record names and no walk came to.
    pub(crate) fn next_missing(&mut self) -> Result<Option<(Record, String)>, Error> {
        self.renewed_if_gone(Self::try_next_missing)
    }

    /// Asks once more if a segment is gone, because somebody has compacted it. What a walk came to is still known.
    fn renewed_if_gone<T>(&mut self, ask: impl Fn(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        match ask(self) {
            Err(Error::Io { source, .. }) if is_stale(&source) => {}
            outcome => return outcome,
        }
        let known = std::mem::replace(self, Self::of(&self.store)?);
        let seen = known.named.iter().filter(|named| named.offset & SEEN != 0);
        let mut seen = seen.map(|named| named.hash).peekable();
        for named in &mut self.named {
            while seen.next_if(|hash| *hash < named.hash).is_some() {}
            if seen.peek() == Some(&named.hash) {
                named.offset |= SEEN;
            }
        }
        ask(self)
    }

    fn try_take(&mut self, path: &str) -> Result<Vec<Record>, Error> {
        let hash = hash_of(path);
        let mut n = self.named.partition_point(|named| named.hash < hash);
        let mut records = Vec::new();
        while self.named.get(n).is_some_and(|named| named.hash == hash) {
            if let Some(record) = self.record(n)?.filter(|record| record.location(path).is_some()) {
                self.named[n].offset |= SEEN;
                records.push(record);
            }
            n += 1;
        }
        Ok(records)
    }

    fn try_next_missing(&mut self) -> Result<Option<(Record, String)>, Error> {
        while let Some(named) = self.named.get(self.position).copied() {
            let n = self.position;
            self.position += 1;
            if named.offset & SEEN != 0 {
                continue;
            }
            let Some(record) = self.record(n)? else { continue };
            let path = record.locations.iter().map(|location| &location.path);
            if let Some(path) = path.clone().find(|path| hash_of(path) == named.hash).cloned() {
                self.named[n].offset |= SEEN;
                return Ok(Some((record, path)));
            }
        }
        Ok(None)
    }

    fn record(&self, n: usize) -> Result<Option<Record>, Error> {
        let Named {
            offset, length, file, ..
        } = self.named[n];
        let offset = offset & !SEEN;
        if file == OLDER {
            let key = usize::try_from(offset).ok().and_then(|n| self.older.get(n));
            return key.map_or(Ok(None), |key| self.store.read_record(&hex(key)));
        }
        let Some(file) = usize::try_from(file).ok().and_then(|n| self.files.get(n)) else {
            return Ok(None);
        };
        match file.read_line(offset, length) {
            Ok(text) => Ok(text.and_then(|text| record_of(&text).ok())),
            Err(error) => Err(self.store.unread_records(error)),
        }
    }
}

fn hash_of(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(path.as_bytes());
    hasher.finish()
}
