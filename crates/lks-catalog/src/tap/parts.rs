//! A list that is asked for in parts, which become smaller where the service refuses one or has more rows of it than it gives.

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use lks_http::Cause;
use lks_table::Table;

use super::{Query, Tap, on_thread};
use crate::error::Error;

/// A query with more items may be refused for its length, in whichever words.
const TAKEN_EVERYWHERE: usize = 500;
/// Lists under way at once.
const CONCURRENT: usize = 4;

/// What is made of the rows of an answer.
pub(crate) trait MadeOf<M>: Fn(&Table) -> Result<M, Error> + Clone + Send + 'static {}

impl<M, F: Fn(&Table) -> Result<M, Error> + Clone + Send + 'static> MadeOf<M> for F {}

/// The rows as they are.
pub(crate) fn whole(answer: &Table) -> Result<Table, Error> {
    Ok(answer.clone())
}

/// The query for a part of a list.
type QueryOf<'a, T> = dyn Fn(&[T]) -> Result<Query, Error> + Sync + 'a;

impl Tap {
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
