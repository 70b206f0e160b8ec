//! Manifests of the parts of one plan, put together: one verdict for each row, in the plan's order, whatever order they come in.

use std::collections::BTreeMap;

use lks_table::{Table, concat};

use crate::error::Error;
use crate::plan::portable::PortablePlan;
use crate::plan::shard::Shard;
use crate::report::manifest::Status;
use crate::report::verdicts::Merging;

/// A manifest, and what to call it.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its file.
    pub name: String,
    /// Its rows.
    pub table: Table,
}

/// What came of merging.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Merged {
    /// One row for each row of the plan that has a verdict, in the plan's order; if the plan was given, for each of its rows.
    pub table: Table,
    /// How many rows of the plan no manifest has.
    pub num_missing: u64,
    /// The shards that they belong to, as far as that is known.
    pub missing_shards: Vec<Shard>,
    /// How many rows have each verdict.
    pub counts: BTreeMap<Status, usize>,
    /// What is odd, and harmless.
    pub warnings: Vec<String>,
}

/// Merges manifests of one plan. Of several verdicts on a row the best holds: `COMPLETE`, `UNKNOWN`, `SKIPPED`, `ERROR`; of equal ones that which says where
/// the bytes came from rather than that they were in the cache, then that of more attempts. Merged again, also with its own result, it is the same.
/// See [`Merging`] for manifests that are too large to be held.
///
/// # Errors
/// [`Error::Plan`] names what is not a manifest of such a run, and manifests of another plan.
pub fn merge(parts: &[Part], plan: Option<&PortablePlan>) -> Result<Merged, Error> {
    let mut merging = Merging::of(plan.map(|plan| plan.header.clone()))?;
    for part in parts {
        merging.begin(&part.name, &part.table)?;
        merging.add(&part.table)?;
    }
    let mut verdicts = merging.verdicts()?;
    let mut tables: Vec<Table> = parts.iter().map(|part| part.table.clone()).collect();
    if let Some(plan) = plan {
        let missing = verdicts.missing(plan.table())?;
        tables.extend(Some(missing).filter(|missing| !missing.is_empty() || tables.is_empty()));
    }
    let merged = Merged {
        table: Table::empty(),
        num_missing: verdicts.num_missing,
        missing_shards: verdicts.missing_shards.iter().copied().collect(),
        counts: verdicts.counts.clone(),
        warnings: std::mem::take(&mut verdicts.warnings),
    };
    let starts: Vec<usize> = tables
        .iter()
        .scan(0, |next, table| {
            let start = *next;
            *next += table.num_rows();
            Some(start)
        })
        .collect();
    let order = verdicts.order().into_iter().map(|place| starts[place.part] + place.row);
    Ok(Merged {
        table: concat(&tables)?.take(&order.collect::<Vec<_>>())?,
        ..merged
    })
}

#[cfg(test)]
mod tests;
