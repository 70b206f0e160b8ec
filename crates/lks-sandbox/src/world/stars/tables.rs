//! The sky as the tables of VizieR, SIMBAD and the Gaia archive, each with its own columns and at its own epoch.

mod gaia;
mod missions;
mod simbad;

use std::sync::OnceLock;

use gaia::{gaia, gaia_source, neighbourhood};
use missions::{epic, kic, tic};
use simbad::{basic, ident};

use super::{SkyStar, sky};

/// A table of a service.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A column, as its `FIELD` says.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) datatype: Datatype,
    pub(crate) unit: &'static str,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Datatype {
    Int,
    Long,
    Float,
    Double,
    Char,
}

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Float(f64),
    Text(String),
}

/// Tables of Gaia DR4, which are the last ones.
const NUM_DR4: usize = 2;

/// The table of this name, in any case; a name in quotes is the same table.
pub(crate) fn named(name: &str, with_dr4: bool) -> Option<&'static Table> {
    static TABLES: OnceLock<Vec<Table>> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        let mut schemas = Vec::new();
        let mut tables = vec![
            tic(),
            kic(),
            epic(),
            gaia("I/355/gaiadr3", 2016.0),
            gaia("I/345/gaia2", 2015.5),
            neighbourhood("gaiadr3.dr2_neighbourhood", ["dr2_source_id", "dr3_source_id"]),
            basic(),
            ident(),
            gaia_source("gaiadr4.gaia_source", 2017.5),
            neighbourhood("gaiadr4.dr3_neighbourhood", ["dr3_source_id", "dr4_source_id"]),
        ];
        let num_tables = tables.len();
        for all in [&tables[..num_tables], &tables[..num_tables - NUM_DR4]] {
            schemas.extend([schema_columns(all), schema_tables(all)]);
        }
        tables.extend(schemas);
        tables
    });
    // The tables of DR4 stand before the two schemas, with it and without.
    let here = match with_dr4 {
        true => &tables[..tables.len() - 2],
        false => tables,
    };
    let is_hidden = |table: &&Table| table.name.starts_with("gaiadr4.") && !with_dr4;
    let found = here.iter().rev().find(|table| table.name.eq_ignore_ascii_case(name));
    found.filter(|table| !is_hidden(table))
}

type Value = fn(&SkyStar) -> Cell;

/// A table with a row of these values for each star that it has.
fn table(name: &str, columns: &[(&str, Datatype, &'static str, Value)], has: fn(&SkyStar) -> bool) -> Table {
    let stars = sky().iter().filter(|star| has(star));
    let rows = stars.map(|star| columns.iter().map(|(.., value)| value(star)).collect());
    let columns: Vec<_> = columns
        .iter()
        .map(|(name, kind, unit, _)| (*name, *kind, *unit))
        .collect();
    of_rows(name, &columns, rows.collect())
}

fn of_rows(name: &str, columns: &[(&str, Datatype, &'static str)], rows: Vec<Vec<Cell>>) -> Table {
    let column = |&(name, datatype, unit): &(&str, Datatype, &'static str)| Column {
        name: name.to_owned(),
        datatype,
        unit,
    };
    Table {
        name: name.to_owned(),
        columns: columns.iter().map(column).collect(),
        rows,
    }
}

fn number(number: Option<u64>) -> Cell {
    number
        .and_then(|number| i64::try_from(number).ok())
        .map_or(Cell::Null, Cell::Integer)
}

fn float(number: Option<f64>) -> Cell {
    number.map_or(Cell::Null, Cell::Float)
}

fn text(text: Option<&str>) -> Cell {
    text.map_or(Cell::Null, |text| Cell::Text(text.to_owned()))
}

fn pm_ra(star: &SkyStar) -> Cell {
    float(star.motion.map(|motion| motion[0]))
}

fn pm_dec(star: &SkyStar) -> Cell {
    float(star.motion.map(|motion| motion[1]))
}

fn parallax(star: &SkyStar) -> Cell {
    float(star.parallax)
}

fn temperature(star: &SkyStar) -> Cell {
    float(star.temperature)
}

/// Gravity, radius and mass are of no interest here, and the same for all stars that have a temperature.
fn gravity(star: &SkyStar) -> Cell {
    float(star.temperature.map(|_| 4.4))
}

fn size(star: &SkyStar) -> Cell {
    float(star.temperature.map(|_| 1.02))
}

fn ra2000(star: &SkyStar) -> Cell {
    Cell::Float(star.position[0])
}

fn dec2000(star: &SkyStar) -> Cell {
    Cell::Float(star.position[1])
}

/// Bands differ by a colour that is the same for all stars.
fn magnitude(star: &SkyStar, color: f64) -> Cell {
    float(
        star.magnitude
            .map(|magnitude| ((magnitude + color) * 1000.0).round() / 1000.0),
    )
}

fn schema_columns(tables: &[Table]) -> Table {
    let mut rows = Vec::new();
    for table in tables {
        for column in &table.columns {
            rows.push(vec![
                Cell::Text(in_schema(&table.name)),
                Cell::Text(column.name.clone()),
                Cell::Text(column.datatype.name().to_owned()),
                Cell::Text(column.unit.to_owned()),
            ]);
        }
    }
    let columns = ["table_name", "column_name", "datatype", "unit"].map(|name| (name, Datatype::Char, ""));
    of_rows("TAP_SCHEMA.columns", &columns, rows)
}

fn schema_tables(tables: &[Table]) -> Table {
    let rows = tables
        .iter()
        .map(|table| vec![Cell::Text(in_schema(&table.name)), text(Some("table"))]);
    let columns = ["table_name", "table_type"].map(|name| (name, Datatype::Char, ""));
    of_rows("TAP_SCHEMA.tables", &columns, rows.collect())
}

/// With the quotes that a name with a slash needs in a query.
fn in_schema(name: &str) -> String {
    match name.contains('/') {
        true => format!("\"{name}\""),
        false => name.to_owned(),
    }
}

impl Datatype {
    /// Its name in a `FIELD`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Char => "char",
        }
    }
}
