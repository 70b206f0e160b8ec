use lks_fits::write::{Hdu, Pixel};

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
fn a_cutout_is_known_by_any_name_that_the_field_gives_it() {
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
            Cutout::parse(name).map(|cutout| cutout.filename()).as_deref(),
            Some(same)
        );
    }
}

#[test]
fn the_pixels_of_a_file_count_more_than_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let write = |size: &str, bytes: &[u8]| {
        let name = format!("tess-s0014-4-1_84.2911880_-80.4691200_{size}_astrocut.fits");
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let mut bytes = Hdu::primary().bytes().unwrap();
    let only_primary = write("5x5", &bytes);
    let aperture = Hdu::image(Pixel::Int32, &[15, 12]).card("EXTNAME", "APERTURE", "");
    aperture.append_to(&mut bytes, &[0; 720]).unwrap();
    for size in ["5arcmin-x-4arcmin", "15x12", "14-x-12", "315.0arcsec-x-252.0arcsec"] {
        let found = Cutout::of_file(&write(size, &bytes)).unwrap().unwrap();
        assert_eq!(
            found.filename(),
            "tess-s0014-4-1_84.291188_-80.469120_15x12_astrocut.fits"
        );
    }
    let another = directory.path().join("tess2019198215352-s0014_lc.fits");
    assert_eq!(Cutout::of_file(&another), Ok(None));
    for (path, reason) in [
        (only_primary, "APERTURE"),
        (write("6x6", b"<html>"), "FITS"),
        (write("7x7", &bytes[..5000]), "ends"),
        (
            directory.path().join("tess-s0014-4-1_84.2_-80.4_8x8_astrocut.fits"),
            "cannot be read",
        ),
    ] {
        let refused = Cutout::of_file(&path).unwrap_err();
        assert!(refused.contains(reason), "{refused}");
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
        assert_eq!(Cutout::parse(name), None, "{name}");
    }
}
