//! The first question to an object store: its answer tells the size of the object, and whether it is given in parts at all.

use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use futures_util::future::{self, Either};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResult, ObjectMeta, ObjectStore, ObjectStoreExt};

use super::byte_store::{ByteStore, is_same_edition, reading, wrong_answer};
use super::{Depth, OpenOptions, Source};
use crate::{DamageReason, Error};

/// Bytes at the end of an object that are asked for with its first.
const LAST: u64 = 32 << 10;

/// What a store says of the size of an object that is sent whole and without its length.
const UNKNOWN: u64 = u64::MAX;

impl Source {
    /// Opens an object with one request for its beginning, and one at the same time for its end if that is wanted.
    pub(super) async fn open_object(
        store: Arc<dyn ObjectStore>,
        path: Path,
        options: OpenOptions,
    ) -> Result<Self, Error> {
        let name = path.to_string();
        // The small image that ends the files of the missions. What is packed is read from its start.
        let num_last = match options.depth {
            Depth::All if !name.ends_with(".gz") => LAST.min(options.block_size),
            Depth::All | Depth::FirstTable | Depth::Hdu(_) => 0,
        };
        let num_first = options.block_size.max(1);
        Ok(
            match ask(store, path, (num_first, num_last), options.unpacked_size).await? {
                First::Parts(store, size, parts) => Self::begun(store, name, size, options, parts),
                First::Whole(bytes) => {
                    let size = bytes.len() as u64;
                    Self {
                        came_whole: size > options.block_size,
                        num_requests: 1.into(),
                        num_bytes: size.into(),
                        ..Self::new(ByteStore::Bytes(bytes), name, size, options)
                    }
                }
            },
        )
    }
}

/// What a store gives of an object at first.
enum First {
    /// The object, its size, and parts of it.
    Parts(ByteStore, u64, Vec<(u64, Bytes)>),
    /// All of it, because its store gives no parts.
    Whole(Bytes),
}

/// Asks for the first bytes of an object; the size comes with these, so no request goes to it alone. For its last bytes too, if they
/// are wanted: they are asked for at the same time, and it is not an error if they do not come. What is given only whole may have `limit`
/// bytes.
async fn ask(
    store: Arc<dyn ObjectStore>,
    path: Path,
    (num_first, num_last): (u64, u64),
    limit: u64,
) -> Result<First, Error> {
    let operation = reading(&(0..num_first), path.as_ref());
    let last = async {
        match num_last {
            0 => None,
            _ => part(&store, &path, GetRange::Suffix(num_last), num_last).await.ok(),
        }
    };
    let first = part(&store, &path, GetRange::Bounded(0..num_first), num_first);
    // A server that sends all of it may not answer anybody else before that is taken.
    let answers = async {
        match future::select(pin!(first), pin!(last)).await {
            Either::Left((first @ Ok(Answer::Part { .. }), last)) => (first, last.await),
            Either::Left((first, _)) => (first, None),
            Either::Right((last, first)) => {
                let last = last.filter(|answer| matches!(answer, Answer::Part { .. }));
                (first.await, last)
            }
        }
    };
    let answer = match answers.await {
        (Ok(Answer::Part { bytes, meta, served }), last) => {
            if served != (0..meta.size.min(num_first)) || bytes.len() as u64 != served.end {
                return Err(wrong_answer(operation, &served, bytes.len(), meta.size));
            }
            let mut parts = vec![(0, bytes)];
            if let Some(Answer::Part {
                bytes,
                meta: last,
                served,
            }) = last
            {
                let is_same = last.size == meta.size && is_same_edition(&last, &meta);
                let is_exact = served.end == meta.size && served.end - served.start == bytes.len() as u64;
                parts.extend((is_same && is_exact).then_some((served.start, bytes)));
            }
            let size = meta.size;
            let object = ByteStore::Object { store, path, meta };
            return Ok(First::Parts(object, size, parts));
        }
        (Ok(Answer::Whole(answer)), _) => *answer,
        (Err(error), _) if gives_no_parts(&error) => {
            let answer = store.get_opts(&path, GetOptions::default()).await;
            answer.map_err(|error| Error::remote(operation.clone(), error))?
        }
        (Err(error), _) if is_empty(&store, &path, &error).await => {
            return Err(Error::Damaged {
                hdu: 0,
                offset: 0,
                reason: DamageReason::Empty,
            });
        }
        (Err(error), _) => return Err(Error::remote(operation, error)),
    };
    Ok(First::Whole(whole(answer, limit, operation).await?))
}

/// What came instead of a part, or it.
enum Answer {
    Part {
        bytes: Bytes,
        meta: ObjectMeta,
        served: Range<u64>,
    },
    /// More than was asked for, still to be read.
    Whole(Box<GetResult>),
}

async fn part(
    store: &Arc<dyn ObjectStore>,
    path: &Path,
    range: GetRange,
    num_bytes: u64,
) -> Result<Answer, object_store::Error> {
    let request = GetOptions {
        range: Some(range),
        ..GetOptions::default()
    };
    let answer = store.get_opts(path, request).await?;
    let (meta, served) = (answer.meta.clone(), answer.range.clone());
    if served == (0..meta.size) && meta.size > num_bytes {
        return Ok(Answer::Whole(Box::new(answer)));
    }
    let bytes = answer.bytes().await?;
    Ok(Answer::Part { bytes, meta, served })
}

/// The whole of an object.
async fn whole(answer: GetResult, limit: u64, operation: String) -> Result<Bytes, Error> {
    let (size, name) = (answer.meta.size, answer.meta.location.to_string());
    let mut bytes = BytesMut::new();
    let mut is_too_large = size != UNKNOWN && size > limit;
    let mut pieces = answer.into_stream();
    while !is_too_large
        && let Some(piece) = pieces
            .try_next()
            .await
            .map_err(|error| Error::remote(&*operation, error))?
    {
        is_too_large = (bytes.len() + piece.len()) as u64 > limit;
        bytes.extend_from_slice(&piece);
    }
    if is_too_large {
        let what = format!(
            "{name}: its server gives no parts of it, and it has more than {limit} bytes, the most that is kept in memory; \
             download it first"
        );
        return Err(Error::Unsupported { hdu: 0, what });
    }
    if size != UNKNOWN && size != bytes.len() as u64 {
        return Err(wrong_answer(operation, &(0..size), bytes.len(), size));
    }
    Ok(bytes.freeze())
}

/// `object_store` has only these words to say that a server does not know ranges.
fn gives_no_parts(error: &object_store::Error) -> bool {
    says(error, "non-partial response")
}

/// An empty object has no range to send, which servers say with status 416.
async fn is_empty(store: &Arc<dyn ObjectStore>, path: &Path, error: &object_store::Error) -> bool {
    says(error, "only 0 bytes long") || says(error, "416") && store.head(path).await.is_ok_and(|meta| meta.size == 0)
}

fn says(error: &object_store::Error, words: &str) -> bool {
    let mut causes = std::iter::successors(Some(error as &dyn std::error::Error), |cause| cause.source());
    causes.any(|cause| cause.to_string().contains(words))
}
