//! Plans of tables that were saved: read in parts, and the same as if they were held.

use std::fs;

use lks_sandbox::Matcher;
use lksearch::Format;
use lksearch::table::{Table, concat};

use super::{archive, ok};
use crate::home::Home;

/// More rows than are read, and than are planned, at once.
const ROWS: usize = 20_000;

/// A home with the same table of [`ROWS`] rows in three formats, of which the last is held.
fn with_saved(archive: &lks_sandbox::Sandbox) -> Home {
    let home = Home::new();
    let search = ["search", "tess", "TIC 158324245", "--sector", "14"];
    ok(home.run_against(
        archive,
        &[&search[..], &["--kind", "timeseries,dvreports", "-o", "found.parquet"]].concat(),
    ));
    let found = table(&home, "found.parquet");
    let copies = vec![found.clone(); ROWS.div_ceil(found.num_rows())];
    let many = concat(&copies).unwrap().slice(0, ROWS);
    for (format, ending) in [
        (Format::Parquet, "parquet"),
        (Format::Arrow, "arrow"),
        (Format::Csv, "csv"),
    ] {
        let file = fs::File::create(home.path(&format!("many.{ending}"))).unwrap();
        format.write(&many, file).unwrap();
    }
    home
}

fn table(home: &Home, name: &str) -> Table {
    lksearch::read_table(&fs::read(home.path(name)).unwrap()).unwrap()
}

/// What workers need of each row.
fn rows(plan: &Table) -> Vec<String> {
    let text = |row: lksearch::table::Row<'_>| {
        let texts = ["dataURI", "productFilename", "cloud_key", "routes", "description"].map(|name| row.text(name));
        format!("{:?} {texts:?}", row.integer("plan_row"))
    };
    plan.rows().map(text).collect()
}

#[test]
fn a_table_is_planned_as_it_is_read() {
    let archive = archive();
    let home = with_saved(&archive);
    for (more, num_rows) in [
        (&[][..], ROWS),
        (&["--rows", "1,9000-9002,20000"], 5),
        (&["--rows", "3-19999", "--limit", "17000"], 17_000),
        (&["--query", "sector == 14", "--limit", "8193"], 8193),
    ] {
        let of = |ending: &str| {
            let (from, plan) = (format!("many.{ending}"), format!("plan-{ending}.parquet"));
            ok(home.run_against(&archive, &[&["plan", "--from", &from, "-o", &plan], more].concat()));
            table(&home, &plan)
        };
        let held = of("csv");
        assert_eq!(held.num_rows(), num_rows, "{more:?}");
        for ending in ["parquet", "arrow"] {
            let read = of(ending);
            assert!(rows(&read) == rows(&held), "{ending}, {more:?}");
            // Columns without any value stay.
            let names = |table: &Table| table.column_names().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(names(&read), names(&held));
        }
    }
    assert_eq!(archive.count(&Matcher::contains("path_lookup")), 1);
}

#[test]
fn rows_that_a_table_has_not_are_told() {
    let archive = archive();
    let home = with_saved(&archive);
    for ending in ["parquet", "arrow", "csv"] {
        let from = format!("many.{ending}");
        let plan = ["plan", "--from", &from, "-o", "plan.parquet"];
        let run = |more: &[&str]| home.run_against(&archive, &[&plan[..], more].concat());
        run(&["--rows", "7,20001"]).failed(2, &["no row 20001; the table has 20000"]);
        run(&["--query", "sector == 99"]).failed(3, &["no row of many."]);
        run(&["--query", "sectr == 99"]).failed(2, &["sectr"]);
        assert!(!home.path("plan.parquet").exists());
    }
}
