//! A file that comes in one body: a small one is held in memory and written when it is whole, a larger one is written as it comes.

use bytes::Bytes;
use lks_cache::{Facts, Key, Store};

use crate::blocking::blocking;
use crate::report::failure::Failure;
use crate::store::commit::{self, Checks, Committed};
use crate::store::passing::{Passing, Wanted};
use crate::store::resume_point::ResumePoint;
use crate::store::writer_task::WriterTask;

/// Files up to this size, in bytes, are held: one visit to a thread is cheaper than one for each piece, and so little is not worth being
/// kept for the next run.
const MOST_HELD: u64 = 512 << 10;

pub(crate) enum Buffer {
    Held(Held),
    Written(WriterTask),
}

pub(crate) struct Held {
    store: Store,
    key: Key,
    bytes: Vec<u8>,
    wanted: Option<Wanted>,
}

impl Buffer {
    /// Begins a new file for the product.
    pub(crate) fn begin(store: &Store, key: &Key, expected_size: Option<u64>) -> Self {
        match expected_size.filter(|&size| size <= MOST_HELD) {
            Some(size) => Self::Held(Held {
                store: store.clone(),
                key: key.clone(),
                bytes: Vec::with_capacity(usize::try_from(size).unwrap_or(0)),
                wanted: None,
            }),
            None => Self::Written(WriterTask::begin(store, key, expected_size)),
        }
    }

    /// From the first byte on, what is wanted is computed while the file is written.
    pub(crate) async fn watch(&mut self, wanted: Wanted) -> Result<(), Failure> {
        match self {
            Self::Held(held) => {
                held.wanted = Some(wanted);
                Ok(())
            }
            Self::Written(task) => task.watch(wanted).await,
        }
    }

    /// Puts bytes at a position; behind those that are there, or somewhere else after a restart.
    pub(crate) async fn write(&mut self, offset: u64, bytes: Bytes) -> Result<(), Failure> {
        if let Self::Held(held) = self {
            let end = offset + bytes.len() as u64;
            if offset == held.bytes.len() as u64 && end <= MOST_HELD {
                held.bytes.extend_from_slice(&bytes);
                return Ok(());
            }
            // It is larger than was said.
            let mut task = WriterTask::begin(&held.store, &held.key, None);
            if let Some(wanted) = held.wanted {
                task.watch(wanted).await?;
            }
            task.write(0, std::mem::take(&mut held.bytes).into()).await?;
            *self = Self::Written(task);
        }
        match self {
            Self::Written(task) => task.write(offset, bytes).await,
            Self::Held(_) => Ok(()),
        }
    }

    /// Forgets everything written so far.
    pub(crate) async fn restart(&mut self) -> Result<(), Failure> {
        match self {
            Self::Held(held) => {
                held.bytes.clear();
                Ok(())
            }
            Self::Written(task) => task.restart().await,
        }
    }

    /// From now on what is written outlives this run, to be continued by one that meets the same origin.
    pub(crate) async fn keep(&mut self, origin: &ResumePoint) -> Result<(), Failure> {
        match self {
            Self::Held(_) => Ok(()),
            Self::Written(task) => task.keep(origin).await,
        }
    }

    /// Checks the file, publishes it under its name and records it.
    pub(crate) async fn commit(self, facts: Facts, checks: Checks) -> Committed {
        match self {
            Self::Held(held) => {
                blocking(move || {
                    let mut writer = held.store.begin(&held.key, None)?;
                    let passing = Passing::of(checks.wanted());
                    writer.watch(passing.clone());
                    writer.append(&held.bytes)?;
                    commit::commit(writer, facts, &checks, passing)
                })
                .await
            }
            Self::Written(task) => task.commit(facts, checks).await,
        }
    }

    /// Gives the file up, and waits until nothing of it is left.
    pub(crate) async fn discard(self) {
        if let Self::Written(task) = self {
            task.discard().await;
        }
    }

    /// Gives the file up for now, and waits until what may be continued is in order.
    pub(crate) async fn leave(self) {
        if let Self::Written(task) = self {
            task.leave().await;
        }
    }
}
