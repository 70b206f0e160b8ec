//! The S3 mirror through `object_store`, whose sockets, limits and time limits are those of `lks-http`.
//!
//! The library's own defaults break long downloads (30 s for a whole body, retries that share one deadline, `Retry-After` ignored),
//! so its retries are off and its transport is ours.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body::{Body, Frame};
use lks_http::{Cause, HttpClient, Request, Response, Sign, TimeLimit};
use lks_mast::lanes;
use object_store::aws::AmazonS3Builder;
/// A key that signs requests: the library's own type, because it is what signs. Where the key comes from is for the caller to know.
pub use object_store::aws::AwsCredential;
use object_store::client::{
    HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use url::Url;

use crate::error::Error;
use crate::source::retrying::{self, Answered, UNKNOWN_SIZE};
use crate::source::signing::RequestSigner;

/// A bucket and how it is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket<'a> {
    /// Another S3 service than Amazon's, addressed path style (`<endpoint>/<bucket>/<key>`).
    pub(crate) endpoint: Option<&'a str>,
    /// Its name.
    pub(crate) name: &'a str,
    /// Its region.
    pub(crate) region: &'a str,
    /// The key that signs requests; without one they are anonymous.
    pub(crate) access_key: Option<&'a Arc<AwsCredential>>,
}

/// The bucket as an object store for reading objects in place: every request tried again as the client's policy says.
///
/// # Errors
/// If the endpoint is not a URL that may be asked.
pub(crate) fn store(http: &HttpClient, bucket: &Bucket<'_>) -> Result<Arc<dyn ObjectStore>, Error> {
    build(http, bucket, Tries::AsPolicySays)
}

/// How often one request is tried: that of its store, unless it says so itself as an extension of [`object_store::GetOptions`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tries {
    /// The caller has a loop of its own.
    Once,
    AsPolicySays,
}

/// The bucket as an object store.
pub(crate) fn build(http: &HttpClient, bucket: &Bucket<'_>, tries: Tries) -> Result<Arc<dyn ObjectStore>, Error> {
    let (http, endpoint) = (http.clone(), bucket.endpoint);
    let sign = bucket.access_key.map(|key| -> Sign {
        let signer = RequestSigner::new(key.clone(), bucket.region);
        Arc::new(move |request| signer.sign(request))
    });
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket.name)
        .with_region(bucket.region)
        .with_skip_signature(true)
        .with_virtual_hosted_style_request(endpoint.is_none())
        .with_retry(RetryConfig {
            max_retries: 0,
            ..RetryConfig::default()
        })
        .with_http_connector(Connector { http, tries, sign });
    if let Some(endpoint) = endpoint {
        // Whether plain http may be used for this host is decided by the client that sends.
        builder = builder
            .with_endpoint(endpoint.trim_end_matches('/'))
            .with_allow_http(true);
    }
    Ok(Arc::new(builder.build().map_err(Error::Cloud)?))
}

/// The headers of an answer, put into the extensions of what `object_store` gives back, because it hides most of them.
#[derive(Debug, Clone)]
pub(crate) struct AnswerHeaders(pub(crate) HeaderMap);

/// The URL that answered.
#[derive(Debug, Clone)]
pub(crate) struct AnswerUrl(pub(crate) Url);

struct Connector {
    http: HttpClient,
    tries: Tries,
    sign: Option<Sign>,
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<object_store::client::HttpClient> {
        Ok(object_store::client::HttpClient::new(Service {
            http: self.http.clone(),
            tries: self.tries,
            sign: self.sign.clone(),
        }))
    }
}

struct Service {
    http: HttpClient,
    tries: Tries,
    sign: Option<Sign>,
}

impl HttpService for Service {
    fn call<'a, 'b>(&'a self, request: HttpRequest) -> BoxFuture<'b, Result<HttpResponse, HttpError>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let tries = head.extensions.get().copied().unwrap_or(self.tries);
            let url =
                Url::parse(&head.uri.to_string()).map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
            let mut request = Request::new(head.method, url).with_lane(lanes::CLOUD);
            request.headers = head.headers;
            // Asked for, S3 tells the checksums that it has; other services ignore it. A signature would have to cover it.
            request.sign = self.sign.clone();
            if request.sign.is_none() {
                let enabled = HeaderValue::from_static("ENABLED");
                request.headers.insert("x-amz-checksum-mode", enabled);
            }
            request.body = body.as_bytes().cloned().unwrap_or_default();
            let answered = match tries {
                Tries::Once => self.http.stream(request).await.map(Answered::from),
                Tries::AsPolicySays => retrying::ask(&self.http, &request).await,
            };
            answered.map(translated).or_else(refusal)
        })
    }
}

fn translated(answered: Answered) -> HttpResponse {
    let mut head = http::Response::new(());
    *head.status_mut() = answered.status;
    *head.headers_mut() = answered.headers.clone();
    // `object_store` takes no answer without a length, as those of some services and proxies are.
    if matches!(answered.status, StatusCode::OK | StatusCode::PARTIAL_CONTENT) {
        let length = head.headers_mut().entry(header::CONTENT_LENGTH);
        length.or_insert(UNKNOWN_SIZE.into());
    }
    head.extensions_mut().insert(answered.framing());
    head.extensions_mut().insert(AnswerHeaders(answered.headers));
    head.extensions_mut().insert(AnswerUrl(answered.url));
    head.map(|()| match answered.body {
        retrying::ResponseBody::Held(bytes) => HttpResponseBody::from(bytes),
        retrying::ResponseBody::Streaming(response) => HttpResponseBody::new(Streamed(response)),
    })
}

/// The statuses for which `object_store` has errors of its own are handed to it; all others stay errors of the transport, with their
/// pause and their body.
fn refusal(error: lks_http::Error) -> Result<HttpResponse, HttpError> {
    let known = |status: http::StatusCode| matches!(status.as_u16(), 401 | 403 | 404 | 412);
    match (error.status().filter(|status| known(*status)), error.excerpt()) {
        (Some(status), excerpt) => {
            let mut response = http::Response::new(HttpResponseBody::from(excerpt.unwrap_or_default().to_owned()));
            *response.status_mut() = status;
            Ok(response)
        }
        (None, _) => Err(transport(error)),
    }
}

fn transport(error: lks_http::Error) -> HttpError {
    let kind = match error.cause() {
        Cause::Connect | Cause::TimedOut(TimeLimit::Connect) => HttpErrorKind::Connect,
        Cause::TimedOut(_) => HttpErrorKind::Timeout,
        Cause::Broken(_) => HttpErrorKind::Interrupted,
        Cause::Protocol(_) => HttpErrorKind::Decode,
        // Nothing of the transport failed, as far as the library is concerned.
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

struct Streamed(Box<Response>);

impl Body for Streamed {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        Poll::Ready(match ready!(self.0.poll_chunk(cx)) {
            Ok(chunk) => chunk.map(|chunk| Ok(Frame::data(chunk))),
            Err(error) => Some(Err(transport(error))),
        })
    }
}

impl fmt::Debug for Streamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
