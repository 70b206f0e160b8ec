//! The decision itself: what happens to each row, from plain data.

use std::collections::HashMap;

use lks_mast::{Cutout, NoFile, Product};

use crate::plan::policy::{CutoutSource, Policy};
use crate::plan::route::Route;
use crate::plan::{Action, Cloud, Local, Plan, Step};

/// Why a cutout cannot be taken from a cube, which is of one CCD.
const UNKNOWN_DETECTOR: &str = "camera and CCD are not known, so neither is the cube";

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
    let mut first_by_path: HashMap<[&str; 3], usize> = HashMap::new();
    let (mut about_damage, mut about_cubes) = (Remarked::default(), Remarked::default());
    let mut decided = Vec::with_capacity(rows.len());
    for (row, product) in rows.iter().enumerate() {
        let local = local.get(row).unwrap_or(&Local::Absent);
        let mut action = match product {
            Ok(product) => decide(product, local, cloud, policy),
            Err(none) => Action::Skip {
                reason: none.reason.to_string(),
            },
        };
        if let (Action::Keep { .. } | Action::Fetch { .. }, Ok(product)) = (&action, product) {
            let first = *first_by_path
                .entry([product.collection(), product.obs_id(), product.filename()])
                .or_insert(row);
            match rows[first].as_ref().map_or("", Product::uri) {
                _ if first == row => {}
                same if same == product.uri() => action = Action::SameAs { row: first },
                other => {
                    let reason =
                        format!("row {first} ({other}) has the same path; fetch the two into different directories");
                    action = Action::Fail { reason };
                }
            }
        }
        let damaged = match (local, &action) {
            (Local::Damaged(why), Action::Fetch { .. }) => Some(format!("the kept copy was not used: {why}")),
            _ => None,
        };
        let is_cube_unknown = is_cube_unknown(product, &action, policy);
        let unknown = is_cube_unknown.then(|| format!("the cube was not used: {UNKNOWN_DETECTOR}"));
        about_damage.add(product, &damaged);
        about_cubes.add(product, &unknown);
        let notes: Vec<String> = damaged.into_iter().chain(unknown).collect();
        decided.push((action, (!notes.is_empty()).then(|| notes.join("; "))));
    }
    drop(first_by_path);
    let step = |(product, (action, note))| Step {
        product,
        action,
        note,
        locked: None,
    };
    let steps = rows.into_iter().zip(decided).map(step).collect();
    warnings.extend(about_damage.line("fetched again"));
    warnings.extend(about_cubes.line("cut by TESScut"));
    Plan {
        steps,
        policy: policy.clone(),
        warnings,
        planned: None,
        kept: None,
    }
}

/// One line about all files of which the same is to be said; each row says it of itself.
#[derive(Default)]
struct Remarked {
    first: Option<(String, String)>,
    num_more: usize,
}

impl Remarked {
    fn add(&mut self, product: &Result<Product, NoFile>, note: &Option<String>) {
        match (product, note, &self.first) {
            (Ok(product), Some(note), None) => self.first = Some((product.filename().to_owned(), note.clone())),
            (Ok(_), Some(_), Some(_)) => self.num_more += 1,
            _ => {}
        }
    }

    fn line(self, what_happens: &str) -> Option<String> {
        let (first, note) = self.first?;
        let others = match self.num_more {
            0 => "is".to_owned(),
            more => format!("and {more} more are"),
        };
        Some(format!("{first} {others} {what_happens}: {note}"))
    }
}

pub(super) fn decide(product: &Product, local: &Local, cloud: &Cloud, policy: &Policy) -> Action {
    if let Some(name) = product.name_in_uri() {
        let reason = format!(
            "the table calls this file {:?}, its dataURI {name:?}: one of them is of another product",
            product.filename()
        );
        return Action::Fail { reason };
    }
    let uri = match product.cutout() {
        Some(cutout) => return kept_cutout(local, policy).unwrap_or_else(|| decide_cutout(cutout, policy)),
        None => product.uri(),
    };
    let key = cloud.key(uri).map(str::to_owned);
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
        // A link was asked for; megabytes do not answer that.
        Cloud::Unknown { reason } if !policy.download_cloud => Action::Fail {
            reason: format!("whether it is on the cloud is unknown: {reason}"),
        },
        Cloud::Known(keys) if policy.is_archive_first() && !keys.contains_key(uri) => Action::Fetch {
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

/// A cutout that is here is taken, unless only what is on the cloud is wanted, which a cutout is not by itself.
fn kept_cutout(local: &Local, policy: &Policy) -> Option<Action> {
    let is_wanted = !policy.cloud_only || policy.cutouts == CutoutSource::Cubes;
    kept(local).filter(|_| is_wanted)
}

fn decide_cutout(cutout: &Cutout, policy: &Policy) -> Action {
    let service = Route::Cutout(cutout.clone());
    // A cube is of one CCD.
    let cube = cutout.detector.map(|_| Route::Cube(cutout.clone()));
    let routes = match (policy.cutouts, cube) {
        (CutoutSource::Auto | CutoutSource::Service, _) if policy.cloud_only => {
            return Action::Skip {
                reason: "a cutout is made by the archive, not found in the cloud; from a cube there it comes where only cubes are asked".to_owned(),
            };
        }
        (CutoutSource::Cubes, None) => {
            return Action::Fail {
                reason: format!("{UNKNOWN_DETECTOR}; take the cutout from TESScut"),
            };
        }
        (CutoutSource::Cubes, Some(cube)) => vec![cube],
        (CutoutSource::Auto, Some(cube)) if policy.prefer_cloud => vec![cube, service],
        (CutoutSource::Auto, Some(cube)) => vec![service, cube],
        (CutoutSource::Service, _) | (CutoutSource::Auto, None) => vec![service],
    };
    Action::Fetch { routes }
}

/// Whether a cutout would be taken from a cube, if anybody knew which one.
fn is_cube_unknown(product: &Result<Product, NoFile>, action: &Action, policy: &Policy) -> bool {
    let cutout = product.as_ref().ok().and_then(Product::cutout);
    let is_unknown = cutout.is_some_and(|cutout| cutout.detector.is_none());
    let is_wanted = policy.cutouts == CutoutSource::Auto && policy.prefer_cloud;
    is_unknown && is_wanted && matches!(action, Action::Fetch { .. })
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
