//! Walk, verify, read and write FITS files, local or remote, by byte ranges.
//!
//! * [`FitsFile`] opens a file where it lies and reads headers, rows and pixels by ranges;
//! * [`blocking::FitsFile`] does so without an async runtime, for a file on a disk or in memory;
//! * [`floats`] and [`integers`] make plain vectors of a column;
//! * [`verify`] says whether a file is whole;
//! * [`write`](mod@write) makes small files.
//!
//! ```no_run
//! let file = lks_fits::blocking::FitsFile::open(std::path::Path::new("lc.fits"))?;
//! println!("{} HDUs", file.hdus().len());
//! # Ok::<(), lks_fits::Error>(())
//! ```
//!
//! Files in an object store are opened with the feature `object-store`, which is on by default and brings `object_store` and tokio.
//!
//! The standard is [FITS 4.0](https://fits.gsfc.nasa.gov/fits_standard.html).

pub mod blocking;
mod card;
mod checksum;
mod error;
mod file;
mod form;
mod gzip;
mod header;
mod image;
mod layout;
mod source;
mod table;
mod time;
mod vectors;
pub mod verify;
mod vounit;
mod walk;
pub mod write;

pub use arrow_array;
pub use arrow_schema;
pub use card::{Card, CardValue};
pub use checksum::Sum;
pub use error::{DamageReason, Error};
pub use file::FitsFile;
pub use gzip::most_unpacked;
pub use header::Header;
pub use image::Image;
pub use layout::{BLOCK, HduInfo, HduKind};
#[cfg(feature = "object-store")]
pub use object_store;
pub use source::{Depth, LocalLocation, Location, OpenOptions, ReadCost};
pub use table::{ColumnInfo, Selection};
pub use time::{JulianDate, TimeReference};
pub use vectors::{floats, integers};
pub use vounit::vounit;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
