//! Whether a host is up, decided from how its last requests ended. A host that is down is sent only occasional probes.

use std::collections::HashSet;
use std::time::{Duration, Instant, SystemTime};

use crate::options::Outage;

/// While a probe is under way, the others look again after this.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How the last requests to a host ended.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// There was a connection before: the host may come back, and is worth waiting for.
    was_reached: bool,
    num_failed: u32,
    since: Option<SystemTime>,
    /// Hashes of the different URLs among them, no more than decide.
    urls: HashSet<u64>,
    last: String,
    down: Option<Down>,
}

#[derive(Debug)]
struct Down {
    next_probe: Instant,
    is_probing: bool,
    num_probes: u32,
}

/// Whether a request may be sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// The host is up, as far as known.
    Up,
    /// This request finds out whether it is.
    Probe,
    /// It is down; `None` if it is not worth waiting for.
    Down {
        /// When it is worth asking again.
        again_in: Option<Duration>,
    },
}

/// The failures of a host that is down.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) num_failed: u32,
    pub(crate) since: SystemTime,
    pub(crate) last: String,
}

impl Health {
    pub(crate) fn admit(&mut self, outage: &Outage, now: Instant) -> Admission {
        let Some(down) = &mut self.down else {
            return Admission::Up;
        };
        let waits = self.was_reached && down.num_probes < outage.probes;
        let left = down.next_probe.saturating_duration_since(now);
        if left.is_zero() && !down.is_probing {
            down.is_probing = true;
            return Admission::Probe;
        }
        let again_in = if down.is_probing {
            LOOK_AGAIN.min(outage.pause)
        } else {
            left
        };
        Admission::Down {
            again_in: waits.then_some(again_in),
        }
    }

    /// A response shows that the host is up.
    pub(crate) fn alive(&mut self) {
        if self.num_failed > 0 {
            *self = Self::default();
        }
        self.was_reached = true;
    }

    /// A request failed in a way that may be the host's.
    pub(crate) fn failed(&mut self, outage: &Outage, failed: Failed, now: (Instant, SystemTime)) {
        self.was_reached |= !failed.is_unconnected;
        self.num_failed = self.num_failed.saturating_add(1);
        self.since.get_or_insert(now.1);
        self.last = failed.why;
        if self.urls.len() < outage.urls {
            self.urls.insert(failed.url);
        }
        match &mut self.down {
            Some(down) if failed.is_probe => {
                // After the last probe that requests wait for, there is no hurry.
                let doublings = down.num_probes.saturating_sub(outage.probes).min(8);
                down.num_probes += 1;
                down.next_probe = now.0 + outage.pause.saturating_mul(1 << doublings);
            }
            Some(_) => {}
            // A failed connection does not depend on the URL.
            None if self.num_failed >= outage.failures && (self.urls.len() >= outage.urls || !self.was_reached) => {
                self.down = Some(Down {
                    next_probe: now.0 + outage.pause,
                    is_probing: false,
                    num_probes: 0,
                });
            }
            None => {}
        }
    }

    /// The probe is over, with or without a result.
    pub(crate) fn probed(&mut self) {
        if let Some(down) = &mut self.down {
            down.is_probing = false;
        }
    }

    pub(crate) fn outcome(&self) -> Outcome {
        Outcome {
            num_failed: self.num_failed,
            since: self.since.unwrap_or(SystemTime::UNIX_EPOCH),
            last: self.last.clone(),
        }
    }
}

/// One request that failed.
#[derive(Debug)]
pub(crate) struct Failed {
    /// Hash of its URL.
    pub(crate) url: u64,
    pub(crate) why: String,
    /// No connection was established.
    pub(crate) is_unconnected: bool,
    pub(crate) is_probe: bool,
}

#[cfg(test)]
mod tests;
