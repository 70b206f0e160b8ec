//! A request as plain data; nothing is sent here.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::lane::Lane;
use crate::redact::redact_url;
use crate::transport::BoxError;

const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// Adds to a request what is valid for a short time only, such as a dated signature.
pub type Sign = Arc<dyn Fn(&mut Request) -> Result<(), BoxError> + Send + Sync>;

/// One HTTP request.
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute URL; plain `http` is accepted for loopback addresses only.
    pub url: Url,
    /// Headers besides those of the client.
    pub headers: HeaderMap,
    /// The body, empty for GET.
    pub body: Bytes,
    /// How many times as long as the client's `head_timeout` the head of the response may take.
    pub head_timeouts: u32,
    /// The lane whose limit it counts against.
    pub lane: Lane,
    /// If it is redirected to an address that begins with this one, it counts in that lane from then on.
    pub redirect_lane: Option<(Url, Lane)>,
    /// Called right before each time the request is sent, after all waiting, so that what it adds is never old. Not called after a redirect
    /// to another host.
    pub sign: Option<Sign>,
}

impl Request {
    /// A GET request.
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A request of any method, without headers and body.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            head_timeouts: 1,
            lane: Lane::DEFAULT,
            redirect_lane: None,
            sign: None,
        }
    }

    /// A POST request with the pairs as `application/x-www-form-urlencoded` body.
    pub fn post_form(url: Url, pairs: &[(&str, &str)]) -> Self {
        let body = pairs
            .iter()
            .map(|(key, value)| {
                format!(
                    "{}={}",
                    utf8_percent_encode(key, FORM),
                    utf8_percent_encode(value, FORM)
                )
            })
            .collect::<Vec<_>>()
            .join("&");
        let mut request = Self::new(Method::POST, url);
        request.headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        request.body = body.into();
        request
    }

    /// A POST request with the pairs and one file as `multipart/form-data` body. The names must not hold quotes or line breaks.
    pub fn post_multipart(url: Url, pairs: &[(&str, &str)], file: (&str, &[u8])) -> Self {
        let (file_name, file) = file;
        let occurs = |boundary: &str| {
            let is_in = |bytes: &[u8]| bytes.windows(boundary.len()).any(|part| part == boundary.as_bytes());
            is_in(file) || pairs.iter().any(|(_, value)| is_in(value.as_bytes()))
        };
        let mut boundary = format!("lks-http-{:016x}", fastrand::u64(..));
        while occurs(&boundary) {
            boundary = format!("lks-http-{:016x}", fastrand::u64(..));
        }
        let mut body = Vec::with_capacity(file.len() + 1024);
        for (name, value) in pairs {
            let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{file_name}\"; filename=\"{file_name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let mut request = Self::new(Method::POST, url);
        let kind = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"));
        let kind = kind.expect("because a boundary of hexadecimal digits can stand in a header");
        request.headers.insert(header::CONTENT_TYPE, kind);
        request.body = body.into();
        request
    }

    /// The same request in this lane.
    #[must_use]
    pub fn with_lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// The same request with this header.
    #[must_use]
    pub fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

impl fmt::Debug for Request {
    /// Without headers, body and secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &redact_url(&self.url))
            .field("lane", &self.lane.name())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
