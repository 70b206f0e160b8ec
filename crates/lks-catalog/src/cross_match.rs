//! The same star in another catalogue.
//!
//! ```text
//! KIC ── the TIC's column ── TIC ── the TIC's column ── Gaia DR2 ── dr2_neighbourhood ── Gaia DR3 ── dr3_neighbourhood ── Gaia DR4
//! EPIC ── SIMBAD's names, else the place ── any
//! ```
//!
//! A number of the TIC that is a `DUPLICATE` stands for the star it repeats, one that was `SPLIT` for the stars it was split into, and an `ARTIFACT` for none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lks_mast::{ArcSeconds, Position};
use lks_table::{Table, concat};

use crate::adql::{self, Circle};
use crate::client::CatalogClient;
use crate::error::{CatalogService, Error};
use crate::ids::StarId;
use crate::look_up::some;
use crate::motion::Epoch;
use crate::star_catalog::{DISPOSITION, DUPLICATE_OF, StarCatalog, TIC_GAIA_DR2, TIC_KIC};
use crate::stars::{self, Star};
use crate::tap::{Query, check_columns};

/// Catalogues have the same star at places that differ by that much; the EPIC's are the least exact.
const SAME_PLACE: ArcSeconds = ArcSeconds(3.0);
/// Numbers in one query for pairs: the Gaia archive answers with 2,000 rows at most.
const PAIRS_PER_QUERY: usize = 1500;
/// Circles in one query.
const CIRCLES_PER_QUERY: usize = 50;

/// What a star is in another catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// The star that was asked for.
    pub from: StarId,
    /// The catalogue that was asked for.
    pub catalogue: StarCatalog,
    /// What it may be there, the most likely first.
    pub stars: Vec<StarId>,
    /// How that is known.
    pub via: Option<&'static str>,
}

/// How sure a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchState {
    /// There is one star.
    Unique,
    /// There are several.
    Ambiguous,
    /// There is none.
    None,
}

impl MatchState {
    /// With so many stars.
    pub(crate) fn of(num_stars: usize) -> Self {
        match num_stars {
            0 => Self::None,
            1 => Self::Unique,
            _ => Self::Ambiguous,
        }
    }

    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unique => "unique",
            Self::Ambiguous => "ambiguous",
            Self::None => "none",
        }
    }
}

impl Match {
    /// How sure it is.
    pub fn state(&self) -> MatchState {
        MatchState::of(self.stars.len())
    }

    pub(crate) fn itself(id: StarId) -> Self {
        Self {
            from: id,
            catalogue: id.catalogue(),
            stars: vec![id],
            via: None,
        }
    }
}

/// A step from one catalogue to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The column of the TIC with the numbers of another catalogue.
    FromTic(&'static str),
    /// The same column, looked up the other way.
    ToTic(&'static str, StarCatalog),
    /// A table of the Gaia archive with the neighbours of each source in the next release.
    Neighbours {
        table: &'static str,
        from: &'static str,
        to: &'static str,
        catalogue: StarCatalog,
    },
    /// SIMBAD's names, and the place where it knows none.
    ByName(StarCatalog),
}

const DR2_TO_DR3: &str = "gaiadr3.dr2_neighbourhood";
const DR3_TO_DR4: &str = "gaiadr4.dr3_neighbourhood";

/// The steps between two different catalogues, and the word for the way.
fn route(from: StarCatalog, to: StarCatalog) -> (Vec<Step>, &'static str) {
    use StarCatalog::{Epic, GaiaDr2, GaiaDr3, GaiaDr4, Kic, Tic};
    if from == Epic || to == Epic {
        return (vec![Step::ByName(to)], "name");
    }
    let line = [Kic, Tic, GaiaDr2, GaiaDr3, GaiaDr4];
    let place = |catalogue| line.iter().position(|other| *other == catalogue).unwrap_or(0);
    let (start, end) = (place(from), place(to));
    let between = |one: usize, forward: bool| match (one, forward) {
        (0, true) => Step::ToTic(TIC_KIC, Kic),
        (0, false) => Step::FromTic(TIC_KIC),
        (1, true) => Step::FromTic(TIC_GAIA_DR2),
        (1, false) => Step::ToTic(TIC_GAIA_DR2, GaiaDr2),
        (2, true) => neighbours(DR2_TO_DR3, "dr2_source_id", "dr3_source_id", GaiaDr3),
        (2, false) => neighbours(DR2_TO_DR3, "dr3_source_id", "dr2_source_id", GaiaDr2),
        (_, true) => neighbours(DR3_TO_DR4, "dr3_source_id", "dr4_source_id", GaiaDr4),
        (_, false) => neighbours(DR3_TO_DR4, "dr4_source_id", "dr3_source_id", GaiaDr3),
    };
    let steps = match start < end {
        true => (start..end).map(|one| between(one, true)).collect(),
        false => (end..start).rev().map(|one| between(one, false)).collect(),
    };
    let uses_tic = start.min(end) <= 1;
    let via = match (uses_tic, start.max(end) >= 3) {
        (true, false) => "tic",
        (true, true) => "tic, neighbourhood",
        (false, _) => "neighbourhood",
    };
    (steps, via)
}

fn neighbours(table: &'static str, from: &'static str, to: &'static str, catalogue: StarCatalog) -> Step {
    Step::Neighbours {
        table,
        from,
        to,
        catalogue,
    }
}

/// What each star may be, and how that is known if not as the route says.
type Candidates = HashMap<StarId, (Vec<StarId>, Option<&'static str>)>;

impl CatalogClient {
    /// What each of these stars is in another catalogue, in their order.
    ///
    /// # Errors
    /// When a service does not answer, or not in its format. That a star has no counterpart is not an error.
    pub async fn cross_match(&self, ids: &[StarId], to: StarCatalog) -> Result<Vec<Match>, Error> {
        let mut all: HashMap<StarId, Match> = HashMap::new();
        let catalogues: BTreeSet<StarCatalog> = ids.iter().map(StarId::catalogue).collect();
        for from in catalogues {
            let mine: BTreeSet<StarId> = ids.iter().filter(|id| id.catalogue() == from).copied().collect();
            let mine: Vec<StarId> = mine.into_iter().collect();
            if from == to {
                all.extend(mine.into_iter().map(|id| (id, Match::itself(id))));
                continue;
            }
            let (steps, way) = route(from, to);
            let mut found: Candidates = mine.iter().map(|id| (*id, (vec![*id], None))).collect();
            for step in steps {
                let here: BTreeSet<StarId> = found.values().flat_map(|(stars, _)| stars.iter().copied()).collect();
                let here: Vec<StarId> = here.into_iter().collect();
                let next = self.step(step, &here).await?;
                for (stars, via) in found.values_mut() {
                    let mut reached = Vec::new();
                    for star in stars.iter() {
                        let Some((candidates, how)) = next.get(star) else {
                            continue;
                        };
                        *via = via.or(*how);
                        let new = candidates.iter().filter(|candidate| !reached.contains(*candidate));
                        reached.extend(new.copied().collect::<Vec<_>>());
                    }
                    *stars = reached;
                }
            }
            all.extend(found.into_iter().map(|(from, (stars, via))| {
                let via = (!stars.is_empty()).then_some(via.unwrap_or(way));
                let found = Match {
                    from,
                    catalogue: to,
                    stars,
                    via,
                };
                (from, found)
            }));
        }
        Ok(ids.iter().filter_map(|id| all.get(id).cloned()).collect())
    }

    async fn step(&self, step: Step, from: &[StarId]) -> Result<Candidates, Error> {
        match step {
            Step::FromTic(column) => {
                let real = self.real(self.stars_numbered(from, Epoch::J2000).await?).await?;
                let column_of = |stars: &[Star]| stars.iter().filter_map(|star| star.star(column)).collect();
                Ok(real
                    .into_iter()
                    .map(|(id, stars)| (id, (column_of(&stars), None)))
                    .collect())
            }
            Step::ToTic(column, catalogue) => self.to_tic(column, catalogue, from).await,
            Step::Neighbours {
                table,
                from: from_column,
                to,
                catalogue,
            } => self.neighbours(table, from_column, to, catalogue, from).await,
            Step::ByName(catalogue) => self.by_name(catalogue, from).await,
        }
    }

    /// The real stars that stars of the TIC stand for, by their numbers.
    async fn real(&self, asked: HashMap<StarId, Star>) -> Result<HashMap<StarId, Vec<Star>>, Error> {
        let repeated: Vec<StarId> = asked
            .values()
            .filter(|star| is_duplicate(star))
            .filter_map(|star| star.star(DUPLICATE_OF))
            .collect();
        let originals = self.stars_numbered(&repeated, Epoch::J2000).await?;
        let split: Vec<u64> = asked
            .values()
            .filter(|star| is_split(star))
            .map(|star| star.id.number())
            .collect();
        let parts = self.parts_of(&split).await?;
        Ok(asked
            .into_iter()
            .map(|(id, star)| {
                let stars = match star.text(DISPOSITION) {
                    Some("ARTIFACT") => Vec::new(),
                    Some("DUPLICATE") => {
                        let original = star.star(DUPLICATE_OF).and_then(|original| originals.get(&original));
                        original.into_iter().cloned().collect()
                    }
                    Some("SPLIT") if parts.contains_key(&id) => parts[&id].clone(),
                    _ => vec![star],
                };
                (id, stars)
            })
            .collect())
    }

    /// The stars that numbers of the TIC were split into, the brightest first.
    async fn parts_of(&self, split: &[u64]) -> Result<HashMap<StarId, Vec<Star>>, Error> {
        let mut parts: HashMap<StarId, Vec<Star>> = HashMap::new();
        if split.is_empty() {
            return Ok(parts);
        }
        let column = self.tic_column(DUPLICATE_OF).await?;
        let mut stars = self.stars_with(StarCatalog::Tic, &column, split, Epoch::J2000).await?;
        stars.retain(|star| !is_duplicate(star) && !is_artifact(star));
        let brightness = |star: &Star| star.magnitude.unwrap_or(f64::INFINITY);
        stars.sort_by(|one, other| brightness(one).total_cmp(&brightness(other)));
        for star in stars {
            if let Some(original) = star.star(DUPLICATE_OF) {
                parts.entry(original).or_default().push(star);
            }
        }
        Ok(parts)
    }

    async fn to_tic(&self, column: &str, catalogue: StarCatalog, from: &[StarId]) -> Result<Candidates, Error> {
        let name = self.tic_column(column).await?;
        let numbers: Vec<u64> = from.iter().map(StarId::number).collect();
        let rows = self.stars_with(StarCatalog::Tic, &name, &numbers, Epoch::J2000).await?;
        // Of equal numbers the first one counts.
        let asked = rows.iter().rev().map(|star| (star.id, star.clone()));
        let real = self.real(asked.collect()).await?;
        let mut found: BTreeMap<StarId, Vec<StarId>> = BTreeMap::new();
        for row in &rows {
            let Some(number) = row.star(column).filter(|id| id.catalogue() == catalogue) else {
                continue;
            };
            let stars = found.entry(number).or_default();
            for star in real.get(&row.id).into_iter().flatten() {
                if !stars.contains(&star.id) {
                    stars.push(star.id);
                }
            }
        }
        Ok(found.into_iter().map(|(id, stars)| (id, (stars, None))).collect())
    }

    /// The name that a column of the TIC has in queries.
    async fn tic_column(&self, extra: &str) -> Result<String, Error> {
        self.schema(StarCatalog::Tic)
            .await?
            .extra(StarCatalog::Tic.source(), extra)
    }

    async fn neighbours(
        &self,
        table: &str,
        from_column: &str,
        to_column: &str,
        catalogue: StarCatalog,
        from: &[StarId],
    ) -> Result<Candidates, Error> {
        let numbers: Vec<u64> = from.iter().map(StarId::number).collect();
        let query = |numbers: &[u64]| {
            let about = format!("the neighbours of {} in {table}", some(numbers));
            Ok(Query::new(
                about,
                adql::neighbours(table, from_column, to_column, numbers),
            ))
        };
        let tables = self.gaia.by_parts(&numbers, PAIRS_PER_QUERY, &query).await?;
        let answer = concat(&tables)?;
        check_columns(CatalogService::Gaia, &answer, &[from_column, to_column])?;
        let mut pairs: HashMap<u64, Vec<(f64, u64)>> = HashMap::new();
        for row in answer.rows() {
            let number = |column: &str| u64::try_from(row.integer(column)?).ok();
            if let Some((one, other)) = number(from_column).zip(number(to_column)) {
                let distance = row.float("angular_distance").unwrap_or(f64::INFINITY);
                pairs.entry(one).or_default().push((distance, other));
            }
        }
        Ok(from
            .iter()
            .filter_map(|id| {
                let mut near = pairs.remove(&id.number())?;
                near.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
                let stars = near.into_iter().map(|(_, number)| StarId::new(catalogue, number));
                Some((*id, (stars.collect(), None)))
            })
            .collect())
    }

    /// By the names that SIMBAD has of the star, and by its place where it knows none of that catalogue.
    async fn by_name(&self, catalogue: StarCatalog, from: &[StarId]) -> Result<Candidates, Error> {
        let names: Vec<String> = from.iter().map(StarId::to_string).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let known = self.names(&names).await?;
        let mut found = Candidates::new();
        let mut unknown = Vec::new();
        for (id, star) in from.iter().zip(known) {
            let stars: Vec<StarId> = star
                .ids()
                .into_iter()
                .filter(|id| id.catalogue() == catalogue)
                .collect();
            match stars.is_empty() {
                true => unknown.push(*id),
                false => {
                    found.insert(*id, (stars, Some("simbad")));
                }
            }
        }
        found.extend(self.by_place(catalogue, &unknown).await?);
        Ok(found)
    }

    async fn by_place(&self, catalogue: StarCatalog, from: &[StarId]) -> Result<Candidates, Error> {
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
        let mut stars = self.stars_by_dec(catalogue, places).await?;
        stars.retain(|star| !is_duplicate(star) && !is_artifact(star));
        let nearest: Vec<Option<&Star>> = places
            .iter()
            .map(|place| at_place(&stars, place).first().copied())
            .collect();
        stars::table(catalogue, &nearest, Epoch::J2000, None)
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
        let tables = self
            .service_of(catalogue)
            .by_parts(places, CIRCLES_PER_QUERY, &query)
            .await?;
        stars::stars(catalogue, &concat(&tables)?, Epoch::J2000)
    }
}

/// A star that moves by less than an arcsecond per year was in this circle when its catalogue was made.
const SEARCHED: ArcSeconds = ArcSeconds(SAME_PLACE.0 + 17.0);

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

pub(crate) fn is_duplicate(star: &Star) -> bool {
    star.text(DISPOSITION) == Some("DUPLICATE")
}

fn is_split(star: &Star) -> bool {
    star.text(DISPOSITION) == Some("SPLIT")
}

pub(crate) fn is_artifact(star: &Star) -> bool {
    star.text(DISPOSITION) == Some("ARTIFACT")
}

#[cfg(test)]
mod tests;
