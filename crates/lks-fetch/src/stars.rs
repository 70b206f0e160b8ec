//! What is known of the stars that cutouts are made for, which comes while their pixels come.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use lks_cutout::StarFacts;
use lks_mast::{Position, Product};
use lks_table::{Row, Table};

use crate::plan::{Plan, Step};

/// A file does not wait longer for what it only says beside its pixels.
const PATIENCE: Duration = Duration::from_secs(10);
/// Stars that are asked for together: as many as fit into one query.
const TOGETHER: usize = 50;
/// The version of the TESS Input Catalog that the numbers are of.
const TIC_VERSION: &str = "8.2";

/// What the TESS Input Catalog says of the stars of a run's cutouts: asked for when the first of them is read.
#[derive(Clone, Default)]
pub struct CutoutStars {
    /// In which group it is, and where, by the [`uri`](Product::uri) of products.
    places: HashMap<String, (usize, usize)>,
    groups: Vec<Shared<BoxFuture<'static, Group>>>,
    failure: Arc<OnceLock<String>>,
}

/// The stars that were asked for together; none if that failed.
type Group = Arc<Vec<StarFacts>>;

impl CutoutStars {
    /// Nothing is known of any star.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// Those at these positions. An answer has a row for each position that was asked for, with the columns `id`, `magnitude` (in the band of TESS), `pm_ra`, `pm_dec`
    /// (mas/yr), `temperature` (K), `log_g` and `radius` (solar); what is not known is null. Where it fails, for a reason that is told, files say nothing of their stars.
    pub fn at<F>(places: &[(String, Position)], ask: impl Fn(Vec<Position>) -> F) -> Self
    where
        F: Future<Output = Result<Table, String>> + Send + 'static,
    {
        let mut stars = Self::default();
        let (mut positions, mut numbers) = (Vec::new(), HashMap::new());
        for (uri, position) in places {
            let number = *numbers
                .entry([position.ra(), position.dec()].map(f64::to_bits))
                .or_insert_with(|| {
                    positions.push(*position);
                    positions.len() - 1
                });
            stars.places.insert(uri.clone(), (number / TOGETHER, number % TOGETHER));
        }
        for group in positions.chunks(TOGETHER) {
            let (asking, failure) = (ask(group.to_vec()), stars.failure.clone());
            let known = async move {
                // A service that failed once is not waited for again and again.
                if failure.get().is_some() {
                    return Group::default();
                }
                let answer = tokio::time::timeout(PATIENCE, asking).await;
                match answer.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs()))) {
                    Ok(table) => Arc::new(table.rows().map(|row| facts(&row)).collect()),
                    Err(reason) => {
                        let _first = failure.set(reason);
                        Group::default()
                    }
                }
            };
            stars.groups.push(known.boxed().shared());
        }
        stars
    }

    pub(crate) async fn of(&self, product: &Product) -> StarFacts {
        let Some((group, place)) = self.places.get(product.uri()) else {
            return StarFacts::default();
        };
        let known = self.groups[*group].clone().await;
        known.get(*place).cloned().unwrap_or_default()
    }

    /// Why nothing is known of some, if asking failed.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }
}

fn facts(row: &Row<'_>) -> StarFacts {
    let tic_id = row
        .text("id")
        .and_then(|id| id.strip_prefix("TIC ")?.trim().parse().ok());
    StarFacts {
        object: None,
        tic_id,
        tic_version: tic_id.map(|_| TIC_VERSION.to_owned()),
        tess_magnitude: row.float("magnitude"),
        pm_ra: row.float("pm_ra"),
        pm_dec: row.float("pm_dec"),
        effective_temperature: row.float("temperature"),
        log_gravity: row.float("log_g"),
        metallicity: None,
        radius: row.float("radius"),
    }
}

impl Plan {
    /// The cutouts that may be made of cubes here, by their [`uri`](Product::uri), and where they are.
    pub fn places_in_cubes(&self) -> Vec<(String, Position)> {
        let cutouts = self.steps.iter().filter_map(Step::cutout_of_cube);
        let places = cutouts.filter_map(|cutout| Some((cutout.uri(), cutout.position().ok()?)));
        places.collect()
    }
}

impl fmt::Debug for CutoutStars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CutoutStars")
            .field("num_places", &self.places.len())
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}
