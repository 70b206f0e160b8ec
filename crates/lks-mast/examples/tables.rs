//! Prints a table for the documentation: `columns`, those of a result that have a meaning of their own, or `pipelines`.
#![allow(clippy::print_stdout)]

use std::collections::BTreeSet;

use lks_mast::{Column, FluxColumn, Mission, Pipeline, QualityColumn};

fn main() -> Result<(), String> {
    match std::env::args().nth(1).as_deref() {
        Some("columns") => columns(),
        Some("pipelines") => pipelines(),
        other => return Err(format!("unknown table {other:?}; known are columns, pipelines")),
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

fn pipelines() {
    println!("| pipeline | mission | flux, the first that has values | time | flagged |\n|---|---|---|---|---|");
    // Pipelines that write the same columns share a row.
    let mut rows: Vec<(Vec<&Pipeline>, [String; 3])> = Vec::new();
    for pipeline in Pipeline::all().filter(|pipeline| !pipeline.flux.is_empty()) {
        let cells = [
            list(pipeline.flux.iter().map(flux)),
            list(pipeline.time.iter().map(quoted)),
            list(pipeline.quality.iter().map(flagged)),
        ];
        match rows.iter_mut().find(|(_, others)| *others == cells) {
            Some((pipelines, _)) => pipelines.push(pipeline),
            None => rows.push((vec![pipeline], cells)),
        }
    }
    for (pipelines, [flux, time, quality]) in rows {
        let names = list(pipelines.iter().map(|pipeline| quoted(&pipeline.name)));
        let missions: BTreeSet<&str> = pipelines
            .iter()
            .flat_map(|pipeline| pipeline.missions)
            .map(|mission| mission.name())
            .collect();
        let missions = list(missions.into_iter().map(str::to_owned));
        println!("| {names} | {missions} | {flux} | {time} | {quality} |");
    }
}

fn quoted(name: &&str) -> String {
    format!("`{name}`")
}

fn flux(column: &FluxColumn) -> String {
    let what = if column.is_magnitude { " (magnitude)" } else { "" };
    format!("`{}`{what}", column.name)
}

fn flagged(column: &QualityColumn) -> String {
    match column.good {
        [] => format!("`{}` not 0", column.name),
        [good, ..] => format!("`{}` other than `{good}`", column.name),
    }
}

/// The first six, and whether there are more; a dash for none.
fn list(mut words: impl Iterator<Item = String>) -> String {
    let mut shown: Vec<String> = words.by_ref().take(6).collect();
    if words.next().is_some() {
        shown.push("…".to_owned());
    }
    match shown.is_empty() {
        true => "–".to_owned(),
        false => shown.join(", "),
    }
}
