//! Sends one request: waits for its permit at the host, follows redirects, and turns the response into a result.

use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::StreamExt;
use http::{Method, StatusCode, header};

use super::HttpClient;
use crate::error::{Cause, Class, Error, TimeLimit, excerpt_of, retry_after};
use crate::gate::Permit;
use crate::redact::CREDENTIALS;
use crate::redirect;
use crate::request::Request;
use crate::request_log::RequestLog;
use crate::response::{BodyLimits, Response};
use crate::transport::{BoxError, ByteStream, Coding};

/// Of a body that is an error, this much is read so that its connection can be used again.
const MOST_ERROR_BODY: usize = 16 << 10;
/// Time given to the body of an error.
const ERROR_BODY_TIME: Duration = Duration::from_secs(5);

impl HttpClient {
    pub(super) async fn send(&self, mut request: Request, coding: Coding) -> Result<Response, Error> {
        if let Some(reason) = &self.0.offline {
            let error = Error::new(Cause::Offline(reason.clone()));
            return Err(error.about(&request.method, &request.url).with_attempts(0));
        }
        redirect::check_scheme(&request.url).map_err(|why| {
            Error::new(Cause::Refused(why))
                .about(&request.method, &request.url)
                .with_attempts(0)
        })?;
        for num_hops in 0..=redirect::MOST_HOPS {
            let entered = self.enter(&request).await;
            // After a redirect something was sent already.
            let permit = entered.map_err(|error| error.with_attempts(u32::from(num_hops > 0)))?;
            if let Some(sign) = request.sign.clone() {
                let refuse = |why: BoxError| Error::new(Cause::Refused(format!("it cannot be signed: {why}")));
                sign(&mut request).map_err(|why| refuse(why).about(&request.method, &request.url))?;
            }
            let (response, mut log) = self.once(&request, coding, &permit).await?;
            let status = response.status();
            if !is_redirect(status) {
                return self.judge(request, response, permit, log).await;
            }
            log.ended();
            permit.alive();
            let location = response
                .headers()
                .get(header::LOCATION)
                .and_then(|value| value.to_str().ok());
            let refuse = |why| Error::new(Cause::Redirect(why)).about(&request.method, &request.url);
            let to = redirect::target(&request.url, location, &self.0.options.redirect_hosts).map_err(refuse)?;
            if to.origin() != request.url.origin() {
                for name in CREDENTIALS {
                    request.headers.remove(name);
                }
                request.sign = None;
            }
            if let Some((below, lane)) = &request.redirect_lane
                && to.as_str().starts_with(below.as_str())
            {
                request.lane = *lane;
            }
            if status == StatusCode::SEE_OTHER {
                request.method = Method::GET;
                request.body = Bytes::new();
            }
            request.url = to;
        }
        let why = format!("more than {} one after the other", redirect::MOST_HOPS);
        Err(Error::new(Cause::Redirect(why)).about(&request.method, &request.url))
    }

    async fn enter(&self, request: &Request) -> Result<Permit, Error> {
        let longest_wait = self.0.policy.longest_wait;
        self.0
            .gates
            .enter(&request.url, self.0.options.lane(request.lane), longest_wait)
            .await
            .map_err(|cause| Error::new(cause).about(&request.method, &request.url).with_attempts(0))
    }

    async fn once(
        &self,
        request: &Request,
        coding: Coding,
        permit: &Permit,
    ) -> Result<(http::Response<ByteStream>, RequestLog), Error> {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        let mut log = RequestLog::begin(&request.method, &request.url);
        let limit = self.0.options.head_timeout.saturating_mul(request.head_timeouts);
        let waiting = permit.await_answer();
        let error = match tokio::time::timeout(limit, self.0.transport.call(request.clone(), coding)).await {
            Ok(Ok(response)) => {
                waiting.answered();
                log.answered(response.status());
                return Ok((response, log));
            }
            Ok(Err(error)) => Error::from_transport(error),
            Err(_) => Error::new(Cause::TimedOut(TimeLimit::Head)),
        };
        if let Cause::TimedOut(_) = error.cause() {
            permit.on_throttled(None);
        }
        permit.failed(&request.url, &error);
        log.failed(&error);
        Err(error.about(&request.method, &request.url))
    }

    async fn judge(
        &self,
        request: Request,
        response: http::Response<ByteStream>,
        permit: Permit,
        mut log: RequestLog,
    ) -> Result<Response, Error> {
        let status = response.status();
        if status.is_success() {
            if status == StatusCode::PARTIAL_CONTENT && !request.headers.contains_key(header::RANGE) {
                let why = "206 for a request without Range".to_owned();
                return Err(Error::new(Cause::Protocol(why)).about(&request.method, &request.url));
            }
            let limits = BodyLimits {
                idle: self.0.options.idle_timeout,
                throughput: self.0.options.throughput,
            };
            return Response::new(request.method, request.url, response, limits, Some(permit), log);
        }
        let (head, body) = response.into_parts();
        let pause = retry_after(&head.headers, SystemTime::now());
        let beginning = beginning(body).await;
        log.received(beginning.len());
        log.ended();
        let excerpt = excerpt_of(&beginning, &request.headers);
        let cause = Cause::Status {
            status,
            headers: Box::new(head.headers),
            excerpt,
        };
        let error = Error::new(cause).about(&request.method, &request.url);
        let class = error.class();
        let is_throttled = matches!(class, Class::Throttled { .. });
        if is_throttled || permit.is_busy(status) {
            permit.on_throttled(pause);
        }
        match class {
            Class::Throttled { .. } if pause.is_some() || status == StatusCode::TOO_MANY_REQUESTS => permit.alive(),
            Class::Throttled { .. } | Class::Transient => {}
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
    // A slow error body is cut: what was received so far is enough for an excerpt.
    let _in_time = tokio::time::timeout(ERROR_BODY_TIME, reading).await;
    read
}
