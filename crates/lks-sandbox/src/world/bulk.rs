//! Many synthetic targets of one sector, so that answers of tens of thousands of rows exist.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use super::catalog::Catalog;
use super::content::{Star, Transit};
use super::sky::BULK_FIELD;
use super::tess::Validation;

/// First number of the synthetic stars: beyond any of the TESS input catalogue.
pub(crate) const FIRST_STAR: u64 = 9_000_000_000;

/// First `obsid`: hashed ones would collide among so many.
const FIRST_GROUP: u64 = 200_000_000;

/// Degrees around the field's middle in which the stars lie.
const RADIUS: f64 = 5.0;

/// Adds so many targets in sector 1, each one observation of seven files.
pub(crate) fn targets(catalog: &mut Catalog, n_targets: usize) {
    let n_threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let n_each = n_targets.div_ceil(n_threads).max(1);
    let parts: Vec<Catalog> = thread::scope(|scope| {
        let parts: Vec<_> = (0..n_targets)
            .step_by(n_each)
            .map(|first| scope.spawn(move || part(first..(first + n_each).min(n_targets), n_targets)))
            .collect();
        parts.into_iter().filter_map(|part| part.join().ok()).collect()
    });
    for part in parts {
        catalog.observations.extend(part.observations);
        catalog.products.extend(part.products);
    }
}

fn part(indices: Range<usize>, n_targets: usize) -> Catalog {
    let validation = Validation {
        run: 106,
        n_candidates: 1,
    };
    let mut catalog = Catalog::default();
    catalog.observations.reserve(indices.len());
    catalog.products.reserve(indices.len() * 7);
    for index in indices {
        let star = Arc::new(star(index, n_targets));
        let first_product = catalog.products.len();
        catalog.spoc(&star, 1, &[validation]);
        let group = FIRST_GROUP + index as u64;
        if let Some(observation) = catalog.observations.last_mut() {
            observation.obsid = group;
        }
        for product in &mut catalog.products[first_product..] {
            (product.obsid, product.parent_obsid) = (group, group);
        }
    }
    catalog
}

/// One of the stars, on a sunflower: even spacing without a grid, so that no two stars share a footprint.
fn star(index: usize, n_targets: usize) -> Star {
    let radius = RADIUS * ((index as f64 + 0.5) / n_targets as f64).sqrt();
    let angle = index as f64 * 2.399_963_229_728_653;
    let dec = BULK_FIELD[1] + radius * angle.sin();
    Star {
        id: FIRST_STAR + index as u64,
        ra: BULK_FIELD[0] + radius * angle.cos() / dec.to_radians().cos(),
        dec,
        magnitude: 8.0 + (index % 60) as f64 / 10.0,
        temperature: 5000.0,
        transit: Transit {
            period: 2.0 + (index % 100) as f64 / 10.0,
            epoch: 58_325.0,
            depth: 0.002,
            duration: 0.12,
        },
    }
}
