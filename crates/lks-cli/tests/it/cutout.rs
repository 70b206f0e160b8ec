//! `lksearch cutout`: pixels from the cubes or from the service, told and kept.

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::home::{Home, Outcome, column};

const CUT: [&str; 8] = [
    "cutout", "TOI 1161", "--sector", "14,15", "--size", "5x7", "--format", "json",
];

fn archive() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).unwrap()
}

fn with<'a>(words: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [words, more].concat()
}

fn sources(outcome: &Outcome) -> Vec<String> {
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    column(&outcome.rows(), "source")
}

#[test]
fn cutouts_come_from_cubes_once() {
    let (archive, home) = (archive(), Home::new());
    let first = home.run_against(&archive, &CUT);
    assert_eq!(sources(&first), ["cloud", "cloud"], "{}", first.stderr);
    let paths = column(&first.rows(), "Local Path");
    for (path, sector) in paths.iter().zip(["s0014", "s0015"]) {
        let place = format!("mastDownload/TESSCut/tess-{sector}-");
        assert!(
            path.contains(&place) && path.ends_with("_286.971254_46.868263_7x5_astrocut.fits"),
            "{path}"
        );
        let verified = home.run(&["fits", "verify", path]);
        assert_eq!(verified.code, Some(0), "{}", verified.stderr);
    }
    assert_eq!(archive.count(&Matcher::contains("/tesscut/")), 0);
    archive.clear_log();
    let again = home.run_against(&archive, &CUT);
    assert_eq!((sources(&again), archive.log().len()), (vec!["cache".to_owned(); 2], 0));
    let download = [
        "download",
        "tess",
        "TOI 1161",
        "--sector",
        "14",
        "--kind",
        "tesscut",
        "--cutout-size",
        "5x7",
    ];
    let same = home.run_against(&archive, &with(&download, &["--format", "json"]));
    assert_eq!((sources(&same), archive.log().len()), (vec!["cache".to_owned()], 0));
}

#[test]
fn the_star_of_a_cutout_is_named_in_it() {
    let (archive, home) = (archive(), Home::new());
    let cut = home.run_against(&archive, &with(&CUT[..4], &["--size", "3", "--format", "json"]));
    sources(&cut);
    let path = column(&cut.rows(), "Local Path").remove(0);
    let keywords = [
        "fits",
        "header",
        &path,
        "--keyword",
        "OBJECT,TICID,TESSMAG,PMRA",
        "--format",
        "json",
    ];
    let header = home.run(&keywords);
    assert!(
        header.stdout.contains("TIC 158324245"),
        "{} {}",
        header.stdout,
        header.stderr
    );
    let (archive, home) = (self::archive(), Home::new());
    archive.script(Matcher::contains("/tap/sync"), [Fault::status(404).always()]);
    let without = home.run_against(&archive, &with(&CUT[..4], &["--size", "3", "--format", "json"]));
    assert_eq!(sources(&without), ["cloud", "cloud"]);
    assert!(
        without
            .stderr
            .contains("without what the catalogue says of their stars"),
        "{}",
        without.stderr
    );
}

#[test]
fn the_source_can_be_settled() {
    let (archive, home) = (archive(), Home::new());
    let run = |source: &str, dir: &str| {
        let words = with(&CUT, &["--source", source, "--dir", dir]);
        home.run_against(&archive, &words)
    };
    assert_eq!(sources(&run("tesscut", "a")), ["tesscut", "tesscut"]);
    assert_eq!(archive.count(&Matcher::contains("-cube.fits")), 0);
    archive.script(Matcher::contains("-cube.fits"), [Fault::status(403).always()]);
    assert_eq!(sources(&run("auto", "b")), ["tesscut", "tesscut"]);
    let only = run("cubes", "c");
    assert_eq!(only.code, Some(1), "{}", only.stderr);
    assert_eq!(only.stdout.matches("\"ERROR\"").count(), 2, "{}", only.stdout);
    let service_first = home.run_against(&archive, &with(&CUT, &["--set", "prefer_cloud=false", "--dir", "d"]));
    assert_eq!(sources(&service_first), ["tesscut", "tesscut"]);
    let wrong = run("moon", "e");
    wrong.failed(2, &["auto", "cubes", "tesscut"]);
}

#[test]
fn a_list_of_stars_reads_each_cube_once() {
    let (archive, home) = (archive(), Home::new());
    let stars: Vec<String> = (0..12).map(|n| format!("286.{:03} +46.87", 900 + 5 * n)).collect();
    std::fs::write(home.path("stars.txt"), stars.join("\n")).unwrap();
    let words = [
        "cutout",
        "--targets",
        "stars.txt",
        "--sector",
        "14",
        "--size",
        "3",
        "--format",
        "json",
    ];
    let cut = home.run_against(&archive, &words);
    assert_eq!(sources(&cut), vec!["cloud"; stars.len()], "{}", cut.stderr);
    let num_pixels = archive.count(&Matcher::contains("-cube.fits"));
    assert!(num_pixels <= 3 + 3 * stars.len(), "{num_pixels}");
    assert!(archive.count(&Matcher::contains("/tap/sync")) <= 2);
}

#[test]
fn what_is_missing_is_said() {
    let home = Home::new();
    for (words, expected) in [
        (
            &["cutout", "--sector", "14"][..],
            &["the target is missing", "lksearch cutout"][..],
        ),
        (&["cutout", "TOI 1161"], &["--sector"]),
        (
            &["cutout", "TOI 1161", "--sector", "14", "--size", "0"],
            &["'0' is not a cutout size"],
        ),
        (
            &["cutout", "TOI 1161", "--sector", "14", "--size", "500"],
            &["500 x 500", "10000"],
        ),
    ] {
        home.run(&with(&["--sandbox"], words)).failed(2, expected);
    }
    let unseen = home.run(&["--sandbox", "cutout", "TOI 1161", "--sector", "1", "--size", "5"]);
    assert_eq!(unseen.code, Some(3), "{}", unseen.stderr);
    let swallowed = home.run(&[
        "--sandbox",
        "cutout",
        "--sector",
        "14",
        "TOI 1161",
        "--size",
        "5",
        "--dry-run",
    ]);
    assert_eq!(swallowed.code, Some(0), "{}", swallowed.stderr);
    assert!(
        swallowed.stderr.contains("would fetch 1 of 1 rows"),
        "{}",
        swallowed.stderr
    );
}
