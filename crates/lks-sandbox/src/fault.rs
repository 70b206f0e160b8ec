//! What can be made to go wrong, and for which requests.
//!
//! A script is a [`Matcher`] with a queue of [`Fault`]s: each matching request takes the front fault, until it has been used
//! [`Fault::times`] times; when the queue is empty the requests are answered normally again. Both types can be written as JSON, so that
//! clients in other languages script the same misbehaviour through `POST /_sandbox/script`.

use serde::{Deserialize, Serialize};

mod matcher;
mod script;

pub use matcher::Matcher;
pub(crate) use script::Scripts;

/// How the end of a body is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// `Content-Length`, the normal case.
    Length,
    /// `Transfer-Encoding: chunked`, ended properly unless the body is cut.
    Chunked,
    /// Chunked, but the connection is closed before the last, empty chunk.
    ChunkedUnfinished,
    /// Neither: the body ends where the connection does.
    UntilClose,
}

/// One bit pattern applied to one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flip {
    /// Which byte, counted from the start of the whole object, whatever range is asked for.
    pub offset: u64,
    /// What the byte is XOR-ed with; 1 flips the lowest bit.
    pub mask: u8,
}

/// One way of answering wrongly. The fields combine; [`Fault::default`] spoils nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// How many matching requests it spoils before the next fault's turn.
    pub times: u32,
    /// Waiting time before the first byte of the answer, in milliseconds.
    pub delay_ms: u64,
    /// Close the connection before any byte of an answer.
    pub hang_up: bool,
    /// End a connection that is cut with RST instead of FIN.
    pub reset: bool,
    /// Keep silent, holding the connection open, instead of sending the head of the answer.
    pub stall_head: bool,
    /// Bytes sent in place of the whole answer, after which the connection closes.
    pub raw: Option<String>,
    /// Send header lines without end (up to 16 MiB).
    pub endless_headers: bool,

    /// Answer with this status and a body as the service words it (S3: XML), or [`Fault::body`].
    pub status: Option<u16>,
    /// Replace only the status code of the true answer.
    pub relabel: Option<u16>,
    /// Headers that replace those of the same name; an empty value removes the header.
    pub headers: Vec<(String, String)>,
    /// Header lines added even if the name is already there.
    pub extra_headers: Vec<(String, String)>,
    /// A body in place of the true one.
    pub body: Option<String>,
    /// Mashup's "still working" answer, which asks the client to send the request again.
    pub executing: bool,
    /// Mashup's error answer with this message; the HTTP status is 200.
    pub mashup_error: Option<String>,

    /// Announce the end of the body in another way.
    pub framing: Option<Framing>,
    /// What `Content-Length` says, verbatim; the body keeps its true length.
    pub content_length: Option<String>,
    /// Bytes sent after the end of the body.
    pub extra_bytes: u64,
    /// Close the connection when so many bytes of the body have been sent.
    pub cut_at: Option<u64>,
    /// Stop sending, holding the connection open, when so many bytes of the body have been sent.
    pub stall_at: Option<u64>,
    /// Milliseconds until a stall ends and the answer goes on; 0 is never.
    pub stall_ms: u64,
    /// The rate of the body.
    pub bytes_per_second: Option<u64>,
    /// Close the connection after the answer without having said so.
    pub close_after: bool,

    /// Bytes of the object that are altered.
    pub flips: Vec<Flip>,
    /// Serve another edition of the object: same name and size, other bytes, another ETag and date. A FITS file stays valid.
    pub edition: u32,
    /// An ETag in place of the true one, verbatim with its quotes; conditions are compared with it.
    pub etag: Option<String>,
    /// Do not look at `If-Match`, `If-None-Match`, `If-Range` and the like.
    pub ignore_conditions: bool,
    /// Answer a range request with the whole object and 200.
    pub ignore_range: bool,
    /// Serve a range that starts so many bytes later (or earlier), and say so in `Content-Range`.
    pub shift_range: i64,
    /// The total size that `Content-Range` claims.
    pub range_total: Option<String>,
    /// Answer a range request as `multipart/byteranges`.
    pub multipart: bool,
    /// Compress the body and say `Content-Encoding: gzip`, although nobody asked.
    pub gzip: bool,
    /// Unpack a body that is a gzip file, as some proxies do.
    pub gunzip: bool,
}

impl Default for Fault {
    fn default() -> Self {
        Self {
            times: 1,
            delay_ms: 0,
            hang_up: false,
            reset: false,
            stall_head: false,
            raw: None,
            endless_headers: false,
            status: None,
            relabel: None,
            headers: Vec::new(),
            extra_headers: Vec::new(),
            body: None,
            executing: false,
            mashup_error: None,
            framing: None,
            content_length: None,
            extra_bytes: 0,
            cut_at: None,
            stall_at: None,
            stall_ms: 0,
            bytes_per_second: None,
            close_after: false,
            flips: Vec::new(),
            edition: 0,
            etag: None,
            ignore_conditions: false,
            ignore_range: false,
            shift_range: 0,
            range_total: None,
            multipart: false,
            gzip: false,
            gunzip: false,
        }
    }
}

impl Fault {
    /// An answer with another status and the body that goes with it.
    pub fn status(status: u16) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    /// A redirect (302) to any text.
    pub fn redirect(location: impl Into<String>) -> Self {
        Self::status(302).header("Location", location)
    }

    /// Status 200 with a page of HTML, as a proxy or an overloaded service answers.
    pub fn html() -> Self {
        Self {
            status: Some(200),
            body: Some("<html>\r\n<head><title>Scheduled maintenance</title></head>\r\n<body>We will be back soon.</body>\r\n</html>\r\n".into()),
            ..Self::default()
        }
        .header("Content-Type", "text/html")
    }

    /// Status 200 and no byte of a body.
    pub fn empty() -> Self {
        Self {
            status: Some(200),
            body: Some(String::new()),
            ..Self::default()
        }
    }

    /// FIN after so many bytes of the body; see [`Fault::with_reset`] for RST.
    pub fn cut_at(n_bytes: u64) -> Self {
        Self {
            cut_at: Some(n_bytes),
            ..Self::default()
        }
    }

    /// Silence after so many bytes of the body, with the connection held open.
    pub fn stall_at(n_bytes: u64) -> Self {
        Self {
            stall_at: Some(n_bytes),
            ..Self::default()
        }
    }

    /// A body that comes at this rate.
    pub fn slow(bytes_per_second: u64) -> Self {
        Self {
            bytes_per_second: Some(bytes_per_second),
            ..Self::default()
        }
    }

    /// The connection ends before any byte of an answer.
    pub fn hang_up() -> Self {
        Self {
            hang_up: true,
            ..Self::default()
        }
    }

    /// Something else than HTTP where the status line should be.
    pub fn garbage() -> Self {
        Self {
            raw: Some("SSH-2.0-OpenSSH_9.6\r\n".into()),
            ..Self::default()
        }
    }

    /// The lowest bit of one byte of the object is wrong.
    pub fn flip_bit(offset: u64) -> Self {
        Self {
            flips: vec![Flip { offset, mask: 1 }],
            ..Self::default()
        }
    }

    /// Another edition of the object, see [`Fault::edition`](struct@Fault).
    pub fn edition(number: u32) -> Self {
        Self {
            edition: number,
            ..Self::default()
        }
    }

    /// Mashup's "still working" answer.
    pub fn executing() -> Self {
        Self {
            executing: true,
            ..Self::default()
        }
    }

    /// The same for so many matching requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The same for every matching request from now on.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// A header that replaces the one of that name.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// `Retry-After`, in seconds or as a date.
    #[must_use]
    pub fn retry_after(self, value: impl ToString) -> Self {
        self.header("Retry-After", value.to_string())
    }

    /// A connection that is cut ends with RST.
    #[must_use]
    pub fn with_reset(mut self) -> Self {
        self.reset = true;
        self
    }
}
