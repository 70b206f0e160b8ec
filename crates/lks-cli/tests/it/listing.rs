//! All that the archive lists of a sector, written as it comes.

use std::collections::BTreeSet;
use std::fs;

use lksearch::table::Table;
use serde_json::Value;

use crate::home::{Home, column};

const SECTOR: [&str; 8] = [
    "--sandbox",
    "search",
    "tess",
    "--sector",
    "14",
    "--kind",
    "timeseries",
    "--no-hlsp",
];

#[test]
fn people_are_shown_counts_and_programs_rows() {
    let home = Home::new();
    let people = home.run(&SECTOR);
    assert_eq!(people.code, Some(0), "{}", people.stderr);
    assert!(
        people.stdout.contains("SPOC") && people.stdout.contains("observations"),
        "{}",
        people.stdout
    );
    assert!(
        people.stderr.contains("`-o FILE.parquet` writes the rows"),
        "{}",
        people.stderr
    );
    let counts = home
        .run(&[&SECTOR[..], &["--count", "--format", "json"]].concat())
        .rows();
    assert_eq!(column(&counts, "pipeline")[0], "SPOC");
    let rows = home.run(&[&SECTOR[..], &["--format", "json"]].concat()).rows();
    assert_eq!(counts[0]["observations"], rows.len());
    let few = home.run(&[&SECTOR[..], &["--limit", "2"]].concat());
    assert!(
        few.stderr.contains("2 rows") && few.stdout.contains("Light curves"),
        "{}",
        few.stdout
    );
}

#[test]
fn every_format_has_the_rows_of_the_sector() {
    let home = Home::new();
    let names = |table: &Table| -> BTreeSet<String> { table.texts("dataURI").flatten().map(str::to_owned).collect() };
    let mut all = Vec::new();
    for ending in ["parquet", "arrow", "csv", "ndjson", "json", "vot"] {
        let file = format!("sector.{ending}");
        let run = home.run(&[&SECTOR[..], &["-o", &file]].concat());
        assert_eq!(run.code, Some(0), "{ending}: {}", run.stderr);
        let table = lksearch::read_table(&fs::read(home.path(&file)).unwrap()).unwrap();
        all.push((names(&table), table.num_rows()));
    }
    assert!(all[0].1 > 0 && all.iter().all(|one| *one == all[0]), "{all:?}");
    let star = home.run(&[&SECTOR[..], &["TIC 158324245", "--format", "json"]].concat());
    let uris: Vec<Value> = star.rows().iter().map(|row| row["dataURI"].clone()).collect();
    assert!(
        uris.iter().all(|uri| all[0].0.contains(uri.as_str().unwrap())),
        "{uris:?}"
    );
}

#[test]
fn what_needs_a_target_says_so() {
    let home = Home::new();
    home.run(&["search", "tess"])
        .failed(2, &["the target is missing", "name a sector"]);
    home.run(&["search", "tess", "--sector", "14", "--kind", "tesscut", "-o", "x.csv"])
        .failed(2, &["cutouts are made around a target"]);
    home.run(&["search", "tess", "TIC 1", "--sector", "14", "--count"])
        .failed(2, &["cannot be used with"]);
    home.run(&["--sandbox", "download", "tess", "--sector", "14"])
        .failed(2, &["comes in parts"]);
    home.run(&["--sandbox", "search", "tess", "--sector", "999", "--format", "csv"])
        .failed(3, &["0 rows"]);
}
