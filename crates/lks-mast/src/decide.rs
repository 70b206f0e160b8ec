//! From what the services sent to the result: joined, annotated, sorted, filtered once, and if nothing is left, why.
//!
//! Nothing is asked here.

use std::collections::HashSet;

use lks_table::{Table, concat};

use crate::columns::{Answer, Asked, with_added, with_units};
use crate::empty_reason::EmptyReason;
use crate::error::{Error, Service};
use crate::filter::{Rejection, apply, is_of_kind, is_of_provenance};
use crate::join::joined;
use crate::kind::Kind;
use crate::position::Position;
use crate::request::{wants_cutouts, wants_observations};
use crate::resolve::Resolution;
use crate::response::SectorSeen;
use crate::result::SearchResult;
use crate::search::{Mission, Provenance, Search};
use crate::sort::sorted;
use crate::target::Target;
use crate::tess;
use crate::warning::Warning;

/// What came from the services, before anything is decided about it.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) observations: Option<Table>,
    pub(crate) products: Option<Table>,
    pub(crate) sectors: Vec<SectorSeen>,
    pub(crate) cutouts_down: Option<String>,
    pub(crate) position: Option<Position>,
    pub(crate) resolved: Option<Resolution>,
    pub(crate) warnings: Vec<Warning>,
}

pub(crate) fn unresolved(search: &Search, resolved: Option<Resolution>) -> Result<SearchResult, Error> {
    let mut found = decide(
        search,
        Gathered {
            resolved,
            ..Gathered::default()
        },
    )?;
    found.empty_reason = Some(EmptyReason::unresolved(&search.target.to_string()));
    Ok(found)
}

/// From what was gathered to the result; nothing is asked here.
pub(crate) fn decide(search: &Search, gathered: Gathered) -> Result<SearchResult, Error> {
    let Gathered {
        observations,
        products,
        sectors,
        cutouts_down,
        position,
        resolved,
        mut warnings,
    } = gathered;
    let observations = observations.unwrap_or_else(|| Table::with_types(&Answer::Observations.types()));
    let products = products.unwrap_or_else(|| Table::with_types(&Answer::Products.types()));
    let num_observations = observations.num_rows();
    let mut rows = joined(&observations, &products)?;
    // A result may be large, so what it is made of goes as soon as it is used.
    drop((observations, products));
    if wants_cutouts(search)
        && let Some(position) = &position
    {
        rows = concat(&[
            rows,
            tess::cutouts(&sectors, &name_for_cutouts(&search.target), position)?,
        ])?;
    }
    let id = match &search.target {
        Target::Id(id) => Some(*id),
        Target::Name(_) | Target::Position(_) | Target::Any => None,
    };
    let annotated = with_added(&rows, search.mission, &Asked { id, position })?;
    drop(rows);
    let unique = unique(&annotated);
    let num_duplicates = annotated.num_rows() - unique.len();
    let keep = |positions: &[usize], mask: Vec<bool>| -> Vec<usize> {
        positions.iter().copied().filter(|position| mask[*position]).collect()
    };
    let made = keep(&unique, is_of_provenance(&annotated, search));
    let wanted = keep(&made, is_of_kind(&annotated, search.kind));
    let stages = Stages {
        num_observations,
        num_wanted: wanted.len(),
        everything: if wanted.is_empty() {
            kinds(&annotated, &unique)
        } else {
            Vec::new()
        },
        made: if wanted.is_empty() {
            kinds(&annotated, &made)
        } else {
            Vec::new()
        },
    };
    let order = sorted(&annotated, &wanted, search.mission)?;
    let (passing, rejections) = apply(&with_units(&annotated.into_taken(&order)?)?, search)?;
    let empty_reason = passing
        .is_empty()
        .then(|| reason(search, stages, rejections, &sectors, cutouts_down));
    let table = match search.limit {
        Some(limit) => passing.slice(0, limit),
        None => passing,
    };
    warnings.extend(resolved.as_ref().and_then(Resolution::warning));
    Ok(SearchResult {
        warnings,
        empty_reason,
        resolved,
        position,
        num_duplicates,
        ..SearchResult::of_table(search.mission, table)
    })
}

/// What there was before the filters; the kinds of products only where there is none of the wanted kind.
struct Stages {
    num_observations: usize,
    num_wanted: usize,
    everything: Vec<Kind>,
    made: Vec<Kind>,
}

fn reason(
    search: &Search,
    stages: Stages,
    mut by: Vec<Rejection>,
    sectors: &[SectorSeen],
    cutouts_down: Option<String>,
) -> EmptyReason {
    let cutout_sectors: Vec<i64> = sectors.iter().map(|seen| seen.sector).collect();
    if stages.num_wanted > 0 {
        by.sort_by_key(|rejection| rejection.num_left);
        return EmptyReason::FilteredOut {
            by,
            num_before: stages.num_wanted,
        };
    }
    if let Some(reason) = cutouts_down.filter(|_| !wants_observations(search) || stages.num_observations == 0) {
        return EmptyReason::ServiceDown {
            service: Service::TessCut,
            reason,
        };
    }
    if stages.everything.is_empty() {
        return EmptyReason::NotObserved {
            target: in_words(&search.target),
            mission: search.mission,
            cutout_sectors,
        };
    }
    let makers = match (search.provenance, search.mission) {
        (Provenance::MissionProducts | Provenance::WithoutHlsps, _) | (Provenance::Any, Mission::Mast) => {
            "mission products"
        }
        (Provenance::Hlsps, _) => "high-level science products",
        (Provenance::Any, Mission::Tess | Mission::Kepler | Mission::K2 | Mission::All) => "products",
    };
    // Where the makers are the reason, their kinds are not; then everything that others made is told.
    if stages.made.is_empty() {
        return EmptyReason::none_of(makers.to_owned(), stages.everything, cutout_sectors);
    }
    EmptyReason::none_of(format!("{makers} of kind {}", search.kind), stages.made, cutout_sectors)
}

/// A cutout row bears the name that MAST gives the star where it has one, else the target as it was asked for.
fn name_for_cutouts(target: &Target) -> String {
    match target {
        Target::Id(id) => id.target_name(),
        Target::Name(_) | Target::Position(_) | Target::Any => target.to_string(),
    }
}

/// The target as people are told of it: of a position no more digits than one would point with, which are those of 4 milliarcseconds.
fn in_words(target: &Target) -> String {
    let short = |degrees: f64| (degrees * 1e6).round() / 1e6;
    match target {
        Target::Position(position) => format!("{} {:+}", short(position.ra()), short(position.dec())),
        Target::Name(_) | Target::Id(_) | Target::Any => target.to_string(),
    }
}

fn kinds(table: &Table, positions: &[usize]) -> Vec<Kind> {
    let names = positions
        .iter()
        .map(|position| table.row(*position).text("productFilename"));
    names.map(|name| Kind::of_filename(name.unwrap_or_default())).collect()
}

/// The rows of products, each product once; those that have no `dataURI` are all kept. Of a product that occurs twice, the row under its own
/// observation is kept, because its exposure time is the one with which it was made.
fn unique(table: &Table) -> Vec<usize> {
    let is_own: Vec<bool> = table
        .texts("parent_obsid")
        .zip(table.texts("obsID"))
        .map(|(parent, own)| parent.is_some() && parent == own)
        .collect();
    let uris: Vec<Option<&str>> = table.texts("dataURI").collect();
    let (own, others): (Vec<usize>, Vec<usize>) = (0..table.num_rows()).partition(|position| is_own[*position]);
    let mut seen: HashSet<&str> = HashSet::with_capacity(table.num_rows());
    let rows = own.into_iter().chain(others);
    rows.filter(|position| uris[*position].is_none_or(|uri| seen.insert(uri)))
        .collect()
}
