//! The crate as its users see it: recorded pages, and random tables against simple implementations.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test says that it was skipped")]

mod faults;
mod page;
mod random;
mod recorded;
