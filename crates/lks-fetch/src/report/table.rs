//! A manifest and a plan as tables, so that they can be written in every format of a table.

use lks_cache::Assurance;
use lks_mast::{NoFile, Product, with_units};
use lks_table::{Error, Table};

use crate::lock::{Checked, Here, Lock};
use crate::plan::portable::ROW;
use crate::plan::route::Source;
use crate::plan::{Plan, PlannedRows, Step};
use crate::report::manifest::Manifest;

/// A size or count as a table holds it; null in the impossible case that it does not fit.
fn integer(value: Option<u64>) -> Option<i64> {
    value.and_then(|value| i64::try_from(value).ok())
}

impl Manifest {
    /// One row per row of the manifest. The first four columns are those of the Python package; those from `dataURI` to `size` are what
    /// [`Product::of_table`] needs, so that a manifest is also a table to download again. `bytes` and `size` are bytes, `seconds` seconds. One of a
    /// [`PortablePlan`](crate::PortablePlan) has `plan`, `shard` and `plan_row` besides, by which [`merge`](crate::merge) puts manifests together.
    ///
    /// ```
    /// let table = lks_fetch::Manifest::default().to_table()?;
    /// let names: Vec<_> = table.column_names().collect();
    /// assert_eq!(names[..7], ["Local Path", "Status", "Message", "URL", "source", "bytes", "sha256"]);
    /// assert_eq!(names[7..], ["attempts", "seconds", "dataURI", "obs_collection", "obs_id", "productFilename", "size", "assurance"]);
    /// # Ok::<(), lks_table::Error>(())
    /// ```
    ///
    /// # Errors
    /// Never for a manifest of this crate; what the table says is passed on all the same.
    pub fn to_table(&self) -> Result<Table, Error> {
        let rows = || self.rows.iter();
        let table = with_units(
            &Table::empty()
                .with_text("Local Path", rows().map(|row| row.local_path.as_ref()))?
                .with_text("Status", rows().map(|row| Some(row.status.word())))?
                .with_text("Message", rows().map(|row| row.message.as_ref()))?
                .with_text("URL", rows().map(|row| row.url.as_ref()))?
                .with_text("source", rows().map(|row| row.source.map(Source::word)))?
                .with_integer("bytes", rows().map(|row| integer(row.bytes)))?
                .with_text("sha256", rows().map(|row| row.sha256.as_ref()))?
                .with_integer("attempts", rows().map(|row| Some(i64::from(row.attempts))))?
                .with_float("seconds", rows().map(|row| Some(row.seconds)))?
                .with_text("dataURI", rows().map(|row| row.data_uri.as_ref()))?
                .with_text("obs_collection", rows().map(|row| row.collection.as_ref()))?
                .with_text("obs_id", rows().map(|row| row.obs_id.as_ref()))?
                .with_text("productFilename", rows().map(|row| row.filename.as_ref()))?
                .with_integer("size", rows().map(|row| integer(row.size)))?
                .with_text("assurance", rows().map(|row| row.assurance.map(Assurance::word)))?,
        )?;
        let Some(planned) = &self.planned else {
            return Ok(table);
        };
        let PlannedRows {
            plan,
            shard,
            rows: numbers,
        } = &**planned;
        let shard = shard.map(|shard| shard.to_string());
        table
            .with_text("plan", rows().map(|_| Some(plan)))?
            .with_text("shard", rows().map(|_| shard.as_ref()))?
            .with_integer(ROW, numbers.iter().map(|row| integer(Some(*row))))
    }
}

impl Lock {
    /// How the products compare: one row per product of the lock, in its order. `Status` is `EQUAL` (here), `HELD` (the bytes are here, and not at
    /// the product's path), `OTHER`, `MISSING` or `UNREADABLE`; `upstream` is `same`, `changed` or `unknown`, and null where it was not asked.
    ///
    /// # Errors
    /// As [`Manifest::to_table`].
    pub fn compared(&self, checked: &[Checked]) -> Result<Table, Error> {
        let locked = || self.products().iter().zip(checked).map(|(locked, _)| locked);
        let path = |one: &Checked| match &one.here {
            Here::Equal(path) | Here::Elsewhere(path) | Here::Other(path) => Some(path.display().to_string()),
            Here::Missing | Here::Unreadable(_) => None,
        };
        with_units(
            &Table::empty()
                .with_text("Local Path", checked.iter().map(path))?
                .with_text("Status", checked.iter().map(|one| Some(one.here.word())))?
                .with_text("upstream", checked.iter().map(|one| one.upstream.word()))?
                .with_text("Message", checked.iter().map(Checked::message))?
                .with_text("source", locked().map(|locked| locked.source.as_ref()))?
                .with_integer("bytes", locked().map(|locked| integer(Some(locked.content.size))))?
                .with_text("sha256", locked().map(|locked| Some(&locked.content.sha256)))?
                .with_text("dataURI", locked().map(|locked| locked.product.data_uri()))?
                .with_text(
                    "obs_collection",
                    locked().map(|locked| Some(locked.product.collection())),
                )?
                .with_text("obs_id", locked().map(|locked| Some(locked.product.obs_id())))?
                .with_text(
                    "productFilename",
                    locked().map(|locked| Some(locked.product.filename())),
                )?,
        )
    }
}

impl Plan {
    /// What would be done: one row per row of the table that was planned; `bytes` as far as known.
    ///
    /// # Errors
    /// As [`Manifest::to_table`].
    pub fn to_table(&self) -> Result<Table, Error> {
        let steps = || self.steps.iter();
        let named = |product: fn(&Product) -> &str, none: fn(&NoFile) -> &str| {
            steps().map(move |step| Some(step.product.as_ref().map_or_else(none, product)))
        };
        with_units(
            &Table::empty()
                .with_text("action", steps().map(|step| Some(step.action.word())))?
                .with_text("source", steps().map(|step| step.action.source().map(Source::word)))?
                .with_integer("bytes", steps().map(|step| integer(step.size())))?
                .with_text(
                    "dataURI",
                    steps().map(|step| step.product.as_ref().ok().and_then(Product::data_uri)),
                )?
                .with_text("obs_collection", named(Product::collection, |none| &none.collection))?
                .with_text("obs_id", named(Product::obs_id, |none| &none.obs_id))?
                .with_text("productFilename", steps().map(|step| Some(step.filename())))?
                .with_text("Message", steps().map(Step::message))?,
        )
    }
}
