//! What the program writes is data: every format gives the same columns, types and cells back.

use lksearch::table::Table;

use crate::home::{HLSPS_OF_K2_18, Home};

const FORMATS: [&str; 6] = ["parquet", "arrow", "csv", "json", "ndjson", "votable"];

/// Runs the command once for each format and gives back the tables, that of Parquet first.
fn tables(home: &Home, words: &[&str]) -> Vec<(&'static str, Table)> {
    let read = |format: &'static str| {
        let file = format!("table.{format}");
        let words = [&["--sandbox"], words, &["--format", format, "-o", &file]].concat();
        let ran = home.run(&words);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(ran.stdout, "", "stdout carries nothing beside a file");
        let bytes = std::fs::read(home.path(&file)).expect("because the program wrote it");
        (
            format,
            lksearch::read_table(&bytes).unwrap_or_else(|error| panic!("{format}: {error}")),
        )
    };
    FORMATS.into_iter().map(read).collect()
}

/// Compares every table with the first; gives back how many cells were compared.
fn compare(tables: &[(&str, Table)], but: &str) -> usize {
    let ((_, first), others) = tables.split_first().expect("because there is one for each format");
    let mut num_cells = 0;
    for (format, table) in others {
        let names: Vec<&str> = table.column_names().collect();
        assert_eq!(names, first.column_names().collect::<Vec<_>>(), "{format}");
        assert_eq!(table.num_rows(), first.num_rows(), "{format}");
        for name in first.column_names().filter(|name| *name != but) {
            // A text has no type for a column without any value.
            if first.rows().any(|row| row.cell(name).is_some()) {
                assert_eq!(table.column_type(name), first.column_type(name), "{format}: {name}");
            }
            for (number, (row, again)) in first.rows().zip(table.rows()).enumerate() {
                let (cell, other) = (row.cell(name), again.cell(name));
                assert_eq!(other, cell, "{format}: {name} of row {number}");
                num_cells += 1;
            }
        }
    }
    num_cells
}

#[test]
fn a_search_reads_back_the_same_from_every_format() {
    let home = Home::new();
    for words in [
        ["search", "tess", "TOI 1161"],
        ["search", "kepler", "KIC 11904151"],
        ["search", "k2", "K2-18"],
    ] {
        let num_cells = compare(&tables(&home, &words), "");
        println!("{words:?}: {num_cells} cells");
        assert!(num_cells > 1000, "only {num_cells} cells were compared");
    }
}

#[test]
fn a_manifest_reads_back_the_same_from_every_format() {
    let home = Home::new();
    let words = HLSPS_OF_K2_18;
    // From the second run on, every file comes from the cache and only the seconds differ.
    assert_eq!(home.run(&[&["--sandbox"], words.as_slice()].concat()).code, Some(0));
    assert!(compare(&tables(&home, &words), "seconds") > 100);
}
