//! The path of a search: resolve, observations and sectors at once, products, then everything that is pure.

use futures::future::{OptionFuture, join, join3};
use lks_table::{Table, concat};

use super::MastClient;
use crate::annotate::{is_asked, is_other_star};
use crate::columns::Answer;
use crate::decide::{Found, Gathered, decide, unresolved};
use crate::emptiness::Emptiness;
use crate::error::{Error, Problem, Service};
use crate::position::{ArcSeconds, Position};
use crate::request::{Question, ServerFilters, wants_cutouts, wants_foreign_hlsps, wants_observations};
use crate::resolve::Resolution;
use crate::response::SectorSeen;
use crate::search::{Mission, Search};
use crate::target::{Target, TargetId};
use crate::warning::Warning;

/// Products filed under another name belong to a star only if they were made at its very place.
const SAME_STAR: ArcSeconds = ArcSeconds(2.0);

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
        let mut found = self.search_with(search, &filters).await?;
        let filters_may_be_why = match &found.emptiness {
            None | Some(Emptiness::Unresolved { .. } | Emptiness::ServiceDown { .. }) => false,
            Some(_) => filters != filters.relaxed() && wants_observations(search),
        };
        // Nothing with the server's filters: ask once more without them, to know whether they are the reason.
        if filters_may_be_why {
            found = self.search_with(search, &filters.relaxed()).await?;
        }
        if !wants_cutouts(search) {
            self.hint_at_cutouts(search, &mut found).await;
        }
        Ok(found)
    }

    async fn search_with(&self, search: &Search, filters: &ServerFilters) -> Result<Found, Error> {
        let id = match &search.target {
            Target::Id(id) if search.mission.uses(id.catalog) => Some(*id),
            Target::Id(_) | Target::Name(_) | Target::Position(_) => None,
        };
        let gathered = match (id, search.radius) {
            (Some(id), None) => self.gather_id(search, id, filters).await?,
            (Some(id), Some(_)) if let Some(place) = self.place_of_id(&id, filters).await? => {
                self.gather_position(search, place, None, filters).await?
            }
            _ => match self.locate(&search.target).await? {
                (Some(position), resolved) => self.gather_position(search, position, resolved, filters).await?,
                (None, resolved) => return unresolved(search, resolved),
            },
        };
        decide(search, gathered)
    }

    /// Where a star is according to its own observations, so that no resolver has to be up to find its neighbours.
    async fn place_of_id(&self, id: &TargetId, filters: &ServerFilters) -> Result<Option<Position>, Error> {
        let rows = self
            .all_rows(&Question::observations_of(id, &filters.relaxed()), Answer::Observations)
            .await?;
        let own: Vec<usize> = rows_of(&rows, *id);
        Ok(place_of(&rows.take(&own)?))
    }

    async fn locate(&self, target: &Target) -> Result<(Option<Position>, Option<Resolution>), Error> {
        if let Target::Position(position) = target {
            return Ok((Some(*position), None));
        }
        let resolution = self.resolve(&[&target.to_string()]).await?.pop();
        Ok((resolution.as_ref().and_then(Resolution::position), resolution))
    }

    /// Tells someone who found nothing that there are cutouts. The reason stands without this; what fails here is not worth a word.
    async fn hint_at_cutouts(&self, search: &Search, found: &mut Found) {
        let (
            Mission::Tess,
            Some(Emptiness::NotObserved { cutout_sectors, .. } | Emptiness::NoneOfKind { cutout_sectors, .. }),
        ) = (search.mission, &mut found.emptiness)
        else {
            return;
        };
        let place = match found.position {
            Some(position) => Some(position),
            None => self
                .locate(&search.target)
                .await
                .ok()
                .and_then(|(position, _)| position),
        };
        if let Some(place) = place
            && let Ok(sectors) = self.sectors(&place).await
        {
            *cutout_sectors = sectors.iter().map(|seen| seen.sector).collect();
        }
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
        // TESScut may be slow; the products do not wait for it.
        let (sectors, rows) = join(
            OptionFuture::from(wants_cutouts(search).then(|| self.sectors(&position))),
            OptionFuture::from(wants_observations(search).then(|| self.observations_with_products(&question))),
        )
        .await;
        gathered.take_sectors(sectors);
        if let Some((observations, warning, products)) = rows.transpose()? {
            gathered.warnings.extend(warning);
            (gathered.observations, gathered.products) = (Some(observations), Some(products));
        }
        Ok(gathered)
    }

    async fn observations_with_products(&self, question: &Question) -> Result<(Table, Option<Warning>, Table), Error> {
        let (observations, warning) = usable(&self.all_rows(question, Answer::Observations).await?)?;
        let products = self.products(&groups(&observations)).await?;
        Ok((observations, warning, products))
    }

    async fn gather_id(&self, search: &Search, id: TargetId, filters: &ServerFilters) -> Result<Gathered, Error> {
        let mut gathered = Gathered::default();
        let mut observations = Table::with_types(&Answer::Observations.types());
        if wants_observations(search) {
            let rows = self
                .all_rows(&Question::observations_of(&id, filters), Answer::Observations)
                .await?;
            let own = rows_of(&rows, id);
            if own.is_empty()
                && let Some(other) = rows.texts("target_name").flatten().next()
            {
                let what = format!("rows of '{other}' instead of '{}'", id.target_name());
                return Err(Error::answer(Service::Observations, Problem::Mismatch(what)));
            }
            let (usable, warning) = usable(&rows.take(&own)?)?;
            gathered.warnings.extend(warning);
            observations = usable.with_float("distance", vec![Some(0.0); usable.n_rows()])?;
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
                let (nearby, warning) = usable(&foreign_to(&nearby, id, &own_groups, &position)?)?;
                gathered.warnings.extend(warning);
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
}

/// Each observation once, without full-frame images: their products are all images of a sector.
fn usable(observations: &Table) -> Result<(Table, Option<Warning>), Error> {
    let (observations, _) = observations.distinct_by("obsid")?;
    let is_image = |name: Option<&str>| matches!(name, Some("TESS FFI" | "TICA FFI"));
    let targets: Vec<usize> = observations
        .texts("target_name")
        .enumerate()
        .filter(|(_, name)| !is_image(*name))
        .map(|(row, _)| row)
        .collect();
    let n_observations = observations.n_rows() - targets.len();
    let warning = (n_observations > 0).then_some(Warning::FullFrameImagesLeftOut { n_observations });
    Ok((observations.take(&targets)?, warning))
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

/// The rows that are filed under the star's own number.
fn rows_of(observations: &Table, id: TargetId) -> Vec<usize> {
    let names = observations.texts("target_name").enumerate();
    names
        .filter(|(_, name)| is_asked(*name, Some(id)))
        .map(|(row, _)| row)
        .collect()
}

fn groups(observations: &Table) -> Vec<String> {
    observations.texts("obsid").flatten().map(str::to_owned).collect()
}

fn place_of(observations: &Table) -> Option<Position> {
    observations
        .rows()
        .find_map(|row| Position::icrs(row.float("s_ra")?, row.float("s_dec")?).ok())
}
