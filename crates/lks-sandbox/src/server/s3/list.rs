//! ListObjects, both versions: prefix, delimiter, pages.

use std::time::{Duration, SystemTime};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{BUCKET, error, escape};
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::server::service::{PART_SIZE, Service};

const MAX_KEYS: usize = 1000;
/// Bytes of the objects of one page. S3 may give fewer keys than asked for, and here it does: the ETags are sums over bytes that are made
/// when asked for, and a page must not take many seconds.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// What `encoding-type=url` leaves as it is.
const KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'*');

/// One entry of a page: a key, or a prefix up to the delimiter.
enum Entry<'a> {
    Key(&'a str),
    Prefix(&'a str),
}

pub(super) fn objects(service: &Service, request: &Request) -> Reply {
    let text = |name: &str| request.parameter(name).unwrap_or_default();
    let (prefix, delimiter) = (text("prefix"), text("delimiter"));
    let limit = match request.parameter("max-keys").map(str::parse::<usize>) {
        None => MAX_KEYS,
        Some(Ok(limit)) => limit.min(MAX_KEYS),
        Some(Err(_)) => return error(request, 400),
    };
    // A continuation token is opaque to clients; here it is the last entry of the page before, as the first version's marker is.
    let is_second = text("list-type") == "2";
    let after = if is_second {
        request
            .parameter("continuation-token")
            .or(request.parameter("start-after"))
    } else {
        request.parameter("marker")
    };
    let after = after.unwrap_or_default();
    let size = |key: &str| service.world.size_of(key);
    let (page, truncated) = page(service.world.keys(), prefix, delimiter, after, limit, size);

    let url_encoded = text("encoding-type") == "url";
    let shown = |key: &str| {
        if url_encoded {
            utf8_percent_encode(key, KEY).to_string()
        } else {
            escape(key)
        }
    };
    let mut body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{BUCKET}</Name>\
         <Prefix>{}</Prefix><KeyCount>{}</KeyCount><MaxKeys>{limit}</MaxKeys>",
        shown(prefix),
        page.len()
    );
    if !delimiter.is_empty() {
        body.push_str(&format!("<Delimiter>{}</Delimiter>", shown(delimiter)));
    }
    if url_encoded {
        body.push_str("<EncodingType>url</EncodingType>");
    }
    body.push_str(&format!("<IsTruncated>{truncated}</IsTruncated>"));
    if let Some(last) = page.last().filter(|_| truncated) {
        let (Entry::Key(last) | Entry::Prefix(last)) = last;
        let tag = if is_second {
            "NextContinuationToken"
        } else {
            "NextMarker"
        };
        body.push_str(&format!("<{tag}>{}</{tag}>", escape(last)));
    }
    for entry in &page {
        match entry {
            Entry::Prefix(prefix) => body.push_str(&format!(
                "<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>",
                shown(prefix)
            )),
            Entry::Key(key) => {
                let Some((modified, etag, size)) = service.listed(key) else {
                    continue;
                };
                body.push_str(&format!(
                    "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size><StorageClass>INTELLIGENT_TIERING</StorageClass></Contents>",
                    shown(key),
                    iso(modified),
                    escape(&etag),
                    size
                ));
            }
        }
    }
    Reply::with_body(200, "application/xml", body + "</ListBucketResult>")
}

/// One page of the sorted keys that start with `prefix`, and whether there are more.
fn page<'a>(
    keys: impl Iterator<Item = &'a str>,
    prefix: &str,
    delimiter: &str,
    after: &str,
    limit: usize,
    size: impl Fn(&str) -> u64,
) -> (Vec<Entry<'a>>, bool) {
    let mut page: Vec<Entry<'a>> = Vec::new();
    let mut num_bytes = 0;
    for key in keys.filter(|key| key.starts_with(prefix)) {
        let common = (!delimiter.is_empty())
            .then(|| {
                key[prefix.len()..]
                    .find(delimiter)
                    .map(|at| &key[..prefix.len() + at + delimiter.len()])
            })
            .flatten();
        let entry = common.unwrap_or(key);
        let is_known = matches!(page.last(), Some(Entry::Prefix(last)) if *last == entry);
        if entry <= after || is_known || (common.is_some() && after.starts_with(entry)) {
            continue;
        }
        if page.len() == limit || num_bytes >= MAX_BYTES {
            return (page, true);
        }
        if common.is_none() {
            // Larger objects have ETags that are not made from their bytes.
            num_bytes += Some(size(key)).filter(|size| *size <= PART_SIZE).unwrap_or(0);
        }
        page.push(if common.is_some() {
            Entry::Prefix(entry)
        } else {
            Entry::Key(entry)
        });
    }
    (page, false)
}

/// `2019-08-26T00:00:00.000Z`.
fn iso(time: SystemTime) -> String {
    let seconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs();
    let (days, clock) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.000Z",
        clock / 3600,
        clock / 60 % 60,
        clock % 60
    )
}

/// Calendar date of a day counted from 1970-01-01 (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
