//! Find, fetch and keep data of NASA's Kepler, K2 and TESS missions.
//!
//! A [`Client`] asks the MAST archive what exists for a star, downloads each file from the public S3 mirror or from MAST, and keeps
//! it in a cache that notices damage. This crate only joins the parts; each of them can be used on its own.
//!
//! ```no_run
//! use lksearch::{Client, DownloadOptions, Kind, tess};
//!
//! # async fn example() -> Result<(), lksearch::Error> {
//! let client = Client::builder().build()?;
//! let found = client.search(&tess("TOI 1161")?.with_sector(14).with_kind(Kind::Timeseries)).await?;
//! println!("{found}");
//! let manifest = client.download(&found.table, &DownloadOptions::default(), &lksearch::Quiet).await;
//! for path in manifest.paths() {
//!     println!("{}", path.display());
//! }
//! println!("{} failed", manifest.num_failed());
//! # Ok(())
//! # }
//! ```
//!
//! Without a runtime of your own, [`blocking::Client`] has the same methods. Without the feature `download` a client can only search and resolve names, and
//! nothing that fetches, keeps or reads files is compiled.
//!
//! The types used most are at the top level; every other type in a signature is in the crate it comes from, re-exported as [`answers`], [`archive`],
//! [`cache`], [`catalog`], [`config`], [`fetch`], [`fits`], [`http`], [`table`] and [`wcs`]. A light curve as plain vectors:
//!
//! ```no_run
//! use lksearch::fits::{Selection, floats, integers};
//!
//! # async fn example(client: &lksearch::Client) -> Result<(), lksearch::Error> {
//! let file = client.open("mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits").await?;
//! let columns = Selection::columns(["TIME", "PDCSAP_FLUX", "QUALITY"]);
//! let rows = file.table(file.find("LIGHTCURVE")?, &columns).await?;
//! let (time, flux): (Vec<f64>, Vec<f64>) = (floats(&rows, "TIME")?, floats(&rows, "PDCSAP_FLUX")?);
//! let quality: Vec<Option<i64>> = integers(&rows, "QUALITY")?;
//! # Ok(())
//! # }
//! ```

pub mod blocking;
mod builder;
mod client;
#[cfg(feature = "download")]
mod download;
mod error;
#[cfg(feature = "download")]
mod files;
mod many;
mod search;
mod wiring;

pub use builder::ClientBuilder;
pub use client::{Client, SANDBOX};
pub use error::{Error, ErrorKind};
pub use many::ManySearch;
pub use search::{all, k2, kepler, mast, tess};
pub use wiring::{kept_answers, load_settings};
#[cfg(feature = "download")]
pub use wiring::{lock_directories, open_store};

pub use lks_answers as answers;
#[cfg(feature = "download")]
pub use lks_cache as cache;
pub use lks_catalog as catalog;
pub use lks_config as config;
#[cfg(feature = "download")]
pub use lks_fetch as fetch;
#[cfg(feature = "download")]
pub use lks_fits as fits;
pub use lks_http as http;
pub use lks_mast as archive;
pub use lks_table as table;
#[cfg(feature = "download")]
pub use lks_wcs as wcs;

pub use lks_config::Settings;
#[cfg(feature = "download")]
pub use lks_fetch::{
    Action, CutoutSource, DownloadOptions, Event, FailureKind, Journal, Manifest, ManifestRow, Plan, Progress, Quiet,
    Remark, Source, Status, Step,
};
pub use lks_mast::{
    ArcSeconds, Campaigns, Column, Cutout, CutoutSize, Description, EmptyReason, Exptime, Family, Filters, FluxColumn,
    GENERIC, InputResult, KeptAnswer, Kind, KindFilter, Kinds, LastTime, ListedInput, Listing, Located, ManyPart,
    Mission, Numbers, Pipeline, Position, Product, Prospect, Provenance, QualityColumn, Resolution, Search,
    SearchResult, Target, TargetList, TextFilter, Warning, read_table,
};
pub use lks_table::{Expression, Format, Table};

/// The Rust examples of the project's README and of this crate's are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
#[doc = include_str!("../README.md")]
struct Readme;
