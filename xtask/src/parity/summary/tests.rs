use super::*;

fn of(lines: &[&str]) -> Summary {
    let mut summary = Summary::default();
    summary.add("part", (lines.iter().map(ToString::to_string).collect(), Ok(())));
    summary
}

#[test]
fn figures_are_kept_and_what_is_unexplained_is_added_up() {
    let summary = of(&[
        "queries    3: 40 rows, 800 cells compared",
        "  B12       1 differences  why",
        "unexplained = 0, 12 s",
        "10 files, 900 cards · 0 differences",
        "unexplained = 2",
    ]);
    assert_eq!(
        summary.lines,
        [
            "queries    3: 40 rows, 800 cells compared",
            "FITS       10 files, 900 cards"
        ]
    );
    assert_eq!(summary.unexplained, 2);
    assert!(summary.print().is_err());
}

#[test]
fn a_missing_number_or_failed_part_is_an_error() {
    assert_eq!(of(&["unexplained = ?"]).unexplained, 1);
    let mut summary = of(&[]);
    assert_eq!(summary.print(), Ok(()));
    summary.add("part", (Vec::new(), Err("it ended with 1".to_owned())));
    assert_eq!(summary.print(), Err("part: it ended with 1".to_owned()));
}
