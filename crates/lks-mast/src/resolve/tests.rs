use super::*;

fn row(search: &str, resolver: &str, ra: f64, dec: f64) -> ResolverRow {
    ResolverRow {
        search_string: search.to_owned(),
        resolver: resolver.to_owned(),
        canonical_name: None,
        object_type: None,
        position: Position::icrs(ra, dec).unwrap(),
    }
}

#[test]
fn simbad_is_believed_before_ned_whichever_comes_first() {
    let rows = [
        row("beta pic", "NED", 86.8230, -51.0666),
        row("beta pic", "SIMBAD", 86.82121, -51.06651),
    ];
    let resolution = Resolution::of("beta Pic", &rows);
    assert_eq!(resolution.position(), Some(rows[1].position));
    let Some(Warning::ResolversDisagree {
        used,
        other,
        separation,
        ..
    }) = resolution.warning()
    else {
        panic!("no warning")
    };
    assert_eq!((used.as_str(), other.as_str()), ("SIMBAD", "NED"));
    assert!(separation.0 > 3.0);
}

#[test]
fn the_archives_own_catalogue_is_believed_first() {
    let rows = [
        row("tic 307210830", "SIMBAD", 124.53175, -68.313),
        row("tic 307210830", "TIC", 124.531756, -68.312999),
    ];
    assert_eq!(Resolution::of("TIC 307210830", &rows).answers[0].resolver, "TIC");
}

#[test]
fn services_that_agree_within_two_arcseconds_are_no_warning() {
    let near = [row("x", "SIMBAD", 10.0, 0.0), row("x", "NED", 10.0 + 1.9 / 3600.0, 0.0)];
    assert_eq!(Resolution::of("x", &near).warning(), None);
    let far = [row("x", "SIMBAD", 10.0, 0.0), row("x", "NED", 10.0 + 2.1 / 3600.0, 0.0)];
    assert!(Resolution::of("x", &far).warning().is_some());
}

#[test]
fn rows_of_other_names_are_not_taken() {
    let rows = [row("m101", "SIMBAD", 210.8, 54.3), row("m1", "SIMBAD", 83.6, 22.0)];
    assert_eq!(
        Resolution::of("M1", &rows).position().map(|position| position.ra()),
        Some(83.6)
    );
    assert_eq!(Resolution::of("M 1", &rows).position(), None);
    assert_eq!(Resolution::of("  m101 ", &rows).answers.len(), 1);
}
