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
//! use lks_cache::{Facts, Level, Lookup, Key, Store};
//!
//! # let directory = tempfile::tempdir()?;
//! let store = Store::new(directory.path());
//! let key = Key::new("https://example.org/bread", "recipes/bread.txt".parse()?);
//! let mut writer = store.begin(&key, Some(5))?;
//! writer.write(b"flour")?;
//! writer.commit(Facts { source: "example".to_owned(), ..Facts::default() }, SystemTime::now())?;
//!
//! let Lookup::Hit(mut entry) = store.lookup(&key, Level::Sha256, SystemTime::now())? else {
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
mod key;
mod lock;
mod lookup;
mod path;
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
pub use gc::{Collected, GarbageOptions};
pub use inventory::{Inventory, Listed, Total};
pub use key::Key;
pub use lock::{Claim, Lock};
pub use lookup::{Check, Damage, Entry, Level, Lookup, MissReason};
pub use path::{RelativePath, UnsafeName};
pub use record::{Assurance, BadRecord, Fingerprint, RECORD_VERSION, Record, RecordLocation, RecordOrigin};
pub use remove::{Removal, Removed};
pub use store::Store;
pub use verify::{FileProblem, Finding, Verification, VerifyProgress};
pub use walk::Records;
pub use write::{Facts, Finished, Writer};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
