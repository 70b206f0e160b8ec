//! Manifests of the parts of one plan, put together: one verdict for each row, in the plan's order, whatever order they come in.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::Arc;

use lks_mast::{CutoutSize, Product};
use lks_table::{Row, SortKey, Table, concat};

use crate::error::Error;
use crate::plan::PlannedRows;
use crate::plan::header::num_rows;
use crate::plan::portable::{PortablePlan, ROW};
use crate::plan::shard::Shard;
use crate::report::manifest::{Manifest, ManifestRow, Status};

const NEEDED: [&str; 4] = ["Status", "plan", "shard", ROW];
/// So many files are named where many are meant.
const NAMED: usize = 5;

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
///
/// # Errors
/// [`Error::Plan`] names what is not a manifest of such a run, and manifests of another plan.
pub fn merge(parts: &[Part], plan: Option<&PortablePlan>) -> Result<Merged, Error> {
    let id = id(parts, plan)?;
    let tables: Vec<Table> = parts.iter().map(|part| part.table.clone()).collect();
    let all = concat(&tables)?;
    let mut best: BTreeMap<u64, usize> = BTreeMap::new();
    let num_planned = num_rows(&id).unwrap_or(0);
    for (n, row) in all.rows().enumerate() {
        let number = row.integer(ROW).and_then(|number| u64::try_from(number).ok());
        let number = number.filter(|number| *number < num_planned).ok_or_else(|| {
            Error::Plan(format!(
                "{}: a row has no number of a row of the plan {id} in the column {ROW}; make this manifest anew",
                part_of(parts, n)
            ))
        })?;
        match best.get(&number) {
            None => drop(best.insert(number, n)),
            Some(other) => {
                let before = all.row(*other);
                if before.text("dataURI") != row.text("dataURI") {
                    return Err(Error::Plan(format!(
                        "{} and {} have different products as row {number} of the plan; make one of them anew",
                        part_of(parts, *other),
                        part_of(parts, n)
                    )));
                }
                if compare(&row, &before).is_lt() {
                    best.insert(number, n);
                }
            }
        }
    }
    let shards = shards(parts);
    let mut merged = all.take(&best.values().copied().collect::<Vec<_>>())?;
    let mut missing_shards = BTreeSet::new();
    let of: BTreeSet<NonZeroU32> = shards.keys().map(|shard| shard.of).collect();
    let only_of = of.first().copied().filter(|_| of.len() == 1);
    match plan {
        Some(plan) => {
            let missing = missing(plan, &best, only_of, &mut missing_shards)?;
            if !missing.is_empty() {
                merged = concat(&[merged, missing])?.sort(&[SortKey::ascending(ROW)])?;
            }
        }
        // Without the plan nobody knows which rows are missing, but which shards nobody had.
        None if (best.len() as u64) < num_planned => {
            let all = only_of
                .into_iter()
                .flat_map(|of| (0..of.get()).map(move |number| Shard { number, of }));
            missing_shards.extend(all.filter(|shard| !shards.contains_key(shard)));
        }
        None => {}
    }
    let mut counts = BTreeMap::new();
    for row in merged.rows() {
        *counts.entry(status(&row)).or_insert(0) += 1;
    }
    Ok(Merged {
        table: merged,
        num_missing: num_planned - best.len() as u64,
        missing_shards: missing_shards.into_iter().collect(),
        counts,
        warnings: about(&shards),
    })
}

/// The plan that all are of.
fn id(parts: &[Part], plan: Option<&PortablePlan>) -> Result<String, Error> {
    if let Some(shard) = plan.and_then(|plan| plan.header.shard) {
        return Err(Error::Plan(format!(
            "what is given as the plan is its shard {shard}; give the whole plan"
        )));
    }
    let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for part in parts {
        let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !part.table.has_column(name)).collect();
        if !missing.is_empty() {
            return Err(Error::Plan(format!(
                "{} lacks the columns {}; only manifests of `lksearch download --from PLAN|SHARD` with all columns are merged",
                part.name,
                missing.join(", ")
            )));
        }
        for row in part.table.rows() {
            let plan = row.text("plan").filter(|id| num_rows(id).is_some()).ok_or_else(|| {
                Error::Plan(format!(
                    "{}: a row says of no plan that it belongs to it, in the column plan",
                    part.name
                ))
            })?;
            of.entry(plan).or_default().insert(&part.name);
        }
    }
    let given = plan.map(|plan| plan.header.id.as_str());
    let wanted = given.or_else(|| of.keys().next().copied());
    let wanted = wanted
        .ok_or_else(|| Error::Plan("no manifest has a row; give those of a plan, or the plan by --plan".to_owned()))?;
    if of.keys().any(|id| *id != wanted) {
        let each = of.iter().map(|(id, names)| {
            let shown: Vec<&str> = names.iter().copied().take(NAMED).collect();
            let more = match names.len() - shown.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("{}{more} of the plan {id}", shown.join(", "))
        });
        let asked = given.map_or_else(String::new, |id| format!("the plan is {id}; "));
        return Err(Error::Plan(format!(
            "the manifests are not of one plan: {asked}{}; merge those of each plan by themselves",
            each.collect::<Vec<_>>().join("; ")
        )));
    }
    Ok(wanted.to_owned())
}

/// The better verdict is the lesser; the texts of all cells decide at last, so that it does not matter who comes first.
fn compare(a: &Row<'_>, b: &Row<'_>) -> Ordering {
    let rank = |row: &Row<'_>| {
        let is_from_cache = row.text("source") == Some("cache");
        let attempts = row.integer("attempts").unwrap_or(0);
        (status(row), is_from_cache, Reverse(attempts))
    };
    rank(a).cmp(&rank(b)).then_with(|| texts(a).cmp(texts(b)))
}

fn texts(row: &Row<'_>) -> impl Iterator<Item = String> {
    row.cells()
        .map(|cell| cell.map_or_else(String::new, |cell| format!("{cell:?}")))
}

fn status(row: &Row<'_>) -> Status {
    let known = [Status::Complete, Status::Unknown, Status::Skipped];
    let word = row.text("Status");
    known
        .into_iter()
        .find(|status| word == Some(status.word()))
        .unwrap_or(Status::Error)
}

/// The name of the manifest that has this row of all.
fn part_of(parts: &[Part], row: usize) -> &str {
    let mut end = 0;
    let part = parts.iter().find(|part| {
        end += part.table.num_rows();
        row < end
    });
    part.map_or("", |part| &part.name)
}

/// The rows of each shard, by the manifests that have them.
type Shards<'a> = BTreeMap<Shard, BTreeMap<&'a str, BTreeSet<i64>>>;

fn shards(parts: &[Part]) -> Shards<'_> {
    let mut shards = Shards::new();
    for part in parts {
        for row in part.table.rows() {
            if let (Some(Ok(shard)), Some(number)) = (row.text("shard").map(str::parse), row.integer(ROW)) {
                let of = shards.entry(shard).or_default();
                of.entry(part.name.as_str()).or_default().insert(number);
            }
        }
    }
    shards
}

/// Shards that cannot all be of one sharding.
fn about(shards: &Shards<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let of: BTreeMap<NonZeroU32, &str> = shards
        .iter()
        .filter_map(|(shard, parts)| Some((shard.of, *parts.keys().next()?)))
        .collect();
    if of.len() > 1 {
        let each: Vec<String> = of.iter().map(|(of, name)| format!("of {of} ({name})")).collect();
        warnings.push(format!(
            "the plan was cut into shards more than once: {}; rows are put together by their numbers in the plan",
            each.join(", ")
        ));
    }
    for (shard, parts) in shards {
        let mut parts = parts.iter();
        let Some((first, rows)) = parts.next() else { continue };
        // A run of a few of the rows is one of the same shard; a retry has all of them.
        let other = parts.find(|(_, others)| !rows.is_subset(others) && !rows.is_superset(others));
        if let Some((other, _)) = other {
            warnings.push(format!(
                "{first} and {other} both say that they are shard {shard} and have different rows; rows are put together by their numbers in the plan"
            ));
        }
    }
    warnings
}

/// A row for each row of the plan that no manifest has.
fn missing(
    plan: &PortablePlan,
    best: &BTreeMap<u64, usize>,
    of: Option<NonZeroU32>,
    shards: &mut BTreeSet<Shard>,
) -> Result<Table, Error> {
    let (mut rows, mut numbers) = (Vec::new(), Vec::new());
    for (row, number) in plan.table().rows().zip(plan.row_numbers()) {
        if best.contains_key(&number) {
            continue;
        }
        let product = Product::of_row(&row, CutoutSize::default());
        let shard = of.map(|of| Shard::of_product(&product, of));
        shards.extend(shard);
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
    let planned = PlannedRows {
        plan: plan.header.id.clone(),
        shard: None,
        rows: numbers,
    };
    let planned = Some(Arc::new(planned));
    Ok(Manifest { rows, planned }.to_table()?)
}

#[cfg(test)]
mod tests;
