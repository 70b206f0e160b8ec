use std::collections::HashSet;
use std::time::UNIX_EPOCH;

use super::*;

fn table(uris: &[&str]) -> Table {
    let table = Table::empty().with_text("dataURI", uris.iter().map(|uri| Some(*uri)));
    table.expect("because it is one column")
}

fn day(number: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_796_000_000 + number * 86_400)
}

/// The listings of one search, one a day.
fn listings(days: &[(u64, &[&str])]) -> Vec<Listing> {
    let mut listings: Vec<(SystemTime, Listing)> = Vec::new();
    for (number, uris) in days {
        let next = Listing::after(&table(uris), listings.last(), day(*number));
        listings.push((day(*number), next));
    }
    listings.into_iter().map(|(_, listing)| listing).collect()
}

fn longer(listing: &Listing) -> Option<(usize, SystemTime)> {
    listing.longer.map(|longer| (longer.num_rows, longer.date()))
}

#[test]
fn a_listing_that_shrinks_remembers_the_longest_until_it_is_back() {
    let told = listings(&[
        (0, &["a", "b", "c"]),
        (1, &["a"]),
        (2, &["a", "b"]),
        (3, &["a", "b", "d"]),
        (4, &[]),
    ]);
    let longer: Vec<_> = told.iter().map(longer).collect();
    assert_eq!(
        longer,
        [None, Some((3, day(0))), Some((3, day(0))), None, Some((3, day(3)))]
    );
}

#[test]
fn what_was_long_ago_is_not_told_any_more() {
    let told = listings(&[(0, &["a", "b"]), (1, &["a"]), (80, &["a"]), (91, &["a"])]);
    let longer: Vec<_> = told.iter().map(longer).collect();
    assert_eq!(longer, [None, Some((2, day(0))), Some((2, day(0))), None]);
}

#[test]
fn a_listing_comes_back_from_its_bytes() {
    for listing in listings(&[(0, &["a", "b"]), (1, &[])]) {
        let mut bytes = Vec::new();
        listing.write(&mut bytes).expect("because memory takes everything");
        assert_eq!(Listing::of_bytes(&bytes), Some(listing));
    }
    for bytes in [b"".as_slice(), b"null", b"null\n1234567", b"{}\n"] {
        assert_eq!(Listing::of_bytes(bytes), None);
    }
}

#[test]
fn rows_are_told_apart_by_uri_and_cutouts_by_sector() {
    let cutouts = Table::empty()
        .with_text("obs_id", [Some("tess-s0014"), Some("tess-s0014"), None])
        .and_then(|table| table.with_integer("sequence_number", [Some(14), Some(15), Some(14)]))
        .expect("because these are columns");
    let ids: HashSet<u64> = cutouts.rows().map(|row| identity(&row)).collect();
    assert_eq!(ids.len(), 3);
    let last = Listing::after(&table(&["a", "b"]), None, day(0)).at(day(0));
    let now = table(&["b", "c"]);
    assert_eq!(now.rows().map(|row| last.has(&row)).collect::<Vec<_>>(), [true, false]);
}
