//! Lists of targets: what is found of each, and what is told of those without rows.

mod fetched;
mod odd_lists;

use std::fs;

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
