//! Lists with rows that cannot be read, lists that are none, and archives that do not answer for one.

use std::fs;

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use super::objects;
use crate::home::Home;

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
