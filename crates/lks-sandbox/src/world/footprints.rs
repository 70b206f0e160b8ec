//! The file from which astrocut knows which full-frame images show a position. Where the sandbox says only of a field that a CCD saw it, the field is the
//! polygon in place of the CCD.

use serde_json::{Value, json};

use super::cube::Detector;
use super::sectors::Sector;
use super::sky::{SectorRow, detectors, detectors_of_tests, whole};

/// Corners of the polygon around a field.
const CORNERS: u32 = 24;

/// Corners of the polygon along each side of a CCD, which distortion bends.
const POINTS: u16 = 16;

/// Sectors that saw none of the fields, up to the last one that is planned: the real file has them, and whoever reads it may look whether it is kept up.
const OTHERS: std::ops::RangeInclusive<u16> = 84..=134;

/// Where these sectors looked, in degrees; no star of the sandbox is near.
const NOWHERE: [f64; 2] = [12.0, -27.0];

/// The columns of the file.
pub(super) fn columns() -> Value {
    let others = OTHERS.map(|sector| {
        let row = SectorRow {
            sector,
            camera: 1,
            ccd: 1,
        };
        (NOWHERE, 0.1, row)
    });
    let fields = detectors().chain(detectors_of_tests()).chain(others);
    let fields = fields.map(|(center, radius, row)| (row, polygon(center, radius)));
    let rows: Vec<(SectorRow, String)> = fields
        .chain(whole().map(|detector| (detector.seen, edge(detector))))
        .collect();
    let days = |row: &SectorRow| Sector::numbered(row.sector).map(Sector::span);
    json!({
        "obs_id": rows.iter().map(|(row, _)| row.name()).collect::<Vec<_>>(),
        "t_min": rows.iter().map(|(row, _)| days(row).map(|days| days.0)).collect::<Vec<_>>(),
        "t_max": rows.iter().map(|(row, _)| days(row).map(|days| days.1)).collect::<Vec<_>>(),
        "s_region": rows.iter().map(|(_, region)| region.as_str()).collect::<Vec<_>>(),
        "target_name": rows.iter().map(|_| "TESS FFI").collect::<Vec<_>>(),
        "sequence_number": rows.iter().map(|(row, _)| row.sector).collect::<Vec<_>>(),
    })
}

/// The edge of a CCD as a polygon.
fn edge(detector: &Detector) -> String {
    let corner = |[ra, dec]: [f64; 2]| format!("{ra:.8} {dec:.8}");
    let corners: Vec<String> = detector.edge(POINTS).into_iter().map(corner).collect();
    format!("POLYGON {}", corners.join(" "))
}

/// A polygon whose corners are this far from the middle, in degrees.
fn polygon([ra, dec]: [f64; 2], radius: f64) -> String {
    let corner = |number: u32| {
        let (bearing, distance, dec) = (
            std::f64::consts::TAU * f64::from(number) / f64::from(CORNERS),
            radius.to_radians(),
            dec.to_radians(),
        );
        let there = (dec.sin() * distance.cos() + dec.cos() * distance.sin() * bearing.cos()).asin();
        let east = (bearing.sin() * distance.sin() * dec.cos()).atan2(distance.cos() - dec.sin() * there.sin());
        format!(
            "{:.8} {:.8}",
            (ra + east.to_degrees()).rem_euclid(360.0),
            there.to_degrees()
        )
    };
    let corners: Vec<String> = (0..CORNERS).map(corner).collect();
    format!("POLYGON {}", corners.join(" "))
}
