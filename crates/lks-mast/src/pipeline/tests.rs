use super::table::{ARCHIVED, GENERIC, OTHERS};
use super::*;

/// A file as far as its pipeline shows: keywords, and the columns of its table.
fn found(filename: &str, keywords: &[(&str, &str)], columns: &[&str]) -> Option<&'static str> {
    let keyword = |name: &str| {
        let found = keywords.iter().find(|(keyword, _)| *keyword == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Pipeline::of_file(filename, keyword, &[columns.to_vec()]).map(|pipeline| pipeline.name)
}

#[test]
fn a_file_is_of_the_pipeline_that_its_name_says() {
    for name in [
        "hlsp_tess-spoc_tess_phot_0000000261136679-s0001_tess_v1_lc.fits",
        "hlsp_gsfc-eleanor-lite_tess_ffi_s0001-0000000261136679_tess_v1.0_lc.fits",
        "hlsp_kbonus-bkg_kepler_kepler_kic-005300878_kepler_v1.0_lc.fits",
        "HLSP_K2SC_k2_llc_210951703-c04_kepler_v2_lc.fits",
        "hlsp_diamante_tess_lightcurve_tic-0000000000000001_tess_v1_llc.fits",
    ] {
        let pipeline = name.split('_').nth(1).unwrap().to_uppercase();
        // The cards of the mission's file that it was made from are still there.
        let keywords = [("ORIGIN", "NASA/Ames"), ("TELESCOP", "TESS")];
        assert_eq!(
            found(name, &keywords, &["TIME", "FLUX"]),
            Some(pipeline.as_str()),
            "{name}"
        );
    }
}

#[test]
fn under_another_name_its_keywords_and_columns_say_it() {
    const AMES: (&str, &str) = ("ORIGIN", "NASA/Ames");
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);
    let cases: [Case; 23] = [
        (
            "SPOC",
            &[AMES, ("TELESCOP", "TESS"), ("NUM_FRM", "60")],
            &["TIME", "PDCSAP_FLUX"],
        ),
        (
            "TESS-SPOC",
            &[AMES, ("TELESCOP", "TESS"), ("NUM_FRM", "900")],
            &["TIME", "PDCSAP_FLUX"],
        ),
        (
            "Kepler",
            &[AMES, ("TELESCOP", "Kepler"), ("MISSION", "Kepler")],
            &["TIME", "PDCSAP_FLUX"],
        ),
        (
            "K2",
            &[AMES, ("TELESCOP", "Kepler"), ("MISSION", "K2")],
            &["TIME", "PDCSAP_FLUX"],
        ),
        // It keeps the primary header of K2's target pixel file.
        (
            "K2VARCAT",
            &[AMES, ("TELESCOP", "Kepler"), ("MISSION", "K2")],
            &["TIME", "APTFLUX", "DETFLUX"],
        ),
        (
            "K2SFF",
            &[("TELESCOP", "Kepler"), ("MISSION", "K2")],
            &["T", "FRAW", "FCOR", "ARCLENGTH", "MOVING"],
        ),
        ("K2SC", &[("CREATOR", "k2sc-v2")], &["time", "flux"]),
        ("K2SC", &[], &["time", "flux", "trend_p", "trend_t"]),
        (
            "EVEREST",
            &[AMES, ("TELESCOP", "Kepler"), ("MISSION", "K2")],
            &["CADN", "FLUX", "FRAW", "TIME"],
        ),
        ("POLAR", &[], &["FILTIME", "FILFLUX"]),
        ("KEPSEISMIC", &[("ORIGIN", "CEA & SSI")], &["TIME", "FLUX"]),
        (
            "KBONUS-BKG",
            &[],
            &["TIME", "FLUX", "SAP_FLUX", "CENTROID_COLUMN", "CENTROID_ROW"],
        ),
        (
            "QLP",
            &[("ORIGIN", "MIT/QLP"), ("TELESCOP", "TESS")],
            &["TIME", "SAP_FLUX"],
        ),
        (
            "TASOC",
            &[("ORIGIN", "TASOC/Aarhus"), ("TELESCOP", "TESS")],
            &["TIME", "FLUX_RAW"],
        ),
        (
            "TGLC",
            &[("ORIGIN", "UCSB/TGLC"), ("TELESCOP", "TESS")],
            &["time", "cal_psf_flux"],
        ),
        ("CDIPS", &[("TELESCOP", "TESS")], &["TMID_BJD", "IRM1", "IRQ1"]),
        ("PATHOS", &[], &["TIME", "PSF_FLUX_RAW", "PSF_FLUX_COR", "AP4_FLUX_COR"]),
        ("DIAMANTE", &[], &["BTJD", "LC0_AP1", "LC1_AP1"]),
        (
            "GSFC-ELEANOR-LITE",
            &[
                ("ORIGIN", "STScI/MAST"),
                ("CREATOR", "astrocut"),
                ("LITE", "T"),
                ("PCORIGIN", "MAST"),
            ],
            &["TIME", "CORR_FLUX"],
        ),
        (
            "ELEANOR",
            &[("CREATOR", "astrocut")],
            &["TIME", "RAW_FLUX", "CORR_FLUX", "FFIINDEX"],
        ),
        ("TESScut", &[("CREATOR", "astrocut")], &["TIME", "FLUX", "FFI_FILE"]),
        (
            "lightkurve",
            &[("CREATOR", "lightkurve.LightCurve.to_fits()"), ("TELESCOP", "TESS")],
            &["TIME", "FLUX"],
        ),
        ("SPARCS", &[("TELESCOP", "SPARCS")], &["TIME", "CTR", "FLUX"]),
    ];
    for (pipeline, keywords, columns) in cases {
        assert_eq!(
            found("star.fits", keywords, columns),
            Some(pipeline),
            "{keywords:?} {columns:?}"
        );
    }
    assert_eq!(found("star.fits", &[("TELESCOP", "TESS")], &["TIME", "FLUX"]), None);
    assert_eq!(found("hlsp_unknown_tess_lc.fits", &[], &["TIME", "FLUX"]), None);
}

#[test]
fn every_entry_can_be_found_and_read() {
    for pipeline in ARCHIVED.iter().chain(OTHERS) {
        let others = ARCHIVED.iter().chain(OTHERS);
        assert_eq!(
            others.filter(|other| other.name == pipeline.name).count(),
            1,
            "{}",
            pipeline.name
        );
        assert_eq!(pipeline.flux.is_empty(), pipeline.time.is_empty(), "{}", pipeline.name);
        assert_eq!(pipeline.flux.is_empty(), pipeline.marks.is_empty(), "{}", pipeline.name);
    }
    assert!(GENERIC.marks.is_empty());
    assert_eq!(Pipeline::archived("k2sff").map(|pipeline| pipeline.name), Some("K2SFF"));
    assert!(Pipeline::archived("lightkurve").is_none());
}

#[test]
fn words_are_good_only_where_they_are_declared_so() {
    let letters = ARCHIVED.iter().find(|one| one.name == "CDIPS").unwrap().quality[0];
    assert!(letters.accepts("G") && letters.accepts("0 ") && !letters.accepts("X") && !letters.accepts(""));
}

#[test]
fn only_a_missions_own_pipelines_come_first_in_its_results() {
    for (name, mission, place) in [
        ("SPOC", Mission::Tess, 1),
        ("TESS-SPOC", Mission::Tess, 2),
        ("TESScut", Mission::Tess, 3),
        ("KBONUS-BKG", Mission::Kepler, 2),
        ("Kepler", Mission::K2, LAST),
        ("QLP", Mission::Tess, LAST),
        ("SPOC", Mission::Mast, 1),
        ("TESS-SPOC", Mission::Mast, LAST),
        ("of nobody", Mission::Mast, LAST),
    ] {
        assert_eq!(Pipeline::place(name, mission), place, "{name} {mission:?}");
    }
    assert_eq!(Pipeline::own(Mission::K2).collect::<Vec<_>>(), ["K2"]);
    assert_eq!(Pipeline::own(Mission::Mast).count(), 3);
}
