//! Footprints on the sky: how MAST writes them, and how far a position lies from one.

/// Degrees in an arcsecond.
const ARCSEC: f64 = 1.0 / 3600.0;

/// The footprint of an observation; the forms that MAST uses for Kepler, K2 and TESS.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Region {
    /// `CIRCLE ra dec r`, as TESS targets; radius in degrees.
    Circle {
        /// Radius in degrees.
        radius: f64,
    },
    /// `POLYGON ICRS …`, as Kepler and K2 targets: a square around the target.
    Square {
        /// Half of the side in degrees.
        half: f64,
    },
    /// `POLYGON …`, as full frames: corners in degrees, the first one repeated at the end when written.
    Polygon(Vec<[f64; 2]>),
}

impl Region {
    /// The `s_region` column of an observation at (`ra`, `dec`) degrees.
    pub(crate) fn text(&self, ra: f64, dec: f64) -> String {
        match self {
            Self::Circle { radius } => format!("CIRCLE {ra:.7} {dec:.8} {radius:.8}"),
            Self::Square { half } => format!("POLYGON ICRS {}", joined(&square(ra, dec, *half), 8)),
            Self::Polygon(corners) => format!("POLYGON {}", joined(corners, 6)),
        }
    }

    /// Arcseconds from (`ra`, `dec`) to the footprint of an observation at `center`; 0 inside.
    pub(crate) fn distance(&self, center: [f64; 2], ra: f64, dec: f64) -> f64 {
        match self {
            Self::Circle { radius } => (separation(center, [ra, dec]) - radius).max(0.0) / ARCSEC,
            Self::Square { half } => polygon_distance(&square(center[0], center[1], *half), center, ra, dec),
            Self::Polygon(corners) => polygon_distance(corners, center, ra, dec),
        }
    }
}

/// Angle between two positions in degrees, by the haversine formula, exact for the small angles of interest here.
pub(crate) fn separation(from: [f64; 2], to: [f64; 2]) -> f64 {
    let [ra1, dec1, ra2, dec2] = [from[0], from[1], to[0], to[1]].map(f64::to_radians);
    let (sin_dec, sin_ra) = (((dec2 - dec1) / 2.0).sin(), ((ra2 - ra1) / 2.0).sin());
    let square = sin_dec * sin_dec + dec1.cos() * dec2.cos() * sin_ra * sin_ra;
    (2.0 * square.sqrt().min(1.0).asin()).to_degrees()
}

fn square(ra: f64, dec: f64, half: f64) -> [[f64; 2]; 4] {
    let wide = half / dec.to_radians().cos();
    [
        [ra - wide, dec - half],
        [ra - wide, dec + half],
        [ra + wide, dec + half],
        [ra + wide, dec - half],
    ]
}

fn joined(corners: &[[f64; 2]], digits: usize) -> String {
    let closed = corners.iter().chain(corners.first());
    let texts: Vec<_> = closed
        .map(|[ra, dec]| format!("{ra:.digits$} {dec:.digits$}"))
        .collect();
    texts.join(" ")
}

/// Distance on the plane tangent at the position, true to better than 0.1 % within a degree or two.
fn polygon_distance(corners: &[[f64; 2]], center: [f64; 2], ra: f64, dec: f64) -> f64 {
    let away = separation(center, [ra, dec]);
    if away > 30.0 {
        return away / ARCSEC;
    }
    let points: Vec<[f64; 2]> = corners
        .iter()
        .map(|[corner_ra, corner_dec]| {
            let east = (corner_ra - ra + 540.0).rem_euclid(360.0) - 180.0;
            [east * dec.to_radians().cos(), corner_dec - dec]
        })
        .collect();
    let mut inside = false;
    let mut nearest = f64::INFINITY;
    for (index, &[x2, y2]) in points.iter().enumerate() {
        let [x1, y1] = points[(index + points.len() - 1) % points.len()];
        if (y1 > 0.0) != (y2 > 0.0) && 0.0 < x1 - y1 * (x2 - x1) / (y2 - y1) {
            inside = !inside;
        }
        let (dx, dy) = (x2 - x1, y2 - y1);
        let length = dx * dx + dy * dy;
        let along = if length > 0.0 {
            (-(x1 * dx + y1 * dy) / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        nearest = nearest.min((x1 + along * dx).hypot(y1 + along * dy));
    }
    if inside { 0.0 } else { nearest / ARCSEC }
}
