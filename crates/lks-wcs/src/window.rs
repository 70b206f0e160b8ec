//! A rectangle of pixels, and where its edge is on the sky.

use crate::error::Error;
use crate::sip::determinant;
use crate::sky_position::SkyPosition;
use crate::wcs::{PixelPosition, Wcs};

/// A rectangle of whole pixels, as an image or a cutout of it. It reaches from the outer edges of its first pixels to those of its last ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PixelWindow {
    /// Its first column, counted from 0; less than 0 outside of the image.
    pub x: i32,
    /// Its first row, counted from 0.
    pub y: i32,
    /// How many columns it has.
    pub width: u32,
    /// How many rows it has.
    pub height: u32,
}

impl PixelWindow {
    /// All of an image of so many columns and rows.
    pub fn of_image(width: u32, height: u32) -> Self {
        Self {
            x: 0,
            y: 0,
            width,
            height,
        }
    }

    /// Whether a place lies on its pixels; one on the edge between two pixels is on the latter.
    pub fn contains(&self, pixel: PixelPosition) -> bool {
        let [left, bottom, right, top] = self.edges();
        (left..right).contains(&pixel.x) && (bottom..top).contains(&pixel.y)
    }

    /// Its middle.
    pub fn center(&self) -> PixelPosition {
        let [left, bottom, right, top] = self.edges();
        PixelPosition {
            x: f64::midpoint(left, right),
            y: f64::midpoint(bottom, top),
        }
    }

    /// Refuses a window without pixels.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.width == 0 || self.height == 0 {
            true => Err(Error::EmptyWindow),
            false => Ok(()),
        }
    }

    /// Left, bottom, right, top, in pixels.
    fn edges(&self) -> [f64; 4] {
        let (left, bottom) = (f64::from(self.x) - 0.5, f64::from(self.y) - 0.5);
        [
            left,
            bottom,
            left + f64::from(self.width),
            bottom + f64::from(self.height),
        ]
    }

    /// Places along its edge, so many on each of its four sides, with x to the right and y up counterclockwise from the lower left corner, which is not repeated.
    fn edge(&self, per_side: u16) -> Result<Vec<PixelPosition>, Error> {
        self.check()?;
        let [left, bottom, right, top] = self.edges();
        let corners = [[left, bottom], [right, bottom], [right, top], [left, top]];
        let num_points = per_side.max(1);
        let point = |side: usize, number: u16| {
            let (from, to) = (corners[side], corners[(side + 1) % 4]);
            let part = f64::from(number) / f64::from(num_points);
            let [x, y] = [0, 1].map(|axis: usize| from[axis] + (to[axis] - from[axis]) * part);
            PixelPosition { x, y }
        };
        Ok((0..4)
            .flat_map(|side| (0..num_points).map(move |number| point(side, number)))
            .collect())
    }
}

impl Wcs {
    /// The positions of the outer corners of a window's pixels: lower left, lower right, upper right, upper left, with x to the right and y up.
    ///
    /// # Errors
    /// [`Error::EmptyWindow`]; [`Error::InvalidPixel`] where the distortion is not finite.
    pub fn corners(&self, window: &PixelWindow) -> Result<[SkyPosition; 4], Error> {
        let edge = window.edge(1)?;
        Ok([
            self.sky(edge[0])?,
            self.sky(edge[1])?,
            self.sky(edge[2])?,
            self.sky(edge[3])?,
        ])
    }

    /// The edge of a window on the sky as a polygon, with so many points on each side (at least 1, which gives the corners), because the edges of a distorted image
    /// are not great circles. The last point is the first one again. Whichever way the image is turned or mirrored, the points run counterclockwise as
    /// seen from the Earth, from the north to the east, which is the order of the IVOA: [DALI](https://www.ivoa.net/documents/DALI/), section 3.3.7.
    ///
    /// # Errors
    /// As [`Wcs::corners`].
    pub fn footprint(&self, window: &PixelWindow, per_side: u16) -> Result<Vec<SkyPosition>, Error> {
        let mut edge = window.edge(per_side)?;
        edge.push(edge[0]);
        // On the plane, where the first axis goes to the east, which is to the left on the sky.
        if determinant(&self.matrix()) > 0.0 {
            edge.reverse();
        }
        edge.into_iter().map(|pixel| self.sky(pixel)).collect()
    }

    /// Whether a position lies on the pixels of a window.
    ///
    /// # Errors
    /// [`Error::NotConverged`] or [`Error::Folded`] for a position that seems to be inside, although no pixel of it was found, which happens
    /// to no position on an image whose distortion does not fold over.
    pub fn contains(&self, window: &PixelWindow, position: &SkyPosition) -> Result<bool, Error> {
        match self.pixel(position) {
            Ok(pixel) => Ok(window.contains(pixel)),
            Err(Error::BehindTangentPlane { .. }) => Ok(false),
            Err(error) => {
                // Far away Newton's method may lead nowhere; what lies outside of the edge needs no pixel.
                let place = self.undistorted(position)?;
                let edge = window.edge(POINTS_PER_SIDE)?;
                let edge: Vec<[f64; 2]> = edge.into_iter().map(|pixel| self.distorted(pixel)).collect();
                if surrounds(&edge, place) { Err(error) } else { Ok(false) }
            }
        }
    }
}

/// How finely an edge is followed where a polygon has to decide: a side of a CCD of TESS is then right within a pixel.
const POINTS_PER_SIDE: u16 = 64;

/// Whether a polygon goes around a point: a ray from it to the right crosses an odd number of sides.
fn surrounds(polygon: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let next = polygon.iter().cycle().skip(1);
    let crosses = |([x1, y1], [x2, y2]): &(&[f64; 2], &[f64; 2])| {
        (*y1 > y) != (*y2 > y) && x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    };
    polygon.iter().zip(next).filter(crosses).count() % 2 == 1
}

#[cfg(test)]
mod tests;
