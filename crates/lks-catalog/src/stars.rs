//! Rows of a catalogue in one form for all: where each star is at an epoch, how bright it is, and what else its catalogue says.

use lks_mast::Position;
use lks_table::{Cell, Row, Table};

use crate::error::{CatalogService, Error};
use crate::ids::StarId;
use crate::motion::{Astrometry, Epoch};
use crate::star_catalog::{Kind, Name, PositionEpoch, StarCatalog};

/// Columns that all catalogues have, and their units.
const UNITS: [(&str, &str); 10] = [
    ("ra", "deg"),
    ("dec", "deg"),
    ("epoch", "yr"),
    ("separation_arcsec", "arcsec"),
    ("pm_ra", "mas.yr**-1"),
    ("pm_dec", "mas.yr**-1"),
    ("parallax", "mas"),
    ("radial_velocity", "km.s**-1"),
    ("magnitude", "mag"),
    ("catalog_epoch", "yr"),
];

/// Decimal places that people are shown of a column of stars; `None` for columns that are not of stars, or are shown as they are.
pub fn star_decimals(column: &str) -> Option<usize> {
    match column {
        "relative_flux" => Some(5),
        "magnitude" | "pm_ra" | "pm_dec" => Some(3),
        _ => None,
    }
}

/// A star of a catalogue.
#[derive(Debug, Clone)]
pub(crate) struct Star {
    pub(crate) id: StarId,
    /// Its place as the catalogue has it; of some stars it has none.
    pub(crate) astrometry: Option<Astrometry>,
    /// Its place at the epoch that was asked for.
    pub(crate) position: Option<Position>,
    pub(crate) magnitude: Option<f64>,
    /// What its catalogue has beside that, in the order of [`StarCatalog::extras`].
    pub(crate) extras: Vec<Value>,
}

/// The value of an extra column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    None,
    Number(f64),
    Text(String),
    Star(StarId),
}

impl Star {
    /// The star that this extra column names.
    pub(crate) fn star(&self, extra: &str) -> Option<StarId> {
        match self.extra(extra)? {
            Value::Star(id) => Some(*id),
            Value::None | Value::Number(_) | Value::Text(_) => None,
        }
    }

    /// The text of this extra column.
    pub(crate) fn text(&self, extra: &str) -> Option<&str> {
        match self.extra(extra)? {
            Value::Text(text) => Some(text),
            Value::None | Value::Number(_) | Value::Star(_) => None,
        }
    }

    fn extra(&self, extra: &str) -> Option<&Value> {
        let extras = self.id.catalogue().extras();
        let place = extras.iter().position(|other| other.name == extra)?;
        self.extras.get(place)
    }
}

/// The stars of an answer, moved to the epoch, in its order.
///
/// # Errors
/// [`Error::SchemaChanged`] if a column is missing without which there are no stars, [`Error::Answer`] if one holds something else than it should.
pub(crate) fn stars(catalogue: StarCatalog, answer: &Table, epoch: Epoch) -> Result<Vec<Star>, Error> {
    let source = catalogue.source();
    let column = |names: Name, holds: Holds| Column::find(answer, names, holds, source.service);
    let number = |names: Name| column(names, Holds::Numbers);
    let needed = |names: Name, holds: Holds| {
        column(names, holds)?.ok_or_else(|| Error::SchemaChanged {
            service: source.service,
            what: format!("column '{}' in its answers", names.first().copied().unwrap_or("id")),
        })
    };
    let id = needed(source.id, Holds::Ids)?;
    let (ra, dec) = (needed(source.ra, Holds::Numbers)?, needed(source.dec, Holds::Numbers)?);
    let year = source.epoch.column().map(number).transpose()?.flatten();
    let (pm_ra, pm_dec) = (number(source.pm_ra)?, number(source.pm_dec)?);
    let (parallax, velocity) = (number(source.parallax)?, number(source.radial_velocity)?);
    let magnitude = number(source.magnitude)?;
    let extras: Vec<(Kind, Option<Column>)> = source
        .extras
        .iter()
        .map(|extra| Ok((extra.kind, column(extra.source, Holds::of(extra.kind))?)))
        .collect::<Result<_, Error>>()?;
    let mut stars = Vec::with_capacity(answer.num_rows());
    for row in answer.rows() {
        let number = |column: &Option<Column>| column.as_ref()?.number(&row);
        let Some(id) = id.id(&row).map(|number| StarId::new(catalogue, number)) else {
            continue;
        };
        let place = ra.number(&row).zip(dec.number(&row));
        let place = place.map(|(ra, dec)| {
            let nowhere = |_| {
                Error::answer(
                    source.service,
                    format!("answered with a star at {ra} {dec}, which is not on the sky"),
                )
            };
            Position::icrs(ra, dec).map_err(nowhere)
        });
        let place = place.transpose()?;
        let at = match source.epoch {
            PositionEpoch::Year(year) => Some(year),
            PositionEpoch::Column(_) => number(&year),
        };
        let at = at.and_then(|year| Epoch::year(year).ok());
        let astrometry = place.zip(at).map(|(position, epoch)| Astrometry {
            position,
            epoch,
            proper_motion: number(&pm_ra).zip(number(&pm_dec)),
            parallax: number(&parallax),
            radial_velocity: number(&velocity),
        });
        stars.push(Star {
            id,
            position: astrometry.map(|astrometry| astrometry.at(epoch)).transpose()?,
            astrometry,
            magnitude: number(&magnitude),
            extras: extras
                .iter()
                .map(|(kind, column)| value(*kind, column.as_ref(), &row))
                .collect(),
        });
    }
    Ok(stars)
}

fn value(kind: Kind, column: Option<&Column>, row: &Row<'_>) -> Value {
    let Some(column) = column else { return Value::None };
    match kind {
        Kind::Number => column.number(row).map_or(Value::None, Value::Number),
        Kind::Star(catalogue) => match column.id(row) {
            Some(number) => Value::Star(StarId::new(catalogue, number)),
            None => Value::None,
        },
        Kind::Text => match row.cell_at(column.place).map(|cell| cell.to_string()) {
            Some(text) if !text.trim().is_empty() => Value::Text(text.trim().to_owned()),
            _ => Value::None,
        },
    }
}

/// A column of an answer, and what its numbers are multiplied with to have the unit that is meant.
struct Column {
    /// Among the columns of the answer.
    place: usize,
    scale: f64,
}

/// What the cells of a column must be read as; a cell that cannot is not taken for an empty one.
#[derive(Debug, Clone, Copy)]
enum Holds {
    Numbers,
    Ids,
    Anything,
}

impl Holds {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Number => Self::Numbers,
            Kind::Star(_) => Self::Ids,
            Kind::Text => Self::Anything,
        }
    }

    fn accepts(self, cell: Cell<'_>) -> bool {
        match (self, cell) {
            (Self::Anything, _) | (Self::Numbers | Self::Ids, Cell::Integer(_)) | (Self::Numbers, Cell::Float(_)) => {
                true
            }
            // Numbers of Gaia are larger than what a float tells apart.
            (Self::Ids, Cell::Float(number)) => number.is_nan() || exact(number).is_some(),
            (Self::Numbers, Cell::Text(text)) => text.trim().is_empty() || text.trim().parse::<f64>().is_ok(),
            (Self::Ids, Cell::Text(text)) => text.trim().is_empty() || text.trim().parse::<i64>().is_ok(),
            (Self::Numbers | Self::Ids, Cell::Boolean(_) | Cell::Timestamp(_)) => false,
        }
    }
}

/// The whole number that a float is, if it is one and no other has the same float.
fn exact(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number)).then_some(number as u64)
}

impl Column {
    fn find(answer: &Table, names: Name, holds: Holds, service: CatalogService) -> Result<Option<Self>, Error> {
        let fields = answer.schema().fields();
        let place_of = |name: &&str| fields.iter().position(|field| field.name().eq_ignore_ascii_case(name));
        let Some(place) = names.iter().find_map(place_of) else {
            return Ok(None);
        };
        let (field, name) = (&fields[place], fields[place].name());
        let mut cells = answer.rows().filter_map(|row| row.cell_at(place));
        if let Some(cell) = cells.find(|cell| !holds.accepts(*cell)) {
            return Err(Error::answer(
                service,
                format!("answered with '{cell}' in its column '{name}', which is not a number"),
            ));
        }
        let unit = field.metadata().get("unit").map(String::as_str).unwrap_or_default();
        let unit: String = unit
            .to_ascii_lowercase()
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let is_in_arcseconds = unit.starts_with("arcsec") || unit.starts_with("as/") || unit == "as";
        let scale = if is_in_arcseconds { 1000.0 } else { 1.0 };
        Ok(Some(Self { place, scale }))
    }

    /// A number; NaN is what services without another word send for null.
    fn number(&self, row: &Row<'_>) -> Option<f64> {
        let number = match row.cell_at(self.place)? {
            Cell::Float(number) => number,
            Cell::Integer(number) => number as f64,
            Cell::Text(text) => text.trim().parse().ok()?,
            Cell::Boolean(_) | Cell::Timestamp(_) => return None,
        };
        number.is_finite().then_some(number * self.scale)
    }

    /// A number of a catalogue.
    fn id(&self, row: &Row<'_>) -> Option<u64> {
        match row.cell_at(self.place)? {
            Cell::Integer(number) => u64::try_from(number).ok(),
            Cell::Float(number) => exact(number),
            Cell::Text(text) => text.trim().parse().ok(),
            Cell::Boolean(_) | Cell::Timestamp(_) => None,
        }
    }
}

/// The table of these stars, or rows of nothing where there is none. `from` is the position that separations are from.
pub(crate) fn table(
    catalogue: StarCatalog,
    stars: &[Option<&Star>],
    epoch: Epoch,
    from: Option<&Position>,
) -> Result<Table, Error> {
    let source = catalogue.source();
    let each = |value: &dyn Fn(&Star) -> Option<f64>| -> Vec<Option<f64>> {
        stars
            .iter()
            .map(|star| star.as_ref().and_then(|star| value(star)))
            .collect()
    };
    let place = |axis: fn(&Position) -> f64| each(&|star| star.position.as_ref().map(axis));
    let measured = |value: fn(&Astrometry) -> Option<f64>| each(&|star| star.astrometry.as_ref().and_then(value));
    let ids = stars.iter().map(|star| star.map(|star| star.id.to_string()));
    let mut table = Table::empty()
        .with_text("id", ids)?
        .with_float("ra", place(Position::ra))?
        .with_float("dec", place(Position::dec))?
        .with_float("epoch", each(&|star| star.position.map(|_| epoch.years())))?;
    if let Some(from) = from {
        let separations = each(&|star| Some(star.position?.separation(from).0));
        let brightness = relative_flux(stars, &separations);
        table = table
            .with_float("separation_arcsec", separations)?
            .with_float("relative_flux", brightness)?;
    }
    table = table
        .with_float("magnitude", each(&|star| star.magnitude))?
        .with_text("band", stars.iter().map(|star| star.map(|_| source.band)))?
        .with_float("pm_ra", measured(|star| Some(star.proper_motion?.0)))?
        .with_float("pm_dec", measured(|star| Some(star.proper_motion?.1)))?
        .with_float("parallax", measured(|star| star.parallax))?
        .with_float("radial_velocity", measured(|star| star.radial_velocity))?
        .with_float("catalog_epoch", measured(|star| Some(star.epoch.years())))?;
    for (place, extra) in source.extras.iter().enumerate() {
        let values = || stars.iter().map(|star| star.map(|star| &star.extras[place]));
        table = match extra.kind {
            Kind::Number => table.with_float(
                extra.name,
                values().map(|value| match value {
                    Some(Value::Number(number)) => Some(*number),
                    _ => None,
                }),
            )?,
            Kind::Text | Kind::Star(_) => table.with_text(
                extra.name,
                values().map(|value| match value {
                    Some(Value::Text(text)) => Some(text.clone()),
                    Some(Value::Star(id)) => Some(id.to_string()),
                    _ => None,
                }),
            )?,
        };
    }
    let units = source.extras.iter().filter(|extra| !extra.unit.is_empty());
    let units: Vec<(&str, &str)> = UNITS
        .into_iter()
        .chain(units.map(|extra| (extra.name, extra.unit)))
        .collect();
    Ok(table.with_units(&units)?)
}

/// Brightness relative to the star that is nearest to the asked position; of a nearest star without a magnitude, nothing can be said.
fn relative_flux(stars: &[Option<&Star>], separations: &[Option<f64>]) -> Vec<Option<f64>> {
    let near = separations
        .iter()
        .enumerate()
        .filter_map(|(row, separation)| Some((row, (*separation)?)));
    let nearest = near.min_by(|(_, one), (_, other)| one.total_cmp(other));
    let magnitude = |row: usize| stars[row].and_then(|star| star.magnitude);
    let reference = nearest.and_then(|(row, _)| magnitude(row));
    (0..stars.len())
        .map(|row| Some(10_f64.powf((magnitude(row)? - reference?) / -2.5)))
        .collect()
}
