//! Tables of many rows, which several threads write, and of which something is known only at the end.

use parquet::file::reader::{FileReader, SerializedFileReader};

use super::{every_type, text, written};
use crate::write::Writer;
use crate::{ColumnTypes, Format, Table, concat, read, write};

/// More rows than are written at once, with cells as in the row before, and others.
fn many_rows() -> Table {
    let rows = 0..5_000_i64;
    let text = |row: i64| match row % 7 {
        0 => None,
        1 | 2 => Some("same".to_owned()),
        3 | 4 => Some("a,\"b\"".to_owned()),
        5 => Some("12".to_owned()),
        _ => Some(format!("x{row}")),
    };
    Table::empty()
        .with_text("text", rows.clone().map(text))
        .unwrap()
        .with_integer("integer", rows.clone().map(|row| (row % 5 != 0).then_some(row / 3)))
        .unwrap()
        .with_float(
            "float",
            rows.clone().map(|row| (row % 4 != 0).then_some((row / 6) as f64 / 7.0)),
        )
        .unwrap()
        .with_boolean("boolean", rows.map(|row| Some(row % 2 == 0)))
        .unwrap()
}

#[test]
fn many_rows_are_written_as_each_alone() {
    let table = many_rows();
    let mut alone = Writer::csv(table.schema(), Vec::new()).unwrap();
    for row in 0..table.num_rows() {
        table
            .slice(row, 1)
            .batches()
            .iter()
            .for_each(|batch| alone.batch(batch).unwrap());
    }
    let alone = String::from_utf8(alone.finish().unwrap()).unwrap();
    assert_eq!(text(|t, out| write::csv(t, out), &table), alone);
    let again = |format: Format| read::detect(&written(format, &table), &ColumnTypes::none()).unwrap();
    assert!(
        [Format::Csv, Format::Parquet]
            .into_iter()
            .all(|format| again(format) == table)
    );
}

#[test]
fn rows_of_parquet_are_written_in_groups() {
    let large = "x".repeat(1 << 20);
    let half = Table::empty().with_text("text", (0..33).map(|_| Some(&large))).unwrap();
    let many = concat(&[half.clone(), half]).unwrap();
    let bytes = written(Format::Parquet, &many);
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).unwrap();
    assert_eq!(reader.metadata().num_row_groups(), 2);
    assert!(read::parquet(&bytes).unwrap() == many);
}

#[test]
fn metadata_may_be_known_at_the_end() {
    let table = every_type();
    for (format, begin) in [
        (Format::Parquet, Writer::parquet(table.schema(), Vec::new()).unwrap()),
        (Format::Arrow, Writer::arrow(table.schema(), Vec::new()).unwrap()),
    ] {
        let mut writer = begin;
        table.batches().iter().for_each(|batch| writer.batch(batch).unwrap());
        writer.add_metadata([("id".to_owned(), "7".to_owned())].into());
        let read = read::detect(&writer.finish().unwrap(), &ColumnTypes::none()).unwrap();
        assert_eq!(read.metadata().get("id").map(String::as_str), Some("7"), "{format:?}");
        assert_eq!(read, table);
    }
}
