//! A table in each format, with the units of its columns.

use std::io::Write;

use lksearch::Error;
use lksearch::fits;
use lksearch::table::{ColumnType, Table, write};

use super::unwritten;
use crate::arguments::Format;
use crate::grid::{self, Grid, Room};

/// Writes the table in the format; people get the grid.
pub fn render(table: &Table, grid: &Grid, format: Format, mut out: impl Write + Send) -> Result<(), Error> {
    match format {
        Format::Table => {
            let text = grid::draw(grid, Room::Unlimited);
            out.write_all(text.as_str().as_bytes()).map_err(unwritten)?;
        }
        Format::Json => write::json(table, &mut out)?,
        Format::Ndjson => write::ndjson(table, &mut out)?,
        Format::Csv => write::csv(table, &mut out)?,
        Format::Parquet => write::parquet(&table.with_units(UNITS)?, &mut out)?,
        Format::Arrow => write::arrow(&table.with_units(UNITS)?, &mut out)?,
        Format::Votable => write::votable(table, &units(table), &mut out)?,
        Format::Ecsv => write::ecsv(&table.with_units(UNITS)?, &mut out)?,
        Format::Fits => {
            let table = table.with_units(UNITS)?;
            let file = fits::write::file_of(table.schema(), table.batches(), "TABLE")?;
            out.write_all(&file).map_err(unwritten)?;
        }
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

/// What people are shown of the table.
pub fn cells(table: &Table, shown: &[&str]) -> Grid {
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
        ..Grid::default()
    }
}
