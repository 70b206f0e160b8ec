//! A place on the sky.

use crate::error::Error;

/// A place on the sky in degrees, in the frame of the header (ICRS, or FK5 of equinox 2000, which differs by some 0.02 arcseconds).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SkyPosition {
    ra: f64,
    dec: f64,
}

impl SkyPosition {
    /// Of any finite right ascension and a declination from -90 to 90, both in degrees.
    ///
    /// # Errors
    /// [`Error::InvalidPosition`] for other numbers.
    pub fn new(ra: f64, dec: f64) -> Result<Self, Error> {
        match ra.is_finite() && (-90.0..=90.0).contains(&dec) {
            true => Ok(Self { ra: turned(ra), dec }),
            false => Err(Error::InvalidPosition { ra, dec }),
        }
    }

    /// Right ascension in degrees, from 0 to less than 360. Of a pole it is some number.
    pub fn ra(&self) -> f64 {
        self.ra
    }

    /// Declination in degrees, from -90 to 90.
    pub fn dec(&self) -> f64 {
        self.dec
    }

    /// The angle to another position in degrees, right for the smallest and the largest.
    pub fn separation(&self, other: &Self) -> f64 {
        let (one, other) = (self.direction(), other.direction());
        let cross = [
            one[1] * other[2] - one[2] * other[1],
            one[2] * other[0] - one[0] * other[2],
            one[0] * other[1] - one[1] * other[0],
        ];
        dot(&cross, &cross).sqrt().atan2(dot(&one, &other)).to_degrees()
    }

    /// The unit vector towards it.
    pub(crate) fn direction(&self) -> [f64; 3] {
        let (sin_ra, cos_ra) = self.ra.to_radians().sin_cos();
        let (sin_dec, cos_dec) = self.dec.to_radians().sin_cos();
        [cos_dec * cos_ra, cos_dec * sin_ra, sin_dec]
    }

    /// Where a finite vector of any length but 0 points to.
    pub(crate) fn of_direction([x, y, z]: [f64; 3]) -> Self {
        Self {
            ra: turned(y.atan2(x).to_degrees()),
            dec: z.atan2(x.hypot(y)).to_degrees(),
        }
    }
}

/// From 0 to less than 360 degrees.
fn turned(ra: f64) -> f64 {
    let turned = ra.rem_euclid(360.0);
    // The remainder of a tiny negative number is rounded to the divisor.
    if turned < 360.0 { turned } else { 0.0 }
}

pub(crate) fn dot(one: &[f64; 3], other: &[f64; 3]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}
