//! Which full-frame images of TESS saw a position, by their footprints on the sky. Nothing is asked here.
//!
//! The file is the one that astrocut reads in place of TESScut: an object of columns, of which `obs_id` (`tess-s0014-2-3`), `target_name` (`TESS FFI`) and
//! `s_region` (`POLYGON 229.8 -75.2 241.7 -64.0 …`, degrees, ICRS) are used.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::position::{Position, direction};
use crate::region::Region;
use crate::response::SectorSeen;

/// Where the file is in the bucket.
pub(crate) const KEY: &str = "tess/public/footprints/tess_ffi_footprint_cache.json";

/// The footprints of full-frame images.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Footprints(Vec<Footprint>);

#[derive(Debug, Clone, PartialEq)]
struct Footprint {
    seen: SectorSeen,
    region: Region,
}

#[derive(Deserialize)]
struct Columns<'a> {
    #[serde(borrow)]
    obs_id: Vec<Text<'a>>,
    #[serde(borrow)]
    s_region: Vec<Text<'a>>,
    #[serde(borrow, default)]
    target_name: Option<Vec<Text<'a>>>,
}

/// A text where it stands in the file, if it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Footprints {
    /// The footprints in the file; `None` if one of them cannot be understood, because a position would be missed then.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let Columns {
            obs_id,
            s_region,
            target_name,
        } = serde_json::from_slice(bytes).ok()?;
        let num_rows = obs_id.len();
        if s_region.len() != num_rows || target_name.as_ref().is_some_and(|names| names.len() != num_rows) {
            return None;
        }
        let is_image = |row: &usize| {
            target_name
                .as_ref()
                .is_none_or(|names| names[*row].0.eq_ignore_ascii_case("TESS FFI"))
        };
        let footprint = |row: usize| {
            let (seen, region) = (detector(&obs_id[row].0)?, Region::parse(&s_region[row].0)?);
            // Images have corners.
            matches!(region, Region::Polygon { .. }).then_some(Footprint { seen, region })
        };
        let read: Option<Vec<Footprint>> = (0..num_rows).filter(is_image).map(footprint).collect();
        read.filter(|all| !all.is_empty()).map(Self)
    }

    /// The sectors whose images show a position, in order, each once.
    pub(crate) fn seen(&self, position: &Position) -> Vec<SectorSeen> {
        let direction = direction(position.ra(), position.dec());
        let mut seen: BTreeMap<i64, SectorSeen> = BTreeMap::new();
        for footprint in self.0.iter().filter(|footprint| footprint.region.holds(&direction)) {
            // A star on the seam of two CCDs is on both, but there is one cutout.
            seen.entry(footprint.seen.sector)
                .or_insert_with(|| footprint.seen.clone());
        }
        seen.into_values().collect()
    }

    /// The last sector that it knows.
    pub(crate) fn last_sector(&self) -> i64 {
        let regular = self
            .0
            .iter()
            .map(|footprint| footprint.seen.sector)
            .filter(|sector| *sector < 1000);
        regular.max().unwrap_or(0)
    }
}

/// `tess-s0014-2-3`: sector, camera and CCD.
fn detector(obs_id: &str) -> Option<SectorSeen> {
    let mut parts = obs_id.strip_prefix("tess-s")?.split('-');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (sector, camera, ccd) = (number()?, number()?, number()?);
    Some(SectorSeen {
        sector,
        camera: Some(camera),
        ccd: Some(ccd),
    })
}

#[cfg(test)]
mod tests;
