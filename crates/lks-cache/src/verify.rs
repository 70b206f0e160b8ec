//! Checking everything that is here, on several threads.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::SystemTime;

use crate::dirfd::Opened;
use crate::error::Error;
use crate::key::Key;
use crate::level::Level;
use crate::locations::Locations;
use crate::lookup::{Lookup, rewind};
use crate::miss::{Damage, MissReason};
use crate::record::Record;
use crate::store::Store;
use crate::walk::ordered::{Ordered, Step};

/// What became of checking one file, for a progress display.
#[derive(Debug)]
#[non_exhaustive]
pub struct VerifyProgress<'a> {
    /// Path relative to the root.
    pub path: &'a str,
    /// Files checked so far, this one included.
    pub num_checked: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// What is wrong with this one.
    pub problem: Option<&'a FileProblem>,
}

/// The outcome of [`Store::verify`].
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Verification {
    /// Files that were looked at.
    pub num_checked: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Those among them that have no record.
    pub num_unrecorded: u64,
    /// What was found, by path.
    pub problems: Vec<Finding>,
    /// What the check noticed at [`Level::Content`] about files that are not damaged, by path; it is on record from now on.
    pub noticed: Vec<(String, String)>,
}

/// Something that is not as it should be.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The file, as far as it is known: what has to be fetched again.
    pub key: Option<Key>,
    /// Path relative to the root.
    pub path: String,
    /// What is wrong.
    pub problem: FileProblem,
}

/// What can be wrong with a file. As text: what, and what became of the file.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileProblem {
    /// It is not what came in.
    Damaged {
        /// How it differs.
        damage: Damage,
        /// Where it was moved, unless the store cannot be written.
        quarantined: Option<PathBuf>,
    },
    /// It is recorded and not here: removed or replaced by someone, or set aside earlier.
    Missing(MissReason),
    /// It has no record and failed the check. It belongs to another tool and was left alone.
    Foreign(String),
    /// It could not be checked.
    Failed(Error),
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged {
                damage,
                quarantined: Some(place),
            } => write!(f, "{damage}; set aside as {}", place.display()),
            Self::Damaged {
                damage,
                quarantined: None,
            } => damage.fmt(f),
            Self::Missing(reason) => reason.fmt(f),
            Self::Foreign(reason) => write!(f, "{reason}; it has no record and was left alone"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

/// One file to check.
#[expect(clippy::large_enum_variant, reason = "only a handful exist at a time")]
enum Job {
    Recorded(Record, String),
    Unrecorded(String),
}

/// Hands out the work: first what lies in the tree, in the order of paths, then what is on record besides.
struct Jobs<'a> {
    store: &'a Store,
    pending: Vec<Job>,
    walk: Ordered,
    locations: Locations,
}

impl Jobs<'_> {
    fn next_job(&mut self) -> Result<Option<Job>, Error> {
        if let Some(job) = self.pending.pop() {
            return Ok(Some(job));
        }
        for step in self.walk.by_ref() {
            let Step::File { path, .. } = step? else { continue };
            let path = self.store.location_below(&path);
            let records = self.locations.take(&path)?.into_iter();
            self.pending
                .extend(records.map(|record| Job::Recorded(record, path.clone())));
            return Ok(Some(self.pending.pop().unwrap_or(Job::Unrecorded(path))));
        }
        let missing = self.locations.next_missing()?;
        Ok(missing.map(|(record, path)| Job::Recorded(record, path)))
    }
}

impl Iterator for Jobs<'_> {
    type Item = Result<Job, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_job().transpose()
    }
}

impl Store {
    /// Checks every recorded file at `level`, on `threads` threads; damaged ones are moved to the quarantine. Files without a record are
    /// counted, and at [`Level::Content`] given to the store's check; they are left alone whatever it says.
    ///
    /// The findings with a key are what has to be fetched again.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the store cannot be listed. What cannot be checked is a finding.
    pub fn verify(
        &self,
        level: Level,
        threads: NonZeroUsize,
        now: SystemTime,
        progress: &(dyn Fn(VerifyProgress<'_>) + Sync),
    ) -> Result<Verification, Error> {
        let jobs = Mutex::new(Jobs {
            store: self,
            pending: Vec::new(),
            walk: self.ordered_files(),
            locations: Locations::of(self)?,
        });
        let (num_checked, bytes, num_unrecorded) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        let (findings, noticed) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        let failure = Mutex::new(None);
        let work = || {
            loop {
                let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
                let (finding, path, size) = match next {
                    None => break,
                    Some(Err(error)) => {
                        failure
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .get_or_insert(error);
                        break;
                    }
                    Some(Ok(Job::Recorded(record, path))) => {
                        let size = record.size;
                        let news = |text| {
                            noticed
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .push((path.clone(), text))
                        };
                        (self.verify_recorded(record, &path, level, now, &news), path, size)
                    }
                    Some(Ok(Job::Unrecorded(path))) => {
                        num_unrecorded.fetch_add(1, Ordering::Relaxed);
                        (self.verify_unrecorded(&path, level), path, 0)
                    }
                };
                progress(VerifyProgress {
                    path: &path,
                    num_checked: num_checked.fetch_add(1, Ordering::Relaxed) + 1,
                    bytes: bytes.fetch_add(size, Ordering::Relaxed) + size,
                    problem: finding.as_ref().map(|finding| &finding.problem),
                });
                findings.lock().unwrap_or_else(PoisonError::into_inner).extend(finding);
            }
        };
        thread::scope(|scope| {
            for _ in 1..threads.get() {
                scope.spawn(work);
            }
            work();
        });
        if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let mut problems: Vec<Finding> = findings.into_inner().unwrap_or_else(PoisonError::into_inner);
        problems.sort_by(|a, b| a.path.cmp(&b.path));
        let mut noticed = noticed.into_inner().unwrap_or_else(PoisonError::into_inner);
        noticed.sort();
        Ok(Verification {
            num_checked: num_checked.into_inner(),
            bytes: bytes.into_inner(),
            num_unrecorded: num_unrecorded.into_inner(),
            problems,
            noticed,
        })
    }

    fn verify_recorded(
        &self,
        record: Record,
        relative: &str,
        level: Level,
        now: SystemTime,
        news: &dyn Fn(String),
    ) -> Option<Finding> {
        let uri = record.uri.clone();
        let path = match self.parse_location(relative) {
            Ok(path) => path,
            Err(error) => {
                return Some(Finding {
                    key: None,
                    path: relative.to_owned(),
                    problem: FileProblem::Failed(error.into()),
                });
            }
        };
        let problem = match self.lookup_at(&path, level, Some(record), now) {
            Ok(Lookup::Hit(entry)) => {
                entry.noticed.into_iter().for_each(news);
                return None;
            }
            Ok(Lookup::Miss(MissReason::Damaged { damage, quarantined })) => {
                FileProblem::Damaged { damage, quarantined }
            }
            Ok(Lookup::Miss(reason)) => FileProblem::Missing(reason),
            Err(error) => FileProblem::Failed(error),
        };
        Some(Finding {
            key: Some(Key { uri, path }),
            path: relative.to_owned(),
            problem,
        })
    }

    fn verify_unrecorded(&self, relative: &str, level: Level) -> Option<Finding> {
        let check = self.check().filter(|_| level >= Level::Content)?;
        let path = self.parse_location(relative).ok()?;
        let Ok(Opened::File(file)) = self.find(&path) else {
            return None;
        };
        let reason = rewind(&file)
            .map_err(|error| error.to_string())
            .and_then(|()| check(&path, &file))
            .err()?;
        Some(Finding {
            key: None,
            path: relative.to_owned(),
            problem: FileProblem::Foreign(reason),
        })
    }
}
