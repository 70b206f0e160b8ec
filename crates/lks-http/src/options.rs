//! Options of a client, fixed when it is made.

use std::path::PathBuf;
use std::time::Duration;

use crate::certificates::Certificates;
use crate::lane::Lane;
use crate::proxy::Proxies;
use crate::retry::RetryPolicy;
use crate::setters::setters;
use crate::share::Share;

/// Options of an [`HttpClient`](crate::HttpClient).
///
/// ```
/// use std::time::Duration;
///
/// use lks_http::HttpOptions;
///
/// let options = HttpOptions::default().with_retries(2).with_idle_timeout(Duration::from_secs(60));
/// assert_eq!(options.retry_policy().attempts, 3);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HttpOptions {
    /// Longest time to open a connection, TLS included.
    pub connect_timeout: Duration,
    /// Longest time from sending a request to the head of its response.
    pub head_timeout: Duration,
    /// Longest time without a byte of the body.
    pub idle_timeout: Duration,
    /// Time without an answer to any request after which [`watch`](crate::HttpClient::watch) reports that a host is silent.
    pub silence: Duration,
    /// Attempts after the first.
    pub retries: u32,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Proxies for requests to other machines.
    pub proxies: Proxies,
    /// Trusted certificates, in place of the system's.
    pub certificates: Certificates,
    /// Hosts that a request may be redirected to besides its own; `*.example.org` means every host below it.
    pub redirect_hosts: Vec<String>,
    /// Bodies slower than this are given up.
    pub throughput: Throughput,
    /// How long to wait between attempts; its `attempts` is set from `retries`.
    pub backoff: RetryPolicy,
    /// Lanes that replace those of the same name that requests bring, to change their limits.
    pub lanes: Vec<Lane>,
    /// When a host counts as down.
    pub outage: Outage,
    /// Directories by which processes share the limits of a host, in [shared lanes](Lane::shared_between_processes): those that have one of them in common
    /// keep to the limits together. All who name several of the same name them in the same order. Without any, each process has limits of its own.
    pub shared_limits: Vec<SharedDirectory>,
    /// This process's part of the limits, if processes of other machines take the rest. Those that share a [directory](Self::shared_limits) keep
    /// the whole limit together, and each of them this part of it.
    pub share: Share,
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
            shared_limits: Vec::new(),
            share: Share::WHOLE,
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

    /// The lane, with the limits of these options if they name it.
    pub(crate) fn lane(&self, lane: Lane) -> Lane {
        let named = self.lanes.iter().find(|named| named.name() == lane.name());
        named.copied().unwrap_or(lane)
    }
}

/// A directory of files that several processes write, possibly of several users.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedDirectory {
    /// A directory; links in this path are followed. It is created if it does not exist.
    pub base: PathBuf,
    /// Where the files are below it. No links are followed here.
    pub below: PathBuf,
}

impl SharedDirectory {
    /// The directory `below` in `base`.
    pub fn new(base: impl Into<PathBuf>, below: impl Into<PathBuf>) -> Self {
        Self {
            base: base.into(),
            below: below.into(),
        }
    }

    /// Where the files are.
    pub fn path(&self) -> PathBuf {
        self.base.join(&self.below)
    }
}

/// The slowest acceptable body: one that trickles never reaches the idle limit.
///
/// Only time spent waiting for the network counts, so a slow disk is not mistaken for a slow connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Throughput {
    /// Fewest bytes per second, averaged over the window.
    pub bytes_per_second: u64,
    /// Waiting time over which the rate is averaged.
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

/// When a host counts as down. From then on one request is sent after each pause, as a probe, and requests wait for the first few probes.
/// If the host was never reached, no request waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outage {
    /// Consecutive failed requests.
    pub failures: u32,
    /// Different URLs among them: a failure of a single file says nothing of the host. Not required of a host that was never reached.
    pub urls: usize,
    /// Time between probes; it doubles once requests no longer wait.
    pub pause: Duration,
    /// Probes that requests wait for.
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

setters!(HttpOptions {
    with_connect_timeout: connect_timeout: Duration,
    with_head_timeout: head_timeout: Duration,
    with_idle_timeout: idle_timeout: Duration,
    with_silence: silence: Duration,
    with_retries: retries: u32,
    with_user_agent: user_agent: String,
    with_proxies: proxies: Proxies,
    with_certificates: certificates: Certificates,
    with_redirect_hosts: redirect_hosts: Vec<String>,
    with_throughput: throughput: Throughput,
    with_backoff: backoff: RetryPolicy,
    with_lanes: lanes: Vec<Lane>,
    with_outage: outage: Outage,
    with_shared_limits: shared_limits: Vec<SharedDirectory>,
    with_share: share: Share,
});

setters!(Throughput {
    with_bytes_per_second: bytes_per_second: u64,
    with_window: window: Duration,
    with_grace: grace: Duration,
});

setters!(Outage {
    with_failures: failures: u32,
    with_urls: urls: usize,
    with_pause: pause: Duration,
    with_probes: probes: u32,
});
