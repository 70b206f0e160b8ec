//! The client: redirects, limits, time limits and attempts around a [`Service`].

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::{Method, StatusCode, header};
use url::Url;

use crate::error::{Class, Error, Kind, TimeLimit, excerpt_of, retry_after};
use crate::gate::{Gates, Permit};
use crate::options::HttpOptions;
use crate::redirect;
use crate::request::{Lane, Request};
use crate::response::{Answer, BodyLimits, Response};
use crate::retry::{Decision, RetryPolicy, retry};
use crate::service::{BoxError, ByteStream, Coding, Service, Wire};
use crate::told::Told;

/// Of a body that is an error, this much is read so that its connection can be used again.
const MOST_ERROR_BODY: usize = 16 << 10;
/// Time given to the body of an error.
const ERROR_BODY_TIME: Duration = Duration::from_secs(5);

/// Sends requests; clones share connections, limits and pauses.
#[derive(Clone)]
pub struct HttpClient(Arc<Shared>);

struct Shared {
    /// Why nothing is sent, if that is so.
    offline: Option<String>,
    service: Box<dyn Service>,
    options: HttpOptions,
    policy: RetryPolicy,
    gates: Gates,
    requests: AtomicU64,
}

impl HttpClient {
    /// A client that opens connections as these options say.
    ///
    /// # Errors
    /// [`Kind::Setup`] if no client can be made, for instance because a variable such as `HTTPS_PROXY` holds no address. A missing certificate store is told by the first request that needs it.
    pub fn new(options: &HttpOptions) -> Result<Self, Error> {
        Ok(Self::build(Box::new(Wire::new(options)?), options))
    }

    /// A client over something else than the network, with default options.
    pub fn from_service(service: impl Service) -> Self {
        Self::from_service_with(service, &HttpOptions::default())
    }

    /// A client over something else than the network.
    pub fn from_service_with(service: impl Service, options: &HttpOptions) -> Self {
        Self::build(Box::new(service), options)
    }

    /// A client that sends nothing: every request ends as [`Kind::Offline`] with this reason.
    pub fn offline(reason: impl Into<String>) -> Self {
        let nobody = |_: Request| -> io::Result<_> { Err(io::Error::from(io::ErrorKind::NetworkDown)) };
        Self(Arc::new(Shared {
            offline: Some(reason.into()),
            ..Self::shared(Box::new(nobody), &HttpOptions::default())
        }))
    }

    fn build(service: Box<dyn Service>, options: &HttpOptions) -> Self {
        Self(Arc::new(Self::shared(service, options)))
    }

    fn shared(service: Box<dyn Service>, options: &HttpOptions) -> Shared {
        Shared {
            offline: None,
            service,
            policy: options.retry_policy(),
            gates: Gates::new(options.limits, options.outage, options.shared_limits.clone()),
            requests: AtomicU64::new(0),
            options: options.clone(),
        }
    }

    /// Sends the request, again where that can help, and gives back the whole decoded body.
    ///
    /// # Errors
    /// The last error; [`Kind::TooLarge`] if the body has more than `limit` bytes.
    pub async fn bytes(&self, request: Request, limit: u64) -> Result<Answer, Error> {
        self.retry(|| self.attempt_bytes(request.clone(), limit)).await
    }

    /// Attempts until one succeeds, as the client's policy says; the last error is returned, with the number of attempts.
    ///
    /// # Errors
    /// That of the last attempt.
    pub async fn retry<T, F>(&self, attempt: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        retry(&self.0.policy, self.0.gates.budget(), attempt).await
    }

    async fn attempt_bytes(&self, request: Request, limit: u64) -> Result<Answer, Error> {
        let method = request.method.clone();
        let mut response = self.send(request, Coding::Decoded).await?;
        let too_large = |url: &Url| Error::new(Kind::TooLarge { limit }).about(&method, url);
        if response.length().is_some_and(|length| length > limit) {
            return Err(too_large(&response.url));
        }
        let mut body = BytesMut::with_capacity(usize::try_from(response.length().unwrap_or(0)).unwrap_or(0));
        while let Some(chunk) = response.chunk().await? {
            if body.len() as u64 + chunk.len() as u64 > limit {
                return Err(too_large(&response.url));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: response.status,
            headers: response.headers,
            url: response.url,
            body: body.freeze(),
        })
    }

    /// Sends the request once and gives back the 2xx response with its body, undecoded, still to come.
    ///
    /// # Errors
    /// Anything that is not a 2xx response. Nothing is tried again; see [`retry`](Self::retry).
    pub async fn stream(&self, request: Request) -> Result<Response, Error> {
        self.send(request, Coding::Identity).await
    }

    /// How many requests were sent, redirects and repetitions counted.
    pub fn requests_made(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// How long the URL's host still wants to be left alone, after a `Retry-After`.
    pub fn pause_of(&self, url: &Url) -> Option<Duration> {
        self.0.gates.pause(url)
    }

    /// The policy by which [`bytes`](Self::bytes) tries again; for callers with a loop of their own.
    pub fn retry_policy(&self) -> &RetryPolicy {
        &self.0.policy
    }

    /// What a caller with a loop of its own does after a failure: what the policy says, as long as not too much is repeated in all.
    pub fn decide(&self, policy: &RetryPolicy, failures: u32, class: Class) -> Decision {
        match policy.decide(failures, class, fastrand::f64()) {
            Decision::Again(_) if !self.0.gates.budget().pay(class) => Decision::GiveUp,
            decision => decision,
        }
    }

    async fn send(&self, mut request: Request, coding: Coding) -> Result<Response, Error> {
        if let Some(reason) = &self.0.offline {
            let error = Error::new(Kind::Offline(reason.clone()));
            return Err(error.about(&request.method, &request.url).with_attempts(0));
        }
        redirect::check_scheme(&request.url).map_err(|why| {
            Error::new(Kind::Refused(why))
                .about(&request.method, &request.url)
                .with_attempts(0)
        })?;
        for n_hops in 0..=redirect::MOST_HOPS {
            let entered = self.enter(&request).await;
            // Behind a redirect something was sent already.
            let permit = entered.map_err(|error| error.with_attempts(u32::from(n_hops > 0)))?;
            if let Some(sign) = request.sign.clone() {
                let refuse = |why: BoxError| Error::new(Kind::Refused(format!("it cannot be signed: {why}")));
                sign(&mut request).map_err(|why| refuse(why).about(&request.method, &request.url))?;
            }
            let (response, mut told) = self.once(&request, coding, &permit).await?;
            let status = response.status();
            if !is_redirect(status) {
                return self.judge(request, response, permit, told).await;
            }
            told.ended();
            permit.alive();
            let location = response
                .headers()
                .get(header::LOCATION)
                .and_then(|value| value.to_str().ok());
            let refuse = |why| Error::new(Kind::Redirect(why)).about(&request.method, &request.url);
            let to = redirect::target(&request.url, location, &self.0.options.redirect_hosts).map_err(refuse)?;
            if to.origin() != request.url.origin() {
                request.headers.remove(header::AUTHORIZATION);
                request.headers.remove(header::COOKIE);
                request.headers.remove("x-amz-security-token");
                request.sign = None;
            }
            if request
                .mirror
                .as_ref()
                .is_some_and(|mirror| to.as_str().starts_with(mirror.as_str()))
            {
                request.lane = Lane::Cloud;
            }
            if status == StatusCode::SEE_OTHER {
                request.method = Method::GET;
                request.body = Bytes::new();
            }
            request.url = to;
        }
        let why = format!("more than {} one after the other", redirect::MOST_HOPS);
        Err(Error::new(Kind::Redirect(why)).about(&request.method, &request.url))
    }

    async fn enter(&self, request: &Request) -> Result<Permit, Error> {
        let longest_wait = self.0.policy.longest_wait;
        self.0
            .gates
            .enter(&request.url, request.lane, longest_wait)
            .await
            .map_err(|kind| Error::new(kind).about(&request.method, &request.url).with_attempts(0))
    }

    async fn once(
        &self,
        request: &Request,
        coding: Coding,
        permit: &Permit,
    ) -> Result<(http::Response<ByteStream>, Told), Error> {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        let mut told = Told::begin(&request.method, &request.url);
        let limit = request.head_timeout.unwrap_or(self.0.options.head_timeout);
        let error = match tokio::time::timeout(limit, self.0.service.call(request.clone(), coding)).await {
            Ok(Ok(response)) => {
                told.answered(response.status());
                return Ok((response, told));
            }
            Ok(Err(error)) => Error::from_transport(error),
            Err(_) => Error::new(Kind::TimedOut(TimeLimit::Head)),
        };
        if let Kind::TimedOut(_) = error.kind() {
            permit.complain(None);
        }
        permit.failed(&request.url, &error);
        told.failed(&error);
        Err(error.about(&request.method, &request.url))
    }

    async fn judge(
        &self,
        request: Request,
        response: http::Response<ByteStream>,
        permit: Permit,
        mut told: Told,
    ) -> Result<Response, Error> {
        let status = response.status();
        if status.is_success() {
            if status == StatusCode::PARTIAL_CONTENT && !request.headers.contains_key(header::RANGE) {
                let why = "206 for a request without Range".to_owned();
                return Err(Error::new(Kind::Protocol(why)).about(&request.method, &request.url));
            }
            let limits = BodyLimits {
                idle: self.0.options.idle_timeout,
                throughput: self.0.options.throughput,
            };
            return Response::new(request.method, request.url, response, limits, Some(permit), told);
        }
        let (head, body) = response.into_parts();
        let pause = retry_after(&head.headers, SystemTime::now());
        let beginning = beginning(body).await;
        told.received(beginning.len());
        told.ended();
        let excerpt = excerpt_of(&beginning);
        let kind = Kind::Status {
            status,
            headers: Box::new(head.headers),
            excerpt,
        };
        let error = Error::new(kind).about(&request.method, &request.url);
        match error.class() {
            Class::Throttled { .. } => {
                permit.complain(pause);
                if pause.is_some() || status == StatusCode::TOO_MANY_REQUESTS {
                    permit.alive();
                }
            }
            Class::Transient => {}
            _ => permit.alive(),
        }
        if pause.is_none() {
            permit.failed(&request.url, &error);
        }
        Err(error)
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

async fn beginning(mut body: ByteStream) -> Vec<u8> {
    let mut read = Vec::new();
    let reading = async {
        while let Some(Ok(chunk)) = body.next().await {
            read.extend_from_slice(&chunk);
            if read.len() > MOST_ERROR_BODY {
                break;
            }
        }
    };
    // A slow error body is cut: what came so far is excerpt enough.
    let _in_time = tokio::time::timeout(ERROR_BODY_TIME, reading).await;
    read
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
