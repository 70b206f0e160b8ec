use super::*;

fn check(name: &str, expected: &str) {
    let spellings = spellings(name);
    assert!(
        spellings.iter().any(|spelling| spelling == expected),
        "{name}: {spellings:?}"
    );
}

#[test]
fn names_are_asked_for_as_simbad_spells_them() {
    check("TOI 1161", "TOI-1161");
    check("toi-1161.01", "TOI-1161");
    check("KOI 13.01", "KOI-13");
    check("K00013.01", "K00013.01");
    check("kepler 10", "Kepler-10");
    check("Kepler-10b", "Kepler-10");
    check("Kepler-10 c", "Kepler-10");
    check("K2 18", "K2-18");
    check("2MASS  j19024305+5014286", "2MASS J19024305+5014286");
    check("tic158324245", "TIC 158324245");
    check("gaia_dr3_5", "Gaia DR3 5");
    check("Barnard's star", "NAME Barnard's star");
    check("AU Mic", "V* AU Mic");
    check("Kepler-é", "Kepler-é");
    check("K2\u{2212}18", "K2-18");
    check("TOI\u{2011}1161.01", "TOI-1161");
    check("KOI-701.03", "KOI-701");
    check("K00701.03", "KOI-701");
    check("EPIC 201912552 b", "EPIC 201912552");
    check("tic\u{a0}0012345", "TIC 12345");
}

#[test]
fn a_planet_is_looked_up_as_its_star_first() {
    for (name, star) in [
        ("Kepler-10 b", "Kepler-10"),
        ("wasp-12b", "wasp-12"),
        ("Proxima Cen b", "Proxima Cen"),
        ("EPIC 201912552 b", "EPIC 201912552"),
        ("TIC 158324245.01", "TIC 158324245"),
        ("KOI-701.03", "KOI-701"),
    ] {
        assert_eq!(host_of(name), Some(star));
        assert!(spellings(name).contains(&name.to_owned()), "{name}");
    }
    for star in [
        "Kepler-10",
        "eta Car",
        "Barnard's star",
        "GJ 65 A",
        "HAT-P-7",
        "2MASS J19024305+5014286",
        "b",
        "1RXS 12.34",
        "PSR B1257+12.5",
        "",
    ] {
        assert_eq!(host_of(star), None, "{star}");
    }
}

#[test]
fn a_name_that_would_end_a_query_stays_a_name() {
    let upload = String::from_utf8(upload(&[(0, "a' OR '1'='1</TD><TD>")]).unwrap()).unwrap();
    assert!(upload.contains("a' OR '1'='1&lt;/TD&gt;&lt;TD&gt;"), "{upload}");
    assert!(!adql::NAMES.contains('\''));
}
