//! For how long a host has answered none of its requests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is known of it.
#[derive(Debug, Default)]
pub(crate) struct Silence(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    num_unanswered: usize,
    /// When the first of them was sent, or another request was answered since.
    since: Option<Instant>,
}

impl Silence {
    /// A request is sent.
    pub(crate) fn begin(self: &Arc<Self>) -> Unanswered {
        self.state().begin(Instant::now());
        Unanswered(self.clone())
    }

    /// How long it lasts; `None` if no request is unanswered.
    pub(crate) fn lasts(&self) -> Option<Duration> {
        Some(self.state().since?.elapsed())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The two are never left half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request without an answer yet. Dropped, it is given up.
#[derive(Debug)]
#[must_use = "the request counts as unanswered only while this is held"]
pub(crate) struct Unanswered(Arc<Silence>);

impl Unanswered {
    /// The head of the answer arrived.
    pub(crate) fn answered(self) {
        self.0.state().answered(Instant::now());
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.0.state().left();
    }
}

impl State {
    fn begin(&mut self, now: Instant) {
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
