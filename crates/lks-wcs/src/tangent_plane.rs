//! The tangential projection: the sphere seen from its centre on a plane that touches it.
//!
//! In vectors, so that the poles and right ascension 0 are places like any other. Source: Calabretta & Greisen 2002, section 5.1.3, with the tangent point as
//! the native pole (`LONPOLE` 180, so that the plane's first axis points to the east and its second one to the north).

use crate::error::Error;
use crate::sky_position::{SkyPosition, dot};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TangentPlane {
    /// Unit vectors: where it touches, and the two directions in which its axes go.
    touches: [f64; 3],
    east: [f64; 3],
    north: [f64; 3],
}

impl TangentPlane {
    pub(crate) fn at(position: &SkyPosition) -> Self {
        // East and north at a pole are those on the meridian of the right ascension, as everywhere else.
        let (sin_ra, cos_ra) = position.ra().to_radians().sin_cos();
        let (sin_dec, cos_dec) = position.dec().to_radians().sin_cos();
        Self {
            touches: position.direction(),
            east: [-sin_ra, cos_ra, 0.0],
            north: [-sin_dec * cos_ra, -sin_dec * sin_ra, cos_dec],
        }
    }

    /// The place on the sky of a point on the plane, in degrees to the east and to the north; `None` if the point is not finite.
    pub(crate) fn sky(&self, point: [f64; 2]) -> Option<SkyPosition> {
        let [x, y] = point.map(f64::to_radians);
        let direction = [0, 1, 2].map(|axis| self.touches[axis] + x * self.east[axis] + y * self.north[axis]);
        direction
            .iter()
            .all(|axis| axis.is_finite())
            .then(|| SkyPosition::of_direction(direction))
    }

    /// The point on the plane of a place on the sky, in degrees to the east and to the north.
    pub(crate) fn point(&self, position: &SkyPosition) -> Result<[f64; 2], Error> {
        let direction = position.direction();
        let nearness = dot(&self.touches, &direction);
        // A position at 90 degrees is on this side or that by rounding only.
        if nearness <= 1e-15 {
            let across = dot(&self.east, &direction).hypot(dot(&self.north, &direction));
            let separation = across.atan2(nearness).to_degrees();
            return Err(Error::BehindTangentPlane { separation });
        }
        Ok([self.east, self.north].map(|axis| (dot(&axis, &direction) / nearness).to_degrees()))
    }
}
