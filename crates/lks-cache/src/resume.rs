//! Partial files that outlive their writer, so that the next run continues where a dropped or killed one stopped.
//!
//! Beside `part/<name>.part` lies a journal `part/<name>.json`: a first line that says whose part it is, then lines with the ranges
//! written so far, of which the last whole one counts. Within one boot of the machine the two cannot disagree, because the kernel
//! keeps the order of one process's writes; after a reboot nothing is believed, because then it may have lost either.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};

use crate::coverage::Coverage;
use crate::error::Error;
use crate::lock::release;
use crate::store::{Product, Store, staged};
use crate::write::Writer;

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
    part: PathBuf,
    /// The part's own file, to give its lock back; `None` where locks do not work.
    locked: Option<File>,
    coverage: Coverage,
    /// Bytes that the last line speaks of.
    logged: u64,
    is_over: bool,
}

impl Journal {
    fn new(part: &Path, locked: Option<File>, head: Head) -> Self {
        Self {
            head,
            file: None,
            path: part.with_extension("json"),
            part: part.to_owned(),
            locked,
            coverage: Coverage::default(),
            logged: 0,
            is_over: false,
        }
    }

    /// Notes what is written by now. A journal that cannot be written only costs the next run some bytes.
    fn note(&mut self, coverage: &Coverage) {
        self.coverage.clone_from(coverage);
        if self.coverage.total().abs_diff(self.logged) >= STEP_BYTES || coverage.total() < self.logged {
            self.log(&coverage.to_text());
            self.logged = coverage.total();
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
        let is_worth_it = !self.is_over && self.coverage.total() >= STEP_BYTES;
        if is_worth_it {
            let ranges = self.coverage.to_text();
            self.log(&ranges);
            self.log(RELEASED);
            if let Some(file) = &self.locked {
                release(file);
            }
            return;
        }
        let part = (!self.is_over).then_some(&self.part);
        for path in part.into_iter().chain([&self.path]) {
            if let Err(error) = fs::remove_file(path) {
                tracing::debug!(path = %path.display(), %error, "left for the sweep");
            }
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
        self.journal = Some(Journal::new(self.staging.path(), locked, head));
        self.note_coverage();
    }

    pub(crate) fn note_coverage(&mut self) {
        if let Some(journal) = &mut self.journal {
            journal.note(&self.coverage);
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
    /// certainly gone: it gave the part up, or its process ended during this boot of this machine.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the parts cannot be listed. A part that cannot be continued is left alone or discarded.
    pub fn resume(&self, product: &Product, validator: &str) -> Result<Option<Writer>, Error> {
        let prefix = prefix_of(product);
        for (path, head, coverage) in self.abandoned(product)? {
            if head.validator != validator {
                continue;
            }
            match self.claim_part(&path, &prefix, coverage.end()) {
                Ok(Some((staging, file_is_long_enough))) if file_is_long_enough => {
                    return Ok(Some(Writer {
                        store: self.clone(),
                        product: product.clone(),
                        staging,
                        // What the earlier writer reserved is not known.
                        reserved: u64::MAX,
                        coverage,
                        hasher: Sha256::new(),
                        hashed: 0,
                        journal: None,
                    }));
                }
                Ok(_) => {}
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

    /// Journals of parts of the product whose owners are certainly gone.
    fn abandoned(&self, product: &Product) -> Result<Vec<(PathBuf, Head, Coverage)>, Error> {
        let (key, prefix) = (product.key(), prefix_of(product));
        let mut found = Vec::new();
        for path in crate::walk::Files::below(&self.state_directory("part")) {
            let path = path?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !name.starts_with(&prefix) || !name.ends_with(".json") {
                continue;
            }
            let Some((head, coverage, is_released)) = read_journal(&path) else {
                continue;
            };
            if head.key == key && head.owner.is_of_this_boot() && (is_released || head.owner.is_gone()) {
                found.push((path, head, coverage));
            }
        }
        Ok(found)
    }

    /// Takes a part over by renaming it: of several who try, one succeeds.
    fn claim_part(&self, journal: &Path, prefix: &str, length: u64) -> io::Result<Option<(NamedTempFile<File>, bool)>> {
        let part = journal.with_extension("part");
        let file = OpenOptions::new().read(true).write(true).open(&part)?;
        if !self.mark_in_use(&file) {
            return Ok(None);
        }
        let directory = journal.parent().unwrap_or(journal);
        let name: TempPath = staged(directory, prefix.trim_end_matches('.'))?.into_temp_path();
        fs::rename(&part, &name)?;
        fs::remove_file(journal)?;
        let is_long_enough = file.metadata()?.len() >= length;
        Ok(Some((NamedTempFile::from_parts(file, name), is_long_enough)))
    }
}

fn prefix_of(product: &Product) -> String {
    format!("{}.", &product.key()[..16])
}

/// Whose part it is, what of it is written, and whether its owner gave it up. `None` for anything that is not a journal of ours.
fn read_journal(path: &Path) -> Option<(Head, Coverage, bool)> {
    let file = File::open(path).ok()?;
    let mut text = vec![0; usize::try_from(file.metadata().ok()?.len().min(16 << 20)).ok()?];
    file.read_exact_at(&mut text, 0).ok()?;
    let text = String::from_utf8(text).ok()?;
    // The last line may be torn.
    let whole = &text[..=text.rfind('\n')?];
    let mut lines = whole.lines();
    let head: Head = serde_json::from_str(lines.next()?).ok()?;
    let rest: Vec<&str> = lines.collect();
    let is_released = rest.last() == Some(&RELEASED);
    let ranges = rest.iter().rev().find(|line| **line != RELEASED)?;
    Some((head, Coverage::from_text(ranges)?, is_released))
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
