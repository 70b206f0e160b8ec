//! The crate as its users see it: genuine mission files, remote reads, round trips.

mod genuine;
