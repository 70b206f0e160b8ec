//! An HTTP client for archives: a 2xx response, or an error that says what happened.
//!
//! It decides what may be tried again, how long to wait, how many requests a host gets at once, which redirects are followed and
//! when a body is complete. It knows nothing about any archive: the limits of a host are data that come with each request, as its [`Lane`]. It does not read
//! settings, and the only files that it writes are those by which the processes on a machine share a limit, in a directory that the caller names.
//!
//! ```no_run
//! # async fn example() -> Result<(), lks_http::Error> {
//! use lks_http::{HttpClient, HttpOptions, Request};
//!
//! let client = HttpClient::new(&HttpOptions::default())?;
//! let url = url::Url::parse("https://example.org/columns.json").expect("a literal URL");
//! let answer = client.bytes(Request::get(url), 16 << 20).await?;
//! println!("{} bytes from {}", answer.body.len(), answer.url);
//! # Ok(())
//! # }
//! ```

mod budget;
mod certificates;
mod client;
mod cross_process;
mod error;
mod gate;
mod health;
mod html_excerpt;
mod lane;
mod options;
mod proxy;
mod redact;
mod redirect;
mod request;
mod request_log;
mod response;
mod retry;
mod setters;
mod share;
mod silence;
mod transport;
mod waits;

pub use certificates::{Certificates, NamedPath};
pub use client::HttpClient;
pub use error::{Cause, Class, Error, TimeLimit};
pub use html_excerpt::html_excerpt;
pub use lane::Lane;
pub use options::{HttpOptions, Outage, SharedDirectory, Throughput};
pub use proxy::{Proxies, Proxy};
pub use redact::{redact_address, redact_addresses, redact_url};
pub use redirect::is_loopback;
pub use request::{Request, Sign};
pub use response::{Answer, Framing, Response};
pub use retry::{Decision, RetryPolicy};
pub use share::Share;
pub use transport::{BoxError, ByteStream, Coding, Transport};
pub use waits::{HostWait, WaitReason, Working};

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
