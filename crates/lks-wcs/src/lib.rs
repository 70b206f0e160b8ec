//! Where the pixels of an image are on the sky, and where a place on the sky is on the pixels: the tangential (gnomonic) projection of FITS, `RA---TAN` and
//! `DEC--TAN`, without or with the SIP distortion of any order (`RA---TAN-SIP`), as full-frame images of TESS have it.
//!
//! ```text
//! pixel ─ minus CRPIX ─► u, v ─ SIP: u + A(u, v), v + B(u, v) ─► ─ CD matrix ─► degrees on the tangent plane ─ TAN, CRVAL ─► right ascension, declination
//! pixel ◄─ plus CRPIX ── u, v ◄─ Newton's method ────────────── ◄─ inverse ──── degrees on the tangent plane ◄─ TAN, CRVAL ── right ascension, declination
//! ```
//!
//! The inverse polynomials of a header (`AP_i_j`, `BP_i_j`) are not read: in the archive of TESS they are wrong by up to fifteen pixels, and Newton's method
//! needs four to six steps without them.
//!
//! Everything is a plain function of numbers. This crate has no dependencies; a header is whatever answers [`Wcs::from_header`]'s question for a keyword.
//!
//! ```
//! use lks_wcs::{KeywordValue, PixelPosition, SkyPosition, Wcs};
//!
//! let header = |keyword: &str| match keyword {
//!     "CTYPE1" => Some(KeywordValue::Text("RA---TAN")),
//!     "CTYPE2" => Some(KeywordValue::Text("DEC--TAN")),
//!     "CRPIX1" | "CRPIX2" => Some(KeywordValue::Number(6.0)),
//!     "CRVAL1" => Some(KeywordValue::Number(285.679)),
//!     "CRVAL2" => Some(KeywordValue::Number(50.241)),
//!     "CDELT1" => Some(KeywordValue::Number(-0.0058)),
//!     "CDELT2" => Some(KeywordValue::Number(0.0058)),
//!     _ => None,
//! };
//! let wcs = Wcs::from_header(header)?;
//! let star = SkyPosition::new(285.68, 50.25)?;
//! let pixel = wcs.pixel(&star)?;
//! assert!(wcs.sky(pixel)?.separation(&star) < 1e-12);
//! # Ok::<(), lks_wcs::Error>(())
//! ```
//!
//! Sources: Greisen & Calabretta 2002, A&A 395, 1061, <https://doi.org/10.1051/0004-6361:20021326> (keywords, linear part);
//! Calabretta & Greisen 2002, A&A 395, 1077, <https://doi.org/10.1051/0004-6361:20021327> (projection, poles);
//! Shupe et al. 2005, ASPC 347, 491, <https://ui.adsabs.harvard.edu/abs/2005ASPC..347..491S> (SIP), whose text is
//! <https://fits.gsfc.nasa.gov/registry/sip/SIP_distortion_v1_0.pdf>.

mod error;
mod fit;
mod header;
mod keywords;
mod sip;
mod sky_position;
mod tangent_plane;
mod wcs;
mod window;

pub use error::Error;
pub use fit::LinearFit;
pub use keywords::KeywordValue;
pub use sip::MAX_ORDER;
pub use sky_position::SkyPosition;
pub use wcs::{PixelPosition, Wcs};
pub use window::PixelWindow;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
