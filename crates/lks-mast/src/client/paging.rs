//! All rows of an answer, however the service cuts them into pages.
//!
//! MAST's pages have no stable order: they overlap and lose rows. So pages are put together by the rows' identity, counted against what the
//! service itself counted, and asked for again as one page when rows are missing. A result is never silently short.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};
use lks_answers::{Fetched, Question as Exact};
use lks_http::{Cause, Request};
use lks_table::{Table, concat};
use tokio::time::Instant;

use super::batches::Batches;
use super::{CONCURRENT, LARGEST_ANSWER, MOST_ROWS, MastClient, RETRIES_OF_PAGES, is_page};
use crate::columns::Answer;
use crate::error::{AnswerProblem, Error, Service};
use crate::lanes;
use crate::request::{GROUPS_PER_REQUEST, Question};
use crate::response::{self, Page, Reply};

/// Batches of so few observations are not halved any more: what does not answer for these does not answer.
const FEWEST_GROUPS: usize = 32;

/// A page count beyond this is not believed.
const MOST_PAGES: usize = 10_000;

impl MastClient {
    /// All rows that answer a question: kept ones, or the archive's.
    pub(super) async fn all_rows(&self, question: &Question, answer: Answer) -> Result<Table, Error> {
        let exact = self.exact_rows(question);
        self.table(answer, &exact, self.fetch_rows(question, answer).boxed())
            .await
    }

    pub(super) fn exact_rows(&self, question: &Question) -> Exact {
        Exact::new(
            Service::Observations.kind(),
            question.about(),
            &[&self.endpoints.exact(&self.endpoints.invoke()), &question.exact()],
        )
    }

    /// How many rows answer a question; this is not kept.
    pub(super) async fn count_rows(&self, question: &Question) -> Result<usize, Error> {
        let (counted, service) = (question.counted(), Service::Observations);
        let read = |body: &[u8]| response::row_count(body, service, counted.service());
        self.invoke(service, &counted.page(1, self.rows_per_page), read).await
    }

    /// A kept table, or the one that is fetched.
    async fn table(
        &self,
        answer: Answer,
        exact: &Exact,
        fetch: BoxFuture<'_, Result<Table, Error>>,
    ) -> Result<Table, Error> {
        if let Some(table) = self.ahead.table(exact) {
            return Ok(table);
        }
        let fetch = async {
            self.ahead.check(answer.service())?;
            let value = fetch.await?;
            let table = value.clone();
            Ok(Fetched {
                value,
                body: Box::new(move |out| Answer::write(&table, out)),
            })
        };
        let read = move |body: &[u8]| answer.of_bytes(body);
        self.remembered(answer.service(), exact, read, fetch).await
    }

    pub(super) async fn fetch_rows(&self, question: &Question, answer: Answer) -> Result<Table, Error> {
        let page_size = self.rows_per_page;
        let first = self.page(question, answer, 1, page_size).await?;
        let Some(expected) = first
            .rows_filtered
            .filter(|expected| *expected > first.table.num_rows())
        else {
            return Ok(first.table);
        };
        let num_pages = first
            .pages
            .unwrap_or(1)
            .min(expected.div_ceil(page_size))
            .min(MOST_PAGES);
        let mut seen = HashSet::new();
        let mut num_new = |page: &Page| identities(&page.table, answer).filter(|row| seen.insert(*row)).count();
        num_new(&first);
        let mut rest = futures::stream::iter(2..=num_pages.max(1))
            .map(|page| self.page(question, answer, page, page_size))
            .buffered(CONCURRENT);
        let (mut pages, mut counted) = (vec![first.table], expected);
        while let Some(page) = rest.try_next().await? {
            counted = counted.max(page.rows_filtered.unwrap_or(0));
            let is_over = num_new(&page) == 0;
            pages.push(page.table);
            // The service gives the same page whichever is asked for.
            if is_over {
                break;
            }
        }
        drop(rest);
        let together = distinct(&concat(&pages)?, answer)?;
        if together.num_rows() >= counted {
            return Ok(together);
        }
        tracing::warn!(
            got = together.num_rows(),
            expected = counted,
            "pages do not add up; asking for one large page"
        );
        let whole = self
            .page(
                question,
                answer,
                1,
                counted.saturating_add(1000).clamp(page_size, MOST_ROWS),
            )
            .await?;
        let together = distinct(&concat(&[together, whole.table.clone()])?, answer)?;
        let counted = whole.rows_filtered.unwrap_or(counted);
        if together.num_rows() < counted && whole.table.num_rows() < counted {
            let problem = AnswerProblem::Paging {
                got: together.num_rows(),
                expected: counted,
            };
            return Err(Error::answer(answer.service(), problem));
        }
        Ok(together)
    }

    /// The products of all the given observations, in batches that are halved where the service is overburdened.
    pub(super) async fn products(&self, groups: &[String]) -> Result<Table, Error> {
        let Some(first) = groups.first() else {
            return Ok(Table::with_types(&Answer::Products.types()));
        };
        let exact = self.exact_products(groups, first);
        self.table(Answer::Products, &exact, self.fetch_products(groups).boxed())
            .await
    }

    pub(super) fn exact_products(&self, groups: &[String], first: &str) -> Exact {
        let mut exact = vec![self.endpoints.exact(&self.endpoints.invoke())];
        exact.extend_from_slice(groups);
        let exact: Vec<&str> = exact.iter().map(String::as_str).collect();
        let about = format!(
            "the products of {} observations, the first with obsid {first}",
            groups.len()
        );
        Exact::new(Service::Products.kind(), about, &exact)
    }

    /// The products of all the given observations, asked for now.
    pub(super) async fn fetch_products(&self, groups: &[String]) -> Result<Table, Error> {
        let batches = Batches {
            size: GROUPS_PER_REQUEST,
            smallest: FEWEST_GROUPS,
            is_too_much: is_overburdened,
        };
        let answers = batches
            .ask(groups, &|groups: &[String]| self.products_of(groups).boxed())
            .await?;
        Ok(concat(&answers)?.with_missing(&Answer::Products.types())?)
    }

    async fn products_of(&self, groups: &[String]) -> Result<Table, Error> {
        self.fetch_rows(&Question::products(groups), Answer::Products).await
    }

    /// One page, waited for as long as it is being made.
    async fn page(&self, question: &Question, answer: Answer, page: usize, page_size: usize) -> Result<Page, Error> {
        tracing::debug!(service = question.service(), page, page_size, "asking");
        let read = |body: &[u8]| response::mashup(body, answer, question.service());
        self.invoke(answer.service(), &question.page(page, page_size), read)
            .await
    }

    /// What Mashup answers, waited for as long as it is being made.
    async fn invoke<T>(
        &self,
        service: Service,
        form: &str,
        read: impl Fn(&[u8]) -> Result<Reply<T>, Error> + Send,
    ) -> Result<T, Error> {
        let pause = self.pace.pause(Instant::now());
        if !pause.is_zero() {
            self.http.turn(&self.endpoints.invoke(), pause).await;
        }
        let started = Instant::now();
        let (mut num_waits, mut num_pages, mut working) = (0, 0, None);
        loop {
            let request = Request::post_form(self.endpoints.invoke(), &[("request", form)]).with_lane(lanes::QUERY);
            let reply = self
                .http
                .bytes(request, LARGEST_ANSWER)
                .await
                .map_err(Error::http(service))?;
            match read(&reply.body) {
                Ok(Reply::Complete(answer)) => return Ok(answer),
                Ok(Reply::Executing) => {
                    num_waits += 1;
                    working.get_or_insert_with(|| self.http.working(&self.endpoints.invoke()));
                }
                Err(error) if num_pages < RETRIES_OF_PAGES && is_page(&error) => num_pages += 1,
                Err(error) => return Err(error),
            }
            let waited = started.elapsed();
            let Some(pause) = self.polling.pause(num_waits + num_pages - 1, waited) else {
                return Err(Error::StillExecuting {
                    service,
                    seconds: waited.as_secs(),
                });
            };
            if pause > Duration::ZERO {
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// A hash of what makes each row a row of its own.
fn identities(table: &Table, answer: Answer) -> impl Iterator<Item = u64> {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let rows = table.rows();
    rows.map(move |row| hasher.hash_one(answer.identity().iter().map(|name| row.text(name)).collect::<Vec<_>>()))
}

/// Rows that are the same row of the archive, once.
fn distinct(table: &Table, answer: Answer) -> Result<Table, Error> {
    let mut seen: HashSet<Vec<Option<&str>>> = HashSet::with_capacity(table.num_rows());
    let columns: Vec<Vec<Option<&str>>> = answer
        .identity()
        .iter()
        .map(|name| table.texts(name).collect())
        .collect();
    let kept: Vec<usize> = (0..table.num_rows())
        .filter(|row| seen.insert(columns.iter().map(|column| column[*row]).collect()))
        .collect();
    if kept.len() == table.num_rows() {
        return Ok(table.clone());
    }
    Ok(table.take(&kept)?)
}

/// Whether a smaller question may be answered where this one was not. A service that is down must not be asked more.
pub(super) fn is_overburdened(error: &Error) -> bool {
    match error {
        Error::StillExecuting { .. } => true,
        Error::Answer { problem, .. } => matches!(problem, AnswerProblem::Paging { .. }),
        Error::Http { source, .. } => {
            matches!(source.cause(), Cause::TimedOut(_) | Cause::TooLarge { .. })
                || source
                    .status()
                    .is_some_and(|status| matches!(status.as_u16(), 408 | 413 | 414 | 504))
        }
        Error::Remote { message, .. } => {
            let message = message.to_lowercase();
            message.contains("timeout") || message.contains("timed out") || message.contains("too many")
        }
        Error::Repeated(_)
        | Error::Elsewhere(_)
        | Error::InvalidTarget { .. }
        | Error::InvalidQuery(_)
        | Error::SchemaChanged { .. }
        | Error::NotKept { .. }
        | Error::Table(_) => false,
    }
}
