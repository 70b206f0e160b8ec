//! Several segments made into one, sorted and indexed: so that a look finds its record in a few blocks, however many there are.
//!
//! What is merged is chosen by size, so that each record is written again only as often as its segment has grown by a part: all of
//! them together cost O(n log n). A second compaction at the same time makes a segment that says the same.

mod choice;

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::OFlags;

use self::choice::{Candidate, LARGE_LOGS, MANY_LOGS, choose};
use super::writer::finish;
use crate::dirfd::{Directory, Opened, random_name};
use crate::disk;
use crate::error::Error;
use crate::segment::{LOG, Merge, SORTED, Segment, SortedWriter, View, names_in};
use crate::store::{Store, is_absent};

/// The name of the lock that saves two from doing the same.
pub(super) const LOCK: &str = "segments.lock";

/// When logs are worth it, and how those without a lock are told from those that are being written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Occasion {
    /// After a batch; logs whose writers cannot be told are left alone.
    Batch,
    /// On request: all that is finished; where locks do not work, what nobody wrote to for so long.
    Sweep { now: SystemTime, idle: Duration },
}

/// What is to be merged.
#[derive(Debug)]
struct Chosen {
    names: BTreeSet<String>,
    /// Nothing is left out, so that what was removed need not be remembered.
    is_all: bool,
}

impl Store {
    /// Takes over what an older program wrote, and merges what is worth it. Neither is needed for anything to be right.
    pub(crate) fn tidy_records(&self, occasion: Occasion) {
        let is_on_request = matches!(occasion, Occasion::Sweep { .. });
        if is_on_request || !self.segments().keeps_first_version {
            let outcome = self.take_over_first_version();
            if let Err(error) = &outcome {
                tracing::debug!(%error, "records of an older version stay where they are");
            }
            self.segments().keeps_first_version = outcome.is_err();
        }
        if let Err(error) = self.compact(occasion) {
            tracing::debug!(%error, "records stay as they are");
        }
    }

    /// Merges what is worth it. Where the store cannot be written, nothing happens.
    fn compact(&self, occasion: Occasion) -> Result<(), Error> {
        let path = self.segments_path();
        let failed = |error| Error::writing("compact records in", &path)(error);
        let directory = match self.segments_directory() {
            Err(error) if is_absent(&error) => return Ok(()),
            opened => opened.map_err(failed)?,
        };
        if !self.is_worth_compacting(&directory, occasion).map_err(failed)? {
            return Ok(());
        }
        let lock = match self.lock_for_compaction(occasion) {
            Some(lock) => lock,
            None => return Ok(()),
        };
        let chosen = self.chosen(&directory, occasion).map_err(failed)?;
        if let Some(chosen) = chosen {
            let forgets = chosen.is_all && lock.is_some() && !self.has_first_version();
            self.merge_into_one(&directory, &chosen.names, forgets)?;
        }
        Ok(())
    }

    /// Where locks do not work, `Some(None)` on request only.
    fn lock_for_compaction(&self, occasion: Occasion) -> Option<Option<crate::lock::KeyLock>> {
        let unlocked = matches!(occasion, Occasion::Sweep { .. }).then_some(None);
        if !self.has_locks() {
            return unlocked;
        }
        match self.lock_named(LOCK) {
            Ok(lock) => lock.map(Some),
            Err(error) => {
                tracing::debug!(%error, "no lock for a compaction");
                unlocked
            }
        }
    }

    /// A look at names and sizes only.
    fn is_worth_compacting(&self, directory: &Directory, occasion: Occasion) -> io::Result<bool> {
        let (mut num_logs, mut bytes) = (0, 0);
        let names = names_in(directory)?;
        for name in names.iter().filter(|name| !name.ends_with(SORTED)) {
            num_logs += 1;
            bytes += directory.attributes_of(name).map_or(0, |seen| seen.len());
        }
        Ok(match occasion {
            Occasion::Batch => num_logs >= MANY_LOGS || bytes >= LARGE_LOGS || self.knows_damage(),
            Occasion::Sweep { .. } => !names.is_empty(),
        })
    }

    fn knows_damage(&self) -> bool {
        self.segments()
            .view
            .segments()
            .iter()
            .any(|segment| segment.is_damaged())
    }

    /// Finishes the logs without a writer, and chooses from the smallest on.
    fn chosen(&self, directory: &Directory, occasion: Occasion) -> io::Result<Option<Chosen>> {
        let mut candidates = Vec::new();
        let mut is_all = true;
        for name in names_in(directory)? {
            let opened = match name.ends_with(LOG) {
                // For writing, because some network file systems lock no other file.
                true => directory.open_own(&name, OFlags::empty()).map(Opened::File),
                false => directory.find_own(Path::new(&name)),
            };
            // What another user keeps to themselves stays theirs.
            let Ok(Opened::File(file)) = opened else {
                is_all = false;
                continue;
            };
            let bytes = file.metadata()?.len();
            let name = match name.ends_with(LOG) {
                false => name,
                true if self.has_no_writer(&file, occasion)? => match finish(directory, &name) {
                    Ok(done) => done,
                    // Somebody else was faster.
                    Err(error) if is_absent(&error) => {
                        is_all = false;
                        continue;
                    }
                    Err(error) => return Err(error),
                },
                true => {
                    is_all = false;
                    continue;
                }
            };
            candidates.push(Candidate {
                is_sorted: name.ends_with(SORTED),
                is_damaged: self.knows_as_damaged(&name),
                name,
                bytes,
            });
        }
        Ok(choose(candidates, occasion).map(|(names, leaves_none)| Chosen {
            names,
            is_all: is_all && leaves_none,
        }))
    }

    fn knows_as_damaged(&self, name: &str) -> bool {
        let segments = self.segments();
        let known = segments.view.segments().iter().find(|segment| segment.name() == name);
        known.is_some_and(|segment| segment.is_damaged())
    }

    fn has_no_writer(&self, file: &File, occasion: Occasion) -> io::Result<bool> {
        if self.has_locks() {
            // Given back at once: without its name nobody writes to it any more.
            let is_free = self.mark_in_use(file);
            if is_free && self.has_locks() {
                crate::lock::release(file);
                return Ok(true);
            }
            if !is_free {
                return Ok(false);
            }
        }
        Ok(match occasion {
            Occasion::Batch => false,
            Occasion::Sweep { now, idle } => {
                let modified = file.metadata()?.modified()?;
                now.duration_since(modified).is_ok_and(|age| age >= idle)
            }
        })
    }

    /// Writes one segment of these, brings it to the disk, and takes these away.
    fn merge_into_one(&self, directory: &Directory, names: &BTreeSet<String>, forgets: bool) -> Result<(), Error> {
        let path = self.segments_path();
        let failed = |error| Error::writing("compact records in", &path)(error);
        let view = View::of(self.segments_directory().map_err(failed)?, names).map_err(failed)?;
        if view.segments().len() != names.len() {
            // One of them was taken away meanwhile.
            return Ok(());
        }
        let mut merge = view.merge();
        self.write_sorted(directory, |writer| {
            write_all(&mut merge, writer, forgets)?;
            // What could not be read now may be read later, if it is left alone.
            match view.segments().iter().any(Segment::has_failed) {
                true => Err(io::Error::other("a segment of records cannot be read")),
                false => Ok(()),
            }
        })?;
        let damaged: BTreeSet<&str> = merge
            .damaged()
            .chain(view.segments().iter().filter(|it| it.is_damaged()).map(|it| it.name()))
            .collect();
        let mut outcome = Ok(());
        for name in names {
            let removed = match damaged.contains(&**name) {
                true => directory.rename(name, directory, &format!("{name}.bad")),
                false => directory.remove(name),
            };
            match removed {
                // The others go all the same: each that stays is written again by the next compaction.
                Err(error) if !is_absent(&error) && outcome.is_ok() => outcome = Err(failed(error)),
                Ok(()) | Err(_) => {}
            }
        }
        outcome
    }

    /// Publishes a sorted segment of what `write` adds, unless that is nothing. It is durable with its name when this returns.
    pub(super) fn write_sorted(
        &self,
        directory: &Directory,
        write: impl FnOnce(&mut SortedWriter<'_>) -> io::Result<()>,
    ) -> Result<(), Error> {
        let path = self.segments_path();
        let failed = |error| Error::writing("compact records in", &path)(error);
        let staged = self.staged("segment.")?;
        self.mark_in_use(staged.file());
        let mut writer = SortedWriter::new(staged.file());
        write(&mut writer).map_err(failed)?;
        if writer.num_lines() == 0 {
            return Ok(());
        }
        writer.finish().map_err(failed)?;
        staged.file().sync_all().map_err(failed)?;
        self.open_to_others(&staged).map_err(failed)?;
        let name = format!("{}{SORTED}", random_name());
        staged.rename_new(directory, &name).map_err(failed)?;
        drop(staged.into_file());
        for above in path.ancestors().take(3) {
            disk::sync(above).map_err(failed)?;
        }
        Ok(())
    }
}

fn write_all(merge: &mut Merge, writer: &mut SortedWriter<'_>, forgets: bool) -> io::Result<()> {
    while let Some(item) = merge.next()? {
        if item.head.content.is_some() || !forgets {
            writer.add(&item.head, &item.text)?;
        }
    }
    Ok(())
}
