//! Pixels to the sky and back.

use crate::error::Error;
use crate::sip::{Sip, determinant};
use crate::sky_position::SkyPosition;
use crate::tangent_plane::TangentPlane;

/// A place on an image in pixels, counted from 0: (0, 0) is the **centre** of the first pixel of the image, whose edges are at -0.5 and 0.5.
///
/// FITS counts from 1, and so do the values of `CRPIXi` and what ds9 shows: [`PixelPosition::from_fits`] and [`PixelPosition::to_fits`]. What
/// astropy calls origin 0 is this.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PixelPosition {
    /// Along the first axis of FITS (`NAXIS1`), the columns.
    pub x: f64,
    /// Along the second axis of FITS (`NAXIS2`), the rows.
    pub y: f64,
}

/// The world coordinates of an image: `RA---TAN`, `DEC--TAN`, with or without SIP.
#[derive(Debug, Clone, PartialEq)]
pub struct Wcs {
    reference_pixel: PixelPosition,
    reference_position: SkyPosition,
    matrix: [[f64; 2]; 2],
    inverse: [[f64; 2]; 2],
    plane: TangentPlane,
    sip: Option<Sip>,
}

impl PixelPosition {
    /// Of pixels that are counted from 1.
    pub fn from_fits(x: f64, y: f64) -> Self {
        Self { x: x - 1.0, y: y - 1.0 }
    }

    /// In pixels that are counted from 1: x, y.
    pub fn to_fits(self) -> [f64; 2] {
        [self.x + 1.0, self.y + 1.0]
    }

    fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

impl Wcs {
    /// A tangential projection without distortion: the pixel that touches the sphere (`CRPIXi`), its position (`CRVALi`), and the degrees to the east (first row)
    /// and to the north (second row) of a step along x and along y (`CDi_j`, with `LONPOLE` 180).
    ///
    /// # Errors
    /// [`Error::InvalidPixel`] if the pixel is not finite, [`Error::SingularMatrix`] if the matrix has no inverse.
    pub fn linear(
        reference_pixel: PixelPosition,
        reference_position: SkyPosition,
        matrix: [[f64; 2]; 2],
    ) -> Result<Self, Error> {
        Self::new(reference_pixel, reference_position, matrix, None)
    }

    pub(crate) fn new(
        reference_pixel: PixelPosition,
        reference_position: SkyPosition,
        matrix: [[f64; 2]; 2],
        sip: Option<Sip>,
    ) -> Result<Self, Error> {
        if !reference_pixel.is_finite() {
            let pixel = [reference_pixel.x, reference_pixel.y];
            return Err(Error::InvalidPixel { pixel });
        }
        let stretching = sip.as_ref().map_or(1.0, |sip| sip.stretching([0.0; 2]));
        let inverse = inverse(&matrix)
            .filter(|_| stretching.is_finite() && stretching != 0.0)
            .ok_or(Error::SingularMatrix { matrix })?;
        Ok(Self {
            reference_pixel,
            reference_position,
            matrix,
            inverse,
            plane: TangentPlane::at(&reference_position),
            sip,
        })
    }

    /// The pixel that touches the sphere (`CRPIXi`), counted from 0; it may lie outside of the image.
    pub fn reference_pixel(&self) -> PixelPosition {
        self.reference_pixel
    }

    /// The position of the reference pixel (`CRVALi`).
    pub fn reference_position(&self) -> SkyPosition {
        self.reference_position
    }

    /// Degrees per pixel at the reference pixel without distortion: the first row to the east, the second one to the north, for a step along x and along y. These are
    /// `CDi_j` of a header with `LONPOLE` 180; write that keyword, too, because at the north pole it is not what is assumed without it.
    pub fn matrix(&self) -> [[f64; 2]; 2] {
        self.matrix
    }

    /// The order of the distortion, the larger of `A_ORDER` and `B_ORDER`; `None` without distortion.
    pub fn sip_order(&self) -> Option<usize> {
        self.sip.as_ref().map(|sip| sip.a.order().max(sip.b.order()))
    }

    /// The length of a step along x and along y on the tangent plane at the reference pixel, without distortion, in degrees; what astropy calls
    /// `proj_plane_pixel_scales`.
    pub fn pixel_scales(&self) -> [f64; 2] {
        [0, 1].map(|axis: usize| self.matrix[0][axis].hypot(self.matrix[1][axis]))
    }

    /// The position of a pixel. Outside of the image the distortion is what its polynomial gives there.
    ///
    /// # Errors
    /// [`Error::InvalidPixel`] if the pixel or the distortion there is not finite.
    pub fn sky(&self, pixel: PixelPosition) -> Result<SkyPosition, Error> {
        let point = times(&self.matrix, self.distorted(pixel));
        let invalid = Error::InvalidPixel {
            pixel: [pixel.x, pixel.y],
        };
        self.plane.sky(point).ok_or(invalid)
    }

    /// The pixel of a position; it may lie outside of the image. What Newton's method leaves is rounding: less than 1e-10 pixels on an image of TESS.
    ///
    /// # Errors
    /// [`Error::BehindTangentPlane`] from 90 degrees off; [`Error::NotConverged`] and [`Error::Folded`] far outside of an image with distortion.
    pub fn pixel(&self, position: &SkyPosition) -> Result<PixelPosition, Error> {
        let wanted = self.undistorted(position)?;
        let distance = match &self.sip {
            None => wanted,
            Some(sip) => sip.undistorted(wanted)?,
        };
        let pixel = PixelPosition {
            x: self.reference_pixel.x + distance[0],
            y: self.reference_pixel.y + distance[1],
        };
        let is_regular = |sip: &Sip| sip.stretching(distance) * sip.stretching([0.0; 2]) > 0.0;
        match self.sip.as_ref().is_none_or(is_regular) {
            true => Ok(pixel),
            false => Err(Error::Folded {
                pixel: [pixel.x, pixel.y],
            }),
        }
    }

    /// How many pixels a way on the tangent plane, in degrees, is long along x and along y, without distortion.
    pub(crate) fn steps(&self, way: [f64; 2]) -> [f64; 2] {
        times(&self.inverse, way)
    }

    /// The distance of a pixel from the reference pixel after distortion.
    pub(crate) fn distorted(&self, pixel: PixelPosition) -> [f64; 2] {
        let distance = [pixel.x - self.reference_pixel.x, pixel.y - self.reference_pixel.y];
        self.sip.as_ref().map_or(distance, |sip| sip.distorted(distance))
    }

    /// The distance of a position from the reference pixel after distortion.
    pub(crate) fn undistorted(&self, position: &SkyPosition) -> Result<[f64; 2], Error> {
        Ok(self.steps(self.plane.point(position)?))
    }
}

fn times(matrix: &[[f64; 2]; 2], [x, y]: [f64; 2]) -> [f64; 2] {
    matrix.map(|row| row[0] * x + row[1] * y)
}

/// `None` if the rows are parallel within rounding, zero or not finite.
fn inverse(matrix: &[[f64; 2]; 2]) -> Option<[[f64; 2]; 2]> {
    let [[a, b], [c, d]] = *matrix;
    let determinant = determinant(matrix);
    let lengths = a.hypot(b) * c.hypot(d);
    let inverse = [[d, -b], [-c, a]].map(|row| row.map(|value| value / determinant));
    let is_finite = inverse.iter().flatten().all(|value| value.is_finite());
    (is_finite && determinant.abs() > 1e-12 * lengths).then_some(inverse)
}

#[cfg(test)]
mod tests;
