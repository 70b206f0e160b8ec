//! Walk, verify, read and write FITS files, local or remote, by byte ranges

mod card;
mod checksum;
mod error;
mod form;
mod header;
mod layout;
pub mod verify;
mod walk;
pub mod write;

pub use card::{Card, Value};
pub use checksum::Sum;
pub use error::{Error, Reason};
pub use header::Header;
pub use layout::{HduInfo, HduKind};

/// Bytes of a block; headers and data fill whole blocks (FITS 4.0, section 3.1).
pub const BLOCK: u64 = 2880;
