//! The best verdict on each row of a plan, of manifests that may come in parts, so that they need not fit into memory.

mod outcome;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use lks_table::{Row, Table};

use crate::error::Error;
use crate::plan::header::{PlanHeader, num_rows};
use crate::plan::portable::{ROW, hash_of};
use crate::plan::shard::Shard;
use crate::report::manifest::Status;

const NEEDED: [&str; 4] = ["Status", "plan", "shard", ROW];
/// So many files are named where many are meant.
const NAMED: usize = 5;
/// Rows of a page of verdicts.
const PAGE: u64 = 1 << 12;

/// Manifests that are being merged: each is begun, and then its rows are taken in.
#[derive(Debug, Default)]
pub struct Merging {
    plan: Option<PlanHeader>,
    parts: Vec<Seen>,
    /// The manifests that say they are of each plan.
    plans: BTreeMap<String, BTreeSet<usize>>,
    shards: Shards,
    best: Best,
    /// The first two rows that are said to be one, and are not.
    conflict: Option<Error>,
}

/// A manifest so far.
#[derive(Debug)]
struct Seen {
    name: String,
    num_rows: u32,
    last: u64,
    is_ordered: bool,
}

/// The rows of each shard, by the manifests that have them.
type Shards = BTreeMap<Shard, BTreeMap<usize, Vec<u64>>>;

/// The best verdict on each row, in pages, because rows may be missing.
#[derive(Debug, Default)]
struct Best(BTreeMap<u64, Vec<Option<Verdict>>>);

/// What a row of a manifest says; the lesser is the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Verdict {
    status: Status,
    is_from_cache: bool,
    attempts: Reverse<u32>,
    /// A hash of all cells decides at last, so that it does not matter who comes first.
    cells: u64,
    product: u64,
    place: Place,
}

/// A row of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The number of the manifest, in the order in which they were begun; that of the rows of [`Verdicts::missing`] follows.
    pub part: usize,
    /// The number of its row.
    pub row: usize,
}

/// What came of all manifests.
#[derive(Debug)]
#[non_exhaustive]
pub struct Verdicts {
    /// How many rows of the plan no manifest has.
    pub num_missing: u64,
    /// The shards that they belong to, as far as that is known.
    pub missing_shards: BTreeSet<Shard>,
    /// How many rows have each verdict.
    pub counts: BTreeMap<Status, usize>,
    /// What is odd, and harmless.
    pub warnings: Vec<String>,
    id: String,
    of: Option<NonZeroU32>,
    parts: Vec<Seen>,
    best: Best,
    /// Rows of the plan that no manifest has, as far as it was shown.
    missing: Vec<u64>,
}

impl Merging {
    /// Manifests of this plan, or of the one that they say.
    ///
    /// # Errors
    /// [`Error::Plan`] if it is a shard.
    pub fn of(plan: Option<PlanHeader>) -> Result<Self, Error> {
        if let Some(shard) = plan.as_ref().and_then(|plan| plan.shard) {
            return Err(Error::Plan(format!(
                "what is given as the plan is its shard {shard}; give the whole plan"
            )));
        }
        Ok(Self {
            plan,
            ..Self::default()
        })
    }

    /// Begins the next manifest, which has these columns.
    ///
    /// # Errors
    /// [`Error::Plan`] if it is not one of a plan.
    pub fn begin(&mut self, name: &str, head: &Table) -> Result<(), Error> {
        let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !head.has_column(name)).collect();
        // A manifest without rows may have been written without columns, too.
        if !missing.is_empty() && head.column_names().len() > 0 {
            return Err(Error::Plan(format!(
                "{name} lacks the columns {}; only manifests of `lksearch download --from PLAN|SHARD` with all columns are merged",
                missing.join(", ")
            )));
        }
        self.parts.push(Seen {
            name: name.to_owned(),
            num_rows: 0,
            last: 0,
            is_ordered: true,
        });
        Ok(())
    }

    /// Takes in the next rows of the manifest that was begun last.
    ///
    /// # Errors
    /// [`Error::Plan`] for a row that says of no plan that it belongs to it, or not to which row.
    pub fn add(&mut self, rows: &Table) -> Result<(), Error> {
        let number = self.parts.len().saturating_sub(1);
        let names: Vec<&str> = rows.column_names().collect();
        for row in rows.rows() {
            let Some(part) = self.parts.last_mut() else { continue };
            let id = row.text("plan").filter(|id| num_rows(id).is_some()).ok_or_else(|| {
                Error::Plan(format!(
                    "{}: a row says of no plan that it belongs to it, in the column plan",
                    part.name
                ))
            })?;
            let place = row.integer(ROW).and_then(|place| u64::try_from(place).ok());
            let place = place.filter(|place| num_rows(id).is_some_and(|all| *place < all));
            let place = place.ok_or_else(|| {
                Error::Plan(format!(
                    "{}: a row has no number of a row of the plan {id} in the column {ROW}; make this manifest anew",
                    part.name
                ))
            })?;
            if !self.plans.get(id).is_some_and(|parts| parts.contains(&number)) {
                self.plans.entry(id.to_owned()).or_default().insert(number);
            }
            if let Some(Ok(shard)) = row.text("shard").map(str::parse) {
                let of = self.shards.entry(shard).or_default();
                of.entry(number).or_default().push(place);
            }
            part.is_ordered &= part.num_rows == 0 || part.last < place;
            part.last = place;
            let verdict = Verdict::of(&row, &names, number, part.num_rows as usize);
            part.num_rows += 1;
            if let Some(other) = self.best.add(place, verdict)
                && self.conflict.is_none()
            {
                self.conflict = Some(Error::Plan(format!(
                    "{} and {} have different products as row {place} of the plan; make one of them anew",
                    self.parts[other].name, self.parts[number].name
                )));
            }
        }
        Ok(())
    }

    /// What came of all of them.
    ///
    /// # Errors
    /// [`Error::Plan`] if they are not of one plan, or do not fit together.
    pub fn verdicts(self) -> Result<Verdicts, Error> {
        let id = self.id()?;
        if let Some(conflict) = self.conflict {
            return Err(conflict);
        }
        let mut counts = BTreeMap::new();
        for verdict in self.best.0.values().flatten().flatten() {
            *counts.entry(verdict.status).or_insert(0) += 1;
        }
        let num_found: usize = counts.values().sum();
        let num_missing = num_rows(&id).unwrap_or(0) - num_found as u64;
        let of: BTreeSet<NonZeroU32> = self.shards.keys().map(|shard| shard.of).collect();
        let of = of.first().copied().filter(|_| of.len() == 1);
        // Without the plan nobody knows which rows are missing, but which shards nobody had.
        let all = of.filter(|_| self.plan.is_none() && num_missing > 0).into_iter();
        let all = all.flat_map(|of| (0..of.get()).map(move |number| Shard { number, of }));
        Ok(Verdicts {
            missing_shards: all.filter(|shard| !self.shards.contains_key(shard)).collect(),
            warnings: outcome::about(&self.shards, &self.parts),
            num_missing,
            counts,
            id,
            of,
            parts: self.parts,
            best: self.best,
            missing: Vec::new(),
        })
    }

    /// The plan that all are of.
    fn id(&self) -> Result<String, Error> {
        let given = self.plan.as_ref().map(|plan| &plan.id);
        let wanted = given.or_else(|| self.plans.keys().next());
        let wanted = wanted.ok_or_else(|| {
            Error::Plan("no manifest has a row; give those of a plan, or the plan by --plan".to_owned())
        })?;
        if self.plans.keys().all(|id| id == wanted) {
            return Ok(wanted.clone());
        }
        let each = self.plans.iter().map(|(id, parts)| {
            let shown: Vec<&str> = parts.iter().map(|part| &*self.parts[*part].name).take(NAMED).collect();
            let more = match parts.len() - shown.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("{}{more} of the plan {id}", shown.join(", "))
        });
        let asked = given.map_or_else(String::new, |id| format!("the plan is {id}; "));
        Err(Error::Plan(format!(
            "the manifests are not of one plan: {asked}{}; merge those of each plan by themselves",
            each.collect::<Vec<_>>().join("; ")
        )))
    }
}

impl Best {
    /// Takes the verdict if it is the best on this row; gives the manifest that has another product there.
    fn add(&mut self, row: u64, verdict: Verdict) -> Option<usize> {
        let page = self.0.entry(row / PAGE).or_insert_with(|| vec![None; PAGE as usize]);
        let best = &mut page[(row % PAGE) as usize];
        let other = best.filter(|best| best.product != verdict.product);
        if best.is_none_or(|best| verdict < best) {
            *best = Some(verdict);
        }
        other.map(|best| best.place.part)
    }

    fn get(&self, row: u64) -> Option<Verdict> {
        *self.0.get(&(row / PAGE))?.get((row % PAGE) as usize)?
    }
}

impl Verdict {
    fn of(row: &Row<'_>, names: &[&str], part: usize, number: usize) -> Self {
        // The order of columns does not count, nor do those without a value, which other manifests may lack.
        let cells = names.iter().zip(row.cells());
        let cells = cells.filter_map(|(name, cell)| Some(hash_of(&(name, format!("{:?}", cell?)))));
        Self {
            status: status(row),
            is_from_cache: row.text("source") == Some("cache"),
            attempts: Reverse(row.integer("attempts").and_then(|n| u32::try_from(n).ok()).unwrap_or(0)),
            cells: cells.fold(0, u64::wrapping_add),
            product: hash_of(&row.text("dataURI")),
            place: Place { part, row: number },
        }
    }
}

fn status(row: &Row<'_>) -> Status {
    let known = [Status::Complete, Status::Unknown, Status::Skipped];
    let word = row.text("Status");
    known
        .into_iter()
        .find(|status| word == Some(status.word()))
        .unwrap_or(Status::Error)
}
