//! The records of the first version become a segment, without a look at their files; then they and what belonged to them go.

use std::ffi::{OsStr, OsString};
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::first_version::read_record_file;
use crate::dirfd::Directory;
use crate::error::Error;
use crate::record::Record;
use crate::segment::{Head, Moment, SortedWriter, head_of, of_record};
use crate::store::{Store, is_absent};

/// Small files are read by so many threads, because a disk answers many questions in the time of one.
const THREADS: usize = 16;
/// So many of them are kept in memory.
const CHUNK: usize = 4096;

/// A directory of records and when it was changed last.
type Shard = (OsString, (i128, i128));

impl Store {
    /// Takes over what an older program wrote, if there is anything. Doing it twice does no harm, and neither does stopping in between: what
    /// is left is read where it lies.
    pub(crate) fn take_over_first_version(&self) -> Result<(), Error> {
        let records = match self.state("rec") {
            Err(error) if is_absent(&error) => return Ok(()),
            opened => opened.map_err(self.state_error("rec", "list"))?,
        };
        tracing::info!(root = %self.root().display(), "taking over the records of an older version");
        let segments = self.segments_made().map_err(self.state_error("rec", "take over"))?;
        let shards = shards_of(&records)?;
        self.write_sorted(&segments, |writer| self.take_over(&records, &shards, &segments, writer))?;
        self.discard_meanwhile(&records, shards, &segments)?;
        for name in ["by-hash", "lock"] {
            self.discard(self.state(""), name)?;
        }
        self.segments().has_first_version = false;
        Ok(())
    }

    /// Takes the directory of records out of use; what came into it since it was read is taken over as well.
    fn discard_meanwhile(&self, records: &Directory, before: Vec<Shard>, segments: &Directory) -> Result<(), Error> {
        let trash = self.state_made("trash");
        let trash = trash.map_err(self.state_error("trash", "create directory"))?;
        let kept = trash.inner_new("old-");
        let (kept, name) = kept.map_err(self.state_error("trash", "create directory in"))?;
        let moved = self.state("").and_then(|state| state.rename("rec", &kept, "old"));
        match moved {
            Err(error) if !is_absent(&error) => return Err(self.state_error("rec", "remove")(error)),
            Ok(()) | Err(_) => {}
        }
        let changed: Vec<Shard> = shards_of(records)?
            .into_iter()
            .filter(|it| !before.contains(it))
            .collect();
        if !changed.is_empty() {
            self.write_sorted(segments, |writer| self.take_over(records, &changed, segments, writer))?;
        }
        trash.remove_tree(&name).map_err(self.state_error("trash", "remove"))
    }

    fn take_over(
        &self,
        records: &Directory,
        shards: &[Shard],
        segments: &Directory,
        writer: &mut SortedWriter<'_>,
    ) -> io::Result<()> {
        for (name, _) in shards {
            let shard = match records.inner(Path::new(name)) {
                Err(error) if is_absent(&error) => continue,
                opened => opened?,
            };
            let mut names: Vec<OsString> = Vec::new();
            for entry in shard.names()? {
                names.push(entry?.0);
            }
            // Names are keys, so that the lines come in the order of the keys.
            names.sort_unstable();
            for chunk in names.chunks(CHUNK) {
                for (head, line) in read_all(&shard, chunk, segments)? {
                    writer.add(&head, &line)?;
                }
            }
        }
        Ok(())
    }
}

/// The directories below that of the records, in their order.
fn shards_of(records: &Directory) -> Result<Vec<Shard>, Error> {
    let listed = |error| Error::reading("list", records.path())(error);
    let mut shards = Vec::new();
    for entry in records.names().map_err(listed)? {
        let (name, _) = entry.map_err(listed)?;
        if let Ok(seen) = records.attributes_of(&name)
            && seen.is_dir()
        {
            shards.push((name, seen.version()));
        }
    }
    shards.sort_unstable();
    Ok(shards)
}

/// The lines of these records, in their order. What is no record is set aside.
fn read_all(shard: &Directory, names: &[OsString], segments: &Directory) -> io::Result<Vec<(Head, Vec<u8>)>> {
    let threads = thread::available_parallelism()
        .map_or(1, NonZeroUsize::get)
        .max(THREADS);
    let size = names.len().div_ceil(threads).max(1);
    let failure = Mutex::new(None);
    let read = |names: &[OsString]| -> Vec<(Head, Vec<u8>)> {
        let mut lines = Vec::with_capacity(names.len());
        for name in names {
            match read_one(shard, name, segments) {
                Ok(line) => lines.extend(line),
                Err(error) => {
                    failure
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .get_or_insert(error);
                }
            }
        }
        lines
    };
    let lines = thread::scope(|scope| {
        let read = &read;
        let threads: Vec<_> = names
            .chunks(size)
            .map(|names| scope.spawn(move || read(names)))
            .collect();
        let read = threads.into_iter().map(|thread| thread.join());
        read.collect::<thread::Result<Vec<_>>>()
    });
    let lines = lines.map_err(|_panic| io::Error::other("a thread ended early"))?;
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(lines.into_iter().flatten().collect()),
    }
}

fn read_one(shard: &Directory, name: &OsStr, segments: &Directory) -> io::Result<Option<(Head, Vec<u8>)>> {
    let Some(key) = name.to_str().and_then(|name| name.strip_suffix(".json")) else {
        if name.as_encoded_bytes().ends_with(b".bad") {
            aside(shard, name, segments)?;
        }
        return Ok(None);
    };
    let found = shard.find_own(Path::new(name))?;
    let found = read_record_file(found, &shard.path().join(name)).map_err(io::Error::from)?;
    let line = |(moment, record): (Moment, Record)| {
        let line = of_record(&record, moment).ok()?;
        head_of(&line).map(|head| (head, line))
    };
    match found {
        None => Ok(None),
        Some((moment, Ok(record))) if record.key == key => Ok(line((moment, record))),
        Some(_) => {
            aside(shard, name, segments)?;
            Ok(None)
        }
    }
}

/// What could not be believed is kept until it is swept up on request.
fn aside(shard: &Directory, name: &OsStr, segments: &Directory) -> io::Result<()> {
    let name = name.to_string_lossy();
    let bad = match name.ends_with(".bad") {
        true => name.clone().into_owned(),
        false => format!("{name}.bad"),
    };
    match shard.rename(&*name, segments, &bad) {
        Err(error) if !is_absent(&error) => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
