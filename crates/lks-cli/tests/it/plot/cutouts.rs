//! Cutouts of the cubes, drawn; one of them is the picture of the guide.

use std::path::Path;

use crate::home::Home;

/// Made by the commands of `docs/guide/cutouts.md`; `UPDATE_DOCS` writes it.
const PICTURE: &str = "../../docs/guide/cutout.svg";

/// The path of the cutout.
fn cut(home: &Home, words: &[&str]) -> String {
    let all = [
        &["--sandbox", "cutout"][..],
        words,
        &["--size", "15", "--source", "cubes", "--paths"],
    ]
    .concat();
    let made = home.run(&all);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    made.stdout.trim().to_owned()
}

#[test]
fn a_cutout_is_drawn_with_the_stars_in_it() {
    let home = Home::new();
    let file = cut(&home, &["Kepler-10", "--sector", "14"]);
    let drawn = home.run(&[
        "--sandbox",
        "plot",
        &file,
        "--catalog",
        "tic",
        "--magnitude-limit",
        "15",
        "-o",
        "cutout.svg",
    ]);
    assert_eq!(drawn.code, Some(0), "{}", drawn.stderr);
    // Where the coordinates of real images of this CCD have the star, counted from 1.
    let star = "1: TIC 377780790, magnitude 10.39, column 1911.1, row 1920.2";
    assert!(drawn.stderr.contains(star), "{}", drawn.stderr);
    assert!(drawn.stderr.contains("15 × 15 pixels"), "{}", drawn.stderr);
    let picture = std::fs::read_to_string(home.path("cutout.svg")).expect("the picture is there");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PICTURE);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &picture).expect("the picture can be written");
    }
    let shown = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        picture == shown,
        "docs/guide/cutout.svg is another one; UPDATE_DOCS=1 writes it"
    );
}

#[test]
fn a_cutout_over_the_edge_is_drawn_without_what_is_beyond() {
    let home = Home::new();
    let file = cut(&home, &["339.21615 -68.64932", "--sector", "1"]);
    let chart = home.run(&["plot", &file]);
    assert_eq!(chart.code, Some(0), "{}", chart.stderr);
    // The rows of the CCD begin with 1.
    let drawn = |row: &str| {
        let line = chart.stdout.lines().find(|line| line.trim_start().starts_with(row));
        line.is_some_and(|line| line.contains(['░', '▒', '▓', '█']))
    };
    assert!(
        drawn("9│") && drawn("1│") && !drawn("0│") && !drawn("-5│"),
        "{}",
        chart.stdout
    );
}
