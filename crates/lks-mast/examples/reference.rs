//! Prints a table for the documentation: `columns`, those of a result that have a meaning of their own.
#![allow(clippy::print_stdout)]

use lks_mast::{Column, Mission};

fn main() -> Result<(), String> {
    match std::env::args().nth(1).as_deref() {
        Some("columns") => columns(),
        other => return Err(format!("unknown table {other:?}; known are columns")),
    }
    Ok(())
}

fn columns() {
    println!("| column | unit | from | what it is |\n|---|---|---|---|");
    let place = |column: &&Column| {
        let shown = Mission::ALL.iter().map(|mission| mission.display_columns());
        shown
            .filter_map(|names| names.iter().position(|name| *name == column.name))
            .min()
            .unwrap_or(usize::MAX)
    };
    let mut columns: Vec<&Column> = Column::all().filter(|column| !column.description.is_empty()).collect();
    columns.sort_by_key(place);
    for column in columns {
        let from = if column.is_added() { "lksearch" } else { "MAST" };
        let (unit, about) = (column.unit.unwrap_or_default(), column.description);
        println!("| `{}` | {unit} | {from} | {about} |", column.name);
    }
}
