use std::io::Cursor;

use arrow_ipc::writer::StreamWriter;

use super::*;
use crate::table::concat;

fn table() -> Table {
    let numbers = || (0..5000).map(|n| (n % 7 != 0).then_some(n));
    let table = Table::empty()
        .with_integer("n", numbers())
        .and_then(|table| table.with_text("name", numbers().map(|n| n.map(|n| format!("star {n}")))))
        .and_then(|table| table.with_float("empty", numbers().map(|_| None)));
    let metadata = [("plan".to_owned(), "5".to_owned())];
    table
        .unwrap()
        .with_metadata(std::collections::HashMap::from(metadata).into())
        .unwrap()
}

fn stream(table: &Table) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), table.schema()).unwrap();
    for batch in table.batches() {
        writer.write(batch).unwrap();
    }
    writer.into_inner().unwrap()
}

fn files() -> [Vec<u8>; 3] {
    let [mut parquet, mut arrow] = [Vec::new(), Vec::new()];
    Format::Parquet.write(&table(), &mut parquet).unwrap();
    Format::Arrow.write(&table(), &mut arrow).unwrap();
    [parquet, arrow, stream(&table())]
}

#[test]
fn the_parts_are_the_table() {
    for file in files() {
        let parts = Parts::open(Cursor::new(file), None, 700).unwrap().unwrap();
        let head = parts.head().clone();
        assert_eq!(
            (head.num_rows(), head.metadata().get("plan").map(|n| &**n)),
            (0, Some("5"))
        );
        let parts: Vec<Table> = parts.map(Result::unwrap).collect();
        assert!(parts.iter().all(|part| part.schema() == head.schema()));
        assert_eq!(concat(&parts).unwrap(), table());
    }
    let parts = Parts::open(Cursor::new(files()[0].clone()), None, 700);
    assert!(parts.unwrap().unwrap().all(|part| part.unwrap().num_rows() <= 700));
}

#[test]
fn only_the_named_columns_come() {
    for file in files() {
        let parts = Parts::open(Cursor::new(file), Some(&["absent", "name"]), 700)
            .unwrap()
            .unwrap();
        let parts: Vec<Table> = parts.map(Result::unwrap).collect();
        assert_eq!(concat(&parts).unwrap(), table().select(&["name"]).unwrap());
    }
}

#[test]
fn what_is_cut_off_or_in_another_format_is_told() {
    assert!(Parts::open(Cursor::new("n,name\n1,a\n"), None, 1).unwrap().is_none());
    assert!(Parts::open(Cursor::new(""), None, 1).unwrap().is_none());
    for file in files() {
        let half = file[..file.len() / 2].to_vec();
        let parts = Parts::open(Cursor::new(half), None, 700);
        let is_told = parts.map_or(true, |parts| parts.unwrap().any(|part| part.is_err()));
        assert!(is_told);
    }
}
