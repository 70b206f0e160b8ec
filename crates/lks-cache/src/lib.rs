//! A download store that never hands out a damaged file.
//!
//! A file becomes visible only when it is complete, synced, counted and recorded. Each time it is looked up, it is checked at the
//! requested level; a file that is no longer what was received is set aside and reported as missing, so that it is fetched
//! again. Any number of threads and processes may share a store; nothing depends on locks.
//!
//! It knows nothing about networks, settings, file formats or the time: the caller supplies the bytes, the checks and the date. It needs
//! Unix: file access relative to open directories, and file locks.
//!
//! ```
//! use std::io::{self, Write};
//! use std::time::SystemTime;
//!
//! use lks_cache::{Facts, Key, Level, Store};
//!
//! # let directory = tempfile::tempdir()?;
//! # let root = directory.path();
//! let store = Store::new(root);
//! let key = Key::new("https://example.org/bread", "recipes/bread.txt".parse()?);
//! let entry = store.get_or_fetch(&key, Level::Stat, SystemTime::now, |writer| {
//!     writer.write_all(b"500 g flour")?; // or io::copy of a response
//!     Ok::<_, io::Error>(Facts::from_source("example.org"))
//! })?;
//! assert_eq!(io::read_to_string(entry.file)?, "500 g flour");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Store::get_or_fetch`] does everything in one call. Its steps are public as well, for callers that fetch asynchronously, in parts, or from
//! one of several sources: [`Store::lookup`], [`Store::try_claim`], [`Store::begin`], [`Writer`], [`Finished::commit`].

#[cfg(not(unix))]
compile_error!("lks-cache needs the directories and locks of Unix; on Windows, build it in WSL");

mod adopt;
mod contents;
mod coverage;
mod date;
mod digest;
mod dirfd;
mod disk;
mod error;
mod fetch;
mod gc;
mod inventory;
mod key;
mod level;
mod locations;
mod lock;
mod lookup;
mod miss;
mod parallel;
mod path;
mod pattern;
mod pieces;
mod publish;
mod quarantine;
mod rebuild;
mod record;
mod remove;
mod resume;
mod segment;
mod staged;
mod store;
mod verify;
mod walk;
mod write;

pub use adopt::{AdoptedFile, Adoption, Refusal};
pub use contents::{Contents, Holding};
pub use error::Error;
pub use gc::{Collected, GarbageOptions};
pub use inventory::{Inventory, Listed, Total};
pub use key::Key;
pub use level::{Level, UnknownLevel};
pub use lock::{Claim, KeyLock};
pub use lookup::{Check, Entry, Glance, Lookup};
pub use miss::{Damage, MissReason};
pub use path::{RelativePath, UnsafeName};
pub use record::{Assurance, BadRecord, Fingerprint, RECORD_VERSION, Record, RecordLocation, RecordOrigin, is_sha256};
pub use remove::{Removal, Removed};
pub use store::Store;
pub use verify::{FileProblem, Finding, Verification, VerifyProgress};
pub use walk::Records;
pub use write::{Facts, Finished, Watch, Writer};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
