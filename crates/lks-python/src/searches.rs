//! Searches for a target, for many, and for whatever the archive lists.

use std::sync::Arc;

use lksearch::archive::PipelineCount;
use lksearch::{Client, Error, ErrorKind, Search, SearchResult, Table, Target};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::found::{Found, Unanswered};
use crate::import;
use crate::question::{self, Targets};
use crate::shared::Shared;
use crate::table::{About, object};
use crate::task::Task;

impl Shared {
    pub(crate) fn search_task(
        self: &Arc<Self>,
        target: Option<&Bound<'_, PyAny>>,
        mission: &str,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Task> {
        let question = Question::read(target, mission, filters)?;
        self.found_task(|client| question.asked(client))
    }

    pub(crate) fn products_task(
        self: &Arc<Self>,
        observations: &Bound<'_, PyAny>,
        mission: &str,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Task> {
        let (observations, search) = (
            import::table(observations)?,
            question::search(mission, Target::Any, filters)?,
        );
        let describe = |client: Client| async move {
            Ok((
                client.products_of_observations(&search, &observations).await?,
                Vec::new(),
            ))
        };
        self.found_task(describe)
    }

    fn found_task<F>(self: &Arc<Self>, work: impl FnOnce(Client) -> F) -> PyResult<Task>
    where
        F: Future<Output = Result<(SearchResult, Vec<Unanswered>), Error>> + Send + 'static,
    {
        let shared = Arc::clone(self);
        Task::new(self, work, move |py, (found, unanswered)| {
            let table = found.table.clone();
            let found = Found::new(&found, unanswered, Some(shared));
            object(py, table, About::Found(Arc::new(found)))
        })
    }

    pub(crate) fn count_task(self: &Arc<Self>, mission: &str, filters: Option<&Bound<'_, PyDict>>) -> PyResult<Task> {
        let search = question::search(mission, Target::Any, filters)?;
        let count = |client: Client| async move { client.count(&search).await };
        Task::new(self, count, |py, counts: Vec<PipelineCount>| {
            let all = PyDict::new(py);
            for PipelineCount {
                pipeline,
                num_observations,
                ..
            } in counts
            {
                all.set_item(pipeline.unwrap_or_default(), num_observations)?;
            }
            all.into_py_any(py)
        })
    }
}

/// A search for one target, for many, or for none.
pub(crate) struct Question {
    search: Search,
    /// Of many targets, each as text.
    inputs: Option<Vec<String>>,
}

impl Question {
    pub(crate) fn read(
        target: Option<&Bound<'_, PyAny>>,
        mission: &str,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let (target, inputs) = match Targets::read(target)? {
            Targets::One(target) => (target, None),
            Targets::Many(inputs) => (Target::Any, Some(inputs)),
            Targets::Any => (Target::Any, None),
        };
        let search = question::search(mission, target, filters)?;
        Ok(Self { search, inputs })
    }

    pub(crate) async fn asked(self, client: Client) -> Result<(SearchResult, Vec<Unanswered>), Error> {
        match self.inputs {
            Some(inputs) => many(client, self.search, inputs).await,
            None if self.search.target == Target::Any => listed(client, self.search).await,
            None => Ok((client.search(&self.search).await?, Vec::new())),
        }
    }
}

/// All parts of what is listed of a sector, a quarter or a campaign.
async fn listed(client: Client, search: Search) -> Result<(SearchResult, Vec<Unanswered>), Error> {
    let mut listing = client.list(&search)?;
    let mut parts = Vec::new();
    while let Some(part) = listing.next().await? {
        parts.push(part);
    }
    let found = match parts.split_first() {
        Some((first, others)) => first.concat(others)?,
        None => SearchResult::of_table(search.mission, Table::empty()),
    };
    Ok((found, Vec::new()))
}

/// All results of a search for many targets, in one table.
async fn many(client: Client, search: Search, inputs: Vec<String>) -> Result<(SearchResult, Vec<Unanswered>), Error> {
    let mut many = client.search_many(&search, inputs)?;
    let (mut tables, mut unanswered, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    let (mut failure, mut num_failed) = (None, 0);
    while let Some(part) = many.next().await {
        tables.push(part.table()?);
        warnings.extend(part.warnings);
        for result in part.results {
            unanswered.extend(result.reason().map(|reason| Unanswered {
                input_row: result.input_row,
                input: result.input.clone(),
                reason,
            }));
            match result.outcome {
                Ok(found) => warnings.extend(found.warnings),
                Err(error) if ErrorKind::of_archive(&error) != ErrorKind::InvalidQuery => {
                    num_failed += 1;
                    failure = failure.or(Some(error));
                }
                // It is no target, and told as such.
                Err(_) => {}
            }
        }
    }
    let mut found = SearchResult::of_table(search.mission, lksearch::table::concat(&tables)?);
    found.warnings = warnings;
    match failure {
        // What would be raised for one of them.
        Some(error) if num_failed == unanswered.len() && found.is_empty() => Err(error.into()),
        _ => Ok((found, unanswered)),
    }
}
