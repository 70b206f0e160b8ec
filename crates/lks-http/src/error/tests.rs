use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{Cause, Class, Error, class_of, excerpt_of, retry_after};

#[test]
fn every_status_has_its_class() {
    let transient = [408, 425, 500, 502, 504, 520, 521, 522, 523, 524];
    let mut counts = [0usize; 6];
    for code in 100..600u16 {
        let status = StatusCode::from_u16(code).expect("100..600 are statuses");
        let expected = match code {
            429 | 503 => Class::Throttled { retry_after: None },
            _ if transient.contains(&code) => Class::Transient,
            412 => Class::Changed,
            404 | 410 => Class::NotFound,
            401 | 403 => Class::Denied,
            _ => Class::Permanent,
        };
        assert_eq!(
            class_of(status, &HeaderMap::new(), SystemTime::UNIX_EPOCH),
            expected,
            "{code}"
        );
        counts[match expected {
            Class::Transient => 0,
            Class::Throttled { .. } => 1,
            Class::Changed => 2,
            Class::NotFound => 3,
            Class::Denied => 4,
            Class::Permanent | Class::Down { .. } => 5,
        }] += 1;
    }
    assert_eq!(counts, [10, 2, 1, 2, 2, 483]);
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("a date");
    let check = |text: &'static str, expected: Option<u64>| {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(text));
        assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{text}");
        if text.ends_with("GMT") {
            // Our clock is a day behind; the host's tells what its dates mean.
            headers.insert(header::DATE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
            let behind = now - Duration::from_secs(86_400);
            assert_eq!(
                retry_after(&headers, behind),
                expected.map(Duration::from_secs),
                "{text}"
            );
        }
    };
    check("2", Some(2));
    check(" 86400 ", Some(86400));
    check("Sun, 06 Nov 1994 08:49:39 GMT", Some(2));
    check("Sun, 06 Nov 1994 08:49:30 GMT", None);
    check("-1", None);
    check("soon", None);
    check("1.5", None);
    check("", None);
    // Nobody is shut out for longer than a day.
    check("86401", Some(86_400));
    check("18446744073709551615", Some(86_400));
    check("99999999999999999999999999", Some(86_400));
    check("Fri, 31 Dec 9999 23:59:59 GMT", Some(86_400));
}

#[test]
fn an_excerpt_is_short_and_printable() {
    let excerpt = |body: &[u8]| excerpt_of(body, &HeaderMap::new());
    assert_eq!(excerpt(b"<html>\n\x1b[31mno\0</html>\n"), "<html>  [31mno </html>");
    assert_eq!(excerpt(&[b'x'; 2000]).len(), 512);
    assert!(excerpt(&[0xff; 10]).starts_with('\u{fffd}'));
}

#[test]
fn a_clock_before_1970_is_told_of_without_a_panic() {
    let down = Cause::Down {
        host: "mast".to_owned(),
        num_failed: 10,
        since: SystemTime::UNIX_EPOCH - Duration::from_secs(1),
        last: "no connection".to_owned(),
        again_in: None,
    };
    assert!(Error::new(down).to_string().contains("since Thu, 01 Jan 1970"));
}

#[test]
fn credentials_of_the_request_are_not_repeated() {
    let sent: HeaderMap = [
        (
            header::AUTHORIZATION,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/s3/aws4_request, Signature=fe5f80",
        ),
        (http::HeaderName::from_static("x-amz-security-token"), "FwoGZXIvYXdz//"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
    .into_iter()
    .collect();
    let body = "no key AKIDEXAMPLE; FwoGZXIvYXdz// is old; the key of object a.fits";
    assert_eq!(
        excerpt_of(body.as_bytes(), &sent),
        "no key ***; *** is old; the key of object a.fits"
    );
    let cut = format!("{}token={}", "x".repeat(500), "S".repeat(100));
    assert!(!excerpt_of(cut.as_bytes(), &HeaderMap::new()).contains("SS"));
}
