//! Places in their lines.

use std::time::{Duration, UNIX_EPOCH};

use super::*;

fn path(key: &str, seconds: u64) -> KeptPath {
    let key = (!key.is_empty()).then(|| key.to_owned());
    KeptPath::new(key, UNIX_EPOCH + Duration::from_secs(seconds))
}

fn with(kept: &[u8], learned: &[(&str, KeptPath)]) -> Vec<u8> {
    let learned = learned.iter().map(|(uri, path)| (name(uri), path.clone())).collect();
    let mut out = Vec::new();
    write(kept, &learned, &mut out).unwrap();
    out
}

fn found(body: &[u8], uris: &[&str]) -> Option<Vec<(String, KeptPath)>> {
    let mut names: Vec<String> = uris.iter().map(|uri| name(uri)).collect();
    names.sort_unstable();
    let mut found: Vec<_> = read(body, &names)?.into_iter().collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Some(found)
}

#[test]
fn what_is_kept_and_what_is_learned_stand_in_one_order() {
    let first = with(
        b"",
        &[
            ("mast:b", path("b", 1)),
            ("mast:d", path("", 1)),
            ("mast:a\"\\", path("q", 1)),
        ],
    );
    let both = with(
        &first,
        &[
            ("mast:c", path("c", 2)),
            ("mast:b", path("new", 2)),
            ("mast:e", path("é\n", 2)),
        ],
    );
    let all = ["mast:a\"\\", "mast:b", "mast:c", "mast:d", "mast:e", "mast:f"];
    let expected = [
        ("mast:a\"\\", path("q", 1)),
        ("mast:b", path("new", 2)),
        ("mast:c", path("c", 2)),
        ("mast:d", path("", 1)),
        ("mast:e", path("é\n", 2)),
    ];
    let expected = expected.map(|(uri, path)| (uri.to_owned(), path));
    assert_eq!(found(&both, &all).unwrap(), expected);
    for one in expected {
        assert_eq!(found(&both, &[&one.0]).unwrap(), [one]);
    }
    assert_eq!(found(&both, &["mast:a", "mast:z"]).unwrap(), []);
    assert_eq!(String::from_utf8(first).unwrap().lines().count(), 3);
}

#[test]
fn what_is_damaged_is_not_read_and_is_lost_alone() {
    assert_eq!(found(b"{\"mast:a\":{}}", &["mast:a"]), None);
    assert_eq!(found(b"[\"mast:a\",7]\n", &["mast:a"]), None);
    assert_eq!(found(b"\xff\n", &["mast:a"]), None);
    let mended = with(b"no line\n[\"mast:a\",\"a\",1]\n", &[("mast:b", path("b", 2))]);
    assert_eq!(found(&mended, &["mast:a", "mast:b"]).unwrap().len(), 2);
}

#[test]
fn of_too_many_places_the_newest_are_kept() {
    let some = |numbers: std::ops::Range<u64>| -> Vec<u8> {
        let learned = numbers.map(|n| (name(&format!("mast:{n:06}")), path("k", n))).collect();
        let mut out = Vec::new();
        write(&[], &learned, &mut out).unwrap();
        out
    };
    let most = MOST_PATHS as u64;
    let full = some(0..most);
    assert_eq!(found(&full, &["mast:000000"]).unwrap().len(), 1, "as many as may be");
    let more = with(&full, &[("mast:new", path("k", most))]);
    assert_eq!(found(&more, &["mast:000000"]).unwrap(), []);
    assert_eq!(
        found(&more, &["mast:new", &format!("mast:{:06}", most - 1)])
            .unwrap()
            .len(),
        2
    );
    assert_eq!(String::from_utf8(more).unwrap().lines().count(), MOST_PATHS / 8 * 7);
}
