//! Other frames into ICRS, by rotation matrices.

use super::Position;
use crate::error::Error;

type Matrix = [[f64; 3]; 3];

/// ICRS to galactic, from the Hipparcos catalogue (ESA SP-1200, volume 1, section 1.5.3, equation 1.5.11, transposed there).
const ICRS_TO_GALACTIC: Matrix = [
    [-0.054_875_560_416_2, -0.873_437_090_234_9, -0.483_835_015_548_7],
    [0.494_109_427_875_6, -0.444_829_629_960_0, 0.746_982_244_497_2],
    [-0.867_666_149_019_0, -0.198_076_373_431_2, 0.455_983_776_175_1],
];

pub(super) fn from_galactic(longitude: f64, latitude: f64) -> Result<Position, Error> {
    direction(multiply_transposed(&ICRS_TO_GALACTIC, vector(longitude, latitude)))
}

/// Precession from the given equinox to J2000 with the IAU 1976 angles (Lieske et al. 1977, A&A 58, 1).
pub(super) fn from_fk5(ra: f64, dec: f64, equinox: f64) -> Result<Position, Error> {
    if !equinox.is_finite() || !(1800.0..=2200.0).contains(&equinox) {
        return Err(Error::target(
            format!("equinox {equinox}"),
            "the equinox must be a Julian year between 1800 and 2200",
        ));
    }
    let t = (equinox - 2000.0) / 100.0;
    let angle = |a: f64, b: f64, c: f64| ((a + (b + c * t) * t) * t / 3600.0).to_radians();
    let zeta = angle(2306.2181, 0.30188, 0.017998);
    let z = angle(2306.2181, 1.09468, 0.018203);
    let theta = angle(2004.3109, -0.42665, -0.041833);
    let (sin_zeta, cos_zeta) = zeta.sin_cos();
    let (sin_z, cos_z) = z.sin_cos();
    let (sin_theta, cos_theta) = theta.sin_cos();
    let to_equinox = [
        [
            cos_zeta * cos_theta * cos_z - sin_zeta * sin_z,
            -sin_zeta * cos_theta * cos_z - cos_zeta * sin_z,
            -sin_theta * cos_z,
        ],
        [
            cos_zeta * cos_theta * sin_z + sin_zeta * cos_z,
            -sin_zeta * cos_theta * sin_z + cos_zeta * cos_z,
            -sin_theta * sin_z,
        ],
        [cos_zeta * sin_theta, -sin_zeta * sin_theta, cos_theta],
    ];
    direction(multiply_transposed(&to_equinox, vector(ra, dec)))
}

fn vector(longitude: f64, latitude: f64) -> [f64; 3] {
    let (sin_lon, cos_lon) = longitude.to_radians().sin_cos();
    let (sin_lat, cos_lat) = latitude.to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

fn direction([x, y, z]: [f64; 3]) -> Result<Position, Error> {
    Position::icrs(y.atan2(x).to_degrees(), z.atan2(x.hypot(y)).to_degrees())
}

fn multiply_transposed(matrix: &Matrix, v: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|column| (0..3).map(|row| matrix[row][column] * v[row]).sum())
}
