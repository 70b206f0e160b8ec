//! HTTP/1.1 requests, as far as the clients here send them.

use std::io::{self, Read};
use std::net::TcpStream;

/// A request with its body.
pub(crate) struct Request {
    pub method: String,
    pub target: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// The next request of a connection; `None` when the client has no more. `early` holds what came after the last one.
pub(crate) fn read_request(stream: &mut TcpStream, early: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let end = loop {
        match end_of_head(early) {
            Some(end) => break end,
            None if !more(stream, early)? => return Ok(None),
            None => {}
        }
    };
    let head = String::from_utf8_lossy(&early[..end]).into_owned();
    early.drain(..end);
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut request = Request {
        method,
        target,
        headers,
        body: Vec::new(),
    };
    let length = request
        .header("content-length")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    while early.len() < length {
        if !more(stream, early)? {
            return Ok(None);
        }
    }
    request.body = early.drain(..length).collect();
    Ok(Some(request))
}

/// Where the body begins.
pub(crate) fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn more(stream: &mut TcpStream, early: &mut Vec<u8>) -> io::Result<bool> {
    let mut buffer = [0; 16 * 1024];
    let n = stream.read(&mut buffer)?;
    early.extend_from_slice(&buffer[..n]);
    Ok(n > 0)
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the client wants the connection closed after the answer.
    pub(crate) fn closes(&self) -> bool {
        self.header("connection")
            .is_some_and(|text| text.eq_ignore_ascii_case("close"))
    }

    /// The request as it goes on to the sandbox, which shall close the connection after its answer.
    pub(crate) fn closing(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", self.method, self.target);
        for (name, value) in self.headers.iter().filter(|(name, _)| name != "connection") {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        [text.as_bytes(), &self.body].concat()
    }
}
