//! The sky as the tables of VizieR, SIMBAD and the Gaia archive, each with its own columns and at its own epoch.

use std::sync::OnceLock;

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

fn table(name: &str, columns: &[(&str, Datatype, &'static str, Value)], has: fn(&SkyStar) -> bool) -> Table {
    let stars = sky().iter().filter(|star| has(star));
    Table {
        name: name.to_owned(),
        columns: columns
            .iter()
            .map(|(name, datatype, unit, _)| column(name, *datatype, unit))
            .collect(),
        rows: stars
            .map(|star| columns.iter().map(|(_, _, _, value)| value(star)).collect())
            .collect(),
    }
}

fn column(name: &str, datatype: Datatype, unit: &'static str) -> Column {
    Column {
        name: name.to_owned(),
        datatype,
        unit,
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

use Datatype::{Char, Double, Float, Int, Long};

fn tic() -> Table {
    let columns: [(&str, Datatype, &'static str, Value); 20] = [
        ("TIC", Long, "", |star| number(star.tic)),
        ("RAJ2000", Double, "deg", ra2000),
        ("DEJ2000", Double, "deg", dec2000),
        ("HIP", Int, "", |_| Cell::Null),
        ("2MASS", Char, "", |star| {
            let name = star.names.iter().find_map(|name| name.strip_prefix("2MASS J"));
            text(name)
        }),
        ("GAIA", Long, "", |star| number(star.dr2)),
        ("KIC", Int, "", |star| number(star.kic)),
        ("S/G", Char, "", |_| text(Some("STAR"))),
        ("pmRA", Double, "mas/yr", pm_ra),
        ("pmDE", Double, "mas/yr", pm_dec),
        ("Plx", Double, "mas", parallax),
        ("Gmag", Double, "mag", |star| magnitude(star, 0.5)),
        ("Tmag", Double, "mag", |star| magnitude(star, 0.0)),
        ("Teff", Float, "K", temperature),
        ("logg", Float, "[cm/s2]", gravity),
        ("Rad", Float, "Rsun", size),
        ("Mass", Float, "Msun", size),
        ("Disp", Char, "", |star| text(star.disposition)),
        ("m_TIC", Long, "", |star| number(star.duplicate_of)),
        ("Prior", Double, "", |_| Cell::Null),
    ];
    table("IV/39/tic82", &columns, |star| star.tic.is_some())
}

fn kic() -> Table {
    let columns: [(&str, Datatype, &'static str, Value); 10] = [
        ("KIC", Int, "", |star| number(star.kic)),
        ("RAJ2000", Double, "deg", ra2000),
        ("DEJ2000", Double, "deg", dec2000),
        ("pmRA", Double, "mas/yr", pm_ra),
        ("pmDE", Double, "mas/yr", pm_dec),
        ("Plx", Double, "mas", parallax),
        ("kepmag", Double, "mag", |star| magnitude(star, 0.45)),
        ("Teff", Int, "K", |star| match star.temperature {
            Some(kelvin) => Cell::Integer(kelvin as i64),
            None => Cell::Null,
        }),
        ("logg", Double, "[cm/s2]", gravity),
        ("Radius", Double, "Rsun", size),
    ];
    // The duplicate is the TIC's.
    table("V/133/kic", &columns, |star| {
        star.kic.is_some() && star.disposition != Some("DUPLICATE")
    })
}

fn epic() -> Table {
    let columns: [(&str, Datatype, &'static str, Value); 11] = [
        ("ID", Int, "", |star| number(star.epic)),
        ("RAJ2000", Double, "deg", ra2000),
        ("DEJ2000", Double, "deg", dec2000),
        ("pmRA", Double, "mas/yr", pm_ra),
        ("pmDEC", Double, "mas/yr", pm_dec),
        ("plx", Double, "mas", parallax),
        ("Kpmag", Double, "mag", |star| magnitude(star, 0.45)),
        ("Teff", Double, "K", temperature),
        ("logg", Double, "[cm/s2]", gravity),
        ("Rad", Double, "Rsun", size),
        ("Mass", Double, "Msun", size),
    ];
    table("IV/34/epic", &columns, |star| star.epic.is_some())
}

fn of_rows(name: &str, columns: &[(&str, Datatype, &'static str)], rows: Vec<Vec<Cell>>) -> Table {
    let columns = columns.iter().map(|(name, kind, unit)| column(name, *kind, unit));
    Table {
        name: name.to_owned(),
        columns: columns.collect(),
        rows,
    }
}

/// A release of Gaia as VizieR has it: positions at its epoch, and others that VizieR moved to 2000.
fn gaia(name: &str, epoch: f64) -> Table {
    let is_dr3 = epoch > 2015.9;
    let columns = [
        ("DR3Name", Char, ""),
        ("RA_ICRS", Double, "deg"),
        ("DE_ICRS", Double, "deg"),
        ("Source", Long, ""),
        ("Plx", Double, "mas"),
        ("pmRA", Double, "mas/yr"),
        ("pmDE", Double, "mas/yr"),
        ("Gmag", Double, "mag"),
        ("BPmag", Double, "mag"),
        ("RPmag", Double, "mag"),
        ("RV", Double, "km/s"),
        ("Teff", Double, "K"),
        ("logg", Double, "[cm/s2]"),
        ("RAJ2000", Double, "deg"),
        ("DEJ2000", Double, "deg"),
    ];
    let source = |star: &SkyStar| match is_dr3 {
        true => star.dr3.first().map(|(source, _)| *source),
        false => star.dr2,
    };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for star in sky() {
        let Some(source) = source(star) else { continue };
        if star.disposition.is_some() && star.disposition != Some("SPLIT") {
            continue;
        }
        let [ra, dec] = star.at(epoch);
        rows.push(vec![
            Cell::Text(format!("Gaia DR3 {source}")),
            Cell::Float(ra),
            Cell::Float(dec),
            number(Some(source)),
            parallax(star),
            pm_ra(star),
            pm_dec(star),
            magnitude(star, 0.5),
            magnitude(star, 0.9),
            magnitude(star, 0.02),
            Cell::Null,
            temperature(star),
            gravity(star),
            ra2000(star),
            dec2000(star),
        ]);
    }
    // A source that two stars are matched with is one source.
    let mut seen = std::collections::HashSet::new();
    rows.retain(|row| matches!(row[3], Cell::Integer(id) if seen.insert(id)));
    of_rows(name, &columns, rows)
}

/// A release of Gaia as its own archive has it.
fn gaia_source(name: &str, epoch: f64) -> Table {
    let columns = [
        ("source_id", Long, ""),
        ("ref_epoch", Double, "yr"),
        ("ra", Double, "deg"),
        ("dec", Double, "deg"),
        ("parallax", Double, "mas"),
        ("pmra", Double, "mas.yr**-1"),
        ("pmdec", Double, "mas.yr**-1"),
        ("phot_g_mean_mag", Float, "mag"),
        ("radial_velocity", Float, "km.s**-1"),
    ];
    let stars = sky().iter().filter(|star| !star.dr3.is_empty());
    let rows = stars.map(|star| {
        let [ra, dec] = star.at(epoch);
        vec![
            number(star.dr3.first().map(|(source, _)| dr4(*source))),
            Cell::Float(epoch),
            Cell::Float(ra),
            Cell::Float(dec),
            parallax(star),
            pm_ra(star),
            pm_dec(star),
            magnitude(star, 0.5),
            Cell::Null,
        ]
    });
    of_rows(name, &columns, rows.collect())
}

/// The numbers of the next release are others.
fn dr4(dr3: u64) -> u64 {
    dr3 + 4
}

fn neighbourhood(name: &str, ids: [&str; 2]) -> Table {
    let mut columns = vec![column(ids[0], Long, ""), column(ids[1], Long, "")];
    columns.extend([
        column("angular_distance", Float, "mas"),
        column("magnitude_difference", Float, "mag"),
        column("proper_motion_propagation", Int, ""),
    ]);
    let rest = |distance: f64| [Cell::Float(distance), Cell::Float(0.01), Cell::Integer(1)];
    let is_next = ids[0].starts_with("dr3");
    let mut rows = Vec::new();
    for star in sky() {
        let pairs: Vec<(Option<u64>, u64, f64)> = match is_next {
            true => star
                .dr3
                .first()
                .map(|(id, _)| (Some(*id), dr4(*id), 0.02))
                .into_iter()
                .collect(),
            false => star
                .dr3
                .iter()
                .map(|(id, distance)| (star.dr2, *id, *distance))
                .collect(),
        };
        for (from, to, distance) in pairs.into_iter().filter(|(from, _, _)| from.is_some()) {
            let mut row = vec![number(from), number(Some(to))];
            row.extend(rest(distance));
            rows.push(row);
        }
    }
    let name = name.to_owned();
    Table { name, columns, rows }
}

/// The stars that SIMBAD has, with their numbers there.
fn in_simbad() -> impl Iterator<Item = (i64, &'static SkyStar)> {
    let stars = sky().iter().filter(|star| !star.names.is_empty());
    (1..).zip(stars)
}

fn basic() -> Table {
    let columns = [
        ("oid", Long, ""),
        ("main_id", Char, ""),
        ("ra", Double, "deg"),
        ("dec", Double, "deg"),
        ("coo_err_maj", Float, "mas"),
        ("coo_err_min", Float, "mas"),
        ("coo_err_angle", Int, "deg"),
        ("coo_wavelength", Char, ""),
        ("coo_bibcode", Char, ""),
        ("pmra", Double, "mas.yr-1"),
        ("pmdec", Double, "mas.yr-1"),
        ("plx_value", Double, "mas"),
        ("otype", Char, ""),
    ];
    let rows = in_simbad().map(|(oid, star)| {
        vec![
            Cell::Integer(oid),
            Cell::Text(star.names[0].clone()),
            ra2000(star),
            dec2000(star),
            Cell::Float(0.02),
            Cell::Float(0.02),
            Cell::Integer(90),
            text(Some("O")),
            text(Some("2020yCat.1350....0G")),
            pm_ra(star),
            pm_dec(star),
            parallax(star),
            text(Some("*")),
        ]
    });
    of_rows("basic", &columns, rows.collect())
}

fn ident() -> Table {
    let mut rows = Vec::new();
    for (oid, star) in in_simbad() {
        let mut names = star.names.clone();
        let numbered = [
            ("TIC", star.tic),
            ("KIC", star.kic),
            ("EPIC", star.epic),
            ("Gaia DR2", star.dr2),
            ("Gaia DR3", star.dr3.first().map(|(id, _)| *id)),
        ];
        let numbered = numbered
            .into_iter()
            .filter_map(|(label, id)| Some(format!("{label} {}", id?)));
        names.extend(numbered);
        rows.extend(names.into_iter().map(|name| vec![Cell::Text(name), Cell::Integer(oid)]));
    }
    Table {
        name: "ident".to_owned(),
        columns: vec![column("id", Char, ""), column("oidref", Long, "")],
        rows,
    }
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
    let columns = ["table_name", "column_name", "datatype", "unit"];
    Table {
        name: "TAP_SCHEMA.columns".to_owned(),
        columns: columns.into_iter().map(|name| column(name, Char, "")).collect(),
        rows,
    }
}

fn schema_tables(tables: &[Table]) -> Table {
    let rows = tables
        .iter()
        .map(|table| vec![Cell::Text(in_schema(&table.name)), text(Some("table"))]);
    Table {
        name: "TAP_SCHEMA.tables".to_owned(),
        columns: ["table_name", "table_type"]
            .into_iter()
            .map(|name| column(name, Char, ""))
            .collect(),
        rows: rows.collect(),
    }
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
