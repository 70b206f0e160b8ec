//! Files of any size, `bench-SIZE-NUMBER.fits`: one image of bytes, sent without being held in memory.

use std::io::{self, Write};
use std::sync::LazyLock;

use super::Answer;
use super::message::Request;

/// A FITS block; the header of a made file is one.
const BLOCK: u64 = 2880;

/// Bytes written at once.
const PIECE: u64 = 256 << 10;

static PIXELS: LazyLock<Vec<u8>> = LazyLock::new(|| (0..PIECE).map(|at| (at * 31 + at / 251) as u8).collect());

/// Bytes of an answer.
pub(crate) enum Body {
    Kept(Vec<u8>),
    /// So many bytes of a made file, from an offset on.
    Made {
        header: Vec<u8>,
        first: u64,
        end: u64,
    },
}

impl Body {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Kept(bytes) => bytes.len() as u64,
            Self::Made { first, end, .. } => end - first,
        }
    }

    pub(crate) fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Kept(bytes) => out.write_all(bytes),
            Self::Made { header, first, end } => {
                if *first < BLOCK {
                    out.write_all(&header[*first as usize..(*end).min(BLOCK) as usize])?;
                }
                let mut at = (*first).max(BLOCK);
                while at < *end {
                    // The pattern belongs to the place in the file, whatever range it is part of.
                    let start = at % PIECE;
                    let stop = PIECE.min(start + (*end - at));
                    out.write_all(&PIXELS[start as usize..stop as usize])?;
                    at += stop - start;
                }
                Ok(())
            }
        }
    }
}

/// The answer to a request for made files; `None` if it is for the sandbox.
pub(crate) fn answer(request: &Request) -> Option<Answer> {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    if path.starts_with("/stpubdata/tess/public/bench/") {
        return object(request, path.rsplit('/').next()?);
    }
    if !query.contains("bench-") {
        return None;
    }
    let uris: Vec<String> = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("uri="))
        .map(|uri| uri.replace("%3A", ":").replace("%2F", "/"))
        .collect();
    let name = |uri: &str| uri.rsplit('/').next().unwrap_or_default().to_owned();
    match path.trim_end_matches('/') {
        "/api/v0.1/path_lookup" => {
            let rows: Vec<String> = uris
                .iter()
                .map(|uri| {
                    format!(
                        "\"{uri}\": {{\"status_code\": 200, \"path\": \"/tess/public/bench/{}\"}}",
                        name(uri)
                    )
                })
                .collect();
            Some(Answer::json(format!("{{{}}}", rows.join(", "))))
        }
        "/api/v0.1/Download/file" => {
            let host = request.header("host").unwrap_or_default();
            let place = name(uris.first()?);
            let head = format!(
                "HTTP/1.1 302 Found\r\nLocation: http://{host}/stpubdata/tess/public/bench/{place}\r\nContent-Length: 0\r\n\r\n"
            );
            Some(Answer {
                head: head.into_bytes(),
                body: Body::Kept(Vec::new()),
            })
        }
        _ => None,
    }
}

fn object(request: &Request, name: &str) -> Option<Answer> {
    let size: u64 = name.split('-').nth(1)?.parse().ok()?;
    let size = size / BLOCK * BLOCK;
    let range = request
        .header("range")
        .and_then(|text| text.strip_prefix("bytes=")?.split_once('-'))
        .and_then(|(first, last)| {
            let last = if last.is_empty() { size - 1 } else { last.parse().ok()? };
            Some((first.parse().ok()?, size.min(last + 1)))
        });
    let (first, end) = range.unwrap_or((0, size));
    let status = match range {
        Some(_) => format!("206 Partial Content\r\nContent-Range: bytes {first}-{}/{size}", end - 1),
        None => "200 OK".to_owned(),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nAccept-Ranges: bytes\r\nContent-Type: binary/octet-stream\r\n\
         ETag: \"{:032x}-1\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n",
        end - first,
        size
    );
    Some(Answer {
        head: head.into_bytes(),
        body: Body::Made {
            header: header(name, size),
            first,
            end,
        },
    })
}

fn header(name: &str, size: u64) -> Vec<u8> {
    let cards = [
        format!("{:<8}= {:>20}", "SIMPLE", "T"),
        format!("{:<8}= {:>20}", "BITPIX", 8),
        format!("{:<8}= {:>20}", "NAXIS", 1),
        format!("{:<8}= {:>20}", "NAXIS1", size - BLOCK),
        format!("{:<8}= '{name}'", "OBJECT"),
        "END".to_owned(),
    ];
    let text: String = cards.iter().map(|card| format!("{card:<80}")).collect();
    format!("{text:<width$}", width = BLOCK as usize).into_bytes()
}
