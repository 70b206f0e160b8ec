//! Footprints on the sky as MAST writes them in `s_region`, and whether a direction lies in one. Nothing is asked here.

use std::f64::consts::{PI, TAU};

use crate::position::{Direction, direction};

/// What an observation covers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Region {
    /// `CIRCLE 94.6 -72.0 0.0014`: middle and radius in degrees.
    Circle {
        middle: Direction,
        /// Length of the straight line from the middle to the edge, on the unit sphere.
        chord: f64,
    },
    /// `POLYGON 229.8 -75.2 241.7 -64.0 …`: corners in degrees, with great circles between them.
    Polygon {
        corners: Vec<Direction>,
        /// The mean of the corners.
        middle: Direction,
        /// The cosine of the angle from the middle to the farthest corner.
        farthest: f64,
    },
}

impl Region {
    /// Reads a region; `None` for what is not understood.
    pub(crate) fn parse(region: &str) -> Option<Self> {
        let mut words = region.split_ascii_whitespace().peekable();
        let shape = words.next()?;
        // A frame may be named; all that occur are ICRS to within far less than a pixel.
        words.next_if(|word| {
            ["ICRS", "J2000", "FK5"]
                .iter()
                .any(|frame| frame.eq_ignore_ascii_case(word))
        });
        let numbers: Option<Vec<f64>> = words
            .map(|word| word.parse().ok().filter(|number: &f64| number.is_finite()))
            .collect();
        let numbers = numbers?;
        if shape.eq_ignore_ascii_case("POLYGON") {
            return Self::polygon(&numbers);
        }
        match numbers[..] {
            [ra, dec, radius]
                if shape.eq_ignore_ascii_case("CIRCLE") && dec.abs() <= 90.0 && (0.0..90.0).contains(&radius) =>
            {
                let chord = 2.0 * (radius.to_radians() / 2.0).sin();
                let middle = direction(ra, dec);
                Some(Self::Circle { middle, chord })
            }
            _ => None,
        }
    }

    fn polygon(numbers: &[f64]) -> Option<Self> {
        let (pairs, rest) = numbers.as_chunks::<2>();
        let mut corners: Vec<Direction> = pairs.iter().map(|[ra, dec]| direction(*ra, *dec)).collect();
        corners.dedup();
        if corners.first() == corners.last() {
            corners.pop();
        }
        if !rest.is_empty() || corners.len() < 3 || pairs.iter().any(|[_, dec]| dec.abs() > 90.0) {
            return None;
        }
        let middle = mean(&corners);
        let farthest = corners.iter().map(|corner| dot(&middle, corner)).fold(1.0, f64::min);
        // Larger than a hemisphere has no inside.
        (farthest > 0.0).then_some(Self::Polygon {
            corners,
            middle,
            farthest,
        })
    }

    /// Whether a direction lies in it.
    pub(crate) fn holds(&self, direction: &Direction) -> bool {
        let (corners, middle, farthest) = match self {
            Self::Circle { middle, chord } => return chord_between(middle, direction) <= *chord,
            Self::Polygon {
                corners,
                middle,
                farthest,
            } => (corners, middle, farthest),
        };
        if dot(middle, direction) < *farthest {
            return false;
        }
        // The corners go once around the direction, as seen from there.
        let (east, north) = tangents(direction);
        let bearings: Vec<f64> = corners
            .iter()
            .map(|corner| dot(&east, corner).atan2(dot(&north, corner)))
            .collect();
        let next = bearings.iter().cycle().skip(1);
        let turned: f64 = bearings
            .iter()
            .zip(next)
            .map(|(from, to)| (to - from + PI).rem_euclid(TAU) - PI)
            .sum();
        turned.abs() > PI
    }
}

/// The direction in the midst of some that do not cancel out.
pub(crate) fn mean(directions: &[Direction]) -> Direction {
    let sum = directions
        .iter()
        .fold([0.0; 3], |sum, one| [0, 1, 2].map(|axis| sum[axis] + one[axis]));
    let length = dot(&sum, &sum).sqrt();
    sum.map(|value| value / length)
}

fn chord_between(one: &Direction, other: &Direction) -> f64 {
    let squares = one.iter().zip(other).map(|(one, other)| (one - other).powi(2));
    squares.sum::<f64>().sqrt()
}

/// Two directions across this one and each other, towards the east and the north.
fn tangents([x, y, z]: &Direction) -> (Direction, Direction) {
    let across = x.hypot(*y);
    // At a pole every direction is south; any two will do.
    let (sine, cosine) = if across > 0.0 {
        (y / across, x / across)
    } else {
        (0.0, 1.0)
    };
    ([-sine, cosine, 0.0], [-z * cosine, -z * sine, across])
}

fn dot(one: &Direction, other: &Direction) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests;
