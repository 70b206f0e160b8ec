use super::{Asked, parse};

fn check(header: &str, expected: Asked) {
    assert_eq!(parse(Some(header), 100), expected, "{header}");
}

#[test]
fn single_ranges_are_cut_to_the_object() {
    check("bytes=0-9", Asked::Part(0, 10));
    check("bytes=90-", Asked::Part(90, 100));
    check("bytes=90-1000", Asked::Part(90, 100));
    check("bytes=-10", Asked::Part(90, 100));
    check("bytes=-1000", Asked::Part(0, 100));
    check("bytes=99-99", Asked::Part(99, 100));
}

#[test]
fn what_starts_behind_the_end_is_unsatisfiable() {
    check("bytes=100-", Asked::Unsatisfiable);
    check("bytes=100-200", Asked::Unsatisfiable);
    check("bytes=-0", Asked::Unsatisfiable);
}

#[test]
fn what_is_no_single_byte_range_is_ignored() {
    check("bytes=0-1,5-6", Asked::Whole);
    check("lines=0-1", Asked::Whole);
    check("bytes=9-0", Asked::Whole);
    check("bytes=a-b", Asked::Whole);
    assert_eq!(parse(None, 100), Asked::Whole);
}
