//! No more than five questions a second in the long run, as MAST asks; those of one search may come at once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lks_http::Share;
use tokio::time::Instant;

/// Time between two questions in the long run.
const INTERVAL: Duration = Duration::from_millis(200);

/// Questions that need not wait after a rest of ten seconds.
const AT_ONCE: usize = 50;

/// When the questions asked so far would have come at an even pace.
#[derive(Debug)]
pub(crate) struct Pace {
    even: Mutex<Option<Instant>>,
    interval: Duration,
    at_once: u32,
}

impl Pace {
    /// That of a part of those who ask.
    pub(crate) fn new(share: Share) -> Self {
        Self {
            even: Mutex::default(),
            interval: INTERVAL.mul_f64(share.slowness()),
            at_once: u32::try_from(share.of_limit(AT_ONCE)).unwrap_or(1),
        }
    }

    /// How long to wait before the next question, which is asked then.
    pub(crate) fn pause(&self, now: Instant) -> Duration {
        let mut even = self.even.lock().unwrap_or_else(PoisonError::into_inner);
        let due = even.map_or(now, |due| due.max(now));
        *even = Some(due + self.interval);
        (due - now).saturating_sub(self.interval * (self.at_once - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_questions_come_at_once_and_then_five_a_second() {
        let (pace, now) = (Pace::new(Share::WHOLE), Instant::now());
        let pauses: Vec<Duration> = (0..55).map(|_| pace.pause(now)).collect();
        assert!(pauses[..50].iter().all(Duration::is_zero));
        assert_eq!(pauses[50..], [1, 2, 3, 4, 5].map(|n| INTERVAL * n));
        let rested = now + INTERVAL * 60;
        assert!((0..50).all(|_| pace.pause(rested).is_zero()));
        assert_eq!(pace.pause(rested), INTERVAL);
    }

    #[test]
    fn eight_workers_ask_as_often_as_one() {
        let (pace, now) = (Pace::new(Share::new(1, 8).unwrap()), Instant::now());
        let pauses: Vec<Duration> = (0..8).map(|_| pace.pause(now)).collect();
        assert!(pauses[..6].iter().all(Duration::is_zero));
        assert_eq!(pauses[6..], [INTERVAL * 8, INTERVAL * 16]);
    }
}
