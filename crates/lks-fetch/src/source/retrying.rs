//! Requests of a reader that has no loop of its own: tried again as the client's policy says, bodies of a usual size included.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use lks_http::{Error, Framing, HttpClient, Request, Response};
use url::Url;

/// A body of at most so many bytes is read before the answer is given on, so that a break in it can be mended.
const MOST_HELD: u64 = 16 << 20;
/// Room is made for so many of them before they come, whatever is announced.
const MOST_EXPECTED: usize = 1 << 20;

/// The size of an object whose server does not give it; `object_store` has no other word for that.
pub(crate) const UNKNOWN_SIZE: u64 = u64::MAX;

/// A 2xx answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) url: Url,
    pub(crate) body: ResponseBody,
}

/// Its body.
#[derive(Debug)]
pub(crate) enum ResponseBody {
    /// All of it.
    Held(Bytes),
    /// Still to come, and not mended if it breaks off.
    Streaming(Box<Response>),
}

impl Answered {
    /// How the end of the body is known.
    pub(crate) fn framing(&self) -> Framing {
        match &self.body {
            ResponseBody::Held(bytes) => Framing::Length(bytes.len() as u64),
            ResponseBody::Streaming(response) => response.framing(),
        }
    }
}

impl From<Response> for Answered {
    fn from(response: Response) -> Self {
        let (status, headers, url) = (response.status, response.headers.clone(), response.url.clone());
        Self {
            status,
            headers,
            url,
            body: ResponseBody::Streaming(Box::new(response)),
        }
    }
}

/// Sends the request until it is answered well, or the policy gives up.
pub(crate) async fn ask(http: &HttpClient, request: &Request) -> Result<Answered, Error> {
    http.retry(|| async {
        let mut response = http.stream(request.clone()).await?;
        let Some(length) = response.length().filter(|length| *length <= MOST_HELD) else {
            return Ok(response.into());
        };
        let mut held = BytesMut::with_capacity((length as usize).min(MOST_EXPECTED));
        while let Some(chunk) = response.chunk().await? {
            held.extend_from_slice(&chunk);
        }
        Ok(Answered {
            body: ResponseBody::Held(held.freeze()),
            ..response.into()
        })
    })
    .await
}
