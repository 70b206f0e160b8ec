//! What the miniature archive holds: observations, products, their bytes, names and sectors. Knows no protocol.
//!
//! Rows are made from compact tables of targets and from the naming rules of the missions. Everything is deterministic: the same
//! crate gives the same ids, rows and bytes each time. Bodies are made when they are asked for.

mod body;
mod bulk;
mod catalog;
mod community;
mod content;
mod cube;
mod footprints;
mod frames;
mod holdings;
mod k2;
mod kepler;
mod layout;
mod names;
mod observation;
mod plain;
mod product;
mod quarters;
mod region;
mod sectors;
mod sky;
pub(crate) mod stars;
mod targets;
mod tess;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use serde_json::{Map, Value};

pub(crate) use cube::Cube;
pub use holdings::{StarHolding, holdings};
pub(crate) use observation::{OBSERVATION_FIELDS, Observation};
pub(crate) use product::{PRODUCT_FIELDS, Product};
pub(crate) use region::separation;
pub(crate) use sky::SectorRow;

use bulk::Bulk;
use catalog::Catalog;
use cube::Cubes;

/// Bodies kept in memory: ranged downloads ask for parts of the same file again and again.
const KEPT_BODIES: usize = 12;

/// Arcseconds within which a cutout shows the light of a target.
const NEAR: f64 = 20.0;

/// The holdings of the archive.
#[derive(Debug)]
pub(crate) struct World {
    observations: Vec<Observation>,
    products: Vec<Product>,
    groups: HashMap<u64, Range<usize>>,
    by_uri: OnceLock<HashMap<String, usize>>,
    bulk: Bulk,
    keys: OnceLock<Vec<String>>,
    by_key: OnceLock<HashMap<String, usize>>,
    bodies: Mutex<VecDeque<(String, Bytes)>>,
    cubes: OnceLock<Cubes>,
}

impl World {
    /// All named targets.
    pub(crate) fn standard() -> Self {
        Self::with_bulk(0)
    }

    /// All named targets, and so many synthetic ones in one field of sector 1.
    pub(crate) fn with_bulk(num_targets: usize) -> Self {
        let mut catalog = Catalog::default();
        targets::standard(&mut catalog);
        Self::of(catalog, num_targets)
    }

    /// The same, and the targets that the tests of the Python package count.
    pub(crate) fn with_python_tests(num_targets: usize) -> Self {
        let mut catalog = Catalog::default();
        targets::standard(&mut catalog);
        targets::python_tests(&mut catalog);
        Self::of(catalog, num_targets)
    }

    /// All observations.
    pub(crate) fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// The products listed under an observation; empty for an unknown `obsid`.
    pub(crate) fn products(&self, obsid: u64) -> &[Product] {
        if let Some(products) = self.bulk.products(obsid) {
            return products;
        }
        let range = self.groups.get(&obsid).cloned().unwrap_or_default();
        &self.products[range]
    }

    /// The product with this `dataURI`.
    pub(crate) fn product_by_uri(&self, uri: &str) -> Option<&Product> {
        if let Some(products) = self.bulk.products_named(uri) {
            return products.iter().find(|product| product.uri == uri);
        }
        let by_uri = self.by_uri.get_or_init(|| {
            let uris = self.products.iter().map(|product| product.uri.clone());
            uris.enumerate().map(|(index, uri)| (uri, index)).collect()
        });
        by_uri.get(uri).map(|&index| &self.products[index])
    }

    /// The product with this key in the bucket.
    pub(crate) fn product_by_key(&self, key: &str) -> Option<&Product> {
        if let Some(products) = self.bulk.products_named(key) {
            return products.iter().find(|product| product.s3_key.as_deref() == Some(key));
        }
        let by_key = self.by_key.get_or_init(|| {
            let keys = self.products.iter().enumerate();
            keys.filter_map(|(index, product)| Some((product.s3_key.clone()?, index)))
                .collect()
        });
        by_key.get(key).map(|&index| &self.products[index])
    }

    /// The cube with this key in the bucket.
    pub(crate) fn cube(&self, key: &str) -> Option<&Arc<Cube>> {
        self.cubes().get(key)
    }

    fn cubes(&self) -> &Cubes {
        self.cubes.get_or_init(Cubes::default)
    }

    /// How large the object with this key is; 0 if there is none.
    pub(crate) fn size_of(&self, key: &str) -> u64 {
        match self.product_by_key(key) {
            Some(product) => product.size,
            None => self.cube(key).map_or(0, |cube| cube.size()),
        }
    }

    /// The keys of the bucket, sorted.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let keys = self.keys.get_or_init(|| {
            let products = self.products.iter().chain(self.bulk.all());
            let mut keys: Vec<String> = products.filter_map(|product| product.s3_key.clone()).collect();
            keys.extend(self.cubes().keys().map(str::to_owned));
            keys.sort_unstable();
            // A file that two observations list is one object.
            keys.dedup();
            keys
        });
        keys.iter().map(String::as_str)
    }

    /// The bytes of a product; as many as its `size` says.
    pub(crate) fn body(&self, product: &Product) -> Bytes {
        let mut kept = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, body)) = kept.iter().find(|(uri, _)| *uri == product.uri) {
            return body.clone();
        }
        // Made under the lock: of many requests for parts of one file, the first makes it and the others wait.
        let body = Bytes::from(body::make(&product.content, product.filename()));
        kept.push_front((product.uri.clone(), body.clone()));
        kept.truncate(KEPT_BODIES);
        body
    }

    /// The rows of `resolvedCoordinate` for a name; none if no resolver knows it.
    pub(crate) fn resolve(&self, name: &str) -> Vec<Map<String, Value>> {
        names::resolve(name, |number| self.bulk.position(number))
    }

    /// The sectors that saw a position in degrees.
    pub(crate) fn sectors(&self, ra: f64, dec: f64) -> Vec<SectorRow> {
        sky::sectors(ra, dec)
    }

    /// The footprints of the full-frame images, as one object of columns.
    pub(crate) fn footprints(&self) -> serde_json::Value {
        footprints::columns()
    }

    /// The FITS file that TESScut makes of so many pixels around a position in degrees; `None` if the sector did not see it.
    pub(crate) fn cutout(
        &self,
        ra: f64,
        dec: f64,
        num_rows: usize,
        num_columns: usize,
        sector: u16,
    ) -> Option<Vec<u8>> {
        let pixels = (u16::try_from(num_columns).ok()?, u16::try_from(num_rows).ok()?);
        let row = sky::sectors(ra, dec).into_iter().find(|row| row.sector == sector)?;
        let seen = self
            .observations
            .iter()
            .filter(|observation| observation.collection == "TESS");
        let target = seen
            .into_iter()
            .find(|observation| observation.distance(ra, dec) < NEAR);
        let star = target.and_then(|target| Some(&*self.products(target.obsid).first()?.content.star));
        body::cutout([ra, dec], star, pixels, row)
    }
}

impl World {
    fn of(mut catalog: Catalog, num_targets: usize) -> Self {
        let bulk = Bulk::with(num_targets, &mut catalog.observations);
        let Catalog { observations, products } = catalog;
        let mut groups: HashMap<u64, Range<usize>> = HashMap::new();
        for (index, product) in products.iter().enumerate() {
            // The products of one observation lie side by side.
            groups.entry(product.parent_obsid).or_insert(index..index).end = index + 1;
        }
        Self {
            observations,
            products,
            groups,
            bulk,
            by_uri: OnceLock::new(),
            keys: OnceLock::new(),
            by_key: OnceLock::new(),
            bodies: Mutex::new(VecDeque::new()),
            cubes: OnceLock::new(),
        }
    }
}
