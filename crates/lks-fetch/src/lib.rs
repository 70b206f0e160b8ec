//! Downloads the files of a table into the store: chooses a source for each, fetches it politely, and publishes only complete
//! files.
//!
//! The `plan` decides from plain data, [`Fetcher`] acts. Every row ends as a [`ManifestRow`] of the [`Manifest`]; a row never fails the run.
//!
//! ```rust,no_run
//! use lks_fetch::{Fetcher, Options, Policy, Quiet};
//! use lks_mast::Product;
//!
//! async fn light_curve() -> Result<(), Box<dyn std::error::Error>> {
//!     let http = lks_http::HttpClient::new(&lks_mast::http_options())?;
//!     let mast = lks_mast::MastClient::new(http.clone(), lks_mast::Endpoints::stsci());
//!     let store = lks_fetch::store_at("/data/lksearch");
//!     let fetcher = Fetcher::new(http, mast, store, Options::default())?;
//!
//!     let name = "tess2019198215352-s0014-0000000158324245-0150-s";
//!     let uri = format!("mast:TESS/product/{name}_lc.fits");
//!     let product = Product::new(uri, "TESS", name, format!("{name}_lc.fits"));
//!
//!     let plan = fetcher.plan(vec![Ok(product)], &Policy::default()).await;
//!     let manifest = fetcher.run(plan, &Quiet).await;
//!     println!("{:?}", manifest.rows[0].local_path);
//!     Ok(())
//! }
//! ```

mod blocking;
mod error;
mod fetcher;
mod lock;
mod options;
mod plan;
mod receive;
mod report;
mod source;
mod stars;
mod store;

pub use error::Error;
pub use fetcher::{Fetcher, Planning, locate};
pub use lock::{Checked, Content, Here, LOCK_VERSION, LeftOut, Lock, LockedProduct, Locking, Upstream};
pub use options::Options;
pub use plan::download_options::DownloadOptions;
pub use plan::header::{Authorship, PLAN_VERSION, PlanHeader};
pub use plan::policy::{CutoutSource, Policy};
pub use plan::portable::PortablePlan;
pub use plan::route::{Route, Source};
pub use plan::shard::{MAX_SHARDS, Shard, ShardSize, Sharding};
pub use plan::{Action, Kept, Plan, Step};
pub use report::journal::Journal;
pub use report::manifest::{FailureKind, Manifest, ManifestRow, Remark, Status};
pub use report::merge::{Merged, Part, merge};
pub use report::progress::{Event, Progress, Quiet};
pub use report::verdicts::{Merging, Place, Verdicts};
pub use source::bucket::AwsCredential;
pub use stars::CutoutStars;
pub use store::content::check_content;
pub use store::foreign::{check_foreign, cutout_of_file, key_of_foreign};
pub use store::key::{DATA_DIRECTORY, key_of, product_of, store_at};
pub use store::listed::StoredFile;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
