//! For how long a host has said nothing although it was asked.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is known of it.
#[derive(Debug, Default)]
pub(crate) struct Silence(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    num_unanswered: usize,
    /// When the first of them was sent, or another one was answered meanwhile.
    since: Option<Instant>,
}

impl Silence {
    /// A request is sent.
    pub(crate) fn asked(&self) -> Asked<'_> {
        self.state().asked(Instant::now());
        Asked(self)
    }

    /// How long it lasts; `None` if nothing is waited for.
    pub(crate) fn lasts(&self) -> Option<Duration> {
        Some(self.state().since?.elapsed())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The two are never left half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request whose answer has not begun. Dropped, nobody waits for it any more.
#[derive(Debug)]
pub(crate) struct Asked<'a>(&'a Silence);

impl Asked<'_> {
    /// The head of the answer is here.
    pub(crate) fn answered(self) {
        self.0.state().answered(Instant::now());
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.0.state().left();
    }
}

impl State {
    fn asked(&mut self, now: Instant) {
        self.num_unanswered += 1;
        self.since.get_or_insert(now);
    }

    fn answered(&mut self, now: Instant) {
        self.since = Some(now);
    }

    fn left(&mut self) {
        self.num_unanswered -= 1;
        if self.num_unanswered == 0 {
            self.since = None;
        }
    }
}

#[cfg(test)]
mod tests;
