//! Why one attempt at one file failed, and what that means for the next.

use std::error::Error as StdError;
use std::fmt;

use http::StatusCode;
use lks_http::{Cause, Class, redact_url};

use crate::report::manifest::FailureKind;

/// A failed attempt.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) class: Class,
    pub(crate) message: String,
    pub(crate) url: Option<String>,
    /// Whether anything was sent before it failed.
    pub(crate) was_sent: bool,
    /// Hash of what came, if only the checksums in it are wrong.
    pub(crate) sha256: Option<String>,
}

impl Failure {
    /// What came is not what was asked for.
    pub(crate) fn corrupt(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Corrupt, Class::Transient, message)
    }

    /// The answer does not fit the question.
    pub(crate) fn protocol(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Remote, Class::Transient, message)
    }

    /// Far more than the product can have; reserving or reading it would only harm.
    pub(crate) fn too_large(num_bytes: u64) -> Self {
        Self::corrupt(format!(
            "the source sends {num_bytes} bytes or more, far beyond what the table says"
        ))
        .for_good()
    }

    /// A range came that is not the one asked for: nothing of it may be written, and what was written is given up.
    pub(crate) fn wrong_range(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Remote, Class::Changed, message)
    }

    /// The file at the source is another one than before.
    pub(crate) fn changed(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Changed, Class::Changed, message)
    }

    /// The source serves another version than the one that is wanted; asking it again does not help.
    pub(crate) fn other_version(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Changed, Class::Permanent, message)
    }

    /// The local disk; no other source helps.
    pub(crate) fn storage(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Storage, Class::Permanent, message)
    }

    /// The name would leave the store; no other source helps.
    pub(crate) fn unsafe_name(message: impl Into<String>) -> Self {
        Self::new(FailureKind::UnsafeName, Class::Permanent, message)
    }

    /// There is nothing of that kind at the source.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(FailureKind::NotFound, Class::NotFound, message)
    }

    fn new(kind: FailureKind, class: Class, message: impl Into<String>) -> Self {
        Self {
            kind,
            class,
            message: message.into(),
            url: None,
            was_sent: true,
            sha256: None,
        }
    }

    pub(crate) fn at(mut self, url: impl fmt::Display) -> Self {
        self.url = Some(url.to_string());
        self
    }

    /// The same failure, not worth another attempt at the same place.
    pub(crate) fn for_good(mut self) -> Self {
        if self.class != Class::Changed {
            self.class = Class::Permanent;
        }
        self
    }

    /// One attempt, unless nothing was sent: because the host is down, for example. Behind a redirect something was sent, to the host that
    /// redirects.
    pub(crate) fn num_sent(&self) -> u32 {
        u32::from(self.was_sent)
    }

    /// Whether the same place may well give the rest later.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.kind, FailureKind::Unavailable | FailureKind::RateLimited)
    }

    /// Whether it lies with us, so that no other place can help.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self.kind, FailureKind::Storage | FailureKind::UnsafeName)
    }
}

impl From<lks_http::Error> for Failure {
    fn from(error: lks_http::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&lks_http::Error> for Failure {
    fn from(error: &lks_http::Error) -> Self {
        let class = match error.status() {
            // What we know of the file does not fit theirs: begin anew, once. Its body is never part of the file.
            Some(StatusCode::RANGE_NOT_SATISFIABLE) => Class::Changed,
            _ => error.class(),
        };
        let kind = match (class, error.cause()) {
            (_, Cause::RateLimited { .. }) => FailureKind::RateLimited,
            (_, Cause::Offline(_)) => FailureKind::Unavailable,
            (_, Cause::Protocol(_) | Cause::Redirect(_) | Cause::Refused(_)) => FailureKind::Remote,
            (Class::Transient | Class::Throttled { .. } | Class::Down { .. }, _) => FailureKind::Unavailable,
            (Class::Changed, _) if error.status() == Some(StatusCode::RANGE_NOT_SATISFIABLE) => FailureKind::Remote,
            (Class::Changed, _) => FailureKind::Changed,
            (Class::NotFound, _) => FailureKind::NotFound,
            (Class::Denied, _) => FailureKind::Denied,
            (Class::Permanent, _) => FailureKind::Remote,
        };
        let url = error.url().map(|url| redact_url(url).into_owned());
        Self {
            kind,
            class,
            message: error.to_string(),
            url,
            was_sent: error.attempts() > 0,
            sha256: None,
        }
    }
}

impl From<object_store::Error> for Failure {
    /// Our own transport lies at the bottom of most of its errors and knows better what happened.
    fn from(error: object_store::Error) -> Self {
        let mut next: Option<&(dyn StdError + 'static)> = Some(&error);
        while let Some(cause) = next {
            if let Some(ours) = cause.downcast_ref::<lks_http::Error>() {
                return Self::from(ours);
            }
            next = cause.source();
        }
        let message = error.to_string();
        match error {
            object_store::Error::NotFound { path, .. } => Self::new(
                FailureKind::NotFound,
                Class::NotFound,
                format!("the bucket has no object {path}"),
            ),
            object_store::Error::Precondition { path, .. } => {
                Self::changed(format!("the object {path} was replaced meanwhile"))
            }
            object_store::Error::PermissionDenied { path, .. } | object_store::Error::Unauthenticated { path, .. } => {
                Self::new(
                    FailureKind::Denied,
                    Class::Denied,
                    format!("the bucket does not give the object {path}"),
                )
            }
            object_store::Error::Generic { source, .. } => {
                Self::protocol(format!("the answer of the bucket cannot be used: {source}"))
            }
            _ => Self::protocol(message),
        }
    }
}
