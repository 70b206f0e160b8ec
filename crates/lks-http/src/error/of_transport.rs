//! The cause of an error of the HTTP library, found in its chain of sources.

use std::error::Error as StdError;
use std::io;

use super::{Cause, TimeLimit};

/// The cause of the failure.
pub(super) fn transport_cause(error: &(dyn StdError + 'static)) -> Cause {
    let mut in_connect = false;
    let mut next = Some(error);
    let mut last = String::new();
    while let Some(cause) = next {
        if let Some(cause) = cause.downcast_ref::<reqwest::Error>() {
            in_connect |= cause.is_connect();
        }
        last = cause.to_string();
        if in_connect && last.contains("proxy authorization required") {
            return Cause::ProxyAuthentication;
        }
        if in_connect && last.contains("certificate") {
            return Cause::Certificate;
        }
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            match io.kind() {
                io::ErrorKind::TimedOut if in_connect => return Cause::TimedOut(TimeLimit::Connect),
                io::ErrorKind::TimedOut => return Cause::TimedOut(TimeLimit::Idle),
                _ => {}
            }
        }
        // hyper's parse errors have no public type; their texts start with these words.
        if !in_connect
            && (last.starts_with("invalid HTTP") || last.contains("parsed") || last.contains("content-length"))
        {
            return Cause::Protocol(last);
        }
        next = cause.source();
    }
    if let Some(error) = error.downcast_ref::<reqwest::Error>()
        && error.is_timeout()
    {
        return Cause::TimedOut(if in_connect {
            TimeLimit::Connect
        } else {
            TimeLimit::Idle
        });
    }
    if in_connect {
        Cause::Connect
    } else {
        Cause::Broken(last)
    }
}

/// The message of the innermost source.
pub(crate) fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
