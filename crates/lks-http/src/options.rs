//! What a client is told once, when it is made.

use std::path::PathBuf;
use std::time::Duration;

use crate::certificates::Certificates;
use crate::lane::Lane;
use crate::proxy::Proxies;
use crate::retry::RetryPolicy;

/// Options of an [`HttpClient`](crate::HttpClient).
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Longest time to open a connection, TLS included.
    pub connect_timeout: Duration,
    /// Longest time from sending a request to the head of its response.
    pub head_timeout: Duration,
    /// Longest time without a byte of the body.
    pub idle_timeout: Duration,
    /// After so long without an answer to any request, whoever [watches](crate::HttpClient::watch) a host is told.
    pub silence: Duration,
    /// Attempts after the first.
    pub retries: u32,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The proxies that other machines are asked through.
    pub proxies: Proxies,
    /// Certificates of those who are trusted, in place of the system's.
    pub certificates: Certificates,
    /// Hosts that may be redirected to besides the asked one; `*.example.org` means every host below it.
    pub redirect_hosts: Vec<String>,
    /// The slowest body that is still waited for.
    pub throughput: Throughput,
    /// How long to wait between attempts; its `attempts` is set from `retries`.
    pub backoff: RetryPolicy,
    /// Lanes in place of those of the same name that requests bring: for other limits than theirs.
    pub lanes: Vec<Lane>,
    /// When a host is taken to be down.
    pub outage: Outage,
    /// A directory of this machine by which its processes share the limits of a host, in the lanes that are shared; without one each has its
    /// own.
    pub shared_limits: Option<SharedDirectory>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            head_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(30),
            silence: Duration::from_secs(3),
            retries: 4,
            user_agent: concat!("lks-http/", env!("CARGO_PKG_VERSION")).to_owned(),
            proxies: Proxies::default(),
            certificates: Certificates::default(),
            redirect_hosts: Vec::new(),
            throughput: Throughput::default(),
            backoff: RetryPolicy::default(),
            lanes: Vec::new(),
            outage: Outage::default(),
            shared_limits: None,
        }
    }
}

impl HttpOptions {
    /// The retry policy with the number of attempts that `retries` asks for.
    pub fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy {
            attempts: self.retries.saturating_add(1),
            ..self.backoff.clone()
        }
    }

    /// The lane as these options want it.
    pub(crate) fn lane(&self, lane: Lane) -> Lane {
        let named = self.lanes.iter().find(|named| named.name() == lane.name());
        named.copied().unwrap_or(lane)
    }
}

/// A directory of files that several processes, perhaps of several users, write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedDirectory {
    /// A directory, wherever links lead; made if it is not there.
    pub base: PathBuf,
    /// Where the files lie below it. No link leads there, nor is one followed in it.
    pub below: PathBuf,
}

impl SharedDirectory {
    /// Where the files lie.
    pub fn path(&self) -> PathBuf {
        self.base.join(&self.below)
    }
}

/// The slowest body that is still waited for: a trickle never trips an idle limit.
///
/// Only time spent waiting for the network counts, so a slow disk is never taken for a slow line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throughput {
    /// Fewest bytes per second, averaged over the window.
    pub bytes_per_second: u64,
    /// Waiting time over which is averaged.
    pub window: Duration,
    /// Waiting time at the start of a body that is not judged.
    pub grace: Duration,
}

impl Default for Throughput {
    fn default() -> Self {
        Self {
            bytes_per_second: 1024,
            window: Duration::from_secs(60),
            grace: Duration::from_secs(30),
        }
    }
}

/// When a host is taken to be down: then nothing is sent but one probe after each pause, and after the last of them nobody waits. For one
/// that was never reached nobody waits at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// Requests that failed one after the other, with no answer between them.
    pub failures: u32,
    /// Different URLs among them: what fails for one file only is not the host's. They do not count where there never was a connection.
    pub urls: usize,
    /// Time between probes; it doubles once nobody waits.
    pub pause: Duration,
    /// Probes that are waited for.
    pub probes: u32,
}

impl Default for Outage {
    fn default() -> Self {
        Self {
            failures: 10,
            urls: 5,
            pause: Duration::from_secs(30),
            probes: 3,
        }
    }
}
