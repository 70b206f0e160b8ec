//! Many synthetic targets of one sector, so that answers of tens of thousands of rows exist.
//!
//! Observations are made at the start; the products of each when someone asks for them, so that the start stays quick.

use std::sync::{Arc, OnceLock};

use super::catalog::Catalog;
use super::content::{Star, Transit};
use super::observation::Observation;
use super::product::Product;
use super::sectors::Sector;
use super::sky::BULK_FIELD;
use super::tess::{Validation, two_minutes};

/// First number of the synthetic stars: beyond any of the TESS input catalogue.
const FIRST_STAR: u64 = 9_000_000_000;

/// First `obsid`: hashed ones would collide among so many.
const FIRST_GROUP: u64 = 200_000_000;

/// Sector that saw the stars.
const SECTOR: u16 = 1;

/// Degrees around the field's middle in which the stars lie.
const RADIUS: f64 = 5.0;

/// The synthetic targets, each one observation of seven files.
#[derive(Debug, Default)]
pub(crate) struct Bulk {
    products: Vec<OnceLock<Vec<Product>>>,
}

impl Bulk {
    /// So many targets, their observations appended to `observations`.
    pub(super) fn with(num_targets: usize, observations: &mut Vec<Observation>) -> Self {
        let Some(sector) = Sector::numbered(SECTOR) else {
            return Self::default();
        };
        observations.extend((0..num_targets).map(|index| {
            let mut observation = two_minutes(&star(index, num_targets), sector);
            observation.obsid = FIRST_GROUP + index as u64;
            observation
        }));
        let products = std::iter::repeat_with(OnceLock::new).take(num_targets).collect();
        Self { products }
    }

    /// The products of one observation; `None` if it is not one of these.
    pub(super) fn products(&self, obsid: u64) -> Option<&[Product]> {
        self.of_target(usize::try_from(obsid.checked_sub(FIRST_GROUP)?).ok()?)
    }

    /// The products of the star whose sixteen digits a URI or key holds; `None` if it is not one of these.
    pub(super) fn products_named(&self, name: &str) -> Option<&[Product]> {
        let digits = name
            .rsplit('/')
            .next()?
            .split(['-', '_'])
            .find(|part| part.len() == 16)?;
        self.of_target(usize::try_from(digits.parse::<u64>().ok()?.checked_sub(FIRST_STAR)?).ok()?)
    }

    /// The position in degrees of the star with this number of the TIC; `None` if it is not one of these.
    pub(super) fn position(&self, tic_number: u64) -> Option<[f64; 2]> {
        let index = usize::try_from(tic_number.checked_sub(FIRST_STAR)?).ok()?;
        let star = (index < self.products.len()).then(|| star(index, self.products.len()))?;
        Some([star.ra, star.dec])
    }

    /// All products.
    pub(super) fn all(&self) -> impl Iterator<Item = &Product> {
        (0..self.products.len())
            .filter_map(|index| self.of_target(index))
            .flatten()
    }

    fn of_target(&self, index: usize) -> Option<&[Product]> {
        let products = self.products.get(index)?;
        Some(products.get_or_init(|| {
            let mut catalog = Catalog::default();
            let validation = Validation {
                run: 106,
                num_candidates: 1,
            };
            catalog.spoc(&Arc::new(star(index, self.products.len())), SECTOR, &[validation]);
            let group = FIRST_GROUP + index as u64;
            for product in &mut catalog.products {
                (product.obsid, product.parent_obsid) = (group, group);
            }
            catalog.products
        }))
    }
}

/// One of the stars, on a sunflower: even spacing without a grid, so that no two stars share a footprint.
fn star(index: usize, num_targets: usize) -> Star {
    let radius = RADIUS * ((index as f64 + 0.5) / num_targets as f64).sqrt();
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
