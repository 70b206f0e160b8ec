//! A download store that never hands out a damaged file.
//!
//! A file becomes visible only when it is complete, synced, counted and recorded. Whoever asks for it gets it checked at the
//! level they ask for, and a file that is no longer what came in is set aside and reported as missing, so that it is fetched
//! again. Any number of threads and processes may share a store; nothing depends on locks.
//!
//! The crate knows no network, no settings, no file format and no clock: dates and content checks are parameters. It needs Unix: open
//! directories to work beneath, and locks on files.
//!
//! ```
//! use std::io::Read;
//! use std::time::SystemTime;
//! use lks_cache::{Facts, Level, Lookup, Product, ProductPath, Store};
//!
//! # let directory = tempfile::tempdir()?;
//! let store = Store::new(directory.path());
//! let product = Product {
//!     uri: "https://example.org/recipes/bread.txt".to_owned(),
//!     path: ProductPath::parse("recipes", "bread", "bread.txt")?,
//! };
//! let mut writer = store.begin(&product, Some(5))?;
//! writer.write(b"flour")?;
//! writer.commit(Facts { source: "example".to_owned(), ..Facts::default() }, SystemTime::now())?;
//!
//! let Lookup::Hit(mut entry) = store.lookup(&product, Level::Sha256, SystemTime::now())? else {
//!     unreachable!("it was just stored")
//! };
//! let mut text = String::new();
//! entry.file.read_to_string(&mut text)?;
//! assert_eq!(text, "flour");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(not(unix))]
compile_error!("lks-cache needs the directories and locks of Unix; on Windows, build it in WSL");

mod adopt;
mod beneath;
mod coverage;
mod date;
mod digest;
mod disk;
mod error;
mod gc;
mod inventory;
mod lock;
mod lookup;
mod name;
mod pattern;
mod pieces;
mod publish;
mod quarantine;
mod rebuild;
mod record;
mod remove;
mod resume;
mod staged;
mod store;
mod verify;
mod walk;
mod write;

pub use adopt::{AdoptedFile, Adoption, Refusal};
pub use error::Error;
pub use gc::{GarbageOptions, Swept};
pub use inventory::{Inventory, Listed, Total};
pub use lock::{Claim, Lock};
pub use lookup::{Check, Damage, Entry, Level, Lookup, Reason};
pub use name::{CUTOUT_DIRECTORY, DATA_DIRECTORY, ProductPath, UnsafeName};
pub use record::{Assurance, BadRecord, Fingerprint, Location, Origin, RECORD_VERSION, Record, key_of};
pub use remove::{Removal, Removed};
pub use store::{Product, Store};
pub use verify::{Finding, Problem, Progress, Verification};
pub use walk::Records;
pub use write::{Facts, Finished, Writer};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
