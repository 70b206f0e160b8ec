use super::*;
use crate::columns::with_added;
use crate::response::SectorSeen;
use crate::tess;

#[test]
fn b33_quarters_are_whole_numbers_or_null() {
    let cases = [
        ("Lightcurve Long Cadence (CLC) - Q0", Some(0)),
        ("Target Pixel Short Cadence (TPS) - Q17", Some(17)),
        ("Lightcurve Long Cadence (CLC) - Q-1", Some(1)),
        ("Lightcurve Long Cadence (CLC) - Q", None),
        ("Data Validation full report Q7", None),
        ("FITS", None),
        ("", None),
    ];
    for (description, quarter) in cases {
        assert_eq!(kepler::quarter(description), quarter, "{description}");
    }
}

#[test]
fn b34_unexpected_kepler_names_have_no_stamp() {
    let cases = [
        ("kplr011904151-2010009091648_llc.fits", Some("2010009091648")),
        ("kplr011904151-2010009091648_lpd-targ.fits.gz", Some("2010009091648")),
        ("kplr011804465-20160209194854_dvr.pdf", None),
        ("kplr011904151_lc_Q111111111111111111.tar", None),
        ("kplr011904151-", None),
        ("kplr-äöü", None),
        ("hlsp_kbonus-bkg_kepler_kepler_kic-005300878_kepler_v1.0_lc.fits", None),
        ("", None),
    ];
    for (filename, stamp) in cases {
        assert_eq!(kepler::stamp(filename), stamp, "{filename}");
    }
}

#[test]
fn b34_keplers_stamps_are_in_californian_time() {
    let check = |stamp: &str, expected: Option<&str>| {
        assert_eq!(
            kepler::moment(stamp).map(|time| iso(&time)).as_deref(),
            expected,
            "{stamp}"
        );
    };
    // LC_END of kplr010002792-2009259160929_llc.fits is MJD 55090.96492052, which is 23:09:29 UTC.
    check("2009259160929", Some("2009-09-16 23:09:29.000"));
    check("2009350155506", Some("2009-12-16 23:55:06.000"));
    check("2010009091648", Some("2010-01-09 17:16:48.000"));
    check("2010366000000", None);
    check("2010009256000", None);
}

#[test]
fn b34_each_quarters_file_has_its_own_start_and_end() {
    let span = |quarter, stamp: &str| {
        let iso = |time: Option<NaiveDateTime>| time.map(|time| iso(&time)).unwrap_or_default();
        (
            iso(kepler::start(quarter, None)),
            iso(kepler::end(Some(quarter), stamp)),
        )
    };
    let pair = |start: &str, end: &str| (start.to_owned(), end.to_owned());
    assert_eq!(
        span(3, "2009350155506"),
        pair("2009-09-18 17:19:58.944", "2009-12-16 23:55:06.000")
    );
    assert_eq!(
        span(15, "2013011073258"),
        pair("2012-10-05 23:39:07.200", "2013-01-11 15:18:15.552")
    );
    // The detectors of module 3 failed in quarter 4; the stamp knows.
    assert_eq!(
        span(4, "2010009091648"),
        pair("2009-12-19 21:03:56.736", "2010-01-09 17:16:48.000")
    );
    // The stamp of the last quarter is hours after its last cadence.
    assert_eq!(
        span(17, "2013131215648"),
        pair("2013-04-09 17:26:44.160", "2013-05-11 12:01:39.360")
    );
}

#[test]
fn b34_missing_times_are_null_and_lose_no_row() {
    let table = Table::empty()
        .with_text(
            "productFilename",
            [Some("kplr000000001-2009131105131_llc.fits"), Some("odd name"), None],
        )
        .unwrap()
        .with_text("provenance_name", [Some("Kepler"), Some("Kepler"), None])
        .unwrap()
        .with_float("t_min", [None, Some(f64::NAN), None])
        .unwrap();
    let annotated = with_added(
        &table,
        Mission::Kepler,
        &Asked {
            id: None,
            position: None,
        },
    )
    .unwrap();
    assert_eq!(annotated.num_rows(), 3);
    assert_eq!(annotated.row(0).integer("year"), Some(2009));
    assert_eq!(
        (annotated.row(1).cell("year"), annotated.row(2).cell("start_time")),
        (None, None)
    );
}

#[test]
fn every_month_of_the_table_is_known_in_its_quarter_only() {
    let months = [
        (0, "2009131110544", Some(1)),
        (7, "2010326094124", Some(2)),
        (8, "2010326094124", None),
        (17, "2013131215648", Some(2)),
    ];
    for (quarter, stamp, month) in months {
        assert_eq!(kepler::month(quarter, stamp), month, "{quarter} {stamp}");
    }
}

#[test]
fn b35_campaigns_come_from_names_before_numbers() {
    let campaign = |filename, description, sequence| {
        k2::campaign(filename, description, sequence).map(|campaign| campaign.to_string())
    };
    let cases = [
        (Some("ktwo228162462-c91_llc.fits"), None, Some(9), Some("9a")),
        (Some("ktwo228162462-c102_lpd-targ.fits.gz"), None, Some(10), Some("10b")),
        (
            Some("hlsp_everest_k2_llc_228682441-c05_kepler_v2.0_lc.fits"),
            None,
            None,
            Some("5"),
        ),
        (
            Some("hlsp_x_tess_ffi-c1800_y.fits"),
            Some("Lightcurve Long Cadence (KLC) - C13"),
            None,
            Some("13"),
        ),
        (None, None, Some(92), Some("9b")),
        (None, Some("FITS"), None, None),
    ];
    for (filename, description, sequence, expected) in cases {
        assert_eq!(
            campaign(filename, description, sequence).as_deref(),
            expected,
            "{filename:?} {description:?}"
        );
    }
}

#[test]
fn b36_a_sector_newer_than_the_table_has_null_times() {
    assert_eq!(tess::span(200), None);
    assert_eq!(tess::span(1), Some((58_324.0, 58_352.0)));
    let seen = SectorSeen {
        sector: 200,
        camera: None,
        ccd: None,
    };
    let cutouts = tess::cutouts(&[seen], "x", &Position::icrs(1.0, 2.0).unwrap()).unwrap();
    let annotated = with_added(
        &cutouts,
        Mission::Tess,
        &Asked {
            id: None,
            position: None,
        },
    )
    .unwrap();
    let row = annotated.row(0);
    assert_eq!((row.integer("sector"), row.float("exptime")), (Some(200), Some(200.0)));
    assert_eq!(
        (
            row.cell("year"),
            row.cell("start_time"),
            row.cell("t_min"),
            row.cell("obs_id")
        ),
        (None, None, None, None)
    );
}

#[test]
fn the_cadence_of_ffis_changes_at_sectors_27_and_56() {
    for (sector, seconds) in [
        (1, 1800.0),
        (26, 1800.0),
        (27, 600.0),
        (55, 600.0),
        (56, 200.0),
        (134, 200.0),
    ] {
        assert_eq!(tess::cadence(sector), seconds, "{sector}");
    }
}

#[test]
fn times_agree_with_astropys() {
    // astropy: Time(mjd, format="mjd").iso
    for (mjd, expected) in [
        (58_324.793_236_967_59, "2018-07-25 19:02:15.674"),
        (54_964.010_416_666_67, "2009-05-13 00:15:00.000"),
        (60_000.0, "2023-02-25 00:00:00.000"),
    ] {
        assert_eq!(utc(mjd).map(|time| iso(&time)).as_deref(), Some(expected));
    }
    assert_eq!(utc(f64::NAN).map(|time| iso(&time)), None);
    assert_eq!(utc(1e300), None);
}

#[test]
fn only_numbers_of_the_same_catalogue_are_other_stars() {
    let id = TargetId {
        catalog: Catalog::Kic,
        number: 5,
    };
    assert!(is_asked(Some("kplr000000005"), Some(id)) && !is_other_star(Some("kplr000000005"), id));
    assert!(is_other_star(Some("kplr000000006"), id));
    assert!(!is_other_star(Some("Gaia DR3 6"), id) && !is_other_star(None, id));
}
