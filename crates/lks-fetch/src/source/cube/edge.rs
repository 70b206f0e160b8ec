//! Where an image has no sky: beyond its edge, and on the columns and rows of a CCD of TESS that no light falls on. Pure.

use std::ops::Range;

use lks_wcs::{PixelPosition, PixelWindow};

/// An image of a whole CCD, columns and rows.
const FULL: [u32; 2] = [2136, 2078];
/// Its columns and rows that see the sky, counted from 0; the others are overscan and buffer rows. Source: the TESS Instrument Handbook, section 6.1,
/// <https://archive.stsci.edu/missions/tess/doc/TESS_Instrument_Handbook_v0.1.pdf>.
const SCIENCE: [Range<i64>; 2] = [44..2092, 0..2048];

/// Columns come before rows: an image of a whole CCD with the two exchanged is as large, and its pixels lie elsewhere.
pub(super) fn in_order(image: &PixelWindow) -> Result<(), String> {
    let [columns, rows] = FULL;
    match [image.width, image.height] == [rows, columns] {
        true => Err(format!("NAXIS3 is {rows}, where a cube has {columns} columns")),
        false => Ok(()),
    }
}

/// Why there is no sky at this place; `None` if there is.
pub(super) fn why_dark(image: &PixelWindow, place: PixelPosition) -> Option<String> {
    let PixelPosition { x, y } = place;
    let PixelWindow { width, height, .. } = *image;
    if !image.contains(place) {
        return Some(format!(
            "it would be at column {x:.1} and row {y:.1} of {width} x {height}, counted from 0"
        ));
    }
    let [columns, rows] = &SCIENCE;
    let is_light = columns.contains(&(x.round() as i64)) && rows.contains(&(y.round() as i64));
    (!is_light && [width, height] == FULL).then(|| {
        format!(
            "column {x:.1} and row {y:.1} are overscan, on which no light falls; columns {} to {} and rows {} to {} see the sky",
            columns.start,
            columns.end - 1,
            rows.start,
            rows.end - 1
        )
    })
}
