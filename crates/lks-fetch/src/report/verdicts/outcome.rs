//! What came of all manifests: the order of their rows, what is missing, and what is odd.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::Arc;

use lks_mast::{CutoutSize, Product};
use lks_table::Table;

use super::{PAGE, Place, Seen, Shards, Verdicts};
use crate::error::Error;
use crate::plan::PlannedRows;
use crate::plan::portable::{PortablePlan, ROW};
use crate::plan::shard::Shard;
use crate::report::manifest::{Manifest, ManifestRow, Status};

impl Verdicts {
    /// A row for each of these rows of the plan that no manifest has.
    ///
    /// # Errors
    /// [`Error::Plan`] if a row is not numbered.
    pub fn missing(&mut self, plan: &Table) -> Result<Table, Error> {
        PortablePlan::check_rows(plan)?;
        let (mut rows, mut numbers) = (Vec::new(), Vec::new());
        for row in plan.rows() {
            let number = row.integer(ROW).map_or(0, i64::unsigned_abs);
            if self.best.get(number).is_some() {
                continue;
            }
            let product = Product::of_row(&row, CutoutSize::default());
            let shard = self.of.map(|of| Shard::of_product(&product, of));
            self.missing_shards.extend(shard);
            let place = shard.map_or_else(String::new, |shard| format!(" (shard {shard})"));
            rows.push(ManifestRow {
                status: Status::Error,
                message: Some(format!(
                    "no manifest has this row{place}; download its shard, or this manifest, and merge again"
                )),
                ..ManifestRow::of(&product)
            });
            numbers.push(number);
        }
        if !rows.is_empty() {
            *self.counts.entry(Status::Error).or_insert(0) += rows.len();
        }
        self.missing.extend(&numbers);
        let planned = PlannedRows {
            plan: self.id.clone(),
            shard: None,
            rows: numbers,
        };
        let planned = Some(Arc::new(planned));
        Ok(Manifest { rows, planned }.to_table()?)
    }

    /// Whether the rows of a manifest are in the order of the plan.
    pub fn is_ordered(&self, part: usize) -> bool {
        self.parts.get(part).is_some_and(|part| part.is_ordered)
    }

    /// The rows of the merged manifest, in the order of the plan.
    pub fn order(self) -> Vec<Place> {
        let part = self.parts.len();
        let missing = (0..)
            .zip(self.missing)
            .map(|(row, number)| (number, Place { part, row }));
        let mut missing: Vec<(u64, Place)> = missing.collect();
        missing.sort_unstable_by_key(|(number, _)| *number);
        let mut missing = missing.into_iter().peekable();
        let mut order = Vec::new();
        for (page, verdicts) in self.best.0 {
            for (number, verdict) in (page * PAGE..).zip(verdicts) {
                order.extend(std::iter::from_fn(|| missing.next_if(|(row, _)| *row <= number)).map(|(_, place)| place));
                order.extend(verdict.map(|verdict| verdict.place));
            }
        }
        order.extend(missing.map(|(_, place)| place));
        order
    }
}

/// Shards that cannot all be of one sharding.
pub(super) fn about(shards: &Shards, parts: &[Seen]) -> Vec<String> {
    let name = |part: &usize| &*parts[*part].name;
    let mut warnings = Vec::new();
    let of: BTreeMap<NonZeroU32, &str> = shards
        .iter()
        .filter_map(|(shard, parts)| Some((shard.of, name(parts.keys().next()?))))
        .collect();
    if of.len() > 1 {
        let each: Vec<String> = of.iter().map(|(of, name)| format!("of {of} ({name})")).collect();
        warnings.push(format!(
            "the plan was cut into shards more than once: {}; rows are put together by their numbers in the plan",
            each.join(", ")
        ));
    }
    for (shard, parts) in shards.iter().filter(|(_, parts)| parts.len() > 1) {
        let mut parts = parts
            .iter()
            .map(|(part, rows)| (part, rows.iter().collect::<BTreeSet<_>>()));
        let Some((first, rows)) = parts.next() else { continue };
        // A run of a few of the rows is one of the same shard; a retry has all of them.
        let other = parts.find(|(_, others)| !rows.is_subset(others) && !rows.is_superset(others));
        if let Some((other, _)) = other {
            let (first, other) = (name(first), name(other));
            warnings.push(format!(
                "{first} and {other} both say that they are shard {shard} and have different rows; rows are put together by their numbers in the plan"
            ));
        }
    }
    warnings
}
