//! The path of a search: resolve, observations and sectors at once, products, then everything that is pure.

use std::time::SystemTime;

use futures::FutureExt;
use futures::future::{OptionFuture, join, join3};
use lks_answers::Question as Exact;
use lks_table::{Table, concat};

use super::MastClient;
use crate::columns::Answer;
use crate::decide::{Gathered, decide, unresolved};
use crate::empty_reason::EmptyReason;
use crate::error::{AnswerProblem, Error, Service};
use crate::observations::{foreign_to, groups, place_of, rows_of, undescribed, usable};
use crate::position::Position;
use crate::prospect::{is_about_images, prospects};
use crate::request::{GROUPS_PER_REQUEST, Question, ServerFilters, wants_cutouts, wants_foreign, wants_observations};
use crate::resolve::Resolution;
use crate::response::SectorSeen;
use crate::result::SearchResult;
use crate::search::{Mission, Search};
use crate::seen::Listing;
use crate::target::{Target, TargetId};
use crate::warning::Warning;

/// The question for observations with some filters.
type Ask<'a> = dyn Fn(&ServerFilters) -> Question + Sync + 'a;

impl MastClient {
    /// Asks the archive.
    ///
    /// An empty result is not an error; [`SearchResult::empty_reason`] gives its reason. If TESScut is down, there are no cutout rows, and a warning.
    ///
    /// # Errors
    /// When the question makes no sense, or a service that cannot be done without does not answer or not in its format.
    pub async fn search(&self, search: &Search) -> Result<SearchResult, Error> {
        search.check()?;
        if search.target == Target::Any {
            let message = "a search without a target comes in parts; list it, write it to a file, and give that";
            return Err(Error::invalid(message));
        }
        let mut found = match self.finished(search).await {
            Some(found) => found,
            // On the heap: the futures of all questions lie in this one.
            None => self.find_anew(search).boxed().await?,
        };
        self.compare(search, &mut found).await;
        Ok(found)
    }

    async fn find_anew(&self, search: &Search) -> Result<SearchResult, Error> {
        let client = self.noting();
        let found = client.find(search).await;
        let noted = client.notes.take();
        if let Ok(found) = &found {
            self.keep_finished(search, found, &noted);
        }
        self.answers.settle().await;
        let mut found = found?;
        found.warnings.extend(noted.warnings);
        found.kept = noted.kept;
        if let Some(reason) = &found.empty_reason {
            found.prospects = prospects(search, reason, noted.sectors.as_deref(), SystemTime::now());
        }
        Ok(found)
    }

    /// Tells what is gone since this search was asked the last time, and keeps what it found now.
    async fn compare(&self, search: &Search, found: &mut SearchResult) {
        if !self.answers.is_kept() {
            return;
        }
        let address = self.endpoints.exact(&self.endpoints.invoke());
        let about = format!("what a {} search for {} found", search.mission.name(), search.target);
        let exact = Exact::new("search", about, &[&address, &format!("{search:?}")]);
        let before = self.answers.recall(&exact, |body| Listing::of_bytes(&body)).await;
        // What was kept lists what it listed.
        let rows_are_kept = found
            .kept
            .iter()
            .any(|kept| kept.service == Service::Observations || !wants_observations(search));
        let is_incomplete = found.warnings.iter().any(Warning::is_of_missing_rows)
            || found.empty_reason.as_ref().is_some_and(EmptyReason::is_of_failure);
        let longer = if rows_are_kept || is_incomplete {
            before
                .as_ref()
                .and_then(|(_, listing)| listing.longer)
                .filter(|_| !is_incomplete)
        } else {
            let now = SystemTime::now();
            let listing = Listing::after(&found.table, before.as_ref(), now);
            let longer = listing.longer;
            self.answers.keep(&exact, now, Box::new(move |out| listing.write(out)));
            self.answers.settle().await;
            longer
        };
        if let Some(longer) = longer {
            found.warnings.push(Warning::FewerRows {
                now: found.len(),
                before: longer.num_rows,
                date: longer.date(),
            });
        }
        found.last_time = before.map(|(date, listing)| listing.at(date));
    }

    async fn find(&self, search: &Search) -> Result<SearchResult, Error> {
        let filters = ServerFilters::of(search);
        let mut found = self.search_with(search, &filters).await?;
        // Nothing with the server's filters: ask once more without them, to know whether they are the reason.
        if filters_may_be_why(search, &filters, &found) {
            found = self.search_with(search, &filters.relaxed()).await?;
        }
        if !wants_cutouts(search) {
            self.hint_at_cutouts(search, &mut found).await;
        }
        Ok(found)
    }

    pub(super) async fn search_with(&self, search: &Search, filters: &ServerFilters) -> Result<SearchResult, Error> {
        let gathered = match (number(search), search.radius) {
            (Some(id), None) => self.gather_id(search, id, filters).boxed().await?,
            (Some(id), Some(_)) if let Some(place) = self.place_of_id(&id, filters).await? => {
                self.gather_position(search, place, None, filters).boxed().await?
            }
            _ => match self.locate(&search.target).await? {
                (Some(position), resolved) => {
                    self.gather_position(search, position, resolved, filters)
                        .boxed()
                        .await?
                }
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
        let resolution = self.located(&[&target.to_string()]).await?.pop();
        Ok((resolution.as_ref().and_then(Resolution::position), resolution))
    }

    /// Tells someone who found nothing that there are cutouts. The reason stands without this; what fails here is not worth a word.
    pub(super) async fn hint_at_cutouts(&self, search: &Search, found: &mut SearchResult) {
        if search.mission != Mission::Tess {
            return;
        }
        let mut nowhere = Vec::new();
        let cutout_sectors = match &mut found.empty_reason {
            Some(EmptyReason::NotObserved { cutout_sectors, .. } | EmptyReason::NoneOfKind { cutout_sectors, .. }) => {
                cutout_sectors
            }
            Some(EmptyReason::FilteredOut { .. }) if is_about_images(search, SystemTime::now()) => &mut nowhere,
            _ => return,
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
            && let Ok(sectors) = self.noted_sectors(&place).await
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
        let ask = |filters: &ServerFilters| Question::observations_at(&position, search.radius, filters);
        // TESScut may be slow; the products do not wait for it.
        let (sectors, rows) = join(
            OptionFuture::from(wants_cutouts(search).then(|| self.noted_sectors(&position))),
            OptionFuture::from(wants_observations(search).then(|| self.observations_with_products(filters, &ask))),
        )
        .await;
        gathered.take_sectors(sectors);
        if let Some((observations, warning, products)) = rows.transpose()? {
            gathered.warnings.extend(warning);
            (gathered.observations, gathered.products) = (Some(observations), Some(products));
        }
        Ok(gathered)
    }

    async fn observations_with_products(
        &self,
        filters: &ServerFilters,
        ask: &Ask<'_>,
    ) -> Result<(Table, Option<Warning>, Table), Error> {
        let (observations, warning) = usable(&self.all_rows(&ask(filters), Answer::Observations).await?)?;
        let (observations, products) = self.with_products(observations, filters, ask).await?;
        Ok((observations, warning, products))
    }

    /// The products of these observations, and with the observations those that describe the products: one observation may list files of
    /// another, which the filters kept back, and then it is that other one that knows their exposure time and sector.
    async fn with_products(
        &self,
        observations: Table,
        filters: &ServerFilters,
        ask: &Ask<'_>,
    ) -> Result<(Table, Table), Error> {
        let products = self.products(&groups(&observations)).await?;
        let mut all = vec![observations];
        if *filters != filters.relaxed() {
            for hidden in undescribed(&all[0], &products).chunks(GROUPS_PER_REQUEST) {
                let question = ask(&filters.only(hidden));
                all.push(usable(&self.all_rows(&question, Answer::Observations).await?)?.0);
            }
        }
        Ok((concat(&all)?, products))
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
                return Err(Error::answer(Service::Observations, AnswerProblem::Mismatch(what)));
            }
            let (usable, warning) = usable(&rows.take(&own)?)?;
            gathered.warnings.extend(warning);
            observations = usable;
        }
        gathered.position = place_of(&observations);
        let (cutouts, foreign) = (
            wants_cutouts(search),
            wants_foreign(search) && wants_observations(search),
        );
        if gathered.position.is_none() && (cutouts || foreign) {
            let (position, resolved) = self.locate(&Target::Id(id)).await?;
            (gathered.position, gathered.resolved) = (position, resolved);
        }
        let own_groups = groups(&observations);
        let position = gathered.position;
        let elsewhere = filters.under_other_names(search);
        let ask_there =
            position.map(|position| move |filters: &ServerFilters| Question::observations_at(&position, None, filters));
        let nearby = ask_there.as_ref().filter(|_| foreign).map(|ask| ask(&elsewhere));
        let (own, sectors, nearby) = join3(
            self.with_products(observations, filters, &|filters| {
                Question::observations_of(&id, filters)
            }),
            OptionFuture::from(
                position
                    .filter(|_| cutouts)
                    .map(|position| async move { self.noted_sectors(&position).await }),
            ),
            OptionFuture::from(
                nearby
                    .as_ref()
                    .map(|question| self.all_rows(question, Answer::Observations)),
            ),
        )
        .await;
        let (observations, mut products) = own?;
        // A question by number gives no distance; the star is where it is.
        let mut observations = observations.with_float("distance", vec![Some(0.0); observations.num_rows()])?;
        gathered.take_sectors(sectors);
        if cutouts && position.is_none() {
            gathered
                .warnings
                .push(Warning::CutoutsWithoutPosition { target: id.to_string() });
        }
        match (nearby, position.zip(ask_there.as_ref())) {
            (Some(Ok(nearby)), Some((position, ask))) => {
                let (nearby, warning) = usable(&foreign_to(&nearby, id, &own_groups, &position)?)?;
                gathered.warnings.extend(warning);
                if !nearby.is_empty() {
                    let (nearby, theirs) = self.with_products(nearby, &elsewhere, ask).await?;
                    products = concat(&[products, theirs])?;
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

/// The number by which a search asks.
pub(super) fn number(search: &Search) -> Option<TargetId> {
    match search.target {
        Target::Id(id) if search.mission.uses(id.catalog) => Some(id),
        Target::Id(_) | Target::Name(_) | Target::Position(_) | Target::Any => None,
    }
}

/// Whether nothing was found because of what the server was told of the filters.
pub(super) fn filters_may_be_why(search: &Search, filters: &ServerFilters, found: &SearchResult) -> bool {
    match &found.empty_reason {
        None | Some(EmptyReason::Unresolved { .. } | EmptyReason::ServiceDown { .. }) => false,
        Some(_) => *filters != filters.relaxed() && wants_observations(search),
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
