//! The shell around the pure parts: sends the questions, waits for answers that are still being made, and puts pages together.

mod ahead;
mod batches;
mod cloud;
mod cones;
mod described;
mod finished;
mod gather;
mod listing;
mod look_ahead;
mod many;
mod names;
mod pace;
mod paging;
mod places;
mod remember;
mod search;
mod sectors;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lks_answers::{Answers, Fetched};
use lks_http::{HttpClient, Request};
use url::Url;

pub use cloud::{CloudPaths, cloud_key};
pub use listing::{Listing, PipelineCount};
pub use many::ManySearch;

use self::ahead::Ahead;
use self::pace::Pace;
use self::sectors::Known;
use crate::endpoints::Endpoints;
use crate::error::{AnswerProblem, Error, Service};
use crate::kept::Notes;
use crate::lanes;
use crate::request::PAGE_SIZE;
use crate::resolve::Resolution;
use crate::target::name_as_typed;

/// The largest answer that is read; a page of 50,000 observations has 86 MB.
const LARGEST_ANSWER: u64 = 512 << 20;

/// Rows that MAST can send in one answer before the connection is reset, as its documentation says.
const MOST_ROWS: usize = 500_000;

/// The largest answer of the small services.
const LARGEST_SMALL_ANSWER: u64 = 16 << 20;

/// Requests of one search under way at once.
const CONCURRENT: usize = 4;

/// Observations whose products are held at once.
const GROUPS_AT_ONCE: usize = 2000;

/// How long to wait between questions for an answer that is still being made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Polling {
    /// The pauses, in order; the last one is repeated.
    pub pauses: Vec<Duration>,
    /// When to give up.
    pub limit: Duration,
}

impl Default for Polling {
    /// 1, 1, 2, 3, 5, then every 10 seconds, for ten minutes.
    fn default() -> Self {
        Self {
            pauses: [1, 1, 2, 3, 5, 10].map(Duration::from_secs).to_vec(),
            limit: Duration::from_secs(600),
        }
    }
}

impl Polling {
    /// These pauses, in order; the last one is repeated.
    #[must_use]
    pub fn with_pauses(mut self, pauses: impl IntoIterator<Item = Duration>) -> Self {
        self.pauses = pauses.into_iter().collect();
        self
    }

    /// Gives up after this time.
    #[must_use]
    pub fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The pause after so many answers that said "not yet", unless the time is over.
    fn pause(&self, num_answers: usize, waited: Duration) -> Option<Duration> {
        let pause = self
            .pauses
            .get(num_answers)
            .or(self.pauses.last())
            .copied()
            .unwrap_or_default();
        let enough = self.pauses.iter().all(Duration::is_zero) && num_answers >= 1000;
        (!enough && waited + pause <= self.limit).then_some(pause)
    }
}

/// Asks MAST about Kepler, K2 and TESS data. Cheap to clone; clones share connections and limits.
#[derive(Debug, Clone)]
pub struct MastClient {
    http: HttpClient,
    endpoints: Endpoints,
    polling: Polling,
    rows_per_page: usize,
    pace: Arc<Pace>,
    answers: Answers,
    notes: Notes,
    ahead: Ahead,
    footprints: Arc<Known>,
}

impl MastClient {
    /// A client that asks these services through that transport.
    pub fn new(http: HttpClient, endpoints: Endpoints) -> Self {
        let pace = Arc::new(Pace::new(http.share()));
        Self {
            http,
            endpoints,
            polling: Polling::default(),
            rows_per_page: PAGE_SIZE,
            pace,
            answers: Answers::none(),
            notes: Notes::default(),
            ahead: Ahead::default(),
            footprints: Arc::default(),
        }
    }

    /// The same client with other pauses.
    pub fn with_polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// The same client asking for other pages than of 50,000 rows: smaller ones come sooner over slow connections.
    pub fn with_rows_per_page(mut self, rows: NonZeroUsize) -> Self {
        self.rows_per_page = rows.get().min(MOST_ROWS);
        self
    }

    /// The same client giving answers that were kept, where they are fresh, and keeping those that it gets.
    pub fn with_answers(mut self, answers: Answers) -> Self {
        self.answers = answers;
        self
    }

    /// The same client asking anew: it neither gives answers that were kept nor keeps those that it gets.
    #[must_use]
    pub fn without_answers(mut self) -> Self {
        self.answers = Answers::none();
        self
    }

    /// The same client with notes of its own.
    fn noting(&self) -> Self {
        Self {
            notes: Notes::default(),
            ..self.clone()
        }
    }

    /// What was answered and is kept.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Where the services are.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Where the named objects are, in the order of the names; 30 names go into one request.
    ///
    /// An unknown name is not an error; it has no answers.
    ///
    /// # Errors
    /// When a name is empty, or longer than any; when the resolver does not answer, or not in its format.
    pub async fn resolve(&self, names: &[&str]) -> Result<Vec<Resolution>, Error> {
        names.iter().try_for_each(|name| name_as_typed(name).map(drop))?;
        let resolved = self.noting().located(names).await;
        self.answers.settle().await;
        resolved
    }

    /// A small document, asked for once more when a page for people comes in its place.
    async fn small<T>(
        &self,
        service: Service,
        url: Url,
        read: impl Fn(&[u8]) -> Result<T, Error> + Send,
    ) -> Result<(T, Bytes), Error>
    where
        T: Send,
    {
        let mut num_pages = 0;
        loop {
            let request = Request::get(url.clone()).with_lane(lanes::QUERY);
            let answer = self
                .http
                .bytes(request, LARGEST_SMALL_ANSWER)
                .await
                .map_err(Error::http(service))?;
            match read(&answer.body) {
                Err(error) if num_pages < RETRIES_OF_PAGES && is_page(&error) => num_pages += 1,
                result => return Ok((result?, answer.body)),
            }
            self.rest(num_pages).await;
        }
    }

    async fn rest(&self, num_answers: usize) {
        let pause = self.polling.pause(num_answers, Duration::ZERO).unwrap_or_default();
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

/// A small answer, of which the very bytes are kept.
fn kept_as_sent<T>(value: T, body: Bytes) -> Fetched<T> {
    Fetched {
        value,
        body: Box::new(move |out| out.write_all(&body)),
    }
}

/// How often a page for people is taken for a passing disturbance.
const RETRIES_OF_PAGES: usize = 2;

fn is_page(error: &Error) -> bool {
    matches!(
        error,
        Error::Answer {
            problem: AnswerProblem::NotJson { .. },
            ..
        }
    )
}
