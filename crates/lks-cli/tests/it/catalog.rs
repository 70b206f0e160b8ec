//! `lksearch catalog`: what is found, in which order, and how it ends.

use lks_sandbox::{Matcher, Sandbox, SandboxOptions};

#[cfg(target_os = "linux")]
use crate::bounds::peak;
use crate::home::{Home, Outcome};

fn run(words: &[&str]) -> Outcome {
    let words: Vec<&str> = ["--sandbox", "catalog"].iter().chain(words).copied().collect();
    Home::new().run(&words)
}

fn rows(outcome: &Outcome) -> Vec<serde_json::Value> {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {}", outcome.stderr))
}

#[test]
fn a_cone_lists_stars_with_the_nearest_first() {
    let found = run(&[
        "cone",
        "Kepler-10",
        "--catalog",
        "gaiadr3",
        "--radius",
        "1arcmin",
        "--epoch",
        "2016.0",
        "--format",
        "json",
    ]);
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    let rows = rows(&found);
    assert_eq!(rows[0]["id"], "Gaia DR3 2132155017099178624");
    assert!(
        rows[0]["separation_arcsec"].as_f64().unwrap() < 1e-6,
        "a named target is moved as its star is"
    );
    let separation = |row: &serde_json::Value| row["separation_arcsec"].as_f64().unwrap();
    assert!(rows.windows(2).all(|pair| separation(&pair[0]) <= separation(&pair[1])));
    assert_eq!(rows[0]["catalog_epoch"], 2016.0);
}

#[test]
fn a_cone_may_be_limited_and_says_what_that_leaves_out() {
    let limited = run(&[
        "cone",
        "285.6793883 +50.2413057",
        "--catalog",
        "tic",
        "--magnitude-limit",
        "15",
        "--columns",
        "id,magnitude",
    ]);
    assert_eq!(limited.code, Some(0));
    assert!(limited.stderr.contains("without a magnitude"), "{}", limited.stderr);
    let nothing = run(&["cone", "10 +10", "--catalog", "tic"]);
    assert_eq!(nothing.code, Some(3));
    assert!(
        nothing.stderr.contains("TIC has no star within 100\" of 10, 10"),
        "{}",
        nothing.stderr
    );
}

#[test]
fn ids_come_in_their_order_and_what_is_missing_is_said() {
    let home = Home::new();
    std::fs::write(home.path("ids.txt"), "KIC 11904151\n\nTIC 5\ntic-377780790\n").unwrap();
    let found = home.run(&["--sandbox", "catalog", "id", "--targets", "ids.txt", "--format", "json"]);
    assert_eq!(found.code, Some(1), "{}", found.stderr);
    assert!(
        found.stderr.contains("TIC 5 is not in their catalogues"),
        "{}",
        found.stderr
    );
    let rows = rows(&found);
    let ids: Vec<_> = rows
        .iter()
        .map(|row| (row["input_row"].as_i64().unwrap(), row["id"].as_str()))
        .collect();
    assert_eq!(ids, [(0, Some("KIC 11904151")), (1, None), (2, Some("TIC 377780790"))]);

    let all = run(&["id", "TIC 5", "TIC 6"]);
    assert_eq!(all.code, Some(3));
    let matched = run(&[
        "id",
        "KIC 9941662",
        "--to",
        "tic",
        "--epoch",
        "2457000",
        "--format",
        "csv",
    ]);
    assert_eq!(matched.code, Some(0), "{}", matched.stderr);
    assert!(
        matched.stderr.contains("1 id may be several stars"),
        "{}",
        matched.stderr
    );
}

#[test]
fn names_of_several_stars_are_listed() {
    let found = run(&["names", "koi 72.01", "Barnard's star", "--format", "json"]);
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    let rows = rows(&found);
    let has = |input: i64, name: &str| rows.iter().any(|row| row["input_row"] == input && row["name"] == name);
    assert!(has(0, "Kepler-10") && has(0, "TIC 377780790") && has(1, "GJ 699"));
    let unknown = run(&["names", "no such star"]);
    assert_eq!(unknown.code, Some(3));
    assert!(
        unknown.stderr.contains("SIMBAD does not know 'no such star'"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn questions_without_meaning_are_refused() {
    for (words, expected) in [
        (&["id", "Gaia 5"][..], "'Gaia DR2 5' or 'Gaia DR3 5'"),
        (&["id", "5"], "a number could be in any catalogue"),
        (&["id", "TIC 1) OR (1=1"], "is not an id"),
        (
            &["id", "TIC abc"],
            "'TIC abc' is not an id: write a catalogue and a number",
        ),
        (
            &["id", "TIC", "5"],
            "'TIC' is not an id: its number is missing; write both as one, in quotes",
        ),
        (&["id", "-5"], "'-5' is not an id: write a catalogue and a number"),
        (&["id", "TIC -5"], "an id has no sign; write 'TIC 5'"),
        (&["id"], "there is nothing to look up"),
        (
            &["id", "TIC 5", "--to", "gaia"],
            "there are tic, kic, epic, gaiadr3, gaiadr2, gaiadr4",
        ),
        (
            &["cone", "Kepler-10", "--catalog", "tic", "--radius", "0"],
            "a radius of 0",
        ),
        (
            &["cone", "Kepler-10", "--catalog", "tic", "--radius", "6deg"],
            "up to 5 degrees",
        ),
        (
            &["cone", "Kepler-10", "--catalog", "tic", "--epoch", "now"],
            "--epoch: 'now' is not an epoch; write a year between 1000 and 3000",
        ),
        (
            &["cone", "Kepler-10", "--catalog", "tic", "--epoch", "-5"],
            "--epoch: '-5' is not an epoch",
        ),
        (
            &["cone", "Kepler-10", "--catalog", "tic", "--magnitude-limit", "faint"],
            "'--magnitude-limit <M>': give a number, such as 15",
        ),
        (
            &["cone", "Kepler-10", "--catalog", "tic", "--magnitude-limit", "nan"],
            "give a number",
        ),
        (
            &["cone", "377780790", "--catalog", "tic"],
            "could be three different stars",
        ),
    ] {
        let refused = run(words);
        assert_eq!(refused.code, Some(2), "{words:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(expected), "{words:?}: {}", refused.stderr);
    }
}

#[test]
fn all_missions_are_searched_by_their_own_numbers() {
    let home = Home::new();
    let found = home.run(&["--sandbox", "search", "all", "Kepler-10", "--format", "json"]);
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    let all = rows(&found);
    let num_of = |name: &str| all.iter().filter(|row| row["target_name"] == name).count();
    assert!(num_of("kplr011904151") > 0 && num_of("377780790") > 0);
    assert_eq!(num_of("kplr011904148") + num_of("kplr011904099"), 0, "neighbours");
    let one = home.run(&[
        "--sandbox",
        "search",
        "all",
        "KIC 11904151",
        "--sector",
        "14",
        "--format",
        "json",
    ]);
    assert!(rows(&one).iter().all(|row| row["sector"] == 14), "{}", one.stderr);
}

/// By a star's place of 2000 alone, one that is fast is missed; and there are names that the resolver does not know.
#[test]
fn stars_are_found_by_what_the_catalogues_know() {
    let home = Home::new();
    for (mission, target, name) in [
        ("k2", "LSPM J1142+0237", "ktwo229002496"),
        ("tess", "Gaia DR3 2132155017099178624", "377780790"),
        ("kepler", "2MASS J19024305+5014286", "kplr011904151"),
        ("tess", "toi-1161.01", "158324245"),
        ("kepler", "KOI-313", "kplr007419318"),
    ] {
        let found = home.run(&["--sandbox", "search", mission, target, "--format", "json"]);
        assert_eq!(found.code, Some(0), "{target}: {}", found.stderr);
        assert!(rows(&found).iter().any(|row| row["target_name"] == name), "{target}");
    }
}

#[test]
fn resolve_lists_the_numbers_of_a_star() {
    let home = Home::new();
    let words = [
        "--sandbox",
        "resolve",
        "Kepler-10",
        "TIC 1400000000",
        "Gaia DR3 2132155017099178624",
        "--format",
        "json",
    ];
    let found = home.run(&words);
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    let all = rows(&found);
    let row = |name: &str| all.iter().find(|row| row["name"] == name).unwrap();
    let kepler_10 = row("Kepler-10");
    for (column, expected) in [
        ("tic", "TIC 377780790|TIC 1399000001"),
        ("kic", "KIC 11904151"),
        ("gaiadr2", "Gaia DR2 2132155017099178624"),
        ("gaiadr3", "Gaia DR3 2132155017099178624"),
    ] {
        assert_eq!(kepler_10[column], expected);
    }
    assert!(kepler_10["epic"].is_null() && kepler_10["gaiadr4"].is_null());
    let names = kepler_10["names"].as_str().unwrap();
    assert!(names.split('|').any(|name| name == "KOI-72"), "{names}");
    // No resolver knows these.
    assert_eq!(row("TIC 1400000000")["resolver"], "TIC");
    assert_eq!(row("Gaia DR3 2132155017099178624")["tic"], kepler_10["tic"]);
    let people = home.run(&["--sandbox", "resolve", "Kepler-10"]);
    assert!(
        people.stdout.contains("KIC 11904151") && !people.stdout.contains("epic"),
        "{}",
        people.stdout
    );
    let refused = home.run(&["--sandbox", "resolve", "Gaia 123"]);
    refused.failed(2, &["'Gaia DR2 123' or 'Gaia DR3 123'"]);
}

#[test]
fn a_finder_chart_is_drawn_offline_from_what_was_asked() {
    let archive = Sandbox::start(SandboxOptions::default()).unwrap();
    let home = Home::new();
    let file = "mast:TESS/product/tess2019198215352-s0014-0000000377780790-0150-s_tp.fits";
    let plot = |more: &[&str]| home.run_against(&archive, &[&["plot", file, "--catalog", "tic"], more].concat());
    let download = [
        "download",
        "tess",
        "TIC 377780790",
        "--sector",
        "14",
        "--kind",
        "cubedata",
        "--pipeline",
        "SPOC",
    ];
    let kept = home.run_against(&archive, &download);
    assert_eq!(kept.code, Some(0), "{}", kept.stderr);
    let unasked = plot(&["--offline", "-o", "never.svg"]);
    unasked.failed(4, &["tic"]);
    let online = plot(&["-o", "online.svg"]);
    assert_eq!(online.code, Some(0), "{}", online.stderr);
    archive.clear_log();
    let offline = plot(&["--offline", "-o", "offline.svg"]);
    assert_eq!(offline.code, Some(0), "{}", offline.stderr);
    assert_eq!(archive.log().len(), 0);
    let drawn = |name: &str| std::fs::read_to_string(home.path(name)).unwrap();
    assert_eq!(drawn("offline.svg"), drawn("online.svg"));
}

#[test]
fn a_finder_chart_marks_the_stars_of_a_target_pixel_file() {
    let home = Home::new();
    let file = "mast:TESS/product/tess2019198215352-s0014-0000000377780790-0150-s_tp.fits";
    let plain = home.run(&["--sandbox", "plot", file, "-o", "plain.svg"]);
    assert_eq!(plain.code, Some(0), "{}", plain.stderr);
    let words = [
        "--sandbox",
        "plot",
        file,
        "--catalog",
        "tic",
        "--magnitude-limit",
        "16",
        "-o",
        "finder.svg",
    ];
    let drawn = home.run(&words);
    assert_eq!(drawn.code, Some(0), "{}", drawn.stderr);
    assert!(
        drawn.stderr.contains("TIC 377780790, magnitude 10.39"),
        "{}",
        drawn.stderr
    );
    let circles = |name: &str| {
        std::fs::read_to_string(home.path(name))
            .unwrap()
            .matches("<circle")
            .count()
    };
    assert!(circles("finder.svg") > circles("plain.svg"), "{}", drawn.stderr);
    let png = home.run(&["--sandbox", "plot", file, "--catalog", "gaiadr3", "-o", "finder.png"]);
    assert_eq!(png.code, Some(0), "{}", png.stderr);
    let terminal = home.run(&["--sandbox", "plot", file, "--catalog", "tic"]);
    assert_eq!(terminal.code, Some(2), "{}", terminal.stderr);
}

#[test]
fn a_list_is_read_as_editors_write_it_and_a_bad_row_is_told() {
    let home = Home::new();
    let list = "\u{feff}# stars\r\n\r\nTIC 377780790\r\nTIC abc\r\n\r\nKIC 9941662 \r\n";
    std::fs::write(home.path("ids.txt"), list).unwrap();
    let found = home.run(&["--sandbox", "catalog", "id", "--targets", "ids.txt", "--format", "json"]);
    assert_eq!(found.code, Some(1), "{}", found.stderr);
    let told = "row 1: 'TIC abc' is not an id";
    assert!(found.stderr.contains(told), "{}", found.stderr);
    let rows = rows(&found);
    let ids: Vec<Option<&str>> = rows.iter().map(|row| row["id"].as_str()).collect();
    assert_eq!(ids, [Some("TIC 377780790"), None, Some("KIC 9941662")]);
    assert_eq!((&rows[1]["input_row"], &rows[1]["match"]), (&1.into(), &"none".into()));
    std::fs::write(home.path("none.txt"), "TIC abc\n").unwrap();
    home.run(&["--sandbox", "catalog", "id", "--targets", "none.txt"])
        .failed(2, &["no row is an id; row 0: 'TIC abc' is not an id"]);
}

/// Its stars and rows are held until the table is written; what its answers were read from is not.
#[cfg(target_os = "linux")]
#[test]
fn a_list_of_a_hundred_thousand_ids_takes_few_requests_and_little_memory() {
    let archive = Sandbox::start(SandboxOptions::default()).unwrap();
    let home = Home::new();
    // Each star of a field of 12,000 more than eight times.
    let lines = (0..100_000).map(|number| format!("TIC {}\n", 2_000_000_000 + number * 7919 % 12_000));
    std::fs::write(home.path("repeated.txt"), lines.collect::<String>()).unwrap();
    let lines = (0..100_000).map(|number| format!("TIC {}\n", 2_000_000_000 + number));
    std::fs::write(home.path("different.txt"), lines.collect::<String>()).unwrap();
    let tap = format!("endpoints.tap={}/TAPVizieR/tap", archive.url());
    // One request for the columns, and one for 5,000 different ids.
    for (list, code, num_requests) in [("repeated.txt", 0, 4), ("different.txt", 1, 21)] {
        archive.clear_log();
        let words = [
            "--set",
            &tap,
            "catalog",
            "id",
            "--targets",
            list,
            "--refresh",
            "-o",
            "found.csv",
        ];
        let (ended, said, peak) = peak(&home, &words);
        assert_eq!(ended, Some(code), "{said}");
        let found = std::fs::read_to_string(home.path("found.csv")).unwrap();
        assert_eq!(found.lines().count(), 100_001);
        assert_eq!(archive.count(&Matcher::contains("/sync")), num_requests);
        assert!((20 << 20..200 << 20).contains(&peak), "{list} took {} MiB", peak >> 20);
    }
}
