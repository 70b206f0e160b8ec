//! Locks that save double work. Nothing depends on them: on some cluster file systems every caller gets the lock at once, on others
//! the call fails or never returns, and the store is right all the same.

use std::fs::{File, TryLockError};
use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::fs::OFlags;

use crate::dirfd::{Directory, random_name};
use crate::key::Key;
use crate::store::Store;

/// How long the system may take to answer a question that it should answer at once.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How the names of locks begin that say that somebody writes.
const WRITER: &str = "writer-";

/// How often a lock's file may change between two steps.
const ATTEMPTS: usize = 64;

/// Whether the caller may work on a key alone.
///
/// # Limitations
///
/// A claim is advice, not protection: where locks lie, two callers hold the same key, and nothing stops a writer that has not claimed it.
/// The store stays correct without claims; they only save fetching a file twice. [`Claim::Held`] gives the key back when it is dropped.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "dropping it gives the lock back"]
pub enum Claim {
    /// Nobody else is working on it, as far as locks can show. Look the key up again before fetching it. Dropping it releases the claim.
    Held(KeyLock),
    /// Someone else is working on it. Ask again a little later; their file may be there then.
    Busy,
    /// Locks do not work here. Go on without.
    Unusable,
}

/// A held lock; dropping it releases it, and takes its file away: those who wait for it look whether what they got still has its name.
///
/// # Limitations
///
/// It saves double work and promises nothing: on some cluster file systems every caller gets it. It is not recursive, also within one
/// process, and the system releases it when the process ends.
#[derive(Debug)]
#[must_use = "dropping it gives the lock back"]
pub struct KeyLock {
    file: File,
    directory: Directory,
    name: String,
}

impl Drop for KeyLock {
    fn drop(&mut self) {
        // While it is held, nobody else takes the name away.
        let is_ours = self.directory.is_name_of(&self.name, &self.file);
        if is_ours.unwrap_or(false)
            && let Err(error) = self.directory.remove(&self.name)
        {
            tracing::debug!(name = self.name, %error, "left for the sweep");
        }
        release(&self.file);
    }
}

/// Gives a lock back at once. Closing is not enough while a child process that is just being started still has the file open.
pub(crate) fn release(file: &File) {
    if let Err(error) = file.unlock() {
        tracing::debug!(%error, "a lock is given back by closing its file");
    }
}

impl Store {
    /// Asks for the key's lock, without waiting.
    pub fn try_claim(&self, key: &Key) -> Claim {
        if !self.has_locks() {
            return Claim::Unusable;
        }
        match self.lock_named(&format!("{}.lock", &key.record_key()[..16])) {
            Ok(Some(lock)) => Claim::Held(lock),
            Ok(None) => Claim::Busy,
            Err(error) => {
                self.give_up_locks(&error);
                Claim::Unusable
            }
        }
    }

    /// Tells others that many files are written, for as long as what is given back lives: see [`Store::has_other_writers`]. `None` where locks do not
    /// work.
    pub fn announce_writer(&self) -> Option<KeyLock> {
        let name = format!("{WRITER}{}.lock", random_name());
        self.has_locks()
            .then(|| self.lock_named(&name).ok())
            .flatten()
            .flatten()
    }

    /// Whether others announced that they write, as far as locks can show.
    pub fn has_other_writers(&self, own: &KeyLock) -> bool {
        let others = own.directory.names().into_iter().flatten().flatten();
        let mut others = others.filter_map(|(name, _)| name.into_string().ok());
        // A lock that can be had is that of one that was killed; giving it back takes its file away.
        others.any(|name| name.starts_with(WRITER) && name != own.name && matches!(self.lock_named(&name), Ok(None)))
    }

    /// Marks an open file as in use for as long as it is open. `false`: someone else has. `true` also where locks do not work.
    pub(crate) fn mark_in_use(&self, file: &File) -> bool {
        if !self.has_locks() {
            return true;
        }
        self.lock(file).unwrap_or_else(|error| {
            self.give_up_locks(&error);
            true
        })
    }

    /// Where one lock answered in time, the others do.
    fn lock(&self, file: &File) -> io::Result<bool> {
        if self.inner.locks_work.load(Ordering::Relaxed) {
            return try_lock(file);
        }
        let outcome = lock_with_timeout(file)?;
        self.inner.locks_work.store(true, Ordering::Relaxed);
        Ok(outcome)
    }

    /// The lock of this name, or `None` if someone else holds it.
    pub(crate) fn lock_named(&self, name: &str) -> io::Result<Option<KeyLock>> {
        // A lock's file may be removed by who held it, or its directory by a cleaner, between opening and locking: then the lock is on a
        // file nobody else will find.
        for _ in 0..ATTEMPTS {
            let directory = self.state_made("lock")?;
            let file = match directory.open_own(name, OFlags::CREATE) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                opened => opened?,
            };
            if !self.lock(&file)? {
                return Ok(None);
            }
            if directory.is_name_of(name, &file).unwrap_or(false) {
                let name = name.to_owned();
                return Ok(Some(KeyLock { file, directory, name }));
            }
        }
        Err(io::Error::other("the lock's file keeps changing"))
    }

    /// Whether locks answered so far.
    pub(crate) fn has_locks(&self) -> bool {
        !self.inner.locks_unusable.load(Ordering::Relaxed)
    }

    fn give_up_locks(&self, error: &io::Error) {
        if !self.inner.locks_unusable.swap(true, Ordering::Relaxed) {
            let root = self.root().display();
            tracing::warn!(%root, %error, "locks do not work here; the same file may be fetched twice");
        }
    }
}

fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Tries the lock in a thread of its own, because `flock` was seen to hang even when told not to wait
/// (<https://github.com/rust-lang/cargo/issues/2615>). A thread that hangs is left behind; it happens once per store.
fn lock_with_timeout(file: &File) -> io::Result<bool> {
    let (answer, wait) = mpsc::channel();
    // The copy shares the lock with `file` and leaves it in place when it is closed.
    let copy = file.try_clone()?;
    thread::Builder::new().name("lks-lock".to_owned()).spawn(move || {
        // Nobody listens any more if the answer came too late.
        answer.send(try_lock(&copy))
    })?;
    wait.recv_timeout(LOCK_TIMEOUT)
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}
