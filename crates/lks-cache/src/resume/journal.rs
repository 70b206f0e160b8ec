//! What is written beside a part: whose it is, and which pieces of it were received.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::discard;
use super::owner::Owner;
use crate::dirfd::{Directory, Opened};
use crate::disk;
use crate::lock::release;
use crate::pieces::{Growing, Piece};
use crate::staged::Staged;
use crate::store::PRIVATE;

/// Smaller parts are not worth keeping, nor is a smaller advance worth a line.
const STEP_BYTES: u64 = 1 << 20;
/// Longer journals are not read to their end.
const MAX_BYTES: u64 = 16 << 20;
/// The last line of a journal whose writer gave the part up in an orderly way.
const RELEASED: &str = "released";

/// The first line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) key: String,
    pub(super) validator: String,
    pub(super) owner: Owner,
}

/// The journal of a part that is being written. Dropping it keeps the part if it is worth it.
#[derive(Debug)]
pub(crate) struct Journal {
    pub(super) head: Head,
    /// `None` until there is something worth keeping.
    file: Option<File>,
    directory: Arc<Directory>,
    name: String,
    /// The part's own file, to give its lock back; `None` where locks do not work.
    locked: Option<File>,
    /// What was written since the last line.
    growing: Growing,
    is_over: bool,
}

impl Journal {
    pub(super) fn new(part: &Staged, locked: Option<File>, head: Head) -> Self {
        let name = part.name();
        Self {
            head,
            file: None,
            directory: part.directory().clone(),
            name: format!("{}.json", name.strip_suffix(".part").unwrap_or(name)),
            locked,
            growing: Growing::default(),
            is_over: false,
        }
    }

    /// Whether there is something worth keeping.
    pub(super) fn is_begun(&self) -> bool {
        self.file.is_some()
    }

    /// Notes what is written. A journal that cannot be written only costs the next run some bytes.
    pub(super) fn note(&mut self, offset: u64, bytes: &[u8]) {
        self.growing.add(offset, bytes);
        if self.growing.total() >= STEP_BYTES {
            self.log_pieces();
        }
    }

    fn log_pieces(&mut self) {
        let pieces = self.growing.take();
        self.log_all(&pieces);
    }

    /// Writes a line with these pieces.
    pub(super) fn log_all(&mut self, pieces: &[Piece]) {
        let pieces: Vec<String> = pieces.iter().map(Piece::to_text).collect();
        if !pieces.is_empty() {
            self.log(&pieces.join(" "));
        }
    }

    fn log(&mut self, line: &str) {
        if let Err(error) = self.write(line) {
            tracing::debug!(name = self.name, %error, "journal is not written");
        }
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        let (file, head) = match &mut self.file {
            Some(file) => (file, String::new()),
            none => {
                let file = self.directory.create_new(&self.name, PRIVATE, OFlags::APPEND)?;
                (none.insert(file), format!("{}\n", serde_json::to_string(&self.head)?))
            }
        };
        file.write_all(format!("{head}{line}\n").as_bytes())
    }

    /// What is reserved beyond the end of a file is given back when its size is set.
    fn give_reservation_back(&self) -> io::Result<()> {
        let stem = self.name.strip_suffix(".json").unwrap_or(&self.name);
        let part = self.directory.open_own(&format!("{stem}.part"), OFlags::empty())?;
        if disk::is_ours_alone(&part)? {
            part.set_len(part.metadata()?.len())?;
        }
        Ok(())
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
            return discard(&self.directory, &self.name);
        }
        self.log_pieces();
        if let Err(error) = self.give_reservation_back() {
            tracing::debug!(name = self.name, %error, "more of the disk stays reserved than is written");
        }
        self.log(RELEASED);
        if let Some(file) = &self.locked {
            release(file);
        }
    }
}

/// Whose part it is, what was written to it, and whether its owner gave it up. `None` for anything that is not a journal of ours.
///
/// A piece that cannot be read is a piece less: the others are compared with the part before they are believed.
pub(super) fn read(directory: &Directory, part: &str) -> Option<(Head, Vec<Piece>, bool)> {
    let Opened::File(file) = directory.find_own(Path::new(&format!("{part}.json"))).ok()? else {
        return None;
    };
    // Another's journal may tell anything of another's part.
    if !disk::is_ours_alone(&file).ok()? {
        return None;
    }
    let mut text = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut text).ok()?;
    let text = String::from_utf8_lossy(&text);
    // The last line may be torn.
    let whole = &text[..=text.rfind('\n')?];
    let mut lines = whole.lines();
    let head: Head = serde_json::from_str(lines.next()?).ok()?;
    let is_released = lines.clone().next_back() == Some(RELEASED);
    let words = lines.filter(|line| *line != RELEASED).flat_map(|line| line.split(' '));
    let pieces: Vec<Piece> = words.filter_map(Piece::parse).collect();
    (!pieces.is_empty()).then_some((head, pieces, is_released))
}
