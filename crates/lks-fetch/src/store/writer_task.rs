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
use crate::store::passing::{Passing, Wanted};
use crate::store::resume_point::ResumePoint;

/// Runs of pieces waiting for the disk; with runs of a few hundred kilobytes this bounds the memory of a file.
const QUEUE: usize = 4;
/// Smaller pieces wait for those that follow them: each visit to the thread costs more than writing one.
const WORTH_A_VISIT: usize = 512 << 10;

/// Pieces of a file, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Run {
    offset: u64,
    pieces: Vec<Bytes>,
    num_bytes: usize,
}

impl Run {
    /// Adds a piece; gives back what is worth to be written now.
    pub(crate) fn add(&mut self, offset: u64, piece: Bytes) -> Option<Self> {
        let before = match self.offset + self.num_bytes as u64 == offset {
            true => None,
            false => self.take(),
        };
        if self.pieces.is_empty() {
            self.offset = offset;
        }
        self.num_bytes += piece.len();
        self.pieces.push(piece);
        before.or_else(|| (self.num_bytes >= WORTH_A_VISIT).then(|| self.take()).flatten())
    }

    /// All that waits.
    pub(crate) fn take(&mut self) -> Option<Self> {
        let run = std::mem::take(self);
        (!run.pieces.is_empty()).then_some(run)
    }
}

enum Message {
    At(Run),
    Restart,
    Watch(Wanted),
    Keep(String),
    Discard,
    Commit(Box<Facts>, Checks, oneshot::Sender<Committed>),
}

/// A file being written; dropped, it is discarded, unless it is kept for the next run.
pub(crate) struct WriterTask {
    queue: mpsc::Sender<Message>,
    waiting: Run,
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
            waiting: Run::default(),
            thread: Some(thread),
        }
    }

    /// Puts bytes at a position.
    pub(crate) async fn write(&mut self, offset: u64, bytes: Bytes) -> Result<(), Failure> {
        match self.waiting.add(offset, bytes) {
            Some(run) => self.tell(Message::At(run)).await,
            None => Ok(()),
        }
    }

    /// Puts bytes at a position, for files that come in several parts at once; nothing if there are none.
    pub(crate) async fn put(&self, run: Option<Run>) -> Result<(), Failure> {
        let Some(run) = run else { return Ok(()) };
        self.queue
            .send(Message::At(run))
            .await
            .map_err(|_| Failure::storage("the file could not be written"))
    }

    /// Forgets everything written so far.
    pub(crate) async fn restart(&mut self) -> Result<(), Failure> {
        self.waiting = Run::default();
        self.send(Message::Restart).await
    }

    /// From the first byte on, what is wanted is computed while the file is written.
    pub(crate) async fn watch(&mut self, wanted: Wanted) -> Result<(), Failure> {
        self.send(Message::Watch(wanted)).await
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
    pub(crate) async fn discard(mut self) {
        self.waiting = Run::default();
        // Where the thread has stopped, nothing is left already.
        let _stopped = self.queue.send(Message::Discard).await;
        self.leave().await;
    }

    /// Gives the file up for now, and waits until what may be continued is in order.
    pub(crate) async fn leave(mut self) {
        // Where the thread has stopped, it says why below.
        let run = self.waiting.take();
        let _stopped = self.put(run).await;
        drop(self.queue);
        if let Some(thread) = self.thread
            && let Err(failure) = outcome(thread).await
        {
            tracing::debug!(failure = %failure.message, "the given-up file could not be written either");
        }
    }

    /// What waits goes first.
    async fn send(&mut self, message: Message) -> Result<(), Failure> {
        if let Some(run) = self.waiting.take() {
            self.tell(Message::At(run)).await?;
        }
        self.tell(message).await
    }

    async fn tell(&mut self, message: Message) -> Result<(), Failure> {
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
    let mut passing = Passing::default();
    while let Some(message) = messages.blocking_recv() {
        match message {
            Message::At(run) => {
                let mut offset = run.offset;
                for piece in run.pieces {
                    writer.write_at(offset, &piece)?;
                    offset += piece.len() as u64;
                }
            }
            Message::Restart => writer.restart()?,
            Message::Watch(wanted) => {
                passing = Passing::of(wanted);
                writer.watch(passing.clone());
            }
            Message::Keep(validator) => writer.keep(&validator),
            Message::Discard => return Ok(writer.restart()?),
            Message::Commit(facts, checks, reply) => {
                // The reply is not waited for only if the run was cancelled; the file is whole all the same.
                let _cancelled = reply.send(commit(writer, *facts, &checks, passing));
                return Ok(());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_that_follow_each_other_are_written_together() {
        let piece = |size: usize| Bytes::from(vec![0; size]);
        let ends = |run: Option<Run>| run.map(|run| (run.offset, run.num_bytes, run.pieces.len()));
        let mut run = Run::default();
        assert_eq!(ends(run.add(10, piece(5))), None);
        assert_eq!(ends(run.add(15, piece(5))), None);
        assert_eq!(ends(run.add(100, piece(5))), Some((10, 10, 2)), "another place");
        assert_eq!(
            ends(run.add(105, piece(WORTH_A_VISIT))),
            Some((100, 5 + WORTH_A_VISIT, 2))
        );
        assert_eq!(ends(run.take()), None);
        // A large piece somewhere else waits for the next one: no call gives back two runs.
        assert_eq!(ends(run.add(0, piece(1))), None);
        assert_eq!(ends(run.add(7, piece(WORTH_A_VISIT))), Some((0, 1, 1)));
        assert_eq!(ends(run.take()), Some((7, WORTH_A_VISIT, 1)));
    }

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
