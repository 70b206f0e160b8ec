//! Lists of targets: what is found of each, and what is told of those without rows.

use std::fs;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use serde_json::Value;

use crate::home::{Home, column};

const LIST: &str = "# stars\nTOI 1161\n\nTIC 158324245\n158324245\nno such star\n285.6794 +50.2413\nTOI 1161\n";

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn rows_of_a_list_are_those_of_single_searches() {
    let home = Home::new();
    fs::write(home.path("list.txt"), LIST).unwrap();
    let filters = ["--sector", "14", "--format", "ndjson"];
    let words = [
        &[
            "--sandbox",
            "search",
            "tess",
            "--targets",
            "list.txt",
            "--unanswered",
            "without.csv",
        ],
        &filters[..],
    ]
    .concat();
    let run = home.run(&words);
    run.failed(
        1,
        &[
            "row 2, '158324245': ",
            "three different stars",
            "row 3, 'no such star': no service knows",
            "4 of 6 targets with rows",
        ],
    );
    let rows = objects(&run.stdout);
    for (place, target) in [
        (0, "TOI 1161"),
        (1, "TIC 158324245"),
        (4, "285.6794 +50.2413"),
        (5, "TOI 1161"),
    ] {
        let alone = home.run(&[&["--sandbox", "search", "tess", target], &filters[..]].concat());
        let mut among: Vec<Value> = rows.iter().filter(|row| row["input_row"] == place).cloned().collect();
        for row in &mut among {
            assert_eq!(row["input"], target);
            row.as_object_mut()
                .unwrap()
                .retain(|name, _| !name.starts_with("input"));
        }
        assert_eq!(among, objects(&alone.stdout), "{target}");
    }
    let without = fs::read_to_string(home.path("without.csv")).unwrap();
    assert!(
        without.starts_with("input_row,input,reason\n2,") && without.lines().count() == 3,
        "{without}"
    );
}

#[test]
fn a_list_is_searched_for_in_all_missions() {
    let home = Home::new();
    let list = [
        "Kepler-10",
        "KIC 11904151",
        "no such star",
        "K2-18",
        "",
        "285.6794 +50.2413",
    ];
    fs::write(
        home.path("list.csv"),
        format!("name\n{}\n", list.map(|name| format!("\"{name}\"")).join("\n")),
    )
    .unwrap();
    let filters = [
        "--kind",
        "timeseries",
        "--pipeline",
        "Kepler,K2,SPOC",
        "--format",
        "ndjson",
    ];
    let words = ["--sandbox", "search", "all", "--targets", "list.csv:name"];
    let run = home.run(&[&words[..], &filters[..]].concat());
    run.failed(
        1,
        &[
            "row 2, 'no such star': ",
            "row 4, '': ",
            "the row has no value",
            "4 of 6 targets with rows",
        ],
    );
    let rows = objects(&run.stdout);
    let missions = column(&rows, "mission");
    assert!(
        ["Kepler", "K2", "TESS"]
            .iter()
            .all(|name| missions.contains(&(*name).to_owned()))
    );
    for (place, target) in list.iter().enumerate().filter(|(place, _)| ![2, 4].contains(place)) {
        let alone = home.run(&[&["--sandbox", "search", "all", target], &filters[..]].concat());
        let mut among: Vec<Value> = rows.iter().filter(|row| row["input_row"] == place).cloned().collect();
        let mut alone = objects(&alone.stdout);
        // Columns that only rows of other targets have are null.
        for row in among.iter_mut().chain(&mut alone) {
            let row = row.as_object_mut().unwrap();
            row.retain(|name, value| !name.starts_with("input") && !value.is_null());
        }
        assert!(!among.is_empty());
        assert!(among == alone, "{target}");
    }
    let numbers: Vec<u64> = rows.iter().map(|row| row["input_row"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted());
}

#[test]
fn a_list_in_all_missions_is_not_asked_without_catalogues() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    archive.script(Matcher::contains("sim-tap"), [Fault::status(503).always()]);
    fs::write(home.path("list.txt"), "Kepler-10\n285.6794 +50.2413\n").unwrap();
    let words = ["--set", "network.retries=0", "search", "all", "--targets", "list.txt"];
    let run = home.run_against(&archive, &[&words[..], &["--format", "ndjson"]].concat());
    run.failed(1, &["row 0, 'Kepler-10': SIMBAD", "1 of 2 targets with rows"]);
    assert!(objects(&run.stdout).iter().all(|row| row["input_row"] == 1));
}

#[test]
fn a_row_that_cannot_be_read_is_told_and_the_list_goes_on() {
    let home = Home::new();
    fs::write(
        home.path("stars.csv"),
        "tic,note\n158324245,a\n377780790,b,c\n377780790,d\n",
    )
    .unwrap();
    let words = [
        "--sandbox",
        "search",
        "tess",
        "--targets",
        "stars.csv",
        "--sector",
        "14",
        "--format",
        "ndjson",
    ];
    let run = home.run(&words);
    run.failed(
        1,
        &[
            "row 1, '377780790,b,c'",
            "line 3 has 3 cells where the header has 2",
            "2 of 3 targets with rows",
        ],
    );
    let rows = objects(&run.stdout);
    assert!(
        [0, 2]
            .iter()
            .all(|place| rows.iter().any(|row| row["input_row"] == *place))
    );
}

#[test]
fn a_list_is_not_written_over() {
    let home = Home::new();
    let list = "tic\n158324245\n1\n";
    fs::write(home.path("stars.csv"), list).unwrap();
    let search = [
        "--sandbox",
        "search",
        "tess",
        "--targets",
        "stars.csv:tic",
        "--sector",
        "14",
    ];
    for (more, told) in [
        (
            &["--unanswered", "./stars.csv"][..],
            "--unanswered: ./stars.csv is the file of --targets",
        ),
        (&["-o", "stars.csv"], "-o: stars.csv is the file of --targets"),
        (
            &["-o", "both.csv", "--unanswered", "both.csv"],
            "--unanswered: both.csv is the file of -o",
        ),
    ] {
        home.run(&[&search[..], more].concat()).failed(2, &[told]);
    }
    assert_eq!(fs::read_to_string(home.path("stars.csv")).unwrap(), list);
    assert!(!home.path("both.csv").exists());
}

#[test]
fn without_any_row_the_columns_are_those_of_a_search() {
    let home = Home::new();
    fs::write(home.path("ids.csv"), "id\n9941662\n201912552\n").unwrap();
    let words = ["--sandbox", "search", "tess", "--targets", "ids.csv:id"];
    let columns = ["--columns", "input_row,input,target_name", "--format", "csv"];
    let run = home.run(&[&words[..], &columns].concat());
    run.failed(3, &["three different stars", "0 of 2 targets with rows"]);
    assert_eq!(run.stdout, "input_row,input,target_name\n");
}

#[test]
fn a_list_comes_from_a_column_or_from_stdin() {
    let home = Home::new();
    fs::write(home.path("stars.csv"), "tic,note\n158324245,a\n377780790,b\n").unwrap();
    let search = |list: &str, more: &[&str]| {
        let words = ["--sandbox", "search", "tess", "--targets", list, "--sector", "14"];
        home.run(&[&words[..], more].concat())
    };
    for word in ["stars.csv", "stars.csv:tic"] {
        let run = search(word, &["--format", "json"]);
        assert!(run.stderr.contains("2 targets from the column tic"), "{}", run.stderr);
        let mut inputs = column(&run.rows(), "input");
        inputs.dedup();
        assert_eq!(inputs, ["TIC 158324245", "TIC 377780790"]);
    }
    let found = search("stars.csv:tic", &["-o", "found.parquet"]);
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    let table = lksearch::read_table(&fs::read(home.path("found.parquet")).unwrap()).unwrap();
    assert_eq!(table.row(0).integer("input_row"), Some(0));
    let people = search("stars.csv:tic", &["--limit", "1"]);
    assert!(
        people.stdout.contains("input_row") && people.stdout.contains("TIC 377780790"),
        "{}",
        people.stdout
    );
}

#[test]
fn what_is_no_list_is_told_before_anything_is_asked() {
    let home = Home::new();
    fs::write(home.path("stars.csv"), "tic,note\n1,a\n").unwrap();
    fs::write(home.path("empty.txt"), "# nothing\n").unwrap();
    fs::write(home.path("junk"), [0x80, 0, 0xff, 1]).unwrap();
    let search = |word: &str| home.run(&["--sandbox", "search", "tess", "--targets", word]);
    search("stars.csv:kic").failed(2, &["no column `kic`", "`tic`, `note`"]);
    search("empty.txt").failed(2, &["no target in it"]);
    search("junk").failed(2, &["junk: it is neither text"]);
    search("absent.txt").failed(3, &["failed to read absent.txt"]);
    home.run(&["search", "tess", "TIC 1", "--targets", "stars.csv"])
        .failed(2, &["cannot be used with"]);
    fs::write(home.path("unknown.txt"), "TIC 1\nTIC 2\n").unwrap();
    search("unknown.txt").failed(3, &["row 0, 'TIC 1'", "0 of 2 targets with rows"]);
}

#[test]
fn an_archive_that_is_down_ends_the_search_early() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    archive.script(Matcher::path("/api/v0/invoke"), [Fault::status(503).always()]);
    let list: String = (1..2000).map(|number| format!("TIC {number}\n")).collect();
    fs::write(home.path("list.txt"), list).unwrap();
    let words = ["--set", "network.retries=0", "search", "tess", "--targets", "list.txt"];
    let run = home.run_against(&archive, &words);
    run.failed(4, &["1499 targets not asked for", "the same command later"]);
    assert!(archive.log().len() < 20, "{}", archive.log().len());
}

#[test]
fn a_list_is_downloaded_as_a_search_is() {
    let home = Home::new();
    fs::write(home.path("list.txt"), "TIC 158324245\nTIC 158324245\nno such star\n").unwrap();
    let words = [
        "--sandbox",
        "download",
        "tess",
        "--targets",
        "list.txt",
        "--sector",
        "14",
        "--kind",
        "timeseries",
    ];
    let run = home.run(&[&words[..], &["--pipeline", "SPOC", "--format", "json"]].concat());
    run.failed(1, &["row 2, 'no such star'", "2 of 3 targets with rows"]);
    let rows: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(column(&rows, "Status"), ["COMPLETE", "COMPLETE"]);
    home.run(&[&words[..], &["--rows", "1"]].concat())
        .failed(2, &["cannot be used with"]);
}

#[test]
fn a_bulk_script_names_what_is_fetched() {
    let home = Home::new();
    let name = "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
    let line =
        format!("curl -C - -L -o {name} https://mast.stsci.edu/api/v0.1/Download/file/?uri=mast:TESS/product/{name}");
    let script = format!("#!/bin/sh\n{line}\nrm -rf ~\ncurl -o x https://example.org/x\n");
    fs::write(home.path("tesscurl_sector_14_lc.sh"), script).unwrap();
    let words = [
        "--sandbox",
        "download",
        "--from",
        "tesscurl_sector_14_lc.sh",
        "--format",
        "json",
    ];
    let run = home.run(&words);
    assert_eq!(column(&run.rows(), "Status"), ["COMPLETE"]);
    for told in [
        "line 3 is left out: it does not call curl",
        "line 4 is left out: example.org is not the archive",
    ] {
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    let path = column(&run.rows(), "Local Path").remove(0);
    assert!(
        path.ends_with(&format!("TESS/{}/{name}", &name[..name.len() - 8])),
        "{path}"
    );
}

#[test]
fn what_is_found_for_a_list_is_planned_and_locked() {
    let home = Home::new();
    fs::write(home.path("list.txt"), "TOI 1161\nno such star\n").unwrap();
    let of_list = |command: &'static str, output: &'static str| {
        let words = ["--sandbox", command, "tess", "--targets", "list.txt", "--sector", "14"];
        home.run(&[&words[..], &["--kind", "dvreports", "-o", output]].concat())
    };
    of_list("plan", "plan.parquet").failed(1, &["row 1, 'no such star'", "3 rows planned"]);
    of_list("lock", "of.lock").failed(1, &["1 of 2 targets with rows", "3 products locked"]);
    let lock = fs::read_to_string(home.path("of.lock")).unwrap();
    assert!(lock.contains("--targets list.txt"), "{lock}");
    let rows = home
        .run(&["--sandbox", "download", "--from", "plan.parquet", "--format", "json"])
        .rows();
    assert_eq!(column(&rows, "Status"), ["COMPLETE"; 3]);
    assert_eq!(column(&rows, "source"), ["cache"; 3], "the lock has brought them");
}
