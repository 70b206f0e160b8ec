//! How many requests of one lane a host gets at once: more while that increases the throughput, half when the host throttles.
//! A lane may double in the beginning. One of which less than a request is this process's share rests after each.

use std::pin::pin;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::lock;
use crate::lane::Lane;
use crate::share::Share;

/// After this many complete responses a lane may grow by one.
const HEALTHY_TO_GROW: usize = 8;
/// It grows only while the throughput grows by this factor: more connections do not help on a saturated link.
const WORTH_GROWING: f64 = 1.05;
/// After this many decisions against growing it tries once more: the link may have improved.
const TRY_AGAIN_AFTER: usize = 8;
/// A lane is not halved twice for one incident.
const BETWEEN_CUTS: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct LaneGate {
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    limit: usize,
    most: usize,
    in_flight: usize,
    /// After a request, so many times as long as it took.
    rest: f64,
    resting_until: Option<Instant>,
    last_cut: Option<Instant>,
    /// Nothing spoke against doubling so far.
    doubles: bool,
    /// Complete responses since the last decision, and their bytes.
    healthy: usize,
    bytes: u64,
    since: Option<Instant>,
    /// A request had to wait since then.
    was_full: bool,
    /// Bytes per second when it last grew.
    rate: Option<f64>,
    /// Decisions against growing since then.
    num_held: usize,
}

/// Whether there is room for another request.
#[derive(Debug, PartialEq)]
enum Room {
    Free,
    Full,
    Rests(Duration),
}

impl LaneGate {
    pub(super) fn new(lane: Lane, share: Share) -> Self {
        Self {
            state: Mutex::new(State::new(lane, share)),
            freed: Notify::new(),
        }
    }

    /// Waits for a free place and takes it.
    pub(super) async fn acquire(&self) {
        loop {
            // Registered before looking, so that a place freed in between is not missed.
            let mut freed = pin!(self.freed.notified());
            freed.as_mut().enable();
            let room = lock(&self.state).admit(Instant::now());
            match room {
                Room::Free => return,
                Room::Full => freed.await,
                Room::Rests(pause) => tokio::time::sleep(pause).await,
            }
        }
    }

    /// A place is free again, of a request that was let through at this moment.
    pub(super) fn release(&self, begun: Option<Instant>) {
        match lock(&self.state).release(begun, Instant::now()) {
            // Each waits for the end of the rest by itself, so that none has to wake another.
            true => self.freed.notify_waiters(),
            false => self.freed.notify_one(),
        }
    }

    /// A response of this many bytes was received completely.
    pub(super) fn on_success(&self, num_bytes: u64) {
        let num_new = lock(&self.state).on_success(num_bytes, Instant::now());
        // Somebody is woken in any case: whoever finds no place then shows that one more would be used.
        for _ in 0..num_new.max(1) {
            self.freed.notify_one();
        }
    }

    /// The host throttled a request, or did not answer in time.
    pub(super) fn on_throttled(&self, now: Instant) {
        lock(&self.state).on_throttled(now);
    }
}

impl State {
    fn new(lane: Lane, share: Share) -> Self {
        let (limit, most) = lane.limit();
        Self {
            doubles: lane.doubles(),
            limit: share.of_limit(limit),
            most: share.of_limit(most),
            in_flight: 0,
            rest: share.rest_after(most),
            resting_until: None,
            last_cut: None,
            healthy: 0,
            bytes: 0,
            since: None,
            was_full: false,
            rate: None,
            num_held: 0,
        }
    }

    fn admit(&mut self, now: Instant) -> Room {
        self.since.get_or_insert(now);
        if let Some(pause) = self.resting_until.map(|until| until.saturating_duration_since(now))
            && !pause.is_zero()
        {
            return Room::Rests(pause);
        }
        if self.in_flight >= self.limit {
            self.was_full = true;
            return Room::Full;
        }
        self.in_flight += 1;
        Room::Free
    }

    /// Whether the lane rests now.
    fn release(&mut self, begun: Option<Instant>, now: Instant) -> bool {
        self.in_flight -= 1;
        let took = begun.map_or(Duration::ZERO, |begun| now.duration_since(begun));
        let rest = took.mul_f64(self.rest);
        if !rest.is_zero() {
            self.resting_until = now.checked_add(rest);
        }
        !rest.is_zero()
    }

    /// A response of this many bytes was received completely. Gives the number of new places.
    fn on_success(&mut self, num_bytes: u64, now: Instant) -> usize {
        let before = self.limit;
        self.healthy += 1;
        self.bytes += num_bytes;
        let enough = if self.doubles { self.limit } else { HEALTHY_TO_GROW };
        if self.healthy < enough {
            return 0;
        }
        let seconds = self.since.map_or(0.0, |since| now.duration_since(since).as_secs_f64());
        let rate = self.bytes as f64 / seconds.max(f64::EPSILON);
        let is_worth_it = self.rate.is_none_or(|before| rate >= before * WORTH_GROWING);
        if self.was_full && self.limit < self.most {
            if is_worth_it || self.num_held >= TRY_AGAIN_AFTER {
                let more = if self.doubles { self.limit } else { 1 };
                self.limit = (self.limit + more).min(self.most);
                (self.rate, self.num_held) = (Some(rate), 0);
            } else {
                self.num_held += 1;
                self.doubles = false;
            }
        }
        self.begin_step(now);
        self.limit - before
    }

    fn begin_step(&mut self, now: Instant) {
        (self.healthy, self.bytes, self.since, self.was_full) = (0, 0, Some(now), false);
    }

    fn on_throttled(&mut self, now: Instant) {
        self.begin_step(now);
        (self.rate, self.num_held, self.doubles) = (None, 0, false);
        if self
            .last_cut
            .is_none_or(|last| now.duration_since(last) >= BETWEEN_CUTS)
        {
            self.limit = (self.limit / 2).max(1);
            self.last_cut = Some(now);
        }
    }
}

#[cfg(test)]
mod tests;
