//! The crate as its users see it: genuine mission files, remote reads, round trips.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod blocking;
#[cfg(feature = "object-store")]
mod counting;
mod genuine;
#[cfg(feature = "object-store")]
mod remote;
mod tables;
