//! Walk, verify, read and write FITS files, local or remote, by byte ranges

mod card;
mod checksum;
mod error;
mod form;
pub mod write;

pub use card::{Card, Value};
pub use checksum::Sum;
pub use error::{Error, Reason};

/// Bytes of a block; headers and data fill whole blocks (FITS 4.0, section 3.1).
pub const BLOCK: u64 = 2880;
