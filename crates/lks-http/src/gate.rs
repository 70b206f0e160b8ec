//! How many requests a host gets at once, the pause it asked for, and whether it is up; shared by all clones of a client.

mod lane;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use http::StatusCode;
use url::Url;

use self::lane::LaneGate;
use crate::budget::Budget;
use crate::cross_process::{CrossProcess, Place};
use crate::error::{Cause, Class, Error, TimeLimit};
use crate::health::{Admission, Failed, Health};
use crate::lane::Lane;
use crate::options::{HttpOptions, Outage};
use crate::share::Share;
use crate::silence::{Silence, Unanswered};
use crate::waits::{HostWait, WaitReason};

/// A pause so short is nothing to speak of.
const SHORT_PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Gates {
    outage: Outage,
    budget: Arc<Budget>,
    cross_process: Vec<Arc<CrossProcess>>,
    share: Share,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    name: String,
    origin: String,
    cross_process: Vec<Arc<CrossProcess>>,
    outage: Outage,
    budget: Arc<Budget>,
    health: Mutex<Health>,
    not_before: Mutex<Option<Instant>>,
    silence: Arc<Silence>,
    /// Requests that wait for the end of a pause, and when one ends that is not the host's word to this process.
    pausing: Arc<Silence>,
    told_until: Mutex<Option<Instant>>,
    /// Answers that the host is still working on, as it says.
    working: Arc<Silence>,
    lanes: Mutex<HashMap<&'static str, Arc<LaneGate>>>,
}

/// Permission for one request in flight; dropped, its place is free again.
#[derive(Debug)]
#[must_use = "the place is free again when this is dropped"]
pub(crate) struct Permit {
    host: Arc<Host>,
    lane: Lane,
    gate: Arc<LaneGate>,
    is_probe: bool,
    places: Vec<Place>,
    /// When the request was let through.
    begun: Option<Instant>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The guarded values are plain data that are never left half-changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gates {
    pub(crate) fn new(options: &HttpOptions) -> Self {
        let shared = options.shared_limits.iter().cloned();
        Self {
            outage: options.outage,
            budget: Arc::new(Budget::new()),
            cross_process: shared.map(|directory| Arc::new(CrossProcess::new(directory))).collect(),
            share: options.share,
            hosts: Mutex::default(),
        }
    }

    /// The retry budget.
    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let origin = url.origin().ascii_serialization();
        lock(&self.hosts)
            .entry(origin.clone())
            .or_insert_with(|| {
                Arc::new(Host {
                    name: url.host_str().unwrap_or_default().to_owned(),
                    origin,
                    cross_process: self.cross_process.clone(),
                    outage: self.outage,
                    budget: self.budget.clone(),
                    health: Mutex::default(),
                    not_before: Mutex::default(),
                    silence: Arc::default(),
                    pausing: Arc::default(),
                    told_until: Mutex::default(),
                    working: Arc::default(),
                    lanes: Mutex::default(),
                })
            })
            .clone()
    }

    /// Waits for the host's pause to end and for a free place; `Err` if the pause is longer than `longest_wait`, or the host is down.
    pub(crate) async fn enter(&self, url: &Url, lane: Lane, longest_wait: Duration) -> Result<Permit, Cause> {
        let host = self.host(url);
        let gate = host.gate(lane, self.share);
        loop {
            if let Some(wait) = host.pause() {
                if wait > longest_wait {
                    return Err(Cause::RateLimited { wait });
                }
                let _pausing = host.pausing.begin();
                tokio::time::sleep(wait).await;
                continue;
            }
            gate.acquire().await;
            let mut permit = Permit {
                host: host.clone(),
                lane,
                gate: gate.clone(),
                is_probe: false,
                places: Vec::new(),
                begun: None,
            };
            // Always in their order, so that no two processes wait for each other.
            for cross_process in &host.cross_process {
                let pausing = |left| host.pausing_for(left);
                let place = cross_process.place(&host.origin, lane, longest_wait, pausing).await;
                permit.places.extend(place.map_err(|wait| Cause::RateLimited { wait })?);
            }
            // The host may have asked for a pause while this request waited.
            if host.pause().is_none() {
                permit.is_probe = host.admit()?;
                permit.begun = Some(Instant::now());
                return Ok(permit);
            }
        }
    }

    /// What is left of the pause that the host asked for.
    pub(crate) fn pause(&self, url: &Url) -> Option<Duration> {
        self.known(url)?.pause()
    }

    /// For how long the host has answered none of the requests under way.
    pub(crate) fn silence(&self, url: &Url) -> Option<Duration> {
        self.known(url)?.silence.lasts()
    }

    /// Waits before the URL's host is asked again.
    pub(crate) async fn wait(&self, url: Option<&Url>, pause: Duration) {
        let host = url.map(|url| self.host(url));
        let _pausing = host.as_ref().map(|host| host.pausing.begin());
        tokio::time::sleep(pause).await;
    }

    /// Waits for this client's turn at the URL's host.
    pub(crate) async fn turn(&self, url: &Url, pause: Duration) {
        let host = self.host(url);
        let _pausing = host.pausing_for(pause);
        tokio::time::sleep(pause).await;
    }

    /// The URL's host counts as working on an answer while this is held.
    pub(crate) fn working(&self, url: &Url) -> Unanswered {
        self.host(url).working.begin()
    }

    /// The hosts from which nothing comes, and why; one that is silent counts from this time on.
    pub(crate) fn waits(&self, silence: Duration) -> Vec<HostWait> {
        let mut waits: Vec<HostWait> = lock(&self.hosts)
            .values()
            .filter_map(|host| host.wait(silence))
            .collect();
        waits.sort_unstable_by(|a, b| a.host.cmp(&b.host));
        waits
    }

    fn known(&self, url: &Url) -> Option<Arc<Host>> {
        lock(&self.hosts).get(&url.origin().ascii_serialization()).cloned()
    }
}

impl Host {
    fn gate(&self, lane: Lane, share: Share) -> Arc<LaneGate> {
        let mut lanes = lock(&self.lanes);
        let gate = lanes
            .entry(lane.name())
            .or_insert_with(|| Arc::new(LaneGate::new(lane, share)));
        gate.clone()
    }

    /// Whether the request is one that finds out whether the host is up again.
    fn admit(&self) -> Result<bool, Cause> {
        let mut health = lock(&self.health);
        match health.admit(&self.outage, Instant::now()) {
            Admission::Up => Ok(false),
            Admission::Probe => Ok(true),
            Admission::Down { again_in } => {
                let outcome = health.outcome();
                Err(Cause::Down {
                    host: self.name.clone(),
                    num_failed: outcome.num_failed,
                    since: outcome.since,
                    last: outcome.last,
                    again_in,
                })
            }
        }
    }

    fn wait(&self, long: Duration) -> Option<HostWait> {
        let long = |silence: &Silence| silence.lasts().filter(|time| *time >= long);
        let reason = if self.pausing.lasts().is_some_and(|time| time >= SHORT_PAUSE) {
            match (self.pause(), self.told()) {
                (Some(left), _) => WaitReason::Pause(left),
                (None, Some(left)) => WaitReason::Turn(left),
                (None, None) => WaitReason::Retry,
            }
        } else if let Some(time) = long(&self.working) {
            WaitReason::Working(time)
        } else {
            WaitReason::Silence(long(&self.silence)?)
        };
        let host = self.name.clone();
        Some(HostWait { host, reason })
    }

    fn pausing_for(&self, left: Duration) -> Unanswered {
        *lock(&self.told_until) = Instant::now().checked_add(left);
        self.pausing.begin()
    }

    fn told(&self) -> Option<Duration> {
        (*lock(&self.told_until))?.checked_duration_since(Instant::now())
    }

    fn pause(&self) -> Option<Duration> {
        let not_before = (*lock(&self.not_before))?;
        not_before
            .checked_duration_since(Instant::now())
            .filter(|wait| !wait.is_zero())
    }
}

impl Permit {
    /// Whether this status means that the service is busy.
    pub(crate) fn is_busy(&self, status: StatusCode) -> bool {
        self.lane.is_busy(status)
    }

    /// The request is sent now.
    pub(crate) fn await_answer(&self) -> Unanswered {
        self.host.silence.begin()
    }

    /// A response of this many bytes was received completely.
    pub(crate) fn on_success(&self, num_bytes: u64) {
        self.alive();
        self.host.budget.earn();
        self.gate.on_success(num_bytes);
    }

    /// The host responded, whatever it answered.
    pub(crate) fn alive(&self) {
        lock(&self.host.health).alive();
    }

    /// A request failed before any of its response was received.
    pub(crate) fn failed(&self, url: &Url, error: &Error) {
        let is_of_the_host = match error.cause() {
            Cause::Connect | Cause::TimedOut(_) | Cause::Broken(_) | Cause::Protocol(_) => true,
            Cause::Status { status, .. } => {
                // A busy service says nothing of the rest of its host.
                let is_unavailable = *status == StatusCode::SERVICE_UNAVAILABLE || error.class() == Class::Transient;
                is_unavailable && !self.is_busy(*status)
            }
            Cause::Setup(_)
            | Cause::Offline(_)
            | Cause::Refused(_)
            | Cause::Certificate
            | Cause::ProxyAuthentication
            | Cause::Redirect(_)
            | Cause::TooLarge { .. }
            | Cause::RateLimited { .. }
            | Cause::Down { .. } => false,
        };
        if !is_of_the_host {
            return;
        }
        let mut hasher = DefaultHasher::new();
        url.hash(&mut hasher);
        let failed = Failed {
            url: hasher.finish(),
            why: error.cause().to_string(),
            is_unconnected: matches!(error.cause(), Cause::Connect | Cause::TimedOut(TimeLimit::Connect)),
            is_probe: self.is_probe,
        };
        lock(&self.host.health).failed(&self.host.outage, failed, (Instant::now(), SystemTime::now()));
    }

    /// The host throttled the request, or did not answer in time.
    pub(crate) fn on_throttled(&self, pause: Option<Duration>) {
        let now = Instant::now();
        self.gate.on_throttled(now);
        if let Some(until) = pause.and_then(|pause| now.checked_add(pause)) {
            let mut not_before = lock(&self.host.not_before);
            *not_before = Some(not_before.map_or(until, |before| before.max(until)));
            let Some(pause) = pause else { return };
            for cross_process in &self.host.cross_process {
                let (cross_process, origin) = (cross_process.clone(), self.host.origin.clone());
                // The directory may lie on a disk that is slow to answer.
                tokio::task::spawn_blocking(move || cross_process.share_pause(&origin, pause));
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.is_probe {
            lock(&self.host.health).probed();
        }
        // Before the next one of this process looks for it.
        self.places.clear();
        self.gate.release(self.begun);
    }
}
