//! One file of the web as an object store, so that it can be read by ranges like an object of the cloud.
//!
//! Only reading: the archive's download service has no listing and takes nothing.

use std::fmt;
use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_MATCH, RANGE};
use http::{HeaderValue, StatusCode};
use lks_http::{Class, HttpClient, Request, Response, redact_url};
use lks_mast::lanes;
use object_store::path::Path;
use object_store::{
    Attributes, CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use url::Url;

use crate::source::retrying::{self, Answered, ResponseBody, UNKNOWN_SIZE};
use crate::source::validator::ContentRange;

const NAME: &str = "web";

/// The file at one URL; every path in this store is that file.
#[derive(Clone)]
pub(crate) struct WebFile {
    http: HttpClient,
    url: Url,
}

impl WebFile {
    pub(crate) fn new(http: HttpClient, url: Url) -> Self {
        Self { http, url }
    }

    fn request(&self, options: &GetOptions) -> Result<Request> {
        let mut request = Request::get(self.url.clone()).with_lane(lanes::FILE);
        let mut set = |name, value: &str| -> Result<()> {
            let value = HeaderValue::from_str(value).map_err(|error| failure(Box::new(error)))?;
            request.headers.insert(name, value);
            Ok(())
        };
        if let Some(range) = &options.range {
            set(RANGE, &range.to_string())?;
        }
        if let Some(validator) = &options.if_match {
            set(IF_MATCH, validator)?;
        }
        Ok(request)
    }

    async fn read(&self, location: &Path, options: &GetOptions) -> Result<GetResult> {
        let asked = retrying::ask(&self.http, &self.request(options)?).await;
        let response = asked.map_err(|error| refused(location, error))?;
        let (range, size) = extent(&response, options.range.as_ref())?;
        let meta = ObjectMeta {
            location: location.clone(),
            // Readers do not ask for the date; the validator is the entity tag.
            last_modified: Default::default(),
            size,
            e_tag: text(&response, ETAG),
            version: None,
        };
        let payload = GetResultPayload::Stream(chunks(response.body));
        Ok(GetResult {
            payload,
            meta,
            range,
            attributes: Attributes::default(),
            extensions: http::Extensions::new(),
        })
    }
}

/// Which bytes of how many an answer holds. A server that does not do ranges sends the whole file with 200, which must not be taken for
/// the part that was asked for.
fn extent(response: &Answered, asked: Option<&GetRange>) -> Result<(Range<u64>, u64)> {
    let url = redact_url(&response.url);
    let Some(asked) = asked.filter(|_| response.status == StatusCode::PARTIAL_CONTENT) else {
        let size = text(response, CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let size = size.unwrap_or(UNKNOWN_SIZE);
        return Ok((0..size, size));
    };
    let sent = text(response, CONTENT_RANGE).unwrap_or_default();
    let range = ContentRange::parse(&sent).ok_or_else(|| {
        failure(format!("{url} was asked for a range and answers with {sent:?}; download the file instead").into())
    })?;
    let wanted = asked.as_range(range.total).map_err(|error| failure(Box::new(error)))?;
    if (range.first, range.last + 1) != (wanted.start, wanted.end) {
        return Err(failure(
            format!("{url} was asked for the bytes {wanted:?} and sends {sent:?}").into(),
        ));
    }
    Ok((wanted, range.total))
}

fn chunks(body: ResponseBody) -> BoxStream<'static, Result<Bytes>> {
    let next = |mut response: Box<Response>| async move {
        match response.chunk().await {
            Ok(chunk) => Ok(chunk.map(|chunk| (chunk, response))),
            Err(error) => Err(failure(Box::new(error))),
        }
    };
    match body {
        ResponseBody::Held(bytes) => stream::iter([Ok(bytes)]).boxed(),
        ResponseBody::Streaming(response) => stream::try_unfold(response, next).boxed(),
    }
}

fn text(response: &Answered, name: http::HeaderName) -> Option<String> {
    response
        .headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

fn refused(location: &Path, error: lks_http::Error) -> Error {
    let path = location.to_string();
    match error.class() {
        Class::NotFound => Error::NotFound {
            path,
            source: Box::new(error),
        },
        Class::Changed => Error::Precondition {
            path,
            source: Box::new(error),
        },
        Class::Denied => Error::PermissionDenied {
            path,
            source: Box::new(error),
        },
        Class::Transient | Class::Throttled { .. } | Class::Down { .. } | Class::Permanent => failure(Box::new(error)),
    }
}

fn failure(source: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Generic { store: NAME, source }
}

fn unsupported<T>(operation: &str) -> Result<T> {
    Err(Error::NotSupported {
        source: format!("a file of the web can only be read, not {operation}").into(),
    })
}

#[async_trait]
impl ObjectStore for WebFile {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.read(location, &options).await
    }

    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        unsupported("written")
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        unsupported("written")
    }

    fn delete_stream(&self, _: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        std::future::ready(unsupported("deleted")).into_stream().boxed()
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        std::future::ready(unsupported("listed")).into_stream().boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        unsupported("listed")
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        unsupported("copied")
    }
}

impl fmt::Display for WebFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact_url(&self.url))
    }
}

impl fmt::Debug for WebFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebFile({})", redact_url(&self.url))
    }
}
