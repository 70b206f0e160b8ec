//! Log lines of each request: one at debug level when it is over, and one at trace level when its response begins.

use std::time::Instant;

use http::{Method, StatusCode};
use url::Url;

use crate::error::Error;
use crate::redact::redact_url;

/// The target of these events.
const TARGET: &str = "lks_http";

/// One request in flight. Dropped before its end, it is logged as given up.
#[derive(Debug)]
pub(crate) struct RequestLog(Option<Line>);

#[derive(Debug)]
struct Line {
    method: Method,
    url: Url,
    begun: Instant,
    status: Option<StatusCode>,
    num_bytes: u64,
}

impl RequestLog {
    pub(crate) fn begin(method: &Method, url: &Url) -> Self {
        Self(tracing::enabled!(target: TARGET, tracing::Level::DEBUG).then(|| Line {
            method: method.clone(),
            url: url.clone(),
            begun: Instant::now(),
            status: None,
            num_bytes: 0,
        }))
    }

    /// The head of the response was received.
    pub(crate) fn answered(&mut self, status: StatusCode) {
        if let Some(line) = &mut self.0 {
            line.status = Some(status);
            let Line { method, url, begun, .. } = line;
            tracing::trace!(target: TARGET, %method, url = %redact_url(url), status = status.as_u16(), ms = milliseconds(*begun), "answer");
        }
    }

    /// More of the body was received.
    pub(crate) fn received(&mut self, num_bytes: usize) {
        if let Some(line) = &mut self.0 {
            line.num_bytes += num_bytes as u64;
        }
    }

    /// The response was received completely.
    pub(crate) fn ended(&mut self) {
        self.over(None);
    }

    /// There was no response, or its body broke off.
    pub(crate) fn failed(&mut self, error: &Error) {
        self.over(Some(&error.cause()));
    }

    fn over(&mut self, why: Option<&dyn std::fmt::Display>) {
        let Some(line) = self.0.take() else { return };
        let Line {
            method,
            url,
            begun,
            status,
            num_bytes: bytes,
        } = line;
        let (url, status, ms) = (
            redact_url(&url),
            status.map(|status| status.as_u16()),
            milliseconds(begun),
        );
        match why {
            None => tracing::debug!(target: TARGET, %method, %url, status, bytes, ms, "request"),
            Some(why) => tracing::debug!(target: TARGET, %method, %url, status, bytes, ms, failure = %why, "request"),
        }
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        self.over(Some(&"given up"));
    }
}

fn milliseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}
