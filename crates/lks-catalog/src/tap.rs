//! A thin client of one [TAP](https://www.ivoa.net/documents/TAP/) service: synchronous queries by POST, and answers that are never cut off unnoticed.

use std::io;
use std::time::SystemTime;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use lks_answers::{Answers, Body, Fetched, Question};
use lks_http::{Cause, HttpClient, Lane, Request};
use lks_mast::{Notes, Service};
use lks_table::Table;
use url::{Position, Url};

use crate::answer::{self, Answer};
use crate::error::{CatalogService, Error};

/// Queries that a service computes while we wait. Not shared between processes: people wait for them.
pub(crate) const TAP: Lane = Lane::new("tap", 4, 4);

/// Rows that are asked for at once; ten megabytes.
const MOST_ROWS: usize = 100_000;
/// What is asked for and read at most.
const LIMITS: Limits = Limits {
    largest_answer: 256 << 20,
    most_parts: 1000,
};
/// Cones of the large catalogues take five minutes when a service is busy, where the head of another answer takes one at most.
const HEAD_TIMEOUTS: u32 = 5;
/// A query with more items may be refused for its length, in whichever words.
const TAKEN_EVERYWHERE: usize = 500;
/// Lists under way at once.
const CONCURRENT: usize = 4;

/// One service.
#[derive(Debug, Clone)]
pub(crate) struct Tap {
    http: HttpClient,
    sync: Url,
    service: CatalogService,
    /// What stands for the address in the questions by which answers are kept.
    exact: String,
    pub(crate) answers: Answers,
    pub(crate) notes: Notes,
    pub(crate) limits: Limits,
}

/// How much is believed to be an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of the largest answer that is read.
    pub(crate) largest_answer: u64,
    /// Requests for the parts of a circle, so that a service that cuts off whatever it is asked comes to an end.
    pub(crate) most_parts: usize,
}

impl Tap {
    /// The service below this address, which is that of TAP without `/sync`. Its answers are kept under this name, if one is given, because the address changes.
    pub(crate) fn new(http: HttpClient, base: &Url, name: Option<&str>, service: CatalogService) -> Self {
        let mut sync = base.clone();
        sync.set_path(&format!("{}/sync", base.path().trim_end_matches('/')));
        sync.set_query(None);
        let exact = match name {
            Some(name) => format!("{name}:{}", &sync[Position::BeforePath..]),
            None => sync.to_string(),
        };
        Self {
            http,
            sync,
            service,
            exact,
            answers: Answers::none(),
            notes: Notes::default(),
            limits: LIMITS,
        }
    }

    /// The same service with notes that nobody reads.
    pub(crate) fn unnoted(&self) -> Self {
        Self {
            notes: Notes::default(),
            ..self.clone()
        }
    }

    /// What the service has for the query: a kept answer if it is fresh, or the service's, or an older one where the service fails.
    ///
    /// # Errors
    /// When it does not answer, or says that it cannot, or not in its format, and nothing is kept.
    pub(crate) async fn ask(&self, query: &Query) -> Result<Answer, Error> {
        let (service, now) = (self.service, SystemTime::now());
        let of_archive = Service::Catalog(service.name());
        let question = self.question(query);
        let fetch = async {
            let body = self.send(query).await?;
            let (value, body) = on_thread(move || (read(service, &body), body)).await;
            let value = value?;
            // A list of names of which none is known is mistyped, or the service was not whole.
            let is_nothing = query.table.is_some() && value.table.is_empty();
            let body: Body = match is_nothing {
                true => Box::new(|_| Err(io::ErrorKind::Unsupported.into())),
                false => Box::new(move |out| out.write_all(&body)),
            };
            Ok(Fetched { value, body })
        };
        let on_failure = |error: &Error, date| {
            let stands_in = error.is_of_service();
            if stands_in {
                self.notes.failed(of_archive, date, error.to_string());
            }
            stands_in
        };
        let readable = move |body: &[u8]| read(service, body).ok();
        let answered = self.answers.ask(&question, now, readable, fetch, on_failure).await;
        let answered = answered.map_err(|error| match error.offline().filter(|_| self.answers.is_kept()) {
            Some(reason) => Error::NotKept {
                service,
                about: query.about.clone(),
                reason: reason.to_owned(),
            },
            None => error,
        })?;
        if let Some(date) = answered.kept {
            self.notes.given(of_archive, date);
        }
        Ok(answered.value)
    }

    fn question(&self, query: &Query) -> Question {
        let (name, table) = query
            .table
            .as_ref()
            .map_or(("", &[][..]), |(name, table)| (*name, table));
        let table = String::from_utf8_lossy(table);
        Question::new(
            "catalog",
            &query.about,
            &[&self.exact, &query.text, &MOST_ROWS.to_string(), name, &table],
        )
    }

    async fn send(&self, query: &Query) -> Result<Bytes, Error> {
        let most = MOST_ROWS.to_string();
        let mut fields = fields(&query.text, &most).to_vec();
        let mut request = match &query.table {
            None => Request::post_form(self.sync.clone(), &fields),
            Some((name, table)) => {
                let upload = format!("{name},param:{name}");
                fields.push(("UPLOAD", &upload));
                Request::post_multipart(self.sync.clone(), &fields, (name, table))
            }
        };
        request.head_timeouts = HEAD_TIMEOUTS;
        let answer = self
            .http
            .bytes(request.with_lane(TAP), self.limits.largest_answer)
            .await;
        Ok(answer.map_err(|error| self.failure(error))?.body)
    }

    /// A service that says of whatever it is asked that there are more rows.
    pub(crate) fn always_cut(&self, num_rows: usize) -> Error {
        let problem = format!(
            "cuts its answers off, however little is asked for (the last one has {num_rows} rows, and it says that there are more); ask again later"
        );
        Error::answer(self.service, problem)
    }

    /// A service says what is wrong with a query in the body of a failure.
    fn failure(&self, error: lks_http::Error) -> Error {
        let service = self.service;
        if let Cause::Status { status, excerpt, .. } = error.cause()
            && matches!(status.as_u16(), 400 | 422)
            && let Some(message) = answer::words_of_failure(excerpt)
        {
            return Error::Remote { service, message };
        }
        Error::http(service)(error)
    }

    /// What `made` makes of the rows of each part of a list, in its order, of which `each` fit into a query. A part of which the service has more rows than it
    /// gives, and a long one that it refuses, is asked for in halves.
    ///
    /// # Errors
    /// As [`Tap::ask`], those of `query` and `made`, and [`Error::Answer`] if answers are cut off even for one item.
    pub(crate) async fn by_parts<T: Sync, M: Send + 'static>(
        &self,
        items: &[T],
        each: usize,
        query: &QueryOf<'_, T>,
        made: impl MadeOf<M>,
    ) -> Result<Vec<M>, Error> {
        // Collected, because a closure that makes futures is not `Send` for every lifetime.
        let parts = items
            .chunks(each.max(1))
            .map(|part| self.part(part, query, made.clone()));
        let parts: Vec<BoxFuture<'_, _>> = parts.collect();
        let all: Vec<Vec<M>> = stream::iter(parts).buffered(CONCURRENT).try_collect().await?;
        Ok(all.into_iter().flatten().collect())
    }

    fn part<'a, T: Sync, M: Send + 'static>(
        &'a self,
        items: &'a [T],
        query: &'a QueryOf<'a, T>,
        made: impl MadeOf<M>,
    ) -> BoxFuture<'a, Result<Vec<M>, Error>> {
        async move {
            let answer = match self.ask(&query(items)?).await {
                Err(error) if is_too_long(&error) && items.len() > 1 => None,
                Err(Error::Remote { .. }) if items.len() > TAKEN_EVERYWHERE => None,
                answer => Some(answer?),
            };
            match answer {
                Some(answer) if !answer.is_cut => on_thread(move || Ok(vec![made(&answer.table)?])).await,
                Some(answer) if items.len() == 1 => Err(self.always_cut(answer.table.num_rows())),
                _ => {
                    let (first, second) = items.split_at(items.len() / 2);
                    let mut all = self.part(first, query, made.clone()).await?;
                    all.extend(self.part(second, query, made).await?);
                    Ok(all)
                }
            }
        }
        .boxed()
    }
}

/// Reads an answer to a query.
fn read(service: CatalogService, body: &[u8]) -> Result<Answer, Error> {
    let mut answer = answer::read(service, body)?;
    // Some services cut answers at their own limit without a word, and none gives more than was asked for.
    answer.is_cut |= answer.table.num_rows() >= MOST_ROWS;
    Ok(answer)
}

/// Large answers are read and worked on by several threads at once. A panic there goes on here.
async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// What is made of the rows of an answer.
pub(crate) trait MadeOf<M>: Fn(&Table) -> Result<M, Error> + Clone + Send + 'static {}

impl<M, F: Fn(&Table) -> Result<M, Error> + Clone + Send + 'static> MadeOf<M> for F {}

/// The rows as they are.
pub(crate) fn whole(answer: &Table) -> Result<Table, Error> {
    Ok(answer.clone())
}

/// The query for a part of a list.
type QueryOf<'a, T> = dyn Fn(&[T]) -> Result<Query, Error> + Sync + 'a;

/// A query in ADQL, and a table that goes along with it, a VOTable by its name.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// What it asks, in words.
    about: String,
    text: String,
    table: Option<(&'static str, Vec<u8>)>,
}

impl Query {
    pub(crate) fn new(about: impl Into<String>, text: impl Into<String>) -> Self {
        let (about, text) = (about.into(), text.into());
        let table = None;
        Self { about, text, table }
    }

    pub(crate) fn with_table(mut self, name: &'static str, table: Vec<u8>) -> Self {
        self.table = Some((name, table));
        self
    }
}

/// Whether an answer with rows has these columns.
pub(crate) fn check_columns(service: CatalogService, answer: &Table, columns: &[&str]) -> Result<(), Error> {
    let missing = columns
        .iter()
        .find(|column| answer.num_rows() > 0 && !answer.has_column(column));
    match missing {
        None => Ok(()),
        Some(column) => Err(Error::SchemaChanged {
            service,
            what: format!("column '{column}' in its answers"),
        }),
    }
}

/// Whether a part of what was asked for may do: the query, or its answer, is too large.
pub(crate) fn is_too_long(error: &Error) -> bool {
    let Error::Http { source, .. } = error else {
        return false;
    };
    match source.cause() {
        Cause::Status { status, .. } => matches!(status.as_u16(), 413 | 414),
        Cause::TooLarge { .. } => true,
        _ => false,
    }
}

fn fields<'a>(query: &'a str, most_rows: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("REQUEST", "doQuery"),
        ("LANG", "ADQL"),
        ("FORMAT", "votable"),
        ("MAXREC", most_rows),
        ("QUERY", query),
    ]
}
