//! The records of the first version become a segment, without a look at their files; then they and what belonged to them go.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::compaction::LOCK;
use super::first_version::read_record_file;
use crate::dirfd::{Directory, Opened};
use crate::error::Error;
use crate::lock::release;
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
        // Where locks do not work, two may do it at once, which costs time.
        let _lock = match self.has_locks().then(|| self.lock_named(LOCK)) {
            Some(Ok(None)) => return Ok(()),
            Some(Ok(lock)) => lock,
            Some(Err(_)) | None => None,
        };
        tracing::info!(root = %self.root().display(), "taking over the records of an older version");
        let segments = self.segments_made().map_err(self.state_error("rec", "take over"))?;
        let shards = shards_of(&records)?;
        self.write_sorted(&segments, |writer| self.take_over(&records, &shards, &segments, writer))?;
        self.discard_meanwhile(shards, &segments)?;
        self.discard(self.state(""), "by-hash")?;
        self.remove_free_locks()?;
        self.segments().has_first_version = false;
        Ok(())
    }

    /// Takes the directory of records out of use; what came into it since it was read is taken over as well.
    fn discard_meanwhile(&self, before: Vec<Shard>, segments: &Directory) -> Result<(), Error> {
        let trash = self.state_made("trash");
        let trash = trash.map_err(self.state_error("trash", "create directory"))?;
        let kept = trash.inner_new("old-");
        let (kept, name) = kept.map_err(self.state_error("trash", "create directory in"))?;
        let state = self.state("").map_err(self.state_error("", "open"))?;
        match state.rename("rec", &kept, "old") {
            Err(error) if !is_absent(&error) => return Err(self.state_error("rec", "remove")(error)),
            Err(_) => {}
            Ok(()) => {
                if let Err(error) = self.take_over_changed(&kept, before, segments) {
                    // An older program may have made the directory again; then what is here waits in the trash.
                    if let Err(error) = kept.rename_new("old", &state, "rec") {
                        tracing::warn!(%error, "records of an older version stay in the trash");
                    }
                    return Err(error);
                }
            }
        }
        trash.remove_tree(&name).map_err(self.state_error("trash", "remove"))
    }

    /// What came into the directory that was just moved since it was read; it need not be the one that was read.
    fn take_over_changed(&self, kept: &Directory, before: Vec<Shard>, segments: &Directory) -> Result<(), Error> {
        let records = kept.inner(Path::new("old"));
        let records = records.map_err(self.state_error("trash", "open"))?;
        let mut changed = shards_of(&records)?;
        changed.retain(|it| !before.contains(it));
        match changed.is_empty() {
            true => Ok(()),
            false => self.write_sorted(segments, |writer| self.take_over(&records, &changed, segments, writer)),
        }
    }

    /// Locks of an older version stayed when they were given back. Those that somebody holds are left alone.
    fn remove_free_locks(&self) -> Result<(), Error> {
        for file in self.state_files("lock") {
            let file = file?;
            if let Ok(Opened::File(lock)) = file.directory.find_own(Path::new(&file.name))
                && self.has_locks()
                && self.mark_in_use(&lock)
            {
                let removed = file.directory.remove(&file.name);
                release(&lock);
                match removed {
                    Err(error) if !is_absent(&error) => return Err(self.state_error("lock", "remove")(error)),
                    Ok(()) | Err(_) => {}
                }
            }
        }
        Ok(())
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
            && is_shard(&name)
        {
            shards.push((name, seen.version()));
        }
    }
    shards.sort_unstable();
    Ok(shards)
}

/// Two hexadecimal digits, with which the keys in it begin; an older program looks nowhere else.
fn is_shard(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.len() == 2 && name.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The lines of these records, in their order. What is no record is set aside.
fn read_all(shard: &Directory, names: &[OsString], segments: &Directory) -> io::Result<Vec<(Head, Vec<u8>)>> {
    let size = names.len().div_ceil(THREADS).max(1);
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
        // All are started before the first is waited for.
        let threads: Vec<_> = names
            .chunks(size)
            .map(|names| (names, thread::Builder::new().spawn_scoped(scope, move || read(names))))
            .collect();
        let lines = threads.into_iter().map(|(names, thread)| match thread {
            Ok(thread) => thread.join(),
            // A user may have no more threads.
            Err(_) => Ok(read(names)),
        });
        lines.collect::<thread::Result<Vec<_>>>()
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
        Some((moment, Ok(record))) if record.key == key && is_in_its_shard(shard, key) => Ok(line((moment, record))),
        Some(_) => {
            aside(shard, name, segments)?;
            Ok(None)
        }
    }
}

fn is_in_its_shard(shard: &Directory, key: &str) -> bool {
    let name = shard.path().file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| key.starts_with(name))
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
