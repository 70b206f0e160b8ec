//! Reading one HTTP/1.1 request from a connection.

use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::form_urlencoded;

/// The largest head that is read; servers in front of the archive refuse more.
const MAX_HEAD: usize = 64 * 1024;
/// The largest request body that is read.
const MAX_BODY: usize = 16 * 1024 * 1024;
const MAX_HEADERS: usize = 128;
/// The first byte of TLS.
const TLS_HANDSHAKE: u8 = 0x16;

#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query as sent.
    pub(crate) target: String,
    /// The decoded path.
    pub(crate) path: String,
    /// The decoded query.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The decoded body, if it is a form.
    pub(crate) form: Vec<(String, String)>,
    pub(crate) keep_alive: bool,
}

/// Why there is no request.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The client closed the connection between requests, or it broke.
    Closed,
    /// What was sent is not a request this server reads; the status says why.
    Bad(u16),
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter in the query or the form.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters(name).next()
    }

    /// All values of a parameter, those of the query first.
    pub(crate) fn parameters(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query
            .iter()
            .chain(&self.form)
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// Reads the next request; `buffer` carries bytes that came early from one request to the next.
    pub(crate) async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Self, ReadError> {
        let (mut request, head_length) = loop {
            if let Some(parsed) = parse_head(buffer)? {
                if parsed.1 > MAX_HEAD {
                    return Err(ReadError::Bad(431));
                }
                break parsed;
            }
            if buffer.len() > MAX_HEAD {
                return Err(ReadError::Bad(431));
            }
            fill(stream, buffer).await?;
        };
        buffer.drain(..head_length);
        let expects = request
            .header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
        let chunked = request
            .header("transfer-encoding")
            .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
        let length = match request.header("content-length") {
            Some(text) => text.trim().parse::<usize>().map_err(|_| ReadError::Bad(400))?,
            None => 0,
        };
        if length > MAX_BODY {
            return Err(ReadError::Bad(413));
        }
        if expects && buffer.is_empty() && (chunked || length > 0) {
            stream
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
                .await
                .map_err(|_| ReadError::Closed)?;
        }
        request.body = if chunked {
            read_chunks(stream, buffer).await?
        } else {
            read_exactly(stream, buffer, length).await?
        };
        let is_form = request
            .header("content-type")
            .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
        if is_form || (request.method == "POST" && !request.body.starts_with(b"{") && !request.body.starts_with(b"[")) {
            request.form = form_urlencoded::parse(&request.body).into_owned().collect();
        }
        Ok(request)
    }
}

async fn fill(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
    match stream.read_buf(buffer).await {
        Ok(0) | Err(_) => Err(ReadError::Closed),
        Ok(_) => Ok(()),
    }
}

async fn read_exactly(stream: &mut TcpStream, buffer: &mut Vec<u8>, length: usize) -> Result<Vec<u8>, ReadError> {
    while buffer.len() < length {
        fill(stream, buffer).await?;
    }
    Ok(buffer.drain(..length).collect())
}

async fn read_line(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<String, ReadError> {
    loop {
        if let Some(end) = buffer.windows(2).position(|pair| pair == b"\r\n") {
            let line = buffer.drain(..end + 2).collect::<Vec<_>>();
            return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
        }
        if buffer.len() > MAX_HEAD {
            return Err(ReadError::Bad(400));
        }
        fill(stream, buffer).await?;
    }
}

async fn read_chunks(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    loop {
        let line = read_line(stream, buffer).await?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(digits, 16).map_err(|_| ReadError::Bad(400))?;
        if size == 0 {
            while !read_line(stream, buffer).await?.is_empty() {}
            return Ok(body);
        }
        if size > MAX_BODY || body.len() + size > MAX_BODY {
            return Err(ReadError::Bad(413));
        }
        body.extend(read_exactly(stream, buffer, size).await?);
        if !read_line(stream, buffer).await?.is_empty() {
            return Err(ReadError::Bad(400));
        }
    }
}

/// The request in front of `buffer` and the length of its head; `None` if the head is not complete.
fn parse_head(buffer: &[u8]) -> Result<Option<(Request, usize)>, ReadError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(buffer) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(ReadError::Bad(431)),
        // A client that begins with TLS sees its handshake closed.
        Err(_) if buffer.first() == Some(&TLS_HANDSHAKE) => return Err(ReadError::Closed),
        Err(_) => return Err(ReadError::Bad(400)),
    };
    let mut target = parsed.path.unwrap_or("/").to_owned();
    // A client that takes us for its proxy sends the whole URL.
    if let Some(rest) = target.strip_prefix("http://") {
        target = rest
            .find('/')
            .map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned());
    }
    let (raw_path, raw_query) = target.split_once('?').unwrap_or((&target, ""));
    let headers: Vec<(String, String)> = parsed
        .headers
        .iter()
        .map(|header| {
            (
                header.name.to_owned(),
                String::from_utf8_lossy(header.value).into_owned(),
            )
        })
        .collect();
    let mut request = Request {
        method: parsed.method.unwrap_or("GET").to_owned(),
        path: percent_decode_str(raw_path).decode_utf8_lossy().into_owned(),
        query: form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect(),
        headers,
        ..Request::default()
    };
    request.target = target;
    let connection = request.header("connection").unwrap_or_default().to_ascii_lowercase();
    request.keep_alive = match parsed.version {
        Some(0) => connection.contains("keep-alive"),
        _ => !connection.contains("close"),
    };
    Ok(Some((request, length)))
}
