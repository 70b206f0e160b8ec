//! A table in each format.

use std::io::Write;

use lksearch::Column;
use lksearch::Error;
use lksearch::catalog::star_decimals;
use lksearch::table::{ColumnType, Row, Table, write};

use super::unwritten;
use crate::arguments::Format;
use crate::grid::{self, Grid, Room};

/// Writes the table in the format; people get the grid.
pub(super) fn render(table: &Table, grid: &Grid, format: Format, mut out: impl Write + Send) -> Result<(), Error> {
    match format {
        Format::Table => {
            let text = grid::draw(grid, Room::Unlimited);
            out.write_all(text.as_str().as_bytes()).map_err(unwritten)?;
        }
        Format::Json => write::json(table, &mut out)?,
        Format::Ndjson => write::ndjson(table, &mut out)?,
        Format::Csv => write::csv(table, &mut out)?,
        Format::Parquet => write::parquet(table, &mut out)?,
        Format::Arrow => write::arrow(table, &mut out)?,
        Format::Votable => write::votable(table, &[], &mut out)?,
        Format::Ecsv => write::ecsv(table, &mut out)?,
        Format::Fits => out.write_all(&fits(table)?).map_err(unwritten)?,
    }
    out.flush().map_err(unwritten)
}

#[cfg(feature = "download")]
fn fits(table: &Table) -> Result<Vec<u8>, Error> {
    Ok(lksearch::fits::write::file_of(
        table.schema(),
        table.batches(),
        "TABLE",
    )?)
}

#[cfg(not(feature = "download"))]
fn fits(_table: &Table) -> Result<Vec<u8>, Error> {
    Err(Error::Table(lksearch::table::Error::NotBuilt {
        format: "FITS",
        feature: "download",
    }))
}

/// What people are shown of the table.
pub(super) fn cells(table: &Table, shown: &[&str]) -> Grid {
    let shown: Vec<&str> = shown.iter().copied().filter(|name| table.has_column(name)).collect();
    let is_number = shown
        .iter()
        .map(|name| matches!(table.column_type(name), Some(ColumnType::Integer | ColumnType::Float)));
    let of_archive = |name: &str| Column::named(name).and_then(|column| column.num_decimals);
    let decimals = shown
        .iter()
        .map(|name| of_archive(name).or_else(|| star_decimals(name)));
    let decimals: Vec<Option<usize>> = decimals.collect();
    let text = |row: &Row<'_>, name: &str, decimals: Option<usize>| match decimals {
        Some(decimals) => row
            .float(name)
            .map(|value| format!("{value:.decimals$}"))
            .unwrap_or_default(),
        None => row.cell(name).map(|cell| cell.to_string()).unwrap_or_default(),
    };
    Grid {
        headers: shown.iter().map(ToString::to_string).collect(),
        rows: table
            .rows()
            .map(|row| {
                shown
                    .iter()
                    .zip(&decimals)
                    .map(|(name, decimals)| text(&row, name, *decimals))
                    .collect()
            })
            .collect(),
        is_number: is_number.collect(),
        ..Grid::default()
    }
}
