//! A thin client of one [TAP](https://www.ivoa.net/documents/TAP/) service: synchronous queries by POST, and answers that are never cut off unnoticed.

mod parts;

use std::io;
use std::time::SystemTime;

use bytes::Bytes;
use lks_answers::{Answers, Body, Fetched, Question};
use lks_http::{Cause, HttpClient, Lane, Request};
use lks_mast::{Notes, Service};
use lks_table::Table;
use url::{Position, Url};

pub(crate) use self::parts::{is_too_long, whole};
use crate::answer::{self, Answer};
use crate::error::{CatalogService, Error};

/// Queries that a service computes while we wait. Not shared between processes: people wait for them.
pub(crate) const TAP: Lane = Lane::new("tap", 4, 4);

/// What is asked for and read at most.
const LIMITS: Limits = Limits {
    // Ten megabytes.
    most_rows: 100_000,
    largest_answer: 256 << 20,
    most_parts: 1000,
};
/// Cones of the large catalogues take five minutes when a service is busy, where the head of another answer takes one at most.
const HEAD_TIMEOUTS: u32 = 5;

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
    /// Rows that are asked for at once.
    pub(crate) most_rows: usize,
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
        let read = answer_of(service, self.limits.most_rows);
        let of_archive = Service::Catalog(service.name());
        let question = self.question(query);
        let fetch = async {
            let body = self.send(query).await?;
            let (value, body) = on_thread(move || (read(&body), body)).await;
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
        let readable = move |body: &[u8]| read(body).ok();
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
            &[
                &self.exact,
                &query.text,
                &self.limits.most_rows.to_string(),
                name,
                &table,
            ],
        )
    }

    async fn send(&self, query: &Query) -> Result<Bytes, Error> {
        let most = self.limits.most_rows.to_string();
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
}

/// Reads answers to queries for at most so many rows.
fn answer_of(service: CatalogService, most_rows: usize) -> impl Fn(&[u8]) -> Result<Answer, Error> + Copy {
    move |body| {
        let mut answer = answer::read(service, body)?;
        // A service may cut an answer off where it was asked to without a word.
        answer.is_cut |= answer.table.num_rows() >= most_rows;
        Ok(answer)
    }
}

/// Large answers are read and worked on by several threads at once. A panic there goes on here.
async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

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

fn fields<'a>(query: &'a str, most_rows: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("REQUEST", "doQuery"),
        ("LANG", "ADQL"),
        ("FORMAT", "votable"),
        ("MAXREC", most_rows),
        ("QUERY", query),
    ]
}

#[cfg(test)]
pub(crate) mod tests;
