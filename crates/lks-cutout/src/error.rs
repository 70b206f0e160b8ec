//! What can be wrong with a cube, a cutout, or the bytes of a row.

use std::fmt;

/// Why there is no cutout. Of a cube that is at fault it does not say what to do: only the caller knows of other places.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The header is not that of a cube as it is known here.
    OtherLayout {
        /// The keyword.
        keyword: &'static str,
        /// Its value; `None` if it is not there.
        value: Option<i64>,
        /// What it is in a cube.
        expected: &'static str,
    },
    /// A cutout has no pixels, or its middle is not a number, or not one of a pixel.
    InvalidCutout {
        /// The middle in pixels, counted from 0.
        center: [f64; 2],
        /// Columns and rows.
        size: [f64; 2],
    },
    /// A row that was read does not have the bytes of its pixels.
    ShortRow {
        /// The row of the cutout, counted from 0.
        row: u32,
        /// How many bytes there are.
        num_bytes: u64,
        /// How many there must be.
        expected: u64,
    },
    /// Pixels of a row lie outside of the cutout.
    OutsideCutout {
        /// The row of the cutout, counted from 0.
        row: u32,
        /// The first column and the number of columns that were given for it.
        columns: [u32; 2],
    },
    /// Some of these pixels of a row were given before.
    TakenAlready {
        /// The row of the cutout, counted from 0.
        row: u32,
        /// The first column and the number of columns that were given for it.
        columns: [u32; 2],
    },
    /// No frame of a cube has world coordinates.
    NoWorldCoordinates {
        /// How many frames there are.
        num_frames: usize,
        /// What is wrong with those of the first that seems to have some.
        reason: Option<lks_wcs::Error>,
    },
    /// The world coordinates of a cutout cannot be fitted.
    WorldCoordinates(lks_wcs::Error),
    /// A column of a cube's table of frames is not there, or holds something else.
    WrongColumn {
        /// Its name.
        column: &'static str,
        /// What it holds in a cube.
        expected: &'static str,
    },
    /// There are not as many frames of pixels as rows in the table of frames.
    OtherFrames {
        /// Rows of the table.
        num_frames: usize,
        /// Fluxes.
        num_values: usize,
        /// Pixels of the cutout.
        num_pixels: usize,
    },
    /// A card cannot be written.
    UnwritableHeader {
        /// Which one, and why.
        reason: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherLayout {
                keyword,
                value,
                expected,
            } => {
                let value = value.map_or("absent".to_owned(), |value| value.to_string());
                write!(
                    f,
                    "not a cube of full-frame images: {keyword} is {value}, where a cube has {expected}"
                )
            }
            Self::InvalidCutout {
                center: [x, y],
                size: [width, height],
            } => write!(
                f,
                "a cutout of {width} × {height} pixels around ({x}, {y}) has no pixels; ask for 1 × 1 or more, around a position on the image"
            ),
            Self::ShortRow {
                row,
                num_bytes,
                expected,
            } => write!(
                f,
                "row {row} of the cutout came with {num_bytes} bytes in place of {expected}; the cube changed or the answer was cut, so read it again"
            ),
            Self::OutsideCutout {
                row,
                columns: [first, number],
            } => write!(
                f,
                "columns {first} to {first} + {number} of row {row} lie outside of the cutout"
            ),
            Self::TakenAlready {
                row,
                columns: [first, number],
            } => write!(
                f,
                "columns {first} to {first} + {number} of row {row} of the cutout came twice"
            ),
            Self::NoWorldCoordinates { num_frames, reason } => {
                let reason = reason.as_ref().map_or_else(
                    || "CTYPE2 is 'DEC--TAN-SIP' of none".to_owned(),
                    |reason| format!("of the one that says so {reason}"),
                );
                write!(
                    f,
                    "none of the {num_frames} frames of the cube says where its pixels are on the sky ({reason})"
                )
            }
            Self::WorldCoordinates(error) => write!(
                f,
                "the cutout has no linear world coordinates: {error}; ask for a position on the CCD"
            ),
            Self::WrongColumn { column, expected } => write!(
                f,
                "the cube's table of frames has no column {column} with {expected}, as cubes of SPOC have"
            ),
            Self::OtherFrames {
                num_frames,
                num_values,
                num_pixels,
            } => write!(
                f,
                "the table has {num_frames} frames of {num_pixels} pixels, but {num_values} pixels came; the cube changed, so read it again"
            ),
            Self::UnwritableHeader { reason } => write!(f, "cannot write the header of the cutout: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
