//! Tables out: to the terminal for people, or in a format for programs.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};

use lksearch::Error;
use lksearch::table::{ColumnType, Table, write};

use crate::arguments::{Format, Output};
use crate::grid::{self, Grid, Room};

/// Writes the table where and how it was asked for. `shown` are the columns of the format for people; every other format has all.
pub fn table(table: &Table, shown: &[&str], output: &Output) -> Result<(), Error> {
    match &output.output {
        None => {
            let stdout = io::stdout();
            let room = if stdout.is_terminal() {
                Room::Terminal(terminal_width())
            } else {
                Room::Unlimited
            };
            let written = render(table, shown, output.format, room, BufWriter::new(stdout));
            // A reader that has seen enough, such as `head`, is no failure of ours.
            match written {
                Err(error) if is_broken_pipe(&error) => Ok(()),
                other => other,
            }
        }
        Some(path) => {
            let failure = |source| Error::File {
                operation: "write",
                path: path.display().to_string(),
                source,
            };
            let file = File::create(path).map_err(failure)?;
            render(table, shown, output.format, Room::Unlimited, BufWriter::new(file))
        }
    }
}

fn render(table: &Table, shown: &[&str], format: Format, room: Room, mut out: impl Write + Send) -> Result<(), Error> {
    match format {
        Format::Table => writeln!(out, "{}", grid::draw(&grid(table, shown), room)).map_err(unwritten)?,
        Format::Json => {
            write::json(table, &mut out)?;
            writeln!(out).map_err(unwritten)?;
        }
        Format::Ndjson => write::ndjson(table, &mut out)?,
        Format::Csv => write::csv(table, &mut out)?,
        Format::Parquet => write::parquet(table, &mut out)?,
        Format::Arrow => write::arrow(table, &mut out)?,
        Format::Votable => write::votable(table, &units(table), &mut out)?,
    }
    out.flush().map_err(unwritten)
}

/// Units of the columns that have one, as the VOTable standard spells them.
const UNITS: &[(&str, &str)] = &[
    ("exptime", "s"),
    ("t_exptime", "s"),
    ("distance", "arcsec"),
    ("separation_arcsec", "arcsec"),
    ("s_ra", "deg"),
    ("s_dec", "deg"),
    ("t_min", "d"),
    ("t_max", "d"),
    ("t_obs_release", "d"),
    ("em_min", "nm"),
    ("em_max", "nm"),
    ("size", "byte"),
    ("bytes", "byte"),
    ("seconds", "s"),
];

/// The units of the columns that this table has.
fn units(table: &Table) -> Vec<(&'static str, &'static str)> {
    UNITS
        .iter()
        .copied()
        .filter(|(column, _)| table.has_column(column))
        .collect()
}

fn grid(table: &Table, shown: &[&str]) -> Grid {
    let shown: Vec<&str> = shown.iter().copied().filter(|name| table.has_column(name)).collect();
    let is_number = shown
        .iter()
        .map(|name| matches!(table.column_type(name), Some(ColumnType::Integer | ColumnType::Float)));
    let text = |row: &lksearch::table::Row<'_>, name: &str| match name {
        "distance" | "separation_arcsec" | "seconds" => {
            row.float(name).map(|value| format!("{value:.1}")).unwrap_or_default()
        }
        _ => row.cell(name).map(|cell| cell.to_string()).unwrap_or_default(),
    };
    Grid {
        headers: shown.iter().map(ToString::to_string).collect(),
        rows: table
            .rows()
            .map(|row| shown.iter().map(|name| text(&row, name)).collect())
            .collect(),
        is_number: is_number.collect(),
    }
}

/// Prints lines of text on stdout.
pub fn lines(text: &str) -> Result<(), Error> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritten(error)),
        _ => Ok(()),
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |cause| cause.source());
    causes
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn terminal_width() -> u16 {
    // 80 columns are what a terminal has that does not say.
    comfy_table::Table::new().width().unwrap_or(80)
}

fn unwritten(source: io::Error) -> Error {
    Error::File {
        operation: "write",
        path: "the output".to_owned(),
        source,
    }
}
