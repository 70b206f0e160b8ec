//! Limits of a host that the processes of one machine share through files in one directory: how many requests are in flight, and the pause
//! that the host asked for.
//!
//! A place is a locked file, so the system frees it when its process dies. Nothing depends on it: where locks do not work, or no place is
//! free for two minutes, the request is sent all the same, within the limit of its own process.

mod directory;

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use self::directory::Open;
use crate::lane::Lane;
use crate::options::SharedDirectory;

/// Longest time between two looks for a free place; the shortest is half of it.
const LOOK_AGAIN: Duration = Duration::from_millis(30);
/// A process that used a place for this long leaves it free for `LEFT_ALONE`, long enough for others to notice.
const TURN: Duration = Duration::from_secs(1);
const LEFT_ALONE: Duration = Duration::from_millis(40);
/// Longest wait for a place.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// A lock call that takes longer is on a file system without working locks.
const WATCHDOG: Duration = Duration::from_secs(5);
/// Longest pause that is shared; requests that meet a longer one fail anyway.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The directory of the files.
#[derive(Debug)]
pub(crate) struct CrossProcess {
    directory: SharedDirectory,
    is_unusable: AtomicBool,
    turns: Mutex<HashMap<String, Turn>>,
}

/// How this process used a place lately.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Since(Instant),
    LeftUntil(Instant),
}

/// A place at a host. Dropped, it is free for all processes.
#[derive(Debug)]
#[must_use = "the place is free again when this is dropped"]
pub(crate) struct Place {
    locked: File,
    name: String,
    cross_process: Arc<CrossProcess>,
}

enum Look {
    Free(Place),
    Paused(Duration),
    Wait(Duration),
    Unusable(std::io::Error),
}

impl CrossProcess {
    pub(crate) fn new(directory: SharedDirectory) -> Self {
        Self {
            directory,
            is_unusable: AtomicBool::new(false),
            turns: Mutex::default(),
        }
    }

    /// Waits for the end of a pause that the host asked any process for, and for a place; `None` if places cannot be shared.
    pub(crate) async fn place(self: &Arc<Self>, host: &str, lane: Lane) -> Option<Place> {
        if !lane.is_shared() {
            return None;
        }
        let mut begun = Instant::now();
        while begun.elapsed() < LONGEST_WAIT && !self.is_unusable.load(Ordering::Relaxed) {
            let (cross_process, host) = (self.clone(), host.to_owned());
            let looking = tokio::task::spawn_blocking(move || cross_process.look(&host, lane));
            match tokio::time::timeout(WATCHDOG, looking).await {
                Ok(Ok(Look::Free(place))) => return Some(place),
                Ok(Ok(Look::Wait(pause))) => tokio::time::sleep(pause).await,
                Ok(Ok(Look::Paused(pause))) => {
                    // A pause of the host does not count as waiting for a place.
                    tokio::time::sleep(pause).await;
                    begun = Instant::now();
                }
                Ok(Ok(Look::Unusable(error))) => self.go_without(&error),
                Ok(Err(error)) => self.go_without(&error),
                Err(error) => self.go_without(&error),
            }
        }
        None
    }

    fn go_without(&self, error: &dyn std::error::Error) {
        self.is_unusable.store(true, Ordering::Relaxed);
        tracing::debug!(directory = %self.directory.base.display(), %error, "limits hold for this process only");
    }

    fn look(self: &Arc<Self>, host: &str, lane: Lane) -> Look {
        let directory = match Open::new(&self.directory) {
            Ok(directory) => directory,
            Err(error) => return Look::Unusable(error),
        };
        if let Some(pause) = pause(&directory, host) {
            return Look::Paused(pause.min(Duration::from_secs(1)));
        }
        let (_, most) = lane.limit();
        for n in 0..most {
            let name = format!("{}-{}-{n}", file_name(host), file_name(lane.name()));
            if self.is_left_alone(&name) {
                continue;
            }
            match lock(&directory, &name) {
                Ok(Some(locked)) => {
                    self.begin_turn(&name);
                    let cross_process = self.clone();
                    return Look::Free(Place {
                        locked,
                        name,
                        cross_process,
                    });
                }
                Ok(None) => {}
                Err(error) => return Look::Unusable(error),
            }
        }
        Look::Wait(LOOK_AGAIN.mul_f64(0.5 + fastrand::f64() / 2.0))
    }

    /// Shares a pause that the host asked for, unless a longer one is shared already.
    pub(crate) fn share_pause(&self, host: &str, asked: Duration) {
        let asked = asked.min(LONGEST_PAUSE);
        let shared = Open::new(&self.directory).and_then(|directory| {
            if pause(&directory, host).is_some_and(|left| left >= asked) {
                return Ok(());
            }
            let until = SystemTime::now() + asked;
            let millis = until.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
            directory.write(&pause_file(host), &millis.to_string())
        });
        if let Err(error) = shared {
            tracing::debug!(host, %error, "the pause is not shared with other processes");
        }
    }

    fn turns(&self) -> std::sync::MutexGuard<'_, HashMap<String, Turn>> {
        // Each entry stands for itself.
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_left_alone(&self, name: &str) -> bool {
        matches!(self.turns().get(name), Some(Turn::LeftUntil(until)) if Instant::now() < *until)
    }

    fn begin_turn(&self, name: &str) {
        let mut turns = self.turns();
        if !matches!(turns.get(name), Some(Turn::Since(_))) {
            turns.insert(name.to_owned(), Turn::Since(Instant::now()));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut turns = self.cross_process.turns();
        if matches!(turns.get(&self.name), Some(Turn::Since(begun)) if begun.elapsed() >= TURN) {
            turns.insert(self.name.clone(), Turn::LeftUntil(Instant::now() + LEFT_ALONE));
        }
        // Closing is not enough while a child process has the file open.
        if let Err(error) = self.locked.unlock() {
            tracing::debug!(%error, "the place is freed by closing its file");
        }
    }
}

/// What is left of the shared pause. If a clock was changed meanwhile, it is at most the longest pause.
fn pause(directory: &Open, host: &str) -> Option<Duration> {
    let text = directory.read(&pause_file(host)).ok()?;
    let until = UNIX_EPOCH + Duration::from_millis(text.trim().parse().ok()?);
    let left = until.duration_since(SystemTime::now()).ok()?;
    (!left.is_zero() && left <= LONGEST_PAUSE).then_some(left)
}

fn pause_file(host: &str) -> String {
    format!("{}-pause", file_name(host))
}

/// The file, locked; `None` if another process holds the lock, or if the file was removed meanwhile, so that other processes lock another one.
fn lock(directory: &Open, name: &str) -> std::io::Result<Option<File>> {
    let file = directory.file(name)?;
    match file.try_lock() {
        Ok(()) => Ok(directory.is_name_of(name, &file)?.then_some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// `https://example.org` as one name.
fn file_name(host: &str) -> String {
    host.chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests;
