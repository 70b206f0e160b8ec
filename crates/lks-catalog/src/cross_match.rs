//! The same star in another catalogue.
//!
//! ```text
//! KIC ── the TIC's column ── TIC ── the TIC's column ── Gaia DR2 ── dr2_neighbourhood ── Gaia DR3 ── dr3_neighbourhood ── Gaia DR4
//! EPIC ── SIMBAD's names, else the place ── any
//! ```

mod position;
mod tic;

use std::collections::{BTreeSet, HashMap};

use futures::FutureExt;
use lks_table::concat;

use crate::adql;
use crate::client::CatalogClient;
use crate::error::{CatalogService, Error};
use crate::ids::StarId;
use crate::look_up::some;
use crate::star_catalog::{StarCatalog, TIC_GAIA_DR2, TIC_KIC};
use crate::tap::{Query, check_columns, whole};

/// Numbers in one query for pairs: the Gaia archive answers with 2,000 rows at most.
const PAIRS_PER_QUERY: usize = 1500;

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
        self.settled(self.matches(ids, to).boxed()).await
    }

    async fn matches(&self, ids: &[StarId], to: StarCatalog) -> Result<Vec<Match>, Error> {
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
            Step::FromTic(column) => self.tic_candidates(column, from).await,
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
        let parts = self.gaia.by_parts(&numbers, PAIRS_PER_QUERY, &query, whole);
        let answer = concat(&parts.await?)?;
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
}

#[cfg(test)]
mod tests;
