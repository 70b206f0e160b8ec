use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::{Representation, altered, serve};
use crate::fault::Fault;
use crate::server::body::Body;
use crate::server::reply::Reply;
use crate::server::request::Request;

const ETAG: &str = "\"6f5902ac237024bdd0c176cb93063dc4\"";

fn answer(headers: &[(&str, &str)], fault: &Fault) -> Reply {
    let request = Request {
        method: "GET".into(),
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        ..Request::default()
    };
    let object = Representation {
        length: 10,
        etag: ETAG.into(),
        modified: SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000),
        content_type: "binary/octet-stream",
        body: Some(Bytes::from_static(b"0123456789").into()),
    };
    serve(&request, object, fault, Reply::new)
}

fn held(reply: &Reply) -> &[u8] {
    match &reply.body {
        Body::Held(bytes) => bytes,
        Body::Made(_) => panic!("the object lies in memory"),
    }
}

fn check(headers: &[(&str, &str)], status: u16, body: &[u8]) {
    let reply = answer(headers, &Fault::default());
    assert_eq!((reply.status, held(&reply)), (status, body), "{headers:?}");
}

#[test]
fn conditions_are_answered_as_s3_does() {
    check(&[("If-Match", ETAG)], 200, b"0123456789");
    check(&[("If-Match", "\"other\"")], 412, b"");
    check(&[("If-None-Match", ETAG)], 304, b"");
    check(&[("If-None-Match", "\"other\"")], 200, b"0123456789");
    check(&[("If-Modified-Since", "Sun, 13 Sep 2020 12:26:40 GMT")], 304, b"");
    check(&[("If-Unmodified-Since", "Sun, 13 Sep 2020 12:26:39 GMT")], 412, b"");
}

#[test]
fn a_range_holds_only_while_if_range_names_this_object() {
    check(&[("Range", "bytes=2-3")], 206, b"23");
    check(&[("Range", "bytes=2-3"), ("If-Range", ETAG)], 206, b"23");
    check(&[("Range", "bytes=2-3"), ("If-Range", "\"other\"")], 200, b"0123456789");
    check(
        &[("Range", "bytes=2-3"), ("If-Range", "Sun, 13 Sep 2020 12:26:40 GMT")],
        206,
        b"23",
    );
    check(&[("Range", "bytes=10-")], 416, b"");
}

#[test]
fn ranges_go_wrong_as_scripted() {
    let range = [("Range", "bytes=2-3")];
    assert_eq!(
        answer(
            &range,
            &Fault {
                ignore_range: true,
                ..Fault::default()
            }
        )
        .status,
        200
    );
    let shifted = answer(
        &range,
        &Fault {
            shift_range: 1,
            ..Fault::default()
        },
    );
    assert_eq!(
        (held(&shifted), shifted.header_value("content-range")),
        (b"34".as_slice(), Some("bytes 3-4/10"))
    );
    let total = answer(
        &range,
        &Fault {
            range_total: Some("99".into()),
            ..Fault::default()
        },
    );
    assert_eq!(total.header_value("content-range"), Some("bytes 2-3/99"));
    let multipart = answer(
        &range,
        &Fault {
            multipart: true,
            ..Fault::default()
        },
    );
    assert!(
        multipart
            .header_value("content-type")
            .is_some_and(|text| text.starts_with("multipart/byteranges"))
    );
    assert!(multipart.header_value("content-range").is_none());
}

#[test]
fn another_edition_keeps_length_header_and_sum() {
    let mut file = format!("{:<2880}", "SIMPLE  =                    T").into_bytes();
    file.extend((0..2880_u32).map(|n| (n * 7 % 251) as u8));
    let sum = |bytes: &[u8]| {
        bytes
            .chunks_exact(4)
            .map(|word| u64::from(u32::from_be_bytes([word[0], word[1], word[2], word[3]])))
            .sum::<u64>()
    };
    let other = altered(Bytes::from(file.clone()), &Fault::edition(1));
    assert_eq!(other[..2880], file[..2880]);
    assert_ne!(other[2880..], file[2880..]);
    assert_eq!((other.len(), sum(&other)), (file.len(), sum(&file)));
    assert_ne!(altered(Bytes::from(file), &Fault::edition(2)), other);
}

#[test]
fn a_flipped_bit_is_the_only_difference() {
    let bytes = Bytes::from_static(b"0123456789");
    assert_eq!(altered(bytes, &Fault::flip_bit(3)).as_ref(), b"0122456789");
}
