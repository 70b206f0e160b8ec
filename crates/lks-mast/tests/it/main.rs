//! The crate's surface, against a few rows of the archive behind a closure.

mod archive;
mod search;
