use super::Cutout;

#[test]
fn a_cutout_is_read_back_from_its_name() {
    for detector in [Some((4, 1)), None] {
        let cutout = Cutout {
            ra: 84.291_188,
            dec: -80.469_12,
            ny: 45,
            nx: 35,
            sector: 14,
            detector,
        };
        assert_eq!(Cutout::parse(&cutout.filename()), Some(cutout.clone()));
        assert_eq!(Cutout::parse(&cutout.uri()), Some(cutout));
    }
}

#[test]
fn other_names_are_no_cutouts() {
    for name in [
        "",
        "TESScut",
        "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
        "tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits.gz",
        "tess-s0014-4_84.291188_-80.469120_35x45_astrocut.fits",
        "tess-s14-4-1_84.291188_-80.469120_35x45_astrocut.fits",
        "tess-s0014-4-1_84.29_-80.469120_35x45_astrocut.fits",
        "tess-s0014-4-1_NaN_-80.469120_35x45_astrocut.fits",
        "tess-s0014-4-1_84.291188_-80.469120_35_astrocut.fits",
        "tess-s0014-4-1_84.291188_-80.469120_35x45_9_astrocut.fits",
        "../tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits",
    ] {
        assert_eq!(Cutout::parse(name), None, "{name}");
    }
}
