//! The events of a run while it goes on.

use std::sync::Arc;
use std::time::Duration;

use crate::plan::route::Source;
use crate::report::manifest::ManifestRow;

/// Something happened. Rows are indices into the plan's steps.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The run begins.
    Begun {
        /// Files to fetch.
        num_files: usize,
        /// Their bytes, as far as known.
        num_bytes: u64,
    },
    /// A file is being fetched.
    FileBegun {
        /// Its row.
        row: usize,
        /// Its name.
        name: String,
        /// Its size, as far as known.
        size: Option<u64>,
        /// From where.
        source: Source,
    },
    /// Bytes came; never fewer than reported before, at most ten times a second for a file.
    Received {
        /// The row.
        row: usize,
        /// Bytes of this file so far.
        bytes: u64,
        /// Its size, as far as known.
        size: Option<u64>,
    },
    /// A file waits before it is tried again.
    Waiting {
        /// The row.
        row: usize,
        /// The host that is waited for; `None` where another program is.
        host: Option<String>,
        /// How long.
        pause: Duration,
        /// Why.
        reason: String,
    },
    /// A file is done with.
    FileDone {
        /// Its row.
        row: usize,
        /// What became of it.
        outcome: Arc<ManifestRow>,
    },
    /// Something the user should know.
    Warning(String),
    /// The run is over.
    Finished,
}

/// What takes the events of a run; a closure does.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use lks_fetch::{Event, Progress};
///
/// let num_done = AtomicUsize::new(0);
/// let count = |event: Event| {
///     if let Event::FileDone { .. } = event {
///         num_done.fetch_add(1, Ordering::Relaxed);
///     }
/// };
/// count.event(Event::Finished);
/// assert_eq!(num_done.into_inner(), 0);
/// ```
pub trait Progress: Send + Sync {
    /// Takes note of an event. Called from several threads, and must not block.
    fn event(&self, event: Event);
}

/// Takes no note of any event.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn event(&self, _: Event) {}
}

impl<F: Fn(Event) + Send + Sync> Progress for F {
    fn event(&self, event: Event) {
        self(event);
    }
}
