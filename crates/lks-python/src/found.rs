//! What a search found besides its rows, as plain values that can be carried to other processes.

use std::sync::Arc;

use lksearch::{Mission, SearchResult, Table};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::raised;
use crate::shared::Shared;

/// What a search found besides its rows.
#[derive(Clone)]
pub(crate) struct Found {
    pub(crate) mission: Mission,
    pub(crate) warnings: Vec<String>,
    pub(crate) empty_reason: Option<String>,
    pub(crate) position: Option<(f64, f64)>,
    pub(crate) num_duplicates: usize,
    pub(crate) unanswered: Vec<Unanswered>,
    pub(crate) extra_columns: Vec<String>,
    pub(crate) shared: Option<Arc<Shared>>,
}

/// An input without rows.
#[derive(Clone, IntoPyObject, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Unanswered {
    pub(crate) input_row: usize,
    pub(crate) input: String,
    pub(crate) reason: String,
}

impl Found {
    pub(crate) fn new(found: &SearchResult, unanswered: Vec<Unanswered>, shared: Option<Arc<Shared>>) -> Self {
        let mut warnings: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
        warnings.dedup();
        let reason = found.empty_reason.as_ref().map(ToString::to_string);
        let of_many = unanswered.first().filter(|_| found.is_empty()).map(|first| {
            let Unanswered { input, reason, .. } = first;
            match unanswered.len() {
                1 => format!("{input}: {reason}"),
                others => format!("{input}: {reason}; and {} more targets have no rows", others - 1),
            }
        });
        Self {
            mission: found.mission,
            warnings,
            empty_reason: reason.or(of_many),
            position: found.position.as_ref().map(|position| (position.ra(), position.dec())),
            num_duplicates: found.num_duplicates,
            unanswered,
            extra_columns: found.extra_columns.clone(),
            shared,
        }
    }

    pub(crate) fn of_mission(mission: Mission, shared: Option<Arc<Shared>>) -> Self {
        Self::new(&SearchResult::of_table(mission, Table::empty()), Vec::new(), shared)
    }

    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        all.set_item("mission", self.mission.name())?;
        all.set_item("warnings", &self.warnings)?;
        all.set_item("empty_reason", &self.empty_reason)?;
        all.set_item("position", self.position)?;
        all.set_item("num_duplicates", self.num_duplicates)?;
        all.set_item("unanswered", self.unanswered.clone())?;
        all.set_item("extra_columns", &self.extra_columns)?;
        Ok(all)
    }

    pub(crate) fn from_dict(all: &Bound<'_, PyDict>, shared: Option<Arc<Shared>>) -> PyResult<Self> {
        let mission: String = all.as_any().get_item("mission")?.extract()?;
        Ok(Self {
            mission: mission.parse().map_err(raised)?,
            warnings: all.as_any().get_item("warnings")?.extract()?,
            empty_reason: all.as_any().get_item("empty_reason")?.extract()?,
            position: all.as_any().get_item("position")?.extract()?,
            num_duplicates: all.as_any().get_item("num_duplicates")?.extract()?,
            unanswered: all.as_any().get_item("unanswered")?.extract()?,
            extra_columns: all.as_any().get_item("extra_columns")?.extract()?,
            shared,
        })
    }

    /// The rows as a result of a search, for what is asked of those.
    pub(crate) fn result(&self, table: &Table) -> SearchResult {
        let mut result = SearchResult::of_table(self.mission, table.clone());
        result.extra_columns.clone_from(&self.extra_columns);
        result
    }
}
