//! Searches by what the catalogues know of a star: its numbers in all missions, and where it is when each of them looks.

use std::collections::{HashSet, VecDeque};

use futures::FutureExt;
use futures::future::{BoxFuture, try_join_all};
use lks_mast::{ArcSeconds, EmptyReason, Kind, MastClient, Mission, Search, SearchResult, Target};
use lks_table::{Table, concat};

use crate::client::CatalogClient;
use crate::error::Error;
use crate::identity::Identity;
use crate::motion::Epoch;
use crate::star_catalog::StarCatalog;

/// What was observed this near to where a star was is taken to be of it.
const SAME_PLACE: ArcSeconds = ArcSeconds(3.0);

/// The missions in the order in which they observed, each with its catalogue and the middle of its observations, to about as many years as it takes a star to
/// leave its place.
pub(crate) const MISSIONS: [(Mission, StarCatalog, f64); 3] = [
    (Mission::Kepler, StarCatalog::Kic, 2011.2),
    (Mission::K2, StarCatalog::Epic, 2016.5),
    (Mission::Tess, StarCatalog::Tic, 2022.0),
];

impl CatalogClient {
    /// The products that Kepler, K2 and TESS, and the makers of high-level science products, have of one star, in one table. Each mission is asked by all
    /// numbers that it has of the star; one that has none, by the place where the star was then.
    ///
    /// The mission of the search does not count. Filters of one mission, such as a sector, leave the others out. A target that no catalogue knows is searched for
    /// by its place alone.
    ///
    /// # Errors
    /// When the question makes no sense, or a service does not answer, or not in its format.
    pub async fn search_all(&self, archive: &MastClient, search: &Search) -> Result<SearchResult, Error> {
        let catalogs = self.noting();
        let known = match search.radius {
            None => catalogs.known(&search.target).await?,
            // Whatever lies within it is wanted, not the star.
            Some(_) => None,
        };
        let Some(known) = known else {
            let mut everywhere = search.clone();
            everywhere.mission = Mission::All;
            return Ok(catalogs.noted_in(archive.search(&everywhere).await?));
        };
        let wanted = MISSIONS.into_iter().filter(|(mission, ..)| is_of(search, *mission));
        let searches: Vec<Vec<Search>> = wanted
            .map(|mission| searches(&known, search, mission))
            .collect::<Result<_, _>>()?;
        let found = found(archive, &searches.concat()).await?;
        Ok(catalogs.noted_in(together(Mission::All, search, found)?))
    }

    /// The result with what catalogues said earlier of the star.
    fn noted_in(&self, mut found: SearchResult) -> SearchResult {
        let (kept, warnings) = self.reused();
        found.kept.extend(kept);
        found.warnings.extend(warnings);
        found
    }

    /// What the archive has of a target that it has nothing of under this name: by the numbers that the mission has of the star, or else by the place where the
    /// star was then. `None` where that finds nothing either.
    ///
    /// # Errors
    /// As [`CatalogClient::search_all`].
    pub async fn search_again(&self, archive: &MastClient, search: &Search) -> Result<Option<SearchResult>, Error> {
        let Some(mission) = mission_of(search) else {
            return Ok(None);
        };
        let catalogs = self.noting();
        let Some(known) = catalogs.known(&search.target).await? else {
            return Ok(None);
        };
        let again = searches(&known, search, mission)?;
        let found = together(search.mission, search, found(archive, &again).await?)?;
        Ok((!found.is_empty()).then(|| catalogs.noted_in(found)))
    }

    /// As [`CatalogClient::search_again`] for each of many searches of one mission, whose stars are looked up together.
    ///
    /// # Errors
    /// As [`CatalogClient::search_all`].
    pub async fn search_each_again(
        &self,
        archive: &MastClient,
        searches: &[Search],
    ) -> Result<Vec<Option<SearchResult>>, Error> {
        let Some(mission) = searches.first().and_then(mission_of) else {
            return Ok(searches.iter().map(|_| None).collect());
        };
        let names: Vec<String> = searches.iter().map(|search| search.target.to_string()).collect();
        let known = self
            .numbers_of(&names.iter().map(String::as_str).collect::<Vec<_>>())
            .await?;
        let again: Vec<Vec<Search>> = known
            .iter()
            .zip(searches)
            .map(|(star, search)| self::searches(star, search, mission))
            .collect::<Result<_, _>>()?;
        let mut found = found_by_many(archive, &again.concat()).await?.into_iter();
        let mut all = Vec::with_capacity(searches.len());
        for (search, again) in searches.iter().zip(again) {
            let of_star: Vec<SearchResult> = found.by_ref().take(again.len()).collect();
            let one = match of_star.is_empty() {
                true => None,
                false => Some(together(search.mission, search, of_star)?).filter(|found| !found.is_empty()),
            };
            all.push(one);
        }
        Ok(all)
    }

    /// The numbers and the place of a star, by its name or by one of its numbers.
    async fn known(&self, target: &Target) -> Result<Option<Identity>, Error> {
        let name = match target {
            Target::Position(_) => return Ok(None),
            other => other.to_string(),
        };
        let known = self.numbers_of(&[&name]).await?.pop();
        Ok(known.filter(|star| !star.ids.is_empty() || star.astrometry.is_some()))
    }
}

/// The mission of a search with its catalogue and its time; `None` of a search in several.
fn mission_of(search: &Search) -> Option<(Mission, StarCatalog, f64)> {
    MISSIONS.into_iter().find(|(mission, ..)| *mission == search.mission)
}

/// The searches for a star in one mission: one for each of its numbers there, or one for its place; none if neither is known.
pub(crate) fn searches(
    star: &Identity,
    search: &Search,
    (mission, catalogue, year): (Mission, StarCatalog, f64),
) -> Result<Vec<Search>, Error> {
    let of = |target: Target, radius| {
        let mut there = search.clone();
        (there.mission, there.target, there.radius) = (mission, target, radius);
        there
    };
    let ids = star.ids_in(catalogue).filter_map(|id| id.target());
    let mut searches: Vec<Search> = ids.map(|id| of(Target::Id(id), None)).collect();
    if let (true, Some(astrometry)) = (searches.is_empty(), star.astrometry) {
        let place = astrometry.at(Epoch::year(year)?)?;
        searches.push(of(Target::Position(place), Some(SAME_PLACE)));
    }
    Ok(searches)
}

async fn found(archive: &MastClient, searches: &[Search]) -> Result<Vec<SearchResult>, Error> {
    let asked: Vec<BoxFuture<'_, _>> = searches.iter().map(|search| archive.search(search).boxed()).collect();
    Ok(try_join_all(asked).await?)
}

/// What each search finds, in their order: those by number are asked together.
async fn found_by_many(archive: &MastClient, searches: &[Search]) -> Result<Vec<SearchResult>, Error> {
    let is_by_number = |search: &&Search| matches!(search.target, Target::Id(_));
    let numbers: Vec<String> = searches
        .iter()
        .filter(is_by_number)
        .map(|search| search.target.to_string())
        .collect();
    let mut numbered = VecDeque::new();
    if let Some(first) = searches.iter().find(is_by_number) {
        let mut many = archive.search_many(first, numbers)?;
        while let Some(part) = many.next().await {
            numbered.extend(part.results.into_iter().map(|result| result.outcome));
        }
    }
    let mut all = Vec::with_capacity(searches.len());
    for search in searches {
        let found = match is_by_number(&search).then(|| numbered.pop_front()).flatten() {
            Some(found) => found?,
            None => archive.search(search).await?,
        };
        all.push(found);
    }
    Ok(all)
}

/// Whether the filters of the search leave the mission in.
pub(crate) fn is_of(search: &Search, mission: Mission) -> bool {
    let filters = &search.filters;
    let of = [
        (filters.sector.is_some(), Mission::Tess),
        (filters.quarter.is_some() || filters.month.is_some(), Mission::Kepler),
        (filters.campaign.is_some(), Mission::K2),
    ];
    let only_cutouts = search.kind.is_only(Kind::TessCut);
    (!only_cutouts || mission == Mission::Tess) && of.into_iter().all(|(is_asked, only)| !is_asked || mission == only)
}

/// One result of several for one star.
pub(crate) fn together(mission: Mission, search: &Search, found: Vec<SearchResult>) -> Result<SearchResult, Error> {
    let tables: Vec<&Table> = found.iter().map(|found| &found.table).collect();
    let has_rows = tables.iter().any(|table| !table.is_empty());
    let tables = tables.into_iter().filter(|table| !table.is_empty() || !has_rows);
    let table = concat(&tables.cloned().collect::<Vec<_>>())?;
    let first = first_of_each(&table);
    let num_repeated = table.num_rows() - first.len();
    let table = table.take(&first)?;
    let table = match search.limit {
        Some(limit) => table.slice(0, limit),
        None => table,
    };
    let mut all = SearchResult::of_table(mission, table);
    all.num_duplicates = num_repeated;
    let mut last: Option<(Mission, EmptyReason)> = None;
    for one in found {
        for warning in one.warnings {
            if !all.warnings.contains(&warning) {
                all.warnings.push(warning);
            }
        }
        all.kept.extend(one.kept);
        all.num_duplicates += one.num_duplicates;
        all.position = all.position.or(one.position);
        // The last mission is the one that observes everything, and the first number the one that was asked for.
        let is_new = last.as_ref().is_none_or(|(mission, _)| *mission != one.mission);
        if let (Some(reason), true) = (one.empty_reason, is_new) {
            last = Some((one.mission, reason));
            all.prospects = one.prospects;
        }
    }
    match all.is_empty() {
        true => all.empty_reason = last.map(|(_, reason)| reason),
        false => all.prospects.clear(),
    }
    Ok(all)
}

/// The rows but for those that came before: two numbers of one star have the same products around them, and the same images to cut out of.
fn first_of_each(table: &Table) -> Vec<usize> {
    let mut seen: HashSet<(&str, Option<i64>)> = HashSet::new();
    let is_first = |row: &usize| {
        let row = table.row(*row);
        match (row.text("dataURI"), row.text("kind")) {
            (Some(uri), _) => seen.insert((uri, None)),
            (None, Some(kind)) if kind == Kind::TessCut.name() => seen.insert((kind, row.integer("sequence_number"))),
            (None, _) => true,
        }
    };
    (0..table.num_rows()).filter(is_first).collect()
}
