//! When the names of files that came are made durable: by the batch, while others come.

use tokio::task::JoinHandle;

use crate::blocking::outcome;

/// The names of so many files are made durable while others come, so that little is left for the end; then of twice as many each time, up
/// to the most.
const FIRST_SYNC: usize = 16;
const MOST_PER_SYNC: usize = 512;

/// The syncs of a run: one at a time, so that what comes meanwhile is synced together.
pub(super) struct Durability {
    num_unsynced: usize,
    num_for_next: usize,
    running: Option<Syncing>,
    failures: Vec<lks_cache::Error>,
}

pub(super) type Syncing = JoinHandle<Result<(), lks_cache::Error>>;

impl Durability {
    pub(super) fn new() -> Self {
        Self {
            num_unsynced: 0,
            num_for_next: FIRST_SYNC,
            running: None,
            failures: Vec::new(),
        }
    }

    /// A file came.
    pub(super) async fn came(&mut self, sync: impl FnOnce() -> Syncing) {
        self.num_unsynced += 1;
        if self.num_unsynced < self.num_for_next || self.running.as_ref().is_some_and(|running| !running.is_finished())
        {
            return;
        }
        self.ended().await;
        (self.num_unsynced, self.running) = (0, Some(sync()));
        self.num_for_next = (self.num_for_next * 2).min(MOST_PER_SYNC);
    }

    /// Nothing comes any more: syncs the rest, and gives back what failed.
    pub(super) async fn end(mut self, sync: impl FnOnce() -> Syncing) -> Vec<lks_cache::Error> {
        self.ended().await;
        self.running = Some(sync());
        self.ended().await;
        self.failures
    }

    async fn ended(&mut self) {
        if let Some(running) = self.running.take() {
            self.failures.extend(outcome(running).await.err());
        }
    }
}
