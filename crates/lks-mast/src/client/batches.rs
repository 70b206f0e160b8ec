//! Questions about many things: in batches, some of them at once, and in smaller ones where a service is overburdened.

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};

use super::CONCURRENT;
use crate::error::Error;

/// How many things are asked about in one request.
pub(super) struct Batches {
    /// At most.
    pub(super) size: usize,
    /// A batch of more than these is halved if it is too much.
    pub(super) smallest: usize,
    /// Whether a smaller question may be answered where this one was not.
    pub(super) is_too_much: fn(&Error) -> bool,
}

impl Batches {
    /// What the service says about each batch, in the order of the things; one more for each batch that was halved.
    pub(super) async fn ask<'a, T, A, Q>(&'a self, things: &'a [T], question: &'a Q) -> Result<Vec<A>, Error>
    where
        T: Sync,
        A: Send + 'a,
        Q: Fn(&'a [T]) -> BoxFuture<'a, Result<A, Error>> + Sync,
    {
        // Made before they are polled: a stream of closures over borrowed chunks is a future that cannot be spawned.
        let batches: Vec<_> = things
            .chunks(self.size)
            .map(|batch| self.ask_batch(batch, question))
            .collect();
        let answers: Vec<Vec<A>> = futures::stream::iter(batches)
            .buffered(CONCURRENT)
            .try_collect()
            .await?;
        Ok(answers.into_iter().flatten().collect())
    }

    fn ask_batch<'a, T, A, Q>(&'a self, batch: &'a [T], question: &'a Q) -> BoxFuture<'a, Result<Vec<A>, Error>>
    where
        T: Sync,
        A: Send + 'a,
        Q: Fn(&'a [T]) -> BoxFuture<'a, Result<A, Error>> + Sync,
    {
        async move {
            match question(batch).await {
                Err(error) if batch.len() > self.smallest && (self.is_too_much)(&error) => {
                    tracing::debug!(size = batch.len(), "halving a request");
                    let (first, second) = batch.split_at(batch.len() / 2);
                    let (mut first, second) =
                        futures::try_join!(self.ask_batch(first, question), self.ask_batch(second, question))?;
                    first.extend(second);
                    Ok(first)
                }
                answer => answer.map(|answer| vec![answer]),
            }
        }
        .boxed()
    }
}
