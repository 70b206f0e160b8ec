//! How many requests a host gets at once, and the pause it asked for; shared by all clones of a client.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use url::Url;

use crate::options::{LaneLimits, Limit};
use crate::request::Lane;

/// A lane grows by one after so many complete answers.
const HEALTHY_TO_GROW: usize = 8;
/// A lane is not halved twice for one incident.
const BETWEEN_CUTS: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Gates {
    limits: LaneLimits,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    not_before: Mutex<Option<Instant>>,
    lanes: [LaneGate; 4],
}

#[derive(Debug)]
struct LaneGate {
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    limit: usize,
    most: usize,
    in_flight: usize,
    healthy: usize,
    last_cut: Option<Instant>,
}

/// The right to have one request under way; dropped, it is free again.
#[derive(Debug)]
pub(crate) struct Permit {
    host: Arc<Host>,
    lane: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The guarded values are plain numbers that are never left half-changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gates {
    pub(crate) fn new(limits: LaneLimits) -> Self {
        Self {
            limits,
            hosts: Mutex::default(),
        }
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let limits = self.limits;
        let gate = |lane| LaneGate::new(limits.of(lane));
        lock(&self.hosts)
            .entry(url.origin().ascii_serialization())
            .or_insert_with(|| {
                let lanes = [gate(Lane::Api), gate(Lane::File), gate(Lane::Cutout), gate(Lane::Cloud)];
                Arc::new(Host {
                    not_before: Mutex::default(),
                    lanes,
                })
            })
            .clone()
    }

    /// Waits for the host's pause to end and for a free place; `Err` is the rest of a pause longer than `longest_wait`.
    pub(crate) async fn enter(&self, url: &Url, lane: Lane, longest_wait: Duration) -> Result<Permit, Duration> {
        let host = self.host(url);
        let lane = index(lane);
        loop {
            if let Some(wait) = host.pause() {
                if wait > longest_wait {
                    return Err(wait);
                }
                tokio::time::sleep(wait).await;
                continue;
            }
            host.lanes[lane].acquire().await;
            let permit = Permit {
                host: host.clone(),
                lane,
            };
            // The host may have complained while we stood in the queue.
            if host.pause().is_none() {
                return Ok(permit);
            }
        }
    }

    /// How long the host still wants to be left alone.
    pub(crate) fn pause(&self, url: &Url) -> Option<Duration> {
        lock(&self.hosts).get(&url.origin().ascii_serialization())?.pause()
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
    fn pause(&self) -> Option<Duration> {
        let not_before = (*lock(&self.not_before))?;
        not_before
            .checked_duration_since(Instant::now())
            .filter(|wait| !wait.is_zero())
    }
}

impl LaneGate {
    fn new(limit: Limit) -> Self {
        let most = limit.most.max(1);
        let state = State {
            limit: limit.start.clamp(1, most),
            most,
            in_flight: 0,
            healthy: 0,
            last_cut: None,
        };
        Self {
            state: Mutex::new(state),
            freed: Notify::new(),
        }
    }

    async fn acquire(&self) {
        loop {
            // Registered before looking, so that a place freed in between is not missed.
            let mut freed = pin!(self.freed.notified());
            freed.as_mut().enable();
            if lock(&self.state).admit() {
                return;
            }
            freed.await;
        }
    }
}

impl State {
    fn admit(&mut self) -> bool {
        let free = self.in_flight < self.limit;
        self.in_flight += usize::from(free);
        free
    }

    fn praise(&mut self) {
        self.healthy += 1;
        if self.healthy >= HEALTHY_TO_GROW && self.limit < self.most {
            self.healthy = 0;
            self.limit += 1;
        }
    }

    fn complain(&mut self, now: Instant) {
        self.healthy = 0;
        if self
            .last_cut
            .is_none_or(|last| now.duration_since(last) >= BETWEEN_CUTS)
        {
            self.limit = (self.limit / 2).max(1);
            self.last_cut = Some(now);
        }
    }
}

impl Permit {
    fn gate(&self) -> &LaneGate {
        &self.host.lanes[self.lane]
    }

    /// A complete answer came.
    pub(crate) fn praise(&self) {
        lock(&self.gate().state).praise();
        self.gate().freed.notify_one();
    }

    /// The host said "too many", or did not answer in time.
    pub(crate) fn complain(&self, pause: Option<Duration>) {
        let now = Instant::now();
        lock(&self.gate().state).complain(now);
        if let Some(until) = pause.and_then(|pause| now.checked_add(pause)) {
            let mut not_before = lock(&self.host.not_before);
            *not_before = Some(not_before.map_or(until, |before| before.max(until)));
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        lock(&self.gate().state).in_flight -= 1;
        self.gate().freed.notify_one();
    }
}

#[cfg(test)]
mod tests;
