//! Who lives here: the stars, and what there is of each by mission.

use std::collections::BTreeSet;

use super::content::Kind;
use super::{World, names};

/// What the sandbox has of one star of one mission.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StarHolding {
    /// A name that the resolver knows, such as `TOI 1161`; none for a star that has only a number.
    pub name: Option<&'static str>,
    /// Its number as a target is written: `TIC 158324245`, `KIC 9941662`, `EPIC 201912552`.
    pub id: String,
    /// Right ascension in degrees, ICRS.
    pub ra: f64,
    /// Declination in degrees, ICRS.
    pub dec: f64,
    /// The mission: `tess`, `kepler` or `k2`, as searches name it.
    pub mission: &'static str,
    /// Sectors, quarters or campaigns with light curves or target pixel files.
    pub segments: BTreeSet<u16>,
    /// Makers of the products.
    pub pipelines: BTreeSet<&'static str>,
    /// Files, one listed under two observations counted twice.
    pub num_products: usize,
}

/// Everything that the sandbox holds of named targets, in the order of its tables. Full-frame images and bulk targets are left out.
pub fn holdings() -> Vec<StarHolding> {
    let world = World::standard();
    let mut found: Vec<StarHolding> = Vec::new();
    for observation in world.observations() {
        let (mission, catalogue) = match observation.project {
            "TESS" => ("tess", "TIC"),
            "Kepler" => ("kepler", "KIC"),
            "K2" => ("k2", "EPIC"),
            _ => continue,
        };
        let of_stars = |kind| !matches!(kind, Kind::FullFrame | Kind::TicaFrame | Kind::Tar);
        for product in world.products(observation.obsid) {
            let content = &product.content;
            if !of_stars(content.kind) {
                continue;
            }
            let id = format!("{catalogue} {}", content.star.id);
            let place = found
                .iter()
                .position(|holding| holding.id == id && holding.mission == mission);
            let place = place.unwrap_or_else(|| {
                found.push(StarHolding {
                    name: names::name_of(&id),
                    id,
                    ra: content.star.ra,
                    dec: content.star.dec,
                    mission,
                    segments: BTreeSet::new(),
                    pipelines: BTreeSet::new(),
                    num_products: 0,
                });
                found.len() - 1
            });
            let holding = &mut found[place];
            holding.num_products += 1;
            holding.pipelines.insert(observation.provenance);
            let is_segment = !matches!(
                content.kind,
                Kind::TessValidation | Kind::KeplerValidation | Kind::Text | Kind::Pdf | Kind::Xml
            );
            if is_segment && observation.provenance != "KBONUS-BKG" {
                holding.segments.insert(content.sequence);
            }
        }
    }
    found
}
