//! Stars that are the same because they are at the same place.

use futures::FutureExt;
use lks_mast::{ArcSeconds, Position};
use lks_table::Table;

use super::Candidates;
use crate::adql::{self, Circle};
use crate::client::CatalogClient;
use crate::error::Error;
use crate::ids::StarId;
use crate::motion::Epoch;
use crate::star_catalog::{ARTIFACT, DUPLICATE, StarCatalog};
use crate::stars::{self, Star};
use crate::tap::Query;

/// Catalogues have the same star at places that differ by that much; the EPIC's are the least exact.
const SAME_PLACE: ArcSeconds = ArcSeconds(3.0);
/// A star that moves by less than an arcsecond per year was in this circle when its catalogue was made.
const SEARCHED: ArcSeconds = ArcSeconds(SAME_PLACE.0 + 17.0);
/// Circles in one query.
const CIRCLES_PER_QUERY: usize = 50;

impl CatalogClient {
    pub(super) async fn by_place(&self, catalogue: StarCatalog, from: &[StarId]) -> Result<Candidates, Error> {
        let stars = self.stars_numbered(from, Epoch::J2000).await?;
        let places: Vec<(StarId, Position)> = from
            .iter()
            .filter_map(|id| Some((*id, stars.get(id)?.position?)))
            .collect();
        let around: Vec<Position> = places.iter().map(|(_, place)| *place).collect();
        let there = self.stars_by_dec(catalogue, &around).await?;
        let near = |place: &Position| {
            let mut near: Vec<StarId> = at_place(&there, place).iter().map(|star| star.id).collect();
            near.dedup();
            near
        };
        Ok(places
            .iter()
            .map(|(id, place)| (*id, (near(place), Some("position"))))
            .collect())
    }

    /// The real star that is at each of these places, at most three arcseconds away in 2000.0, as a table with a row for each place: of several the nearest, and a row of
    /// nulls where there is none.
    ///
    /// # Errors
    /// When the service does not answer, or not in its format.
    pub async fn stars_at(&self, catalogue: StarCatalog, places: &[Position]) -> Result<Table, Error> {
        let mut stars = self.settled(self.stars_by_dec(catalogue, places).boxed()).await?;
        stars.retain(|star| !star.is(DUPLICATE) && !star.is(ARTIFACT));
        let nearest: Vec<Option<&Star>> = places
            .iter()
            .map(|place| at_place(&stars, place).first().copied())
            .collect();
        stars::with_stars(Table::empty(), catalogue, &nearest, Epoch::J2000, None)
    }

    /// The stars that may be at one of these places, in the order of their declinations.
    async fn stars_by_dec(&self, catalogue: StarCatalog, places: &[Position]) -> Result<Vec<Star>, Error> {
        let mut stars = self.stars_around(catalogue, places, SEARCHED).await?;
        stars.sort_by(|one, other| dec(one).total_cmp(&dec(other)));
        Ok(stars)
    }

    /// The stars that are this near to any of these places, with where they are at 2000.0; one that is near to several, once for each query.
    pub(crate) async fn stars_around(
        &self,
        catalogue: StarCatalog,
        places: &[Position],
        radius: ArcSeconds,
    ) -> Result<Vec<Star>, Error> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let schema = self.schema(catalogue).await?;
        let query = |places: &[Position]| {
            let circles: Vec<Circle> = places
                .iter()
                .map(|center| Circle {
                    center: *center,
                    radius,
                })
                .collect();
            let label = catalogue.label();
            let about = format!(
                "the stars of the {label} within {radius} of {} places, the first of them {}",
                places.len(),
                places[0]
            );
            Ok(Query::new(about, adql::cones(&schema, &circles)))
        };
        let service = self.service_of(catalogue);
        let notes = service.notes.clone();
        let stars = move |answer: &Table| stars::stars(catalogue, answer, Epoch::J2000, &notes);
        let parts = service.by_parts(places, CIRCLES_PER_QUERY, &query, stars).await?;
        Ok(parts.into_iter().flatten().collect())
    }
}

/// The declination of a star in degrees; NaN, which is last, of one without a place.
fn dec(star: &Star) -> f64 {
    star.position.map_or(f64::NAN, |position| position.dec())
}

/// Those of the stars, which are in the order of their declinations, that are at this place: the nearest first.
fn at_place<'a>(stars: &'a [Star], place: &Position) -> Vec<&'a Star> {
    // A little more, because the separation decides and declinations are rounded.
    let reach = SAME_PLACE.degrees() * 1.001;
    let (first, end) = (place.dec() - reach, place.dec() + reach);
    let from = stars.partition_point(|star| dec(star) < first);
    let near = stars[from..].iter().take_while(|star| dec(star) <= end);
    let near = near.filter_map(|star| Some((star.position?.separation(place), star)));
    let mut near: Vec<(ArcSeconds, &Star)> = near.filter(|(separation, _)| *separation <= SAME_PLACE).collect();
    near.sort_by(|(one, star), (other, beside)| one.0.total_cmp(&other.0).then(star.id.cmp(&beside.id)));
    near.into_iter().map(|(_, star)| star).collect()
}
