//! The hash of a file while it is written: what lies before the first hole is hashed in order.
//!
//! Of a large file a thread of its own does that, and another one brings to the disk what came, so that little is left to do
//! when the last byte is there.

use std::fs::File;
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, JoinHandle};

use sha2::{Digest, Sha256};

use crate::digest;
use crate::dirfd::Opened;
use crate::disk;
use crate::staged::Staged;

/// How much of what was written out of order the writer hashes at once: someone waits for the write.
const CATCH_UP_BYTES: u64 = 8 << 20;
/// From here on a file is worth two threads.
const LARGE_FROM: u64 = 32 << 20;
/// The threads are notified after so much.
const NOTIFY_BYTES: u64 = 1 << 20;
/// So much comes between two syncs.
const SYNC_BYTES: u64 = 64 << 20;

/// How far a file is hashed.
#[derive(Debug, Default)]
pub(crate) struct Front {
    hashed: Hashed,
    helpers: Option<Helpers>,
}

/// The hash of the bytes from the start of the file to `end`.
#[derive(Debug, Default)]
pub(crate) struct Hashed {
    pub(crate) hasher: Sha256,
    pub(crate) end: u64,
}

impl Hashed {
    fn advance(&mut self, file: &File, front: u64) -> io::Result<()> {
        if front > self.end {
            // After an error nothing counts as hashed.
            let Self { mut hasher, end } = std::mem::take(self);
            let end = digest::feed(&mut hasher, file, end, front)?;
            *self = Self { hasher, end };
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Helpers {
    notified: u64,
    hashing: Helper<Hashed>,
    syncing: Helper<u64>,
}

impl Front {
    /// Takes note of `bytes` at `offset` of the file, of which now everything before `front` is there.
    pub(super) fn wrote(&mut self, staging: &Staged, offset: u64, bytes: &[u8], front: u64) -> io::Result<()> {
        let passed = self
            .helpers
            .as_ref()
            .map_or(self.hashed.end, |helpers| helpers.notified);
        if offset < passed {
            *self = Self::default();
        }
        if self.helpers.is_none() && front >= LARGE_FROM {
            // Where no thread is to be had, the writer goes on alone.
            self.helpers = Helpers::start(staging, &mut self.hashed).ok();
        }
        if let Some(helpers) = &mut self.helpers {
            if front >= helpers.notified + NOTIFY_BYTES {
                helpers.notify(front);
            }
            return Ok(());
        }
        if offset == self.hashed.end {
            self.hashed.hasher.update(bytes);
            self.hashed.end += bytes.len() as u64;
        }
        let front = front.min(self.hashed.end.saturating_add(CATCH_UP_BYTES));
        self.hashed.advance(staging.file(), front)
    }

    /// Notes that nothing comes after `end`.
    pub(super) fn whole(&mut self, end: u64) {
        if let Some(helpers) = &mut self.helpers {
            helpers.notify(end);
        }
    }

    /// The hash of the file up to `end`, and whether the syncs so far succeeded: if one did not, a further one may claim success over
    /// lost bytes.
    pub(super) fn finish(self, file: &File, end: u64) -> (io::Result<Hashed>, io::Result<()>) {
        let (hashed, synced) = match self.helpers {
            None => (Ok(self.hashed), Ok(())),
            Some(helpers) => (helpers.hashing.end(), helpers.syncing.end().map(drop)),
        };
        let whole = hashed.and_then(|mut hashed| hashed.advance(file, end).map(|()| hashed));
        (whole, synced)
    }
}

impl Helpers {
    /// Takes over from where the writer is.
    fn start(staging: &Staged, hashed: &mut Hashed) -> io::Result<Self> {
        let (to_hash, to_sync) = (opened_anew(staging)?, opened_anew(staging)?);
        let notified = hashed.end;
        let so_far = Hashed {
            hasher: hashed.hasher.clone(),
            end: hashed.end,
        };
        let hashing = Helper::start(so_far, move |hashed, front| hashed.advance(&to_hash, front))?;
        let syncing = Helper::start(notified, move |synced, front| {
            if front >= *synced + SYNC_BYTES {
                to_sync.sync_data()?;
                *synced = front;
            }
            Ok(())
        })?;
        Ok(Self {
            notified,
            hashing,
            syncing,
        })
    }

    fn notify(&mut self, front: u64) {
        self.notified = front;
        // A thread that stopped says why at the end.
        let _stopped = (self.hashing.fronts.send(front), self.syncing.fronts.send(front));
    }
}

/// The same file, not a copy of the writer's, which would hold its lock after it is closed.
fn opened_anew(staging: &Staged) -> io::Result<File> {
    match staging.directory().find_own(staging.name().as_ref())? {
        Opened::File(file) if disk::is_same(&file, staging.file())? => Ok(file),
        Opened::File(_) | Opened::Nothing | Opened::Other(_) => Err(io::Error::other("another file took its name")),
    }
}

/// A thread that follows the front; dropped, it ends by itself.
#[derive(Debug)]
struct Helper<T> {
    fronts: Sender<u64>,
    thread: JoinHandle<io::Result<T>>,
}

impl<T: Send + 'static> Helper<T> {
    fn start(mut state: T, mut follow: impl FnMut(&mut T, u64) -> io::Result<()> + Send + 'static) -> io::Result<Self> {
        let (fronts, notified) = channel();
        let thread = Builder::new().spawn(move || {
            while let Ok(front) = notified.recv() {
                follow(&mut state, notified.try_iter().last().unwrap_or(front))?;
            }
            Ok(state)
        })?;
        Ok(Self { fronts, thread })
    }

    fn end(self) -> io::Result<T> {
        drop(self.fronts);
        let ended = self.thread.join();
        ended.unwrap_or_else(|_panic| Err(io::Error::other("a thread ended early")))
    }
}

#[cfg(test)]
mod tests;
