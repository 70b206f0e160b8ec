//! A miniature MAST, resolver, TESScut and S3 on loopback, with deterministic data and scripted misbehaviour.
//!
//! ```no_run
//! use lks_sandbox::{Fault, Matcher, SandboxOptions, Sandbox};
//!
//! let sandbox = Sandbox::start(SandboxOptions::default())?;
//! sandbox.script(Matcher::contains("_lc.fits").method("GET"), [Fault::status(503).retry_after(2), Fault::cut_at(2880)]);
//! println!("{}", sandbox.url());
//! // … let a client work …
//! assert_eq!(sandbox.count(&Matcher::contains("_lc.fits").method("GET")), 3);
//! # Ok::<(), lks_sandbox::Error>(())
//! ```

mod dead_end;
mod error;
mod fault;
mod sandbox;
mod server;
mod world;

pub use dead_end::DeadEnd;
pub use error::Error;
pub use fault::{BodyFraming, Fault, FaultyCell, Flip, LARGEST_RESIZE, Matcher, Paging};
pub use sandbox::{Sandbox, SandboxOptions};
pub use server::Logged;
pub use world::{StarHolding, holdings};

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
