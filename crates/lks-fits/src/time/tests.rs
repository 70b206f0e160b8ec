use arrow_schema::DataType;

use super::{Described, JulianDate, TimeReference};
use crate::{Card, CardValue, Header};

const BJDREF: [(&str, CardValue); 2] = [
    ("BJDREFI", CardValue::Integer(2_457_000)),
    ("BJDREFF", CardValue::Float(0.0)),
];

fn header(cards: &[(&str, CardValue)]) -> Header {
    let mut images = Vec::new();
    for (keyword, value) in cards {
        crate::card::encode(&Card::new(*keyword, value.clone(), ""), &mut images).unwrap();
    }
    let mut header = Header::default();
    let (images, _) = images.as_chunks();
    assert!(images.iter().all(|image| header.push(image)));
    header
}

fn text(text: &str) -> CardValue {
    text.into()
}

fn column<'a>(name: &'a str, unit: Option<&'a str>) -> Described<'a> {
    Described {
        name,
        unit,
        data_type: &DataType::Float64,
        scale: None,
        coordinate_unit: None,
        position: None,
    }
}

fn shown(column: &Described, cards: &[(&str, CardValue)], primary: &[(&str, CardValue)]) -> String {
    let time = TimeReference::of(column, &header(cards), &header(primary));
    time.map_or("none".to_owned(), |time| {
        let (scale, position) = (time.scale.unwrap_or("?"), time.position.unwrap_or("?"));
        format!("{} {scale} {position} {}", time.zero, time.unit)
    })
}

fn by_words(name: &str, unit: &str) -> String {
    shown(&column(name, Some(unit).filter(|unit| !unit.is_empty())), &[], &[])
}

#[test]
fn zero_points_are_said_in_many_ways() {
    let mission = [&BJDREF[..], &[("TIMESYS", text("TDB")), ("TIMEUNIT", text("d"))]].concat();
    for (product, name, unit, cards, primary, expected) in [
        (
            "SPOC",
            "TIME",
            "BJD - 2457000, days",
            &mission[..],
            &[][..],
            "2457000 TDB BARYCENTER d",
        ),
        ("K2SFF", "T", "", &mission, &[], "2457000 TDB BARYCENTER d"),
        (
            "TGLC",
            "time",
            "",
            &BJDREF,
            &[("TIMESYS", text("TDB"))],
            "2457000 TDB BARYCENTER d",
        ),
        ("eleanor", "TIME", "", &[], &mission, "2457000 TDB BARYCENTER d"),
        ("K2VARCAT", "TIME", "BJD - 2454833", &[], &[], "2454833 ? BARYCENTER d"),
        ("lightkurve", "TIME", "btjd", &[], &[], "2457000 ? BARYCENTER d"),
        ("lightkurve", "TIME", "bkjd", &[], &[], "2454833 ? BARYCENTER d"),
        ("lightkurve", "TIME", "jd", &[], &[], "0 ? ? d"),
        ("DIAMANTE", "BTJD", "", &[], &[], "2457000 ? BARYCENTER d"),
        ("Kepler CBV", "TIME_MJD", "", &[], &[], "2400000.5 ? ? d"),
        ("Kepler CBV", "TIME_MJD", "d", &BJDREF, &[], "2400000.5 ? ? d"),
        (
            "TESS CBV",
            "TIME",
            "JD - 2457000, days",
            &[
                ("JDREFI", CardValue::Integer(2_457_000)),
                ("JDREFF", CardValue::Float(0.0)),
                ("TIMEREF", text("SOLARSYSTEM")),
            ],
            &[],
            "2457000 ? BARYCENTER d",
        ),
        (
            "SPARCS",
            "TIME",
            "d",
            &[
                ("JDREF", CardValue::Float(2_400_000.5)),
                ("TIMESYS", text("TDB")),
                ("TREFPOS", text("BARYCENTER")),
            ],
            &[("MJDREF", CardValue::Float(0.0))],
            "2400000.5 TDB BARYCENTER d",
        ),
    ] {
        let column = column(name, Some(unit).filter(|unit| !unit.is_empty()));
        assert_eq!(shown(&column, cards, primary), expected, "{product} {name} {unit}");
    }
}

#[test]
fn a_unit_says_what_is_subtracted_from_which_date() {
    for (unit, expected) in [
        ("BJD-2454833", "2454833 ? BARYCENTER d"),
        ("bjd - 2457000", "2457000 ? BARYCENTER d"),
        ("BJD_TDB - 2457000, days", "2457000 TDB BARYCENTER d"),
        ("d (BJD(TDB) - 2457000)", "2457000 TDB BARYCENTER d"),
        ("days since BJD 2457000.25", "2457000.25 ? BARYCENTER d"),
        ("BTJD - 2457000, days", "2457000 ? BARYCENTER d"),
        ("BTJD [days]", "2457000 ? BARYCENTER d"),
        ("HJD - 2400000", "2400000 ? HELIOCENTER d"),
        ("MJD - 50000.25", "2450000.75 ? ? d"),
        ("MJD", "2400000.5 ? ? d"),
        ("BJD", "0 ? BARYCENTER d"),
        ("BJDUTC", "0 UTC BARYCENTER d"),
        // In words that are not understood there is no zero point.
        ("BJD - 2.457e6", "none"),
        ("BJD of the last transit", "none"),
        ("d", "none"),
        ("d-1", "none"),
        ("TJD", "none"),
        ("e-/s", "none"),
        ("", "none"),
        ("-", "none"),
    ] {
        assert_eq!(by_words("X", unit), expected, "{unit}");
    }
}

#[test]
fn only_columns_of_times_have_a_time_reference() {
    for (name, unit, expected) in [
        ("TIME", "", true),
        ("time", "days", true),
        ("T", "d", true),
        ("T", "K", false),
        ("TIME", "e-/s", false),
        ("TIMECORR", "d", false),
        ("EXPTIME", "s", false),
        ("TMID_BJD", "", true),
        ("BJD_TDB", "d", true),
        ("T0_BJD", "d", false),
        ("BJD_ERR", "d", false),
        ("FLUX", "", false),
    ] {
        let column = column(name, Some(unit).filter(|unit| !unit.is_empty()));
        assert_eq!(shown(&column, &BJDREF, &[]) != "none", expected, "{name} {unit}");
    }
    let of_type = |data_type| Described {
        data_type,
        ..column("TIME", None)
    };
    assert_eq!(shown(&of_type(&DataType::Utf8), &BJDREF, &[]), "none");
    let list = crate::table::decode::list_type(DataType::Float64, 3);
    assert_eq!(shown(&of_type(&list), &BJDREF, &[]), "none");
    // The column's own keywords call it one, whatever its name (FITS 4.0, section 9.2).
    let own = Described {
        scale: Some("TT(TAI)"),
        coordinate_unit: Some("s"),
        position: Some("GEOCENTE"),
        ..column("START", None)
    };
    assert_eq!(shown(&own, &BJDREF, &[]), "2457000 TT GEOCENTER s");
}

#[test]
fn keywords_go_before_others_in_a_known_order() {
    let time = |unit: &str, cards: &[(&str, CardValue)], primary: &[(&str, CardValue)]| {
        shown(&column("TIME", Some(unit)), cards, primary)
    };
    let number = CardValue::Float;
    // The HDU's own before those of the file.
    assert_eq!(time("d", &[("JDREF", number(2_450_000.0))], &BJDREF), "2450000 ? ? d");
    // A fraction is added, and a day's fraction keeps its digits.
    let split = [
        ("MJDREFI", CardValue::Integer(51_910)),
        ("MJDREFF", number(7.428703703703703e-4)),
        ("TIMESYS", text("TT")),
    ];
    assert_eq!(time("s", &split, &[]), "2451910.5007428703703704 TT ? s");
    let exact = [
        ("BJDREFI", CardValue::Integer(2_457_000)),
        ("BJDREFF", number(0.000_000_000_1)),
    ];
    assert_eq!(time("d", &exact, &[]), "2457000.0000000001 ? BARYCENTER d");
    assert_eq!(
        time("BJD - 2457000, days", &exact, &[]),
        "2457000.0000000001 ? BARYCENTER d"
    );
    // A column that counts from elsewhere than the keywords say.
    assert_eq!(time("BJD - 2454833", &BJDREF, &[]), "2454833 ? BARYCENTER d");
    // The name of a date is a weaker word than a number.
    assert_eq!(time("BJD", &BJDREF, &[]), "2457000 ? BARYCENTER d");
    // What wcslib writes into any header is the weakest.
    let wcs = [("MJDREF", number(0.0))];
    assert_eq!(time("BJD - 2454833", &wcs, &[]), "2454833 ? BARYCENTER d");
    assert_eq!(time("jd", &wcs, &[]), "0 ? ? d");
    assert_eq!(time("d", &wcs, &BJDREF), "2457000 ? BARYCENTER d");
    assert_eq!(time("d", &wcs, &[]), "2400000.5 ? ? d");
    // Offsets of a whole file.
    let late = [&BJDREF[..], &[("TIMEZERO", number(43_200.0)), ("TIMEUNIT", text("s"))]].concat();
    assert_eq!(time("s", &late, &[]), "2457000.5 ? BARYCENTER s");
    // Numbers in quotes, and none at all.
    assert_eq!(
        time("d", &[("BJDREFI", text("2457000"))], &[]),
        "2457000 ? BARYCENTER d"
    );
    assert_eq!(time("d", &[("BJDREFI", text("see README"))], &[]), "none");
}

#[test]
fn times_without_a_date_have_no_zero_point() {
    let local = [&BJDREF[..], &[("TIMESYS", text("local"))]].concat();
    assert_eq!(shown(&column("TIME", Some("d")), &local, &[]), "none");
    let folded = [("CREATOR", text("lightkurve.FoldedLightCurve.to_fits()"))];
    assert_eq!(shown(&column("TIME", Some("jd")), &[], &folded), "none");
}

#[test]
fn a_julian_date_keeps_its_digits() {
    let time = TimeReference::of(&column("TIME", Some("s")), &header(&BJDREF), &header(&[])).unwrap();
    let date = time.jd(86_400.0 * 1325.0 + 0.001);
    assert_eq!(date.day, 2_458_325.0);
    assert!((date.fraction * 86_400.0 - 0.001).abs() < 1e-7, "{date}");
    assert_eq!(JulianDate::new(2_400_000.5, -1325.75).to_string(), "2398674.75");
    assert_eq!(JulianDate::new(-0.25, 0.0).to_f64(), -0.25);
}

#[test]
fn a_time_reference_is_told_in_a_word_and_in_a_sentence() {
    for (unit, word, sentence) in [
        ("BJD_TDB - 2457000, days", "BTJD (TDB)", "days since BJD 2457000 (TDB)"),
        ("bkjd", "BKJD", "days since BJD 2454833"),
        ("HJD - 2400000.5", "HJD - 2400000.5", "days since HJD 2400000.5"),
        ("jd", "JD", "days since JD 0"),
    ] {
        let time = TimeReference::of(&column("TIME", Some(unit)), &header(&[]), &header(&[])).unwrap();
        assert_eq!((time.label().as_str(), time.to_string().as_str()), (word, sentence));
    }
}
