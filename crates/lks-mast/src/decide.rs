//! From what the services sent to the result: joined, annotated, sorted, filtered once, and if nothing is left, why.
//!
//! Nothing is asked here.

use std::fmt;

use lks_table::{Row, Table, concat};

use crate::annotate::{Asked, annotate};
use crate::columns::Answer;
use crate::emptiness::Emptiness;
use crate::error::{Error, Service};
use crate::filter::{Rejection, apply, keep_kind, keep_provenance};
use crate::join::joined;
use crate::kind::Kind;
use crate::position::Position;
use crate::request::{wants_cutouts, wants_observations};
use crate::resolve::Resolution;
use crate::response::SectorSeen;
use crate::search::{Mission, Provenance, Search};
use crate::sort::sorted;
use crate::target::Target;
use crate::tess;
use crate::warning::Warning;

/// What a search found.
#[derive(Clone)]
pub struct Found {
    /// One row per product, in lksearch's order.
    pub table: Table,
    /// What should be known about it besides.
    pub warnings: Vec<Warning>,
    /// Why there are no rows; `None` where there are some.
    pub emptiness: Option<Emptiness>,
    /// What the resolver said, if it was asked.
    pub resolved: Option<Resolution>,
    /// Where the target is, if that was needed or came with the rows.
    pub position: Option<Position>,
    /// How many rows were the same product again, and were left out.
    pub n_duplicates: usize,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found")
            .field("n_rows", &self.table.n_rows())
            .field("warnings", &self.warnings)
            .field("emptiness", &self.emptiness)
            .field("position", &self.position)
            .field("n_duplicates", &self.n_duplicates)
            .finish_non_exhaustive()
    }
}

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

pub(crate) fn unresolved(search: &Search, resolved: Option<Resolution>) -> Result<Found, Error> {
    let mut found = decide(
        search,
        Gathered {
            resolved,
            ..Gathered::default()
        },
    )?;
    found.emptiness = Some(Emptiness::unresolved(&search.target.to_string()));
    Ok(found)
}

/// From what was gathered to the result; nothing is asked here.
pub(crate) fn decide(search: &Search, gathered: Gathered) -> Result<Found, Error> {
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
    let mut rows = joined(&observations, &products)?;
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
        Target::Name(_) | Target::Position(_) => None,
    };
    let annotated = annotate(&rows, search.mission, &Asked { id, position })?;
    let (unique, n_duplicates) = own_first(&annotated)?.distinct_by("dataURI")?;
    let everything = sorted(&unique, search.mission)?;
    let made = keep_provenance(&everything, search)?;
    let wanted = keep_kind(&made, search.kind)?;
    let (passing, rejections) = apply(&wanted, search)?;
    let table = match search.limit {
        Some(limit) => passing.slice(0, limit),
        None => passing.clone(),
    };
    warnings.extend(resolved.as_ref().and_then(Resolution::warning));
    let emptiness = if passing.is_empty() {
        let stages = Stages {
            n_observations: observations.n_rows(),
            everything: &everything,
            made: &made,
            wanted: &wanted,
            rejections,
        };
        Some(reason(search, &stages, &sectors, cutouts_down))
    } else {
        None
    };
    Ok(Found {
        table,
        warnings,
        emptiness,
        resolved,
        position,
        n_duplicates,
    })
}

struct Stages<'a> {
    n_observations: usize,
    everything: &'a Table,
    made: &'a Table,
    wanted: &'a Table,
    rejections: Vec<Rejection>,
}

fn reason(search: &Search, stages: &Stages<'_>, sectors: &[SectorSeen], cutouts_down: Option<String>) -> Emptiness {
    let cutout_sectors: Vec<i64> = sectors.iter().map(|seen| seen.sector).collect();
    if !stages.wanted.is_empty() {
        let mut by = stages.rejections.clone();
        by.sort_by_key(|rejection| rejection.n_left);
        return Emptiness::FilteredOut {
            by,
            n_before: stages.wanted.n_rows(),
        };
    }
    if let Some(reason) = cutouts_down.filter(|_| !wants_observations(search) || stages.n_observations == 0) {
        return Emptiness::ServiceDown {
            service: Service::TessCut,
            reason,
        };
    }
    if stages.everything.is_empty() {
        return Emptiness::NotObserved {
            target: search.target.to_string(),
            mission: search.mission,
            cutout_sectors,
        };
    }
    let makers = match (search.provenance, search.mission) {
        (Provenance::MissionProducts | Provenance::WithoutHlsps, _) | (Provenance::Any, Mission::Mast) => {
            "mission products"
        }
        (Provenance::Hlsps, _) => "high-level science products",
        (Provenance::Any, Mission::Tess | Mission::Kepler | Mission::K2) => "products",
    };
    let kinds_of = |table: &Table| -> Vec<Kind> {
        let names = table.texts("productFilename");
        names.map(|name| Kind::of_filename(name.unwrap_or_default())).collect()
    };
    // Where the makers are the reason, their kinds are not; then everything that others made is told.
    if stages.made.is_empty() {
        return Emptiness::none_of(makers.to_owned(), kinds_of(stages.everything), cutout_sectors);
    }
    Emptiness::none_of(
        format!("{makers} of kind {}", search.kind),
        kinds_of(stages.made),
        cutout_sectors,
    )
}

/// A cutout row bears the name that MAST gives the star where it has one, else the target as it was asked for.
fn name_for_cutouts(target: &Target) -> String {
    match target {
        Target::Id(id) => id.target_name(),
        Target::Name(_) | Target::Position(_) => target.to_string(),
    }
}

/// The rows of products under their own observation before those under another one that lists them too: of a product that occurs twice,
/// the first is kept, and its exposure time must be the one with which it was made.
fn own_first(table: &Table) -> Result<Table, Error> {
    let is_own = |row: &Row<'_>| row.text("parent_obsid").is_some() && row.text("parent_obsid") == row.text("obsID");
    let (own, others): (Vec<usize>, Vec<usize>) =
        (0..table.n_rows()).partition(|position| is_own(&table.row(*position)));
    Ok(table.take(&[own, others].concat())?)
}
