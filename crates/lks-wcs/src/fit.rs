//! A cutout without distortion: the linear world coordinates that are nearest to those of the image, and how near they are.

use crate::error::Error;
use crate::tangent_plane::TangentPlane;
use crate::wcs::{PixelPosition, Wcs};
use crate::window::PixelWindow;

/// Linear world coordinates of a window, and what they cost.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearFit {
    /// Of the window alone: pixel (0, 0) is its first one. The reference position is that of the window's middle.
    pub wcs: Wcs,
    /// The largest separation between the position of a pixel's centre and what the fit says of it, in degrees; what target pixel files of astrocut call `WCS_MSEP`.
    pub max_separation: f64,
    /// The square root of the sum of the squares of these separations over all pixels, in degrees; what they call `WCS_SIG`. It grows with the number of
    /// pixels: [`LinearFit::rms`] does not.
    pub root_sum_square: f64,
    /// How many pixels the window has.
    pub num_pixels: u64,
}

impl LinearFit {
    /// The root mean square of the separations in degrees.
    pub fn rms(&self) -> f64 {
        self.root_sum_square / (self.num_pixels as f64).sqrt()
    }
}

impl Wcs {
    /// The linear world coordinates of a window: six numbers, by least squares over the centres of its pixels on the plane that touches the sphere at the
    /// window's middle. Each pixel counts the same.
    ///
    /// Of 15 × 15 pixels of TESS it is wrong by 0.05 arcseconds or 0.002 pixels at most, and the error grows with the square of the size.
    ///
    /// # Errors
    /// [`Error::EmptyWindow`]; [`Error::BehindTangentPlane`], [`Error::InvalidPixel`] and [`Error::SingularMatrix`] of windows that lie, or reach, far
    /// outside of the image.
    pub fn fit_linear(&self, window: &PixelWindow) -> Result<LinearFit, Error> {
        window.check()?;
        let center = window.center();
        let middle = self.sky(center)?;
        let plane = TangentPlane::at(&middle);
        let (columns, rows) = (places(window.width), places(window.height));
        let [num_columns, num_rows] = [columns.clone().count() as f64, rows.clone().count() as f64];
        // On a regular grid around its middle the six equations are independent of each other.
        let (mut offset, mut matrix) = ([0.0; 2], [[0.0; 2]; 2]);
        for y in rows.clone() {
            for x in columns.clone() {
                let pixel = PixelPosition {
                    x: center.x + x,
                    y: center.y + y,
                };
                let point = plane.point(&self.sky(pixel)?)?;
                for axis in 0..2 {
                    offset[axis] += point[axis] / (num_columns * num_rows);
                    matrix[axis][0] += point[axis] * x;
                    matrix[axis][1] += point[axis] * y;
                }
            }
        }
        let of_columns = columns.map(|x| x * x).sum::<f64>() * num_rows;
        let of_rows = rows.map(|y| y * y).sum::<f64>() * num_columns;
        let matrix = matrix.map(|[by_x, by_y]| [by_x / of_columns, by_y / of_rows]);
        let in_window = PixelPosition {
            x: center.x - f64::from(window.x),
            y: center.y - f64::from(window.y),
        };
        let wcs = Self::linear(in_window, middle, matrix)?;
        // The fit says `offset` of the middle; the reference pixel is where it says zero.
        let [x, y] = wcs.steps(offset);
        let reference = PixelPosition {
            x: in_window.x - x,
            y: in_window.y - y,
        };
        let wcs = Self::linear(reference, middle, matrix)?;
        let (mut max_separation, mut sum) = (0.0_f64, 0.0);
        for row in 0..window.height {
            for column in 0..window.width {
                let [x, y] = [column, row].map(f64::from);
                let fitted = wcs.sky(PixelPosition { x, y })?;
                let pixel = PixelPosition {
                    x: x + f64::from(window.x),
                    y: y + f64::from(window.y),
                };
                let separation = fitted.separation(&self.sky(pixel)?);
                max_separation = max_separation.max(separation);
                sum += separation * separation;
            }
        }
        Ok(LinearFit {
            wcs,
            max_separation,
            root_sum_square: sum.sqrt(),
            num_pixels: u64::from(window.width) * u64::from(window.height),
        })
    }
}

/// Where the pixels of a side are, counted from its middle. A single one is taken at its edges and its middle, for a slope needs two.
fn places(num_pixels: u32) -> impl Iterator<Item = f64> + Clone {
    let (num_places, step) = if num_pixels == 1 { (3, 0.5) } else { (num_pixels, 1.0) };
    let middle = f64::from(num_places - 1) / 2.0;
    (0..num_places).map(move |number| (f64::from(number) - middle) * step)
}
