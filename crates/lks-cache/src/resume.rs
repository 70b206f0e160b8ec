//! Partial files that outlive their writer, so that the next run continues where a dropped or killed one stopped.
//!
//! Beside `part/<name>.part` lies a journal `part/<name>.json`: a first line that says whose part it is, then lines with the pieces
//! written so far, each with its checksum. Only pieces that are in the part as they were received are continued from, so damage costs a
//! piece and not the file. After a reboot nothing is believed, because then the owner of a part cannot be told.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tempfile::{NamedTempFile, TempPath};

use crate::coverage::Coverage;
use crate::digest;
use crate::error::Error;
use crate::lock::release;
use crate::pieces::{Growing, Piece};
use crate::store::{Product, Store, staged};
use crate::write::{Front, Writer};

/// Smaller parts are not worth keeping, nor is a smaller advance worth a line.
const STEP_BYTES: u64 = 1 << 20;
/// The last line of a journal whose writer gave the part up in an orderly way.
const RELEASED: &str = "released";

/// The first line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Head {
    key: String,
    validator: String,
    owner: Owner,
}

/// A process, as far as it can be told from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Owner {
    boot: String,
    pid_namespace: String,
    pid: u32,
    started: String,
}

/// The journal of a part that is being written. Dropping it keeps the part if it is worth it.
#[derive(Debug)]
pub(crate) struct Journal {
    head: Head,
    /// `None` until there is something worth keeping.
    file: Option<File>,
    path: PathBuf,
    /// The part's own file, to give its lock back; `None` where locks do not work.
    locked: Option<File>,
    /// What was written since the last line.
    growing: Growing,
    is_over: bool,
}

impl Journal {
    fn new(part: &Path, locked: Option<File>, head: Head) -> Self {
        Self {
            head,
            file: None,
            path: part.with_extension("json"),
            locked,
            growing: Growing::default(),
            is_over: false,
        }
    }

    /// Notes what is written. A journal that cannot be written only costs the next run some bytes.
    fn note(&mut self, offset: u64, bytes: &[u8]) {
        self.growing.add(offset, bytes);
        if self.growing.total() >= STEP_BYTES {
            self.log_pieces();
        }
    }

    fn log_pieces(&mut self) {
        let pieces: Vec<String> = self.growing.take().iter().map(Piece::to_text).collect();
        if !pieces.is_empty() {
            self.log(&pieces.join(" "));
        }
    }

    fn log(&mut self, line: &str) {
        if let Err(error) = self.write(line) {
            tracing::debug!(path = %self.path.display(), %error, "journal is not written");
        }
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        let (file, head) = match &mut self.file {
            Some(file) => (file, String::new()),
            none => {
                let file = OpenOptions::new().append(true).create_new(true).open(&self.path)?;
                (none.insert(file), format!("{}\n", serde_json::to_string(&self.head)?))
            }
        };
        file.write_all(format!("{head}{line}\n").as_bytes())
    }

    /// The part is complete, or is to be thrown away: no journal is needed any more.
    pub(crate) fn end(mut self) {
        self.is_over = true;
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if self.file.is_none() {
            return;
        }
        if self.is_over {
            if let Err(error) = fs::remove_file(&self.path) {
                tracing::debug!(path = %self.path.display(), %error, "left for the sweep");
            }
            return;
        }
        self.log_pieces();
        self.log(RELEASED);
        if let Some(file) = &self.locked {
            release(file);
        }
    }
}

impl Writer {
    /// From now on, what is written is kept if the writer is dropped or its process dies, so that [`Store::resume`] can continue it, as
    /// soon as it is a mebibyte. `validator` must be different for different contents: a source and its strong entity tag, for example.
    pub fn keep(&mut self, validator: &str) {
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
        let locked = self
            .store
            .has_locks()
            .then(|| self.staging.as_file().try_clone().ok())
            .flatten();
        let mut journal = Journal::new(self.staging.path(), locked, head);
        for range in self.coverage.ranges() {
            if let Err(error) = digest::read(self.staging.as_file(), range.clone(), |at, bytes| {
                journal.note(at, bytes)
            }) {
                tracing::debug!(path = %journal.path.display(), %error, "what was written before is not kept");
            }
        }
        self.staging.disable_cleanup(journal.file.is_some());
        self.journal = Some(journal);
    }

    pub(crate) fn note(&mut self, offset: u64, bytes: &[u8]) {
        if let Some(journal) = &mut self.journal {
            journal.note(offset, bytes);
            self.staging.disable_cleanup(journal.file.is_some());
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
        let prefix = prefix_of(product);
        for (path, head, pieces) in self.abandoned(product)? {
            if head.validator != validator {
                continue;
            }
            match self.claim_part(&path, &prefix) {
                Ok(Some(staging)) => {
                    let coverage = intact(staging.as_file(), &pieces);
                    if coverage.total() == 0 {
                        continue;
                    }
                    return Ok(Some(Writer {
                        store: self.clone(),
                        product: product.clone(),
                        staging,
                        // What the earlier writer reserved is not known.
                        reserved: u64::MAX,
                        coverage,
                        front: Front::default(),
                        journal: None,
                    }));
                }
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
            let Some((head, pieces, is_released)) = read_journal(&path) else {
                continue;
            };
            if head.key == key && head.owner.is_of_this_boot() && (is_released || head.owner.is_gone()) {
                found.push((path, head, pieces));
            }
        }
        Ok(found)
    }

    /// Takes a part over by renaming it: of several who try, one succeeds.
    fn claim_part(&self, journal: &Path, prefix: &str) -> io::Result<Option<NamedTempFile<File>>> {
        let part = journal.with_extension("part");
        let file = OpenOptions::new().read(true).write(true).open(&part)?;
        if !self.mark_in_use(&file) {
            return Ok(None);
        }
        let directory = journal.parent().unwrap_or(journal);
        let name: TempPath = staged(directory, prefix.trim_end_matches('.'))?.into_temp_path();
        fs::rename(&part, &name)?;
        fs::remove_file(journal)?;
        Ok(Some(NamedTempFile::from_parts(file, name)))
    }
}

fn prefix_of(product: &Product) -> String {
    format!("{}.", &product.key()[..16])
}

/// The pieces that are in the file as they were received.
fn intact(file: &File, pieces: &[Piece]) -> Coverage {
    let mut coverage = Coverage::default();
    for piece in pieces {
        match piece.is_in(file) {
            Ok(true) => coverage.add(piece.range.start, piece.range.end),
            Ok(false) => tracing::warn!(
                start = piece.range.start,
                end = piece.range.end,
                "part was damaged there"
            ),
            Err(error) => tracing::warn!(start = piece.range.start, %error, "part cannot be read there"),
        }
    }
    coverage
}

/// Whose part it is, what was written to it, and whether its owner gave it up. `None` for anything that is not a journal of ours.
fn read_journal(path: &Path) -> Option<(Head, Vec<Piece>, bool)> {
    let file = File::open(path).ok()?;
    let mut text = vec![0; usize::try_from(file.metadata().ok()?.len().min(16 << 20)).ok()?];
    file.read_exact_at(&mut text, 0).ok()?;
    let text = String::from_utf8(text).ok()?;
    // The last line may be torn.
    let whole = &text[..=text.rfind('\n')?];
    let mut lines = whole.lines();
    let head: Head = serde_json::from_str(lines.next()?).ok()?;
    let is_released = lines.clone().next_back() == Some(RELEASED);
    let words = lines.filter(|line| *line != RELEASED).flat_map(|line| line.split(' '));
    let pieces: Vec<Piece> = words.map(Piece::parse).collect::<Option<_>>()?;
    (!pieces.is_empty()).then_some((head, pieces, is_released))
}

impl Owner {
    /// `None` where the system does not tell; then nothing is kept.
    fn this_process() -> Option<Self> {
        static ITSELF: OnceLock<Option<Owner>> = OnceLock::new();
        let itself = ITSELF.get_or_init(|| {
            let pid = std::process::id();
            Some(Self {
                boot: boot()?,
                pid_namespace: pid_namespace()?,
                pid,
                started: started(pid)?,
            })
        });
        itself.clone()
    }

    fn is_of_this_boot(&self) -> bool {
        boot().is_some_and(|boot| boot == self.boot)
    }

    /// Process numbers mean nothing outside their namespace, and are used again: only another start time proves the end.
    fn is_gone(&self) -> bool {
        pid_namespace().is_some_and(|namespace| namespace == self.pid_namespace)
            && started(self.pid).is_none_or(|started| started != self.started)
    }
}

fn boot() -> Option<String> {
    Some(
        fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .ok()?
            .trim()
            .to_owned(),
    )
}

fn pid_namespace() -> Option<String> {
    Some(fs::read_link("/proc/self/ns/pid").ok()?.to_string_lossy().into_owned())
}

/// When a process started, in the kernel's ticks: field 22 of `/proc/<pid>/stat`, counted after the name, which may hold spaces
/// (<https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>). A zombie has ended.
fn started(pid: u32) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?;
    (state != "Z" && state != "X").then(|| fields.nth(18).map(str::to_owned))?
}
