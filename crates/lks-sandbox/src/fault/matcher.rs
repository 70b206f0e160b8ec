//! Which requests a script is about.

use serde::{Deserialize, Serialize};

use crate::server::request::Request;

/// Picks requests; every given condition must hold, and the default picks them all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Matcher {
    /// The method, such as `GET`.
    pub method: Option<String>,
    /// What the decoded path starts with.
    pub path: Option<String>,
    /// A part of the decoded path, query or body: a file name, or a Mashup service.
    pub contains: Option<String>,
    /// Parameters of the query, with their decoded values.
    pub query: Vec<(String, String)>,
    /// Whether there is a `Range` header.
    pub ranged: Option<bool>,
    /// Only from this request on, counting the ones that fulfil the rest from 1.
    pub nth: Option<u64>,
}

impl Matcher {
    /// All requests whose decoded path starts with `path`.
    pub fn path(path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            ..Self::default()
        }
    }

    /// All requests whose decoded path, query or body has this part.
    pub fn contains(part: impl Into<String>) -> Self {
        Self {
            contains: Some(part.into()),
            ..Self::default()
        }
    }

    /// Only requests with this method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only requests that also have this part in decoded path, query or body.
    #[must_use]
    pub fn with_part(mut self, part: impl Into<String>) -> Self {
        self.contains = Some(part.into());
        self
    }

    /// Only from the n-th request on, counting from 1.
    #[must_use]
    pub fn nth(mut self, n: u64) -> Self {
        self.nth = Some(n);
        self
    }

    /// Whether everything but [`Matcher::nth`] holds.
    pub(crate) fn picks(&self, request: &Request) -> bool {
        self.method
            .as_ref()
            .is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
            && self
                .path
                .as_ref()
                .is_none_or(|path| request.path.starts_with(path.as_str()))
            && self
                .ranged
                .is_none_or(|ranged| ranged == request.header("range").is_some())
            && self.query.iter().all(|pair| request.query.contains(pair))
            && self.contains.as_ref().is_none_or(|part| {
                request.path.contains(part.as_str())
                    || request
                        .query
                        .iter()
                        .chain(&request.form)
                        .any(|(_, value)| value.contains(part.as_str()))
                    || String::from_utf8_lossy(&request.body).contains(part.as_str())
            })
    }
}
