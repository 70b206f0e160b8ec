//! When a kept answer is given, when the service is asked, and what is done when it fails.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::task::JoinHandle;

use crate::directory::Directory;
use crate::entry::StoredAnswer;
use crate::question::Question;
use crate::used::UsedAnswer;

/// What is done with kept answers. Clones share what they are writing.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    directory: Option<Directory>,
    max_age: Duration,
    offline: bool,
    writing: Arc<Mutex<Vec<JoinHandle<()>>>>,
    /// Held while somebody waits for these, so that whoever comes meanwhile waits for them, too.
    settling: Arc<tokio::sync::Mutex<()>>,
}

/// An answer, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered<T> {
    /// The answer.
    pub value: T,
    /// When it was given, if it was kept; `None` if the service was asked now.
    pub kept: Option<SystemTime>,
}

/// Writes the bytes of an answer, on a thread for that, so that they need not be in memory. An error means that it is not kept.
pub type Body = Box<dyn FnOnce(&mut (dyn Write + Send)) -> io::Result<()> + Send>;

/// What a service answered, and how it is kept.
pub struct Fetched<T> {
    /// The answer.
    pub value: T,
    /// The bytes from which it can be made again.
    pub body: Body,
}

impl<T> std::fmt::Debug for Fetched<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetched").finish_non_exhaustive()
    }
}

impl Answers {
    /// Keeps nothing and knows nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Gives answers that are younger than `max_age`, and keeps new ones.
    pub fn in_directory(directory: Directory, max_age: Duration) -> Self {
        Self {
            directory: Some(directory),
            max_age,
            ..Self::default()
        }
    }

    /// With or without a network: without one, an answer of any age is given.
    #[must_use]
    pub fn with_offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// Whether only kept answers can be had.
    pub fn is_offline(&self) -> bool {
        self.offline
    }

    /// Whether anything is kept at all.
    pub fn is_kept(&self) -> bool {
        self.directory.is_some()
    }

    /// Whether an answer of this date is given without asking. One from the future is not, unless nothing can be asked: the clock was or is wrong, and
    /// nobody knows how old it is.
    pub fn is_fresh(&self, date: SystemTime, now: SystemTime) -> bool {
        self.offline || now.duration_since(date).is_ok_and(|age| age < self.max_age)
    }

    /// Whether what was read at this time in the same process may be used without looking again: for as long as kept answers are fresh, and within one
    /// command always.
    pub fn is_recent(&self, date: SystemTime, now: SystemTime) -> bool {
        let moment = Duration::from_secs(60);
        now.duration_since(date).is_ok_and(|age| age < self.max_age.max(moment))
    }

    /// The answer to a question: a fresh one that was kept, or else the service's, which is kept. Where the service fails and `may_stand_in` says that
    /// an older answer may take its place, that one is given, and `on_failure` is told why and how old it is.
    ///
    /// # Errors
    /// What `fetch` fails with.
    pub async fn ask<T, E>(
        &self,
        question: &Question,
        now: SystemTime,
        read: impl Fn(&[u8]) -> Option<T> + Clone + Send + 'static,
        fetch: impl Future<Output = Result<Fetched<T>, E>>,
        on_failure: impl FnOnce(&E, SystemTime) -> bool,
    ) -> Result<Answered<T>, E>
    where
        T: Send + 'static,
    {
        let again = read.clone();
        let older = match self.recall(question, move |body| again(&body)).await {
            Some((date, value)) if self.is_fresh(date, now) => {
                return Ok(Answered {
                    value,
                    kept: Some(date),
                });
            }
            // It is not held while the service is asked, which seldom fails.
            older => older.is_some(),
        };
        let error = match fetch.await {
            Ok(Fetched { value, body }) => {
                self.keep(question, now, body);
                return Ok(Answered { value, kept: None });
            }
            Err(error) if !older => return Err(error),
            Err(error) => error,
        };
        match self.recall(question, move |body| read(&body)).await {
            Some((date, value)) if on_failure(&error, date) => Ok(Answered {
                value,
                kept: Some(date),
            }),
            Some(_) | None => Err(error),
        }
    }

    /// What was kept of a question, of whatever age, if `read` can make an answer of it.
    pub async fn recall<T>(
        &self,
        question: &Question,
        read: impl Fn(Vec<u8>) -> Option<T> + Send + 'static,
    ) -> Option<(SystemTime, T)>
    where
        T: Send + 'static,
    {
        self.recall_each(vec![question.clone()], read).await.pop().flatten()
    }

    /// What was kept of each of these questions, in their order, as [`recall`](Self::recall) finds it; of what this process is keeping, too.
    pub async fn recall_each<T>(
        &self,
        questions: Vec<Question>,
        read: impl Fn(Vec<u8>) -> Option<T> + Send + 'static,
    ) -> Vec<Option<(SystemTime, T)>>
    where
        T: Send + 'static,
    {
        let num_questions = questions.len();
        let nothing = || std::iter::repeat_with(|| None).take(num_questions).collect();
        let Some(directory) = self.directory.clone() else {
            return nothing();
        };
        self.settle().await;
        let found = tokio::task::spawn_blocking(move || {
            let find = |question: &Question| {
                let StoredAnswer { date, body, .. } = directory.find(question)?;
                Some((date, read(body)?))
            };
            questions.iter().map(find).collect()
        });
        // A reader that panicked read something that no writer of ours wrote.
        found.await.unwrap_or_else(|_panic| nothing())
    }

    /// What was made of answers and kept, with these, if all of them are fresh and none was replaced since.
    pub async fn recall_made<T>(
        &self,
        question: &Question,
        now: SystemTime,
        read: impl FnOnce(Vec<u8>) -> Option<T> + Send + 'static,
    ) -> Option<(Vec<UsedAnswer>, T)>
    where
        T: Send + 'static,
    {
        let directory = self.directory.clone()?;
        let (answers, question) = (self.clone(), question.clone());
        let found = tokio::task::spawn_blocking(move || {
            let StoredAnswer { made_of, body, .. } = directory.find(&question)?;
            let holds = |used: &UsedAnswer| answers.is_fresh(used.date(), now) && directory.has(used);
            let is_current = !made_of.is_empty() && made_of.iter().all(holds);
            if !is_current {
                return None;
            }
            Some((made_of, read(body)?))
        });
        found.await.ok().flatten()
    }

    /// Keeps an answer. It is written on another thread; [`settle`](Self::settle) waits for it.
    pub fn keep(&self, question: &Question, now: SystemTime, body: Body) {
        self.keep_made(question, now, Vec::new(), body);
    }

    /// Keeps what was made of these answers, as [`keep`](Self::keep) does.
    pub fn keep_made(&self, question: &Question, now: SystemTime, made_of: Vec<UsedAnswer>, body: Body) {
        let question = question.clone();
        self.write(move |directory| keep(directory, &question, &made_of, body, now));
    }

    /// Keeps an answer to each of these questions, one after the other, made with what was kept of it before.
    pub fn keep_each<F>(&self, now: SystemTime, answers: impl Iterator<Item = (Question, F)> + Send + 'static)
    where
        F: FnOnce(Option<Vec<u8>>) -> Body,
    {
        self.write(move |directory| {
            for (question, answer) in answers {
                let before = directory.find(&question).map(|stored| stored.body);
                keep(directory, &question, &[], answer(before), now);
            }
        });
    }

    fn write(&self, work: impl FnOnce(&Directory) + Send + 'static) {
        let Some(directory) = self.directory.clone() else {
            return;
        };
        let writing = tokio::task::spawn_blocking(move || work(&directory));
        self.writing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(writing);
    }

    /// Waits until everything that is being kept is on disk.
    pub async fn settle(&self) {
        let _turn = self.settling.lock().await;
        let writing = std::mem::take(&mut *self.writing.lock().unwrap_or_else(PoisonError::into_inner));
        for job in writing {
            // One that panicked has kept nothing, which is no harm.
            let _ended = job.await;
        }
    }
}

fn keep(directory: &Directory, question: &Question, made_of: &[UsedAnswer], body: Body, now: SystemTime) {
    // The answer is there all the same; whoever may not write here asks each time.
    if let Err(error) = directory.keep_made(question, made_of, body, now) {
        tracing::debug!(%error, "an answer is not kept");
    }
}
