//! A plan as a table that machines hand on: what each row asks for and where that lies, so that nobody who fetches asks for it again.
//!
//! What it says of itself are metadata of its file, `lksearch.plan.…`, as Parquet and Arrow files have them. Its columns are those of the table
//! that was planned, and:
//!
//! ```text
//! plan_row    number of the row in the plan, from 0; kept where rows are left out, so that manifests can be put together again
//! cloud_key   key of its object on the cloud; null for what is not there
//! routes      `cloud mast`: where its bytes come from, in order; for people, and for sums by `GROUP BY`
//! ```

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use lks_mast::{CutoutSize, KeptAnswer, Product, Warning};
use lks_table::Table;
use sha2::{Digest, Sha256};

use super::Cloud;
use super::decide::decide;
use super::header::{Authorship, PlanHeader, Sources, num_rows};
use super::policy::{CutoutSource, Policy};
use crate::error::Error;
use crate::plan::{Action, Local, PlannedRows};
use crate::report::manifest::Manifest;
use crate::store::checksum::hex;

pub(crate) const ROW: &str = "plan_row";
pub(crate) const KEY: &str = "cloud_key";
const ROUTES: &str = "routes";

/// A plan, or a shard of it, and its rows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PortablePlan {
    /// What it says of itself.
    pub header: PlanHeader,
    table: Table,
    /// When the oldest of the places on the cloud was told, if some of these were kept from earlier. The table does not say it.
    pub kept: Option<KeptAnswer>,
    /// That the look-up fails now, if that is why older places are given. The table does not say it.
    pub warning: Option<Warning>,
}

/// A plan whose rows are added part by part.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    cutout_size: CutoutSize,
    policy: Policy,
    authorship: Authorship,
    /// Of the URIs of the rows so far.
    hash: Sha256,
    num_rows: u64,
    /// Hashes of the URIs so far, and the bytes of their files.
    seen: HashSet<u64>,
    num_bytes: u64,
}

impl Draft {
    pub(crate) fn new(cutout_size: CutoutSize, policy: &Policy, authorship: Authorship) -> Self {
        Self {
            cutout_size,
            policy: policy.clone(),
            authorship,
            hash: Sha256::new(),
            num_rows: 0,
            seen: HashSet::new(),
            num_bytes: 0,
        }
    }

    /// The next rows as the plan has them, of what was told about their places by `dataURI`. Metadata of their table do not belong to the plan.
    pub(crate) fn add(&mut self, rows: &Table, places: HashMap<String, Option<String>>) -> Result<Table, Error> {
        // What became of rows earlier, if they are those of a manifest, does not belong to what is planned now.
        let report = Manifest::default().to_table()?;
        let own = ["dataURI", "obs_collection", "obs_id", "productFilename", "size"];
        let gone = report.column_names().filter(|name| !own.contains(name));
        let gone: Vec<&str> = gone.chain(["plan", "shard"]).collect();
        let table = rows.drop(&gone).with_metadata(HashMap::new().into())?;

        let cloud = Cloud::Known(places);
        let (mut keys, mut routes, mut cutouts) = (Vec::new(), Vec::new(), false);
        for row in table.rows() {
            let product = Product::of_row(&row, self.cutout_size);
            let uri = product.as_ref().map_or("", Product::uri);
            self.hash.update(uri);
            self.hash.update("\n");
            cutouts |= product.as_ref().is_ok_and(|product| product.cutout().is_some());
            if let Ok(size) = product.as_ref().map(Product::size)
                && self.seen.insert(hash_of(uri))
            {
                self.num_bytes = self.num_bytes.saturating_add(size.unwrap_or(0));
            }
            let action = product.map(|product| decide(&product, &Local::Absent, &cloud, &self.policy));
            routes.push(action.ok().as_ref().and_then(words));
            keys.push(row.text("dataURI").and_then(|uri| cloud.key(uri)));
        }
        let first = self.num_rows;
        self.num_rows += table.num_rows() as u64;
        let numbers = (first..self.num_rows).map(|row| i64::try_from(row).ok());
        let planned = table
            .with_integer(ROW, numbers)?
            .with_text(KEY, keys)?
            .with_text(ROUTES, routes)?;
        if !cutouts {
            return Ok(planned);
        }
        let names = table.rows().map(|row| match Product::of_row(&row, self.cutout_size) {
            Ok(product) => Some(product.filename().to_owned()),
            Err(_) => row.text("productFilename").map(str::to_owned),
        });
        Ok(planned.with_text("productFilename", names)?)
    }

    /// The bytes of the files so far, as far as they are known; a file that is listed twice counts once.
    pub(crate) fn num_bytes(&self) -> u64 {
        self.num_bytes
    }

    /// What the plan says of itself, with the rows so far.
    pub(crate) fn header(&self) -> PlanHeader {
        let hash = self.hash.clone().finalize();
        PlanHeader {
            id: format!("{}-{}", self.num_rows, hex(&hash[..8])),
            authorship: self.authorship.clone(),
            shard: None,
            sources: Sources::of(&self.policy),
            cutouts: self.policy.cutouts,
        }
    }
}

impl PortablePlan {
    /// Of these rows, which get the header as metadata.
    pub(crate) fn of(header: PlanHeader, rows: &Table) -> Result<Self, Error> {
        let table = rows.with_metadata(header.metadata().into())?;
        Ok(Self {
            header,
            table,
            kept: None,
            warning: None,
        })
    }

    /// What a file of a plan or shard holds; `None` for any other table.
    ///
    /// # Errors
    /// [`Error::Plan`] for a plan of a newer version, and for one that is not whole.
    pub fn of_table(table: &Table) -> Result<Option<Self>, Error> {
        let Some(header) = Self::header_of(table)? else {
            return Ok(None);
        };
        Self::check_rows(table)?;
        Ok(Some(Self {
            header,
            table: table.clone(),
            kept: None,
            warning: None,
        }))
    }

    /// What a plan with these columns and metadata says of itself.
    pub(crate) fn header_of(head: &Table) -> Result<Option<PlanHeader>, Error> {
        let header = PlanHeader::of_table(head)?;
        match header.is_none() || head.has_column(KEY) {
            true => Ok(header),
            false => Err(incomplete("the column cloud_key")),
        }
    }

    /// Refuses rows without a number.
    pub(crate) fn check_rows(rows: &Table) -> Result<(), Error> {
        let is_numbered = |row: &lks_table::Row<'_>| row.integer(ROW).is_some_and(|row| row >= 0);
        match rows.rows().all(|row| is_numbered(&row)) {
            true => Ok(()),
            false => Err(incomplete("a number of each row in the column plan_row")),
        }
    }

    /// The columns of a table that are needed to plan its rows, be they those of a plan or not: what else a large one has need not be held.
    pub const NEEDED: [&str; 12] = {
        let [collection, obs_id, filename, uri, size, ra, dec, sequence] = Product::COLUMNS;
        [
            collection, obs_id, filename, uri, size, ra, dec, sequence, ROW, KEY, "plan", "shard",
        ]
    };

    /// These columns of a table.
    #[must_use]
    pub fn needed(table: &Table) -> Table {
        let needed: Vec<&str> = Self::NEEDED.into_iter().filter(|name| table.has_column(name)).collect();
        table.select(&needed).unwrap_or_else(|_| table.clone())
    }

    /// The table, whose metadata are the header: as Parquet or Arrow it keeps them.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The numbers of its rows in the whole plan.
    pub(crate) fn row_numbers(&self) -> Vec<u64> {
        let numbers = self.table.rows().filter_map(|row| row.integer(ROW));
        numbers.map(i64::unsigned_abs).collect()
    }

    /// The keys on the cloud, by `dataURI`; `None` for what is not there.
    pub(crate) fn places(&self) -> HashMap<String, Option<String>> {
        let place = |row: lks_table::Row<'_>| Some((row.text("dataURI")?.to_owned(), row.text(KEY).map(str::to_owned)));
        self.table.rows().filter_map(place).collect()
    }

    /// What is wanted, with the order of places that the plan has, and its source of cutouts if it has chosen one.
    pub(crate) fn policy(&self, wanted: &Policy) -> Policy {
        let (prefer_cloud, cloud_only, download_cloud) = self.header.sources.settings();
        Policy {
            prefer_cloud,
            cloud_only,
            download_cloud,
            cutouts: match self.header.cutouts {
                CutoutSource::Auto => wanted.cutouts,
                chosen => chosen,
            },
            ..wanted.clone()
        }
    }
}

impl PlannedRows {
    /// The rows of a manifest that says which rows of which plan they are.
    pub(crate) fn of_manifest(table: &Table) -> Option<Self> {
        let plan = table.texts("plan").next()?.filter(|id| num_rows(id).is_some())?;
        if !table.texts("plan").all(|id| id == Some(plan)) {
            return None;
        }
        let rows = table.rows().map(|row| u64::try_from(row.integer(ROW)?).ok());
        let first = table.texts("shard").next().flatten();
        let is_one_shard = table.texts("shard").all(|shard| shard == first);
        Some(Self {
            shard: first.filter(|_| is_one_shard).and_then(|shard| shard.parse().ok()),
            rows: rows.collect::<Option<_>>()?,
            plan: plan.to_owned(),
        })
    }
}

fn incomplete(what: &str) -> Error {
    Error::Plan(format!(
        "it is a plan without {what}; make it anew with `lksearch plan`"
    ))
}

pub(crate) fn hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hash = DefaultHasher::new();
    value.hash(&mut hash);
    hash.finish()
}

/// The places of an action, in order.
fn words(action: &Action) -> Option<String> {
    match action {
        Action::Fetch { routes } => {
            let words: Vec<&str> = routes.iter().map(|route| route.source().word()).collect();
            Some(words.join(" "))
        }
        other => other.source().map(|source| source.word().to_owned()),
    }
}

#[cfg(test)]
mod tests;
