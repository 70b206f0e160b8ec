//! The SIP distortion and its inverse. Source: Shupe et al. 2005, equations 1 to 3.

use crate::error::Error;

/// The highest order of a distortion, as the SIP convention has it (section 2).
pub const MAX_ORDER: u8 = 9;

/// More steps than any position needs that has a pixel: of 1,728 CCDs of TESS one takes six, the others four.
const MAX_STEPS: u32 = 30;
/// A step as short as this is the last one, in pixels, absolute and relative: because the error of a step is the square of its
/// length and less, what is left after it is rounding.
const SHORT_STEP: (f64, f64) = (1e-9, 1e-13);

/// How pixels are moved before the matrix is applied: `u + A(u, v)` and `v + B(u, v)` of the distance from the reference pixel.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sip {
    pub(crate) a: Polynomial,
    pub(crate) b: Polynomial,
}

/// The sum of `c[i][j] u^i v^j` for `i + j <= order`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Polynomial {
    /// For each power of `u`, the coefficients of the powers of `v`.
    rows: Vec<Vec<f64>>,
}

impl Polynomial {
    /// Asks for the coefficient of each pair of powers.
    pub(crate) fn of(order: u8, mut coefficient: impl FnMut(u8, u8) -> Result<f64, Error>) -> Result<Self, Error> {
        let mut row = |i: u8| (0..=order - i).map(|j| coefficient(i, j)).collect();
        let rows: Result<_, Error> = (0..=order).map(&mut row).collect();
        Ok(Self { rows: rows? })
    }

    pub(crate) fn order(&self) -> usize {
        self.rows.len() - 1
    }

    /// The value, and its derivatives by `u` and by `v`.
    fn at(&self, [u, v]: [f64; 2]) -> [f64; 3] {
        let (mut value, mut by_u, mut by_v) = (0.0, 0.0, 0.0);
        for row in self.rows.iter().rev() {
            let (mut of_row, mut of_row_by_v) = (0.0, 0.0);
            for coefficient in row.iter().rev() {
                of_row_by_v = of_row_by_v * v + of_row;
                of_row = of_row * v + coefficient;
            }
            by_u = by_u * u + value;
            value = value * u + of_row;
            by_v = by_v * u + of_row_by_v;
        }
        [value, by_u, by_v]
    }
}

impl Sip {
    /// Where the distance from the reference pixel is moved to.
    pub(crate) fn distorted(&self, [u, v]: [f64; 2]) -> [f64; 2] {
        self.with_jacobian([u, v]).0
    }

    /// The same with the derivatives: `[[du'/du, du'/dv], [dv'/du, dv'/dv]]`.
    fn with_jacobian(&self, [u, v]: [f64; 2]) -> ([f64; 2], [[f64; 2]; 2]) {
        let [a, a_by_u, a_by_v] = self.a.at([u, v]);
        let [b, b_by_u, b_by_v] = self.b.at([u, v]);
        ([u + a, v + b], [[1.0 + a_by_u, a_by_v], [b_by_u, 1.0 + b_by_v]])
    }

    /// By how much areas are stretched; its sign changes where the distortion folds over.
    pub(crate) fn stretching(&self, distance: [f64; 2]) -> f64 {
        determinant(&self.with_jacobian(distance).1)
    }

    /// The distance from the reference pixel that is moved to this one, by Newton's method from there.
    pub(crate) fn undistorted(&self, wanted: [f64; 2]) -> Result<[f64; 2], Error> {
        let mut distance = wanted;
        let mut length = f64::INFINITY;
        for step in 1..=MAX_STEPS {
            let (reached, jacobian) = self.with_jacobian(distance);
            let [[a, b], [c, d]] = jacobian;
            let left = [wanted[0] - reached[0], wanted[1] - reached[1]];
            let determinant = determinant(&jacobian);
            let [du, dv] = [
                (d * left[0] - b * left[1]) / determinant,
                (a * left[1] - c * left[0]) / determinant,
            ];
            length = du.hypot(dv);
            distance = [distance[0] + du, distance[1] + dv];
            let size = distance[0].hypot(distance[1]);
            if !(length.is_finite() && size.is_finite()) {
                return Err(Error::NotConverged {
                    steps: step,
                    last_step: length,
                });
            }
            if length <= SHORT_STEP.0 + SHORT_STEP.1 * size {
                return Ok(distance);
            }
        }
        Err(Error::NotConverged {
            steps: MAX_STEPS,
            last_step: length,
        })
    }
}

pub(crate) fn determinant([[a, b], [c, d]]: &[[f64; 2]; 2]) -> f64 {
    a * d - b * c
}

#[cfg(test)]
mod tests;
