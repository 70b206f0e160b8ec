use lks_fits::write::{Hdu, Pixel};

use super::*;

fn header(cards: &[(&str, f64)]) -> Header {
    let hdu = cards
        .iter()
        .fold(Hdu::primary(), |hdu, (keyword, value)| match value.fract() {
            0.0 => hdu.card(*keyword, *value as i64, ""),
            _ => hdu.card(*keyword, *value, ""),
        });
    verify::primary_header(&hdu.bytes().unwrap()[..]).unwrap()
}

#[test]
fn a_header_that_contradicts_the_name_is_told() {
    let cutout = "tess-s0014-4-1_286.971254_46.868263_5x5_astrocut.fits";
    let light_curve = "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
    for (name, cards, expected) in [
        (
            cutout,
            &[("SECTOR", 15.0)][..],
            Some("its name says SECTOR 14, its header 15"),
        ),
        (
            cutout,
            &[("SECTOR", 14.0), ("CCD", 2.0)],
            Some("its name says CCD 1, its header 2"),
        ),
        (
            cutout,
            &[("RA_OBJ", 10.5)],
            Some("its name says RA_OBJ 286.971254, its header 10.5"),
        ),
        (
            cutout,
            &[("DEC_OBJ", -46.868)],
            Some("its name says DEC_OBJ 46.868263, its header -46.868"),
        ),
        (
            cutout,
            &[("SECTOR", 14.0), ("RA_OBJ", 286.9712), ("DEC_OBJ", 46.868)],
            None,
        ),
        (
            "tess-s0014-4-1_0.001_46.868263_5x5_astrocut.fits",
            &[("RA_OBJ", 359.9991)],
            None,
        ),
        (
            "tess-s0001-4-2_107.27_-70.0_5x5_astrocut.fits",
            &[("RA_OBJ", 107.266), ("DEC_OBJ", -70.04)],
            None,
        ),
        (light_curve, &[("SECTOR", 14.0), ("TICID", 158_324_245.0)], None),
        (
            light_curve,
            &[("SECTOR", 15.0)],
            Some("its name says SECTOR 14, its header 15"),
        ),
        (
            light_curve,
            &[("TICID", 1.0)],
            Some("its name says TICID 158324245, its header 1"),
        ),
        (light_curve, &[], None),
        (
            "tess2018206190142-s0001-s0006-0000000307210830-00366_dvt.fits",
            &[("SECTOR", 6.0)],
            None,
        ),
        (
            "hlsp_qlp_tess_ffi_s0015-0000000158324245_tess_v01_llc.fits",
            &[("SECTOR", 14.0)],
            Some("its name says SECTOR 15, its header 14"),
        ),
        (
            "kplr011904151-2010009091648_llc.fits",
            &[("KEPLERID", 1.0)],
            Some("its name says KEPLERID 11904151, its header 1"),
        ),
        ("ktwo201912552-c01_llc.fits", &[("KEPLERID", 201_912_552.0)], None),
        (
            "hlsp_other_tess_ffi_s0015-0000000158324245_tess_v01_llc.fits",
            &[("SECTOR", 14.0)],
            None,
        ),
    ] {
        assert_eq!(
            contradiction(name, &header(cards), NEAR).as_deref(),
            expected,
            "{name} {cards:?}"
        );
    }
}

#[test]
fn a_header_of_the_other_kind_is_told() {
    let (pixels, curve) = (
        "4286 TargetPixelExporterPipelineModule",
        "57844 FluxExporter2PipelineModule",
    );
    for (name, creator, is_told) in [
        ("tess2019198215352-s0014-0000000158324245-0150-s_lc.fits", pixels, true),
        ("tess2019198215352-s0014-0000000158324245-0150-s_tp.fits", pixels, false),
        (
            "tess2019198215352-s0014-0000000158324245-0150-a_fast-lc.fits",
            pixels,
            true,
        ),
        ("ktwo201912552-c01_llc.fits", curve, false),
        ("ktwo201912552-c01_lpd-targ.fits.gz", curve, true),
        (
            "kplr011904151-2010009091648_spd-targ.fits.gz",
            "K2TargetPixelExporter",
            false,
        ),
        // The genuine ones have the primary header of the pixels.
        (
            "hlsp_k2varcat_k2_lightcurve_211121743-c04_kepler_v2_llc.fits",
            pixels,
            false,
        ),
        (
            "tess2019085135100-s0010-2-4-0140-s_cbv.fits",
            "12506 CbvExporter",
            false,
        ),
    ] {
        let bytes = Hdu::primary().card("CREATOR", creator, "").bytes().unwrap();
        let header = verify::primary_header(&bytes[..]).unwrap();
        assert_eq!(contradiction(name, &header, NEAR).is_some(), is_told, "{name}");
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
        let found = cutout_of_file(&write(size, &bytes)).unwrap().unwrap();
        assert_eq!(
            found.filename(),
            "tess-s0014-4-1_84.291188_-80.469120_15x12_astrocut.fits"
        );
    }
    let another = directory.path().join("tess2019198215352-s0014_lc.fits");
    assert_eq!(cutout_of_file(&another), Ok(None));
    for (path, reason) in [
        (only_primary, "APERTURE"),
        (write("6x6", b"<html>"), "FITS"),
        (write("7x7", &bytes[..5000]), "ends"),
        (
            directory.path().join("tess-s0014-4-1_84.2_-80.4_8x8_astrocut.fits"),
            "cannot be read",
        ),
    ] {
        let refused = cutout_of_file(&path).unwrap_err();
        assert!(refused.contains(reason), "{refused}");
    }
}

#[test]
fn the_header_is_looked_at_however_the_ending_is_spelled() {
    let fits = Hdu::primary().card("SECTOR", 15, "").bytes().unwrap();
    let name = "tess2019198215352-s0014-0000000158324245-0150-s_lc";
    for ending in ["fits", "FITS", "fit"] {
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &fits).unwrap();
        let path = format!("TESS/x/{name}.{ending}").parse().unwrap();
        let reason = check_foreign(&path, &file).unwrap_err();
        assert!(reason.contains("SECTOR 14, its header 15"), "{ending}: {reason}");
    }
}
