use bytes::Bytes;

use super::segments::{Segments, assemble};
use super::split;

#[test]
fn only_what_is_not_here_is_asked_for() {
    let mut segments = Segments::default();
    let part = |num_bytes: usize| Bytes::from(vec![1; num_bytes]);
    segments.insert(10, part(10), 100);
    segments.insert(30, part(10), 100);
    assert_eq!(segments.gaps(&(12..18)), []);
    assert_eq!(segments.gaps(&(0..50)), [0..10, 20..30, 40..50]);
    assert_eq!(segments.gaps(&(15..35)), vec![20..30; 1]);
    segments.insert(15, part(20), 100);
    assert_eq!(segments.gaps(&(10..40)), []);
    assert_eq!(
        assemble(10..40, segments.covering(&(10..40))).map(|bytes| bytes.len()),
        Some(30)
    );
    assert_eq!(assemble(10..41, segments.covering(&(10..41))), None);
    segments.insert(200, part(90), 100);
    assert_eq!(segments.gaps(&(10..20)), vec![10..20; 1], "the oldest are forgotten");
    segments.insert(500, part(101), 100);
    assert_eq!(segments.gaps(&(200..290)), [], "what does not fit is not kept");
}

#[test]
fn large_ranges_are_split() {
    assert_eq!(split(5..25, 8).collect::<Vec<_>>(), [5..13, 13..21, 21..25]);
    assert_eq!(split(5..5, 8).count(), 0);
}
