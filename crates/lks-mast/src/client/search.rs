//! The path of a search: resolve, observations and sectors at once, products, then everything that is pure.

use std::fmt;

use futures::future::{OptionFuture, join, join3};
use lks_table::{Table, concat};

use super::MastClient;
use crate::annotate::{Asked, annotate, is_asked, is_other_star};
use crate::columns::Answer;
use crate::emptiness::Emptiness;
use crate::error::{Error, Service};
use crate::filter::{Rejection, apply, keep_kind, keep_provenance};
use crate::join::joined;
use crate::kind::Kind;
use crate::position::{ArcSeconds, Position};
use crate::request::{Question, ServerFilters, wants_cutouts, wants_foreign_hlsps, wants_observations};
use crate::resolve::Resolution;
use crate::response::SectorSeen;
use crate::search::{Provenance, Search};
use crate::sort::sorted;
use crate::target::{Target, TargetId};
use crate::tess;
use crate::warning::Warning;

/// Products filed under another name belong to a star only if they were made at its very place.
const SAME_STAR: ArcSeconds = ArcSeconds(2.0);

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
struct Gathered {
    observations: Option<Table>,
    products: Option<Table>,
    sectors: Vec<SectorSeen>,
    cutouts_down: Option<String>,
    position: Option<Position>,
    resolved: Option<Resolution>,
    warnings: Vec<Warning>,
}

impl MastClient {
    /// Asks the archive.
    ///
    /// An empty result is not an error; [`Found::emptiness`] tells its reason. TESScut being down costs the cutout rows and is a warning.
    ///
    /// # Errors
    /// When the question makes no sense, or a service that cannot be done without does not answer or not in its format.
    pub async fn search(&self, search: &Search) -> Result<Found, Error> {
        search.check()?;
        let filters = ServerFilters::of(search);
        let found = self.search_with(search, &filters).await?;
        // Nothing with the server's filters: ask once more without them, to know whether they are the reason.
        match &found.emptiness {
            Some(Emptiness::NotObserved { .. }) if filters != filters.relaxed() && wants_observations(search) => {
                self.search_with(search, &filters.relaxed()).await
            }
            _ => Ok(found),
        }
    }

    async fn search_with(&self, search: &Search, filters: &ServerFilters) -> Result<Found, Error> {
        let exact = match &search.target {
            Target::Id(id) if search.mission.uses(id.catalog) && search.radius.is_none() => Some(*id),
            Target::Id(_) | Target::Name(_) | Target::Position(_) => None,
        };
        let gathered = match exact {
            Some(id) => self.gather_id(search, id, filters).await?,
            None => match self.locate(&search.target).await? {
                (Some(position), resolved) => self.gather_position(search, position, resolved, filters).await?,
                (None, resolved) => return unresolved(search, resolved),
            },
        };
        decide(search, gathered)
    }

    async fn locate(&self, target: &Target) -> Result<(Option<Position>, Option<Resolution>), Error> {
        if let Target::Position(position) = target {
            return Ok((Some(*position), None));
        }
        let resolution = self.resolve(&[&target.to_string()]).await?.pop();
        Ok((resolution.as_ref().and_then(Resolution::position), resolution))
    }

    async fn gather_position(
        &self,
        search: &Search,
        position: Position,
        resolved: Option<Resolution>,
        filters: &ServerFilters,
    ) -> Result<Gathered, Error> {
        let mut gathered = Gathered {
            position: Some(position),
            resolved,
            ..Gathered::default()
        };
        let question = Question::observations_at(&position, search.radius, filters);
        let (observations, sectors) = join(
            OptionFuture::from(wants_observations(search).then(|| self.all_rows(&question, Answer::Observations))),
            OptionFuture::from(wants_cutouts(search).then(|| self.sectors(&position))),
        )
        .await;
        gathered.take_sectors(sectors);
        if let Some(observations) = observations.transpose()? {
            let observations = gathered.usable(&observations)?;
            gathered.products = Some(self.products(&groups(&observations)).await?);
            gathered.observations = Some(observations);
        }
        Ok(gathered)
    }

    async fn gather_id(&self, search: &Search, id: TargetId, filters: &ServerFilters) -> Result<Gathered, Error> {
        let mut gathered = Gathered::default();
        let mut observations = Table::with_types(&Answer::Observations.types());
        if wants_observations(search) {
            let rows = self
                .all_rows(&Question::observations_of(&id, filters), Answer::Observations)
                .await?;
            let asked: Vec<usize> = rows
                .texts("target_name")
                .enumerate()
                .filter(|(_, name)| is_asked(*name, Some(id)))
                .map(|(row, _)| row)
                .collect();
            observations = gathered
                .usable(&rows.take(&asked)?)?
                .with_float("distance", vec![Some(0.0); asked.len()])?;
        }
        gathered.position = place_of(&observations);
        let (cutouts, foreign) = (
            wants_cutouts(search),
            wants_foreign_hlsps(search) && wants_observations(search),
        );
        if gathered.position.is_none() && (cutouts || foreign) {
            let (position, resolved) = self.locate(&Target::Id(id)).await?;
            (gathered.position, gathered.resolved) = (position, resolved);
        }
        let own_groups = groups(&observations);
        let position = gathered.position;
        let nearby = position.map(|position| Question::observations_at(&position, None, &filters.clone().hlsps_only()));
        let (products, sectors, nearby) = join3(
            self.products(&own_groups),
            OptionFuture::from(
                position
                    .filter(|_| cutouts)
                    .map(|position| async move { self.sectors(&position).await }),
            ),
            OptionFuture::from(
                nearby
                    .as_ref()
                    .filter(|_| foreign)
                    .map(|question| self.all_rows(question, Answer::Observations)),
            ),
        )
        .await;
        let mut products = products?;
        gathered.take_sectors(sectors);
        if cutouts && position.is_none() {
            gathered
                .warnings
                .push(Warning::CutoutsWithoutPosition { target: id.to_string() });
        }
        match (nearby, position) {
            (Some(Ok(nearby)), Some(position)) => {
                let nearby = gathered.usable(&foreign_to(&nearby, id, &own_groups, &position)?)?;
                if !nearby.is_empty() {
                    products = concat(&[products, self.products(&groups(&nearby)).await?])?;
                    observations = concat(&[observations, nearby])?;
                }
            }
            (Some(Err(error)), _) => {
                gathered.warnings.push(Warning::NearbyProductsUnavailable {
                    reason: error.to_string(),
                });
            }
            (Some(Ok(_)) | None, _) => {}
        }
        gathered.observations = Some(observations);
        gathered.products = Some(products);
        Ok(gathered)
    }
}

impl Gathered {
    fn take_sectors(&mut self, answer: Option<Result<Vec<SectorSeen>, Error>>) {
        match answer {
            Some(Ok(sectors)) => self.sectors = sectors,
            Some(Err(error)) => {
                let reason = error.to_string();
                self.warnings
                    .push(Warning::CutoutsUnavailable { reason: reason.clone() });
                self.cutouts_down = Some(reason);
            }
            None => {}
        }
    }

    /// Each observation once, without full-frame images: their products are all images of a sector.
    fn usable(&mut self, observations: &Table) -> Result<Table, Error> {
        let (observations, _) = observations.distinct_by("obsid")?;
        let is_image = |name: Option<&str>| matches!(name, Some("TESS FFI" | "TICA FFI"));
        let targets: Vec<usize> = observations
            .texts("target_name")
            .enumerate()
            .filter(|(_, name)| !is_image(*name))
            .map(|(row, _)| row)
            .collect();
        let n_images = observations.n_rows() - targets.len();
        if n_images > 0 {
            self.warnings.push(Warning::FullFrameImagesLeftOut {
                n_observations: n_images,
            });
        }
        Ok(observations.take(&targets)?)
    }
}

/// The observations that were made at the star's place, but are filed neither under its number nor under that of another star.
fn foreign_to(nearby: &Table, id: TargetId, own_groups: &[String], position: &Position) -> Result<Table, Error> {
    let rows: Vec<usize> = nearby
        .rows()
        .enumerate()
        .filter(|(_, row)| {
            let name = row.text("target_name");
            let there = row
                .float("s_ra")
                .zip(row.float("s_dec"))
                .and_then(|(ra, dec)| Position::icrs(ra, dec).ok());
            !is_other_star(name, id)
                && !own_groups.iter().any(|group| Some(group.as_str()) == row.text("obsid"))
                && there.is_some_and(|there| there.separation(position) <= SAME_STAR)
        })
        .map(|(index, _)| index)
        .collect();
    Ok(nearby.take(&rows)?)
}

fn groups(observations: &Table) -> Vec<String> {
    observations.texts("obsid").flatten().map(str::to_owned).collect()
}

fn place_of(observations: &Table) -> Option<Position> {
    observations
        .rows()
        .find_map(|row| Position::icrs(row.float("s_ra")?, row.float("s_dec")?).ok())
}

fn unresolved(search: &Search, resolved: Option<Resolution>) -> Result<Found, Error> {
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
fn decide(search: &Search, gathered: Gathered) -> Result<Found, Error> {
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
    let (everything, n_duplicates) = sorted(&annotated, search.mission)?.distinct_by("dataURI")?;
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
    let kinds = stages
        .everything
        .texts("productFilename")
        .map(|name| Kind::of_filename(name.unwrap_or_default()))
        .collect();
    let maker = match search.provenance {
        Provenance::Any | Provenance::WithoutHlsps => "",
        Provenance::MissionProducts => "mission products of ",
        Provenance::Hlsps => "high-level science products of ",
    };
    Emptiness::none_of_kind(search.kind, maker, kinds, cutout_sectors)
}

/// A cutout row bears the name that MAST gives the star where it has one, else the target as it was asked for.
fn name_for_cutouts(target: &Target) -> String {
    match target {
        Target::Id(id) => id.target_name(),
        Target::Name(_) | Target::Position(_) => target.to_string(),
    }
}
