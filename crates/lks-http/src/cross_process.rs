//! Limits of a host that the processes of one machine share through files in one directory: how many requests are in flight, and the pause
//! that the host asked for.
//!
//! A place is a locked file, so the system frees it when its process dies. Nothing depends on it: where locks do not work, or no place is
//! free for two minutes, the request is sent all the same, within the limit of its own process. A process that sends one request after the
//! other keeps its places for a moment in between, because taking one costs more than sending a small request.

mod directory;
mod wanted;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use self::directory::{Open, places};
use self::wanted::Wanted;
use crate::lane::Lane;
use crate::options::SharedDirectory;
use crate::silence::Unanswered;

/// Longest time between two looks for a free place; the shortest is half of it.
const LOOK_AGAIN: Duration = Duration::from_millis(30);
/// A process that used a place for this long leaves it free for `LEFT_ALONE`, long enough for others to notice.
const TURN: Duration = Duration::from_secs(1);
const LEFT_ALONE: Duration = Duration::from_millis(40);
/// A place that nobody here needed for this long is free for others.
const KEPT: Duration = Duration::from_millis(10);
/// After this the pauses of other processes are looked at again.
const PAUSES_KNOWN: Duration = Duration::from_millis(100);
/// In a pause, whether it goes on is looked at this often.
const PAUSE_LOOKED_AT: Duration = Duration::from_secs(1);
/// Longest wait for a place.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// A lock call that takes longer is on a file system without working locks.
const WATCHDOG: Duration = Duration::from_secs(5);

/// The directory of the files.
#[derive(Debug)]
pub(crate) struct CrossProcess {
    directory: SharedDirectory,
    is_unusable: AtomicBool,
    turns: Mutex<HashMap<String, Turn>>,
    ours: Mutex<Ours>,
    /// One request looks for all that wait for a place meanwhile.
    looking: tokio::sync::Mutex<()>,
}

/// The places that this process holds.
#[derive(Debug, Default)]
struct Ours {
    /// Names of all of them, which need not be tried.
    names: HashSet<String>,
    /// Those that no request uses right now, and since when.
    idle: Vec<(Held, Instant)>,
    /// Somebody frees those that stay idle.
    is_swept: bool,
    /// How many requests wait for a place, by what the names of the places begin with.
    wanted: HashMap<String, usize>,
}

/// A locked file.
#[derive(Debug)]
struct Held {
    locked: File,
    /// What the names of all places of its host and lane begin with.
    places: String,
    name: String,
    /// When there was no pause.
    looked: Instant,
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
    /// Until it is dropped.
    held: Option<Held>,
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
            ours: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
        }
    }

    /// Waits for the end of a pause that the host asked any process for, and for a place; `None` if places cannot be shared. What `pausing` gives
    /// when it is told of a pause is held until its end.
    ///
    /// # Errors
    /// What is left of the pause if it is longer than `longest_wait`.
    pub(crate) async fn place(
        self: &Arc<Self>,
        host: &str,
        lane: Lane,
        longest_wait: Duration,
        pausing: impl Fn(Duration) -> Unanswered,
    ) -> Result<Option<Place>, Duration> {
        if !lane.is_shared() {
            return Ok(None);
        }
        let (mut begun, mut paused) = (Instant::now(), None);
        let wanted = Wanted::new(self, places(host, lane));
        while begun.elapsed() < LONGEST_WAIT {
            let turn = self.looking.lock().await;
            if let Some(held) = self.take_idle(&wanted.places, |held| held.looked.elapsed() < PAUSES_KNOWN) {
                return Ok(Some(self.place_of(held)));
            }
            if self.is_unusable.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let (cross_process, host) = (self.clone(), host.to_owned());
            let looking = tokio::task::spawn_blocking(move || cross_process.look(&host, lane));
            let looked = tokio::time::timeout(WATCHDOG, looking).await;
            drop(turn);
            match looked {
                Ok(Ok(Look::Free(place))) => return Ok(Some(place)),
                Ok(Ok(Look::Wait(pause))) => tokio::time::sleep(pause).await,
                Ok(Ok(Look::Paused(pause))) if pause > longest_wait => return Err(pause),
                Ok(Ok(Look::Paused(pause))) => {
                    // A pause of the host does not count as waiting for a place.
                    paused.get_or_insert_with(|| pausing(pause));
                    tokio::time::sleep(pause.min(PAUSE_LOOKED_AT)).await;
                    begun = Instant::now();
                }
                Ok(Ok(Look::Unusable(error))) => self.go_without(&error),
                Ok(Err(error)) => self.go_without(&error),
                Err(error) => self.go_without(&error),
            }
        }
        Ok(None)
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
        if let Some(pause) = directory.pause(host) {
            return Look::Paused(pause);
        }
        let (places, (_, most)) = (places(host, lane), lane.limit());
        let looked = Instant::now();
        if let Some(idle) = self.take_idle(&places, |_| true) {
            return Look::Free(self.place_of(Held { looked, ..idle }));
        }
        let num_wanted = self.ours().wanted.get(&places).copied().unwrap_or(0).max(1);
        let mut found = Vec::new();
        for n in 0..most {
            if found.len() == num_wanted {
                break;
            }
            let name = format!("{places}{n}");
            if self.is_left_alone(&name) || self.ours().names.contains(&name) {
                continue;
            }
            match directory.lock(&name) {
                Ok(Some(locked)) => {
                    self.begin_turn(&name);
                    self.ours().names.insert(name.clone());
                    let places = places.clone();
                    found.push(Held {
                        locked,
                        places,
                        name,
                        looked,
                    });
                }
                Ok(None) => {}
                Err(error) if found.is_empty() => return Look::Unusable(error),
                Err(_) => break,
            }
        }
        let mut found = found.into_iter();
        if let Some(held) = found.next() {
            // The others that wait take these.
            found.for_each(|held| self.keep(held, &Handle::current()));
            return Look::Free(self.place_of(held));
        }
        Look::Wait(LOOK_AGAIN.mul_f64(0.5 + fastrand::f64() / 2.0))
    }

    /// Shares a pause that the host asked for, unless a longer one is shared already.
    pub(crate) fn share_pause(&self, host: &str, asked: Duration) {
        if let Err(error) = Open::new(&self.directory).and_then(|directory| directory.share_pause(host, asked)) {
            tracing::debug!(host, %error, "the pause is not shared with other processes");
        }
    }

    fn place_of(self: &Arc<Self>, held: Held) -> Place {
        Place {
            held: Some(held),
            cross_process: self.clone(),
        }
    }

    /// A place of this host and lane that this process holds and does not use.
    fn take_idle(&self, places: &str, may_be_used: impl Fn(&Held) -> bool) -> Option<Held> {
        let idle = &mut self.ours().idle;
        let n = idle
            .iter()
            .position(|(held, _)| held.places == places && may_be_used(held))?;
        Some(idle.swap_remove(n).0)
    }

    /// Keeps a place for the next request of this process.
    fn keep(self: &Arc<Self>, held: Held, runtime: &Handle) {
        let mut ours = self.ours();
        ours.idle.push((held, Instant::now()));
        if !std::mem::replace(&mut ours.is_swept, true) {
            let sweeper = Sweeper(self.clone());
            runtime.spawn(async move {
                loop {
                    tokio::time::sleep(KEPT).await;
                    if sweeper.0.free_idle(KEPT) {
                        return;
                    }
                }
            });
        }
    }

    /// Frees the places that were idle for this long; `true` if that were all.
    fn free_idle(&self, least: Duration) -> bool {
        let mut ours = self.ours();
        let (free, kept) = std::mem::take(&mut ours.idle)
            .into_iter()
            .partition(|(_, since)| since.elapsed() >= least);
        ours.idle = kept;
        ours.is_swept = !ours.idle.is_empty();
        let is_swept = ours.is_swept;
        drop(ours);
        let free: Vec<(Held, Instant)> = free;
        for (held, _) in free {
            self.free(held);
        }
        !is_swept
    }

    fn free(&self, held: Held) {
        // Closing is not enough while a child process has the file open.
        if let Err(error) = held.locked.unlock() {
            tracing::debug!(%error, "the place is freed by closing its file");
        }
        self.ours().names.remove(&held.name);
    }

    fn ours(&self) -> std::sync::MutexGuard<'_, Ours> {
        self.ours.lock().unwrap_or_else(PoisonError::into_inner)
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
        let Some(held) = self.held.take() else { return };
        let mut turns = self.cross_process.turns();
        let is_over = matches!(turns.get(&held.name), Some(Turn::Since(begun)) if begun.elapsed() >= TURN);
        if is_over {
            turns.insert(held.name.clone(), Turn::LeftUntil(Instant::now() + LEFT_ALONE));
        }
        drop(turns);
        match Handle::try_current() {
            Ok(runtime) if !is_over => self.cross_process.keep(held, &runtime),
            _ => self.cross_process.free(held),
        }
    }
}

/// Frees what is idle, at the latest when its runtime ends.
struct Sweeper(Arc<CrossProcess>);

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.0.free_idle(Duration::ZERO);
    }
}

#[cfg(test)]
mod tests;
