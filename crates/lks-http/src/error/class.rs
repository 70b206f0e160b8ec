//! Whether asking again can help.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};

/// What a caller can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Ask again soon.
    Transient,
    /// Ask again, but not before the host's pause is over.
    Throttled {
        /// The pause that the host named.
        retry_after: Option<Duration>,
    },
    /// The host is down for everybody: ask again after this, or ask elsewhere.
    Down {
        /// When it is worth asking again; `None` if nobody should wait for that.
        again_in: Option<Duration>,
    },
    /// The source is no longer what an earlier answer described: start anew.
    Changed,
    /// It is not there.
    NotFound,
    /// It is there, but not for us.
    Denied,
    /// Asking again cannot help.
    Permanent,
}

/// The class of a status that is not 2xx; `now` is needed for a `Retry-After` date.
pub(crate) fn class_of(status: StatusCode, headers: &HeaderMap, now: SystemTime) -> Class {
    match status.as_u16() {
        429 | 503 => Class::Throttled {
            retry_after: retry_after(headers, now),
        },
        408 | 425 | 500 | 502 | 504 | 520..=524 => Class::Transient,
        412 => Class::Changed,
        404 | 410 => Class::NotFound,
        401 | 403 => Class::Denied,
        _ => Class::Permanent,
    }
}

/// The pause a host asks for, as seconds or as a date; a date in the past and anything unreadable is no pause.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(text).ok()?.duration_since(now).ok()
}
