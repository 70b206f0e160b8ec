//! A large object in aligned parts, several at once, all of the same version.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use futures::{StreamExt, TryStreamExt};
use lks_http::Class;

use super::publish::largest;

use super::{Arrival, Transfer, located};
use crate::body;
use crate::draft::Draft;
use crate::failure::Failure;
use crate::form::HEAD;
use crate::manifest::Source;
use crate::origin::Origin;
use crate::pen::Pen;
use crate::plan::Route;
use crate::shelf;
use crate::validator::Validator;

/// Parts of one file under way at once.
const PARTS_AT_ONCE: usize = 6;

impl Transfer<'_> {
    /// A large object in aligned parts, several at once, all of the same version.
    ///
    /// What an earlier run left of that version is not asked for again.
    pub(super) async fn parts(
        &self,
        route: &Route,
        key: &str,
        suspect: Option<String>,
        is_last: bool,
    ) -> Result<Arrival, Failure> {
        let part_size = self.context.part_size.max(1);
        let asking = body::part(&self.context.cloud, key, 0..part_size, None);
        let mut first = self.answer(route, asking).await?;
        let url = first.about.url.clone();
        let Some(Validator::Etag(etag)) = first.about.validator() else {
            return Err(Failure::wrong_range("the object has no strong ETag, so it is not fetched in parts").at(url));
        };
        let total = first.about.total.unwrap_or(0);
        if total > largest(self.item.size) {
            return Err(Failure::too_large(total).at(url));
        }
        let origin = Origin {
            source: Source::Cloud,
            total,
            validator: Validator::Etag(etag.clone()),
        };
        let (mut pen, missing) = self.continued(&origin).await;
        let n_missing: u64 = missing.iter().map(|hole| hole.end - hole.start).sum();
        let received = AtomicU64::new(total - n_missing);
        let outcome = async {
            pen.keep(&origin).await?;
            let mut next = 0;
            if missing.first().is_some_and(|hole| hole.start < part_size) {
                // Bytes of a part that is only partly missing are written again and counted once.
                let there: u64 = part_size.min(total) - within(&missing, part_size);
                received.fetch_sub(there, Ordering::Relaxed);
                let mut head = Vec::new();
                while let Some(bytes) = self.next(first.chunk()).await? {
                    if next < HEAD as u64 {
                        self.sniff(&mut head, &bytes, &first.about)?;
                    }
                    let n_bytes = bytes.len() as u64;
                    pen.put(next, bytes).await?;
                    next += n_bytes;
                    self.tell(received.fetch_add(n_bytes, Ordering::Relaxed) + n_bytes, Some(total));
                }
            }
            first.close();
            futures::stream::iter(pieces(&missing, part_size))
                .map(|range| self.part((route, key, &etag), range, &pen, &received, (total, is_last)))
                .buffer_unordered(PARTS_AT_ONCE)
                .try_collect::<()>()
                .await
        }
        .await;
        match outcome {
            Ok(()) => {}
            Err(failure) if failure.is_local() => return Err(pen.cause().await),
            Err(failure) => {
                if is_last && failure.is_passing() {
                    pen.leave().await;
                } else {
                    pen.discard().await;
                }
                return Err(located(failure, &url));
            }
        }
        self.check_length(received.into_inner(), Some(total), true)
            .map_err(|failure| failure.at(&url))?;
        self.publish(Source::Cloud, &first.about, Some(total), suspect, Draft::Written(pen))
            .await
            .map_err(|failure| located(failure, &url))
    }

    /// What an earlier run left of exactly this, or a new file; and the ranges that are still to come.
    async fn continued(&self, origin: &Origin) -> (Pen, Vec<Range<u64>>) {
        if self.has_leftovers {
            let (store, product, of) = (self.context.store.clone(), self.product.clone(), origin.clone());
            let looking = tokio::task::spawn_blocking(move || shelf::take_up_of(&store, &product, &of));
            if let Ok(Some(writer)) = looking.await {
                let missing = writer.missing(origin.total);
                return (Pen::resume(writer), missing);
            }
        }
        let pen = Pen::begin(&self.context.store, &self.product, Some(origin.total));
        (pen, std::iter::once(0..origin.total).collect())
    }

    /// One part, continued where it broke off.
    async fn part(
        &self,
        (route, key, etag): (&Route, &str, &str),
        range: Range<u64>,
        pen: &Pen,
        received: &AtomicU64,
        (total, is_last): (u64, bool),
    ) -> Result<(), Failure> {
        let policy = self.context.http.retry_policy();
        let (mut begun, mut offset, mut failures) = (Instant::now(), range.start, 0);
        loop {
            let before = offset;
            let outcome = async {
                let wanted = offset..range.end;
                let asking = body::part(&self.context.cloud, key, wanted, Some(etag.to_owned()));
                let mut body = self.answer(route, asking).await?;
                if body.about.start != offset || body.about.total != Some(total) {
                    return Err(Failure::changed("the object has another size meanwhile"));
                }
                while let Some(bytes) = self.next(body.chunk()).await? {
                    let n_bytes = bytes.len() as u64;
                    pen.put(offset, bytes).await?;
                    offset += n_bytes;
                    self.tell(received.fetch_add(n_bytes, Ordering::Relaxed) + n_bytes, Some(total));
                }
                Ok(())
            }
            .await;
            match outcome {
                Ok(()) if offset == range.end => return Ok(()),
                Ok(()) => return Err(Failure::corrupt("a part has another length than was asked for")),
                Err(failure) if failure.is_local() => return Err(failure),
                Err(failure) => {
                    if offset > before {
                        (failures, begun) = (0, Instant::now());
                    }
                    let n_sent = failure.n_sent();
                    failures += n_sent;
                    if !is_last && matches!(failure.class, Class::Down { .. }) {
                        return Err(failure.for_good());
                    }
                    // The other parts are still good: what this loop cannot mend is not tried again from the start.
                    self.pause(policy, failures, failure, begun)
                        .await
                        .map_err(Failure::for_good)?;
                    self.count_attempts(n_sent);
                }
            }
        }
    }
}

/// How much of the first part is missing.
fn within(missing: &[Range<u64>], part_size: u64) -> u64 {
    let in_first = |hole: &Range<u64>| hole.end.min(part_size).saturating_sub(hole.start);
    missing.iter().map(in_first).sum()
}

/// The missing ranges behind the first part, cut where the parts begin.
fn pieces(missing: &[Range<u64>], part_size: u64) -> Vec<Range<u64>> {
    let mut pieces = Vec::new();
    for hole in missing {
        let mut start = hole.start.max(part_size);
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
        let whole = std::iter::once(0..25).collect();
        let all_but_the_first = std::iter::once(10..25).collect();
        for (missing, first, rest) in [
            (whole, 10, vec![10..20, 20..25]),
            (all_but_the_first, 0, vec![10..20, 20..25]),
            (vec![5..12, 18..25], 5, vec![10..12, 18..20, 20..25]),
            (vec![], 0, vec![]),
            (vec![2..3, 4..5], 2, vec![]),
        ] {
            assert_eq!(within(&missing, 10), first, "{missing:?}");
            assert_eq!(pieces(&missing, 10), rest, "{missing:?}");
        }
    }
}
