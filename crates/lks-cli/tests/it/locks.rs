//! `lock`, `sync` and `cite` as a user runs them.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::home::{Home, column, line};

const LOCK: [&str; 6] = ["lock", "k2", "K2-18", "--hlsps", "--kind", "timeseries"];
const OF_TOI_1161: [&str; 9] = [
    "lock",
    "tess",
    "TIC 158324245",
    "--sector",
    "14",
    "--pipeline",
    "SPOC",
    "--kind",
    "timeseries",
];
const K2SFF: &str = "hlsp_k2sff_k2_lightcurve_201912552-c01_kepler_v1_llc.fits";

fn archive() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).unwrap()
}

/// A home whose `lksearch.lock` has the three light curves, which are in its cache.
fn locked(archive: &Sandbox) -> Home {
    let home = Home::new();
    let outcome = home.run_against(archive, &LOCK);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("3 products locked in lksearch.lock"),
        "{}",
        outcome.stderr
    );
    home
}

/// The same lock on another machine.
fn elsewhere(home: &Home) -> Home {
    let other = Home::new();
    fs::copy(home.path("lksearch.lock"), other.path("lksearch.lock")).unwrap();
    other
}

/// Every file below a home with its bytes and when it was written, and when each directory was.
fn state(home: &Home) -> Vec<(String, SystemTime, Vec<u8>)> {
    fn walk(path: &Path, found: &mut Vec<(String, SystemTime, Vec<u8>)>) {
        let seen = path.symlink_metadata().unwrap();
        let bytes = if seen.is_file() {
            fs::read(path).unwrap()
        } else {
            Vec::new()
        };
        found.push((path.display().to_string(), seen.modified().unwrap(), bytes));
        if seen.is_dir() {
            fs::read_dir(path)
                .unwrap()
                .for_each(|entry| walk(&entry.unwrap().path(), found));
        }
    }
    let mut found = Vec::new();
    walk(&home.path(""), &mut found);
    found.sort();
    found
}

#[test]
fn what_was_locked_is_synced_on_a_fresh_machine() {
    let archive = archive();
    let home = locked(&archive);
    let text = fs::read_to_string(home.path("lksearch.lock")).unwrap();
    assert!(
        text.contains("text = \"lksearch lock k2 K2-18 --hlsps --kind timeseries\"\n")
            || text.contains("lksearch lock k2 K2-18"),
        "{text}"
    );
    let other = elsewhere(&home);
    archive.clear_log();
    let rows = other.run_against(&archive, &["sync", "--format", "json"]).rows();
    assert_eq!(column(&rows, "Status"), ["COMPLETE"; 3]);
    for row in &rows {
        let hash = row["sha256"].as_str().unwrap();
        assert!(text.contains(&format!("sha256 = \"{hash}\"\n")), "{hash}");
        let path = row["Local Path"].as_str().unwrap();
        let truth = archive.body(row["dataURI"].as_str().unwrap(), 0).unwrap();
        assert!(fs::read(path).unwrap() == truth, "{path}");
    }
    assert!(
        archive.log().iter().all(|request| !request.path.contains("invoke")),
        "nothing is searched"
    );
    let flat = other.run_against(
        &archive,
        &[
            "sync",
            "lksearch.lock",
            "--dir",
            "here",
            "--flat",
            "--paths",
            "--no-cloud",
            "--jobs",
            "2",
        ],
    );
    assert_eq!(flat.code, Some(0), "{}", flat.stderr);
    assert!(
        flat.stdout.lines().all(|path| path.contains("/here/hlsp_")),
        "{}",
        flat.stdout
    );
    assert_eq!(flat.stdout.lines().count(), 3);
    let events = other.run_against(
        &archive,
        &["sync", "--progress", "json", "--cloud-only", "--columns", "Status"],
    );
    assert!(events.stderr.contains("{\"event\":\"finished\"}"), "{}", events.stderr);
}

#[test]
fn what_changed_is_named_with_exit_code_6() {
    let archive = archive();
    let home = locked(&archive);
    let other = elsewhere(&home);
    archive.script(Matcher::contains(K2SFF), [Fault::edition(1).always()]);
    let outcome = other.run_against(
        &archive,
        &["sync", "--columns", "Status,productFilename", "-o", "m.csv"],
    );
    outcome.failed(
        6,
        &[
            "1 of 3 products changed since the lock was made",
            &format!("{K2SFF}: other bytes than the lock has are served now"),
            "`lksearch --cache-dir DIR sync`",
        ],
    );
    let manifest = fs::read_to_string(other.path("m.csv")).unwrap();
    assert!(manifest.contains(&format!("ERROR,{K2SFF}")), "{manifest}");
    // The machine that has the locked bytes uses them, and brings them to the other.
    let kept = home.run_against(&archive, &["sync", "--format", "json"]).rows();
    assert_eq!(column(&kept, "source"), ["cache"; 3]);
    let cache = home.path(".lksearch/cache").display().to_string();
    let brought = other
        .run_against(&archive, &["--cache-dir", &cache, "sync", "--format", "json"])
        .rows();
    assert_eq!(column(&brought, "Status"), ["COMPLETE"; 3]);
    let newer = home.run_against(
        &archive,
        &["download", "k2", "K2-18", "--hlsps", "--kind", "timeseries", "--force"],
    );
    assert_eq!(newer.code, Some(0), "{}", newer.stderr);
    let back = home.run_against(&archive, &["sync", "--format", "json"]);
    assert!(
        back.stderr.contains("had been set aside, and was put back"),
        "{}",
        back.stderr
    );
    assert_eq!(column(&back.rows(), "source"), ["cache"; 3]);
}

#[test]
fn a_check_changes_nothing() {
    let archive = archive();
    let home = locked(&archive);
    // One of the cloud besides, whose place there is asked for.
    let more = home.run_against(&archive, &[&OF_TOI_1161[..], &["--add"]].concat());
    assert_eq!(more.code, Some(0), "{}", more.stderr);
    let other = elsewhere(&home);
    let whole = home.run_against(&archive, &["sync", "--check", "--format", "json"]);
    let rows = whole.rows();
    assert_eq!(
        (column(&rows, "Status"), column(&rows, "upstream")),
        (vec!["EQUAL".to_owned(); 4], vec!["same".to_owned(); 4])
    );
    archive.script(Matcher::contains(K2SFF), [Fault::edition(1).always()]);
    // What the programs of a machine share of a host's limits lies there.
    let runtime = tempfile::tempdir().unwrap();
    let run = |machine: &Home, words: &[&str]| {
        let variables = Home::pointing_at(&archive);
        let shared = ("XDG_RUNTIME_DIR", runtime.path().to_str().unwrap());
        let variables = variables.iter().map(|(name, value)| (*name, value.as_str()));
        machine.run_with(words, &variables.chain([shared]).collect::<Vec<_>>())
    };
    for (machine, num_here) in [(&home, 4), (&other, 0)] {
        let before = state(machine);
        archive.clear_log();
        let outcome = run(machine, &["sync", "--check"]);
        let here =
            format!("{num_here} of 4 products here with the locked bytes; of their sources 1 serve something else now");
        outcome.failed(6, &[&here, &format!("changed since the lock was made: {K2SFF}")]);
        let log = archive.log();
        assert!(
            log.iter()
                .all(|request| request.method == "HEAD" || request.path.contains("path_lookup"))
        );
        assert!(before == state(machine), "{here}");
    }
    for (machine, code) in [(&home, 0), (&other, 1)] {
        let before = state(machine);
        archive.clear_log();
        let outcome = run(
            machine,
            &["--set", "offline=true", "sync", "--check", "--format", "csv"],
        );
        assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("their sources were not asked"),
            "{}",
            outcome.stderr
        );
        assert!(archive.log().is_empty() && before == state(machine));
    }
}

#[test]
fn a_lock_of_the_same_state_stays_as_it_is() {
    let archive = archive();
    let home = locked(&archive);
    let path = home.path("lksearch.lock");
    let old = fs::read_to_string(&path).unwrap().replace("date = \"20", "date = \"19");
    fs::write(&path, &old).unwrap();
    let again = home.run_against(&archive, &LOCK);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(
        again
            .stderr
            .contains("lksearch.lock stays as it is: it has had these 3 products since 19"),
        "{}",
        again.stderr
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), old);
    let shown = home.run_against(&archive, &[&LOCK[..], &["-o", "-"]].concat());
    let undated = |text: &str| {
        text.lines()
            .filter(|line| !line.starts_with("date"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(undated(&shown.stdout), undated(&old), "{}", shown.stderr);
    let more = [&OF_TOI_1161[..], &["--add"]].concat();
    assert_eq!(home.run_against(&archive, &more).code, Some(0));
    let both = fs::read_to_string(&path).unwrap();
    assert_eq!(both.matches("[[product]]").count(), 4, "{both}");
    assert!(both.contains("text = \"lksearch lock tess 'TIC 158324245' "), "{both}");
    assert!(
        both.contains("--sector 14") && both.contains("--pipeline SPOC") && !both.contains("--add"),
        "{both}"
    );
}

#[test]
fn a_manifest_is_locked_where_its_files_are_not() {
    let archive = archive();
    let home = locked(&archive);
    let words = line("download k2 K2-18 --hlsps --kind timeseries --format json -o m.json");
    assert_eq!(home.run_against(&archive, &words).code, Some(0));
    let other = Home::new();
    fs::copy(home.path("m.json"), other.path("m.json")).unwrap();
    archive.clear_log();
    let outcome = other.run_against(
        &archive,
        &["lock", "--from", "m.json", "--rows", "1-2", "-o", "paper.lock"],
    );
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(archive.log().is_empty(), "{:?}", archive.log());
    let text = fs::read_to_string(other.path("paper.lock")).unwrap();
    assert_eq!(text.matches("[[product]]").count(), 2);
    assert!(
        text.contains("text = \"lksearch lock --from m.json --rows 1-2\"\n"),
        "{text}"
    );
    assert_eq!(other.run_against(&archive, &["sync", "paper.lock"]).code, Some(0));
}

#[test]
fn rows_without_a_file_are_told() {
    let archive = archive();
    archive.script(Matcher::contains("Download"), [Fault::status(404).always()]);
    let home = Home::new();
    home.run_against(&archive, &LOCK).failed(
        1,
        &["nothing is locked, and no lock is written", "3 rows not in the lock"],
    );
    assert!(!home.path("lksearch.lock").exists());
}

#[test]
fn a_lock_that_is_none_is_refused_with_its_line() {
    let archive = archive();
    let home = locked(&archive);
    let whole = fs::read_to_string(home.path("lksearch.lock")).unwrap();
    home.run(&["sync", "none.lock"])
        .failed(3, &["failed to read none.lock"]);
    for (text, words) in [
        (
            whole.replace("version = 1", "version = 7"),
            "bad.lock: line 2: it is of version 7",
        ),
        (whole.replace("# end\n", ""), "the lock is cut"),
        (
            whole.replace('\n', "\r\n"),
            "bad.lock: line 1: the line ends as on Windows",
        ),
        (
            whole.replacen("path = \"HLSP/", "path = \"../", 1),
            "directory reference",
        ),
        (String::new(), "bad.lock: line 1: there is nothing in it"),
    ] {
        fs::write(home.path("bad.lock"), text).unwrap();
        for command in ["sync", "cite"] {
            home.run(&[command, "bad.lock"]).failed(2, &[words]);
        }
    }
    home.run(&["sync", "--check", "--flat"]).failed(2, &["--flat"]);
    home.run(&["lock"]).failed(2, &["lksearch lock tess"]);
}

#[test]
fn what_to_cite_is_told_of_locks_and_tables() {
    let archive = archive();
    let home = locked(&archive);
    let found = line("search k2 K2-18 --hlsps --kind timeseries -o found.csv");
    assert_eq!(home.run_against(&archive, &found).code, Some(0));
    for file in ["lksearch.lock", "found.csv"] {
        let outcome = home.run(&["cite", file]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        for words in [
            "This paper includes data collected by the K2 mission.",
            "Rodrigo Luger (2016), EPIC Variability Extraction and Removal for Exoplanet Science Targets (EVEREST): https://doi.org/10.17909/T9501J",
            "K2SFF timeseries: 1 product; look at https://archive.stsci.edu/hlsp/k2sff",
        ] {
            assert!(
                outcome.stdout.contains(words),
                "{words} is missing in {}",
                outcome.stdout
            );
        }
    }
    assert_eq!(
        home.run(&["cite", "--format", "bibtex", "-o", "data.bib"]).code,
        Some(0)
    );
    let bibtex = fs::read_to_string(home.path("data.bib")).unwrap();
    assert!(
        bibtex.contains("@misc{mast-everest-10-17909-T9501J,\n  author = {Rodrigo Luger},\n"),
        "{bibtex}"
    );
    fs::write(home.path("note.txt"), "no table").unwrap();
    home.run(&["cite", "note.txt"])
        .failed(3, &["note.txt names no product"]);
}
