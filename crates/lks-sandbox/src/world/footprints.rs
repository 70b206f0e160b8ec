//! The file from which astrocut knows which full-frame images show a position. Where the sandbox says only of a field that a CCD saw it, the field is the
//! polygon in place of the CCD.

use serde_json::{Value, json};

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
    let fields = fields.map(|(center, radius, row)| (row, around(center, radius)));
    let rows: Vec<(SectorRow, Vec<[f64; 2]>)> = fields
        .chain(whole().map(|detector| (detector.seen, detector.edge(POINTS))))
        .collect();
    let days = |row: &SectorRow| Sector::numbered(row.sector).map(Sector::span);
    json!({
        "obs_id": rows.iter().map(|(row, _)| row.name()).collect::<Vec<_>>(),
        "t_min": rows.iter().map(|(row, _)| days(row).map(|days| days.0)).collect::<Vec<_>>(),
        "t_max": rows.iter().map(|(row, _)| days(row).map(|days| days.1)).collect::<Vec<_>>(),
        "s_region": rows.iter().map(|(_, corners)| polygon(corners)).collect::<Vec<_>>(),
        "target_name": rows.iter().map(|_| "TESS FFI").collect::<Vec<_>>(),
        "sequence_number": rows.iter().map(|(row, _)| row.sector).collect::<Vec<_>>(),
    })
}

fn polygon(corners: &[[f64; 2]]) -> String {
    let corners: Vec<String> = corners.iter().map(|[ra, dec]| format!("{ra:.8} {dec:.8}")).collect();
    format!("POLYGON {}", corners.join(" "))
}

/// Corners that are this far from the middle, in degrees.
fn around([ra, dec]: [f64; 2], radius: f64) -> Vec<[f64; 2]> {
    let corner = |number: u32| {
        let (bearing, distance, dec) = (
            std::f64::consts::TAU * f64::from(number) / f64::from(CORNERS),
            radius.to_radians(),
            dec.to_radians(),
        );
        let there = (dec.sin() * distance.cos() + dec.cos() * distance.sin() * bearing.cos()).asin();
        let east = (bearing.sin() * distance.sin() * dec.cos()).atan2(distance.cos() - dec.sin() * there.sin());
        [(ra + east.to_degrees()).rem_euclid(360.0), there.to_degrees()]
    };
    (0..CORNERS).map(corner).collect()
}
