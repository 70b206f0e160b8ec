//! Folded light curves.

use super::files::Role::{Flux, Time};
use super::files::write;
use crate::home::Home;

fn home() -> Home {
    let home = Home::new();
    let btjd = [("BJDREFI", "2457000"), ("TIMESYS", "TDB")];
    write(
        &home,
        "lc.fits",
        &[("OBJECT", "TIC 7")],
        &btjd,
        &[("TIME", Time), ("FLUX", Flux)],
    );
    home
}

#[test]
fn phases_are_periods_from_the_given_time() {
    let home = home();
    // Six days from 1500 on, at a period of 4 days: −0.25, 0, 0.25, −0.5, −0.25, 0.
    let chart = home.run(&["plot", "lc.fits", "--fold", "4,1501"]);
    assert_eq!((chart.code, chart.stderr.as_str()), (Some(0), ""));
    let lines: Vec<&str> = chart.stdout.lines().collect();
    assert!(
        lines[19].trim_start().starts_with("-0.500") && lines[19].ends_with("0.250"),
        "{}",
        chart.stdout
    );
    assert!(
        lines[20].contains("Phase, period 4 d, T0 = 1501 [BTJD (TDB)]"),
        "{}",
        chart.stdout
    );
}

#[test]
fn a_time_of_phase_0_that_is_not_given_is_said() {
    let home = home();
    let chart = home.run(&["plot", "lc.fits", "--fold", "4"]);
    for text in ["phase 0", "first good cadence, 1500 [BTJD (TDB)]", "--fold 4,T0"] {
        assert!(chart.stderr.contains(text), "{}", chart.stderr);
    }
    assert!(chart.stdout.contains("T0 = 1500"), "{}", chart.stdout);
    home.run(&["plot", "lc.fits", "--fold", "4", "-o", "lc.svg"]);
    let svg = std::fs::read_to_string(home.path("lc.svg")).unwrap();
    assert!(svg.contains("Phase, period 4 d, T0 = 1500 [BTJD (TDB)]"), "{svg}");
}

#[test]
fn periods_and_times_without_meaning_are_refused() {
    let home = home();
    for fold in ["0", "-3", "four", "4,", "inf"] {
        home.run(&["plot", "lc.fits", "--fold", fold]).failed(2, &["--fold"]);
    }
    home.run(&["plot", "lc.fits", "--fold", "4,2458501.5"])
        .failed(2, &["Julian date", "TIME counts from 2457000", "write 1501.5"]);
}
