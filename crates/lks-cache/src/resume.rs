//! Partial files that outlive their writer, so that the next run continues where a dropped or killed one stopped.
//!
//! Beside `part/<name>.part` lies a journal `part/<name>.json`: a first line that says whose part it is, then lines with the pieces
//! written so far, each with its checksum. Only pieces that are in the part as they were received are continued from, so damage costs a
//! piece and not the file. After a reboot nothing is believed, because then the owner of a part cannot be told.

mod journal;
mod owner;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

pub(crate) use self::journal::Journal;
use self::journal::{Head, read};
use self::owner::{Owner, is_tag_of_gone};
use crate::coverage::Coverage;
use crate::digest;
use crate::error::Error;
use crate::pieces::Piece;
use crate::store::{Product, Store, staged};
use crate::write::{Front, Writer};

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
            key: self.product.key(),
            validator: validator.to_owned(),
            owner,
        };
        if let Some(journal) = self.journal.take() {
            journal.end();
        }
        let mut journal = Journal::new(self.staging.path(), self.store.locked(self.staging.as_file()), head);
        for range in self.coverage.ranges() {
            if let Err(error) = digest::read(self.staging.as_file(), range.clone(), |at, bytes| {
                journal.note(at, bytes)
            }) {
                tracing::debug!(path = %self.staging.path().display(), %error, "what was written before is not kept");
            }
        }
        self.staging.disable_cleanup(journal.is_begun());
        self.journal = Some(journal);
    }

    pub(crate) fn note(&mut self, offset: u64, bytes: &[u8]) {
        if let Some(journal) = &mut self.journal {
            journal.note(offset, bytes);
            self.staging.disable_cleanup(journal.is_begun());
        }
    }

    /// The ranges that are still to be written for a file of `size` bytes.
    pub fn missing(&self, size: u64) -> Vec<Range<u64>> {
        self.coverage.missing(size)
    }
}

impl Store {
    /// A writer that continues what an earlier one of the same product and validator left, if there is such a part and its owner is
    /// certainly gone: it gave the part up, or its process ended during this boot of this machine. What is no longer in the part as it was
    /// received is [missing](Writer::missing).
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the parts cannot be listed. A part that cannot be continued is left alone or discarded.
    pub fn resume(&self, product: &Product, validator: &str) -> Result<Option<Writer>, Error> {
        for (path, head, pieces) in self.abandoned(product)? {
            if head.validator != validator {
                continue;
            }
            match self.claim_part(&path, product, head, pieces) {
                Ok(Some((staging, coverage, journal))) if coverage.total() > 0 => {
                    return Ok(Some(Writer {
                        store: self.clone(),
                        product: product.clone(),
                        staging,
                        // What the earlier writer reserved is not known.
                        reserved: u64::MAX,
                        coverage,
                        front: Front::default(),
                        journal: Some(journal),
                    }));
                }
                // Nothing of it is good.
                Ok(Some((_, _, journal))) => journal.end(),
                Ok(None) => {}
                Err(error) => tracing::debug!(path = %path.display(), %error, "part is not continued"),
            }
        }
        Ok(None)
    }

    /// The validators of the parts of the product that [`Store::resume`] would continue; for asking the source for the rest of one.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the parts cannot be listed.
    pub fn resumable(&self, product: &Product) -> Result<Vec<String>, Error> {
        let parts = self.abandoned(product)?;
        Ok(parts.into_iter().map(|(_, head, _)| head.validator).collect())
    }

    /// Whether there is any part that somebody left or still writes; `true` also if that cannot be told.
    pub fn has_parts(&self) -> bool {
        match fs::read_dir(self.state_directory("part")) {
            Ok(mut entries) => entries.next().is_some(),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    /// Journals of parts of the product whose owners are certainly gone.
    fn abandoned(&self, product: &Product) -> Result<Vec<(PathBuf, Head, Vec<Piece>)>, Error> {
        let (key, prefix) = (product.key(), prefix_of(product));
        let mut found = Vec::new();
        for path in crate::walk::Files::below(&self.state_directory("part")) {
            let path = path?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !name.starts_with(&prefix) || !name.ends_with(".json") {
                continue;
            }
            let Some((head, pieces, is_released)) = read(&path) else {
                continue;
            };
            if head.key == key && head.owner.is_of_this_boot() && (is_released || head.owner.is_gone()) {
                found.push((path, head, pieces));
            }
        }
        Ok(found)
    }

    /// Takes a part over by renaming it: of several who try, one succeeds. Its new journal is there before that, and the old one goes
    /// after it, so that there is one at any time.
    fn claim_part(
        &self,
        old: &Path,
        product: &Product,
        head: Head,
        pieces: Vec<Piece>,
    ) -> io::Result<Option<(NamedTempFile<File>, Coverage, Journal)>> {
        let part = old.with_extension("part");
        let file = OpenOptions::new().read(true).write(true).open(&part)?;
        let Some(owner) = Owner::this_process() else {
            return Ok(None);
        };
        if !self.mark_in_use(&file) {
            return Ok(None);
        }
        let pieces = intact(&file, pieces);
        let mut coverage = Coverage::default();
        for piece in &pieces {
            coverage.add(piece.range.start, piece.range.end);
        }
        let directory = old.parent().unwrap_or(old);
        let name: TempPath = staged(directory, &name_of_part(product))?.into_temp_path();
        let mut journal = Journal::new(&name, self.locked(&file), Head { owner, ..head });
        journal.log_all(&pieces);
        if let Err(error) = fs::rename(&part, &name) {
            journal.end();
            return Err(error);
        }
        if let Err(error) = fs::remove_file(old) {
            tracing::debug!(path = %old.display(), %error, "left for the sweep");
        }
        let mut staging = NamedTempFile::from_parts(file, name);
        staging.disable_cleanup(journal.is_begun());
        Ok(Some((staging, coverage, journal)))
    }

    /// Removes what earlier writers of a product left: nobody continues a file that is here.
    pub(crate) fn drop_abandoned_parts(&self, product: &Product) {
        let prefix = prefix_of(product);
        for path in crate::walk::Files::below(&self.state_directory("part")).flatten() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !name.starts_with(&prefix) || !name.ends_with(".part") || !self.is_given_up(&path) {
                continue;
            }
            for path in [path.with_extension("json"), path] {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        tracing::debug!(path = %path.display(), %error, "left for the sweep");
                    }
                    Ok(()) | Err(_) => {}
                }
            }
        }
    }

    /// Whether the writer of a part gave it up or is certainly gone, and nobody has taken it over.
    fn is_given_up(&self, part: &Path) -> bool {
        let is_given_up = match read(&part.with_extension("json")) {
            Some((head, _, is_released)) => is_released || head.owner.is_of_this_boot() && head.owner.is_gone(),
            None => has_lost_its_writer(part),
        };
        is_given_up && File::open(part).is_ok_and(|file| self.mark_in_use(&file))
    }

    /// The file again, to give its lock back; `None` where locks do not work.
    fn locked(&self, file: &File) -> Option<File> {
        self.has_locks().then(|| file.try_clone().ok()).flatten()
    }
}

fn prefix_of(product: &Product) -> String {
    format!("{}.", &product.key()[..16])
}

/// How the name of a part begins: with its product, and with its writer if that can be told.
pub(crate) fn name_of_part(product: &Product) -> String {
    let writer = Owner::this_process().map_or_else(|| "unknown".to_owned(), |owner| owner.tag());
    format!("{}{writer}", prefix_of(product))
}

/// Whether a part's name says that its writer is certainly gone.
pub(crate) fn has_lost_its_writer(part: &Path) -> bool {
    let name = part.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".part") && name.split('.').nth(1).is_some_and(is_tag_of_gone)
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
