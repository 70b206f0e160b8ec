//! What became of each row.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use lks_cache::Assurance;
use lks_mast::{NoFile, Product};

use crate::plan::route::Source;
use crate::plan::{Plan, PlannedRows, Step};

/// One row per row of the table, in its order.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// The rows.
    pub rows: Vec<ManifestRow>,
    /// Which rows of a plan that was handed on these are.
    pub(crate) planned: Option<Arc<PlannedRows>>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ManifestRow {
    /// Where the file is, or its `s3://` URI.
    pub local_path: Option<String>,
    /// Whether it is there.
    pub status: Status,
    /// What the user should know.
    pub message: Option<String>,
    /// Where its bytes came from, or should have come from.
    pub url: Option<String>,
    /// Which kind of source that is.
    pub source: Option<Source>,
    /// Size in bytes.
    pub bytes: Option<u64>,
    /// Hash of the bytes, in hexadecimal digits.
    pub sha256: Option<String>,
    /// What was proven of the bytes when they came.
    pub assurance: Option<Assurance>,
    /// How often it was begun, or continued after a failure; 0 if nothing was sent for it. The parts of one file are one attempt.
    pub attempts: u32,
    /// Time spent on it, in seconds.
    pub seconds: f64,
    /// The table's `dataURI`.
    pub data_uri: Option<String>,
    /// The table's `obs_collection`: with the next two, what is needed to try again.
    pub collection: Option<String>,
    /// The table's `obs_id`.
    pub obs_id: Option<String>,
    /// The file's name; that of a cutout says what was cut out ([`Cutout::of_name`](lks_mast::Cutout::of_name)).
    pub filename: Option<String>,
    /// The table's `size` in bytes.
    pub size: Option<u64>,
    /// Why there is no file, for a row with [`Status::Error`].
    pub failure: Option<FailureKind>,
    /// What is remarkable about a file that is there; it is part of the message, too.
    pub remark: Option<Remark>,
}

/// Something about a file that is reported once: when it came, or when it was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// It is odd, and the archive serves it so.
    AsServed(String),
    /// It is good, and another source gave a damaged copy, or could not make the cutout.
    Refused(String),
}

/// Whether a file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It is there and complete.
    Complete,
    /// It is there, and was not checked.
    Unknown,
    /// It was not wanted.
    Skipped,
    /// It could not be had.
    Error,
}

impl Status {
    /// The word for it in manifests.
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "COMPLETE",
            Self::Unknown => "UNKNOWN",
            Self::Skipped => "SKIPPED",
            Self::Error => "ERROR",
        }
    }
}

/// Why a file could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The source could not be reached or did not answer properly, for now.
    Unavailable,
    /// It asked for a longer wait than is allowed.
    RateLimited,
    /// It does not have the file.
    NotFound,
    /// It does not give the file to us.
    Denied,
    /// It refused the request for good, or broke the protocol.
    Remote,
    /// What was received is not what was requested.
    Corrupt,
    /// The file changed while it was fetched.
    Changed,
    /// The archive's name for the file is not a safe file name.
    UnsafeName,
    /// The local disk.
    Storage,
}

impl ManifestRow {
    /// The row of a step of which nothing is known yet.
    pub(crate) fn of(product: &Result<Product, NoFile>) -> Self {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let (collection, obs_id, filename) = match product {
            Ok(product) => (product.collection(), product.obs_id(), product.filename()),
            Err(none) => (&*none.collection, &*none.obs_id, &*none.filename),
        };
        let product = product.as_ref().ok();
        Self {
            local_path: None,
            status: Status::Skipped,
            message: None,
            url: None,
            source: None,
            bytes: None,
            sha256: None,
            assurance: None,
            attempts: 0,
            seconds: 0.0,
            data_uri: product.and_then(Product::data_uri).map(str::to_owned),
            collection: known(collection),
            obs_id: known(obs_id),
            filename: known(filename),
            size: product.and_then(Product::size),
            failure: None,
            remark: None,
        }
    }

    /// The row of the same file, listed again: nothing was done for it.
    pub(crate) fn repeated(&self) -> Self {
        Self {
            attempts: 0,
            seconds: 0.0,
            remark: None,
            ..self.clone()
        }
    }
}

impl Manifest {
    /// The manifest of a plan that nothing was done for, for this reason.
    pub fn refused(plan: &Plan, reason: &str) -> Self {
        let refused = |step: &Step| ManifestRow {
            status: Status::Error,
            message: Some(reason.to_owned()),
            failure: Some(FailureKind::Storage),
            ..ManifestRow::of(&step.product)
        };
        Self {
            rows: plan.steps.iter().map(refused).collect(),
            planned: plan.planned.clone(),
        }
    }

    /// How many rows have each status.
    pub fn counts(&self) -> BTreeMap<Status, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.status).or_insert(0) += 1;
        }
        counts
    }

    /// Where the files are, in the order of the rows; a row without a file, or with a link instead, has none.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let files = self.rows.iter().filter(|row| row.source != Some(Source::Link));
        files.filter_map(|row| row.local_path.as_deref().map(Path::new))
    }

    /// Warnings about files that came: one line for each kind, however many they are, since each row reports its own.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let line = |of: fn(&Remark) -> Option<&String>| {
            let mut remarked = self
                .rows
                .iter()
                .filter_map(|row| Some((row, of(row.remark.as_ref()?)?)));
            let (first, remark) = remarked.next()?;
            let others = match remarked.count() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            Some(format!(
                "{}{others}: {remark}",
                first.filename.as_deref().unwrap_or_default()
            ))
        };
        let refused = line(|remark| match remark {
            Remark::Refused(text) => Some(text),
            Remark::AsServed(_) => None,
        });
        let as_served = line(|remark| match remark {
            Remark::AsServed(text) => Some(text),
            Remark::Refused(_) => None,
        });
        refused.into_iter().chain(as_served).collect()
    }

    /// How many rows are errors.
    pub fn num_failed(&self) -> usize {
        self.rows.iter().filter(|row| row.status == Status::Error).count()
    }
}

#[cfg(test)]
mod tests;
