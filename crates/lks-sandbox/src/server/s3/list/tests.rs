use std::time::{Duration, SystemTime};

use super::{Entry, MAX_BYTES, PART_SIZE, iso, page};

const KEYS: [&str; 5] = ["a/1/x", "a/1/y", "a/2/x", "a/z", "b/1"];

fn check(prefix: &str, delimiter: &str, after: &str, limit: usize, expected: &[&str], truncated: bool) {
    let (entries, more) = page(KEYS.into_iter(), prefix, delimiter, after, limit, |_| 0);
    let names: Vec<_> = entries
        .iter()
        .map(|(Entry::Key(name) | Entry::Prefix(name))| *name)
        .collect();
    assert_eq!((names.as_slice(), more), (expected, truncated));
}

#[test]
fn pages_go_on_after_the_last_entry() {
    check("", "", "", 1000, &KEYS, false);
    check("", "", "", 2, &KEYS[..2], true);
    check("", "", "a/1/y", 2, &KEYS[2..4], true);
    check("", "", "a/z", 2, &KEYS[4..], false);
}

#[test]
fn keys_behind_a_delimiter_become_one_prefix() {
    check("a/", "/", "", 1000, &["a/1/", "a/2/", "a/z"], false);
    check("a/", "/", "", 1, &["a/1/"], true);
    check("a/", "/", "a/1/", 1, &["a/2/"], true);
    check("a/", "/", "a/2/", 1, &["a/z"], false);
    check("c", "/", "", 1000, &[], false);
}

#[test]
fn dates_are_written_as_s3_does() {
    assert_eq!(
        iso(SystemTime::UNIX_EPOCH + Duration::from_secs(1_582_977_845)),
        "2020-02-29T12:04:05.000Z"
    );
    assert_eq!(iso(SystemTime::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
}

#[test]
fn a_page_holds_no_more_than_can_be_summed_at_once() {
    let (entries, more) = page(KEYS.into_iter(), "", "", "", 1000, |_| PART_SIZE * 4);
    assert_eq!((entries.len(), more), (KEYS.len(), false));
    let many: Vec<String> = (0..20).map(|n| format!("k{n:02}")).collect();
    let (entries, more) = page(many.iter().map(String::as_str), "", "", "", 1000, |_| PART_SIZE);
    assert_eq!((entries.len() as u64, more), (MAX_BYTES / PART_SIZE, true));
}
