//! What to read of a TESS cube for the pixels around a position, how its bytes become frames, and the frames a target pixel file. Pure: nothing is fetched or stored here.
//!
//! A cube holds all full-frame images of a sector, camera and CCD, pixel after pixel: of each pixel, all frames, and of each frame the flux and its error.
//!
//! ```text
//! HDU 1 of …-cube.fits     BITPIX -32, big-endian      axes, the fastest first
//!   NAXIS1  2              flux, error
//!   NAXIS2  frames         in the order in which they were added; TSTART of HDU 2 says when each was taken
//!   NAXIS3  columns        2136 of a full cube
//!   NAXIS4  rows           2078
//! first byte of (row, column, frame) = data offset + 8 (frames (columns row + column) + frame)
//! ```
//!
//! A cutout of n columns is one range of 8 n frames bytes per row ([`CubeLayout::range`]). Source: astrocut's `CubeFactory`, <https://github.com/spacetelescope/astrocut>.

mod cube;
mod error;
mod frame_wcs;
mod frames;
mod limits;
mod reads;
mod star_facts;
mod target_pixel_file;

pub use cube::{BYTES_PER_FRAME, CubeLayout};
pub use error::Error;
pub use frame_wcs::{FrameWcs, frame_wcs};
pub use frames::FrameStack;
pub use limits::cutout_window;
pub use reads::{Read, coalesce};
pub use star_facts::StarFacts;
pub use target_pixel_file::{CutoutContents, TargetPixelFile};

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
