//! The client: redirects, limits, time limits and attempts around a [`Transport`].

mod sending;

use std::fmt;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::BytesMut;
use url::Url;

use crate::error::{Cause, Class, Error};
use crate::gate::Gates;
use crate::options::HttpOptions;
use crate::request::Request;
use crate::response::{Answer, Response};
use crate::retry::{Decision, RetryPolicy, retry};
use crate::share::Share;
use crate::transport::{Coding, NetworkTransport, Transport};
use crate::waits::{HostWait, Working};

/// Sends requests. Clones share connections, limits and pauses.
#[derive(Clone)]
pub struct HttpClient(Arc<Shared>);

struct Shared {
    /// Why nothing is sent, if the client is offline.
    offline: Option<String>,
    transport: Box<dyn Transport>,
    options: HttpOptions,
    policy: RetryPolicy,
    gates: Gates,
    requests: AtomicU64,
}

impl HttpClient {
    /// A client that opens connections as these options say.
    ///
    /// # Errors
    /// [`Cause::Setup`] if no client can be made, for instance because the address of a proxy is invalid. Missing certificates are an
    /// error of the first request that needs them.
    pub fn new(options: &HttpOptions) -> Result<Self, Error> {
        Ok(Self::build(Box::new(NetworkTransport::new(options)?), options))
    }

    /// A client over another transport than the network, with default options.
    pub fn from_transport(transport: impl Transport) -> Self {
        Self::from_transport_with(transport, &HttpOptions::default())
    }

    /// A client over another transport than the network.
    pub fn from_transport_with(transport: impl Transport, options: &HttpOptions) -> Self {
        Self::build(Box::new(transport), options)
    }

    /// A client that sends nothing: every request ends as [`Cause::Offline`] with this reason.
    pub fn offline(reason: impl Into<String>) -> Self {
        let unreachable = |_: Request| -> io::Result<_> { Err(io::Error::from(io::ErrorKind::NetworkDown)) };
        Self(Arc::new(Shared {
            offline: Some(reason.into()),
            ..Self::shared(Box::new(unreachable), &HttpOptions::default())
        }))
    }

    fn build(transport: Box<dyn Transport>, options: &HttpOptions) -> Self {
        Self(Arc::new(Self::shared(transport, options)))
    }

    fn shared(transport: Box<dyn Transport>, options: &HttpOptions) -> Shared {
        Shared {
            offline: None,
            transport,
            policy: options.retry_policy(),
            gates: Gates::new(options),
            requests: AtomicU64::new(0),
            options: options.clone(),
        }
    }

    /// Sends the request, with retries, and returns the whole decoded body.
    ///
    /// # Errors
    /// The last error; [`Cause::TooLarge`] if the body has more than `limit` bytes.
    pub async fn bytes(&self, request: Request, limit: u64) -> Result<Answer, Error> {
        self.retry(|| self.bytes_once(request.clone(), limit)).await
    }

    /// Sends the request once and returns the whole decoded body.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes), at the first failure.
    pub async fn bytes_once(&self, request: Request, limit: u64) -> Result<Answer, Error> {
        let method = request.method.clone();
        let mut response = self.send(request, Coding::Decoded).await?;
        let too_large = |url: &Url| Error::new(Cause::TooLarge { limit }).about(&method, url);
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

    /// Calls `attempt` until it succeeds or the client's policy gives up; then the last error is returned, with the number of attempts.
    ///
    /// # Errors
    /// That of the last attempt.
    pub async fn retry<T, F>(&self, attempt: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        retry(&self.0.policy, &self.0.gates, attempt).await
    }

    /// Sends the request once and returns the 2xx response, with its body undecoded and still to be read.
    ///
    /// # Errors
    /// Anything that is not a 2xx response. There are no retries; see [`retry`](Self::retry).
    pub async fn stream(&self, request: Request) -> Result<Response, Error> {
        self.send(request, Coding::Identity).await
    }

    /// How many requests were sent, redirects and retries included.
    pub fn requests_made(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// The hosts from which nothing comes at the moment, and why. A host that has not answered for a while counts from the option
    /// [`silence`](HttpOptions::silence) on.
    pub fn waits(&self) -> Vec<HostWait> {
        self.0.gates.waits(self.0.options.silence)
    }

    /// Waits before the next request to the URL's host, as the caller's own pace asks; see [`waits`](Self::waits).
    pub async fn turn(&self, url: &Url, pause: Duration) {
        self.0.gates.turn(url, pause).await;
    }

    /// Notes for [`waits`](Self::waits) that the URL's host says that it works on an answer.
    pub fn working(&self, url: &Url) -> Working {
        Working(self.0.gates.working(url))
    }

    /// The part of each host's limits that this client takes.
    pub fn share(&self) -> Share {
        self.0.options.share
    }

    /// What is left of the pause that the URL's host asked for with `Retry-After`.
    pub fn pause_of(&self, url: &Url) -> Option<Duration> {
        self.0.gates.pause(url)
    }

    /// Waits for `answer`. While one of these hosts leaves requests unanswered for long, `on_silence` is called with its URL, the time since
    /// it last answered, and the time until the next call.
    pub async fn watch<T>(
        &self,
        hosts: &[&Url],
        answer: impl Future<Output = T>,
        on_silence: impl Fn(&Url, Duration, Duration),
    ) -> T {
        let (mut answer, mut pause) = (pin!(answer), self.0.options.silence);
        loop {
            if let Ok(answer) = tokio::time::timeout(pause, &mut answer).await {
                return answer;
            }
            let is_long = |silence: &Duration| *silence >= self.0.options.silence;
            let silence = |url: &&Url| self.0.gates.silence(url).filter(is_long);
            if let Some((url, silence)) = hosts.iter().find_map(|url| Some((url, silence(url)?))) {
                pause *= 2;
                on_silence(url, silence, pause);
            }
        }
    }

    /// The retry policy of [`bytes`](Self::bytes), for callers with a loop of their own.
    pub fn retry_policy(&self) -> &RetryPolicy {
        &self.0.policy
    }

    /// What a caller with a loop of its own does after a failure: as the policy says, within the retry budget of the client.
    pub fn decide(&self, policy: &RetryPolicy, failures: u32, class: Class) -> Decision {
        match policy.decide(failures, class, fastrand::f64()) {
            Decision::Again(_) if !self.0.gates.budget().pay(class) => Decision::GiveUp,
            decision => decision,
        }
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
