use std::io::Write;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Algorithm, Announced, announced, plain_md5};

fn file(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("written");
    file
}

/// The published check values of the algorithms.
#[test]
fn the_nine_digits_have_their_published_checksums() {
    let digits = file(b"123456789");
    let sha256 = "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";
    for (algorithm, expected) in [
        (Algorithm::Sha256, sha256),
        (Algorithm::Crc64Nvme, "ae8b14860a799888"),
        (Algorithm::Crc32c, "e3069283"),
        (Algorithm::Crc32, "cbf43926"),
        (Algorithm::Md5, "25f9e794323b453885f5181f1b624d0b"),
    ] {
        assert_eq!(algorithm.of(&digits, sha256).expect("read"), expected);
        assert_ne!(algorithm.of(&file(b"123456788"), "other").expect("read"), expected);
        // In pieces it is the same one.
        if let Some(mut computing) = algorithm.begin() {
            computing.add(b"1234");
            computing.add(b"56789");
            assert_eq!(computing.end(algorithm), expected);
        }
    }
    assert_eq!(
        Algorithm::Crc32.of(&file(b""), "").expect("read"),
        "00000000",
        "all digits"
    );
}

#[test]
fn the_strongest_checksum_of_the_whole_file_is_taken() {
    let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    };
    let (crc64, crc32) = (
        ("x-amz-checksum-crc64nvme", "rosUhgp5mIg="),
        ("x-amz-checksum-crc32", "y/Q5Jg=="),
    );
    let (server, etag) = (("server", "AmazonS3"), ("etag", "\"25f9e794323b453885f5181f1b624d0b\""));
    let is = |algorithm: Algorithm, digits: &str| -> Option<Announced> { Some(algorithm.says(digits.to_owned())) };
    let md5 = is(Algorithm::Md5, "25f9e794323b453885f5181f1b624d0b");
    for (pairs, whole, expected) in [
        (vec![crc64, crc32], true, is(Algorithm::Crc64Nvme, "ae8b14860a799888")),
        (vec![crc32, server, etag], true, is(Algorithm::Crc32, "cbf43926")),
        (
            vec![crc32, ("x-amz-checksum-type", "FULL_OBJECT")],
            true,
            is(Algorithm::Crc32, "cbf43926"),
        ),
        (
            vec![crc32, ("x-amz-checksum-type", "COMPOSITE"), server, etag],
            true,
            md5.clone(),
        ),
        (vec![crc32, server, etag], false, md5.clone()),
        (vec![crc32, ("content-range", "bytes 0-1/9"), server, etag], true, md5),
        (vec![("x-amz-checksum-crc32", "?"), etag], true, None),
        (vec![etag], true, None),
    ] {
        assert_eq!(announced(&headers(&pairs), whole), expected, "{pairs:?}");
    }
}

#[test]
fn only_a_plain_etag_is_a_hash() {
    let md5 = "\"0123456789abcdef0123456789ABCDEF\"";
    let lower = Some("0123456789abcdef0123456789abcdef".to_owned());
    for (etag, encryption, expected) in [
        (Some(md5), None, lower.clone()),
        (Some(md5), Some("AES256"), lower),
        (Some(md5), Some("aws:kms"), None),
        (Some("\"0123456789abcdef0123456789abcdef-3\""), None, None),
        (Some("W/\"0123456789abcdef0123456789abcdef\""), None, None),
        (Some("\"1234\""), None, None),
        (None, None, None),
    ] {
        assert_eq!(plain_md5(etag, encryption), expected, "{etag:?} {encryption:?}");
    }
}
