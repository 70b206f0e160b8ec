//! Rows of a catalogue in one form for all: where each star is at an epoch, how bright it is, and what else its catalogue says.

mod column;
mod unit;

use std::collections::HashMap;
use std::sync::Arc;

use lks_mast::{ArcSeconds, Notes, Position};
use lks_table::{Cell, Table};

use self::column::Columns;
use crate::error::Error;
use crate::ids::StarId;
use crate::motion::{Astrometry, Epoch};
use crate::star_catalog::{DISPOSITION, Kind, Name, PositionEpoch, StarCatalog};

/// Rows of one number that are farther apart are of different stars.
const SAME_STAR: ArcSeconds = ArcSeconds(1.0);

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
    /// What its catalogue has beside that, in the order of [`StarCatalog::extras`], and which row of it is the star's.
    extras: Arc<[Values]>,
    row: usize,
}

/// The values of an extra column; those that are missing are NaN, none, or null.
#[derive(Debug)]
enum Values {
    Missing,
    Numbers(Vec<f64>),
    /// The only column of a table.
    Texts(Table),
    Stars(StarCatalog, Vec<Option<u64>>),
}

impl Values {
    fn number(&self, row: usize) -> Option<f64> {
        match self {
            Self::Numbers(numbers) => known(numbers[row]),
            Self::Missing | Self::Texts(_) | Self::Stars(..) => None,
        }
    }

    fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Texts(texts) => match texts.row(row).cell_at(0)? {
                Cell::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
                Cell::Integer(_) | Cell::Float(_) | Cell::Boolean(_) | Cell::Timestamp(_) => None,
            },
            Self::Missing | Self::Numbers(_) | Self::Stars(..) => None,
        }
    }

    fn star(&self, row: usize) -> Option<StarId> {
        match self {
            Self::Stars(catalogue, numbers) => Some(StarId::new(*catalogue, numbers[row]?)),
            Self::Missing | Self::Numbers(_) | Self::Texts(_) => None,
        }
    }
}

impl Star {
    /// The star that this extra column names.
    pub(crate) fn star(&self, extra: &str) -> Option<StarId> {
        self.extra(extra)?.star(self.row)
    }

    /// The text of this extra column.
    pub(crate) fn text(&self, extra: &str) -> Option<&str> {
        self.extra(extra)?.text(self.row)
    }

    /// Whether the TIC says this of it.
    pub(crate) fn is(&self, disposition: &str) -> bool {
        self.text(DISPOSITION) == Some(disposition)
    }

    fn extra(&self, extra: &str) -> Option<&Values> {
        let extras = self.id.catalogue().extras();
        let place = extras.iter().position(|other| other.name == extra)?;
        self.extras.get(place)
    }
}

/// A number of a column, in which NaN is what is missing.
fn known(number: f64) -> Option<f64> {
    (!number.is_nan()).then_some(number)
}

/// The stars of an answer, moved to the epoch, in its order. What it lacks and can be done without is noted.
///
/// # Errors
/// [`Error::SchemaChanged`] if a column is missing without which there are no stars, [`Error::Answer`] if one holds something else than it should.
pub(crate) fn stars(catalogue: StarCatalog, answer: &Table, epoch: Epoch, notes: &Notes) -> Result<Vec<Star>, Error> {
    let source = catalogue.source();
    let service = source.service;
    let columns = Columns { answer, service, notes };
    let ids = columns.own_ids(source.id)?;
    let (ra, dec) = (columns.coordinates(source.ra)?, columns.coordinates(source.dec)?);
    let year = source
        .epoch
        .column()
        .map(|names| columns.numbers(names, "yr"))
        .transpose()?;
    let year = year.flatten();
    let motion = |names: Name| columns.numbers(names, "mas/yr");
    let (pm_ra, pm_dec) = (motion(source.pm_ra)?, motion(source.pm_dec)?);
    let parallax = columns.numbers(source.parallax, "mas")?;
    let velocity = columns.numbers(source.radial_velocity, "km/s")?;
    let magnitude = columns.numbers(source.magnitude, "mag")?;
    let extras = source.extras.iter().map(|extra| {
        let missing = Values::Missing;
        Ok(match extra.kind {
            Kind::Number => columns
                .numbers(extra.source, extra.unit)?
                .map_or(missing, Values::Numbers),
            Kind::Text => columns.texts(extra.source)?.map_or(missing, Values::Texts),
            Kind::Star(of) => columns.ids(extra.source)?.map_or(missing, |ids| Values::Stars(of, ids)),
        })
    });
    let extras: Arc<[Values]> = extras.collect::<Result<_, Error>>()?;
    let mut stars = Vec::with_capacity(ids.len());
    for (row, id) in ids.into_iter().enumerate() {
        let Some(id) = id.map(|number| StarId::new(catalogue, number)) else {
            continue;
        };
        let number = |numbers: &Option<Vec<f64>>| known(numbers.as_ref()?[row]);
        let place = known(ra[row]).zip(known(dec[row])).map(|(ra, dec)| {
            let nowhere = |_| {
                Error::answer(
                    service,
                    format!("answered with a star at {ra} {dec}, which is not on the sky"),
                )
            };
            Position::icrs(ra, dec).map_err(nowhere)
        });
        let at = match source.epoch {
            PositionEpoch::Year(year) => Some(year),
            PositionEpoch::Column(_) => number(&year),
        };
        let at = at.and_then(|year| Epoch::year(year).ok());
        let astrometry = place.transpose()?.zip(at).map(|(position, epoch)| Astrometry {
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
            extras: Arc::clone(&extras),
            row,
        });
    }
    Ok(stars)
}

/// Leaves the first row of each star, because a service may repeat some.
///
/// # Errors
/// [`Error::Answer`] for a number that stands for stars at different places.
pub(crate) fn without_repeats(stars: Vec<Star>) -> Result<Vec<Star>, Error> {
    let mut places: HashMap<StarId, Option<Position>> = HashMap::with_capacity(stars.len());
    let mut each = Vec::with_capacity(stars.len());
    for star in stars {
        match places.insert(star.id, star.position) {
            None => each.push(star),
            Some(before) => {
                let apart = before.zip(star.position).map(|(one, other)| one.separation(&other));
                if apart.is_some_and(|apart| apart > SAME_STAR) {
                    let (service, id) = (star.id.catalogue().source().service, star.id);
                    let problem = format!("answered with several stars that are all called {id}");
                    return Err(Error::answer(service, problem));
                }
            }
        }
    }
    Ok(each)
}

/// The table with the columns of these stars, or nothing where there is none. `from` is the position that separations are from.
pub(crate) fn with_stars(
    table: Table,
    catalogue: StarCatalog,
    stars: &[Option<&Star>],
    epoch: Epoch,
    from: Option<&Position>,
) -> Result<Table, Error> {
    let source = catalogue.source();
    let each = || stars.iter().copied();
    let place = |axis: fn(&Position) -> f64| each().map(move |star| star?.position.as_ref().map(axis));
    let measured = |value: fn(&Astrometry) -> Option<f64>| each().map(move |star| value(star?.astrometry.as_ref()?));
    let mut table = table
        .with_display("id", each().map(|star| Some(star?.id)))?
        .with_float("ra", place(Position::ra))?
        .with_float("dec", place(Position::dec))?
        .with_float("epoch", each().map(|star| star?.position.map(|_| epoch.years())))?;
    if let Some(from) = from {
        let separations = each().map(|star| Some(star?.position?.separation(from).0));
        let separations: Vec<Option<f64>> = separations.collect();
        let brightness = relative_flux(stars, &separations);
        table = table
            .with_float("separation_arcsec", separations)?
            .with_float("relative_flux", brightness)?;
    }
    table = table
        .with_float("magnitude", each().map(|star| star?.magnitude))?
        .with_text("band", each().map(|star| star.map(|_| source.band)))?
        .with_float("pm_ra", measured(|star| Some(star.proper_motion?.0)))?
        .with_float("pm_dec", measured(|star| Some(star.proper_motion?.1)))?
        .with_float("parallax", measured(|star| star.parallax))?
        .with_float("radial_velocity", measured(|star| star.radial_velocity))?
        .with_float("catalog_epoch", measured(|star| Some(star.epoch.years())))?;
    for (place, extra) in source.extras.iter().enumerate() {
        table = match extra.kind {
            Kind::Number => table.with_float(extra.name, each().map(|star| star?.extras[place].number(star?.row)))?,
            Kind::Text => table.with_text(extra.name, each().map(|star| star?.extras[place].text(star?.row)))?,
            Kind::Star(_) => table.with_display(extra.name, each().map(|star| star?.extras[place].star(star?.row)))?,
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
