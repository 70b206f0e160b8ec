//! Every exit code of the contract, reached; and outputs that are there whole or not at all.

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::home::{HLSPS_OF_K2_18, Home, column, line};

#[test]
fn an_archive_that_is_down_is_4_and_a_full_disk_5() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    archive.script(Matcher::contains("Download/file"), [Fault::status(500).always()]);
    let mut words = HLSPS_OF_K2_18.to_vec();
    words.extend(["--set", "network.retries=0"]);
    home.run_against(&archive, &words).failed(4, &["3 failed"]);

    std::fs::write(home.path("file"), "in the way").unwrap();
    archive.clear_scripts();
    archive.clear_log();
    let mut words = HLSPS_OF_K2_18.to_vec();
    words.extend(["--dir", "file"]);
    home.run_against(&archive, &words)
        .failed(5, &["file", "not a directory"]);
    assert!(archive.log().is_empty(), "the disk is looked at before the network");
}

#[test]
fn what_is_waited_for_is_told_where_nothing_is_drawn_too() {
    for (more, is_told) in [(None, true), (Some("--quiet"), false)] {
        let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
        let asks_to_wait = Fault::status(429).retry_after(1);
        archive.script(Matcher::contains("Download/file"), [asks_to_wait]);
        let words: Vec<&str> = HLSPS_OF_K2_18.into_iter().chain(more).collect();
        let said = home.run_against(&archive, &words).stderr;
        assert_eq!(said.contains("s for 127.0.0.1: "), is_told, "{said}");
    }
}

#[test]
fn a_service_at_a_wrong_place_is_unavailable() {
    let archive = Sandbox::start(SandboxOptions::default()).unwrap();
    archive.script(Matcher::path("/Santa-war"), [Fault::status(404).always()]);
    Home::new()
        .run_against(&archive, &["search", "tess", "TOI 1161"])
        .failed(4, &["404"]);
}

#[test]
fn an_unwritable_output_is_told_first_and_an_old_one_kept() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let mut words = HLSPS_OF_K2_18.to_vec();
    words.extend(["-o", "no/such/folder/manifest.csv"]);
    home.run_against(&archive, &words).failed(5, &["no/such/folder"]);
    assert!(archive.log().is_empty());

    std::fs::write(home.path("table.csv"), "old").unwrap();
    home.run(&line("--sandbox search tess 'TOI 1161' --kind spectra -o table.csv"))
        .failed(2, &["spectra"]);
    assert_eq!(std::fs::read_to_string(home.path("table.csv")).unwrap(), "old");
}

#[test]
fn the_ending_says_the_format_and_the_file_is_read_back() {
    let home = Home::new();
    for file in ["t.json", "t.ndjson", "t.csv", "t.parquet", "t.arrow", "t.vot"] {
        let words = [
            line("--sandbox search k2 K2-18 --hlsps --kind timeseries -o"),
            vec![file],
        ]
        .concat();
        assert_eq!(home.run(&words).code, Some(0), "{file}");
        let rows = home
            .run(&["--sandbox", "download", "--from", file, "--format", "json"])
            .rows();
        assert_eq!(column(&rows, "Status"), ["COMPLETE"; 3], "{file}");
    }
    let one = home
        .run(&[
            "--sandbox",
            "download",
            "--from",
            "t.csv",
            "--query",
            "pipeline == 'K2SFF'",
            "--format",
            "json",
        ])
        .rows();
    assert_eq!(one.len(), 1);
    home.run(&["--sandbox", "download", "--from", "t.csv", "--sector", "99"])
        .failed(2, &["--query", "--limit"]);
}

#[test]
fn a_table_without_needed_columns_is_a_usage_error() {
    let home = Home::new();
    let words = line("--sandbox search k2 K2-18 --columns target_name,pipeline -o t.csv");
    assert_eq!(home.run(&words).code, Some(0));
    home.run(&["--sandbox", "download", "--from", "t.csv"])
        .failed(2, &["dataURI", "productFilename"]);
}

#[test]
fn nothing_found_still_gives_programs_an_empty_table() {
    let home = Home::new();
    let outcome = home.run(&line("--sandbox search tess 'TOI 1161' --sector 99 --format json"));
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (Some(3), "[]\n"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_target_behind_a_list_of_numbers_is_found() {
    let home = Home::new();
    let rows = home
        .run(&line("--sandbox search tess --sector 14 'TOI 1161' --format json"))
        .rows();
    assert!(column(&rows, "sector").iter().all(|sector| sector == "14"));
    home.run(&["--sandbox", "search", "tess", "--year", "2019"])
        .failed(2, &["target is missing", "name a sector"]);
    home.run(&["--sandbox", "search", "tess", "TOI 1161", "--limit", "0"])
        .failed(2, &["--limit"]);
}

#[test]
fn a_device_is_written_to_and_a_link_stays_a_link() {
    let home = Home::new();
    let search = |output: &str| home.run(&["--sandbox", "search", "k2", "K2-18", "-o", output, "--format", "csv"]);
    // By way of a link, so that a mistake could not replace the device itself.
    std::os::unix::fs::symlink("/dev/null", home.path("null.csv")).unwrap();
    assert_eq!(search("null.csv").code, Some(0));
    assert!(home.path("null.csv").is_symlink());
    std::fs::write(home.path("real.csv"), "old").unwrap();
    std::os::unix::fs::symlink("real.csv", home.path("link.csv")).unwrap();
    assert_eq!(search("link.csv").code, Some(0));
    assert!(home.path("link.csv").is_symlink());
    assert!(
        std::fs::read_to_string(home.path("real.csv"))
            .unwrap()
            .contains("ktwo201912552")
    );
    search(".").failed(5, &["directory"]);
    assert!(search("-").stdout.starts_with("intentType,"), "as `--from -` is stdin");
    assert!(!home.path("-").exists());
}

#[test]
fn concatenated_tables_are_downloaded_from_or_refused() {
    let home = Home::new();
    let save = |mission: &str, target: &str, file: &str| {
        let words = ["--sandbox", "search", mission, target, "--limit", "2", "-o", file];
        assert_eq!(home.run(&words).code, Some(0));
        std::fs::read_to_string(home.path(file)).unwrap()
    };
    let (one, other) = (save("tess", "TOI 1161", "a.csv"), save("tess", "TOI 270", "b.csv"));
    std::fs::write(home.path("both.csv"), format!("{one}{other}")).unwrap();
    let plan = |file: &str| home.run(&["--sandbox", "download", "--from", file, "--dry-run", "--format", "json"]);
    let both = plan("both.csv");
    assert_eq!(both.rows().len(), 4);
    let alone = [plan("a.csv"), plan("b.csv")]
        .map(|run| column(&run.rows(), "bytes"))
        .concat();
    assert_eq!(column(&both.rows(), "bytes"), alone);
    assert!(alone.iter().all(|bytes| bytes != "null"), "{alone:?}");

    let kepler = save("kepler", "KIC 11904151", "c.csv");
    std::fs::write(home.path("mixed.csv"), format!("{one}{kepler}")).unwrap();
    plan("mixed.csv").failed(2, &["mixed.csv", "line 4", "another table"]);
}
