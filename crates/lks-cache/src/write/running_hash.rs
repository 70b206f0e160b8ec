//! The hash of a file while it is written: what lies before the first hole is hashed in order, and shown to who watches it.
//!
//! Of a large file a thread of its own does that, and another one brings to the disk what came, so that little is left to do
//! when the last byte is there.

use std::fmt;
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
/// So much comes between two syncs, and where somebody waits for this one file.
const SYNC_BYTES: u64 = 64 << 20;
const EARLY_BYTES: u64 = NOTIFY_BYTES;

/// Sees the bytes of a file from the first to the last while it is written, whatever the order they come in, so that nothing has to be
/// read again to compute a checksum of them or to look at their structure.
///
/// A large file is watched by a thread of its own, beside the one that writes it.
pub trait Watch: fmt::Debug + Send {
    /// The next bytes.
    fn bytes(&mut self, bytes: &[u8]);

    /// The file is begun again: what comes next are its first bytes.
    fn restart(&mut self);
}

/// How far a file is hashed.
#[derive(Debug, Default)]
pub(crate) struct RunningHash {
    hashed: Hashed,
    /// How far the threads were told to go.
    notified: u64,
    hashing: Option<Follower<Hashed>>,
    syncing: Option<Follower<u64>>,
}

/// The hash of the bytes from the start of the file to `end`.
#[derive(Debug, Default)]
pub(crate) struct Hashed {
    pub(crate) hasher: Sha256,
    pub(crate) end: u64,
    watch: Option<Box<dyn Watch>>,
}

impl Hashed {
    fn restart(&mut self) {
        (self.hasher, self.end) = (Sha256::new(), 0);
        if let Some(watch) = &mut self.watch {
            watch.restart();
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        if let Some(watch) = &mut self.watch {
            watch.bytes(bytes);
        }
        self.end += bytes.len() as u64;
    }

    fn advance(&mut self, file: &File, front: u64) -> io::Result<()> {
        let read = digest::read(file, self.end..front, |_, bytes| self.add(bytes));
        // After an error nothing counts as hashed.
        read.map(drop).inspect_err(|_| self.restart())
    }
}

impl RunningHash {
    /// From the first byte on, `watch` sees what is written.
    pub(super) fn watch(&mut self, watch: Box<dyn Watch>) {
        *self = Self::default();
        self.hashed.watch = Some(watch);
    }

    /// From now on what was written is synced while more is.
    pub(super) fn sync_early(&mut self, staging: &Staged) {
        // Where no thread is to be had, everything is synced at the end.
        self.syncing = syncing(staging, EARLY_BYTES).ok();
    }

    /// Nothing counts as hashed any more.
    pub(super) fn restart(&mut self) {
        if let Some(hashing) = self.hashing.take() {
            (self.hashed, _) = hashing.join();
        }
        (self.syncing, self.notified) = (None, 0);
        self.hashed.restart();
    }

    /// Takes note of `bytes` at `offset` of the file, of which now everything before `front` is there.
    pub(super) fn wrote(&mut self, staging: &Staged, offset: u64, bytes: &[u8], front: u64) -> io::Result<()> {
        let passed = match self.hashing {
            Some(_) => self.notified,
            None => self.hashed.end,
        };
        if offset < passed {
            self.restart();
        }
        if self.hashing.is_none() && front >= LARGE_FROM {
            // Where no thread is to be had, the writer goes on alone.
            self.notified = self.hashed.end;
            self.hashing = hashing(staging, &mut self.hashed).ok();
            if self.syncing.is_none() {
                self.syncing = syncing(staging, SYNC_BYTES).ok();
            }
        }
        if front >= self.notified + NOTIFY_BYTES {
            self.notify(front);
        }
        if self.hashing.is_some() {
            return Ok(());
        }
        if offset == self.hashed.end {
            self.hashed.add(bytes);
        }
        let front = front.min(self.hashed.end.saturating_add(CATCH_UP_BYTES));
        self.hashed.advance(staging.file(), front)
    }

    /// Notes that nothing comes after `end`.
    pub(super) fn whole(&mut self, end: u64) {
        self.notify(end);
    }

    fn notify(&mut self, front: u64) {
        self.notified = front;
        self.hashing.iter().for_each(|hashing| hashing.send(Note::Front(front)));
        self.syncing.iter().for_each(|syncing| syncing.send(Note::Front(front)));
    }

    /// The hash of the file up to `end`, and whether the syncs so far succeeded: if one did not, a further one may claim success over
    /// lost bytes.
    pub(super) fn finish(self, file: &File, end: u64) -> (io::Result<Hashed>, io::Result<()>) {
        let (mut hashed, outcome) = self.hashing.map_or((self.hashed, Ok(())), Follower::join);
        let synced = self.syncing.map_or(Ok(()), |syncing| syncing.join().1);
        let whole = outcome.and_then(|()| hashed.advance(file, end)).map(|()| hashed);
        (whole, synced)
    }
}

/// A thread that brings to the disk what was written, so many bytes at a time.
fn syncing(staging: &Staged, step: u64) -> io::Result<Follower<u64>> {
    let file = opened_anew(staging)?;
    Follower::start(move |synced: &mut u64, front| {
        if front >= *synced + step {
            file.sync_data()?;
            *synced = front;
        }
        Ok(())
    })
}

/// A thread that goes on hashing from where the writer is.
fn hashing(staging: &Staged, hashed: &mut Hashed) -> io::Result<Follower<Hashed>> {
    let file = opened_anew(staging)?;
    let hashing = Follower::start(move |hashed: &mut Hashed, front| hashed.advance(&file, front))?;
    // Only now nothing can fail any more.
    Ok(hashing.with(std::mem::take(hashed)))
}

/// The same file, not a copy of the writer's, which would hold its lock after it is closed.
fn opened_anew(staging: &Staged) -> io::Result<File> {
    match staging.directory().find_own(staging.name().as_ref())? {
        Opened::File(file) if disk::is_same(&file, staging.file())? => Ok(file),
        Opened::File(_) | Opened::Nothing | Opened::Other(_) => Err(io::Error::other("another file took its name")),
    }
}

/// A thread that follows what was written, up to the first hole; dropped, it ends by itself.
#[derive(Debug)]
struct Follower<T> {
    notes: Sender<Note<T>>,
    thread: JoinHandle<(T, io::Result<()>)>,
}

/// What is sent to a thread.
#[derive(Debug)]
enum Note<T> {
    Begin(T),
    Front(u64),
}

impl<T: Default + Send + 'static> Follower<T> {
    fn start(mut follow: impl FnMut(&mut T, u64) -> io::Result<()> + Send + 'static) -> io::Result<Self> {
        let (notes, received) = channel();
        let thread = Builder::new().spawn(move || {
            let mut state = T::default();
            while let Ok(note) = received.recv() {
                let mut front = None;
                for note in std::iter::once(note).chain(received.try_iter()) {
                    match note {
                        Note::Begin(begun) => state = begun,
                        Note::Front(new) => front = Some(new),
                    }
                }
                if let Some(Err(error)) = front.map(|front| follow(&mut state, front)) {
                    return (state, Err(error));
                }
            }
            (state, Ok(()))
        })?;
        Ok(Self { notes, thread })
    }

    /// Goes on from here.
    fn with(self, state: T) -> Self {
        self.send(Note::Begin(state));
        self
    }

    fn send(&self, note: Note<T>) {
        // A thread that stopped says why at the end.
        let _stopped = self.notes.send(note);
    }

    fn join(self) -> (T, io::Result<()>) {
        drop(self.notes);
        let ended = self.thread.join();
        ended.unwrap_or_else(|_panic| {
            (
                T::default(),
                Err(io::Error::other("a thread that hashes or syncs the file ended early")),
            )
        })
    }
}

#[cfg(test)]
mod tests;
