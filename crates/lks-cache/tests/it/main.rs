//! The store as its callers use it, on real directories.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test that cannot run here says so")]

mod adoption;
mod alone;
mod basics;
mod concurrency;
mod contents;
mod damage;
mod glance;
mod hostile;
mod housekeeping;
mod model;
mod obstacles;
mod readonly;
mod resume;
mod second_user;
mod segments;
mod support;
