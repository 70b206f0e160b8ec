//! How many requests the hosts of the archive and its mirror get, and where the archive redirects to, as data.
//!
//! It is here and not in the wiring of the facade, because users of this crate or of `lks-fetch` alone send requests to the same hosts.

use lks_http::{HttpOptions, Lane};

/// Questions that are answered with a small document. Not shared between processes: they are small, and people wait for them.
pub const QUERY: Lane = Lane::new("query", 2, 2);

/// Files that the archive streams.
pub const FILE: Lane = Lane::new("file", 4, 6).shared_between_processes();

/// Cutouts, which TESScut computes while we wait; above 10 at once it answers 503, while the rest of its host is up.
pub const CUTOUT: Lane = Lane::new("cutout", 2, 4)
    .with_busy_statuses(&[503])
    .shared_between_processes();

/// Objects of the mirror on S3, which bears thousands of requests a second: the user's own limit of files in flight is met first.
pub const CLOUD: Lane = Lane::new("cloud", 16, 64).doubling().shared_between_processes();

/// Hosts of the archive besides the one that is asked, and the mirror, to which the archive redirects requests for files.
const REDIRECT_HOSTS: [&str; 3] = [
    "*.stsci.edu",
    "stpubdata.s3.amazonaws.com",
    "stpubdata.s3.us-east-1.amazonaws.com",
];

/// Options of an [`HttpClient`](lks_http::HttpClient) for the archive: with the hosts that it redirects to, and a `User-Agent`.
pub fn http_options() -> HttpOptions {
    HttpOptions::default()
        .with_user_agent(concat!("lksearch-rs/", env!("CARGO_PKG_VERSION")).to_owned())
        .with_redirect_hosts(REDIRECT_HOSTS.map(str::to_owned).to_vec())
}
