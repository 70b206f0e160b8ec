//! Ranges of objects, each of one version, with a bound on the bytes that are under way.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use object_store::{GetRange, ObjectStore};
use tokio::sync::Semaphore;

use crate::report::failure::Failure;
use crate::source::body;
use crate::source::bucket::Tries;
use crate::source::validator::Validator;

/// Bytes of ranges that are under way at once, in units of [`UNIT`]: the rows of a usual cutout at once, and no more memory than that, however many cutouts
/// are.
const UNITS_AT_ONCE: u32 = 32 << 10;
const UNIT: u64 = 1 << 10;

/// Reads ranges of the objects of a bucket. Requests are tried again as the client's policy says.
#[derive(Debug, Clone)]
pub(crate) struct RangeReader {
    store: Arc<dyn ObjectStore>,
    under_way: Arc<Semaphore>,
}

/// A range that came, exactly as it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// Where it is in the object.
    pub(crate) range: Range<u64>,
    pub(crate) bytes: Bytes,
    /// The version of the object.
    pub(crate) etag: String,
    /// Bytes of the whole object.
    pub(crate) size: u64,
    /// Where it came from, fit to be written down.
    pub(crate) url: String,
}

impl RangeReader {
    pub(crate) fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self {
            store,
            under_way: Arc::new(Semaphore::new(UNITS_AT_ONCE as usize)),
        }
    }

    /// Reads a range; with an ETag only of that very object.
    ///
    /// # Errors
    /// `Changed` if the object is another one, or another range came than was asked for; `Remote` if nothing proves which version it is.
    pub(crate) async fn read(&self, key: &str, range: GetRange, etag: Option<&str>) -> Result<Piece, Failure> {
        let most = match &range {
            GetRange::Bounded(range) => range.end - range.start,
            GetRange::Suffix(length) => *length,
            GetRange::Offset(_) => u64::MAX,
        };
        let units = u32::try_from(most.div_ceil(UNIT)).unwrap_or(UNITS_AT_ONCE);
        // The semaphore is never closed.
        let _under_way = self.under_way.acquire_many(units.min(UNITS_AT_ONCE)).await.ok();
        let mut body = body::part(
            &self.store,
            key,
            range.clone(),
            etag.map(str::to_owned),
            Tries::AsPolicySays,
        )
        .await?;
        let url = body.about.url.clone();
        let Some(Validator::Etag(etag)) = body.about.validator() else {
            let message = format!("{key} has no strong ETag, so nothing proves that its ranges belong together");
            return Err(Failure::protocol(message).for_good().at(url));
        };
        let Some(size) = body.about.total else {
            let message = format!("the answer does not say how long {key} is");
            return Err(Failure::protocol(message).for_good().at(url));
        };
        let expected = range
            .as_range(size)
            .map_err(|error| Failure::wrong_range(format!("{key}: {error}")).at(&url))?;
        let length = expected.end - expected.start;
        let (mut chunks, mut num_bytes) = (Vec::new(), 0);
        while num_bytes <= length
            && let Some(bytes) = body.chunk().await.map_err(|failure| failure.at(&url))?
        {
            num_bytes += bytes.len() as u64;
            chunks.push(bytes);
        }
        let bytes = match chunks.as_slice() {
            [whole] => whole.clone(),
            parts => parts.concat().into(),
        };
        if body.about.start != expected.start || bytes.len() as u64 != length {
            let message = format!(
                "bytes {} to {} of {key} were asked for, and {} came from byte {} on",
                expected.start,
                expected.end,
                bytes.len(),
                body.about.start
            );
            return Err(Failure::wrong_range(message).at(url));
        }
        Ok(Piece {
            range: expected,
            bytes,
            etag,
            size,
            url,
        })
    }
}
