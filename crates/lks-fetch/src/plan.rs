//! Where each file's bytes come from: decided from plain data, before anything is fetched.

pub(crate) mod policy;
pub(crate) mod route;

use std::collections::HashMap;
use std::path::PathBuf;

use lks_mast::{NoFile, Product};

use crate::plan::policy::Policy;
use crate::plan::route::{Route, Source};

/// What the store has of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Local {
    /// Nothing.
    Absent,
    /// A file that must not be used, and why.
    Damaged(String),
    /// A whole file.
    Whole(Kept),
    /// A file that nobody checked.
    Unchecked(Kept),
}

/// A file of the store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kept {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Hash of its bytes, if it is recorded.
    pub sha256: Option<String>,
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

    /// The kind of place that the file comes from, or is tried first at.
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

    /// Size of its file in bytes, as far as the table tells.
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
        };
        Self {
            steps: rows.into_iter().map(refused).collect(),
            policy,
            warnings: Vec::new(),
        }
    }

    /// How many files will be fetched.
    pub fn num_fetches(&self) -> usize {
        self.steps
            .iter()
            .filter(|step| matches!(step.action, Action::Fetch { .. }))
            .count()
    }

    /// Bytes that will be fetched, as far as the table tells.
    pub fn size(&self) -> u64 {
        let fetched = self
            .steps
            .iter()
            .filter(|step| matches!(step.action, Action::Fetch { .. }));
        fetched.filter_map(Step::size).fold(0, u64::saturating_add)
    }
}

/// Whether the product's place on the cloud must be known before it can be planned.
///
/// A whole file that may be used as it is needs no request at all, and where the archive comes first the cloud matters only if it fails.
pub(crate) fn needs_cloud_path(product: &Product, local: &Local, policy: &Policy) -> bool {
    if product.data_uri().is_none() || policy.is_archive_first() {
        return false;
    }
    let kept = match local {
        Local::Whole(kept) | Local::Unchecked(kept) => !policy.cloud_only || kept.from_cloud,
        Local::Absent | Local::Damaged(_) => false,
    };
    !kept || !policy.download_cloud
}

/// Decides what happens to each row; `local` has one entry per row.
pub(crate) fn plan(rows: Vec<Result<Product, NoFile>>, local: &[Local], cloud: &Cloud, policy: &Policy) -> Plan {
    let mut warnings = Vec::new();
    if let Cloud::Unknown { reason } = cloud {
        let instead = if policy.cloud_only || !policy.download_cloud {
            "nothing can be fetched"
        } else {
            "files come from the archive"
        };
        warnings.push(format!(
            "the places on the cloud could not be looked up, so {instead}: {reason}"
        ));
    }
    let mut first_by_path: HashMap<Vec<String>, (usize, String)> = HashMap::new();
    let mut steps = Vec::with_capacity(rows.len());
    for (row, product) in rows.into_iter().enumerate() {
        let local = local.get(row).unwrap_or(&Local::Absent);
        let mut action = match &product {
            Ok(product) => decide(product, local, cloud, policy),
            Err(none) => Action::Skip {
                reason: none.reason.to_string(),
            },
        };
        if let (Action::Keep { .. } | Action::Fetch { .. }, Ok(product)) = (&action, &product) {
            let (uri, path) = (product.uri(), product.path().into_iter().map(str::to_owned).collect());
            match first_by_path.get(&path) {
                None => drop(first_by_path.insert(path, (row, uri.to_owned()))),
                Some((first, same)) if *same == uri => action = Action::SameAs { row: *first },
                Some((first, other)) => {
                    let reason =
                        format!("row {first} ({other}) has the same path; fetch the two into different directories");
                    action = Action::Fail { reason };
                }
            }
        }
        let note = match (local, &action) {
            (Local::Damaged(why), Action::Fetch { .. }) => Some(format!("the kept copy was not used: {why}")),
            _ => None,
        };
        steps.push(Step { product, action, note });
    }
    warnings.extend(about_damage(&steps));
    Plan {
        steps,
        policy: policy.clone(),
        warnings,
    }
}

/// One line, however many copies are damaged: each row tells of its own.
fn about_damage(steps: &[Step]) -> Option<String> {
    let mut damaged = steps.iter().filter_map(|step| Some((step, step.note.as_ref()?)));
    let (first, note) = damaged.next()?;
    let others = match damaged.count() {
        0 => "is".to_owned(),
        more => format!("and {more} more are"),
    };
    Some(format!("{} {others} fetched again: {note}", first.filename()))
}

fn decide(product: &Product, local: &Local, cloud: &Cloud, policy: &Policy) -> Action {
    let uri = match product.cutout() {
        Some(_) if policy.cloud_only => {
            return Action::Skip {
                reason: "a cutout is made by the archive, not found in the cloud".to_owned(),
            };
        }
        Some(cutout) => {
            return kept(local).unwrap_or_else(|| Action::Fetch {
                routes: vec![Route::Cutout(cutout.clone())],
            });
        }
        None => product.uri(),
    };
    let asked = match cloud {
        Cloud::Known(keys) => keys.get(uri),
        Cloud::Unknown { .. } => None,
    };
    let key = asked.cloned().flatten();
    if let Some(key) = &key
        && !policy.download_cloud
    {
        return Action::Link { key: key.clone() };
    }
    let known_on_cloud =
        key.is_some() || matches!(local, Local::Whole(kept) | Local::Unchecked(kept) if kept.from_cloud);
    if policy.cloud_only && !known_on_cloud {
        return match cloud {
            Cloud::Known(_) => Action::Skip {
                reason: "not found in the cloud".to_owned(),
            },
            Cloud::Unknown { reason } => Action::Fail {
                reason: format!("its place on the cloud is unknown: {reason}"),
            },
        };
    }
    let elsewhere = match cloud {
        // A link was asked for; megabytes are no answer to that.
        Cloud::Unknown { reason } if !policy.download_cloud => Action::Fail {
            reason: format!("whether it is on the cloud is unknown: {reason}"),
        },
        Cloud::Known(_) if asked.is_none() && policy.is_archive_first() => Action::Fetch {
            routes: vec![
                Route::Archive { uri: uri.to_owned() },
                Route::Mirror { uri: uri.to_owned() },
            ],
        },
        Cloud::Known(_) | Cloud::Unknown { .. } => Action::Fetch {
            routes: routes(uri, key, policy),
        },
    };
    kept(local).unwrap_or(elsewhere)
}

fn kept(local: &Local) -> Option<Action> {
    match local {
        Local::Whole(kept) => Some(Action::Keep {
            kept: kept.clone(),
            checked: true,
        }),
        Local::Unchecked(kept) => Some(Action::Keep {
            kept: kept.clone(),
            checked: false,
        }),
        Local::Absent | Local::Damaged(_) => None,
    }
}

fn routes(uri: &str, key: Option<String>, policy: &Policy) -> Vec<Route> {
    let archive = Route::Archive { uri: uri.to_owned() };
    match key {
        None => vec![archive],
        Some(key) if policy.cloud_only => vec![Route::Cloud { key }],
        Some(key) if policy.prefer_cloud => vec![Route::Cloud { key }, archive],
        Some(key) => vec![archive, Route::Cloud { key }],
    }
}

#[cfg(test)]
mod tests;
