use http::{HeaderMap, HeaderName, HeaderValue};

use super::{ContentRange, Validator};

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
}

#[test]
fn only_strong_tags_and_settled_dates_identify_bytes() {
    let etag = |text: &str| Some(Validator::Etag(text.to_owned()));
    let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    for (pairs, expected) in [
        (vec![("etag", "\"abc\"")], etag("\"abc\"")),
        (
            vec![
                ("etag", "\"abc-3\""),
                ("last-modified", "Sun, 06 Nov 1994 08:00:00 GMT"),
                date,
            ],
            etag("\"abc-3\""),
        ),
        (vec![("etag", "W/\"abc\"")], None),
        (
            vec![
                ("etag", "W/\"abc\""),
                ("last-modified", "Sun, 06 Nov 1994 08:00:00 GMT"),
                date,
            ],
            None,
        ),
        (vec![("etag", "\"\"")], None),
        (
            vec![("last-modified", "Sun, 06 Nov 1994 08:48:37 GMT"), date],
            Some(Validator::Date("Sun, 06 Nov 1994 08:48:37 GMT".to_owned())),
        ),
        (vec![("last-modified", "Sun, 06 Nov 1994 08:48:38 GMT"), date], None),
        (vec![("last-modified", "Sun, 06 Nov 1994 08:50:00 GMT"), date], None),
        (vec![("last-modified", "Sun, 06 Nov 1994 08:00:00 GMT")], None),
        (vec![("last-modified", "yesterday"), date], None),
        (vec![], None),
    ] {
        assert_eq!(Validator::of(&headers(&pairs)), expected, "{pairs:?}");
    }
}

#[test]
fn an_answer_that_says_nothing_is_about_other_bytes() {
    let validator = Validator::Etag("\"abc\"".to_owned());
    assert!(validator.holds_for(&headers(&[("etag", "\"abc\"")])));
    assert!(!validator.holds_for(&headers(&[("etag", "\"abd\"")])));
    assert!(!validator.holds_for(&headers(&[("etag", "W/\"abc\"")])));
    assert!(!validator.holds_for(&headers(&[])));
}

#[test]
fn a_range_is_used_only_if_it_is_exactly_the_rest() {
    for (text, good) in [
        ("bytes 100-999/1000", true),
        ("bytes 96-999/1000", false),
        ("bytes 101-999/1000", false),
        ("bytes 100-998/1000", false),
        ("bytes 100-999/1001", false),
        ("bytes 100-1000/1001", false),
        ("bytes 100-999/*", false),
        ("bytes */1000", false),
        ("items 100-999/1000", false),
        ("bytes 100-1000/1000", false),
        ("bytes 999-100/1000", false),
        ("bytes 100-18446744073709551615/18446744073709551615", false),
        ("", false),
    ] {
        let got = ContentRange::parse(text).is_some_and(|range| range.is_rest_from(100, Some(1000)));
        assert_eq!(got, good, "{text}");
    }
}
