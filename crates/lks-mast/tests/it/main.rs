//! The crate's surface, against a few rows of the archive behind a closure.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod archive;
mod empty_reason;
mod faults;
mod finished;
mod kept;
mod listing;
mod many;
mod paging;
mod recorded;
mod sandbox;
mod schema;
mod search;
