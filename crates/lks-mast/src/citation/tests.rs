use super::*;

fn product(collection: &str, filename: &str) -> Product {
    Product::new(format!("mast:{collection}/{filename}"), collection, "obs", filename)
}

#[test]
fn every_doi_has_a_source_and_a_known_pipeline() {
    let lines = |text: &'static str| records(text).count();
    assert_eq!(Collection::all().len(), lines(CITATIONS), "a line that is not read");
    for known in Collection::all() {
        let Collection {
            doi,
            title,
            source,
            pipeline,
            ..
        } = known;
        assert!(
            doi.starts_with("10.17909/") && !doi.contains(char::is_whitespace),
            "{doi}"
        );
        assert!(!title.is_empty() && source.len() > 20, "{doi}: {title}, {source}");
        let is_known = Pipeline::all().any(|one| one.name == *pipeline);
        assert!(is_known, "{pipeline} is no pipeline that is known");
        assert!(
            known
                .year
                .is_none_or(|year| year.parse::<u16>().is_ok_and(|year| year > 2008)),
            "{doi}"
        );
    }
    let mut dois: Vec<&str> = Collection::all().iter().map(|known| known.doi).collect();
    dois.sort_unstable();
    dois.dedup();
    assert_eq!(dois.len(), Collection::all().len(), "a DOI stands there twice");
    assert_eq!(lines(ACKNOWLEDGEMENTS), 3);
    for fields in records(ACKNOWLEDGEMENTS) {
        assert!(fields.len() == 3 && fields[2].starts_with("https://"), "{fields:?}");
    }
}

#[test]
fn each_collection_and_each_mission_is_cited_once() {
    let products = [
        product("TESS", "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits"),
        product("TESS", "tess2019226182529-s0015-0000000158324245-0151-s_lc.fits"),
        product("TESS", "tess2020186164531-s0027-0000000158324245-0189-a_fast-lc.fits"),
        product("TESS", "tess2019198215352-s0014-0000000158324245-0150-s_tp.fits"),
        product("HLSP", "hlsp_everest_k2_llc_201912552-c01_kepler_v2.0_lc.fits"),
        product("HLSP", "hlsp_k2sff_k2_lightcurve_201912552-c01_kepler_v1_llc.fits"),
        product("HLSP", "hlsp_newone_tess_ffi_s0001_tess_v1_llc.fits"),
        Product::from(
            crate::Cutout::of_name("tess-s0014-4-1_290.000000_51.000000_10x10_astrocut.fits").expect("a cutout"),
        ),
    ];
    let cited = Citations::of(&products);
    let found: Vec<_> = cited
        .collections
        .iter()
        .map(|(found, n)| (found.pipeline, found.doi, *n))
        .collect();
    let expected = [
        ("EVEREST", "10.17909/T9501J", 1),
        ("SPOC", "10.17909/t9-nmc8-f686", 2),
        (TESSCUT, "10.17909/0cp4-2j79", 1),
    ];
    assert_eq!(found, expected);
    let missions: Vec<&str> = cited.acknowledgements.iter().map(|asked| asked.mission).collect();
    assert_eq!(missions, ["TESS", "K2"]);
    let uncited: Vec<_> = cited
        .uncited
        .iter()
        .map(|none| (none.pipeline.as_str(), none.page.as_str()))
        .collect();
    let data_use = "https://archive.stsci.edu/publishing/data-use";
    assert_eq!(
        uncited,
        [
            ("K2SFF", "https://archive.stsci.edu/hlsp/k2sff"),
            ("NEWONE", "https://archive.stsci.edu/hlsp/newone"),
            ("SPOC", data_use),
            ("SPOC", data_use),
        ]
    );
    let text = cited.to_text();
    assert!(
        text.contains("STScI/MAST (2021), TESS Light Curves - All Sectors: https://doi.org/10.17909/t9-nmc8-f686"),
        "{text}"
    );
    let bibtex = cited.to_bibtex();
    let entries: Vec<&str> = bibtex.lines().filter(|line| line.starts_with('@')).collect();
    assert_eq!(entries.len(), 3, "{bibtex}");
    let is_balanced = |text: &str| text.matches('{').count() == text.matches('}').count();
    assert!(is_balanced(&bibtex), "{bibtex}");
    let empty: [Product; 0] = [];
    assert_eq!(Citations::of(&empty), Citations::default());
}
