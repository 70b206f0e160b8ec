//! SandboxOptions that no other test needs: each does what its help says.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use lks_sandbox::{Matcher, Sandbox, SandboxOptions};
use serde_json::Value;

use crate::home::{HLSPS_OF_K2_18, Home, column, interrupt, line};

/// What is found with these words; at least one row.
#[track_caller]
fn found(words: &[&str]) -> Vec<Value> {
    let rows = Home::new()
        .run(&[&["--sandbox", "search"], words, &["--format", "json"]].concat())
        .rows();
    assert!(!rows.is_empty(), "{words:?}");
    rows
}

#[test]
fn each_filter_leaves_the_rows_that_it_names() {
    for (words, name, expected) in [
        (
            &["tess", "TOI 1161", "--sector", "14,15"][..],
            "sector",
            &["14", "15"][..],
        ),
        (&["tess", "TOI 1161", "--sequence", "74"], "sequence_number", &["74"]),
        (&["tess", "TOI 1161", "--year", "2018:2020"], "year", &["2019", "2020"]),
        (&["tess", "TOI 1161", "--mission", "HLSP"], "mission", &["HLSP"]),
        (&["tess", "TOI 1161", "--pipeline", "QLP"], "pipeline", &["QLP"]),
        (
            &["tess", "TOI 1161", "--radius", "1arcmin", "--target-name", "1717079066"],
            "target_name",
            &["1717079066"],
        ),
        (
            &["kepler", "KIC 11904151", "--quarter", "2..4", "--exptime", "short"],
            "quarter",
            &["2", "3", "4"],
        ),
        (
            &[
                "kepler",
                "KIC 11904151",
                "--quarter",
                "3",
                "--month",
                "2",
                "--exptime",
                "short",
            ],
            "exptime",
            &["60.0"],
        ),
        (&["k2", "K2-18", "--campaign", "1"], "campaign", &["1"]),
        (&["k2", "K2-18", "--no-hlsp"], "mission", &["K2"]),
        (&["k2", "K2-18", "--hlsps"], "mission", &["HLSP"]),
    ] {
        let mut values = column(&found(words), name);
        values.sort();
        values.dedup();
        assert_eq!(values, expected, "{words:?}");
    }
    let within = |limit: &str| found(&["tess", "TOI 1161", "--radius", "60", "--distance", limit]).len();
    assert!(within("0:0") <= within("60"));
    let described = |option: &str| found(&["kepler", "KIC 11904151", option, "Lightcurve", "Short"]).len();
    assert!(described("--description-all") < described("--description"));
}

#[test]
fn no_cloud_fetches_from_the_archive_what_the_cloud_has_too() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let words = line("download tess 'TOI 1161' --sector 14 --mission-products --kind timeseries");
    let more = line("--no-cloud --jobs 1 --format json --output manifest.json");
    let run = home.run_against(&archive, &[&words[..], &more].concat());
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
    let rows: Vec<Value> = serde_json::from_slice(&std::fs::read(home.path("manifest.json")).unwrap()).unwrap();
    assert_eq!(column(&rows, "source"), ["mast"]);
    // The archive may send the program on to the cloud itself, as the real one does.
    assert_eq!(archive.count(&Matcher::path("/api/v0.1/Download")), 1);
}

#[test]
fn quiet_says_nothing_but_errors_and_contradicts_verbose() {
    let home = Home::new();
    for quiet in ["--quiet", "-q"] {
        let words = [
            &HLSPS_OF_K2_18[..],
            &["--sandbox", quiet, "--no-progress", "--format", "csv"],
        ]
        .concat();
        let run = home.run(&words);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        let none = home.run(&["--sandbox", quiet, "search", "tess", "No Such Star"]);
        assert_eq!(
            (none.code, none.stdout.as_str(), none.stderr.as_str()),
            (Some(3), "", "")
        );
        home.run(&["--sandbox", quiet, "search", "jwst", "x"])
            .failed(2, &["jwst"]);
        for verbose in ["-v", "--verbose"] {
            home.run(&["--sandbox", quiet, "search", "k2", "K2-18", verbose])
                .failed(2, &["--quiet", "--verbose", "leave one"]);
        }
    }
}

#[test]
fn help_and_version_succeed_and_no_command_is_a_usage_error() {
    let home = Home::new();
    for words in [
        &["--help"][..],
        &["-h"],
        &["help"],
        &["search", "--help"],
        &["--version"],
        &["-V"],
    ] {
        let run = home.run(words);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{words:?}");
        assert!(
            run.stdout.contains("lksearch") || run.stdout.contains("archive"),
            "{}",
            run.stdout
        );
    }
    home.run(&[]).failed(2, &["Usage: lksearch", "search", "download"]);
    assert!(home.files().is_empty());
}

#[test]
fn a_word_that_is_nearly_right_is_answered_with_the_right_one() {
    let home = Home::new();
    for (words, right) in [
        (&["serch", "tess", "TOI 1161"][..], "'search'"),
        (&["cache", "verfy"], "'verify'"),
        (&["search", "tes", "TOI 1161"], "'tess'"),
        (&["search", "tess", "TOI 1161", "--sectr", "14"], "'--sector'"),
        (&["search", "tess", "TOI 1161", "--format", "jsn"], "'json'"),
        (
            &["--sandbox", "search", "k2", "K2-18", "--columns", "pipelin"],
            "pipeline",
        ),
        (
            &["--sandbox", "search", "k2", "K2-18", "--kind", "timeserie"],
            "timeseries",
        ),
        (
            &["--sandbox", "search", "k2", "K2-18", "--query", "pipelin == 'K2'"],
            "pipeline",
        ),
        (&["config", "get", "fetch.job"], "`fetch.jobs`"),
        (&["config", "set", "prefer_clout", "true"], "`prefer_cloud`"),
    ] {
        home.run(words).failed(2, &[right]);
    }
}

#[test]
fn the_served_archive_takes_its_options_and_no_settings() {
    let home = Home::new();
    let words = line("sandbox --latency 1 --bulk 3 --port 0 --cache-dir elsewhere");
    let mut child = home.start(&words, &[], Stdio::piped());
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let cache = lines.into_iter().find(|line| line.contains("CACHE_DIR")).unwrap();
    assert_eq!(
        cache,
        format!(
            "export LKSEARCH_CACHE_DIR='{}'",
            home.path("elsewhere/sandbox").display()
        )
    );
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    home.run(&["sandbox", "--set", "fetch.jobs=2"])
        .failed(2, &["--set", "only serves"]);
    home.run(&["sandbox", "--config", "x.toml"])
        .failed(2, &["--config", "only serves"]);
}

#[test]
fn another_settings_file_is_read_and_old_quarantine_is_swept() {
    let home = Home::new();
    std::fs::write(home.path("mine.toml"), "[fetch]\njobs = 3\n").unwrap();
    assert_eq!(
        home.run(&["--config", "mine.toml", "config", "get", "fetch.jobs"])
            .stdout,
        "3\n"
    );
    home.run(&["--config", "none.toml", "config", "show"])
        .failed(2, &["none.toml", "config init"]);
    let swept = home.run(&["cache", "gc", "--quarantine", "30d"]);
    assert_eq!(
        (swept.code, swept.stderr.as_str()),
        (Some(0), "removed 0 left-overs, 0 B\n")
    );
    home.run(&["cache", "gc", "--quarantine", "soon"])
        .failed(2, &["soon", "30d"]);
}

#[test]
fn words_that_people_bring_from_elsewhere_mean_what_ours_mean() {
    let home = Home::new();
    let same = |theirs: &[&str], ours: &[&str]| {
        let run = |words: &[&str]| home.run(&[&["--sandbox"], words].concat());
        let (theirs, ours) = (run(theirs), run(ours));
        assert_eq!(theirs.code, Some(0), "{}", theirs.stderr);
        assert_eq!(theirs.stdout, ours.stdout);
    };
    let star = ["search", "tess", "TOI 1161"];
    for (theirs, ours) in [
        (["--author", "QLP"], ["--pipeline", "QLP"]),
        (["--provenance", "QLP"], ["--pipeline", "QLP"]),
        (["--cadence", "fast"], ["--exptime", "fast"]),
        (["--sectors", "14,15"], ["--sector", "14,15"]),
    ] {
        same(&[&star[..], &theirs].concat(), &[&star[..], &ours].concat());
    }
    same(
        &["search", "kepler", "KIC 11904151", "--quarters", "3", "--json"],
        &["search", "kepler", "KIC 11904151", "--quarter", "3", "--format", "json"],
    );
    same(
        &["search", "k2", "K2-18", "--campaigns", "1"],
        &["search", "k2", "K2-18", "--campaign", "1"],
    );
    same(&["cache", "list"], &["cache", "ls"]);
    let shown = |word| home.run(&["config", word]).stdout;
    assert_eq!(shown("list"), shown("show"));
    home.run(&["--sandbox", "search", "k2", "K2-18", "--json", "--format", "csv"])
        .failed(2, &["--json", "--format"]);
    let help = home.run(&["search", "--help"]).stdout;
    assert!(!help.contains("--author") && !help.contains("--json"), "{help}");
}

#[test]
fn what_the_list_of_the_sandbox_names_can_be_searched() {
    let home = Home::new();
    let stars = home.run(&["sandbox", "list", "--format", "json"]).rows();
    let of = |id: &str| {
        stars
            .iter()
            .find(|star| star["id"] == id)
            .unwrap_or_else(|| panic!("{id} in {stars:?}"))
    };
    assert_eq!(of("TIC 158324245")["name"], "TOI 1161");
    assert_eq!(of("KIC 11904151")["segments"], "0..7,9..11,13..15,17");
    assert_eq!(of("EPIC 201912552")["pipelines"], "EVEREST,K2,K2SFF,K2VARCAT");
    for id in ["TIC 158324245", "KIC 11904151", "EPIC 201912552"] {
        let star = of(id);
        let mission = star["mission"].as_str().unwrap();
        for target in [id.to_owned(), format!("{} {}", star["ra"], star["dec"])] {
            let rows = home
                .run(&["--sandbox", "search", mission, &target, "--format", "json"])
                .rows();
            assert!(!rows.is_empty(), "{mission} {target}");
        }
    }
    home.run(&["sandbox", "--port", "1", "list"]).failed(2, &["list"]);
}
