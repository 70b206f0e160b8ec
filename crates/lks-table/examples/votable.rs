//! Reads a VOTable and tells as JSON how many seconds that took, and the most memory that this process had in MB, where Linux says so:
//! `cargo run --release -p lks-table --example votable -- FILE`.

#![allow(clippy::print_stdout)]

use std::time::Instant;

use lks_table::{ColumnTypes, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: votable FILE")?;
    let start = Instant::now();
    let table = read::votable(&std::fs::read(path)?, &ColumnTypes::none())?;
    let seconds = start.elapsed().as_secs_f64();
    let (rows, columns) = (table.num_rows(), table.column_names().count());
    let nulls: usize = table
        .column_names()
        .filter_map(|name| table.column(name))
        .map(|column| column.null_count())
        .sum();
    println!(
        "{}",
        serde_json::json!({ "seconds": seconds, "rows": rows, "columns": columns, "nulls": nulls, "peak": peak() })
    );
    Ok(())
}

/// The most memory that this process had since it began, in units of 10^6 bytes.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}
