//! The manifest of a run that goes on: for a file that tells, after a kill, what was done and what was not.

use std::sync::Arc;

use crate::plan::{Action, Plan, PlannedRows, Step};
use crate::report::manifest::{Manifest, ManifestRow, Status};

const NOT_YET: &str = "the run was stopped before this row; download this manifest to go on";

/// What is known of the rows of a plan so far.
#[derive(Debug, Clone)]
pub struct Journal {
    rows: Vec<ManifestRow>,
    /// Rows that repeat an earlier one, and which.
    repeats: Vec<(usize, usize)>,
    planned: Option<Arc<PlannedRows>>,
}

impl Journal {
    /// Before anything was done.
    pub fn new(plan: &Plan) -> Self {
        let not_yet = |step: &Step| ManifestRow {
            status: Status::Error,
            message: Some(NOT_YET.to_owned()),
            ..ManifestRow::of(&step.product)
        };
        let repeat = |(n, action): (usize, &Action)| match action {
            Action::SameAs { row } => Some((n, *row)),
            Action::Keep { .. }
            | Action::Fetch { .. }
            | Action::Link { .. }
            | Action::Skip { .. }
            | Action::Fail { .. } => None,
        };
        Self {
            rows: plan.steps.iter().map(not_yet).collect(),
            repeats: plan
                .steps
                .iter()
                .map(|step| &step.action)
                .enumerate()
                .filter_map(repeat)
                .collect(),
            planned: plan.planned.clone(),
        }
    }

    /// A row is done with ([`Event::FileDone`](crate::Event::FileDone)).
    pub fn note(&mut self, n: usize, outcome: &ManifestRow) {
        if let Some(row) = self.rows.get_mut(n) {
            row.clone_from(outcome);
        }
    }

    /// One row per row of the plan; those that are not done with are errors that say so.
    pub fn manifest(&self) -> Manifest {
        let mut rows = self.rows.clone();
        for (n, first) in &self.repeats {
            rows[*n] = rows[*first].repeated();
        }
        Manifest {
            rows,
            planned: self.planned.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
