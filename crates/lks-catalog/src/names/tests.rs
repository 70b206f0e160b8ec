use super::*;

fn check(name: &str, expected: &str) {
    let spellings = spellings(name);
    assert!(
        spellings.iter().any(|(_, spelling)| spelling == expected),
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
fn a_planet_is_looked_up_by_its_star_and_by_name() {
    for (name, star) in [
        ("Kepler-10 b", "Kepler-10"),
        ("wasp-12b", "wasp-12"),
        ("Proxima Cen b", "Proxima Cen"),
        ("EPIC 201912552 b", "EPIC 201912552"),
        ("TIC 158324245.01", "TIC 158324245"),
        ("KOI-701.03", "KOI-701"),
    ] {
        assert_eq!(host_of(name), Some(star));
        assert!(spellings(name).contains(&(Meaning::Itself, name.to_owned())), "{name}");
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

/// Of what SIMBAD answers for these of its names, each with the others of its object, the main name that is taken for the input.
fn check_taken(input: &str, simbad: &[&[&str]], expected: Option<&str>) {
    let mut rows: Vec<(i64, &str, &str)> = Vec::new();
    for (place, (_, spelling)) in (0..).zip(spellings(input)) {
        for object in simbad.iter().filter(|names| names.contains(&spelling.as_str())) {
            rows.extend(object.iter().map(|name| (place, object[0], *name)));
        }
    }
    let answer = Table::empty()
        .with_integer("input_row", rows.iter().map(|_| Some(0)))
        .unwrap()
        .with_integer("spelling", rows.iter().map(|(place, ..)| Some(*place)))
        .unwrap()
        .with_text("main_id", rows.iter().map(|(_, main_id, _)| Some(main_id)))
        .unwrap()
        .with_text("id", rows.iter().map(|(.., name)| Some(name)))
        .unwrap();
    let found = collect(&[input], &answer).unwrap();
    assert_eq!(found[0].main_id.as_deref(), expected, "{input}");
}

#[test]
fn a_star_whose_name_ends_in_a_letter_is_not_taken_for_a_planet() {
    // As SIMBAD has them: planets have entries of their own, without numbers in the catalogues.
    let simbad: [&[&str]; 7] = [
        &["HD 79210", "GJ 338", "GJ 338 A", "TIC 802526968"],
        &["HD 79211", "GJ 338 B", "TIC 802526967"],
        &["HD 189733", "TIC 256364928"],
        &["HD 189733b"],
        &["HD 189733B", "HD 189733 B", "Gaia DR3 1827242816176111360"],
        &["Kepler-13", "KOI-13", "TIC 1717079071"],
        &["Kepler-13B", "Kepler-13 B", "TIC 158324245"],
    ];
    check_taken("GJ 338b", &simbad, Some("HD 79211"));
    check_taken("GJ 338 b", &simbad, Some("HD 79211"));
    check_taken("GJ 338 B", &simbad, Some("HD 79211"));
    check_taken("GJ 338", &simbad, Some("HD 79210"));
    check_taken("GJ 338 e", &simbad, Some("HD 79210"));
    check_taken("HD 189733b", &simbad, Some("HD 189733"));
    check_taken("HD 189733 B", &simbad, Some("HD 189733B"));
    check_taken("Kepler-13b", &simbad, Some("Kepler-13"));
    check_taken("GJ 1b", &simbad, None);
}

#[test]
fn a_name_that_would_end_a_query_stays_a_name() {
    let upload = String::from_utf8(upload(&[(0, "a' OR '1'='1</TD><TD>")]).unwrap()).unwrap();
    assert!(upload.contains("a' OR '1'='1&lt;/TD&gt;&lt;TD&gt;"), "{upload}");
    assert!(!adql::NAMES.contains('\''));
}
