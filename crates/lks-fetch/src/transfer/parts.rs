//! A large object in aligned parts, several at once, all of the same version.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use futures::{StreamExt, TryStreamExt};

use super::publish::largest;
use super::{Arrival, Transfer, located};
use crate::body;
use crate::failure::Failure;
use crate::form::HEAD;
use crate::manifest::Source;
use crate::pen::Pen;
use crate::validator::Validator;

/// Parts of one file under way at once.
const PARTS_AT_ONCE: usize = 6;

impl Transfer<'_> {
    /// A large object in aligned parts, several at once, all of the same version.
    pub(super) async fn parts(&self, key: &str, suspect: Option<String>) -> Result<Arrival, Failure> {
        let part_size = self.context.part_size.max(1);
        self.count_request();
        let mut first = body::part(&self.context.cloud, key, 0..part_size, None).await?;
        let url = first.about.url.clone();
        let Some(Validator::Etag(etag)) = first.about.validator() else {
            return Err(Failure::wrong_range("the object has no strong ETag, so it is not fetched in parts").at(url));
        };
        let total = first.about.total.unwrap_or(0);
        if total > largest(self.item.size) {
            return Err(Failure::too_large(total).at(url));
        }
        let mut pen = Pen::begin(&self.context.store, &self.product, Some(total));
        let received = AtomicU64::new(0);
        let outcome = async {
            let (mut head, mut offset) = (Vec::new(), 0);
            while let Some(bytes) = first.chunk().await? {
                if offset < HEAD as u64 {
                    self.sniff(&mut head, &bytes, &first.about)?;
                }
                let n_bytes = bytes.len() as u64;
                pen.put(offset, bytes).await?;
                offset += n_bytes;
                self.tell(received.fetch_add(n_bytes, Ordering::Relaxed) + n_bytes, Some(total));
            }
            let starts = (1..total.div_ceil(part_size)).map(|n| n * part_size);
            let ranges = starts.map(|start| start..(start + part_size).min(total));
            futures::stream::iter(ranges)
                .map(|range| self.part(key, range, &etag, &pen, &received, total))
                .buffer_unordered(PARTS_AT_ONCE)
                .try_collect::<()>()
                .await
        }
        .await;
        match outcome {
            Ok(()) => {}
            Err(failure) if failure.is_local() => return Err(pen.cause().await),
            Err(failure) => {
                pen.discard().await;
                return Err(located(failure, &url));
            }
        }
        self.check_length(received.into_inner(), Some(total), true)
            .map_err(|failure| failure.at(&url))?;
        self.publish(Source::Cloud, &first.about, Some(total), suspect, pen)
            .await
            .map_err(|failure| located(failure, &url))
    }

    /// One part, continued where it broke off.
    async fn part(
        &self,
        key: &str,
        range: Range<u64>,
        etag: &str,
        pen: &Pen,
        received: &AtomicU64,
        total: u64,
    ) -> Result<(), Failure> {
        let policy = self.context.http.retry_policy();
        let (mut begun, mut offset, mut failures) = (Instant::now(), range.start, 0);
        loop {
            let before = offset;
            let outcome = async {
                self.count_request();
                let wanted = offset..range.end;
                let mut body = body::part(&self.context.cloud, key, wanted, Some(etag.to_owned())).await?;
                if body.about.start != offset || body.about.total != Some(total) {
                    return Err(Failure::changed("the object has another size meanwhile"));
                }
                while let Some(bytes) = body.chunk().await? {
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
                    failures += 1;
                    // The other parts are still good: what this loop cannot mend is not tried again from the start.
                    self.pause(policy, failures, failure, begun)
                        .await
                        .map_err(Failure::for_good)?;
                }
            }
        }
    }
}
