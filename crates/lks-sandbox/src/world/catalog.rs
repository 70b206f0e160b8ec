//! The growing lists of observations and products, and the rules that all missions share.

use std::borrow::Cow;
use std::sync::Arc;

use super::content::{Content, Kind, Star};
use super::observation::Observation;
use super::product::{Label, Product, time_of};

/// Observations and products in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    pub observations: Vec<Observation>,
    pub products: Vec<Product>,
}

/// One file of the observation being added.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub uri: String,
    pub s3_key: Option<String>,
    pub description: Cow<'static, str>,
    pub label: Label,
    pub project: &'static str,
    pub version: Option<&'static str>,
    pub calib_level: u8,
    pub content: Content,
    /// Whether the table gives the size.
    pub size_listed: bool,
    /// The observation that the file itself belongs to, if another.
    pub owner: Option<String>,
}

impl Catalog {
    /// Adds an observation with its files.
    pub(super) fn add(&mut self, observation: Observation, files: impl IntoIterator<Item = File>) {
        let modified = time_of(observation.release.unwrap_or(observation.t_max) + 0.25);
        for file in files {
            let obs_id = file.owner.unwrap_or_else(|| observation.obs_id.clone());
            let obsid = if obs_id == observation.obs_id {
                observation.obsid
            } else {
                group_id(observation.collection, &obs_id)
            };
            self.products.push(Product {
                obsid,
                parent_obsid: observation.obsid,
                obs_id,
                uri: file.uri,
                size: file.content.size(),
                s3_key: file.s3_key,
                modified,
                size_listed: file.size_listed,
                collection: observation.collection,
                product_type: match observation.product_type {
                    "image" => "image",
                    _ => "timeseries",
                },
                description: file.description,
                label: file.label,
                project: file.project,
                version: file.version,
                proposal_id: observation.proposal_id.clone(),
                calib_level: file.calib_level,
                filters: observation.filters(),
                content: file.content,
            });
        }
        self.observations.push(observation);
    }

    /// Makes the observation added last list the science files of another one too, as MAST does with files that are shared.
    pub(super) fn also_list(&mut self, obs_id: &str) {
        let Some(parent_obsid) = self.observations.last().map(|observation| observation.obsid) else {
            return;
        };
        let shared = self
            .products
            .iter()
            .filter(|product| product.obs_id == obs_id && product.label.minimum);
        let shared: Vec<_> = shared.cloned().collect();
        self.products.extend(shared.into_iter().map(|product| Product {
            parent_obsid,
            ..product
        }));
    }
}

/// A stable `obsid`: it depends on the name alone, so that adding targets does not renumber the others.
pub(crate) fn group_id(collection: &str, obs_id: &str) -> u64 {
    let hash = hash(obs_id.as_bytes());
    match collection {
        "Kepler" => 300_000 + hash % 350_000,
        "K2" => 700_000 + hash % 290_000,
        "TESS" => 27_000_000 + hash % 40_000_000,
        _ => 80_000_000 + hash % 60_000_000,
    }
}

/// FNV-1a: stable over platforms and versions, unlike the hashers of the standard library.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The low bits of FNV are weak; mix the high ones in.
    hash ^ (hash >> 32)
}

/// A file without pixels and place on the detector; builders fill in what their mission adds.
pub(crate) fn content(kind: Kind, star: &Arc<Star>, num_rows: u32, exptime: f64, start: f64, sequence: u16) -> Content {
    Content {
        kind,
        star: star.clone(),
        num_rows,
        exptime,
        stride: 1,
        start,
        sequence,
        camera: 1,
        ccd: 1,
        pixels: (11, 11),
    }
}

/// Labels of the files of a mission's pipeline.
pub(crate) fn mission_label(kind: &'static str, subgroup: &'static str) -> Label {
    let purpose = match subgroup {
        "DVR" | "DVS" | "DVM" => "INFO",
        "TAR" => "AUXILIARY",
        _ => "SCIENCE",
    };
    Label {
        kind,
        purpose,
        minimum: purpose == "SCIENCE",
        subgroup: Some(subgroup),
    }
}

/// Label of a community product.
pub(crate) fn community_label(purpose: &'static str) -> Label {
    Label {
        kind: "D",
        purpose,
        minimum: false,
        subgroup: None,
    }
}

/// Bytes of a made-up document: it differs from file to file and stays the same for each.
pub(crate) fn document_size(name: &str, least: u32) -> u32 {
    least + (hash(name.as_bytes()) % 9_000) as u32
}
