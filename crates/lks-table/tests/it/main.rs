//! The crate as its users see it: recorded pages, and random tables against simple implementations.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod random;
mod recorded;
