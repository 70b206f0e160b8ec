//! A 2xx response, and a body that says when it is complete.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use tokio::time::{Instant, Sleep, sleep_until};
use url::Url;

use crate::error::{Cause, Error, TimeLimit};
use crate::gate::Permit;
use crate::options::Throughput;
use crate::redact::redact_url;
use crate::request_log::RequestLog;
use crate::transport::ByteStream;

/// A complete response.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Always 2xx.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The URL that answered, after redirects.
    pub url: Url,
    /// The body, decoded.
    pub body: Bytes,
}

/// How the end of a body is known. Closed: HTTP has no other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// The number of bytes was announced in advance.
    Length(u64),
    /// The body has an explicit last chunk.
    Chunked,
    /// The body ends when the connection closes. A truncated body looks complete, so the caller must know its length or structure.
    Close,
}

/// A 2xx response whose body is still to be read.
///
/// # Limitations
/// It holds its slot at the host until the body ends or it is dropped: other requests of its lane may wait for it.
#[must_use = "its body is still to be read, and it holds a place at its host until it is dropped"]
pub struct Response {
    /// Always 2xx.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The URL that answered, after redirects.
    pub url: Url,
    method: Method,
    framing: Framing,
    body: ByteStream,
    received: u64,
    done: bool,
    failed: bool,
    idle: Duration,
    throughput: Throughput,
    timer: Option<Pin<Box<Sleep>>>,
    waiting_since: Option<Instant>,
    waited: Duration,
    judged: Duration,
    in_window: u64,
    permit: Option<Permit>,
    log: RequestLog,
}

/// The limits that a body is held to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    pub(crate) idle: Duration,
    pub(crate) throughput: Throughput,
}

impl Response {
    pub(crate) fn new(
        method: Method,
        url: Url,
        response: http::Response<ByteStream>,
        limits: BodyLimits,
        permit: Option<Permit>,
        mut log: RequestLog,
    ) -> Result<Self, Error> {
        let (head, body) = response.into_parts();
        let framing = framing(&method, &head).map_err(|why| {
            let error = Error::new(Cause::Protocol(why)).about(&method, &url);
            log.failed(&error);
            error
        })?;
        if framing == Framing::Length(0) {
            log.ended();
            // There is nothing to wait for, and the body of a response to HEAD is not read.
            if let Some(permit) = &permit {
                permit.alive();
            }
        }
        Ok(Self {
            status: head.status,
            headers: head.headers,
            url,
            method,
            framing,
            body,
            received: 0,
            done: false,
            failed: false,
            idle: limits.idle,
            throughput: limits.throughput,
            timer: None,
            waiting_since: None,
            waited: Duration::ZERO,
            judged: limits.throughput.grace,
            in_window: 0,
            permit,
            log,
        })
    }

    /// How the end of the body is known.
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// The number of bytes in this body, if it was announced.
    pub fn length(&self) -> Option<u64> {
        match self.framing {
            Framing::Length(length) => Some(length),
            Framing::Chunked | Framing::Close => None,
        }
    }

    /// The text of a header, if it is there and is text.
    pub fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The next chunk of the body; `None` only after its complete end.
    ///
    /// # Errors
    /// A broken connection, a body shorter than announced, the idle limit, the throughput limit.
    ///
    /// # Cancellation
    /// Safe: no chunk is lost.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// [`chunk`](Self::chunk) for callers that implement a stream of their own.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Error>> {
        if self.failed {
            let error = Error::new(Cause::Broken("it was read on after a failure".to_owned()));
            return Poll::Ready(Err(error.about(&self.method, &self.url)));
        }
        if self.done {
            return Poll::Ready(Ok(None));
        }
        let next = match self.body.as_mut().poll_next(cx) {
            Poll::Ready(next) => next,
            Poll::Pending => {
                ready!(self.poll_idle(cx));
                return Poll::Ready(Err(self.fail(Error::new(Cause::TimedOut(TimeLimit::Idle)))));
            }
        };
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
        }
        match next {
            Some(Ok(chunk)) => {
                if self.received == 0
                    && let Some(permit) = &self.permit
                {
                    permit.alive();
                }
                self.received += chunk.len() as u64;
                self.log.received(chunk.len());
                if self.length() == Some(self.received) {
                    self.log.ended();
                }
                self.in_window += chunk.len() as u64;
                if self.too_slow() {
                    return Poll::Ready(Err(self.fail(Error::new(Cause::TimedOut(TimeLimit::Throughput)))));
                }
                Poll::Ready(Ok(Some(chunk)))
            }
            Some(Err(error)) => Poll::Ready(Err(self.fail(Error::from_transport(error)))),
            None => match self.length() {
                Some(length) if length != self.received => {
                    let what = format!("{} of {length} bytes came", self.received);
                    Poll::Ready(Err(self.fail(Error::new(Cause::Broken(what)))))
                }
                _ => {
                    self.done = true;
                    self.log.ended();
                    if let Some(permit) = self.permit.take() {
                        permit.on_success(self.received);
                    }
                    Poll::Ready(Ok(None))
                }
            },
        }
    }

    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let end = *self.waiting_since.get_or_insert_with(Instant::now) + self.idle;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        loop {
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() >= end {
                return Poll::Ready(());
            }
            // It was set for an earlier chunk: a new one for each would wake the thread that watches the sockets.
            timer.as_mut().reset(end);
        }
    }

    fn too_slow(&mut self) -> bool {
        let in_window = self.waited.saturating_sub(self.judged);
        if in_window < self.throughput.window {
            return false;
        }
        let slow = (self.in_window as f64) < self.throughput.bytes_per_second as f64 * in_window.as_secs_f64();
        self.judged = self.waited;
        self.in_window = 0;
        slow
    }

    fn fail(&mut self, error: Error) -> Error {
        self.failed = true;
        self.log.failed(&error);
        if let Some(permit) = self.permit.take() {
            if let Cause::TimedOut(_) = error.cause() {
                permit.on_throttled(None);
            }
            if self.received == 0 {
                permit.failed(&self.url, &error);
            }
        }
        error.about(&self.method, &self.url)
    }
}

fn framing(method: &Method, head: &http::response::Parts) -> Result<Framing, String> {
    let mut lengths = head.headers.get_all(header::CONTENT_LENGTH).iter().map(|value| {
        let text = value.to_str().unwrap_or_default().trim();
        text.parse::<u64>()
            .map_err(|_| format!("its Content-Length is {text:?}"))
    });
    let first = lengths.next().transpose()?;
    for other in lengths {
        if Some(other?) != first {
            return Err("it has two different Content-Length headers".to_owned());
        }
    }
    Ok(match first {
        _ if method == Method::HEAD || head.status == StatusCode::NO_CONTENT => Framing::Length(0),
        // Transfer-Encoding wins over Content-Length (RFC 9112, 6.3).
        _ if head.headers.contains_key(header::TRANSFER_ENCODING) || head.version >= http::Version::HTTP_2 => first
            .filter(|_| head.version >= http::Version::HTTP_2)
            .map_or(Framing::Chunked, Framing::Length),
        Some(length) => Framing::Length(length),
        None => Framing::Close,
    })
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("url", &redact_url(&self.url))
            .field("framing", &self.framing)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
