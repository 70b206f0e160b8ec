//! The segments of a directory as they were when it was looked at last.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::handle::is_unreadable;
use super::line::record_of_intact;
use super::{Candidate, DONE, Handle, LOG, Merge, Moment, SORTED, Segment};
use crate::dirfd::{Directory, Opened};
use crate::key::RawKey;
use crate::record::{BadRecord, Record};
use crate::store::is_absent;

/// How often the directory may change while it is listed.
const ATTEMPTS: usize = 32;
/// So many logs are held open, and sorted segments as well: a process may have a thousand open files in all.
const MOST_HELD: usize = 48;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct View {
    segments: Vec<Segment>,
}

/// The newest line about a key.
#[derive(Debug)]
pub(crate) struct Newest {
    pub(crate) moment: Moment,
    /// The intact line; `None` if it says that the record was removed.
    text: Option<Vec<u8>>,
}

impl Newest {
    /// What the line says; `None` if it says that the record was removed.
    pub(crate) fn record(&self) -> Option<Result<Record, BadRecord>> {
        self.text.as_deref().map(record_of_intact)
    }
}

/// The names of the segments in a directory.
pub(crate) fn names_in(directory: &Directory) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in directory.names()? {
        let (name, _) = entry?;
        let name = name
            .to_str()
            .filter(|name| [LOG, DONE, SORTED].iter().any(|end| name.ends_with(end)));
        names.extend(name.map(str::to_owned));
    }
    Ok(names)
}

impl View {
    /// The segments of these names.
    pub(crate) fn of(directory: Directory, names: &BTreeSet<String>) -> io::Result<Self> {
        let mut view = Self::default();
        view.open_all(&Arc::new(directory), names)?;
        Ok(view)
    }

    /// Looks again: what came, what was appended, what is gone.
    pub(crate) fn refresh(&mut self, directory: io::Result<Directory>) -> io::Result<()> {
        let directory = match directory {
            Err(error) if is_absent(&error) => {
                self.segments.clear();
                return Ok(());
            }
            opened => opened?,
        };
        // The one that is open for segments that are not held open.
        let directory = match self.segments.iter().find_map(|segment| segment.file.directory()) {
            Some(known) if known.is_same(&directory)? => known.clone(),
            Some(_) | None => Arc::new(directory),
        };
        // A name that comes while a directory is listed may be left out, and what it replaces be gone already: only what two lists
        // agree on is complete.
        let mut names = names_in(&directory)?;
        for _ in 0..ATTEMPTS {
            let is_complete = self.open_all(&directory, &names)?;
            let again = names_in(&directory)?;
            if is_complete && again == names {
                return Ok(());
            }
            names = again;
        }
        Err(io::Error::other("its segments keep changing"))
    }

    /// `false` if one of them is gone.
    fn open_all(&mut self, directory: &Arc<Directory>, names: &BTreeSet<String>) -> io::Result<bool> {
        let mut is_complete = true;
        let mut known = std::mem::take(&mut self.segments);
        for name in names {
            let found = known.iter().position(|segment| segment.name() == name);
            let found = found.map(|n| known.swap_remove(n)).and_then(|segment| {
                let seen = directory.attributes_of(name).ok()?;
                seen.is_of_same_file(segment.file.seen())
                    .then_some((segment, seen.len()))
            });
            match found {
                Some((mut segment, size)) => {
                    segment.read_on(size)?;
                    self.segments.push(segment);
                }
                None => match open(directory, name, self.has_room_for(name))? {
                    Some(segment) => self.segments.push(segment),
                    None => is_complete &= directory.exists(name),
                },
            }
        }
        Ok(is_complete)
    }

    /// Whether one more of its form may be held open.
    fn has_room_for(&self, name: &str) -> bool {
        let is_sorted = |name: &str| name.ends_with(SORTED);
        let held = self.segments.iter().filter(|segment| segment.file.is_held());
        held.filter(|segment| is_sorted(segment.name()) == is_sorted(name))
            .count()
            < MOST_HELD
    }

    pub(crate) fn segment_mut(&mut self, name: &str) -> Option<&mut Segment> {
        self.segments.iter_mut().find(|segment| segment.name() == name)
    }

    pub(crate) fn add(&mut self, segment: Segment) {
        self.segments.push(segment);
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The newest line about a key.
    pub(crate) fn newest(&mut self, key: &RawKey) -> io::Result<Option<Newest>> {
        let mut distrusted = 0;
        loop {
            let mut best: Option<(usize, Candidate)> = None;
            for (n, segment) in self.segments.iter_mut().enumerate() {
                if let Some(found) = segment.find(key)?
                    && best.as_ref().is_none_or(|(_, known)| known.rank < found.rank)
                {
                    best = Some((n, found));
                }
            }
            let Some((
                n,
                Candidate {
                    rank,
                    content,
                    text,
                    length,
                },
            )) = best
            else {
                return Ok(None);
            };
            let moment = rank.0;
            if content.is_none() {
                return Ok(Some(Newest { moment, text: None }));
            }
            let text = match text {
                Some(text) => Some(text),
                None => self.segments[n].text_at(key, &rank, length)?,
            };
            match text {
                Some(text) => {
                    return Ok(Some(Newest {
                        moment,
                        text: Some(text),
                    }));
                }
                // Somebody changed a log behind our back.
                None if distrusted < ATTEMPTS => {
                    distrusted += 1;
                    self.segments[n].distrust()?;
                }
                None => return Err(io::Error::other("a segment of records keeps changing")),
            }
        }
    }

    /// Keys of lines with this content; some may be out of date.
    pub(crate) fn keys_of_content(&mut self, content: &RawKey) -> io::Result<BTreeSet<RawKey>> {
        let mut keys = BTreeSet::new();
        for segment in &mut self.segments {
            keys.extend(segment.keys_of_content(content)?);
        }
        Ok(keys)
    }

    /// All lines that count, in the order of their keys.
    pub(crate) fn merge(&self) -> Merge {
        Merge::new(&self.segments)
    }
}

/// `None` for what is gone, is not a file of ours, or may not be read.
fn open(directory: &Arc<Directory>, name: &str, is_held: bool) -> io::Result<Option<Segment>> {
    let handle = match directory.find_own(Path::new(name)) {
        Ok(Opened::File(file)) if is_held => Handle::held(name, file),
        Ok(Opened::File(file)) => Handle::named(name, &file, directory.clone()),
        Ok(Opened::Nothing) => return Ok(None),
        Ok(Opened::Other(what)) => {
            tracing::debug!(name, what, "in place of a segment of records");
            return Ok(None);
        }
        Err(error) => Err(error),
    };
    match handle {
        Ok(handle) => Segment::open(handle).map(Some),
        Err(error) if is_unreadable(&error) => {
            tracing::warn!(name, %error, "a segment of records cannot be read, and its records do not count");
            Ok(None)
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            tracing::debug!(name, %error, "a segment of records is not read");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
