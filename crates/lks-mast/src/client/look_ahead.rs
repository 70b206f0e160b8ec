//! The questions that many searches will ask, found out before they do and asked together: names 30 to a request, stars by number hundreds to a request,
//! places near each other in one cone, and the products of all of them in batches. What is fresh among the kept answers is not asked.
//!
//! It mirrors what one search asks, in `search`. A question that is not foreseen is asked by the search itself, so a result never depends on it.

use std::collections::{HashMap, HashSet};
use std::time::SystemTime;

use futures::FutureExt;
use lks_answers::Question as Exact;
use lks_table::Table;

use super::MastClient;
use super::batches::Batches;
use super::paging::is_overburdened;
use super::search::number;
use crate::columns::Answer;
use crate::error::{AnswerProblem, Error, Service};
use crate::observations::{foreign_to, groups, place_of, rows_of, usable};
use crate::position::Position;
use crate::request::{Question, ServerFilters, wants_cutouts, wants_foreign, wants_observations};
use crate::search::Search;
use crate::target::{Catalog, Target, TargetId};

/// Stars of one question by number: a page has room for a hundred observations of each.
const STARS_PER_REQUEST: usize = 500;
/// Questions for so few stars are not halved any more.
const FEWEST_STARS: usize = 16;

impl MastClient {
    /// Asks where the targets are and which observations they have. The searches differ in their targets alone.
    pub(super) async fn look_ahead(&self, searches: &[&Search], filters: &ServerFilters) {
        let Some(first) = searches.first().filter(|_| !self.answers.is_offline()) else {
            return;
        };
        let is_named = |search: &&&Search| !matches!(search.target, Target::Position(_)) && number(search).is_none();
        self.names_ahead(searches.iter().filter(is_named)).await;
        if first.radius.is_some() || wants_observations(first) {
            let ids = searches.iter().filter_map(|search| number(search)).collect();
            self.stars_ahead(ids, &own_filters(first, filters)).await;
        }
        let is_lost = |search: &&&Search| {
            let needs_place = first.radius.is_some() || wants_cutouts(first) || is_asked_for_foreign(first);
            number(search).is_some() && needs_place && self.place_ahead(search, filters).is_none()
        };
        self.names_ahead(searches.iter().filter(is_lost)).await;
        if !wants_observations(first) {
            return;
        }
        let places = |is_by_number: bool| -> Vec<Position> {
            let such = searches
                .iter()
                .filter(|search| is_by_number_alone(search) == is_by_number);
            such.filter_map(|search| self.place_ahead(search, filters)).collect()
        };
        self.cones_ahead(&places(false), first.radius, filters).await;
        // A star whose number was not answered is not found by what lies near it.
        if is_asked_for_foreign(first) && self.ahead.check(Service::Observations).is_ok() {
            let elsewhere = filters.under_other_names(first);
            self.cones_ahead(&places(true), None, &elsewhere).await;
        }
    }

    /// How many observations a search will ask the products of, as far as is known by now.
    pub(super) fn num_groups_ahead(&self, search: &Search, filters: &ServerFilters) -> usize {
        self.groups_ahead(search, filters).iter().map(Vec::len).sum()
    }

    /// Asks for the products of these searches' observations; gives back which questions are answered now.
    pub(super) async fn products_ahead(&self, searches: &[&Search], filters: &ServerFilters) -> HashSet<Exact> {
        let mut answered = HashSet::new();
        if self.answers.is_offline() {
            return answered;
        }
        let mut missing: Vec<(Exact, Vec<String>)> = Vec::new();
        for groups in searches.iter().flat_map(|search| self.groups_ahead(search, filters)) {
            let Some(first) = groups.first() else { continue };
            let exact = self.exact_products(&groups, first);
            if answered.insert(exact.clone()) && !self.is_ahead(Answer::Products, &exact).await {
                missing.push((exact, groups));
            }
        }
        let mut seen = HashSet::new();
        let all: Vec<String> = missing
            .iter()
            .flat_map(|(_, groups)| groups)
            .filter(|group| seen.insert(*group))
            .cloned()
            .collect();
        match self.fetch_products(&all).await {
            Ok(products) => {
                let by_group = by_group(&products, &all);
                for (exact, groups) in missing {
                    let rows: Vec<usize> = groups
                        .iter()
                        .filter_map(|group| by_group.get(group.as_str()))
                        .flatten()
                        .copied()
                        .collect();
                    self.answer_ahead(Answer::Products, exact, &products, &rows);
                }
            }
            Err(error) => self.ahead.fail(Service::Products, error),
        }
        answered
    }

    pub(super) async fn names_ahead<'a>(&self, searches: impl Iterator<Item = &'a &'a Search>) {
        let mut seen = HashSet::new();
        let names = searches.map(|search| search.target.to_string());
        let names: Vec<String> = names
            .filter(|name| self.ahead.name(name).is_none() && seen.insert(name.clone()))
            .collect();
        if names.is_empty() {
            return;
        }
        let asked: Vec<&str> = names.iter().map(String::as_str).collect();
        match self.located(&asked).await {
            Ok(resolved) => self.ahead.put_names(names.into_iter().zip(resolved)),
            Err(error) => self.ahead.fail(Service::Resolver, error),
        }
    }

    async fn stars_ahead(&self, ids: Vec<TargetId>, filters: &ServerFilters) {
        let mut missing: Vec<(TargetId, Exact)> = Vec::new();
        let mut seen = HashSet::new();
        for id in ids.into_iter().filter(|id| seen.insert(*id)) {
            let exact = self.exact_rows(&Question::observations_of(&id, filters));
            if !self.is_ahead(Answer::Observations, &exact).await {
                missing.push((id, exact));
            }
        }
        let batches = Batches {
            size: STARS_PER_REQUEST,
            smallest: FEWEST_STARS,
            is_too_much: is_overburdened,
        };
        let asked = batches
            .ask(&missing, &|some: &[(TargetId, Exact)]| {
                self.ask_stars(some, filters).boxed()
            })
            .await;
        if let Err(error) = asked {
            self.ahead.fail(Service::Observations, error);
        }
    }

    async fn ask_stars(&self, stars: &[(TargetId, Exact)], filters: &ServerFilters) -> Result<(), Error> {
        let ids: Vec<TargetId> = stars.iter().map(|(id, _)| *id).collect();
        let question = Question::observations_of_all(&ids, filters);
        let rows = self.fetch_rows(&question, Answer::Observations).await?;
        let mut by_star: HashMap<TargetId, Vec<usize>> = HashMap::new();
        for (row, name) in rows.texts("target_name").enumerate() {
            let catalogs = [Catalog::Tic, Catalog::Kic, Catalog::Epic];
            let ids = catalogs
                .iter()
                .filter_map(|catalog| TargetId::from_target_name(name?, *catalog));
            ids.for_each(|id| by_star.entry(id).or_default().push(row));
        }
        if !rows.is_empty() && ids.iter().all(|id| !by_star.contains_key(id)) {
            let what = format!("rows of other stars than the {} that were asked for", ids.len());
            return Err(Error::answer(Service::Observations, AnswerProblem::Mismatch(what)));
        }
        for (id, exact) in stars {
            let own = by_star.get(id).map_or(&[][..], Vec::as_slice);
            self.answer_ahead(Answer::Observations, exact.clone(), &rows, own);
        }
        Ok(())
    }

    /// Whether the question is answered ahead, or was and the answer is fresh.
    pub(super) async fn is_ahead(&self, answer: Answer, exact: &Exact) -> bool {
        if self.ahead.table(exact).is_some() {
            return true;
        }
        let read = move |body: Vec<u8>| answer.of_bytes(&body);
        match self.answers.recall(exact, read).await {
            Some((date, table)) if self.answers.is_fresh(date, SystemTime::now()) => {
                self.notes.given(answer.service(), date);
                self.ahead.put_table(exact.clone(), table);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Answers one question with these rows of a larger answer, and keeps that.
    pub(super) fn answer_ahead(&self, answer: Answer, exact: Exact, rows: &Table, own: &[usize]) {
        let Ok(table) = (match own.is_empty() {
            true => Ok(Table::with_types(&answer.types())),
            false => rows.take(own),
        }) else {
            // The search itself will ask then.
            return;
        };
        let kept = table.clone();
        self.answers.keep(
            &exact,
            SystemTime::now(),
            Box::new(move |out| Answer::write(&kept, out)),
        );
        self.ahead.put_table(exact, table);
    }

    /// Where a search will look, as far as is known by now.
    fn place_ahead(&self, search: &Search, filters: &ServerFilters) -> Option<Position> {
        if let Target::Position(position) = search.target {
            return Some(position);
        }
        let own = number(search).and_then(|id| place_of(&self.own_rows(search, id, filters)?));
        own.or_else(|| self.ahead.name(&search.target.to_string())?.position())
    }

    fn own_rows(&self, search: &Search, id: TargetId, filters: &ServerFilters) -> Option<Table> {
        let question = Question::observations_of(&id, &own_filters(search, filters));
        let rows = self.ahead.table(&self.exact_rows(&question))?;
        rows.take(&rows_of(&rows, id)).ok()
    }

    /// The observations of which a search will ask for the products, each list by itself.
    fn groups_ahead(&self, search: &Search, filters: &ServerFilters) -> Vec<Vec<String>> {
        let lists = match number(search).filter(|_| search.radius.is_none()) {
            Some(id) => self.groups_of_star(search, id, filters),
            None => self.place_ahead(search, filters).and_then(|place| {
                let question = Question::observations_at(&place, search.radius, filters);
                let rows = self.ahead.table(&self.exact_rows(&question))?;
                Some(vec![groups(&usable(&rows).ok()?.0)])
            }),
        };
        lists.unwrap_or_default()
    }

    fn groups_of_star(&self, search: &Search, id: TargetId, filters: &ServerFilters) -> Option<Vec<Vec<String>>> {
        let own = groups(&usable(&self.own_rows(search, id, filters)?).ok()?.0);
        let mut lists = vec![own];
        if is_asked_for_foreign(search)
            && let Some(place) = self.place_ahead(search, filters)
        {
            let question = Question::observations_at(&place, None, &filters.under_other_names(search));
            if let Some(nearby) = self.ahead.table(&self.exact_rows(&question)) {
                let foreign = foreign_to(&nearby, id, &lists[0], &place).ok()?;
                lists.push(groups(&usable(&foreign).ok()?.0));
            }
        }
        Some(lists)
    }
}

fn is_by_number_alone(search: &Search) -> bool {
    number(search).is_some() && search.radius.is_none()
}

fn is_asked_for_foreign(search: &Search) -> bool {
    search.radius.is_none() && wants_foreign(search) && wants_observations(search)
}

/// The filters with which a star's own observations are asked for: for its neighbours only its place is of use.
fn own_filters(search: &Search, filters: &ServerFilters) -> ServerFilters {
    match search.radius {
        None => filters.clone(),
        Some(_) => filters.relaxed(),
    }
}

/// The rows of each observation, by the one that lists the product, or else by its own.
fn by_group<'a>(products: &Table, groups: &'a [String]) -> HashMap<&'a str, Vec<usize>> {
    let mut rows: HashMap<&str, Vec<usize>> = groups.iter().map(|group| (group.as_str(), Vec::new())).collect();
    let listed = products.texts("parent_obsid").zip(products.texts("obsID"));
    for (row, (parent, own)) in listed.enumerate() {
        let group = [parent, own]
            .into_iter()
            .flatten()
            .find(|group| rows.contains_key(*group));
        if let Some(of_group) = group.and_then(|group| rows.get_mut(group)) {
            of_group.push(row);
        }
    }
    rows
}
