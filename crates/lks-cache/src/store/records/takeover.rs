//! The records of the first version become a segment, without a look at their files; then they and what belonged to them go.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

use super::compaction::LOCK;
use super::first_version::read_record_file;
use crate::dirfd::{Directory, Opened};
use crate::error::Error;
use crate::lock::release;
use crate::parallel;
use crate::record::Record;
use crate::segment::{Head, Moment, SortedWriter, head_of, of_record};
use crate::store::{Store, is_absent};

/// Small files are read by so many threads, because a disk answers many questions in the time of one.
const THREADS: usize = 16;
/// So many of them are kept in memory.
const CHUNK: usize = 4096;

/// The directory of the records gets this name before what came into it meanwhile is read. It stays until all of it is taken over, if need
/// be by another program.
pub(crate) const TAKEN: &str = "rec-taken";

/// A directory of records and when it was changed last.
type Shard = (OsString, (i128, i128));

impl Store {
    /// Takes over what an older program wrote, if there is anything. Doing it twice does no harm, and neither does stopping in between: what
    /// is left is read where it lies.
    pub(crate) fn take_over_first_version(&self) -> Result<(), Error> {
        if !self.has_first_version() {
            return Ok(());
        }
        // Where locks do not work, two may do it at once, which costs time.
        let _lock = match self.has_locks().then(|| self.lock_named(LOCK)) {
            Some(Ok(None)) => return Ok(()),
            Some(Ok(lock)) => lock,
            Some(Err(_)) | None => None,
        };
        tracing::info!(root = %self.root().display(), "taking over the records of an older version");
        let segments = self.segments_made().map_err(self.state_error("rec", "take over"))?;
        // One that stopped in between.
        self.take_over_new(TAKEN, &[], &segments)?;
        self.remove_taken()?;
        let known = self.take_over_new("rec", &[], &segments)?;
        let state = self.state("").map_err(self.state_error("", "open"))?;
        match state.rename("rec", &state, TAKEN) {
            Err(error) if !is_absent(&error) => return Err(self.state_error("rec", "take over")(error)),
            Err(_) => {}
            Ok(()) => {
                self.take_over_new(TAKEN, &known, &segments)?;
                self.remove_taken()?;
            }
        }
        self.discard(self.state(""), "by-hash")?;
        self.remove_free_locks()?;
        self.segments().has_first_version = false;
        Ok(())
    }

    /// Takes over the shards of a directory that are not known as they are now; all that it has.
    fn take_over_new(&self, name: &'static str, known: &[Shard], segments: &Directory) -> Result<Vec<Shard>, Error> {
        let records = match self.state(name) {
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            opened => opened.map_err(self.state_error(name, "list"))?,
        };
        let shards = shards_of(&records)?;
        let new: Vec<&Shard> = shards.iter().filter(|shard| !known.contains(shard)).collect();
        if !new.is_empty() {
            self.write_sorted(segments, |writer| self.take_over(&records, &new, segments, writer))?;
        }
        Ok(shards)
    }

    fn remove_taken(&self) -> Result<(), Error> {
        match self.state("").and_then(|state| state.remove_tree(TAKEN)) {
            Err(error) if !is_absent(&error) => Err(self.state_error(TAKEN, "remove")(error)),
            Ok(()) | Err(_) => Ok(()),
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
        shards: &[&Shard],
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
    let lines = parallel::map(names, THREADS, 1, |name| read_one(shard, name, segments));
    lines.into_iter().filter_map(Result::transpose).collect()
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
