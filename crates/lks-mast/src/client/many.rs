//! Searches for many targets: their questions are asked together, and each finds what it would find alone.

use std::collections::VecDeque;
use std::time::SystemTime;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};

use super::ahead::Ahead;
use super::search::filters_may_be_why;
use super::{CONCURRENT, GROUPS_AT_ONCE, MastClient};
use crate::error::Error;
use crate::many::{InputResult, ManyPart};
use crate::prospect::prospects;
use crate::request::{ServerFilters, wants_cutouts};
use crate::response::SectorSeen;
use crate::result::SearchResult;
use crate::search::{Mission, Search};
use crate::target::Target;
use crate::target_list::ListedInput;

/// Inputs whose places and observations are asked for together.
const BLOCK: usize = 500;

/// A search for many targets that is under way. What came before it is dropped is among the kept answers, and is not asked for again.
#[derive(Debug)]
#[must_use = "it asks nothing until `next` is called"]
pub struct ManySearch {
    client: MastClient,
    search: Search,
    inputs: std::vec::IntoIter<ListedInput>,
    num_begun: usize,
    runs: VecDeque<Vec<Input>>,
}

#[derive(Debug)]
struct Input {
    input_row: usize,
    text: String,
    search: Result<Search, Error>,
}

impl MastClient {
    /// Asks the archive for many targets. Each input is read as [`Target`] reads it; all else is as the search says, of which the target does not count. Names are
    /// resolved 30 to a request, stars by number and products asked for by the hundred, and places near each other share a cone; an input that occurs again is
    /// not asked for again. [`ManySearch::next`] gives the rows, in the order of the inputs; for each the same as [`MastClient::search`] does for it alone.
    ///
    /// # Errors
    /// When the question makes no sense.
    pub fn search_many(&self, search: &Search, inputs: Vec<impl Into<ListedInput>>) -> Result<ManySearch, Error> {
        search.check()?;
        Ok(ManySearch {
            client: self.clone(),
            search: search.clone(),
            inputs: inputs.into_iter().map(Into::into).collect::<Vec<_>>().into_iter(),
            num_begun: 0,
            runs: VecDeque::new(),
        })
    }
}

impl ManySearch {
    /// The results of the next inputs, so many as are held at once; `None` when all were given. An input that is not a target, one without rows and one that a
    /// service did not answer have their own results.
    pub async fn next(&mut self) -> Option<ManyPart> {
        if self.runs.is_empty() {
            self.begin().boxed().await;
        }
        let run = self.runs.pop_front()?;
        let mut found = self.client.find_many(&searches(&run)).boxed().await.into_iter();
        self.client.answers.settle().await;
        let noted = self.client.notes.take();
        let results = run.into_iter().map(|input| {
            let (target, outcome) = match input.search {
                Ok(search) => (
                    Some(search.target),
                    found.next().expect("because each search finds something"),
                ),
                Err(error) => (None, Err(error)),
            };
            InputResult::new(input.input_row, input.text, target, outcome)
        });
        Some(ManyPart::new(
            self.search.clone(),
            results.collect(),
            noted.kept,
            noted.warnings,
        ))
    }

    /// How many inputs have not been begun.
    pub fn num_left(&self) -> usize {
        self.inputs.len() + self.runs.iter().map(Vec::len).sum::<usize>()
    }

    /// Asks for the places and observations of the next inputs, and divides these into runs.
    async fn begin(&mut self) {
        let block: Vec<Input> = self
            .inputs
            .by_ref()
            .take(BLOCK)
            .zip(self.num_begun..)
            .map(|(listed, input_row)| Input {
                search: listed.target().map(|target| self.search.about(target)),
                input_row,
                text: listed.text,
            })
            .collect();
        self.num_begun += block.len();
        self.client = MastClient {
            ahead: Ahead::default(),
            ..self.client.noting()
        };
        let filters = ServerFilters::of(&self.search);
        self.client.look_ahead(&searches(&block), &filters).await;
        let lengths = run_lengths(block.iter().map(|input| match &input.search {
            Ok(search) => self.client.num_groups_ahead(search, &filters),
            Err(_) => 0,
        }));
        let mut block = block.into_iter();
        for length in lengths {
            self.runs.push_back(block.by_ref().take(length).collect());
        }
    }
}

/// How many inputs there are in each run, by the number of observations that each of them has.
fn run_lengths(num_groups: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut lengths: Vec<usize> = Vec::new();
    let mut held = 0;
    for own in num_groups {
        match lengths.last_mut() {
            Some(length) if held + own <= GROUPS_AT_ONCE => {
                *length += 1;
                held += own;
            }
            Some(_) | None => {
                lengths.push(1);
                held = own;
            }
        }
    }
    lengths
}

fn searches(inputs: &[Input]) -> Vec<&Search> {
    inputs.iter().filter_map(|input| input.search.as_ref().ok()).collect()
}

impl MastClient {
    /// What each search finds.
    async fn find_many(&self, searches: &[&Search]) -> Vec<Result<SearchResult, Error>> {
        let Some(first) = searches.first() else {
            return Vec::new();
        };
        let filters = ServerFilters::of(first);
        let mut found = self.find_each(searches, &filters).await;
        // As in a single search: nothing with the server's filters is asked for once more without them, to know whether they are the reason.
        let is_again = |place: &usize| {
            let may_be = |found: &Found| filters_may_be_why(searches[*place], &filters, &found.result);
            found[*place].as_ref().is_ok_and(may_be)
        };
        let again: Vec<usize> = (0..searches.len()).filter(is_again).collect();
        for (place, one) in self.find_relaxed(searches, &again, &filters.relaxed()).await {
            found[place] = one;
        }
        self.hint_at_all_cutouts(searches, &mut found).await;
        let now = SystemTime::now();
        let finished = found.into_iter().zip(searches).map(|(found, search)| {
            let mut found = found?;
            if let Some(reason) = &found.result.empty_reason {
                found.result.prospects = prospects(search, reason, found.sectors.as_deref(), now);
            }
            Ok(found.result)
        });
        finished.collect()
    }

    async fn find_relaxed(
        &self,
        searches: &[&Search],
        again: &[usize],
        filters: &ServerFilters,
    ) -> Vec<(usize, Result<Found, Error>)> {
        let such: Vec<&Search> = again.iter().map(|place| searches[*place]).collect();
        self.look_ahead(&such, filters).await;
        let lengths = run_lengths(such.iter().map(|search| self.num_groups_ahead(search, filters)));
        let mut found = Vec::with_capacity(such.len());
        for length in lengths {
            let run = &such[found.len()..][..length];
            found.extend(self.find_each(run, filters).await);
        }
        again.iter().copied().zip(found).collect()
    }

    /// What each search finds with these filters of the server.
    async fn find_each(&self, searches: &[&Search], filters: &ServerFilters) -> Vec<Result<Found, Error>> {
        let products = self.products_ahead(searches, filters).await;
        let asked: Vec<BoxFuture<'_, _>> = searches
            .iter()
            .map(|search| {
                async move {
                    let client = self.noting();
                    let mut result = client.search_with(search, filters).await?;
                    let noted = client.notes.take();
                    result.warnings.extend(noted.warnings);
                    result.kept = noted.kept;
                    Ok(Found {
                        result,
                        sectors: noted.sectors,
                    })
                }
                .boxed()
            })
            .collect();
        let found = futures::stream::iter(asked).buffered(CONCURRENT).collect().await;
        self.ahead.forget_tables(&products);
        found
    }

    async fn hint_at_all_cutouts(&self, searches: &[&Search], found: &mut [Result<Found, Error>]) {
        let is_hinted = |search: &Search| search.mission == Mission::Tess && !wants_cutouts(search);
        let mut lost: Vec<&Search> = Vec::new();
        for (search, found) in searches.iter().zip(found.iter()) {
            let is_lost = |found: &Found| found.result.is_empty() && found.result.position.is_none();
            if is_hinted(search) && matches!(search.target, Target::Id(_)) && found.as_ref().is_ok_and(is_lost) {
                lost.push(search);
            }
        }
        self.names_ahead(lost.iter()).await;
        for (search, found) in searches.iter().zip(found).filter(|(search, _)| is_hinted(search)) {
            let Ok(found) = found else { continue };
            let client = self.noting();
            client.hint_at_cutouts(search, &mut found.result).await;
            found.sectors = client.notes.take().sectors.or(found.sectors.take());
        }
    }
}

/// What a search found, and what it learned of sectors on the way.
struct Found {
    result: SearchResult,
    sectors: Option<Vec<SectorSeen>>,
}
