//! Partial files that outlive their writer, so that the next run continues where a dropped or killed one stopped.
//!
//! Beside `part/<name>.part` lies a journal `part/<name>.json`: a first line that says whose part it is, then lines with the pieces
//! written so far, each with its checksum. Only pieces that are in the part as they were received are continued from, so damage costs a
//! piece and not the file. After a reboot nothing is believed, because then the owner of a part cannot be told.

mod journal;
mod owner;

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use rustix::fs::OFlags;

pub(crate) use self::journal::Journal;
use self::journal::{Head, read};
use self::owner::{Owner, is_tag_of_gone};
use crate::coverage::Coverage;
use crate::digest;
use crate::dirfd::{Directory, Opened};
use crate::disk;
use crate::error::Error;
use crate::key::Key;
use crate::pieces::Piece;
use crate::staged::Staged;
use crate::store::{PRIVATE, Store, is_absent};
use crate::write::{RunningHash, Writer};

/// Names of parts, without their endings, as they were when they were first asked for while their directory was open: a directory is
/// not read again for each file that is published.
#[derive(Debug, Default)]
pub(crate) struct EarlierParts(Mutex<(Weak<Directory>, Arc<[String]>)>);

impl EarlierParts {
    fn of(&self, directory: &Arc<Directory>) -> Arc<[String]> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::ptr::eq(known.0.as_ptr(), Arc::as_ptr(directory)) {
            let names = directory.names().into_iter().flatten().flatten();
            let parts = names.filter_map(|(name, _)| Some(name.to_str()?.strip_suffix(".part")?.to_owned()));
            *known = (Arc::downgrade(directory), parts.collect());
        }
        known.1.clone()
    }
}

impl Writer {
    /// From now on, what is written is kept if the writer is dropped or its process dies, so that [`Store::resume`] can continue it, as
    /// soon as it is a mebibyte. `validator` must be different for different contents: a source and its strong entity tag, for example.
    pub fn keep(&mut self, validator: &str) {
        let kept_as = self.journal.as_ref().map(|journal| journal.head.validator.as_str());
        if kept_as == Some(validator) {
            return;
        }
        let Some(owner) = Owner::this_process() else {
            return;
        };
        let head = Head {
            key: self.key.record_key(),
            validator: validator.to_owned(),
            owner,
        };
        if let Some(journal) = self.journal.take() {
            journal.end();
        }
        let mut journal = Journal::new(&self.staging, self.store.locked(self.staging.file()), head);
        for range in self.coverage.ranges() {
            if let Err(error) = digest::read(self.staging.file(), range.clone(), |at, bytes| journal.note(at, bytes)) {
                tracing::debug!(path = %self.staging.path().display(), %error, "what was written before is not kept");
            }
        }
        self.staging.keep(journal.is_begun());
        self.journal = Some(journal);
    }

    pub(crate) fn note(&mut self, offset: u64, bytes: &[u8]) {
        if let Some(journal) = &mut self.journal {
            journal.note(offset, bytes);
            self.staging.keep(journal.is_begun());
        }
    }

    /// The ranges that are still to be written for a file of `size` bytes.
    pub fn missing(&self, size: u64) -> Vec<Range<u64>> {
        self.coverage.missing(size)
    }
}

impl Store {
    /// A writer that continues what an earlier one of the same key and validator left, if there is such a part and its owner is
    /// certainly gone: it gave the part up, or its process ended during this boot of this machine. What is no longer in the part as it was
    /// received is [missing](Writer::missing).
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the parts cannot be listed. A part that cannot be continued is left alone or discarded.
    pub fn resume(&self, key: &Key, validator: &str) -> Result<Option<Writer>, Error> {
        for (name, head, pieces) in self.abandoned(key)? {
            if head.validator != validator {
                continue;
            }
            match self.claim_part(&name, key, head, pieces) {
                Ok(Some((staging, coverage, journal))) if coverage.total() > 0 => {
                    return Ok(Some(Writer {
                        store: self.clone(),
                        key: key.clone(),
                        staging,
                        root: self.root_directory().ok(),
                        // What the earlier writer reserved is not known.
                        reserved: u64::MAX,
                        coverage,
                        running_hash: RunningHash::default(),
                        journal: Some(journal),
                    }));
                }
                // Nothing of it is good.
                Ok(Some((_, _, journal))) => journal.end(),
                Ok(None) => {}
                Err(error) => tracing::debug!(name, %error, "part is not continued"),
            }
        }
        Ok(None)
    }

    /// The validators of the parts of the key that [`Store::resume`] would continue; for asking the source for the rest of one.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the parts cannot be listed.
    pub fn resumable(&self, key: &Key) -> Result<Vec<String>, Error> {
        let parts = self.abandoned(key)?;
        Ok(parts.into_iter().map(|(_, head, _)| head.validator).collect())
    }

    /// Whether there is any part that somebody left or is still writing; `true` also if that cannot be determined.
    pub fn has_parts(&self) -> bool {
        match self.state("part").and_then(|directory| directory.names()) {
            Ok(mut names) => names.next().is_some(),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    /// Names of the parts of the key whose owners are certainly gone, without their endings, and what their journals tell.
    fn abandoned(&self, key: &Key) -> Result<Vec<(String, Head, Vec<Piece>)>, Error> {
        let (record_key, prefix) = (key.record_key(), prefix_of(key));
        let listed = |error| self.state_error("part", "list")(error);
        let directory = match self.state("part") {
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            opened => opened.map_err(listed)?,
        };
        let mut found = Vec::new();
        for entry in directory.names().map_err(listed)? {
            let (name, _) = entry.map_err(listed)?;
            let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".json")) else {
                continue;
            };
            if !name.starts_with(&prefix) {
                continue;
            }
            let Some((head, pieces, is_released)) = read(&directory, name) else {
                continue;
            };
            if head.key == record_key && head.owner.is_of_this_boot() && (is_released || head.owner.is_gone()) {
                found.push((name.to_owned(), head, pieces));
            }
        }
        Ok(found)
    }

    /// Takes a part over by renaming it: of several who try, one succeeds. Its new journal is there before that, and the old one goes
    /// after it, so that there is one at any time.
    fn claim_part(
        &self,
        old: &str,
        key: &Key,
        head: Head,
        pieces: Vec<Piece>,
    ) -> io::Result<Option<(Staged, Coverage, Journal)>> {
        let directory = self.part_directory()?;
        let part = format!("{old}.part");
        let file = directory.open_own(&part, OFlags::empty())?;
        let Some(owner) = Owner::this_process() else {
            return Ok(None);
        };
        // Checksums of pieces say nothing against somebody who can write both.
        if !disk::is_ours_alone(&file)? || !self.mark_in_use(&file) {
            return Ok(None);
        }
        let pieces = intact(&file, pieces);
        let mut coverage = Coverage::default();
        for piece in &pieces {
            coverage.add(piece.range.start, piece.range.end);
        }
        let reserved = Staged::create(directory.clone(), &name_of_part(key), ".part", PRIVATE)?;
        let mut journal = Journal::new(&reserved, self.locked(&file), Head { owner, ..head });
        journal.log_all(&pieces);
        if let Err(error) = directory.rename(&part, &directory, reserved.name()) {
            journal.end();
            return Err(error);
        }
        discard(&directory, &format!("{old}.json"));
        let mut staging = reserved.with_file(file);
        staging.keep(journal.is_begun());
        Ok(Some((staging, coverage, journal)))
    }

    /// Removes what earlier writers of a key left: nobody continues a file that is here.
    pub(crate) fn drop_abandoned_parts(&self, key: &Key, directory: &Arc<Directory>) {
        let prefix = prefix_of(key);
        for part in self.inner.earlier_parts.of(directory).iter() {
            if part.starts_with(&prefix) && self.is_given_up(directory, part) {
                discard(directory, &format!("{part}.json"));
                discard(directory, &format!("{part}.part"));
            }
        }
    }

    /// Whether the writer of a part gave it up or is certainly gone, and nobody has taken it over.
    fn is_given_up(&self, directory: &Directory, part: &str) -> bool {
        let is_given_up = match read(directory, part) {
            Some((head, _, is_released)) => is_released || head.owner.is_of_this_boot() && head.owner.is_gone(),
            None => has_lost_its_writer(&format!("{part}.part")),
        };
        let found = || directory.find_own(Path::new(&format!("{part}.part")));
        is_given_up && matches!(found(), Ok(Opened::File(file)) if self.mark_in_use(&file))
    }

    /// The file again, to give its lock back; `None` where locks do not work.
    fn locked(&self, file: &File) -> Option<File> {
        self.has_locks().then(|| file.try_clone().ok()).flatten()
    }
}

fn discard(directory: &Directory, name: &str) {
    match directory.remove(name) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::debug!(name, %error, "left for the sweep");
        }
        Ok(()) | Err(_) => {}
    }
}

fn prefix_of(key: &Key) -> String {
    format!("{}.", &key.record_key()[..16])
}

/// How the name of a part begins: with its key, and with its writer if that is known.
pub(crate) fn name_of_part(key: &Key) -> String {
    let writer = Owner::this_process().map_or_else(|| "unknown".to_owned(), |owner| owner.tag());
    format!("{}{writer}.", prefix_of(key))
}

/// Whether a part's name says that its writer is certainly gone.
pub(crate) fn has_lost_its_writer(part: &str) -> bool {
    part.ends_with(".part") && part.split('.').nth(1).is_some_and(is_tag_of_gone)
}

/// The pieces that are in the file as they were received.
fn intact(file: &File, mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.retain(|piece| {
        let (start, end) = (piece.range.start, piece.range.end);
        match piece.is_in(file) {
            Ok(true) => return true,
            Ok(false) => tracing::warn!(start, end, "part was damaged there"),
            Err(error) => tracing::warn!(start, %error, "part cannot be read there"),
        }
        false
    });
    pieces
}
