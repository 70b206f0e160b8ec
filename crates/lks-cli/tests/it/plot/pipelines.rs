//! A file of every pipeline is drawn by its own columns, its flagged cadences apart, with the pipeline's name.

use super::files::Role::{Bits, Flux, Gap, Letter, Other, Time};
use super::files::{Columns, Keywords, append, write};
use super::{FLAGGED, num_dots};
use crate::home::Home;
use lksearch::fits::write::Hdu;

const AMES: (&str, &str) = ("ORIGIN", "NASA/Ames");
const TESS: (&str, &str) = ("TELESCOP", "TESS");
const KEPLER: (&str, &str) = ("TELESCOP", "Kepler");
const BTJD: Keywords = &[("BJDREFI", "2457000"), ("TIMESYS", "TDB")];
const BKJD: Keywords = &[("BJDREFI", "2454833"), ("TIMESYS", "TDB")];

/// File name, primary header, header of the table, columns; then pipeline, column and number of flagged cadences.
type Case<'a> = (
    &'a str,
    Keywords<'a>,
    Keywords<'a>,
    Columns<'a>,
    &'a str,
    &'a str,
    usize,
);

const MISSION: Columns = &[
    ("TIME", Time),
    ("SAP_FLUX", Other),
    ("PDCSAP_FLUX", Flux),
    ("QUALITY", Bits),
];

const CASES: [Case; 24] = [
    ("spoc.fits", &[AMES, TESS], BTJD, MISSION, "SPOC", "PDCSAP_FLUX", 1),
    (
        "hlsp_tess-spoc_tess_phot_1-s0001_tess_v1_lc.fits",
        &[AMES, TESS],
        BTJD,
        MISSION,
        "TESS-SPOC",
        "PDCSAP_FLUX",
        1,
    ),
    (
        "kepler.fits",
        &[AMES, KEPLER, ("MISSION", "Kepler")],
        BKJD,
        &[("TIME", Time), ("PDCSAP_FLUX", Flux), ("SAP_QUALITY", Bits)],
        "Kepler",
        "PDCSAP_FLUX",
        1,
    ),
    (
        "k2.fits",
        &[AMES, KEPLER, ("MISSION", "K2")],
        BKJD,
        &[("TIME", Time), ("PDCSAP_FLUX", Flux), ("SAP_QUALITY", Bits)],
        "K2",
        "PDCSAP_FLUX",
        1,
    ),
    (
        "dvt.fits",
        &[AMES, TESS],
        BTJD,
        &[
            ("TIME", Time),
            ("PHASE", Other),
            ("LC_INIT", Other),
            ("LC_DETREND", Flux),
        ],
        "SPOC",
        "LC_DETREND",
        0,
    ),
    (
        "dvt-init.fits",
        &[AMES, TESS],
        BTJD,
        &[("TIME", Time), ("LC_INIT", Flux)],
        "SPOC",
        "LC_INIT",
        0,
    ),
    (
        "tess-cbv.fits",
        &[AMES, TESS],
        &[("JDREFI", "2457000")],
        &[("TIME", Time), ("GAP", Gap), ("VECTOR_1", Flux)],
        "SPOC",
        "VECTOR_1",
        1,
    ),
    (
        "kepler-cbv.fits",
        &[AMES, KEPLER, ("MISSION", "Kepler")],
        &[],
        &[("TIME_MJD", Time), ("GAPFLAG", Bits), ("VECTOR_1", Flux)],
        "Kepler",
        "VECTOR_1",
        1,
    ),
    (
        "qlp.fits",
        &[("ORIGIN", "MIT/QLP"), TESS],
        BTJD,
        &[("TIME", Time), ("SAP_FLUX", Flux), ("QUALITY", Bits)],
        "QLP",
        "SAP_FLUX",
        1,
    ),
    (
        "tasoc.fits",
        &[("ORIGIN", "TASOC/Aarhus"), TESS],
        BTJD,
        &[
            ("TIME", Time),
            ("FLUX_RAW", Other),
            ("FLUX_CORR", Flux),
            ("QUALITY", Other),
            ("PIXEL_QUALITY", Bits),
        ],
        "TASOC",
        "FLUX_CORR",
        1,
    ),
    (
        "tglc.fits",
        &[("ORIGIN", "UCSB/TGLC"), TESS],
        BTJD,
        &[
            ("time", Time),
            ("psf_flux", Other),
            ("cal_psf_flux", Flux),
            ("TESS_flags", Other),
            ("TGLC_flags", Bits),
        ],
        "TGLC",
        "cal_psf_flux",
        1,
    ),
    (
        "cdips.fits",
        &[("ORIGIN", "CDIPS"), TESS],
        BTJD,
        &[("TMID_BJD", Time), ("IRM1", Flux), ("IRE1", Other), ("IRQ1", Letter)],
        "CDIPS",
        "IRM1 [mag]",
        1,
    ),
    (
        "pathos.fits",
        &[TESS],
        BTJD,
        &[
            ("TIME", Time),
            ("PSF_FLUX_RAW", Other),
            ("PSF_FLUX_COR", Flux),
            ("AP4_FLUX_COR", Other),
            ("DQUALITY", Bits),
        ],
        "PATHOS",
        "PSF_FLUX_COR",
        1,
    ),
    (
        "diamante.fits",
        &[TESS],
        &[],
        &[
            ("BTJD", Time),
            ("LC0_AP1", Other),
            ("LC1_AP1", Flux),
            ("FLAG_AP1", Bits),
        ],
        "DIAMANTE",
        "LC1_AP1",
        1,
    ),
    (
        "eleanor-lite.fits",
        &[("ORIGIN", "STScI/MAST"), TESS, ("LITE", "T"), ("PCORIGIN", "MAST")],
        BTJD,
        &[
            ("TIME", Time),
            ("RAW_FLUX", Other),
            ("CORR_FLUX", Flux),
            ("QUALITY", Bits),
            ("FFIINDEX", Other),
        ],
        "GSFC-ELEANOR-LITE",
        "CORR_FLUX",
        1,
    ),
    (
        "eleanor.fits",
        &[TESS],
        BTJD,
        &[
            ("TIME", Time),
            ("RAW_FLUX", Other),
            ("CORR_FLUX", Flux),
            ("QUALITY", Bits),
            ("FFIINDEX", Other),
        ],
        "ELEANOR",
        "CORR_FLUX",
        1,
    ),
    (
        "kbonus.fits",
        &[KEPLER],
        BKJD,
        &[
            ("time", Time),
            ("flux", Flux),
            ("sap_flux", Other),
            ("centroid_column", Other),
            ("centroid_row", Other),
            ("sap_quality", Bits),
        ],
        "KBONUS-BKG",
        "flux",
        1,
    ),
    (
        "kepseismic.fits",
        &[("ORIGIN", "CEA & SSI")],
        &[],
        &[("TIME", Time), ("FLUX", Flux)],
        "KEPSEISMIC",
        "FLUX",
        0,
    ),
    (
        "everest.fits",
        &[AMES, KEPLER, ("MISSION", "K2")],
        BKJD,
        &[
            ("CADN", Other),
            ("FLUX", Flux),
            ("FRAW", Other),
            ("QUALITY", Bits),
            ("TIME", Time),
        ],
        "EVEREST",
        "FLUX",
        1,
    ),
    (
        "k2sff.fits",
        &[KEPLER, ("MISSION", "K2")],
        BKJD,
        &[
            ("T", Time),
            ("FRAW", Other),
            ("FCOR", Flux),
            ("ARCLENGTH", Other),
            ("MOVING", Bits),
        ],
        "K2SFF",
        "FCOR",
        1,
    ),
    (
        "k2sc.fits",
        &[KEPLER],
        BKJD,
        &[
            ("time", Time),
            ("quality", Other),
            ("flux", Flux),
            ("trend_p", Other),
            ("trend_t", Other),
            ("mflags", Bits),
        ],
        "K2SC",
        "flux",
        1,
    ),
    (
        "k2varcat.fits",
        &[AMES, KEPLER, ("MISSION", "K2")],
        BKJD,
        &[("TIME", Time), ("APTFLUX", Other), ("DETFLUX", Flux)],
        "K2VARCAT",
        "DETFLUX",
        0,
    ),
    (
        "polar.fits",
        &[KEPLER],
        &[],
        &[("FILTIME", Time), ("FILFLUX", Flux)],
        "POLAR",
        "FILFLUX",
        0,
    ),
    (
        "sparcs.fits",
        &[("TELESCOP", "SPARCS")],
        BTJD,
        &[("TIME", Time), ("CTR", Other), ("FLUX", Flux), ("QUALITY", Bits)],
        "SPARCS",
        "FLUX",
        1,
    ),
];

#[test]
fn every_pipelines_file_is_drawn_with_its_flags() {
    let home = Home::new();
    for (file, primary, table, columns, pipeline, flux, num_flagged) in CASES {
        write(&home, file, primary, table, columns);
        let drawn = home.run(&["plot", file, "-o", "lc.svg"]);
        let said = format!("6 of 6 cadences drawn, {num_flagged} of them flagged");
        assert!(drawn.stderr.contains(&said), "{file}: {}", drawn.stderr);
        let svg = std::fs::read_to_string(home.path("lc.svg")).unwrap();
        assert_eq!(num_dots(&svg, FLAGGED), num_flagged, "{file}");
        let title = |line: &str| line.starts_with(file) && line.split(" · ").any(|piece| piece == pipeline);
        assert!(svg.lines().any(title), "{file}: {svg}");
        assert!(svg.contains(&format!(">\n{flux}\n<")), "{file}: {svg}");
    }
}

#[test]
fn light_curves_that_lightkurve_has_written_are_drawn() {
    let home = Home::new();
    let primary: Keywords = &[
        ("CREATOR", "lightkurve.LightCurve.to_fits()"),
        TESS,
        ("OBJECT", "TIC 7"),
    ];
    let columns: Columns = &[("TIME", Time), ("FLUX", Flux), ("FLUX_ERR", Other), ("QUALITY", Bits)];
    write(&home, "lk.fits", primary, &[], columns);
    let chart = home.run(&["plot", "lk.fits"]).stdout;
    assert!(chart.starts_with("TIC 7 · TESS · lightkurve\nFLUX\n"), "{chart}");
    assert!(chart.contains("× 1 quality-flagged"), "{chart}");
}

#[test]
fn another_table_and_another_column_of_times_can_be_named() {
    let home = Home::new();
    let mut bytes = Hdu::primary().card("OBJECT", "EPIC 1", "").bytes().unwrap();
    let columns: Columns = &[
        ("T", Time),
        ("FCOR", Flux),
        ("ARCLENGTH", Other),
        ("MOVING", Bits),
        ("JULIAN", Time),
    ];
    append(&mut bytes, &[("EXTNAME", "BESTAPER")], columns, 0.0);
    append(&mut bytes, &[("EXTNAME", "CIRC_APER0")], columns, 100.0);
    std::fs::write(home.path("k2sff.fits"), bytes).unwrap();
    let first = home.run(&["plot", "k2sff.fits"]).stdout;
    assert!(
        first.starts_with("EPIC 1 · K2SFF · BESTAPER\n") && first.contains(" 1500"),
        "{first}"
    );
    for hdu in ["CIRC_APER0", "circ_aper0", "2"] {
        let chart = home.run(&["plot", "k2sff.fits", "--hdu", hdu]).stdout;
        assert!(
            chart.starts_with("EPIC 1 · K2SFF · CIRC_APER0\n") && chart.contains(" 1600"),
            "{chart}"
        );
    }
    let chart = home.run(&["plot", "k2sff.fits", "--time", "julian"]).stdout;
    assert!(chart.contains("JULIAN"), "{chart}");
    for (words, said) in [
        (["--hdu", "CIRC_APER9"], "1 BESTAPER (BinTableHDU), 2 CIRC_APER0"),
        (["--hdu", "0"], "no table in HDU 0"),
        (["--time", "JULIA"], "did you mean JULIAN?"),
        (["--column", "FRAW"], "there is no column \"FRAW\""),
    ] {
        home.run(&[&["plot", "k2sff.fits"], &words[..]].concat())
            .failed(2, &[said]);
    }
    // A table of no known column of times names all.
    write(&home, "bare.fits", &[], &[], &[("HOURS", Time), ("FLUX", Flux)]);
    home.run(&["plot", "bare.fits"]).failed(2, &["--time", "HOURS, FLUX"]);
    assert_eq!(home.run(&["plot", "bare.fits", "--time", "HOURS"]).code, Some(0));
}

#[test]
fn the_brighter_magnitude_is_above() {
    let home = Home::new();
    let columns: Columns = &[("TMID_BJD", Time), ("IRM1", Flux)];
    write(&home, "cdips.fits", &[("ORIGIN", "CDIPS")], BTJD, columns);
    let chart = home.run(&["plot", "cdips.fits"]).stdout;
    let lines: Vec<&str> = chart.lines().collect();
    assert!(
        lines[2].starts_with(" 10.00│") && lines[17].starts_with(" 12.00│"),
        "{chart}"
    );
    // The rows of magnitude 10 are the first and the fourth.
    assert!(
        lines[2].contains('⠁') && lines[2].matches(|letter| ('⠁'..='⣿').contains(&letter)).count() == 2,
        "{chart}"
    );
    let normalized = home.run(&["plot", "cdips.fits", "--normalize"]).stdout;
    assert!(
        normalized.contains("IRM1 − median [mag]") && normalized.contains(" -1.00│"),
        "{normalized}"
    );
}

#[test]
fn a_column_without_any_value_gives_way_to_the_next() {
    let home = Home::new();
    let rows: Vec<_> = (0..5).map(|row| (f64::from(row), f32::NAN, 0)).collect();
    super::table(&home, "nan.fits", "PDCSAP_FLUX", &rows);
    let mut bytes = std::fs::read(home.path("nan.fits")).unwrap();
    append(
        &mut bytes,
        &[("EXTNAME", "SAP")],
        &[("TIME", Time), ("SAP_FLUX", Flux)],
        0.0,
    );
    std::fs::write(home.path("nan.fits"), bytes).unwrap();
    let drawn = home.run(&["plot", "nan.fits", "-o", "lc.svg"]);
    assert!(
        drawn.stderr.contains("PDCSAP_FLUX has no value; SAP_FLUX is drawn")
            && drawn.stderr.contains("6 of 6 cadences"),
        "{}",
        drawn.stderr
    );
    home.run(&["plot", "nan.fits", "--column", "PDCSAP_FLUX"])
        .failed(2, &["PDCSAP_FLUX has no value"]);
}
