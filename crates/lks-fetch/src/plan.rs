//! Where each file's bytes come from: decided from plain data, before anything is fetched.

pub(crate) mod decide;
pub(crate) mod download_options;
pub(crate) mod header;
pub(crate) mod policy;
pub(crate) mod portable;
pub(crate) mod route;
pub(crate) mod shard;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use lks_cache::Assurance;
use lks_mast::{Cutout, KeptAnswer, NoFile, Product};

use crate::lock::LockedProduct;
use crate::plan::policy::Policy;
use crate::plan::route::{Route, Source};
use crate::plan::shard::Shard;

/// What the store has of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Local {
    /// Nothing.
    Absent,
    /// A file that must not be used, and why.
    Damaged(String),
    /// A complete file.
    Whole(Kept),
    /// A file that was not checked.
    Unchecked(Kept),
}

/// A file of the store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kept {
    /// Its location.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Hash of its bytes, if it is recorded.
    pub sha256: Option<String>,
    /// What was proven of it when it came, if that is recorded.
    pub assurance: Option<Assurance>,
    /// It was fetched from the cloud, so it is known to be there.
    pub from_cloud: bool,
    /// What is odd about it, if that was noticed only now.
    pub noticed: Option<String>,
}

/// What is known of the places on the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cloud {
    /// S3 keys by `dataURI`; `None` means "not on the cloud", and so does no entry where [`needs_cloud_path`].
    Known(HashMap<String, Option<String>>),
    /// The look-up failed.
    Unknown {
        /// Why.
        reason: String,
    },
}

impl Cloud {
    /// The key of a product that is known to be there.
    fn key(&self, uri: &str) -> Option<&str> {
        match self {
            Self::Known(keys) => keys.get(uri)?.as_deref(),
            Self::Unknown { .. } => None,
        }
    }
}

/// Which rows of a plan that was handed on are carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedRows {
    /// Its id.
    pub plan: String,
    /// Which shard of it they are, if they are one.
    pub shard: Option<Shard>,
    /// Their numbers in it, one for each step.
    pub rows: Vec<u64>,
}

/// What happens to one row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// It is taken from the store.
    Keep {
        /// The file.
        kept: Kept,
        /// It passed the check that was asked for.
        checked: bool,
    },
    /// It is fetched from the first of these places that has it.
    Fetch {
        /// At least one.
        routes: Vec<Route>,
    },
    /// Its `s3://` URI is the answer.
    Link {
        /// The key, without a leading slash.
        key: String,
    },
    /// The same file as an earlier row.
    SameAs {
        /// Index of that row.
        row: usize,
    },
    /// Nothing is done.
    Skip {
        /// Why.
        reason: String,
    },
    /// Nothing can be done.
    Fail {
        /// Why.
        reason: String,
    },
}

/// One row and what happens to it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The file that the row asks for, if it names one.
    pub product: Result<Product, NoFile>,
    /// What happens.
    pub action: Action,
    /// Something the user should know about this row.
    pub note: Option<String>,
    /// The only bytes that may come of it, if they are given.
    pub locked: Option<Arc<LockedProduct>>,
}

impl Action {
    /// The word for it in tables.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Keep { .. } => "keep",
            Self::Fetch { .. } => "fetch",
            Self::Link { .. } => "link",
            Self::SameAs { .. } => "same as another row",
            Self::Skip { .. } => "skip",
            Self::Fail { .. } => "fail",
        }
    }

    /// The kind of source that the file comes from, or that is tried first.
    pub fn source(&self) -> Option<Source> {
        match self {
            Self::Keep { .. } => Some(Source::Cache),
            Self::Fetch { routes } => routes.first().map(Route::source),
            Self::Link { .. } => Some(Source::Link),
            Self::SameAs { .. } | Self::Skip { .. } | Self::Fail { .. } => None,
        }
    }
}

impl Step {
    /// What the user should know: why nothing is done, or what is remarkable.
    pub fn message(&self) -> Option<&str> {
        match &self.action {
            Action::Skip { reason } | Action::Fail { reason } => Some(reason),
            Action::Keep { .. } | Action::Fetch { .. } | Action::Link { .. } | Action::SameAs { .. } => {
                self.note.as_deref()
            }
        }
    }

    /// The places that its file is fetched from, the best one first; none if nothing is fetched.
    pub(crate) fn routes(&self) -> &[Route] {
        match &self.action {
            Action::Fetch { routes } => routes,
            Action::Keep { .. }
            | Action::Link { .. }
            | Action::SameAs { .. }
            | Action::Skip { .. }
            | Action::Fail { .. } => &[],
        }
    }

    /// The cutout that may be taken from a cube, if that is one of the places.
    pub(crate) fn cutout_of_cube(&self) -> Option<&Cutout> {
        self.routes().iter().find_map(|route| match route {
            Route::Cube(cutout) => Some(cutout),
            Route::Cloud { .. } | Route::Archive { .. } | Route::Mirror { .. } | Route::Cutout(_) => None,
        })
    }

    /// Size of its file in bytes, if the table has it.
    pub fn size(&self) -> Option<u64> {
        self.product.as_ref().ok().and_then(Product::size)
    }

    /// The name of its file, which may be empty for a row that names none.
    pub fn filename(&self) -> &str {
        match &self.product {
            Ok(product) => product.filename(),
            Err(none) => &none.filename,
        }
    }
}

/// What will happen, one step per row, in the order of the rows.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// What was asked for.
    pub policy: Policy,
    /// What went wrong on the way to the plan.
    pub warnings: Vec<String>,
    /// Where its rows come from, if that is a plan that was handed on.
    pub(crate) planned: Option<Arc<PlannedRows>>,
    /// When the oldest of the places on the cloud was told, if some of these were kept from earlier.
    pub kept: Option<KeptAnswer>,
}

impl Plan {
    /// A plan in which no file can be had, for this reason.
    pub fn refused(rows: Vec<Result<Product, NoFile>>, policy: Policy, reason: &str) -> Self {
        let refused = |product| Step {
            product,
            action: Action::Fail {
                reason: reason.to_owned(),
            },
            note: None,
            locked: None,
        };
        Self {
            steps: rows.into_iter().map(refused).collect(),
            policy,
            warnings: Vec::new(),
            planned: None,
            kept: None,
        }
    }

    /// How many files will be fetched.
    pub fn num_fetches(&self) -> usize {
        self.steps.iter().filter(|step| !step.routes().is_empty()).count()
    }

    /// Bytes that will be fetched, as far as the table has sizes.
    pub fn size(&self) -> u64 {
        let fetched = self.steps.iter().filter(|step| !step.routes().is_empty());
        fetched.filter_map(Step::size).fold(0, u64::saturating_add)
    }
}
