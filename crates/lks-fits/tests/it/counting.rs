//! An object store in memory that counts what is asked of it and can misbehave.

use std::fmt;
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

type Promise<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What happens to every answer after the first, if nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The body ends early.
    Cut,
    /// The range is another one.
    Shifted,
    /// The object was replaced by one of the same size.
    Replaced,
    /// As [`Fault::Replaced`], by a store without tags.
    ReplacedUntagged,
    /// No more parts are given; a range is answered with the whole object, which never ends.
    EndlessLater,
    /// From the first on: no parts are given; a range is answered with the whole object.
    Whole,
    /// From the first on: no parts are given; a range is an error in `object_store`'s words.
    NoParts,
    /// As [`Fault::Whole`], and the size of the object is not told.
    WholeWithoutSize,
}

#[derive(Debug)]
pub(crate) struct Counting {
    inner: InMemory,
    fault: Fault,
    size: usize,
    ranges: Mutex<Vec<Range<u64>>>,
}

impl Counting {
    /// A store with one object, and the location of that.
    pub(crate) async fn with(bytes: Vec<u8>, fault: Fault) -> (Arc<Self>, lks_fits::Location) {
        let store = Arc::new(Self {
            inner: InMemory::new(),
            fault,
            size: bytes.len(),
            ranges: Mutex::default(),
        });
        let path = Path::from("tess/public/file.fits");
        store.inner.put(&path, bytes.into()).await.unwrap();
        (store.clone(), lks_fits::Location::object(store, path))
    }

    /// The ranges asked for so far; a request without a range is not among them and fails the test.
    pub(crate) fn ranges(&self) -> Vec<Range<u64>> {
        self.ranges.lock().unwrap().clone()
    }
}

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counting")
    }
}

impl ObjectStore for Counting {
    fn get_opts<'a, 'b, 'c>(&'a self, location: &'b Path, mut options: GetOptions) -> Promise<'c, GetResult>
    where
        'a: 'c,
        'b: 'c,
    {
        Box::pin(async move {
            assert!(!options.head, "no HEAD request is needed");
            match self.fault {
                Fault::None
                | Fault::Cut
                | Fault::Shifted
                | Fault::Replaced
                | Fault::ReplacedUntagged
                | Fault::EndlessLater => {}
                Fault::NoParts if options.range.is_some() => {
                    return Err(object_store::Error::Generic {
                        store: "test",
                        source: "Received non-partial response when range requested".into(),
                    });
                }
                Fault::Whole | Fault::WholeWithoutSize | Fault::NoParts => {
                    let mut answer = self.inner.get_opts(location, GetOptions::default()).await?;
                    if self.fault == Fault::WholeWithoutSize {
                        (answer.meta.size, answer.range) = (u64::MAX, 0..u64::MAX);
                    }
                    return Ok(answer);
                }
            }
            let range = match options.range.clone() {
                Some(GetRange::Bounded(range)) => range,
                Some(GetRange::Suffix(num_bytes)) => {
                    self.size as u64 - num_bytes.min(self.size as u64)..self.size as u64
                }
                other => panic!("{other:?}"),
            };
            let is_first = self.ranges.lock().unwrap().is_empty();
            self.ranges.lock().unwrap().push(range.clone());
            let fault = if is_first { Fault::None } else { self.fault };
            match fault {
                Fault::None | Fault::Cut | Fault::Whole | Fault::NoParts | Fault::WholeWithoutSize => {}
                Fault::EndlessLater => {
                    let mut answer = self.inner.get_opts(location, GetOptions::default()).await?;
                    let endless = futures::stream::repeat_with(|| Ok(bytes::Bytes::from_static(&[0; 1 << 10])));
                    answer.payload = GetResultPayload::Stream(Box::pin(endless));
                    return Ok(answer);
                }
                Fault::Shifted => options.range = Some(GetRange::Bounded(range.start + 1..range.end + 1)),
                Fault::Replaced | Fault::ReplacedUntagged => {
                    drop(self.inner.put(location, PutPayload::from(vec![0; self.size])).await?)
                }
            }
            let mut answer = self.inner.get_opts(location, options).await?;
            if self.fault == Fault::ReplacedUntagged {
                answer.meta.e_tag = None;
            }
            if fault == Fault::Cut {
                let bytes = answer.bytes().await?;
                answer = self
                    .inner
                    .get_opts(
                        location,
                        GetOptions {
                            range: Some(GetRange::Bounded(range)),
                            ..GetOptions::default()
                        },
                    )
                    .await?;
                let short = bytes.slice(..bytes.len() / 2);
                answer.payload = GetResultPayload::Stream(Box::pin(futures::stream::once(async move { Ok(short) })));
            }
            Ok(answer)
        })
    }

    fn put_opts<'a, 'b, 'c>(
        &'a self,
        location: &'b Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Promise<'c, PutResult>
    where
        'a: 'c,
        'b: 'c,
    {
        self.inner.put_opts(location, payload, options)
    }

    fn put_multipart_opts<'a, 'b, 'c>(
        &'a self,
        location: &'b Path,
        options: PutMultipartOptions,
    ) -> Promise<'c, Box<dyn MultipartUpload>>
    where
        'a: 'c,
        'b: 'c,
    {
        self.inner.put_multipart_opts(location, options)
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_delimiter<'a, 'b, 'c>(&'a self, prefix: Option<&'b Path>) -> Promise<'c, ListResult>
    where
        'a: 'c,
        'b: 'c,
    {
        self.inner.list_with_delimiter(prefix)
    }

    fn copy_opts<'a, 'b, 'c, 'd>(&'a self, from: &'b Path, to: &'c Path, options: CopyOptions) -> Promise<'d, ()>
    where
        'a: 'd,
        'b: 'd,
        'c: 'd,
    {
        self.inner.copy_opts(from, to, options)
    }
}
