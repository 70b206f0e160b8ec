//! Positions as directions in space, and galactic coordinates into ICRS by a rotation matrix.

use super::Position;
use crate::error::Error;

/// A unit vector.
pub(crate) type Direction = [f64; 3];

type Matrix = [[f64; 3]; 3];

/// ICRS to galactic, from the Hipparcos catalogue (ESA SP-1200, volume 1, section 1.5.3, equation 1.5.11, transposed there).
const ICRS_TO_GALACTIC: Matrix = [
    [-0.054_875_560_416_2, -0.873_437_090_234_9, -0.483_835_015_548_7],
    [0.494_109_427_875_6, -0.444_829_629_960_0, 0.746_982_244_497_2],
    [-0.867_666_149_019_0, -0.198_076_373_431_2, 0.455_983_776_175_1],
];

pub(super) fn from_galactic(longitude: f64, latitude: f64) -> Result<Position, Error> {
    Position::of_direction(multiply_transposed(&ICRS_TO_GALACTIC, direction(longitude, latitude)))
}

/// The direction of a place in degrees.
pub(crate) fn direction(longitude: f64, latitude: f64) -> Direction {
    let (sin_lon, cos_lon) = longitude.to_radians().sin_cos();
    let (sin_lat, cos_lat) = latitude.to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

impl Position {
    /// The place in a direction.
    pub(crate) fn of_direction([x, y, z]: Direction) -> Result<Self, Error> {
        Self::icrs(y.atan2(x).to_degrees(), z.atan2(x.hypot(y)).to_degrees())
    }
}

fn multiply_transposed(matrix: &Matrix, v: Direction) -> Direction {
    std::array::from_fn(|column| (0..3).map(|row| matrix[row][column] * v[row]).sum())
}
