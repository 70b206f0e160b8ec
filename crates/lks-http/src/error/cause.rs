//! Why a request failed, and the message for it.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};

use crate::html_excerpt::html_excerpt;

/// What to do if a proxy asks for authentication.
const NAME_AND_PASSWORD: &str = "write both before the host in the proxy's address, as `user:password@`";

/// The ways in which a request fails.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// The client could not be made, for instance because the system has no certificate store.
    Setup(String),
    /// The client is offline and sends nothing, for this reason.
    Offline(String),
    /// The URL is not allowed: plain `http` to another machine, or another scheme.
    Refused(String),
    /// No connection: refused, unreachable, name unknown.
    Connect,
    /// The proxy asks for a user name and a password, or rejected them.
    ProxyAuthentication,
    /// The server's certificate is not valid for it.
    Certificate,
    /// A time limit was exceeded.
    TimedOut(TimeLimit),
    /// The connection broke, or the body ended before its end.
    Broken(String),
    /// The response violates HTTP, or does not match the request.
    Protocol(String),
    /// A redirect that is not allowed.
    Redirect(String),
    /// A status that is not 2xx.
    Status {
        /// The status.
        status: StatusCode,
        /// The headers that came with it.
        headers: Box<HeaderMap>,
        /// The beginning of the body, at most 512 bytes, control characters replaced.
        excerpt: String,
    },
    /// The body is longer than the caller allows.
    TooLarge {
        /// The most bytes that were allowed.
        limit: u64,
    },
    /// The host asked for a pause longer than the policy waits.
    RateLimited {
        /// The pause that was asked for.
        wait: Duration,
    },
    /// The host failed so often that it counts as down; nothing was sent.
    Down {
        /// The host.
        host: String,
        /// Consecutive failed requests.
        num_failed: u32,
        /// When the first of them failed.
        since: SystemTime,
        /// The last failure.
        last: String,
        /// When the next probe is due; `None` if it is not worth waiting for.
        again_in: Option<Duration>,
    },
}

/// Which time limit passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeLimit {
    /// Opening the connection.
    Connect,
    /// Waiting for the head of the response.
    Head,
    /// No byte of the body for too long.
    Idle,
    /// The body came too slowly for too long.
    Throughput,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setup(reason) => write!(f, "no HTTP client can be made: {reason}"),
            Self::Offline(reason) => write!(f, "nothing is sent: {reason}"),
            Self::Refused(reason) => write!(f, "not asked: {reason}"),
            Self::Connect => write!(f, "no connection"),
            Self::ProxyAuthentication => write!(
                f,
                "the proxy wants a user name and a password that it knows (407); {NAME_AND_PASSWORD}"
            ),
            Self::Certificate => write!(f, "the server's certificate was not accepted"),
            Self::TimedOut(limit) => write!(f, "{limit}"),
            Self::Broken(what) => write!(f, "the connection broke: {what}"),
            Self::Protocol(what) => write!(f, "not a proper answer: {what}"),
            Self::Redirect(what) => write!(f, "redirect not followed: {what}"),
            Self::Status { status, excerpt, .. } => match html_excerpt(excerpt) {
                // Many a page says no more than that.
                words if words.is_empty() || status.to_string().contains(&words) => {
                    write!(f, "the server answered {status}")
                }
                words => write!(f, "the server answered {status}: {words}"),
            }
            .and_then(|()| match *status {
                StatusCode::PROXY_AUTHENTICATION_REQUIRED => write!(f, "; {NAME_AND_PASSWORD}"),
                _ => Ok(()),
            }),
            Self::TooLarge { limit } => write!(f, "the body is longer than the {limit} bytes allowed"),
            Self::RateLimited { wait } => {
                write!(f, "the host asks to wait {} s; try again after that", wait.as_secs())
            }
            Self::Down {
                host,
                num_failed,
                since,
                last,
                ..
            } => {
                // A clock set before 1970 must not cause a panic.
                let since = httpdate::fmt_http_date((*since).max(SystemTime::UNIX_EPOCH));
                write!(
                    f,
                    "host {host} is down: {num_failed} requests failed since {since}, the last one with \"{last}\"; try again later"
                )
            }
        }
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection within the time limit",
            Self::Head => "no answer within the time limit",
            Self::Idle => "the body stalled",
            Self::Throughput => "the body came too slowly",
        })
    }
}
