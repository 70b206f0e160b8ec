//! Searches by what the catalogues know of a star: its numbers in all missions, and where it is when each of them looks.

use futures::FutureExt;
use futures::future::{BoxFuture, try_join_all};
use lks_mast::{ArcSeconds, Catalog, EmptyReason, MastClient, Mission, Search, SearchResult, Target, TargetId};
use lks_table::concat;

use crate::client::CatalogClient;
use crate::error::Error;
use crate::ids::StarId;
use crate::motion::{Astrometry, Epoch};
use crate::names::Names;
use crate::star_catalog::StarCatalog;

/// What was observed this near to where a star was is taken to be of it.
const SAME_PLACE: ArcSeconds = ArcSeconds(3.0);

/// The missions in the order in which they observed, each with its catalogue and the middle of its observations, to about as many years as it takes a star to
/// leave its place.
const MISSIONS: [(Mission, Catalog, StarCatalog, f64); 3] = [
    (Mission::Kepler, Catalog::Kic, StarCatalog::Kic, 2011.2),
    (Mission::K2, Catalog::Epic, StarCatalog::Epic, 2016.5),
    (Mission::Tess, Catalog::Tic, StarCatalog::Tic, 2022.0),
];

/// What is known of the star that a search is about.
struct Known {
    ids: Vec<StarId>,
    astrometry: Option<Astrometry>,
}

impl CatalogClient {
    /// The products that Kepler, K2 and TESS, and the makers of high-level science products, have of one star, in one table. Each mission is asked by the
    /// number that it has of the star; one that has none, by the place where the star was then.
    ///
    /// The mission of the search does not count. Filters of one mission, such as a sector, leave the others out. A target that no catalogue knows is searched for
    /// by its place alone.
    ///
    /// # Errors
    /// When the question makes no sense, or a service does not answer, or not in its format.
    pub async fn search_all(&self, archive: &MastClient, search: &Search) -> Result<SearchResult, Error> {
        let known = self.known(&search.target).await?;
        let Some(known) = known.filter(|_| search.radius.is_none()) else {
            let mut everywhere = search.clone();
            everywhere.mission = Mission::Mast;
            return Ok(archive.search(&everywhere).await?);
        };
        let wanted = MISSIONS.into_iter().filter(|(mission, ..)| is_of(search, *mission));
        let searches: Vec<Search> = wanted
            .filter_map(|(mission, catalog, _, year)| known.search_in(search, mission, catalog, year).transpose())
            .collect::<Result<_, _>>()?;
        let asked: Vec<BoxFuture<'_, _>> = searches.iter().map(|search| archive.search(search).boxed()).collect();
        let found: Vec<SearchResult> = try_join_all(asked).await?;
        together(search, found)
    }

    /// What the archive has of a target that it has nothing of under this name: by the number that the mission has of the star, or else by the place where the star
    /// was then. `None` where that finds nothing either.
    ///
    /// # Errors
    /// As [`CatalogClient::search_all`].
    pub async fn search_again(&self, archive: &MastClient, search: &Search) -> Result<Option<SearchResult>, Error> {
        let Some((mission, catalog, _, year)) = MISSIONS.into_iter().find(|(mission, ..)| *mission == search.mission)
        else {
            return Ok(None);
        };
        let Some(known) = self.known(&search.target).await? else {
            return Ok(None);
        };
        let Some(again) = known.search_in(search, mission, catalog, year)? else {
            return Ok(None);
        };
        let found = archive.search(&again).await?;
        Ok((!found.is_empty()).then_some(found))
    }

    /// The numbers and the place of a star, by its name or by one of its numbers.
    async fn known(&self, target: &Target) -> Result<Option<Known>, Error> {
        let name = match target {
            Target::Position(_) => return Ok(None),
            other => other.to_string(),
        };
        let named = self.names(&[&name]).await?.pop();
        let mut ids = named.as_ref().map(Names::ids).unwrap_or_default();
        let mut astrometry = named.and_then(|star| star.astrometry);
        // Of several numbers in one catalogue, the one that was asked for comes first.
        if let Some(id) = StarId::read(&name)? {
            ids.retain(|known| *known != id);
            ids.insert(0, id);
        }
        // The TIC and the KIC know each other, and the TIC knows Gaia, where SIMBAD does not.
        for (.., catalogue, _) in MISSIONS {
            let is_missing = ids.iter().all(|id| id.catalogue() != catalogue);
            if is_missing && catalogue != StarCatalog::Epic && !ids.is_empty() {
                let matches = self.cross_match(&ids[..1], catalogue).await?;
                ids.extend(matches.into_iter().flat_map(|found| found.stars));
            }
        }
        if astrometry.is_none() {
            let stars = self.stars_numbered(&ids, Epoch::J2000).await?;
            astrometry = ids.iter().find_map(|id| stars.get(id)?.astrometry);
        }
        Ok((!ids.is_empty() || astrometry.is_some()).then_some(Known { ids, astrometry }))
    }
}

impl Known {
    /// The search for the star in one mission; `None` if neither its number nor its place is known.
    fn search_in(
        &self,
        search: &Search,
        mission: Mission,
        catalog: Catalog,
        year: f64,
    ) -> Result<Option<Search>, Error> {
        let id: Option<TargetId> = self
            .ids
            .iter()
            .filter_map(StarId::target)
            .find(|target| target.catalog == catalog);
        let mut there = search.clone();
        there.mission = mission;
        match (id, self.astrometry) {
            (Some(id), _) => there.target = Target::Id(id),
            (None, Some(astrometry)) => {
                there.target = Target::Position(astrometry.at(Epoch::year(year)?)?);
                there.radius = Some(SAME_PLACE);
            }
            (None, None) => return Ok(None),
        }
        Ok(Some(there))
    }
}

/// Whether the filters of the search leave the mission in.
fn is_of(search: &Search, mission: Mission) -> bool {
    let filters = &search.filters;
    let of = [
        (filters.sector.is_some(), Mission::Tess),
        (filters.quarter.is_some() || filters.month.is_some(), Mission::Kepler),
        (filters.campaign.is_some(), Mission::K2),
    ];
    of.into_iter().all(|(is_asked, only)| !is_asked || mission == only)
}

/// One result of those of the missions.
fn together(search: &Search, found: Vec<SearchResult>) -> Result<SearchResult, Error> {
    let tables: Vec<_> = found
        .iter()
        .filter(|found| !found.is_empty())
        .map(|found| found.table.clone())
        .collect();
    let table = match tables.is_empty() {
        true => found.first().map(|found| found.table.clone()).unwrap_or_default(),
        false => concat(&tables)?,
    };
    let table = match search.limit {
        Some(limit) => table.slice(0, limit),
        None => table,
    };
    let mut all = SearchResult::of_table(Mission::Mast, table);
    let mut reason: Option<EmptyReason> = None;
    for one in found {
        all.warnings.extend(one.warnings);
        all.kept.extend(one.kept);
        if one.empty_reason.is_some() {
            all.prospects = one.prospects;
        }
        all.num_duplicates += one.num_duplicates;
        all.position = all.position.or(one.position);
        // The last mission is the one that observes everything.
        reason = one.empty_reason.or(reason);
    }
    if !all.is_empty() {
        all.prospects.clear();
        return Ok(all);
    }
    all.empty_reason = reason;
    Ok(all)
}
