//! Several light curves in one picture.

use super::files::Role::{Bits, Flux, Time};
use super::files::{Columns, Keywords, append, write};
use super::{FLAGGED, num_dots};
use crate::home::Home;
use lksearch::fits::write::{Cells, Column, Hdu};

const SECTOR: Columns = &[("TIME", Time), ("PDCSAP_FLUX", Flux), ("QUALITY", Bits)];
const BTJD: Keywords = &[("BJDREFI", "2457000"), ("TIMESYS", "TDB")];

/// A sector of SPOC's light curve that begins so many days later.
fn sector(home: &Home, number: &str, later: f64) -> String {
    let primary = Hdu::primary()
        .card("OBJECT", "TIC 7", "")
        .card("ORIGIN", "NASA/Ames", "")
        .card("TELESCOP", "TESS", "")
        .card("SECTOR", number.parse::<i64>().unwrap(), "");
    let mut bytes = primary.bytes().unwrap();
    append(&mut bytes, BTJD, SECTOR, later);
    let name = format!("s{number}.fits");
    std::fs::write(home.path(&name), bytes).unwrap();
    name
}

/// Two values at these times.
fn pair(home: &Home, name: &str, cards: &[(&str, f64)], unit: &str, times: [f64; 2], values: [f32; 2]) {
    let mut bytes = Hdu::primary().card("OBJECT", "TIC 7", "").bytes().unwrap();
    let columns = [
        Column::new("TIME", "D").unit(unit),
        Column::new("FLUX", "E").unit("e-/s"),
    ];
    let table = Hdu::table(columns, 2).card("TIMESYS", "TDB", "");
    let table = cards
        .iter()
        .fold(table, |table, (keyword, value)| table.card(*keyword, *value, ""));
    table
        .append_with(&mut bytes, |out| {
            for (time, value) in times.into_iter().zip(values) {
                let mut cells = Cells::new(out);
                cells.float64(time);
                cells.float32(value);
            }
        })
        .unwrap();
    std::fs::write(home.path(name), bytes).unwrap();
}

/// The file with one card written otherwise.
fn respelled(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let place = bytes.windows(from.len()).position(|window| window == from);
    let place = place.expect("because the card is there");
    bytes[place..place + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn sectors_are_put_together_in_the_order_of_their_times() {
    let home = Home::new();
    let (first, second) = (sector(&home, "1", 0.0), sector(&home, "2", 30.0));
    let drawn = home.run(&["plot", &second, &first, "-o", "lc.svg"]);
    assert!(
        drawn
            .stderr
            .contains("12 of 12 cadences of 2 files drawn, 2 of them flagged"),
        "{}",
        drawn.stderr
    );
    let svg = std::fs::read_to_string(home.path("lc.svg")).unwrap();
    assert!(svg.contains("TIC 7 · TESS Sectors 1, 2 · SPOC"), "{svg}");
    // They are one series: nothing but the sector tells them apart.
    assert!(
        svg.contains("● good (10)") && svg.contains("● quality-flagged (2)"),
        "{svg}"
    );
    assert_eq!((num_dots(&svg, "#1b2a49"), num_dots(&svg, FLAGGED)), (10, 2));
    let chart = home.run(&["plot", &second, &first]).stdout;
    assert!(chart.contains(" 1500") && chart.contains("1535"), "{chart}");
}

#[test]
fn light_curves_of_pipelines_have_colours_and_names() {
    let home = Home::new();
    sector(&home, "1", 0.0);
    let primary: Keywords = &[
        ("OBJECT", "TIC 7"),
        ("ORIGIN", "MIT/QLP"),
        ("TELESCOP", "TESS"),
        ("SECTOR", "1"),
    ];
    write(&home, "qlp.fits", primary, BTJD, &[("TIME", Time), ("SAP_FLUX", Flux)]);
    home.run(&["plot", "s1.fits", "qlp.fits", "-o", "lc.svg"]);
    let svg = std::fs::read_to_string(home.path("lc.svg")).unwrap();
    for text in [
        "TIC 7 · TESS Sector 1",
        "● SPOC PDCSAP_FLUX (5)",
        "● QLP SAP_FLUX (6)",
        "● quality-flagged (1)",
        ">\nFlux\n<",
    ] {
        assert!(svg.contains(text), "'{text}' is missing in {svg}");
    }
    assert_eq!((num_dots(&svg, "#1b2a49"), num_dots(&svg, "#56b4e9")), (5, 6));
    // Flags are drawn over both.
    let places = ["#1b2a49", "#56b4e9", FLAGGED].map(|color| svg.rfind(&format!("stroke=\"{color}\"")));
    assert!(places.is_sorted(), "{places:?}");
    let chart = home.run(&["--color", "always", "plot", "s1.fits", "qlp.fits"]).stdout;
    assert!(
        chart.contains("⣿ SPOC PDCSAP_FLUX") && chart.contains("\u{1b}[36m⣿ \u{1b}[0mQLP SAP_FLUX"),
        "{chart}"
    );
}

#[test]
fn times_are_counted_from_the_zero_point_of_the_first_file() {
    let home = Home::new();
    pair(
        &home,
        "tess.fits",
        &[("BJDREFI", 2_457_000.0)],
        "d",
        [1000.0, 1001.0],
        [10.0, 20.0],
    );
    pair(
        &home,
        "kepler.fits",
        &[("BJDREFI", 2_454_833.0)],
        "d",
        [3163.0, 3164.0],
        [10.0, 20.0],
    );
    let chart = home.run(&["plot", "tess.fits", "kepler.fits"]).stdout;
    assert!(
        chart.contains(" 996.00") && chart.contains("1001.00") && chart.contains("2457000 [BTJD days]"),
        "{chart}"
    );
    let chart = home.run(&["plot", "kepler.fits", "tess.fits"]).stdout;
    assert!(
        chart.contains(" 3163.00") && chart.contains("3168.00") && chart.contains("2454833 [BKJD days]"),
        "{chart}"
    );
}

#[test]
fn times_that_nobody_can_relate_are_not_put_on_one_axis() {
    let home = Home::new();
    pair(
        &home,
        "tess.fits",
        &[("BJDREFI", 2_457_000.0)],
        "d",
        [1000.0, 1001.0],
        [10.0, 20.0],
    );
    pair(&home, "bare.fits", &[], "d", [1000.0, 1001.0], [10.0, 20.0]);
    pair(
        &home,
        "jd.fits",
        &[("JDREFI", 2_457_000.0)],
        "JD - 2457000 (UTC)",
        [1000.0, 1001.0],
        [10.0, 20.0],
    );
    pair(&home, "hours.fits", &[], "h", [1000.0, 1001.0], [10.0, 20.0]);
    for (one, two) in [
        ("tess.fits", "bare.fits"),
        ("tess.fits", "jd.fits"),
        ("bare.fits", "hours.fits"),
    ] {
        home.run(&["plot", one, two, "-o", "lc.svg"])
            .failed(2, &[one, two, "times", "--time"]);
    }
    assert!(!home.path("lc.svg").exists());
}

#[test]
fn each_light_curve_is_normalised_by_itself() {
    let home = Home::new();
    let btjd: &[(&str, f64)] = &[("BJDREFI", 2_457_000.0)];
    pair(&home, "a.fits", btjd, "d", [1.0, 2.0], [90.0, 110.0]);
    pair(&home, "b.fits", btjd, "d", [3.0, 4.0], [1980.0, 2020.0]);
    let chart = home.run(&["plot", "a.fits", "b.fits", "--normalize"]).stdout;
    assert!(
        chart.contains("\nFLUX / median\n") && chart.contains(" 1.100│") && chart.contains(" 0.900│"),
        "{chart}"
    );
    let chart = home.run(&["plot", "a.fits", "b.fits"]).stdout;
    assert!(
        chart.contains("\nFLUX [e⁻/s]\n") && chart.contains(" 2020│") && chart.contains(" 90│"),
        "{chart}"
    );
    // What lies around zero has no median to be divided by.
    pair(&home, "zero.fits", btjd, "d", [1.0, 2.0], [-1e-4, 1.2e-4]);
    home.run(&["plot", "zero.fits", "--normalize"])
        .failed(2, &["FLUX has a median of", "--normalize"]);
}

#[test]
fn values_of_different_units_need_to_be_normalised() {
    let home = Home::new();
    sector(&home, "1", 0.0);
    pair(
        &home,
        "electrons.fits",
        &[("BJDREFI", 2_457_000.0)],
        "d",
        [1600.0, 1601.0],
        [10.0, 20.0],
    );
    home.run(&["plot", "s1.fits", "electrons.fits"])
        .failed(2, &["PDCSAP_FLUX without a unit", "FLUX in e-/s", "--normalize"]);
    assert_eq!(
        home.run(&["plot", "s1.fits", "electrons.fits", "--normalize"]).code,
        Some(0)
    );
    // Another spelling is the same unit.
    let bytes = std::fs::read(home.path("electrons.fits")).unwrap();
    std::fs::write(
        home.path("lightkurve.fits"),
        respelled(bytes, b"'e-/s    '    ", b"'electron / s'"),
    )
    .unwrap();
    assert_eq!(home.run(&["plot", "electrons.fits", "lightkurve.fits"]).code, Some(0));
    let magnitudes: Columns = &[("TMID_BJD", Time), ("IRM1", Flux)];
    write(
        &home,
        "cdips.fits",
        &[("ORIGIN", "CDIPS"), ("TELESCOP", "TESS")],
        BTJD,
        magnitudes,
    );
    home.run(&["plot", "s1.fits", "cdips.fits", "--normalize"])
        .failed(2, &["IRM1 in mag", "apart"]);
}

#[test]
fn what_is_wrong_with_one_of_several_files_names_it() {
    let home = Home::new();
    sector(&home, "1", 0.0);
    write(&home, "pressure.fits", &[], BTJD, &[("TIME", Time), ("PRESSURE", Flux)]);
    home.run(&["plot", "s1.fits", "pressure.fits"])
        .failed(2, &["pressure.fits", "--column", "PRESSURE"]);
    home.run(&["plot", "s1.fits", "absent.fits"])
        .failed(3, &["absent.fits"]);
    let whole = std::fs::read(home.path("s1.fits")).unwrap();
    std::fs::write(home.path("cut.fits"), &whole[..whole.len() - 2000]).unwrap();
    home.run(&["plot", "s1.fits", "cut.fits"])
        .failed(6, &["cut.fits is damaged"]);
    let pixels = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_tp.fits";
    home.run(&["--sandbox", "plot", "s1.fits", pixels])
        .failed(2, &["_tp.fits", "drawn alone"]);
    home.run(&["--sandbox", "plot", pixels, "--normalize"])
        .failed(2, &["_tp.fits", "only light curves"]);
}
