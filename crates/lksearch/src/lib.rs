//! Find, fetch and keep data of NASA's Kepler, K2 and TESS missions.
//!
//! A [`Client`] asks the MAST archive what exists for a star, takes each file from the public S3 mirror or from MAST, and keeps
//! what it brought in a cache that notices damage. This crate only joins the parts; each of them can be used alone.
//!
//! ```no_run
//! use lksearch::{Client, DownloadOptions, Kind, tess};
//!
//! # async fn example() -> Result<(), lksearch::Error> {
//! let client = Client::new(&lksearch::load_settings()?)?;
//! let found = client.search(&tess("TOI 1161")?.sector(14).kind(Kind::Timeseries)).await?;
//! println!("{found}");
//! let manifest = client.download(&found.table, &DownloadOptions::default(), &lksearch::Quiet).await;
//! for path in manifest.paths() {
//!     println!("{}", path.display());
//! }
//! println!("{} failed", manifest.n_failed());
//! # Ok(())
//! # }
//! ```
//!
//! Without a runtime of your own, [`blocking::Client`] has the same verbs.

#[cfg(feature = "blocking")]
pub mod blocking;
mod brief;
mod client;
mod error;
mod items;
mod manifest;
mod result;
mod wiring;

pub use brief::{k2, kepler, mast, tess};
pub use client::{Client, DownloadOptions};
pub use error::{Error, ErrorKind};
pub use items::{CutoutSize, items, loose_cutout, product_at, product_pipeline, read_table};
pub use manifest::{manifest_table, plan_table};
pub use result::SearchResult;
pub use wiring::{load_settings, open_store};

pub use lks_cache as cache;
pub use lks_config as config;
pub use lks_fits as fits;
pub use lks_table as table;

pub use lks_config::Settings;
pub use lks_fetch::{
    Action, Event, FailureKind, Journal, Manifest, Plan, Progress, Quiet, Remark, Source, Status, Step, What,
    check_content,
};
pub use lks_mast::{
    ArcSeconds, Campaigns, Description, Emptiness, Exptime, Filters, Found, Kind, KindFilter, Kinds, Mission, Numbers,
    Position, Provenance, Resolution, Search, Target, Warning, Words,
};
pub use lks_table::{Expression, Format, Table};

/// The Rust examples of the project's README and of this crate's are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
#[doc = include_str!("../README.md")]
struct Readme;
