use super::{Source, Witnesses};

const BOTH: [Source; 2] = [Source::Cloud, Source::Mast];

#[test]
fn bytes_are_published_so_if_every_place_gives_them() {
    let mut witnesses = Witnesses::of(BOTH.into_iter());
    assert!(!witnesses.gave(Source::Cloud, "a"));
    assert!(
        !witnesses.trust(Source::Cloud).covers("a", true),
        "the other was not asked"
    );
    assert!(witnesses.trust(Source::Mast).covers("a", false));
    assert!(!witnesses.trust(Source::Mast).covers("b", true));
    assert!(!witnesses.gave(Source::Mast, "b"));
    assert!(witnesses.gave(Source::Mast, "b"), "a second time");
    assert!(!witnesses.trust(Source::Mast).covers("b", true), "they disagree");
    // The cloud's first copy was damaged on the way.
    assert!(witnesses.trust(Source::Cloud).covers("b", false));
    assert_eq!(BOTH.map(|place| witnesses.is_doubted(place)), [true, true]);
}

#[test]
fn the_only_place_that_has_the_file_is_asked_twice_unless_it_proves_what_it_sent() {
    let mut witnesses = Witnesses::of(BOTH.into_iter());
    witnesses.gave(Source::Cloud, "a");
    witnesses.lacks(Source::Mast);
    let trust = witnesses.trust(Source::Cloud);
    assert!(trust.covers("a", false) && !trust.covers("b", false) && trust.covers("b", true));
    assert_eq!(trust.whose(), "the cloud");
    let witnesses = Witnesses::of([Source::Mast].into_iter());
    let trust = witnesses.trust(Source::Mast);
    assert!(!trust.covers("a", false) && trust.covers("a", true));
    assert_eq!(trust.whose(), "the archive");
}
