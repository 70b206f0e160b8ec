use http::HeaderMap;

use super::*;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let pairs = pairs.iter().map(|(name, value)| {
        (
            http::HeaderName::from_static(name),
            http::HeaderValue::from_str(value).expect("a value"),
        )
    });
    pairs.collect()
}

#[test]
fn an_equal_tag_outweighs_a_date_and_a_size_outweighs_both() {
    let content = |etag: Option<&str>, date: Option<&str>| Content {
        size: 10,
        sha256: String::new(),
        etag: etag.map(str::to_owned),
        last_modified: date.map(str::to_owned),
    };
    let (tag, date) = (("etag", "\"a\""), ("last-modified", "Mon"));
    for (etag, modified, now, changed) in [
        (Some("\"a\""), Some("Sun"), vec![tag, date], Some(None)),
        (
            Some("\"b\""),
            Some("Mon"),
            vec![tag, date],
            Some(Some("its ETag is \"a\" now, and was \"b\"")),
        ),
        (None, Some("Mon"), vec![tag, date], Some(None)),
        (
            None,
            Some("Sun"),
            vec![tag, date],
            Some(Some("its date is Mon now, and was Sun")),
        ),
        (Some("\"a\""), None, vec![date], None),
        (
            Some("\"a\""),
            None,
            vec![tag, ("content-length", "11")],
            Some(Some("it has 11 bytes now, and had 10")),
        ),
        (Some("\"a\""), None, vec![tag, ("content-length", "10")], Some(None)),
    ] {
        let found = compare(&content(etag, modified), &headers(&now));
        let expected = match changed {
            Some(None) => Upstream::Same,
            Some(Some(says)) => Upstream::Changed(says.to_owned()),
            None => Upstream::Unknown("its source gives neither an ETag nor a date to compare".to_owned()),
        };
        assert_eq!(found, expected, "{etag:?} {modified:?} {now:?}");
    }
}
