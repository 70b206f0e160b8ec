//! What the log is told of each request: one line when it is over, and one for the curious when its answer begins.

use std::borrow::Cow;
use std::time::Instant;

use http::{Method, StatusCode};
use url::Url;

use crate::error::Error;

/// The target of these events.
const TARGET: &str = "lks_http";
/// What the name of a parameter contains whose value is nobody's business.
const SECRET: [&str; 7] = [
    "signature",
    "credential",
    "token",
    "password",
    "secret",
    "apikey",
    "api_key",
];

/// One request under way. Dropped, it says that its answer was given up.
#[derive(Debug)]
pub(crate) struct Told(Option<Line>);

#[derive(Debug)]
struct Line {
    method: Method,
    url: Url,
    begun: Instant,
    status: Option<StatusCode>,
    n_bytes: u64,
}

impl Told {
    pub(crate) fn begin(method: &Method, url: &Url) -> Self {
        Self(tracing::enabled!(target: TARGET, tracing::Level::DEBUG).then(|| Line {
            method: method.clone(),
            url: url.clone(),
            begun: Instant::now(),
            status: None,
            n_bytes: 0,
        }))
    }

    /// The head of the answer is here.
    pub(crate) fn answered(&mut self, status: StatusCode) {
        if let Some(line) = &mut self.0 {
            line.status = Some(status);
            let Line { method, url, begun, .. } = line;
            tracing::trace!(target: TARGET, %method, url = %shown(url), status = status.as_u16(), ms = milliseconds(*begun), "answer");
        }
    }

    /// More of its body is here.
    pub(crate) fn received(&mut self, n_bytes: usize) {
        if let Some(line) = &mut self.0 {
            line.n_bytes += n_bytes as u64;
        }
    }

    /// The answer is here, to its end.
    pub(crate) fn ended(&mut self) {
        self.over(None);
    }

    /// There was no answer, or its body broke off.
    pub(crate) fn failed(&mut self, error: &Error) {
        self.over(Some(&error.kind()));
    }

    fn over(&mut self, why: Option<&dyn std::fmt::Display>) {
        let Some(line) = self.0.take() else { return };
        let Line {
            method,
            url,
            begun,
            status,
            n_bytes: bytes,
        } = line;
        let (url, status, ms) = (shown(&url), status.map(|status| status.as_u16()), milliseconds(begun));
        match why {
            None => tracing::debug!(target: TARGET, %method, %url, status, bytes, ms, "request"),
            Some(why) => tracing::debug!(target: TARGET, %method, %url, status, bytes, ms, failure = %why, "request"),
        }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.over(Some(&"given up"));
    }
}

fn milliseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// The URL without what opens doors: user, password, and the values of parameters that sign or identify.
pub(crate) fn shown(url: &Url) -> Cow<'_, str> {
    let is_secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        SECRET.iter().any(|part| name.contains(part))
    };
    let has_user = !url.username().is_empty() || url.password().is_some();
    if !has_user && !url.query_pairs().any(|(name, _)| is_secret(&name)) {
        return Cow::Borrowed(url.as_str());
    }
    let mut safe = url.clone();
    // Both fail only for a URL without a host, which has neither.
    let _without_host = safe.set_username("").and_then(|()| safe.set_password(None));
    let query = url.query().map(|query| {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}=***"),
            _ => pair.to_owned(),
        });
        pairs.collect::<Vec<_>>().join("&")
    });
    safe.set_query(query.as_deref());
    Cow::Owned(safe.into())
}

#[cfg(test)]
mod tests;
