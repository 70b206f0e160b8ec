//! Writing one file of the store from async code: a thread that may block does the writing, fed through a short queue.
//!
//! The queue's end means that the file was given up: what of it may be continued is kept, the rest goes. Only an explicit message
//! publishes.

use bytes::Bytes;
use lks_cache::{Facts, Key, Store, Writer};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::blocking::outcome;
use crate::report::failure::Failure;
use crate::store::commit::{Checks, Committed, commit};
use crate::store::resume_point::ResumePoint;

/// Pieces waiting for the disk; with pieces of at most a few hundred kilobytes this bounds the memory of a file.
const QUEUE: usize = 8;

enum Message {
    At(u64, Bytes),
    Restart,
    Keep(String),
    Discard,
    Commit(Box<Facts>, Checks, oneshot::Sender<Committed>),
}

/// A file being written; dropped, it is discarded, unless it is kept for the next run.
pub(crate) struct WriterTask {
    queue: mpsc::Sender<Message>,
    thread: Option<JoinHandle<Result<(), Failure>>>,
}

impl WriterTask {
    /// Begins a new file for the product.
    pub(crate) fn begin(store: &Store, key: &Key, expected_size: Option<u64>) -> Self {
        let (store, key) = (store.clone(), key.clone());
        Self::over(move || Ok(store.begin(&key, expected_size)?))
    }

    /// Continues what an earlier run left.
    pub(crate) fn resume(writer: Writer) -> Self {
        Self::over(move || Ok(writer))
    }

    fn over(writer: impl FnOnce() -> Result<Writer, Failure> + Send + 'static) -> Self {
        let (queue, messages) = mpsc::channel(QUEUE);
        let thread = tokio::task::spawn_blocking(move || write(writer()?, messages));
        Self {
            queue,
            thread: Some(thread),
        }
    }

    /// Puts bytes at a position.
    pub(crate) async fn write(&mut self, offset: u64, bytes: Bytes) -> Result<(), Failure> {
        self.send(Message::At(offset, bytes)).await
    }

    /// Puts bytes at a position, for files that come in several parts at once.
    pub(crate) async fn put(&self, offset: u64, bytes: Bytes) -> Result<(), Failure> {
        self.queue
            .send(Message::At(offset, bytes))
            .await
            .map_err(|_| Failure::storage("the file could not be written"))
    }

    /// Forgets everything written so far.
    pub(crate) async fn restart(&mut self) -> Result<(), Failure> {
        self.send(Message::Restart).await
    }

    /// From now on what is written outlives this run, to be continued by one that meets the same origin.
    pub(crate) async fn keep(&mut self, origin: &ResumePoint) -> Result<(), Failure> {
        self.send(Message::Keep(origin.to_text())).await
    }

    /// Checks the file, publishes it under its name and records it.
    pub(crate) async fn commit(mut self, facts: Facts, checks: Checks) -> Committed {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Commit(Box::new(facts), checks, reply)).await?;
        match answer.await {
            Ok(result) => result,
            Err(_) => Err(self.cause().await),
        }
    }

    /// Gives the file up, and waits until nothing of it is left.
    pub(crate) async fn discard(self) {
        // Where the thread has stopped, nothing is left already.
        let _stopped = self.queue.send(Message::Discard).await;
        self.leave().await;
    }

    /// Gives the file up for now, and waits until what may be continued is in order.
    pub(crate) async fn leave(self) {
        drop(self.queue);
        if let Some(thread) = self.thread
            && let Err(failure) = outcome(thread).await
        {
            tracing::debug!(failure = %failure.message, "the given-up file could not be written either");
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Failure> {
        match self.queue.send(message).await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.cause().await),
        }
    }

    /// Why the thread stopped listening.
    pub(crate) async fn cause(&mut self) -> Failure {
        let closed = || Failure::storage("the file was closed while it was written");
        let Some(thread) = self.thread.take() else {
            return closed();
        };
        match outcome(thread).await {
            Err(failure) => failure,
            Ok(()) => closed(),
        }
    }
}

fn write(mut writer: Writer, mut messages: mpsc::Receiver<Message>) -> Result<(), Failure> {
    while let Some(message) = messages.blocking_recv() {
        match message {
            Message::At(offset, bytes) => writer.write_at(offset, &bytes)?,
            Message::Restart => writer.restart()?,
            Message::Keep(validator) => writer.keep(&validator),
            Message::Discard => return Ok(writer.restart()?),
            Message::Commit(facts, checks, reply) => {
                // The reply is not waited for only if the run was cancelled; the file is whole all the same.
                let _cancelled = reply.send(commit(writer, *facts, &checks));
                return Ok(());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_of_the_writing_thread_is_no_storage_failure() {
        for gives_up in [false, true] {
            let writing = tokio::spawn(async move {
                let mut task = WriterTask::over(|| panic!("a bug"));
                if gives_up {
                    return task.leave().await;
                }
                loop {
                    task.write(0, Bytes::from_static(b"x")).await.expect("no failure");
                }
            });
            let panic = writing.await.expect_err("the panic goes on").into_panic();
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"a bug"));
        }
    }
}
