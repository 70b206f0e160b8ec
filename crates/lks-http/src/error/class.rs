//! Whether a retry can help.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};

/// A longer pause is a misconfiguration, and must not lock the host out of a process that runs for months.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// What a caller can do about an error. Closed, because each class is a decision of every caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Retry soon.
    Transient,
    /// Retry, but not before the host's pause is over.
    Throttled {
        /// The pause that the host named.
        retry_after: Option<Duration>,
    },
    /// The host is down: retry later, or ask another host.
    Down {
        /// When the next probe is due; `None` if it is not worth waiting for.
        again_in: Option<Duration>,
    },
    /// The source changed since an earlier response: start over.
    Changed,
    /// It is not there.
    NotFound,
    /// It is there, but not for us.
    Denied,
    /// Retrying cannot help.
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

/// The pause a host asks for, as seconds or as a date, at most a day; a date in the past or an unreadable value gives `None`.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let asked = text(header::RETRY_AFTER)?;
    let is_number = !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit());
    let pause = match is_number {
        // Only too many digits cannot be read.
        true => asked.parse().map_or(LONGEST_PAUSE, Duration::from_secs),
        // The date is relative to the host's own clock: ours may be wrong.
        false => date(asked)?
            .duration_since(text(header::DATE).and_then(date).unwrap_or(now))
            .ok()?,
    };
    Some(pause.min(LONGEST_PAUSE))
}
