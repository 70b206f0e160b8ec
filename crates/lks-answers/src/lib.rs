//! Keeps what services answered on disk, by the exact question and with the date, so that nothing is asked twice, and what was asked once
//! is there when the network is not.
//!
//! ```text
//! Answers::ask(question, now)
//!   a kept answer that is fresh                    given, nothing is asked
//!   offline: a kept answer of any age              given
//!   else the service is asked    it answers        given and kept
//!                                it fails          an older kept answer is given instead, with what the service said
//! ```
//!
//! What is made of answers may be kept as well, with which they are ([`UsedAnswer`]): it is given while each of them is fresh and still the one that is kept, so
//! that it is never older than they are.
//!
//! A [`Directory`] is the files, an [`Answers`] what is done with them. This crate knows no service, no network and no settings; it does not read the
//! clock. What an answer holds is bytes to it: whoever asks can turn them into an answer again, or not, and then they count as absent.

mod answers;
mod directory;
mod entry;
mod error;
mod question;
mod used;

pub use answers::{Answered, Answers, Body, Fetched};
pub use directory::{Directory, Limits, ListedAnswer};
pub use entry::StoredAnswer;
pub use error::Error;
pub use question::Question;
pub use used::UsedAnswer;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
