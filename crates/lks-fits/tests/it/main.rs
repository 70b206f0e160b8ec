//! The crate as its users see it: genuine mission files, remote reads, round trips.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod counting;
mod genuine;
mod remote;
mod tables;
