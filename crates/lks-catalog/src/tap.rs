//! A thin client of one [TAP](https://www.ivoa.net/documents/TAP/) service: synchronous queries by POST, and answers that are never cut off unnoticed.

use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use lks_http::{Cause, HttpClient, Lane, Request};
use lks_table::Table;
use url::Url;

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
/// Cones of the large catalogues take that long when a service is busy.
const HEAD_TIMEOUT: Duration = Duration::from_secs(300);
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
    /// The service below this address, which is that of TAP without `/sync`.
    pub(crate) fn new(http: HttpClient, base: &Url, service: CatalogService) -> Self {
        let mut sync = base.clone();
        sync.set_path(&format!("{}/sync", base.path().trim_end_matches('/')));
        sync.set_query(None);
        Self {
            http,
            sync,
            service,
            limits: LIMITS,
        }
    }

    /// What the service has for the query.
    ///
    /// # Errors
    /// When it does not answer, or says that it cannot, or not in its format.
    pub(crate) async fn ask(&self, query: &Query) -> Result<Answer, Error> {
        let most = MOST_ROWS.to_string();
        let mut fields = fields(&query.text, &most).to_vec();
        let request = match &query.table {
            None => Request::post_form(self.sync.clone(), &fields),
            Some((name, table)) => {
                let upload = format!("{name},param:{name}");
                fields.push(("UPLOAD", &upload));
                Request::post_multipart(self.sync.clone(), &fields, (name, table))
            }
        };
        self.send(request).await
    }

    async fn send(&self, mut request: Request) -> Result<Answer, Error> {
        request.head_timeout = Some(HEAD_TIMEOUT);
        let answer = self
            .http
            .bytes(request.with_lane(TAP), self.limits.largest_answer)
            .await;
        let answer = answer.map_err(|error| self.failure(error))?;
        let mut answer = answer::read(self.service, &answer.body)?;
        // Some services cut answers at their own limit without a word, and none gives more than was asked for.
        answer.is_cut |= answer.table.num_rows() >= MOST_ROWS;
        Ok(answer)
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

    /// The rows of all parts of a list, in its order, of which `each` fit into a query. A part of which the service has more rows than it gives, and a long
    /// one that it refuses, is asked for in halves.
    ///
    /// # Errors
    /// As [`Tap::ask`], those of `query`, and [`Error::TooManyRows`] if there are too many of one item.
    pub(crate) async fn by_parts<T: Sync>(
        &self,
        items: &[T],
        each: usize,
        query: &QueryOf<'_, T>,
    ) -> Result<Vec<Table>, Error> {
        // Collected, because a closure that makes futures is not `Send` for every lifetime.
        let parts: Vec<BoxFuture<'_, _>> = items.chunks(each.max(1)).map(|part| self.part(part, query)).collect();
        let tables: Vec<Vec<Table>> = stream::iter(parts).buffered(CONCURRENT).try_collect().await?;
        Ok(tables.into_iter().flatten().collect())
    }

    fn part<'a, T: Sync>(
        &'a self,
        items: &'a [T],
        query: &'a QueryOf<'a, T>,
    ) -> BoxFuture<'a, Result<Vec<Table>, Error>> {
        async move {
            let answer = match self.ask(&query(items)?).await {
                Err(error) if is_too_long(&error) && items.len() > 1 => None,
                Err(Error::Remote { .. }) if items.len() > TAKEN_EVERYWHERE => None,
                answer => Some(answer?),
            };
            match answer {
                Some(answer) if !answer.is_cut => Ok(vec![answer.table]),
                Some(answer) if items.len() == 1 => Err(Error::TooManyRows {
                    service: self.service,
                    num_rows: answer.table.num_rows(),
                }),
                _ => {
                    let (first, second) = items.split_at(items.len() / 2);
                    let mut tables = self.part(first, query).await?;
                    tables.extend(self.part(second, query).await?);
                    Ok(tables)
                }
            }
        }
        .boxed()
    }
}

/// The query for a part of a list.
type QueryOf<'a, T> = dyn Fn(&[T]) -> Result<Query, Error> + Sync + 'a;

/// A query in ADQL, and a table that goes along with it, a VOTable by its name.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    text: String,
    table: Option<(&'static str, Vec<u8>)>,
}

impl Query {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { text, table: None }
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
