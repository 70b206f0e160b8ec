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
use crate::error::{Class, Error, Kind, TimeLimit};
use crate::health::{Admission, Failed, Health};
use crate::neighbours::{Neighbours, Place};
use crate::options::{LaneLimits, Outage, SharedDirectory};
use crate::request::Lane;
use crate::silence::{Asked, Silence};

#[derive(Debug)]
pub(crate) struct Gates {
    limits: LaneLimits,
    outage: Outage,
    budget: Arc<Budget>,
    neighbours: Option<Arc<Neighbours>>,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    name: String,
    origin: String,
    neighbours: Option<Arc<Neighbours>>,
    outage: Outage,
    budget: Arc<Budget>,
    health: Mutex<Health>,
    not_before: Mutex<Option<Instant>>,
    silence: Silence,
    lanes: [LaneGate; 4],
}

/// The right to have one request under way; dropped, it is free again.
#[derive(Debug)]
pub(crate) struct Permit {
    host: Arc<Host>,
    lane: usize,
    is_probe: bool,
    place: Option<Place>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The guarded values are plain numbers that are never left half-changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gates {
    pub(crate) fn new(limits: LaneLimits, outage: Outage, shared: Option<SharedDirectory>) -> Self {
        Self {
            limits,
            outage,
            budget: Arc::new(Budget::new()),
            neighbours: shared.map(|directory| Arc::new(Neighbours::new(directory))),
            hosts: Mutex::default(),
        }
    }

    /// What repetitions are paid with.
    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let limits = self.limits;
        let gate = |lane| LaneGate::new(limits.of(lane));
        let origin = url.origin().ascii_serialization();
        lock(&self.hosts)
            .entry(origin.clone())
            .or_insert_with(|| {
                let lanes = [gate(Lane::Api), gate(Lane::File), gate(Lane::Cutout), gate(Lane::Cloud)];
                Arc::new(Host {
                    name: url.host_str().unwrap_or_default().to_owned(),
                    origin,
                    neighbours: self.neighbours.clone(),
                    outage: self.outage,
                    budget: self.budget.clone(),
                    health: Mutex::default(),
                    not_before: Mutex::default(),
                    silence: Silence::default(),
                    lanes,
                })
            })
            .clone()
    }

    /// Waits for the host's pause to end and for a free place; `Err` if the pause is longer than `longest_wait`, or the host is down.
    pub(crate) async fn enter(&self, url: &Url, lane: Lane, longest_wait: Duration) -> Result<Permit, Kind> {
        let host = self.host(url);
        let (kind, lane) = (lane, index(lane));
        loop {
            if let Some(wait) = host.pause() {
                if wait > longest_wait {
                    return Err(Kind::RateLimited { wait });
                }
                tokio::time::sleep(wait).await;
                continue;
            }
            host.lanes[lane].acquire().await;
            let mut permit = Permit {
                host: host.clone(),
                lane,
                is_probe: false,
                place: None,
            };
            if let Some(neighbours) = &host.neighbours {
                permit.place = neighbours.place(&host.origin, kind, self.limits.of(kind).most).await;
            }
            // The host may have complained while we stood in the queue.
            if host.pause().is_none() {
                permit.is_probe = host.admit()?;
                return Ok(permit);
            }
        }
    }

    /// How long the host still wants to be left alone.
    pub(crate) fn pause(&self, url: &Url) -> Option<Duration> {
        self.known(url)?.pause()
    }

    /// For how long the host has answered none of the requests under way.
    pub(crate) fn silence(&self, url: &Url) -> Option<Duration> {
        self.known(url)?.silence.lasts()
    }

    fn known(&self, url: &Url) -> Option<Arc<Host>> {
        lock(&self.hosts).get(&url.origin().ascii_serialization()).cloned()
    }
}

fn index(lane: Lane) -> usize {
    match lane {
        Lane::Api => 0,
        Lane::File => 1,
        Lane::Cutout => 2,
        Lane::Cloud => 3,
    }
}

impl Host {
    /// Whether the request is one that finds out whether the host is up again.
    fn admit(&self) -> Result<bool, Kind> {
        let mut health = lock(&self.health);
        match health.admit(&self.outage, Instant::now()) {
            Admission::Up => Ok(false),
            Admission::Probe => Ok(true),
            Admission::Down { again_in } => {
                let outcome = health.outcome();
                Err(Kind::Down {
                    host: self.name.clone(),
                    n_failed: outcome.n_failed,
                    since: outcome.since,
                    last: outcome.last,
                    again_in,
                })
            }
        }
    }

    fn pause(&self) -> Option<Duration> {
        let not_before = (*lock(&self.not_before))?;
        not_before
            .checked_duration_since(Instant::now())
            .filter(|wait| !wait.is_zero())
    }
}

impl Permit {
    fn gate(&self) -> &LaneGate {
        &self.host.lanes[self.lane]
    }

    /// The request is sent now.
    pub(crate) fn asked(&self) -> Asked<'_> {
        self.host.silence.asked()
    }

    /// A complete answer of so many bytes came.
    pub(crate) fn praise(&self, n_bytes: u64) {
        self.alive();
        self.host.budget.earn();
        self.gate().praise(n_bytes);
    }

    /// The host is at work, whatever it answered.
    pub(crate) fn alive(&self) {
        lock(&self.host.health).alive();
    }

    /// A request failed before anything of an answer came.
    pub(crate) fn failed(&self, url: &Url, error: &Error) {
        let is_of_the_host = match error.kind() {
            Kind::Connect | Kind::TimedOut(_) | Kind::Broken(_) | Kind::Protocol(_) => true,
            Kind::Status { status, .. } => {
                // The cutout service says 503 when it is busy; the rest of its host is not.
                let is_unavailable = *status == StatusCode::SERVICE_UNAVAILABLE && self.lane != index(Lane::Cutout);
                is_unavailable || error.class() == Class::Transient
            }
            Kind::Setup(_)
            | Kind::Offline(_)
            | Kind::Refused(_)
            | Kind::Certificate
            | Kind::ProxyAuthentication
            | Kind::Redirect(_)
            | Kind::TooLarge { .. }
            | Kind::RateLimited { .. }
            | Kind::Down { .. } => false,
        };
        if !is_of_the_host {
            return;
        }
        let mut hasher = DefaultHasher::new();
        url.hash(&mut hasher);
        let failed = Failed {
            url: hasher.finish(),
            why: error.kind().to_string(),
            is_unconnected: matches!(error.kind(), Kind::Connect | Kind::TimedOut(TimeLimit::Connect)),
            is_probe: self.is_probe,
        };
        lock(&self.host.health).failed(&self.host.outage, failed, (Instant::now(), SystemTime::now()));
    }

    /// The host said "too many", or did not answer in time.
    pub(crate) fn complain(&self, pause: Option<Duration>) {
        let now = Instant::now();
        self.gate().complain(now);
        if let Some(until) = pause.and_then(|pause| now.checked_add(pause)) {
            let mut not_before = lock(&self.host.not_before);
            *not_before = Some(not_before.map_or(until, |before| before.max(until)));
            if let (Some(neighbours), Some(pause)) = (&self.host.neighbours, pause) {
                let (neighbours, origin) = (neighbours.clone(), self.host.origin.clone());
                // The directory may lie on a disk that is slow to answer.
                tokio::task::spawn_blocking(move || neighbours.tell_pause(&origin, pause));
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
        drop(self.place.take());
        self.gate().release();
    }
}
