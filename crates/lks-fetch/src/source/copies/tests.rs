use super::{Copies, Source};

const BOTH: [Source; 2] = [Source::Cloud, Source::Mast];

#[test]
fn bytes_are_published_so_if_every_place_gives_them() {
    let mut copies = Copies::of(BOTH.into_iter());
    assert!(!copies.gave(Source::Cloud, "a"));
    assert!(
        !copies.trust(Source::Cloud).covers("a", true),
        "the other was not asked"
    );
    assert!(copies.trust(Source::Mast).covers("a", false));
    assert!(!copies.trust(Source::Mast).covers("b", true));
    assert!(!copies.gave(Source::Mast, "b"));
    assert!(copies.gave(Source::Mast, "b"), "a second time");
    assert!(!copies.trust(Source::Mast).covers("b", true), "they disagree");
    // The cloud's first copy was damaged on the way.
    assert!(copies.trust(Source::Cloud).covers("b", false));
    assert_eq!(BOTH.map(|place| copies.is_doubted(place)), [true, true]);
}

#[test]
fn the_only_place_is_asked_twice_unless_it_proves_its_bytes() {
    let mut copies = Copies::of(BOTH.into_iter());
    copies.gave(Source::Cloud, "a");
    copies.lacks(Source::Mast);
    let trust = copies.trust(Source::Cloud);
    assert!(trust.covers("a", false) && !trust.covers("b", false) && trust.covers("b", true));
    assert_eq!(trust.whose(), "the cloud");
    let copies = Copies::of([Source::Mast].into_iter());
    let trust = copies.trust(Source::Mast);
    assert!(!trust.covers("a", false) && trust.covers("a", true));
    assert_eq!(trust.whose(), "the archive");
}
