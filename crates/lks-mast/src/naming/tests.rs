use super::*;

/// Real URIs of the archive, as public repositories print them.
const REAL: [(&str, &str); 13] = [
    (
        "TESS",
        "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
    ),
    (
        "TESS",
        "mast:TESS/product/tess2018206190142-s0001-s0001-0000000141865875-01-00106_dvs.pdf",
    ),
    (
        "Kepler",
        "mast:KEPLER/url/missions/kepler/lightcurves/0118/011804465/kplr011804465-2009131105131_llc.fits",
    ),
    (
        "Kepler",
        "mast:KEPLER/url/missions/kepler/dv_files/0118/011804465/kplr011804465-01-20160209194854_dvs.pdf",
    ),
    (
        "Kepler",
        "mast:KEPLER/url/missions/kepler/target_pixel_files/0074/007419318/kplr007419318-2009131105131_lpd-targ.fits.gz",
    ),
    (
        "K2",
        "mast:K2/url/missions/k2/lightcurves/c13/247800000/87000/ktwo247887989-c13_llc.fits",
    ),
    (
        "K2",
        "mast:K2/url/missions/k2/target_pixel_files/c5/211400000/16000/ktwo211416749-c05_spd-targ.fits.gz",
    ),
    (
        "HLSP",
        "mast:HLSP/qlp/s0011/0000/0002/7755/4109/hlsp_qlp_tess_ffi_s0011-0000000277554109_tess_v01_llc.fits",
    ),
    (
        "HLSP",
        "mast:HLSP/tess-spoc/s0001/target/0000/0001/4191/4082/hlsp_tess-spoc_tess_phot_0000000141914082-s0001_tess_v1_lc.fits",
    ),
    (
        "HLSP",
        "mast:HLSP/tasoc/s0001/c1800/0000/0001/5044/1810/hlsp_tasoc_tess_ffi_tic00150441810-s0001-cam4-ccd4-c1800_tess_v05_ens-lc.fits",
    ),
    (
        "HLSP",
        "mast:HLSP/tasoc/s0001/c0120/0000/0001/4191/4082/hlsp_tasoc_tess_tpf_tic00141914082-s0001-cam4-ccd2-c0120_tess_v05_cbv-lc.fits",
    ),
    (
        "HLSP",
        "mast:HLSP/gsfc-eleanor-lite/s0001/0000/0001/4191/4082/hlsp_gsfc-eleanor-lite_tess_ffi_s0001-0000000141914082_tess_v1.0_lc.fits",
    ),
    (
        "HLSP",
        "mast:HLSP/tglc/s0001/cam4-ccd2/0046/2474/2688/9442/hlsp_tglc_tess_ffi_gaiaid-4624742688944261376-s0001-cam4-ccd2_tess_v1_llc.fits",
    ),
];

#[test]
fn real_uris_follow_from_their_file_names() {
    for (collection, uri) in REAL {
        let filename = uri.rsplit('/').next().expect("because a URI has a last part");
        assert_eq!(data_uri(collection, filename).as_deref(), Some(uri));
    }
}

#[test]
fn a_name_that_does_not_tell_gives_nothing() {
    for (collection, filename) in [
        ("TESS", "notes.txt"),
        ("TESSCut", "tess-s0001-4-2_84.291190_-80.469170_6x6_astrocut.fits"),
        ("Kepler", "kplr0118_llc.fits"),
        ("Kepler", "kplr011804465.fits"),
        ("K2", "ktwo247887989_llc.fits"),
        ("K2", "ktwoé47887989-c13_llc.fits"),
        ("HLSP", "hlsp_everest_k2_llc_228682441-c05_kepler_v2.0_lc.fits"),
        ("HLSP", "hlsp_qlp_tess_ffi_s0011-27755_tess_v01_llc.fits"),
        (
            "HLSP",
            "hlsp_tess-spoc_tess_phot_0000000158324245-s0055-s0055_tess_v1_dvm.pdf",
        ),
        ("HLSP", "hlsp_tasoc_tess_ffi_tic00412064070-s01-c1800_tess_v04_lc.fits"),
        ("HLSP", "hlsp_"),
        ("", ""),
    ] {
        assert_eq!(data_uri(collection, filename), None, "{filename}");
    }
}

#[test]
fn a_files_name_tells_its_pipeline() {
    for (collection, filename, pipeline) in [
        (
            "TESS",
            "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
            Some("SPOC"),
        ),
        ("Kepler", "kplr011904151-2010009091648_llc.fits", Some("Kepler")),
        ("K2", "ktwo201912552-c01_llc.fits", Some("K2")),
        (
            "HLSP",
            "hlsp_tess-spoc_tess_phot_0000000158324245-s0014_tess_v1_lc.fits",
            Some("TESS-SPOC"),
        ),
        (
            "HLSP",
            "hlsp_k2sff_k2_lightcurve_201912552-c01_kepler_v1_llc.fits",
            Some("K2SFF"),
        ),
        (
            "TESSCut",
            "tess-s0014-2-3_286.971254_46.868263_5x5_astrocut.fits",
            Some("TESScut"),
        ),
        ("TESS", "notes.txt", None),
        ("HLSP", "hlsp_", None),
        ("HLSP", "hlsp__x", None),
        ("JWST", "jw.fits", None),
    ] {
        assert_eq!(pipeline_of(collection, filename).as_deref(), pipeline, "{filename}");
    }
}
