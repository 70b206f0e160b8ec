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
}

#[test]
fn a_name_that_would_end_a_query_stays_a_name() {
    let upload = String::from_utf8(upload(&[(0, "a' OR '1'='1</TD><TD>")]).unwrap()).unwrap();
    assert!(upload.contains("a' OR '1'='1&lt;/TD&gt;&lt;TD&gt;"), "{upload}");
    assert!(!adql::NAMES.contains('\''));
}
