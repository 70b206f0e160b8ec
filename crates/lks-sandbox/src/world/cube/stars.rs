//! The light of the stars on the pixels of a CCD.

use std::collections::HashMap;

use super::detector::Detector;
use crate::world::body::light::TESS_ZERO_POINT;
use crate::world::stars::sky;

/// The scale of the image of a star in pixels. Its profile along each axis is the logistic distribution, whose integral over a pixel is known; the width at
/// half maximum is 1.7 pixels.
const SCALE: f64 = 0.48;
/// Pixels from a star beyond which a thousandth of a millionth of its light falls.
const REACH: f64 = 11.0;
/// The side of the squares by which the stars near a pixel are found, in pixels.
const SQUARE: i32 = 32;

/// The stars of the sandbox's sky that shine on a CCD.
#[derive(Debug)]
pub(super) struct Stars {
    stars: Vec<Moving>,
    /// Of each square, the stars whose light reaches it.
    near: HashMap<[i32; 2], Vec<u32>>,
}

/// A star that moves from one place to another during the sector.
#[derive(Debug)]
struct Moving {
    /// Electrons per second.
    flux: f64,
    from: [f64; 2],
    to: [f64; 2],
}

impl Stars {
    /// On a CCD from one year to another.
    pub(super) fn on(detector: &Detector, years: [f64; 2]) -> Self {
        // What the TIC has twice, or took for a star, does not shine, and a star that it has split shines as its parts.
        let shining = sky().iter().filter(|star| star.disposition.is_none());
        let moving = shining.filter_map(|star| {
            let [from, to] = years.map(|year| detector.pixel(star.at(year)));
            let flux = 10_f64.powf(0.4 * (TESS_ZERO_POINT - star.magnitude?));
            let (from, to) = (from?, to?);
            Some(Moving { flux, from, to })
        });
        let stars: Vec<Moving> = moving.collect();
        let mut near: HashMap<[i32; 2], Vec<u32>> = HashMap::new();
        for (number, star) in (0..).zip(&stars) {
            let [columns, rows] = [0, 1].map(|axis: usize| {
                let (low, high) = (star.from[axis].min(star.to[axis]), star.from[axis].max(star.to[axis]));
                square(low - REACH)..=square(high + REACH)
            });
            for column in columns {
                for row in rows.clone() {
                    near.entry([column, row]).or_default().push(number);
                }
            }
        }
        Self { stars, near }
    }

    /// Electrons per second that a pixel gets at the begin of the sector, and how many more at its end.
    pub(super) fn light(&self, column: u32, row: u32) -> [f64; 2] {
        let pixel = [f64::from(column), f64::from(row)];
        let reaching = self.near.get(&pixel.map(square));
        let stars = reaching
            .into_iter()
            .flatten()
            .map(|number| &self.stars[*number as usize]);
        let part = |place: [f64; 2]| share(pixel[0] - place[0]) * share(pixel[1] - place[1]);
        let [first, last] = stars.fold([0.0; 2], |[first, last], star| {
            [first + star.flux * part(star.from), last + star.flux * part(star.to)]
        });
        [first, last - first]
    }
}

fn square(pixels: f64) -> i32 {
    (pixels.floor() as i32).div_euclid(SQUARE)
}

/// The part of the light that falls on pixels whose centres are so far from the star along one axis.
fn share(distance: f64) -> f64 {
    let below = |edge: f64| 1.0 / (1.0 + (-edge / SCALE).exp());
    below(distance + 0.5) - below(distance - 0.5)
}
