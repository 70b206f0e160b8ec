//! Layered settings of lksearch: every value knows where it came from.
//!
//! From lowest to highest precedence: built-in defaults < `lksearch.cfg` (the file of the Python package) < `lksearch.toml` < environment variables <
//! overrides of the caller. [`load`] reads what a [`Sources`] value names, checks every value, and gives [`Settings`] together with
//! the [`Origin`] of each key, or reports all problems at once. Nothing is global and nothing is created before something is written.
//!
//! ```
//! use lks_config::{Sources, load};
//!
//! # fn main() -> Result<(), lks_config::Error> {
//! let sources = Sources::isolated().with_variable("LKSEARCH_FETCH__JOBS", "2").with_set("prefer_cloud=false");
//! let loaded = load(&sources)?;
//! assert_eq!(loaded.settings.fetch.jobs.get(), 2);
//! assert_eq!(loaded.origins.of("fetch.jobs").to_string(), "LKSEARCH_FETCH__JOBS");
//! assert_eq!(loaded.origins.of("prefer_cloud").to_string(), "--set prefer_cloud=false");
//! assert_eq!(loaded.origins.of("offline").to_string(), "default");
//! # Ok(())
//! # }
//! ```

mod credentials;
mod declaration;
mod directories;
mod document;
mod edit;
mod environment;
mod error;
mod field;
mod layer;
mod legacy;
mod load;
mod nearest;
mod network_variables;
mod origin;
mod overrides;
mod read;
mod redact;
mod sources;
mod toml_file;
mod value;

pub use credentials::Credentials;
pub use declaration::{Cache, EndpointUrls, Fetch, KeptAnswers, Network, Settings, get, keys};
pub use directories::{Directories, directories};
pub use document::{reference_markdown, schema, template};
pub use edit::{init_file, set_in_file, unset_in_file};
pub use error::{Error, NoDirectory, Problem};
pub use field::{Checks, Fraction, Verify};
pub use load::{Loaded, Setting, SettingsWarning, load};
pub use network_variables::{NetworkVariables, Variable};
pub use origin::{Origin, Origins};
pub use sources::{Override, Sources};

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
