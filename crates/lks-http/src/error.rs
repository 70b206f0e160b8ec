//! What went wrong with a request.

mod cause;
mod class;
mod of_transport;

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, StatusCode};
use url::Url;

pub use self::cause::{Cause, TimeLimit};
pub use self::class::Class;
pub(crate) use self::class::{class_of, retry_after};
pub(crate) use self::of_transport::innermost;
use self::of_transport::transport_cause;
use crate::redact::{redact_sent, redact_text, redact_url};

/// A request that did not lead to a complete 2xx response.
pub struct Error(Box<Report>);

struct Report {
    cause: Cause,
    method: Method,
    url: Option<Url>,
    attempts: u32,
    /// The variable that names the proxy it went through.
    proxy: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(cause: Cause) -> Self {
        Self(Box::new(Report {
            cause,
            method: Method::GET,
            url: None,
            attempts: 0,
            proxy: None,
            source: None,
        }))
    }

    pub(crate) fn about(mut self, method: &Method, url: &Url) -> Self {
        self.0.method = method.clone();
        self.0.url = Some(url.clone());
        self.0.attempts = self.0.attempts.max(1);
        self
    }

    pub(crate) fn with_source(mut self, source: Box<dyn StdError + Send + Sync>) -> Self {
        self.0.source = Some(source);
        self
    }

    pub(crate) fn through(mut self, proxy: Option<String>) -> Self {
        self.0.proxy = proxy;
        self
    }

    /// The same error after this many attempts; set by the retry loop, and by callers with a loop of their own.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// An error of the connection or of the body, classified by the chain of sources.
    ///
    /// For a reset in the middle of a body the HTTP library says "decode", so its own classification is not used.
    pub(crate) fn from_transport(source: Box<dyn StdError + Send + Sync>) -> Self {
        let source = match source.downcast::<Self>() {
            Ok(ours) => return *ours,
            Err(source) => source,
        };
        let cause = transport_cause(source.as_ref());
        Self::new(cause).with_source(source)
    }

    pub(crate) fn into_rate_limited(mut self, wait: Duration) -> Self {
        self.0.cause = Cause::RateLimited { wait };
        self
    }

    /// What happened.
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// The method of the request.
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// The URL of the last request, after redirects.
    pub fn url(&self) -> Option<&Url> {
        self.0.url.as_ref()
    }

    /// The number of attempts; 0 if nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The status, if the server answered with one that is not 2xx.
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.cause {
            Cause::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The headers of a response that is not 2xx.
    pub fn headers(&self) -> Option<&HeaderMap> {
        match &self.0.cause {
            Cause::Status { headers, .. } => Some(headers),
            _ => None,
        }
    }

    /// The beginning of the body of a response that is not 2xx, at most 512 bytes.
    pub fn excerpt(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Status { excerpt, .. } => Some(excerpt),
            _ => None,
        }
    }

    /// What can be done about it.
    pub fn class(&self) -> Class {
        match &self.0.cause {
            Cause::Setup(_) | Cause::Offline(_) | Cause::Refused(_) | Cause::Redirect(_) | Cause::TooLarge { .. } => {
                Class::Permanent
            }
            Cause::RateLimited { .. } | Cause::ProxyAuthentication => Class::Permanent,
            Cause::Down { again_in, .. } => Class::Down { again_in: *again_in },
            Cause::Connect | Cause::TimedOut(_) | Cause::Broken(_) | Cause::Protocol(_) => Class::Transient,
            Cause::Certificate => Class::Denied,
            Cause::Status { status, headers, .. } => class_of(*status, headers, SystemTime::now()),
        }
    }
}

/// The beginning of a body as printable text of at most 512 bytes, without secrets: those with a known name, and those that the request
/// itself sent.
pub(crate) fn excerpt_of(body: &[u8], sent: &HeaderMap) -> String {
    // A secret that would be cut by the limit is hidden, too.
    let body = &body[..body.len().min(4096)];
    let text: String = String::from_utf8_lossy(body)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut text = redact_text(&redact_sent(text.trim(), sent));
    text.truncate(text.floor_char_boundary(512));
    text
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(url) = &self.0.url {
            write!(f, "{} {}: ", self.0.method, redact_url(url))?;
        }
        if let Some(proxy) = &self.0.proxy {
            write!(f, "through the proxy that {proxy} names: ")?;
        }
        write!(f, "{}", self.0.cause)?;
        if matches!(self.0.cause, Cause::Connect | Cause::Certificate)
            && let Some(source) = &self.0.source
        {
            write!(f, " ({})", innermost(source.as_ref()))?;
        }
        if self.0.attempts > 1 {
            write!(f, ", after {} attempts", self.0.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            // As a message, because response headers may hold secrets.
            .field("cause", &format_args!("{}", self.0.cause))
            .field("method", &self.0.method)
            .field("url", &self.0.url.as_ref().map(redact_url))
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| source.as_ref() as _)
    }
}

#[cfg(test)]
mod tests;
