//! Whether two answers are about the same bytes: strong validators and exact ranges, decided from headers alone.

use std::time::Duration;

use http::{HeaderMap, header};

/// A date this much older than the answer cannot hide a second change within the same second (RFC 9110, 8.8.2.2).
const SETTLED: Duration = Duration::from_secs(60);

/// What identifies the exact bytes of a file at its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Validator {
    /// A strong entity tag, with its quotes.
    Etag(String),
    /// A modification date that was settled when it was sent.
    Date(String),
}

impl Validator {
    /// The strongest validator of an answer; a weak tag is none.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        if let Some(etag) = text(headers, header::ETAG) {
            return (etag.starts_with('"') && etag.len() > 2).then(|| Self::Etag(etag.to_owned()));
        }
        let modified = text(headers, header::LAST_MODIFIED)?;
        let date = |text: &str| httpdate::parse_http_date(text).ok();
        let age = date(text(headers, header::DATE)?)?
            .duration_since(date(modified)?)
            .ok()?;
        (age >= SETTLED).then(|| Self::Date(modified.to_owned()))
    }

    /// The value of `If-Range`.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Etag(text) | Self::Date(text) => text,
        }
    }

    /// Whether a later answer is about the same bytes; an answer that does not say is not.
    pub(crate) fn holds_for(&self, headers: &HeaderMap) -> bool {
        text(headers, self.header()) == Some(self.as_str())
    }

    /// Whether a later answer says that it is about other bytes; one that says nothing does not.
    pub(crate) fn is_refuted_by(&self, headers: &HeaderMap) -> bool {
        headers.contains_key(self.header()) && !self.holds_for(headers)
    }

    /// The header of an answer that has it.
    fn header(&self) -> header::HeaderName {
        match self {
            Self::Etag(_) => header::ETAG,
            Self::Date(_) => header::LAST_MODIFIED,
        }
    }
}

pub(crate) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// The `Content-Range` of a 206 answer: first byte, last byte, and the size of the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentRange {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) total: u64,
}

impl ContentRange {
    /// Reads `bytes 0-99/1000`; an unknown total is refused, because nothing can be checked against it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let (first, last, total) = (first.parse().ok()?, last.parse().ok()?, total.parse().ok()?);
        (first <= last && last < total).then_some(Self { first, last, total })
    }

    /// Whether it is exactly the rest of the file from `start`; `total` is the size known before.
    pub(crate) fn is_rest_from(self, start: u64, total: Option<u64>) -> bool {
        self.first == start && self.last + 1 == self.total && total.is_none_or(|total| total == self.total)
    }
}

#[cfg(test)]
mod tests;
