use super::*;

#[test]
fn a_cutout_is_read_back_from_its_name() {
    for detector in [Some((4, 1)), None] {
        let cutout = Cutout {
            ra: 84.291_188,
            dec: -80.469_12,
            size: CutoutSize { ny: 45, nx: 35 },
            sector: 14,
            detector,
        };
        assert_eq!(Cutout::of_name(&cutout.filename()), Some(cutout.clone()));
        assert_eq!(Cutout::of_name(&cutout.uri()), Some(cutout));
    }
}

#[test]
fn a_cutout_is_known_by_every_name_in_use() {
    for (name, same) in [
        // TESScut of 2018.
        (
            "tess-s0001-4-3_107.27_-70.0_5x5_astrocut.fits",
            "tess-s0001-4-3_107.270000_-70.000000_5x5_astrocut.fits",
        ),
        (
            "tess-s0001-4-3_107_-70_5x5_astrocut.fits",
            "tess-s0001-4-3_107.000000_-70.000000_5x5_astrocut.fits",
        ),
        // astrocut 1.2: columns first, although it calls them rows.
        (
            "tess-s0014-4-1_84.2911880_-80.4691200_35-x-45_astrocut.fits",
            "tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits",
        ),
        // A seventh decimal is less than a thousandth of a pixel.
        (
            "tess-s0014-4-1_84.2911879_-80.4691197_35-x-45_astrocut.fits",
            "tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits",
        ),
    ] {
        assert_eq!(
            Cutout::of_name(name).map(|cutout| cutout.filename()).as_deref(),
            Some(same)
        );
    }
}

#[test]
fn other_names_are_not_those_of_cutouts() {
    for name in [
        "",
        "TESScut",
        "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
        "tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits.gz",
        "tess-s0014-4_84.291188_-80.469120_35x45_astrocut.fits",
        "tess-s14-4-1_84.291188_-80.469120_35x45_astrocut.fits",
        "tess-s0014-4-1_1e2_-80.469120_35x45_astrocut.fits",
        "tess-s0014-4-1_384.291188_-80.469120_35x45_astrocut.fits",
        "tess-s0014-4-1_84.291188_-90.469120_35x45_astrocut.fits",
        "tess-s0014-4-1_84.291188_-80.469120_-35x45_astrocut.fits",
        "tess-s0014-4-1_84.291188_-80.469120_0x45_astrocut.fits",
        "tess-s0014-5-1_84.291188_-80.469120_35x45_astrocut.fits",
        // Only the file knows how many pixels these are.
        "tess-s0014-4-1_84.2911880_-80.4691200_5arcmin-x-4arcmin_astrocut.fits",
        "tess-s0014-4-1_84.2911880_-80.4691200_3.0pix-x-3.0pix_astrocut.fits",
        "tess-s0014-4-1_NaN_-80.469120_35x45_astrocut.fits",
        "tess-s0014-4-1_84.291188_-80.469120_35_astrocut.fits",
        "tess-s0014-4-1_84.291188_-80.469120_35x45_9_astrocut.fits",
        "../tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits",
    ] {
        assert_eq!(Cutout::of_name(name), None, "{name}");
    }
}

#[test]
fn a_cutout_size_is_a_number_or_rows_by_columns() {
    let size = |text: &str| text.parse::<CutoutSize>();
    assert_eq!(size("10").unwrap(), CutoutSize { ny: 10, nx: 10 });
    assert_eq!(size("11x21").unwrap(), CutoutSize { ny: 11, nx: 21 });
    assert_eq!(size("100x100").unwrap(), CutoutSize { ny: 100, nx: 100 });
    for wrong in ["", "0", "-5", "10x", "x10", "1.5", "101x100", "99999999x99999999"] {
        assert!(size(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_cutout_is_named_as_the_service_names_it() {
    let cutout = Cutout {
        ra: 84.291188,
        dec: -80.46912,
        size: CutoutSize { ny: 45, nx: 35 },
        sector: 1,
        detector: Some((4, 2)),
    };
    assert_eq!(
        cutout.filename(),
        "tess-s0001-4-2_84.291188_-80.469120_35x45_astrocut.fits"
    );
    let unknown = Cutout {
        detector: None,
        ..cutout
    };
    assert_eq!(
        unknown.filename(),
        "tess-s0001_84.291188_-80.469120_35x45_astrocut.fits"
    );
}
