//! What can be made to go wrong, and for which requests.
//!
//! A script is a [`Matcher`] with a queue of [`Fault`]s: each matching request takes the front fault, until it has been used
//! [`Fault::times`] times; when the queue is empty the requests are answered normally again. Both types can be written as JSON, so that
//! clients in other languages script the same misbehaviour through `POST /_sandbox/script`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

mod constructors;
mod matcher;
mod script;

pub use matcher::Matcher;
pub(crate) use script::Scripts;

/// The largest length that [`Fault::resize`] gives an object, in bytes: its zeros are held in memory.
pub const LARGEST_RESIZE: u64 = 256 << 20;

/// How the end of a body is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyFraming {
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

/// A value in Mashup's rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultyCell {
    /// The column.
    pub column: String,
    /// What the cell holds.
    pub value: Value,
    /// The row of the page, counting from 0; without it, every row.
    #[serde(default)]
    pub row: Option<usize>,
}

/// How paging goes wrong; the archive has been seen to do all of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paging {
    /// All rows are on the first page, whatever page size was asked for.
    Ignored,
    /// Every page is the first.
    Repeated,
    /// Every page but the first begins with the row that ended the page before, so the last row never comes.
    Overlapping,
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
    /// A body in place of the true one that is not text; it goes before [`Fault::body`].
    pub body_bytes: Option<Vec<u8>>,
    /// The length that the object or answer has: cut short, or filled up with zeros, to [`LARGEST_RESIZE`] at most. Lengths and ranges
    /// agree with it.
    pub resize: Option<u64>,
    /// Mashup's "still working" answer, which asks the client to send the request again.
    pub executing: bool,
    /// Mashup's error answer with this message; the HTTP status is 200.
    pub mashup_error: Option<String>,
    /// Cells of Mashup's rows that hold something else.
    pub cells: Vec<FaultyCell>,
    /// Columns that are missing in Mashup's rows.
    pub without_columns: Vec<String>,
    /// How Mashup parts its rows into pages.
    pub paging: Option<Paging>,

    /// Announce the end of the body in another way.
    pub framing: Option<BodyFraming>,
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

impl Fault {
    pub(crate) fn resized(&self) -> Option<u64> {
        self.resize.map(|length| length.min(LARGEST_RESIZE))
    }
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
            body_bytes: None,
            resize: None,
            executing: false,
            mashup_error: None,
            cells: Vec::new(),
            without_columns: Vec::new(),
            paging: None,
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
