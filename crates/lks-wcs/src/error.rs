//! What can be wrong with a header, a pixel or a position.

use std::fmt;

/// Why there are no coordinates.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The header lacks a keyword without which nothing can be computed.
    MissingKeyword {
        /// As it would stand in the header.
        keyword: String,
    },
    /// The value of a keyword is not one that can be computed with.
    WrongKeyword {
        /// As it stands in the header.
        keyword: String,
        /// Its value.
        value: String,
        /// What can be.
        expected: &'static str,
    },
    /// Two keywords exclude each other.
    Conflict {
        /// As they stand in the header.
        keywords: [String; 2],
    },
    /// The matrix from pixels to the tangent plane, or its product with the linear part of the distortion, has no inverse.
    SingularMatrix {
        /// Degrees per pixel, row after row.
        matrix: [[f64; 2]; 2],
    },
    /// A pixel is not finite, or the distortion is not finite there.
    InvalidPixel {
        /// Counted from 0, along the rows and along the columns.
        pixel: [f64; 2],
    },
    /// Right ascension or declination is not a place on the sphere.
    InvalidPosition {
        /// Right ascension, degrees.
        ra: f64,
        /// Declination, degrees.
        dec: f64,
    },
    /// A position is 90 degrees or more from the point where the plane touches the sphere, and has no place on the plane.
    BehindTangentPlane {
        /// Degrees from the tangent point.
        separation: f64,
    },
    /// No pixel was found for a position by Newton's method: it lies where the distortion says nothing, far outside of the image.
    NotConverged {
        /// How many steps were made.
        steps: u32,
        /// The length of the last one, pixels; it may be infinite or not a number.
        last_step: f64,
    },
    /// The only pixel that was found for a position lies beyond where the distortion folds over, far outside of the image.
    Folded {
        /// What was found: counted from 0, along the rows and along the columns.
        pixel: [f64; 2],
    },
    /// A window of pixels has no pixels.
    EmptyWindow,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingKeyword { keyword } => write!(
                f,
                "the header has no keyword {keyword}; without it, it does not say where its pixels are on the sky"
            ),
            Self::WrongKeyword {
                keyword,
                value,
                expected,
            } => write!(f, "{keyword} is {value}; it must be {expected}"),
            Self::Conflict { keywords: [one, other] } => {
                write!(
                    f,
                    "the header has {one} and {other}, which exclude each other; remove one of them"
                )
            }
            Self::SingularMatrix { matrix } => write!(
                f,
                "the matrix {matrix:?} maps pixels to a line or a point, so that no position has a pixel; check CDi_j, or CDELTi and PCi_j"
            ),
            Self::InvalidPixel { pixel: [x, y] } => write!(
                f,
                "the pixel ({x}, {y}) has no position; it must be finite, and not so far away that the distortion is not"
            ),
            Self::InvalidPosition { ra, dec } => write!(
                f,
                "right ascension {ra} and declination {dec} are no position; write finite degrees, and a declination from -90 to 90"
            ),
            Self::BehindTangentPlane { separation } => write!(
                f,
                "the position is {separation:.3} degrees from the image's reference position; only what is less than 90 degrees away has a pixel"
            ),
            Self::NotConverged { steps, last_step } => write!(
                f,
                "no pixel was found for the position: after {steps} steps of Newton's method the last one was {last_step:e} pixels long; \
                 the position lies far outside of the image"
            ),
            Self::Folded { pixel: [x, y] } => write!(
                f,
                "the position has no pixel: ({x}, {y}) lies beyond where the distortion folds over, far outside of the image"
            ),
            Self::EmptyWindow => write!(f, "the window has no pixels; its width and height must be 1 or more"),
        }
    }
}

impl std::error::Error for Error {}
