//! Serving one object with conditions and ranges, rightly or as a fault wants it.

use std::borrow::Cow;
use std::io::{Read, Write};
use std::time::SystemTime;

use bytes::Bytes;

use super::body::Body;
use super::range::{self, Asked};
use super::reply::Reply;
use super::request::Request;
use crate::fault::Fault;

const BOUNDARY: &str = "3d6b6a416f9b5";
/// The size of a FITS block in bytes.
const BLOCK: usize = 2880;

/// An object as it would be served if nothing went wrong.
pub(crate) struct Representation {
    pub(crate) length: u64,
    /// With its quotes.
    pub(crate) etag: String,
    pub(crate) modified: SystemTime,
    pub(crate) content_type: &'static str,
    /// Absent if only the head was asked for.
    pub(crate) body: Option<Body>,
}

/// Answers GET and HEAD; `refuse` words the answers 304, 412 and 416.
pub(crate) fn serve(request: &Request, object: Representation, fault: &Fault, refuse: impl Fn(u16) -> Reply) -> Reply {
    let length = object.length;
    let modified = httpdate::fmt_http_date(object.modified);
    let validators = |reply: Reply| {
        reply
            .header("ETag", object.etag.clone())
            .header("Last-Modified", modified.clone())
    };
    if !fault.ignore_conditions
        && let Some(status) = failed_condition(request, &object.etag, object.modified)
    {
        return if status == 304 {
            validators(refuse(304))
        } else {
            refuse(status)
        };
    }
    let asked = if fault.ignore_range || !if_range_holds(request, &object.etag, object.modified, fault) {
        Asked::Whole
    } else {
        range::parse(request.header("range"), length)
    };
    if asked == Asked::Unsatisfiable {
        return refuse(416).header("Content-Range", format!("bytes */{length}"));
    }
    let base = |status: u16| {
        let reply = validators(Reply::new(status))
            .header("Accept-Ranges", "bytes")
            .header("Content-Type", object.content_type);
        Reply {
            is_object: true,
            ..reply
        }
    };
    match asked {
        Asked::Whole | Asked::Unsatisfiable => {
            let mut reply = base(200);
            reply.head_length = Some(length);
            reply.body = object.body.unwrap_or_default();
            reply
        }
        Asked::Part(first, end) => {
            let moved = |at: u64| at.saturating_add_signed(fault.shift_range).min(length);
            let (first, end) = (moved(first), moved(end));
            let total = fault.range_total.clone().unwrap_or_else(|| length.to_string());
            let content_range = format!("bytes {first}-{}/{total}", end.saturating_sub(1));
            let part = object.body.map(|body| body.slice(first..end)).unwrap_or_default();
            let mut reply = base(206);
            if fault.multipart {
                let head = format!(
                    "\r\n--{BOUNDARY}\r\nContent-Type: {}\r\nContent-Range: {content_range}\r\n\r\n",
                    object.content_type
                );
                reply.set_header("Content-Type", &format!("multipart/byteranges; boundary={BOUNDARY}"));
                let whole = |part: Bytes| {
                    let tail = format!("\r\n--{BOUNDARY}--\r\n");
                    Bytes::from([head.as_bytes(), &part, tail.as_bytes()].concat())
                };
                reply.body = part.map_held(whole);
                reply.head_length = Some(reply.body.len());
            } else {
                reply = reply.header("Content-Range", content_range);
                reply.head_length = Some(end - first);
                reply.body = part;
            }
            reply
        }
    }
}

/// The status to answer with if a condition of the request does not hold (RFC 9110, section 13.2.2).
fn failed_condition(request: &Request, etag: &str, modified: SystemTime) -> Option<u16> {
    let modified = whole_seconds(modified);
    let date = |name| {
        request
            .header(name)
            .and_then(|text| httpdate::parse_http_date(text).ok())
    };
    if let Some(wanted) = request.header("if-match") {
        if !names(wanted, etag, false) {
            return Some(412);
        }
    } else if date("if-unmodified-since").is_some_and(|limit| modified > limit) {
        return Some(412);
    }
    if let Some(known) = request.header("if-none-match") {
        return names(known, etag, true).then_some(304);
    }
    date("if-modified-since")
        .is_some_and(|limit| modified <= limit)
        .then_some(304)
}

fn if_range_holds(request: &Request, etag: &str, modified: SystemTime, fault: &Fault) -> bool {
    match request.header("if-range") {
        Some(text) if !fault.ignore_conditions => match httpdate::parse_http_date(text) {
            Ok(date) => whole_seconds(modified) == date,
            Err(_) => !etag.starts_with("W/") && text.trim() == etag,
        },
        _ => true,
    }
}

fn names(list: &str, etag: &str, weakly: bool) -> bool {
    let plain = |text: &str| text.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    if list.trim() == "*" {
        return true;
    }
    list.split(',')
        .any(|one| plain(one) == plain(etag) && (weakly || !(etag.starts_with("W/") || one.trim().starts_with("W/"))))
}

fn whole_seconds(time: SystemTime) -> SystemTime {
    let seconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds)
}

/// The bytes of an object after the faults that alter bytes.
pub(crate) fn altered(bytes: Bytes, fault: &Fault) -> Bytes {
    let is_true = fault.edition == 0 && fault.flips.is_empty() && fault.resize.is_none();
    if is_true && !fault.gzip && !fault.gunzip {
        return bytes;
    }
    let mut bytes = Vec::from(edition(&bytes, fault.edition));
    for flip in &fault.flips {
        if let Some(byte) = usize::try_from(flip.offset).ok().and_then(|at| bytes.get_mut(at)) {
            *byte ^= flip.mask;
        }
    }
    if fault.gunzip && bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        if flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut unpacked)
            .is_ok()
        {
            bytes = unpacked;
        }
    }
    if let Some(length) = fault.resized() {
        bytes.resize(length as usize, 0);
    }
    if fault.gzip {
        bytes = gzip(&bytes);
    }
    bytes.into()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.expect("because a vector takes all bytes")
}

/// Another edition of a file, of the same length and as valid as the first.
///
/// A FITS file gets the 32-bit words of each data block turned round by `number` places: the ones-complement sums that `CHECKSUM` and
/// `DATASUM` are made of do not see the order of words. A gzip file gets another time in its header, anything else another last byte.
fn edition(bytes: &[u8], number: u32) -> Cow<'_, [u8]> {
    if number == 0 || bytes.is_empty() {
        return Cow::Borrowed(bytes);
    }
    let mut altered = bytes.to_vec();
    if bytes.starts_with(b"SIMPLE  =") {
        for block in altered.chunks_exact_mut(BLOCK).filter(|block| !is_header(block)) {
            let num_words = BLOCK / 4;
            block.rotate_left(4 * (number as usize % num_words));
        }
    } else if bytes.starts_with(&[0x1f, 0x8b]) && bytes.len() > 8 {
        altered[4..8].copy_from_slice(&number.to_le_bytes());
    } else if let Some(last) = altered.last_mut() {
        *last = last.wrapping_add(number as u8);
    }
    Cow::Owned(altered)
}

fn is_header(block: &[u8]) -> bool {
    block.iter().all(|byte| (0x20..0x7f).contains(byte))
}

#[cfg(test)]
mod tests;
