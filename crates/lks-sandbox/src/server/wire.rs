//! Putting an answer on the wire, byte for byte as wished.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::body::Body;
use super::log::EntryId;
use super::reply::{Reply, reason};
use super::request::Request;
use super::state::State;
use crate::fault::{BodyFraming, Fault};

/// Bytes written at once.
const PIECE: usize = 64 * 1024;
/// Bytes of header lines after which even an endless head ends.
const ENDLESS: usize = 16 * 1024 * 1024;
/// How long the kernel gets to hand out what was written before a reset discards the rest.
const BEFORE_RESET: Duration = Duration::from_millis(30);
/// How long a finished connection waits for its client to close too, so that closing does not become a reset.
const LINGER: Duration = Duration::from_millis(500);

/// What happens to the connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    Continue,
    Close,
    Reset,
}

pub(crate) struct Wire {
    stream: TcpStream,
    /// Bytes of the next request that came early.
    buffer: Vec<u8>,
    state: Arc<State>,
    entry: Option<EntryId>,
    /// Whether the log counts the request as being answered.
    is_open: bool,
    is_head: bool,
    keep_alive: bool,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, buffer: Vec<u8>, state: Arc<State>, request: &Request) -> Self {
        Self {
            stream,
            buffer,
            state,
            entry: None,
            is_open: false,
            is_head: request.is_head(),
            keep_alive: request.keep_alive,
        }
    }

    pub(crate) fn into_parts(self) -> (TcpStream, Vec<u8>) {
        (self.stream, self.buffer)
    }

    /// Names the entry of the log that this answer belongs to.
    pub(crate) fn log(&mut self, entry: EntryId) {
        self.entry = Some(entry);
        self.is_open = true;
    }

    /// Tells the log that the request is answered; before the last bytes are sent, because the client may ask again at once.
    pub(crate) fn close_entry(&mut self) {
        if self.is_open {
            self.is_open = false;
            self.state.log().end(self.entry);
        }
    }

    /// Sends a whole answer, or as much of it as the fault allows.
    pub(crate) async fn send(&mut self, reply: Reply, fault: &Fault) -> After {
        let bodiless = self.is_head || matches!(reply.status, 100..200 | 204 | 304);
        let framing = fault.framing.unwrap_or(BodyFraming::Length);
        let closes = fault.cut_at.is_some()
            || fault.content_length.is_some()
            || fault.extra_bytes > 0
            || matches!(framing, BodyFraming::ChunkedUnfinished | BodyFraming::UntilClose);
        let keep = self.keep_alive && !fault.close_after && !closes;
        let head = self.head(&reply, fault, framing);
        self.note(|entry| entry.status = Some(reply.status));
        if bodiless || (reply.body.is_empty() && fault.extra_bytes == 0) {
            self.close_entry();
        }
        let ended = if self.stream.write_all(head.as_bytes()).await.is_err() {
            Err(Gone)
        } else if bodiless {
            Ok(())
        } else {
            self.send_body(&reply.body, fault, framing).await
        };
        match ended {
            Err(Gone) => After::Close,
            Ok(()) if fault.reset => After::Reset,
            Ok(()) if keep => After::Continue,
            Ok(()) => After::Close,
        }
    }

    fn head(&self, reply: &Reply, fault: &Fault, framing: BodyFraming) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status));
        if reply.header_value("date").is_none() {
            head.push_str(&format!("Date: {}\r\n", httpdate::fmt_http_date(SystemTime::now())));
        }
        for (name, value) in &reply.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let has_length = !matches!(reply.status, 100..200 | 204 | 304);
        match framing {
            BodyFraming::Length if has_length => {
                let true_length = || {
                    reply
                        .head_length
                        .filter(|_| self.is_head)
                        .unwrap_or(reply.body.len())
                        .to_string()
                };
                let length = fault.content_length.clone().unwrap_or_else(true_length);
                head.push_str(&format!("Content-Length: {length}\r\n"));
            }
            BodyFraming::Chunked | BodyFraming::ChunkedUnfinished => head.push_str("Transfer-Encoding: chunked\r\n"),
            BodyFraming::Length | BodyFraming::UntilClose => {}
        }
        if !self.keep_alive || framing == BodyFraming::UntilClose {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        head
    }

    async fn send_body(&mut self, body: &Body, fault: &Fault, framing: BodyFraming) -> Result<(), Gone> {
        let chunked = matches!(framing, BodyFraming::Chunked | BodyFraming::ChunkedUnfinished);
        let end = fault.cut_at.unwrap_or(u64::MAX);
        let total = body.len().saturating_add(fault.extra_bytes).min(end);
        let started = Instant::now();
        let mut sent = 0_u64;
        let mut stalls = fault.stall_at;
        while sent < total || stalls.is_some_and(|at| at <= sent) {
            if stalls.is_some_and(|at| at <= sent) {
                stalls = None;
                if !self.stall(fault).await {
                    return Err(Gone);
                }
                continue;
            }
            let piece = fault
                .bytes_per_second
                .map_or(PIECE as u64, |rate| (rate / 20).clamp(1, PIECE as u64));
            let until = (sent + piece).min(total).min(stalls.unwrap_or(u64::MAX));
            let bytes = portion(body, sent, until);
            self.note(|entry| entry.bytes += bytes.len() as u64);
            if until == total && stalls.is_none() {
                self.close_entry();
            }
            self.write_piece(&bytes, chunked).await?;
            sent += bytes.len() as u64;
            if let Some(rate) = fault.bytes_per_second.filter(|rate| *rate > 0) {
                let due = Duration::from_secs_f64(sent as f64 / rate as f64);
                let ahead = due.saturating_sub(started.elapsed());
                if !ahead.is_zero() && !self.wait(Some(ahead)).await {
                    return Err(Gone);
                }
            }
        }
        let complete = fault.cut_at.is_none() || sent < end;
        if framing == BodyFraming::Chunked && complete {
            self.stream.write_all(b"0\r\n\r\n").await.map_err(|_| Gone)?;
        }
        Ok(())
    }

    async fn write_piece(&mut self, bytes: &[u8], chunked: bool) -> Result<(), Gone> {
        if chunked {
            let framed = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
            self.stream.write_all(&framed).await.map_err(|_| Gone)
        } else {
            self.stream.write_all(bytes).await.map_err(|_| Gone)
        }
    }

    /// Sends bytes in place of an answer.
    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        if let Err(error) = self.stream.write_all(bytes).await {
            tracing::debug!(%error, "the client has left");
        }
    }

    pub(crate) async fn send_endless_headers(&mut self) {
        let mut sent = 0;
        let mut lines = String::from("HTTP/1.1 200 OK\r\n");
        while sent < ENDLESS {
            while lines.len() < PIECE {
                lines.push_str(&format!("X-Filler-{}: {}\r\n", sent + lines.len(), "x".repeat(80)));
            }
            if self.stream.write_all(lines.as_bytes()).await.is_err() {
                return;
            }
            sent += lines.len();
            lines.clear();
        }
    }

    /// Holds the connection for as long as the fault wants; false if the client left meanwhile.
    pub(crate) async fn stall(&mut self, fault: &Fault) -> bool {
        let limit = (fault.stall_ms > 0).then(|| Duration::from_millis(fault.stall_ms));
        self.wait(limit).await
    }

    /// Waits, for ever without a limit; false if the client left meanwhile.
    pub(crate) async fn wait(&mut self, limit: Option<Duration>) -> bool {
        let until = limit.map(|limit| tokio::time::Instant::now() + limit);
        loop {
            let elapsed = async {
                match until {
                    Some(until) => tokio::time::sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = elapsed => return true,
                read = self.stream.read_buf(&mut self.buffer) => match read {
                    Ok(0) | Err(_) => return false,
                    Ok(_) => {}
                },
            }
        }
    }

    /// Ends the connection with FIN.
    pub(crate) async fn finish(mut self) {
        if self.stream.shutdown().await.is_ok() {
            self.wait(Some(LINGER)).await;
        }
    }

    /// Ends the connection with RST.
    pub(crate) async fn reset(self) {
        tokio::time::sleep(BEFORE_RESET).await;
        if let Err(error) = self.stream.set_zero_linger() {
            tracing::debug!(%error, "cannot set SO_LINGER");
        }
    }

    fn note(&self, change: impl FnOnce(&mut super::log::Logged)) {
        if let Some(entry) = self.entry {
            self.state.log().update(entry, change);
        }
    }
}

/// The client closed the connection, or it broke.
struct Gone;

/// Bytes of the body, and of the filling behind its end.
fn portion(body: &Body, from: u64, until: u64) -> Bytes {
    let length = body.len();
    if from < length {
        body.piece(from..until.min(length))
    } else {
        Bytes::from(vec![b'X'; (until - from) as usize])
    }
}
