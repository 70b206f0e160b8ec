//! What is wrong is said, with what to do next, and ends with the exit code of the contract.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::home::{HLSPS_OF_K2_18, Home, column, line};

#[test]
fn a_name_that_nobody_knows_is_nothing_found() {
    let home = Home::new();
    home.run(&["--sandbox", "search", "tess", "No Such Star"])
        .failed(3, &["No Such Star"]);
    assert!(home.files().is_empty(), "{:?}", home.files());
}

#[test]
fn a_list_of_files_that_is_not_a_table_is_explained() {
    let home = Home::new();
    for (name, text) in [
        ("words.json", "not json\n"),
        ("page.csv", "<html></html>"),
        ("empty.parquet", ""),
    ] {
        std::fs::write(home.path(name), text).unwrap();
        home.run(&["--sandbox", "download", "--from", name])
            .failed(2, &[name, "give a table that `search` or `download` wrote"]);
    }
    for name in ["found.fits", "found.ecsv"] {
        let found = home.run(&["--sandbox", "search", "k2", "K2-18", "-o", name]);
        assert_eq!(found.code, Some(0), "{}", found.stderr);
        home.run(&["--sandbox", "download", "--from", name])
            .failed(2, &[name, "are not read back", "csv"]);
    }
}

#[test]
fn a_table_with_other_separators_is_told_as_such() {
    let home = Home::new();
    let columns = ["obs_collection", "obs_id", "productFilename", "dataURI"];
    for (separator, word) in [(";", "`;`"), ("\t", "tabs"), ("|", "`|`"), ("\";\"", "`;`")] {
        let text = format!("\u{feff}{}\r\nTESS{separator}a, b\r\n", columns.join(separator));
        std::fs::write(home.path("found.csv"), text).unwrap();
        let told = [&format!("separated by {word}"), "found.csv", "with commas"];
        home.run(&["--sandbox", "download", "--from", "found.csv"])
            .failed(2, &told);
    }
}

#[test]
fn a_damaged_columnar_file_is_an_error_without_a_panic() {
    let home = Home::new();
    let found = home.run(&["--sandbox", "search", "k2", "K2-18", "-o", "found.arrow"]);
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    let whole = std::fs::read(home.path("found.arrow")).unwrap();
    let panics = (0..whole.len()).rev().find_map(|at| {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        let error = lksearch::table::read::arrow(&damaged).err()?;
        error.to_string().contains("its index does not fit").then_some(damaged)
    });
    std::fs::write(
        home.path("found.arrow"),
        panics.expect("a byte on which the reader panics"),
    )
    .unwrap();
    let outcome = home.run(&["--sandbox", "download", "--from", "found.arrow"]);
    outcome.failed(2, &["found.arrow", "its index does not fit its content"]);
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
}

#[test]
fn filters_that_leave_nothing_say_so() {
    Home::new()
        .run(&["--sandbox", "search", "tess", "TOI 1161", "--sector", "99"])
        .failed(3, &["sector alone leaves 0"]);
}

#[test]
fn wrong_words_are_usage_errors_that_list_the_right_ones() {
    let home = Home::new();
    home.run(&["search", "jwst", "TOI 1161"])
        .failed(2, &["jwst", "tess", "kepler", "k2"]);
    home.run(&["--sandbox", "search", "tess", "TOI 1161", "--kind", "spectra"])
        .failed(2, &["spectra", "timeseries"]);
    home.run(&["--sandbox", "search", "tess", "TOI 1161", "--exptime", "soon"])
        .failed(2, &["soon", "shortest"]);
    home.run(&["--sandbox", "search", "tess", "158324245"])
        .failed(2, &["TIC 158324245", "KIC", "EPIC"]);
    for command in [&["resolve"][..], &["catalog", "names"]] {
        home.run(&[command, &["K2-18", ""]].concat())
            .failed(2, &["'' is not a target", "give a name"]);
        home.run(&[command, &[&"K".repeat(201)]].concat())
            .failed(2, &["longer than 200 characters"]);
    }
    home.run(&["search", "tess", "TIC 1, TIC 2"])
        .failed(2, &["'TIC 1' and 'TIC 2' are two targets"]);
    home.run(&["--sandbox", "search", "tess", "TOI 1161", "-o", "found.xlsx"])
        .failed(2, &[".xlsx", ".fits", ".ecsv", ".csv", "--format"]);
    // Before the file is looked for.
    home.run(&["fits", "table", "absent.fits", "-o", "rows.xlsx"])
        .failed(2, &[".xlsx", ".fits", ".ecsv", ".csv", "--format"]);
    home.run(&["--sandbox", "search", "tess", "TOI 1161", "--columns", "ra"])
        .failed(2, &["did you mean `s_ra`"]);
    home.run(&["--sandbox", "search", "tess", "TOI 1161", "-o", "nowhere/found.csv"])
        .failed(5, &["there is no directory nowhere"]);
    home.run(&["--set", "prefer_clout=true", "config", "show"])
        .failed(2, &["prefer_clout", "prefer_cloud"]);
    home.run(&["search", "tess", "TOI 1161", "--nonsense"])
        .failed(2, &["--nonsense"]);
    home.run(&["--sandbox", "search", "k2", "K2-18", "--columns", "nope"])
        .failed(2, &["'nope'", "there are", "target_name", "pipeline"]);
}

#[test]
fn missing_words_are_answered_with_an_example() {
    let missions = ["tess", "kepler", "k2", "mast"];
    for (words, right, example) in [
        (&["search"][..], &missions[..], "lksearch search tess \"TOI 1161\""),
        (
            &["search", "TESSX", "T"],
            &missions,
            "lksearch search tess \"TOI 1161\"",
        ),
        (
            &["search", "k2"],
            &["target is missing", "a position"],
            "`k2 \"K2-18\"`",
        ),
        (&["download"], &missions, "lksearch download --from found.csv"),
        (&["download", "tess"], &["target is missing"], "`tess \"TOI 1161\"`"),
        (&["resolve"], &["NAMES"], "lksearch resolve"),
        (&["completions"], &["bash", "fish", "zsh"], "lksearch completions bash"),
        (&["cache"], &["subcommand", "info", "verify"], "lksearch cache info"),
        (&["config"], &["subcommand", "show", "set"], "lksearch config show"),
        (&["fits"], &["subcommand", "header", "table"], "lksearch fits info"),
        (&["config", "set"], &["KEY", "VALUE"], "lksearch config set fetch.jobs"),
        (
            &["search", "tess", "T", "--format", "x"],
            &["ndjson", "votable"],
            "lksearch search tess",
        ),
        (
            &["config", "clear", "x"],
            &["show", "path", "unset"],
            "lksearch config show",
        ),
        (&["cache", "rm"], &["PATTERNS"], "lksearch cache rm"),
    ] {
        let said = Home::new().run(words);
        said.failed(2, right);
        said.failed(2, &[example]);
    }
}

#[test]
fn a_meaningless_range_is_refused_with_a_better_one() {
    let home = Home::new();
    for (option, value, said) in [
        ("--year", "2020:2019", &["--year", "write '2019:2020'"][..]),
        ("--sector", "5..1", &["--sector", "write '1..5'"]),
        ("--exptime", "200:100", &["--exptime", "write '100:200'"]),
        ("--distance", "-3", &["--distance", "'-3' is negative"]),
        ("--sector", "-1", &["'-1' is negative"]),
        (
            "--year",
            "abc",
            &["--year", "'abc' is not a number", "'2019'", "'2018:2020'"],
        ),
        (
            "--year",
            "2019.5",
            &["--year", "2019.5 is not a whole number; write 2019 or 2020"],
        ),
        ("--radius", "-1", &["'-1'", "not negative"]),
        ("--radius", "0", &["--radius", "leave it out"]),
        ("--radius", "5parsecs", &["5parsecs", "arcmin"]),
        ("--radius", "wide", &["'wide' does not begin with a number", "20arcsec"]),
        ("--limit", "-1", &["--limit", "'-1'", "whole number from 1 on"]),
        ("--limit", "0", &["--limit", "'0'", "leave it out for all rows"]),
        ("--limit", "some", &["--limit", "whole number from 1 on"]),
    ] {
        home.run(&["search", "tess", "TOI 1161", option, value]).failed(2, said);
    }
    home.run(&["search", "k2", "K2-18", "--kind", "tesscut"])
        .failed(2, &["belong to a tess search"]);
    home.run(&["search", "k2", "K2-18", "--campaign", "5..1"])
        .failed(2, &["--campaign", "write '1..5'"]);
}

#[test]
fn a_position_is_told_with_no_more_digits_than_mean_something() {
    Home::new()
        .run(&["--sandbox", "search", "tess", "19:10:04 +38:40:00"])
        .failed(3, &["observation of 287.516667 +38.666667\n"]);
}

#[test]
fn what_the_system_refuses_is_told_with_what_to_do() {
    let home = Home::new();
    std::fs::write(home.path("file"), "in the way").unwrap();
    std::fs::create_dir(home.path("folder")).unwrap();
    for (words, code, said) in [
        (&["download", "--from", "none.csv"][..], 3, &["none.csv", "spelled"][..]),
        (&["download", "--from", "folder"], 5, &["folder", "give a file"]),
        (&["fits", "info", "folder"], 5, &["folder", "give a file"]),
        (
            &["--config", "folder", "config", "show"],
            2,
            &["folder", "expected a file"],
        ),
        (
            &["--config", "file/x", "config", "init"],
            5,
            &["file", "choose another place"],
        ),
        (&["man", "--dir", "file"], 5, &["file", "choose another place"]),
        (
            &["--cache-dir", "file", "cache", "info"],
            5,
            &["file", "choose another"],
        ),
        (
            &["--sandbox", "search", "k2", "K2-18", "-o", "file/x.csv"],
            5,
            &["there is no directory file"],
        ),
    ] {
        home.run(words).failed(code, said);
    }
    let full = home.run(&line("--sandbox search k2 K2-18 --format csv -o /dev/full"));
    full.failed(5, &["No space left", "free some space"]);
}

#[test]
fn an_archive_that_is_not_there_is_unavailable() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let variables = [
        ("LKSEARCH_ENDPOINTS__MAST", url.as_str()),
        ("LKSEARCH_ENDPOINTS__RESOLVER", &url),
        ("LKSEARCH_NETWORK__RETRIES", "0"),
    ];
    Home::new()
        .run_with(&["search", "tess", "TOI 1161"], &variables)
        .failed(4, &["127.0.0.1", "hint: nothing listens there", "LKSEARCH_ENDPOINTS__"]);
}

#[test]
fn a_page_instead_of_data_is_unavailable_and_named() {
    let archive = Sandbox::start(SandboxOptions::default()).unwrap();
    archive.script(Matcher::path("/api/v0/invoke"), [Fault::html().always()]);
    let said = Home::new().run_against(&archive, &["search", "tess", "TIC 158324245"]);
    said.failed(4, &["page instead of data", "try again later"]);
    assert!(!said.stderr.contains('<'), "markup in {}", said.stderr);
}

#[test]
fn a_file_that_cannot_be_had_is_one_row_and_the_others_arrive() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    archive.script(Matcher::contains("everest"), [Fault::status(404).always()]);
    let outcome = home.run_against(&archive, &[&HLSPS_OF_K2_18[..], &["--format", "json"]].concat());
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&outcome.stdout).unwrap();
    let mut statuses = column(&rows, "Status");
    statuses.sort();
    assert_eq!(statuses, ["COMPLETE", "COMPLETE", "ERROR"]);
    let lost = rows.iter().find(|row| row["Status"] == "ERROR").unwrap();
    let word = |name: &str| lost[name].as_str().unwrap();
    let told = format!("error: {}: {}\n", word("productFilename"), word("Message"));
    assert!(outcome.stderr.contains(&told), "{told} in {}", outcome.stderr);
}

#[test]
fn each_reason_of_many_failures_is_told_once() {
    let home = Home::new();
    let row = |n: usize| {
        let (name, uri) = (format!("../x{n}.fits"), format!("mast:HLSP/x{n}.fits"));
        serde_json::json!({"obs_collection": "HLSP", "obs_id": "a", "productFilename": name, "dataURI": uri})
    };
    for (numbers, num_told, rest) in [
        (vec![1, 1, 2], 2, None),
        ((1..=6).collect(), 5, Some("one more reason")),
        ((1..=9).collect(), 5, Some("4 more reasons")),
    ] {
        let rows: Vec<_> = numbers.into_iter().map(row).collect();
        std::fs::write(home.path("table.json"), serde_json::Value::from(rows).to_string()).unwrap();
        let said = home.run(&["--sandbox", "download", "--from", "table.json"]).stderr;
        assert_eq!(said.matches("error: ../x").count(), num_told, "{said}");
        assert_eq!(said.contains("more reason"), rest.is_some(), "{said}");
        assert!(rest.is_none_or(|rest| said.contains(rest)), "{said}");
    }
}

#[test]
fn rows_with_names_that_climb_out_write_nothing_outside() {
    let home = Home::new();
    let table = home.path("table.json");
    let rows = serde_json::json!([
        {"obs_collection": "HLSP", "obs_id": "a", "productFilename": "x.fits", "dataURI": null},
        {"obs_collection": "HLSP", "obs_id": "a", "productFilename": "../../../x.fits", "dataURI": "mast:HLSP/x.fits"},
    ]);
    std::fs::write(&table, rows.to_string()).unwrap();
    let outcome = home.run(&["--sandbox", "download", "--from", "table.json", "--format", "json"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(column(&rows, "Status"), ["SKIPPED", "ERROR"]);
    assert!(rows[1]["Message"].as_str().unwrap().contains("x.fits"), "{rows:?}");
    let strays: Vec<String> = home
        .files()
        .into_iter()
        .filter(|file| file.ends_with(".fits"))
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
}

#[test]
fn every_format_is_written_also_to_a_reader_that_leaves() {
    let home = Home::new();
    for format in ["table", "json", "ndjson", "csv", "parquet", "arrow", "votable"] {
        let file = format!("table.{format}");
        let words = [
            "--sandbox",
            "search",
            "tess",
            "TOI 1161",
            "--format",
            format,
            "-o",
            &file,
        ];
        let written = home.run(&words);
        assert_eq!(
            (written.code, written.stdout.as_str()),
            (Some(0), ""),
            "{format}: {}",
            written.stderr
        );
        assert!(std::fs::metadata(home.path(&file)).unwrap().len() > 1000, "{format}");
        assert_eq!(home.run_unread(&words[..6]), Some(0), "{format}");
    }
}

#[test]
fn a_directory_that_no_manifest_can_name_is_refused() {
    let (home, name) = (Home::new(), OsStr::from_bytes(b"latin-1-\xe9"));
    for option in ["--dir", "--cache-dir"] {
        let output = home
            .command(&[&["--sandbox"], &HLSPS_OF_K2_18[..], &[option]].concat(), &[])
            .arg(name)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("not UTF-8"), "{said}");
    }
    assert_eq!(home.files(), Vec::<String>::new());
}

#[test]
fn a_misplaced_command_is_told_its_place() {
    let home = Home::new();
    home.run(&["info", "x.fits"])
        .failed(2, &["`lksearch cache info` and `lksearch fits info`"]);
    home.run(&["header", "x.fits"]).failed(2, &["`lksearch fits header`"]);
    let flat = home.run(&["download", "k2", "K2-18", "--flat"]);
    flat.failed(2, &["--dir <DIR>"]);
    assert!(!flat.stderr.contains("<MISSION> is one of"), "{}", flat.stderr);
    let cache = home.run(&["cache"]);
    cache.failed(2, &["path, info, ls, verify, repair"]);
    assert!(!cache.stderr.contains("list"), "{}", cache.stderr);
}
