//! Writing one file of the store from async code: a thread that may block does the writing, fed through a short queue.
//!
//! The queue's end means that the file was given up. Only an explicit message publishes.

use std::time::SystemTime;

use bytes::Bytes;
use lks_cache::{Assurance, Entry, Facts, Product, Store, Writer};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::form::{Form, md5_of};

/// Pieces waiting for the disk; with pieces of at most a few hundred kilobytes this bounds the memory of a file.
const QUEUE: usize = 8;

enum Message {
    Append(Bytes),
    At(u64, Bytes),
    Restart,
    Commit(Box<Facts>, Checks, oneshot::Sender<Result<Entry, Failure>>),
}

/// What a file must pass before it is published.
#[derive(Debug, Clone)]
pub(crate) struct Checks {
    pub(crate) form: Form,
    /// Size that the source announced, if it did.
    pub(crate) length: Option<u64>,
    /// MD5 that the source announced, if it did.
    pub(crate) md5: Option<String>,
}

/// A file being written; dropped, it is discarded.
pub(crate) struct Pen {
    queue: mpsc::Sender<Message>,
    thread: JoinHandle<Result<(), Failure>>,
}

impl Pen {
    /// Begins a new file for the product.
    pub(crate) fn begin(store: &Store, product: &Product, expected_size: Option<u64>) -> Self {
        let (queue, messages) = mpsc::channel(QUEUE);
        let (store, product) = (store.clone(), product.clone());
        let thread = tokio::task::spawn_blocking(move || write(&store, &product, expected_size, messages));
        Self { queue, thread }
    }

    /// Adds bytes at the end.
    pub(crate) async fn append(&mut self, bytes: Bytes) -> Result<(), Failure> {
        self.send(Message::Append(bytes)).await
    }

    /// Puts bytes at a position, for files that come in parts.
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

    /// Checks the file, publishes it under its name and records it.
    pub(crate) async fn commit(mut self, facts: Facts, checks: Checks) -> Result<Entry, Failure> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Commit(Box::new(facts), checks, reply)).await?;
        match answer.await {
            Ok(result) => result,
            Err(_) => Err(self.cause().await),
        }
    }

    /// Gives the file up, and waits until nothing of it is left.
    pub(crate) async fn discard(self) {
        drop(self.queue);
        if let Ok(Err(failure)) = self.thread.await {
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
        match (&mut self.thread).await {
            Ok(Err(failure)) => failure,
            Ok(Ok(())) => Failure::storage("the file was closed while it was written"),
            Err(error) => Failure::storage(format!("writing stopped: {error}")),
        }
    }
}

fn write(
    store: &Store,
    product: &Product,
    expected_size: Option<u64>,
    mut messages: mpsc::Receiver<Message>,
) -> Result<(), Failure> {
    let mut writer = store.begin(product, expected_size)?;
    while let Some(message) = messages.blocking_recv() {
        match message {
            Message::Append(bytes) => writer.write(&bytes)?,
            Message::At(offset, bytes) => writer.write_at(offset, &bytes)?,
            Message::Restart => writer.restart()?,
            Message::Commit(facts, checks, reply) => {
                // Nobody listens any more only if the run was cancelled; the file is whole all the same.
                let _cancelled = reply.send(commit(writer, *facts, &checks));
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Checks and publishes; also used where the bytes come from a file instead of the network.
pub(crate) fn commit(writer: Writer, facts: Facts, checks: &Checks) -> Result<Entry, Failure> {
    let finished = writer.finish()?;
    checks.form.check_whole(finished.file()).map_err(Failure::corrupt)?;
    if let Some(announced) = &checks.md5
        && md5_of(finished.file()).map_err(Failure::storage)? != *announced
    {
        return Err(Failure::corrupt("its MD5 is not the one that the source announced"));
    }
    let assurance = match (&checks.md5, checks.length, checks.form.has_structure()) {
        (Some(_), _, _) => Assurance::Checksum,
        (None, Some(_), true) => Assurance::LengthAndStructure,
        (None, Some(_), false) => Assurance::Length,
        (None, None, true) => Assurance::Structure,
        (None, None, false) => Assurance::None,
    };
    let facts = Facts {
        length: checks.length,
        assurance,
        ..facts
    };
    Ok(finished.commit(facts, SystemTime::now())?)
}

impl From<lks_cache::Error> for Failure {
    fn from(error: lks_cache::Error) -> Self {
        let message = error.to_string();
        match error {
            lks_cache::Error::UnsafeName(_) => Self::unsafe_name(message),
            lks_cache::Error::Integrity { .. } => Self::corrupt(message),
            _ => Self::storage(message),
        }
    }
}
