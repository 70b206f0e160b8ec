//! The stars around a position, as they stand at an epoch.

use futures::FutureExt;
use lks_mast::{ArcSeconds, Position};
use lks_table::{Table, concat};

use crate::adql::{self, Circle, ConeQuestion, FastStars};
use crate::client::CatalogClient;
use crate::error::Error;
use crate::motion::Epoch;
use crate::star_catalog::{PositionEpoch, StarCatalog};
use crate::stars::{self, Star};
use crate::tap::{Query, is_too_long};

/// A wider circle has more stars than anyone waits for.
const WIDEST: ArcSeconds = ArcSeconds(5.0 * 3600.0);
/// Faster than any star: Barnard's has 10.4 arcseconds per year.
const FASTEST: f64 = 10.5;
/// Up to this motion in arcseconds per year stars are found by a circle that is wider by it; there are few faster ones.
const SLOW: f64 = 0.5;
/// A part of a circle that is lower than this is not divided any more, in degrees.
const LOWEST_STRIP: f64 = 1e-6;

/// A question for the stars around a position.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use = "nothing is asked until a client is"]
pub struct Cone {
    /// The catalogue.
    pub catalogue: StarCatalog,
    /// Around where, ICRS, at the epoch.
    pub position: Position,
    /// How far; at most five degrees.
    pub radius: ArcSeconds,
    /// Only stars that are brighter, in the catalogue's own band.
    pub magnitude_limit: Option<f64>,
    /// When. A star that was in the circle at another time, and is not now, is not found.
    pub epoch: Epoch,
}

/// The stars of a cone.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Stars {
    /// The catalogue they are from.
    pub catalogue: StarCatalog,
    /// A row for each star, the nearest first; see the crate's documentation for its columns.
    pub table: Table,
    /// Stars that have no magnitude, and that a limit therefore left out.
    pub num_without_magnitude: usize,
}

impl Cone {
    /// Everything within this radius at 2000.0.
    pub fn new(catalogue: StarCatalog, position: Position, radius: ArcSeconds) -> Self {
        Self {
            catalogue,
            position,
            radius,
            magnitude_limit: None,
            epoch: Epoch::J2000,
        }
    }

    /// At another time.
    pub fn with_epoch(mut self, epoch: Epoch) -> Self {
        self.epoch = epoch;
        self
    }

    /// Only stars brighter than this magnitude of the catalogue's own band.
    pub fn with_magnitude_limit(mut self, magnitude: f64) -> Self {
        self.magnitude_limit = Some(magnitude);
        self
    }

    fn check(&self) -> Result<(), Error> {
        let radius = self.radius.0;
        if !(radius > 0.0 && radius <= WIDEST.0) {
            return Err(Error::invalid(format!(
                "a radius of {radius}\" finds nothing, or too much; give one above 0 and up to {} degrees",
                WIDEST.degrees()
            )));
        }
        match self.magnitude_limit {
            Some(limit) if !limit.is_finite() => Err(Error::invalid("a magnitude limit is a finite number")),
            _ => Ok(()),
        }
    }

    /// The circle to ask for, and the wider one for fast stars, which were elsewhere when the catalogue was made.
    fn question(&self) -> ConeQuestion {
        let circle = |margin: f64| Circle {
            center: self.position,
            radius: ArcSeconds(self.radius.0 + margin),
        };
        // Of a catalogue whose sources have epochs of their own, the first release is the farthest away.
        let at = match self.catalogue.source().epoch {
            PositionEpoch::Year(year) => year,
            PositionEpoch::Column(_) => 2010.0,
        };
        let years = (self.epoch.years() - at).abs();
        // Straight lines on the sphere and rounding may differ by that much.
        let rounding = 0.001;
        ConeQuestion {
            circle: circle(SLOW * years + rounding),
            fast: (years > 0.0).then(|| FastStars {
                mas_per_year: SLOW * 1000.0,
                circle: circle(FASTEST * years + rounding),
            }),
            magnitude_limit: self.magnitude_limit,
            strip: None,
        }
    }
}

impl CatalogClient {
    /// The stars around a position. Where the service cuts its answer off, or answers with more than is read at once, the circle is asked for in strips.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for a radius that is 0 or too large, [`Error::TooManyRows`] if a thousand strips do not do; else when the service does not answer, or not in its format.
    pub async fn cone(&self, cone: &Cone) -> Result<Stars, Error> {
        cone.check()?;
        let (mut stars, num_without_magnitude) = self.settled(self.stars_of(cone).boxed()).await?;
        let separation = |star: &Star| star.position.map(|position| position.separation(&cone.position).0);
        // All are inside, so that none is without a separation, and the bits of what is not negative order as it does.
        stars.sort_by_cached_key(|star| (separation(star).map(f64::to_bits), star.id));
        let rows: Vec<Option<&Star>> = stars.iter().map(Some).collect();
        Ok(Stars {
            catalogue: cone.catalogue,
            table: stars::with_stars(Table::empty(), cone.catalogue, &rows, cone.epoch, Some(&cone.position))?,
            num_without_magnitude,
        })
    }

    async fn stars_of(&self, cone: &Cone) -> Result<(Vec<Star>, usize), Error> {
        let schema = self.schema(cone.catalogue).await?;
        let service = self.service_of(cone.catalogue);
        let question = cone.question();
        let widest = question
            .fast
            .map_or(question.circle.radius, |fast| fast.circle.radius)
            .degrees();
        let dec = cone.position.dec();
        let mut strips = vec![None];
        let mut tables = Vec::new();
        let mut num_parts = 0;
        while let Some(strip) = strips.pop() {
            num_parts += 1;
            let about = format!(
                "the stars of the {} within {} of {}",
                cone.catalogue.label(),
                cone.radius,
                cone.position
            );
            let query = Query::new(about, adql::cone(&schema, &ConeQuestion { strip, ..question }));
            let (refusal, lowest) = match service.ask(&query).await {
                Ok(answer) if !answer.is_cut => {
                    tables.push(answer.table);
                    continue;
                }
                Ok(answer) => (service.always_cut(answer.table.num_rows()), LOWEST_STRIP),
                // What is still too large then has no end.
                Err(error) if is_too_long(&error) => (error, widest / 128.0),
                Err(error) => return Err(error),
            };
            // The last strip includes its upper end, which may be the pole.
            let (from, to) = strip.unwrap_or((dec - widest, dec + widest + LOWEST_STRIP));
            if to - from < lowest {
                return Err(refusal);
            }
            if num_parts >= service.limits.most_parts {
                return Err(Error::TooManyRows {
                    service: cone.catalogue.source().service,
                    num_parts,
                });
            }
            let middle = from + (to - from) / 2.0;
            strips.push(Some((middle, to)));
            strips.push(Some((from, middle)));
        }
        let mut stars = stars::stars(cone.catalogue, &concat(&tables)?, cone.epoch, &service.notes)?;
        let is_inside = |star: &Star| {
            let position = star.position.as_ref();
            position.is_some_and(|position| position.separation(&cone.position) <= cone.radius)
        };
        stars.retain(is_inside);
        let mut stars = stars::without_repeats(stars)?;
        let num_stars = stars.len();
        if let Some(limit) = cone.magnitude_limit {
            stars.retain(|star| star.magnitude.is_some_and(|magnitude| magnitude < limit));
        }
        let num_without_magnitude = num_stars - stars.len();
        Ok((stars, num_without_magnitude))
    }
}

#[cfg(test)]
mod tests;
