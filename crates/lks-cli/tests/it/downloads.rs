//! What a download tells while it goes on and what it leaves when it does not, and who is told nothing.

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use serde_json::Value;

use crate::home::{HLSPS_OF_K2_18, Home, column, line};

#[test]
fn a_killed_run_leaves_a_manifest_of_what_it_did() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let everest = || Matcher::path("/api/v0.1/Download").with_part("everest");
    archive.script(everest(), [Fault::stall_at(4096).always()]);
    let path = home.path("manifest.json");
    let manifest = path.to_str().unwrap();
    let mut child = home.start_against(&archive, &[&HLSPS_OF_K2_18[..], &["-o", manifest]].concat());
    let complete = || {
        let text = std::fs::read(&path).unwrap_or_default();
        let rows: Vec<Value> = serde_json::from_slice(&text).unwrap_or_default();
        rows.iter().filter(|row| row["Status"] == "COMPLETE").count()
    };
    while complete() < 2 {
        assert!(child.try_wait().unwrap().is_none(), "the program ended");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(column(&rows, "Status"), ["ERROR", "COMPLETE", "COMPLETE"]);
    assert!(
        rows[0]["Message"].as_str().unwrap().contains("stopped before this row"),
        "{rows:?}"
    );

    archive.clear_scripts();
    archive.clear_log();
    let rows = home
        .run_against(&archive, &["download", "--from", manifest, "--format", "json"])
        .rows();
    assert_eq!(column(&rows, "Status"), ["COMPLETE"; 3]);
    let log = archive.log();
    assert!(log.iter().all(|request| request.query.contains("everest")), "{log:?}");
}

#[test]
fn progress_for_programs_is_one_object_a_line() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let k2sff = Matcher::path("/api/v0.1/Download").with_part("k2sff");
    archive.script(k2sff, [Fault::status(503).retry_after(1), Fault::cut_at(2_000_000)]);
    let words = [&HLSPS_OF_K2_18[..], &["--progress", "json", "--format", "json"]].concat();
    let outcome = home.run_against(&archive, &words);
    let is_event = |line: &&str| line.starts_with('{');
    let events: Vec<Value> = outcome
        .stderr
        .lines()
        .filter(is_event)
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |word: &str| events.iter().filter(|event| event["event"] == word).collect::<Vec<_>>();
    assert_eq!(
        (events[0]["event"].as_str(), &events[0]["files"]),
        (Some("begun"), &Value::from(3))
    );
    assert_eq!(events.last().unwrap()["event"], "finished");
    let done = of("file_done");
    assert_eq!(done.len(), 3);
    assert!(done.iter().all(|event| event["status"] == "COMPLETE"));
    let waits = of("waiting");
    let asked = waits
        .iter()
        .find(|event| event["host"] == "127.0.0.1" && event["seconds"].as_f64() >= Some(1.0));
    assert!(asked.is_some(), "{waits:?}");
    let received = of("received");
    let totals: Vec<u64> = received
        .iter()
        .map(|event| event["bytes_of_all"].as_u64().unwrap())
        .collect();
    assert!(!totals.is_empty() && totals.is_sorted(), "{totals:?}");
    assert_eq!(outcome.rows().len(), 3);
}

#[test]
fn a_missing_input_is_nothing_found_for_every_command() {
    let home = Home::new();
    for words in [
        &["download", "--from", "nothere.csv"][..],
        &["fits", "info", "nothere.fits"],
        &["fits", "verify", "nothere.fits"],
    ] {
        let outcome = home.run(words);
        assert_eq!(outcome.code, Some(3), "{words:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("nothere"), "{}", outcome.stderr);
    }
}

#[test]
fn what_weighs_nobody_knows_how_much_is_no_nothing() {
    let home = Home::new();
    let dry = |words: &[&str]| {
        let words = [
            &[
                "--sandbox",
                "download",
                "tess",
                "TOI 1161",
                "--sector",
                "14",
                "--dry-run",
            ],
            words,
        ]
        .concat();
        home.run(&words).stderr
    };
    assert!(dry(&[]).contains("rows, at least "), "{}", dry(&[]));
    assert!(dry(&[]).ends_with("MiB; 1 of unknown size\n"), "{}", dry(&[]));
    let last_line = |words: &[&str]| dry(words).lines().last().map(str::to_owned);
    assert_eq!(
        last_line(&["--kind", "tesscut"]).as_deref(),
        Some("would fetch 1 of 1 rows, size unknown")
    );
    assert_eq!(
        last_line(&["--kind", "timeseries", "--pipeline", "SPOC"]).as_deref(),
        Some("would fetch 1 of 1 rows, 1.9 MiB")
    );
}

#[test]
fn what_has_no_effect_is_said() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let size = home.run_against(
        &archive,
        &[&HLSPS_OF_K2_18[..], &["--dry-run", "--cutout-size", "5"]].concat(),
    );
    assert_eq!(size.code, Some(0), "{}", size.stderr);
    assert!(size.stderr.contains("--cutout-size changes nothing"), "{}", size.stderr);
    let set = "search_result_display_extra_columns=t_min,nonsense";
    let column = home.run_against(&archive, &["--set", set, "search", "k2", "K2-18"]);
    assert!(
        column.stderr.contains("there is no column 'nonsense'"),
        "{}",
        column.stderr
    );
    assert!(!column.stderr.contains("t_min"), "{}", column.stderr);
}

#[test]
fn offline_says_that_it_is_set_and_how_to_unset_it() {
    let outcome = Home::new().run(&["--set", "offline=true", "search", "tess", "TIC 158324245"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.stderr);
    for part in ["`offline` is true", "set it to false", "config show --origin"] {
        assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
    }
    assert!(!outcome.stderr.contains("broke"), "{}", outcome.stderr);
}

#[test]
fn requests_to_the_bucket_are_signed_only_on_request() {
    let words = line("download tess 'TIC 158324245' --sector 14 --limit 1 --format json");
    let key = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "never to be seen"),
    ];
    for is_asked_for in [true, false] {
        let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
        let variables = Home::pointing_at(&archive);
        let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
        let set = format!("endpoints.signed={is_asked_for}");
        let words = [&["-v", "--set", &set], &words[..]].concat();
        let outcome = home.run_with(&words, &[&variables[..], &key].concat());
        assert_eq!(column(&outcome.rows(), "source"), ["cloud"]);
        assert!(!outcome.stderr.contains("never to be seen"));
        for request in archive.log() {
            let is_signed = request.headers.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case("authorization") && value.starts_with("AWS4-HMAC-SHA256 ")
            });
            assert_eq!(
                is_signed,
                is_asked_for && request.path.starts_with("/stpubdata/"),
                "{request:?}"
            );
        }
        let without = home.run_with(&words, &variables);
        assert_eq!(
            without.code,
            Some(if is_asked_for { 2 } else { 0 }),
            "{}",
            without.stderr
        );
        assert_eq!(
            without.stderr.contains("AWS_ACCESS_KEY_ID"),
            is_asked_for,
            "{}",
            without.stderr
        );
    }
}

#[test]
fn rows_are_fetched_by_the_numbers_that_are_shown() {
    let home = Home::new();
    let target = ["kepler", "KIC 11904151", "--quarter", "2..4"];
    let words = |first: &[&'static str], last: &[&str]| -> Vec<String> {
        let all = [&["--sandbox"], first, &target[..], last].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    let run = |words: Vec<String>| home.run(&words.iter().map(String::as_str).collect::<Vec<_>>());

    let shown = run(words(&["search"], &["--columns", "productFilename"]));
    let lines: Vec<Vec<&str>> = shown
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0], ["#", "productFilename"]);
    let num_rows = lines.len() - 1;
    assert_eq!(shown.stderr, format!("{num_rows} rows\n"));
    let one = run(words(&["search"], &["--limit", "1"]));
    let kept = "from less than an hour ago; `--refresh` asks again\n";
    assert_eq!(one.stderr, format!("{kept}1 row\n"));
    let saved = run(words(&["search"], &["-o", "saved.csv"]));
    assert_eq!(
        (saved.code, saved.stderr.as_str()),
        (Some(0), kept),
        "no numbers beside data"
    );

    let plan = ["--dry-run", "--format", "json", "--rows"];
    let last = num_rows.to_string();
    for (rows, numbers) in [
        ("1", vec![1]),
        (last.as_str(), vec![num_rows]),
        ("2,4-6", vec![2, 4, 5, 6]),
        ("3,1", vec![1, 3]),
    ] {
        let expected: Vec<&str> = numbers.iter().map(|number| lines[*number][1]).collect();
        let by_search = run(words(&["download"], &[&plan[..], &[rows]].concat())).rows();
        assert_eq!(column(&by_search, "productFilename"), expected, "{rows}");
        let from = ["--sandbox", "download", "--from", "saved.csv"];
        let by_file = home.run(&[&from[..], &plan, &[rows]].concat()).rows();
        assert_eq!(column(&by_file, "productFilename"), expected, "{rows} of the file");
    }
    // A number in a file stays that of the row, whatever else is left out.
    let long = ["--query", "exptime > 1000", "--rows", "1-100000"];
    home.run(&[&["--sandbox", "download", "--from", "saved.csv"], &long[..]].concat())
        .failed(2, &["no row 100000", &format!("the table has {num_rows}")]);
}

#[test]
fn a_wrong_number_of_a_row_is_told_before_anything_is_asked() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    for word in ["0", "7-5", "last"] {
        let words = [&HLSPS_OF_K2_18[..], &["--rows", word]].concat();
        home.run_against(&archive, &words).failed(2, &["--rows", word]);
    }
    assert!(archive.log().is_empty());
    let words = [&HLSPS_OF_K2_18[..], &["--rows", "4"]].concat();
    home.run_against(&archive, &words)
        .failed(2, &["no row 4; the table has 3"]);
}

#[test]
fn paths_are_printed_one_a_line_and_nothing_else() {
    let home = Home::new();
    let words = |more: &[&'static str]| [&["--sandbox"], &HLSPS_OF_K2_18[..], &["--paths"], more].concat();
    let printed = home.run(&words(&["-o", "manifest.csv"]));
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    let paths: Vec<&str> = printed.stdout.lines().collect();
    assert_eq!(paths.len(), 3);
    assert!(
        paths.iter().all(|path| std::fs::metadata(path).unwrap().is_file()),
        "{paths:?}"
    );
    let manifest = std::fs::read_to_string(home.path("manifest.csv")).unwrap();
    assert!(manifest.starts_with("Local Path,Status,"), "{manifest}");
    home.run(&words(&["--format", "csv"]))
        .failed(2, &["--paths", "-o FILE"]);
    let link = line("--sandbox download tess 'TIC 158324245' --sector 14 --limit 1 --link --paths");
    assert!(home.run(&link).stdout.starts_with("s3://stpubdata/"));
}

#[test]
fn manifest_columns_are_checked_before_anything_is_fetched() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let words = |columns: &'static str| [&HLSPS_OF_K2_18[..], &["--columns", columns, "--format", "csv"]].concat();
    home.run_against(&archive, &words("Status,size,path"))
        .failed(2, &["--columns", "path", "Local Path"]);
    assert!(archive.log().is_empty());
    let chosen = home.run_against(&archive, &words("Status,bytes"));
    assert_eq!(
        chosen.stdout,
        "Status,bytes\nCOMPLETE,216000\nCOMPLETE,3536640\nCOMPLETE,138240\n"
    );
    let planned = home.run_against(&archive, &[&words("action,bytes")[..], &["--dry-run"]].concat());
    assert_eq!(planned.stdout, "action,bytes\nkeep,216000\nkeep,3536640\nkeep,138240\n");
}

#[test]
fn flat_files_overwrite_nothing_by_chance() {
    let home = Home::new();
    let words = |more: &[&'static str]| [&HLSPS_OF_K2_18[..], &["--sandbox", "--dir", "data", "--flat"], more].concat();
    let rows = home.run(&words(&["--format", "json"])).rows();
    let in_directory = || {
        home.files()
            .into_iter()
            .filter(|path| path.starts_with("data/"))
            .collect::<Vec<_>>()
    };
    let files = in_directory();
    // With --sandbox files are kept apart from real ones.
    assert!(
        files.len() == 3 && files.iter().all(|path| path.matches('/').count() == 2),
        "{files:?}"
    );
    assert!(files[0].starts_with("data/sandbox/hlsp_everest"), "{files:?}");
    for row in &rows {
        let bytes = std::fs::metadata(row["Local Path"].as_str().unwrap()).unwrap().len();
        assert_eq!(Some(bytes), row["bytes"].as_u64());
    }
    let again = home.run(&words(&[]));
    assert!(again.stderr.contains("3 from the cache"), "{}", again.stderr);

    let mine = home.path(&files[0]);
    std::fs::write(&mine, "notes").unwrap();
    let refused = home.run(&words(&["--format", "json"]));
    refused.failed(
        1,
        &[
            "hlsp_everest",
            "a file of other content has that name",
            "--force",
            "in the cache as ",
        ],
    );
    assert_eq!(std::fs::read(&mine).unwrap(), b"notes");
    assert_eq!(home.run(&words(&["--force"])).code, Some(0));
    assert_eq!(std::fs::metadata(&mine).unwrap().len(), 216_000);
    assert_eq!(in_directory(), files);
    std::fs::remove_file(&mine).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &mine, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    home.run(&words(&[])).failed(1, &["hlsp_everest", "--force"]);
    assert_eq!(home.run(&words(&["--force"])).code, Some(0));
    assert_eq!(std::fs::metadata(&mine).unwrap().len(), 216_000);
    home.run(&[&HLSPS_OF_K2_18[..], &["--sandbox", "--flat"]].concat())
        .failed(2, &["--dir"]);

    let other = ["--sandbox", "download", "tess", "No Such Star", "--flat", "--dir"];
    assert_eq!(home.run(&[&other[..], &["empty"]].concat()).code, Some(3));
    assert!(!home.path("empty").exists(), "nothing is made that nothing goes into");
    std::fs::create_dir(home.path("taken")).unwrap();
    std::fs::write(home.path("taken/sandbox"), "a file").unwrap();
    home.run(&[&other[..], &["taken"]].concat())
        .failed(5, &["put files into", "taken/sandbox"]);
}
