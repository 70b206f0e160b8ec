//! A client that shows what really came over the wire; HTTP libraries hide it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use lks_sandbox::Sandbox;

/// How long a test waits for what must come, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer, as far as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// How the connection ended, if it did.
    pub end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The announced end of the body came; the connection is open.
    Complete,
    Fin,
    Reset,
    /// Nothing came for a while.
    Silence,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

pub(crate) fn connect(sandbox: &Sandbox) -> TcpStream {
    let url = sandbox.url();
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("the sandbox listens");
    set_patience(&stream, PATIENCE);
    stream
}

fn set_patience(stream: &TcpStream, patience: Duration) {
    stream
        .set_read_timeout(Some(patience))
        .expect("a time limit can be set");
}

pub(crate) fn get(sandbox: &Sandbox, target: &str, headers: &[&str]) -> Answer {
    exchange(&mut connect(sandbox), &request("GET", target, headers, ""))
}

pub(crate) fn send(sandbox: &Sandbox, method: &str, target: &str, body: &str) -> Answer {
    exchange(&mut connect(sandbox), &request(method, target, &[], body))
}

/// Sends a script over HTTP.
pub(crate) fn control(sandbox: &Sandbox, script: &str) -> Answer {
    let headers = ["Content-Type: application/json"];
    exchange(
        &mut connect(sandbox),
        &request("POST", "/_sandbox/script", &headers, script),
    )
}

/// Asks Mashup, with the request as JSON.
pub(crate) fn invoke(sandbox: &Sandbox, mashup: &serde_json::Value) -> serde_json::Value {
    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("request", &mashup.to_string())
        .finish();
    send(sandbox, "POST", "/api/v0/invoke", &form).json()
}

pub(crate) fn request(method: &str, target: &str, headers: &[&str], body: &str) -> String {
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    format!(
        "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n{lines}\r\n{body}",
        body.len()
    )
}

/// Sends a request and reads until the announced end of the answer or the end of the connection.
pub(crate) fn exchange(stream: &mut TcpStream, request: &str) -> Answer {
    stream.write_all(request.as_bytes()).expect("the request can be sent");
    let is_head = request.starts_with("HEAD");
    let mut received = Vec::new();
    let end = read_until(stream, &mut received, |received| is_complete(received, is_head));
    answer(&received, end)
}

/// Sends a request, reads the head and so many bytes of the body, or nothing at all, and then waits a little for more.
pub(crate) fn exchange_until_silence(stream: &mut TcpStream, request: &str, num_bytes: Option<usize>) -> Answer {
    stream.write_all(request.as_bytes()).expect("the request can be sent");
    let mut received = Vec::new();
    let expected = |received: &[u8]| match num_bytes {
        Some(num_bytes) => head_length(received).is_some_and(|length| received.len() - length >= num_bytes),
        None => true,
    };
    let mut end = read_until(stream, &mut received, expected);
    if end == End::Complete {
        set_patience(stream, Duration::from_millis(100));
        end = read_until(stream, &mut received, |_| false);
        set_patience(stream, PATIENCE);
    }
    answer(&received, end)
}

fn read_until(stream: &mut TcpStream, received: &mut Vec<u8>, enough: impl Fn(&[u8]) -> bool) -> End {
    let mut piece = vec![0; 65536];
    while !enough(received) {
        match stream.read(&mut piece) {
            Ok(0) => return End::Fin,
            Ok(n) => received.extend_from_slice(&piece[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return End::Reset,
            Err(_) => return End::Silence,
        }
    }
    End::Complete
}

fn answer(received: &[u8], end: End) -> Answer {
    let split = head_length(received).unwrap_or(received.len());
    let head = String::from_utf8_lossy(&received[..split]).into_owned();
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    Answer {
        status,
        head,
        body: received[split..].to_vec(),
        end,
    }
}

pub(crate) fn head_length(received: &[u8]) -> Option<usize> {
    received
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|at| at + 4)
}

/// Whether an answer with one honest `Content-Length`, or chunked, is all there.
fn is_complete(received: &[u8], is_head: bool) -> bool {
    let Some(length) = head_length(received) else {
        return false;
    };
    let head = String::from_utf8_lossy(&received[..length]).to_ascii_lowercase();
    let status: u16 = head.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    if is_head || matches!(status, 204 | 304) {
        return true;
    }
    if head.contains("transfer-encoding: chunked") {
        return received.ends_with(b"0\r\n\r\n");
    }
    let announced = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    announced.is_some_and(|announced| received.len() - length == announced)
}
