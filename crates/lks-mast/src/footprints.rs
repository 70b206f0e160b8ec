//! Which full-frame images of TESS saw a position, by their footprints on the sky. Nothing is asked here.
//!
//! The file is the one that astrocut reads in place of TESScut: an object of columns, of which `obs_id` (`tess-s0014-2-3`), `target_name` (`TESS FFI`) and
//! `s_region` (`POLYGON 229.8 -75.2 241.7 -64.0 …`, degrees, ICRS) are used.

use std::collections::BTreeMap;
use std::f64::consts::{PI, TAU};

use serde::Deserialize;

use crate::position::Position;
use crate::response::SectorSeen;

/// Where the file is in the bucket.
pub(crate) const KEY: &str = "tess/public/footprints/tess_ffi_footprint_cache.json";

/// The footprints of full-frame images.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Footprints(Vec<Footprint>);

#[derive(Debug, Clone, PartialEq)]
struct Footprint {
    seen: SectorSeen,
    corners: Vec<Direction>,
    /// The cosine of the angle from the mean of the corners to the farthest of them, and the mean.
    within: (f64, Direction),
}

/// A unit vector.
type Direction = [f64; 3];

#[derive(Deserialize)]
struct Columns {
    obs_id: Vec<String>,
    s_region: Vec<String>,
    #[serde(default)]
    target_name: Option<Vec<String>>,
}

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
                .is_none_or(|names| names[*row].eq_ignore_ascii_case("TESS FFI"))
        };
        let footprint = |row: usize| Footprint::new(detector(&obs_id[row])?, &s_region[row]);
        let read: Option<Vec<Footprint>> = (0..num_rows).filter(is_image).map(footprint).collect();
        read.filter(|all| !all.is_empty()).map(Self)
    }

    /// The sectors whose images show a position, in order, each once.
    pub(crate) fn seen(&self, position: &Position) -> Vec<SectorSeen> {
        let direction = direction(position.ra(), position.dec());
        let mut seen: BTreeMap<i64, SectorSeen> = BTreeMap::new();
        for footprint in self.0.iter().filter(|footprint| footprint.holds(&direction)) {
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

impl Footprint {
    fn new(seen: SectorSeen, region: &str) -> Option<Self> {
        let mut words = region.split_whitespace();
        if !words.next()?.eq_ignore_ascii_case("POLYGON") {
            return None;
        }
        let mut words = words.peekable();
        // A frame may be named; all that occur are ICRS to within far less than a pixel.
        words.next_if(|word| ["ICRS", "J2000", "FK5"].contains(&word.to_ascii_uppercase().as_str()));
        let numbers: Option<Vec<f64>> = words
            .map(|word| word.parse().ok().filter(|number: &f64| number.is_finite()))
            .collect();
        let (pairs, rest) = numbers.as_deref()?.as_chunks::<2>();
        let mut corners: Vec<Direction> = pairs.iter().map(|[ra, dec]| direction(*ra, *dec)).collect();
        corners.dedup();
        if corners.first() == corners.last() {
            corners.pop();
        }
        if !rest.is_empty() || corners.len() < 3 || pairs.iter().any(|[_, dec]| dec.abs() > 90.0) {
            return None;
        }
        let sum = corners
            .iter()
            .fold([0.0; 3], |sum, corner| [0, 1, 2].map(|axis| sum[axis] + corner[axis]));
        let length = dot(&sum, &sum).sqrt();
        let middle = sum.map(|value| value / length);
        let farthest = corners.iter().map(|corner| dot(&middle, corner)).fold(1.0, f64::min);
        // Larger than a hemisphere has no inside.
        (farthest > 0.0).then_some(Self {
            seen,
            corners,
            within: (farthest, middle),
        })
    }

    /// Whether the corners go once around the direction, as seen from there; edges are great circles.
    fn holds(&self, direction: &Direction) -> bool {
        let (farthest, middle) = &self.within;
        if dot(middle, direction) < *farthest {
            return false;
        }
        let (east, north) = tangents(direction);
        let bearings: Vec<f64> = self
            .corners
            .iter()
            .map(|corner| dot(&east, corner).atan2(dot(&north, corner)))
            .collect();
        let next = bearings.iter().cycle().skip(1);
        let turned: f64 = bearings
            .iter()
            .zip(next)
            .map(|(from, to)| (to - from + PI).rem_euclid(TAU) - PI)
            .sum();
        turned.abs() > PI
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

fn direction(ra: f64, dec: f64) -> Direction {
    let (ra, dec) = (ra.to_radians(), dec.to_radians());
    [dec.cos() * ra.cos(), dec.cos() * ra.sin(), dec.sin()]
}

/// Two directions across this one and each other, towards the east and the north.
fn tangents([x, y, z]: &Direction) -> (Direction, Direction) {
    let across = x.hypot(*y);
    // At a pole every direction is south; any two will do.
    let (sine, cosine) = if across > 0.0 {
        (y / across, x / across)
    } else {
        (0.0, 1.0)
    };
    ([-sine, cosine, 0.0], [-z * cosine, -z * sine, across])
}

fn dot(one: &Direction, other: &Direction) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests;
