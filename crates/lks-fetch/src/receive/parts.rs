//! A large object in aligned parts, several at once, all of the same version.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use futures::{StreamExt, TryStreamExt};
use lks_cache::Writer;
use lks_http::Class;

use super::publish::largest;
use super::{Arrival, Transfer, located};
use crate::blocking::blocking;
use crate::plan::route::Route;
use crate::plan::route::Source;
use crate::report::failure::Failure;
use crate::source::body::{self, Body};
use crate::source::bucket::Tries;
use crate::source::validator::Validator;
use crate::store::buffer::Buffer;
use crate::store::checksum;
use crate::store::content::HEAD;
use crate::store::local;
use crate::store::resume_point::ResumePoint;
use crate::store::writer_task::{self, WriterTask};

/// Parts of one file under way at once.
const PARTS_AT_ONCE: usize = 6;

/// A file that an earlier run left, and the ranges of it that are still to come.
type Left = (WriterTask, Vec<Range<u64>>);

impl Transfer<'_> {
    /// A large object in aligned parts, several at once, all of the same version.
    ///
    /// What an earlier run left of that version is not asked for again.
    pub(super) async fn parts(&self, route: &Route, key: &str, is_last: bool) -> Result<Arrival, Failure> {
        let part_size = self.context.part_size.max(1);
        let (left, range, mut first) = self.first(route, key, part_size).await?;
        let url = first.about.url.clone();
        let Some(Validator::Etag(etag)) = first.about.validator() else {
            return Err(Failure::wrong_range("the object has no strong ETag, so it is not fetched in parts").at(url));
        };
        let total = first.about.total.unwrap_or(0);
        if total > largest(self.product.size()) {
            return Err(Failure::too_large(total).at(url));
        }
        let origin = ResumePoint {
            source: Source::Cloud,
            total,
            validator: Validator::Etag(etag.clone()),
        };
        let (mut task, missing) = left.unwrap_or_else(|| {
            let task = WriterTask::begin(&self.context.store, &self.key, Some(total));
            (task, std::iter::once(0..total).collect())
        });
        let num_missing: u64 = missing.iter().map(|hole| hole.end - hole.start).sum();
        let received = AtomicU64::new(total - num_missing);
        // The first answer is about a part of it.
        let announced = checksum::announced(&first.about.headers, false);
        let checks = self.checks(Source::Cloud, Some(total), &announced, false);
        let outcome = async {
            task.watch(checks.wanted()).await?;
            task.keep(&origin).await?;
            if !missing.is_empty() {
                let (mut next, mut head, mut run) = (range.start, Vec::new(), writer_task::Run::default());
                while let Some(bytes) = self.next(first.chunk()).await? {
                    // What an earlier run wrote, it has looked at.
                    if range.start == 0 && next < HEAD as u64 {
                        self.sniff(&mut head, &bytes, &first.about)?;
                    }
                    let num_bytes = bytes.len() as u64;
                    task.put(run.add(next, bytes)).await?;
                    next += num_bytes;
                    self.report_received(
                        received.fetch_add(num_bytes, Ordering::Relaxed) + num_bytes,
                        Some(total),
                    );
                }
                task.put(run.take()).await?;
            }
            first.close();
            futures::stream::iter(pieces(&missing, range.end, part_size))
                .map(|range| self.part((route, key, &etag), range, &task, &received, (total, is_last)))
                .buffer_unordered(PARTS_AT_ONCE)
                .try_collect::<()>()
                .await
        }
        .await;
        match outcome {
            Ok(()) => {}
            Err(failure) if failure.is_local() => return Err(task.cause().await),
            Err(failure) => {
                if is_last && failure.is_passing() {
                    task.leave().await;
                } else {
                    task.discard().await;
                }
                return Err(located(failure, &url));
            }
        }
        self.check_length(received.into_inner(), Some(total), true)
            .map_err(|failure| failure.at(&url))?;
        self.publish(Source::Cloud, &first.about, checks, Buffer::Written(task))
            .await
            .map_err(|failure| located(failure, &url))
    }

    /// Asks for the first part that is missing: of what an earlier run left if it is a part of the same object, else of a new file. Gives
    /// also the range that was asked for, and of what was left the ranges that are still to come.
    async fn first(
        &self,
        route: &Route,
        key: &str,
        part_size: u64,
    ) -> Result<(Option<Left>, Range<u64>, Body), Failure> {
        if let Some((writer, origin)) = self.left_on_the_disk().await
            && let Validator::Etag(etag) = origin.validator
        {
            let (missing, task) = (writer.missing(origin.total), WriterTask::resume(writer));
            let range = pieces(&missing, 0, part_size).into_iter().next();
            let range = range.unwrap_or(0..part_size);
            let asking = body::part(&self.context.cloud, key, range.clone(), Some(etag), Tries::Once);
            match self.answer(route, asking).await {
                Ok(body) if body.about.total == Some(origin.total) => return Ok((Some((task, missing)), range, body)),
                // It is another one meanwhile.
                Ok(_) => task.discard().await,
                Err(failure) if failure.class == Class::Changed => task.discard().await,
                Err(failure) => {
                    task.leave().await;
                    return Err(failure);
                }
            }
        }
        let range = 0..part_size;
        let asking = body::part(&self.context.cloud, key, range.clone(), None, Tries::Once);
        Ok((None, range, self.answer(route, asking).await?))
    }

    async fn left_on_the_disk(&self) -> Option<(Writer, ResumePoint)> {
        if !self.has_leftovers {
            return None;
        }
        let (store, key) = (self.context.store.clone(), self.key.clone());
        blocking(move || local::resume(&store, &key, Source::Cloud)).await
    }

    /// One part, continued where it broke off.
    async fn part(
        &self,
        (route, key, etag): (&Route, &str, &str),
        range: Range<u64>,
        task: &WriterTask,
        received: &AtomicU64,
        (total, is_last): (u64, bool),
    ) -> Result<(), Failure> {
        let policy = self.context.http.retry_policy();
        let (mut begun, mut offset, mut failures) = (Instant::now(), range.start, 0);
        let mut run = writer_task::Run::default();
        loop {
            let before = offset;
            let outcome = async {
                let wanted = offset..range.end;
                let asking = body::part(&self.context.cloud, key, wanted, Some(etag.to_owned()), Tries::Once);
                let mut body = self.answer(route, asking).await?;
                if body.about.start != offset || body.about.total != Some(total) {
                    return Err(Failure::changed("the object has another size meanwhile"));
                }
                while let Some(bytes) = self.next(body.chunk()).await? {
                    let num_bytes = bytes.len() as u64;
                    task.put(run.add(offset, bytes)).await?;
                    offset += num_bytes;
                    self.report_received(
                        received.fetch_add(num_bytes, Ordering::Relaxed) + num_bytes,
                        Some(total),
                    );
                }
                Ok(())
            }
            .await;
            // What came before a failure counts as come.
            task.put(run.take()).await?;
            match outcome {
                Ok(()) if offset == range.end => return Ok(()),
                Ok(()) => return Err(Failure::corrupt("a part has another length than was asked for")),
                Err(failure) if failure.is_local() => return Err(failure),
                Err(failure) => {
                    if offset > before {
                        (failures, begun) = (0, Instant::now());
                    }
                    let num_sent = failure.num_sent();
                    failures += num_sent;
                    if !is_last && matches!(failure.class, Class::Down { .. }) {
                        return Err(failure.for_good());
                    }
                    // The other parts are still good: what this loop cannot mend is not tried again from the start.
                    self.pause(policy, failures, failure, begun)
                        .await
                        .map_err(Failure::for_good)?;
                    self.count_attempts(num_sent);
                }
            }
        }
    }
}

/// The missing ranges from a byte on, cut where the parts begin.
fn pieces(missing: &[Range<u64>], from: u64, part_size: u64) -> Vec<Range<u64>> {
    let mut pieces = Vec::new();
    for hole in missing {
        let mut start = hole.start.max(from);
        while start < hole.end {
            let end = hole.end.min((start / part_size + 1) * part_size);
            pieces.push(start..end);
            start = end;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_asked_for_in_aligned_parts() {
        let whole: Vec<Range<u64>> = std::iter::once(0..25).collect();
        let all_but_the_first: Vec<Range<u64>> = std::iter::once(10..25).collect();
        for (missing, from, expected) in [
            (whole.clone(), 0, vec![0..10, 10..20, 20..25]),
            (whole, 10, vec![10..20, 20..25]),
            (all_but_the_first, 0, vec![10..20, 20..25]),
            (vec![5..12, 18..25], 0, vec![5..10, 10..12, 18..20, 20..25]),
            (vec![5..12, 18..25], 10, vec![10..12, 18..20, 20..25]),
            (vec![5..12, 18..25], 20, std::iter::once(20..25).collect()),
            (vec![], 0, vec![]),
            (vec![2..3, 4..5], 3, std::iter::once(4..5).collect()),
        ] {
            assert_eq!(pieces(&missing, from, 10), expected, "{missing:?} from {from}");
        }
    }
}
