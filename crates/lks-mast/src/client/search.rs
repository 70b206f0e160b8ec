//! The path of a search: resolve, observations and sectors at once, products, then everything that is pure.

use std::io::Write;
use std::time::SystemTime;

use futures::FutureExt;
use futures::future::join;
use lks_answers::Question as Exact;

use super::MastClient;
use crate::columns::Answer;
use crate::decide::{decide, unresolved};
use crate::empty_reason::EmptyReason;
use crate::error::{Error, Service};
use crate::observations::{place_of, rows_of};
use crate::position::Position;
use crate::prospect::{is_about_images, prospects};
use crate::request::{Question, ServerFilters, wants_cutouts, wants_observations};
use crate::resolve::Resolution;
use crate::result::SearchResult;
use crate::search::{Mission, Search};
use crate::seen::Listing;
use crate::target::{Target, TargetId};
use crate::warning::Warning;

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
        // What was listed before is looked up while the archive is asked; on the heap, because the futures of all questions lie in this one.
        let (found, before) = join(self.found(search).boxed(), self.listed_before(search)).await;
        let found = found.map(|found| self.compared(search, found, before));
        // Once, after all of it was begun.
        self.answers.settle().await;
        found
    }

    async fn found(&self, search: &Search) -> Result<SearchResult, Error> {
        if let Some(found) = self.finished(search).await {
            return Ok(found);
        }
        let client = self.noting();
        let mut found = client.find(search).await?;
        let noted = client.notes.take();
        self.keep_finished(search, &found, &noted);
        found.warnings.extend(noted.warnings);
        found.kept = noted.kept;
        if let Some(reason) = &found.empty_reason {
            found.prospects = prospects(search, reason, noted.sectors.as_deref(), SystemTime::now());
        }
        Ok(found)
    }

    fn exact_listing(&self, search: &Search) -> Exact {
        let address = self.endpoints.exact(&self.endpoints.invoke());
        let about = format!("what a {} search for {} found", search.mission.name(), search.target);
        Exact::new("search", about, &[&address, &format!("{search:?}")])
    }

    /// What this search listed the last time, and when.
    async fn listed_before(&self, search: &Search) -> Option<(SystemTime, Listing)> {
        self.answers
            .recall(&self.exact_listing(search), |body: Vec<u8>| Listing::of_bytes(&body))
            .await
    }

    /// Tells what is gone since this search was asked the last time, and keeps what it found now.
    fn compared(
        &self,
        search: &Search,
        mut found: SearchResult,
        before: Option<(SystemTime, Listing)>,
    ) -> SearchResult {
        if !self.answers.is_kept() {
            return found;
        }
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
            let body = Box::new(move |out: &mut (dyn Write + Send)| listing.write(out));
            self.answers.keep(&self.exact_listing(search), now, body);
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
        found
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

    pub(super) async fn locate(&self, target: &Target) -> Result<(Option<Position>, Option<Resolution>), Error> {
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
