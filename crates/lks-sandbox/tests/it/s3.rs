use crate::client::{get, send};
use crate::{KEY, URI, object, start};

#[test]
fn objects_have_the_headers_of_s3() {
    let sandbox = start();
    let truth = sandbox.body(URI, 0).expect("the light curve is there");
    let head = send(&sandbox, "HEAD", &object(), "");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(truth.len().to_string().as_str()));
    assert_eq!(head.header("accept-ranges"), Some("bytes"));
    assert_eq!(head.header("content-type"), Some("binary/octet-stream"));
    assert!(head.header("x-amz-request-id").is_some() && head.header("last-modified").is_some());
    let etag = head.header("etag").expect("objects have an ETag");
    assert!(
        etag.starts_with('"') && etag.ends_with('"') && etag.len() == 34,
        "{etag}"
    );

    let whole = get(&sandbox, &object(), &[]);
    assert_eq!(whole.header("etag"), Some(etag));
    assert!(whole.body == truth);
    let part = get(
        &sandbox,
        &object(),
        &["Range: bytes=100-199", &format!("If-Match: {etag}")],
    );
    assert_eq!((part.status, part.body.as_slice()), (206, &truth[100..200]));
    assert_eq!(
        part.header("content-range"),
        Some(format!("bytes 100-199/{}", truth.len()).as_str())
    );
    assert_eq!(
        get(&sandbox, &object(), &["Range: bytes=-4"]).body,
        truth[truth.len() - 4..]
    );
    assert_eq!(
        get(&sandbox, &object(), &[&format!("If-None-Match: {etag}")]).status,
        304
    );
}

fn check_error(target: &str, headers: &[&str], status: u16, code: &str) {
    let sandbox = start();
    let answer = get(&sandbox, target, headers);
    assert_eq!(answer.status, status, "{target} {headers:?}");
    assert!(
        answer.text().contains(&format!("<Code>{code}</Code>")),
        "{}",
        answer.text()
    );
}

#[test]
fn errors_are_worded_in_xml() {
    check_error("/stpubdata/tess/public/none.fits", &[], 404, "NoSuchKey");
    check_error(&object(), &["If-Match: \"other\""], 412, "PreconditionFailed");
    check_error(&object(), &["Range: bytes=999999999-"], 416, "InvalidRange");
    let sandbox = start();
    assert!(send(&sandbox, "HEAD", "/stpubdata/none", "").body.is_empty());
    assert_eq!(send(&sandbox, "PUT", &object(), "x").status, 403);
}

#[test]
fn keys_are_listed() {
    let sandbox = start();
    let all = get(&sandbox, &format!("/stpubdata?list-type=2&prefix={KEY}"), &[]).text();
    let etag = send(&sandbox, "HEAD", &object(), "")
        .header("etag")
        .map(|etag| etag.replace('"', "&quot;"))
        .unwrap_or_default();
    assert!(
        all.contains(&format!("<Key>{KEY}</Key>")) && all.contains(&format!("<ETag>{etag}</ETag>")),
        "{all}"
    );
    assert!(
        all.contains("<KeyCount>1</KeyCount>") && all.contains("<IsTruncated>false</IsTruncated>"),
        "{all}"
    );
    let folders = get(&sandbox, "/stpubdata/?list-type=2&prefix=tess/public/&delimiter=/", &[]).text();
    assert!(
        folders.contains("<CommonPrefixes><Prefix>tess/public/tid/</Prefix></CommonPrefixes>"),
        "{folders}"
    );
    assert!(!folders.contains("<Contents>"), "{folders}");
}

#[test]
fn pages_of_keys_follow_one_another_in_both_versions() {
    let sandbox = start();
    for (version, next, tag) in [
        ("list-type=2&", "continuation-token", "NextContinuationToken"),
        ("", "marker", "NextMarker"),
    ] {
        let mut keys: Vec<String> = Vec::new();
        let mut after = String::new();
        loop {
            let target = format!("/stpubdata?{version}prefix=tess/public/tid/s0014/&max-keys=4{after}");
            let text = get(&sandbox, &target, &[]).text();
            keys.extend(between(&text, "Key").map(str::to_owned));
            match between(&text, tag).next() {
                Some(last) => after = format!("&{next}={last}"),
                None => break,
            }
        }
        assert!(keys.len() > 4 && keys.is_sorted(), "{keys:?}");
        assert!(keys.iter().any(|key| key == KEY));
    }
}

/// What stands between the tags of this name.
fn between<'a>(text: &'a str, tag: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let parts: Vec<&str> = text.split(open.as_str()).skip(1).collect();
    parts
        .into_iter()
        .filter_map(move |part| part.split(close.as_str()).next())
}
