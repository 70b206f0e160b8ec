use lks_table::Table;

use super::*;
use crate::position::ArcSeconds;

fn found() -> SearchResult {
    let table = Table::empty()
        .with_text("obs_id", [Some("a"), None, Some("")])
        .and_then(|table| table.with_integer("sector", [Some(14), None, Some(-1)]))
        .and_then(|table| table.with_float("exptime", [Some(0.1 + 0.2), None, Some(f64::INFINITY)]))
        .and_then(|table| table.with_text("nothing", [None::<&str>; 3]))
        .and_then(|table| table.with_units(&[("exptime", "s")]));
    let located = |resolver: &str, ra| Located {
        resolver: resolver.to_owned(),
        canonical_name: None,
        object_type: Some("*".to_owned()),
        position: Position::icrs(ra, -0.1 - 0.2).expect("because it is on the sky"),
    };
    let resolved = Resolution {
        name: "a star".to_owned(),
        answers: vec![located("SIMBAD", 359.999_999_999_999_9), located("NED", 0.1)],
        kept: None,
        failure: None,
    };
    SearchResult {
        warnings: vec![Warning::FullFrameImagesLeftOut { num_observations: 7 }]
            .into_iter()
            .chain(resolved.warning())
            .collect(),
        position: resolved.position(),
        resolved: Some(resolved),
        num_duplicates: 3,
        ..SearchResult::of_table(Mission::Tess, table.expect("because these are columns"))
    }
}

fn to_bytes(found: &SearchResult) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    write(found, &mut bytes).ok().map(|()| bytes)
}

#[test]
fn what_was_found_comes_back_from_its_bytes() {
    let found = found();
    assert_eq!(found.warnings.len(), 2);
    let bytes = to_bytes(&found).expect("because it has rows");
    let again = of_bytes(Mission::Tess, bytes).expect("because these are its bytes");
    assert!(found.table == again.table);
    assert_eq!(found.table.schema(), again.table.schema());
    assert_eq!(
        (found.warnings, found.position, found.resolved, found.num_duplicates),
        (again.warnings, again.position, again.resolved, again.num_duplicates)
    );
}

#[test]
fn what_is_empty_or_incomplete_has_no_bytes() {
    let mut incomplete = found();
    incomplete.warnings.push(Warning::CutoutsUnavailable {
        reason: "it is down".to_owned(),
    });
    assert_eq!(to_bytes(&incomplete), None);
    assert_eq!(to_bytes(&found().slice(0, 0)), None);
    let mut far = found();
    far.warnings = vec![Warning::ResolversDisagree {
        name: "a star".to_owned(),
        used: "SIMBAD".to_owned(),
        other: "NED".to_owned(),
        separation: ArcSeconds(7.0),
    }];
    assert!(to_bytes(&far).is_some());
}

#[test]
fn other_bytes_are_nothing() {
    let whole = to_bytes(&found()).expect("because it has rows");
    let end = whole
        .iter()
        .position(|byte| *byte == b'\n')
        .expect("because it has a line");
    for bytes in [
        &whole[..end],
        &whole[end..],
        &whole[end + 1..],
        &whole[..whole.len() / 2],
        b"{}\nARROW1",
        b"",
    ] {
        assert!(of_bytes(Mission::Tess, bytes.to_vec()).is_none());
    }
    let elsewhere = [
        br#"{"position":[400.0,91.0],"resolved":null,"images_left_out":[],"num_duplicates":0}"#,
        &whole[end..],
    ]
    .concat();
    assert!(of_bytes(Mission::Tess, elsewhere).is_none());
}
