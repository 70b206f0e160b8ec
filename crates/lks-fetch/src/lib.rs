//! Brings the files of a table into the store: chooses where each one's bytes come from, fetches them politely, and publishes only what
//! is whole.
//!
//! [`plan()`] decides from plain data, [`Fetcher`] acts. Every row ends as a [`Row`] of the [`Manifest`]; no row fails the run.

mod body;
mod checksum;
pub mod cloud;
mod cutout;
mod error;
mod failure;
mod fetcher;
mod form;
mod item;
mod locate;
mod manifest;
mod options;
mod pen;
mod plan;
mod progress;
mod shelf;
mod transfer;
mod unzip;
mod validator;
mod web;

pub use error::Error;
pub use fetcher::Fetcher;
pub use item::{Cutout, Item, What};
pub use manifest::{FailureKind, Manifest, Row, Source, Status};
pub use options::Options;
pub use plan::{Action, Cloud, Kept, Local, Plan, Policy, Route, Step, Verify, needs_cloud_path, plan};
pub use progress::{Event, Progress, Quiet};
