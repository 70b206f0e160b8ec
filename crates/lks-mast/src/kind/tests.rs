use super::*;

#[test]
fn kinds_mean_what_lksearch_means() {
    let cases = [
        (
            "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
            Kind::Timeseries,
        ),
        (
            "tess2020266004630-s0030-0000000632499595-0195-a_fast-lc.fits",
            Kind::Timeseries,
        ),
        ("kplr011904151-2010009091648_llc.fits", Kind::Timeseries),
        ("kplr008120608-2010296114515_slc.fits", Kind::Timeseries),
        (
            "hlsp_tasoc_tess_ffi_tic00141914082-s0001-cam4-ccd2-c1800_tess_v05_cbv-lc.fits",
            Kind::Timeseries,
        ),
        (
            "tess2019198215352-s0014-0000000158324245-0150-s_tp.fits",
            Kind::Cubedata,
        ),
        ("kplr008957091-2012277125453_lpd-targ.fits.gz", Kind::Cubedata),
        ("kplr011804465-20160209194854_dvr.pdf", Kind::DvReport),
        (
            "tess2019114105919-s0001-s0006-0000000307210830-00196_dvm.pdf",
            Kind::DvReport,
        ),
        (
            "tess2018206190142-s0001-s0006-0000000307210830-01-00196_dvs.pdf",
            Kind::DvReport,
        ),
        (
            "tess2018206190142-s0001-s0006-0000000307210830-00196_dvt.fits",
            Kind::DvTimeseries,
        ),
        (
            "tess2018206190142-s0001-s0006-0000000307210830-00196_dvr.xml",
            Kind::DvXml,
        ),
        ("hlsp_qlp_tess_ffi_s0001-0000000141914082_tess_v01_llc.txt", Kind::Other),
        ("kplr011904151_lc_Q111111111111111111.tar", Kind::Other),
        ("TESScut", Kind::TessCut),
        ("", Kind::Other),
    ];
    for (filename, kind) in cases {
        assert_eq!(Kind::of_filename(filename), kind, "{filename}");
    }
}

#[test]
fn every_kind_is_reachable_and_nothing_is_lost_under_all() {
    for kind in Kind::ALL {
        assert!(kind.name().parse::<KindFilter>().unwrap().accepts(kind) && KindFilter::All.accepts(kind));
        for other in Kind::ALL {
            assert_eq!(KindFilter::Only(kind).accepts(other), kind == other, "{kind} {other}");
        }
    }
}

#[test]
fn cubedata_has_cutouts_and_target_pixel_files_have_not() {
    let cutouts = |words: &str| words.parse::<KindFilter>().unwrap().accepts(Kind::TessCut);
    for (words, has_cutouts) in [
        ("cubedata", true),
        ("cube", true),
        ("cubedata,dvreports", true),
        ("target pixel", false),
        ("TPF", false),
        ("tpf,lightcurve", false),
        ("tpf,tesscut", true),
    ] {
        assert_eq!(cutouts(words), has_cutouts, "{words}");
        assert!(words.parse::<KindFilter>().unwrap().accepts(Kind::Cubedata), "{words}");
    }
}

#[test]
fn an_unknown_kind_is_told_the_known_ones() {
    let message = "lightcurvez".parse::<KindFilter>().unwrap_err().to_string();
    for kind in Kind::ALL {
        assert!(message.contains(kind.name()), "{message}");
    }
}

#[test]
fn several_kinds_are_each_as_alone() {
    let several = "lightcurve, DVREPORTS".parse::<KindFilter>().unwrap();
    assert_eq!(several.to_string(), "timeseries or dvreports");
    for kind in Kind::ALL {
        assert_eq!(
            several.accepts(kind),
            matches!(kind, Kind::Timeseries | Kind::DvReport),
            "{kind}"
        );
    }
    assert!(
        "timeseries,cubedata"
            .parse::<KindFilter>()
            .unwrap()
            .accepts(Kind::TessCut)
    );
    assert!("cube,".parse::<KindFilter>().is_err());
}
