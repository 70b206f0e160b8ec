//! The store as its callers use it, on real directories.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod basics;
mod support;
