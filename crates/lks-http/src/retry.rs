//! When to ask again, decided without clock or network, and the one loop that does it.

use std::time::{Duration, Instant};

use crate::error::{Class, Error};
use crate::gate::Gates;
use crate::setters::setters;

/// How often a request is retried, and for how long.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts in all, the first included; at least one is made.
    pub attempts: u32,
    /// Upper end of the first pause; it doubles with each failure.
    pub base: Duration,
    /// Longest pause after a transient failure.
    pub ceiling: Duration,
    /// Upper end of the first pause after the host said "too many".
    pub throttled_base: Duration,
    /// Longest pause after the host said "too many", unless it names a longer one.
    pub throttled_ceiling: Duration,
    /// A longer pause is an error instead of a wait.
    pub longest_wait: Duration,
    /// No attempt begins after this time.
    pub total: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            base: Duration::from_millis(500),
            ceiling: Duration::from_secs(20),
            throttled_base: Duration::from_secs(5),
            throttled_ceiling: Duration::from_secs(120),
            longest_wait: Duration::from_secs(600),
            total: Duration::from_secs(1800),
        }
    }
}

setters!(RetryPolicy {
    with_attempts: attempts: u32,
    with_base: base: Duration,
    with_ceiling: ceiling: Duration,
    with_throttled_base: throttled_base: Duration,
    with_throttled_ceiling: throttled_ceiling: Duration,
    with_longest_wait: longest_wait: Duration,
    with_total: total: Duration,
});

/// What to do after a failure. Closed, because each case is a decision of every caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Report the error.
    GiveUp,
    /// Retry after this pause.
    Again(Duration),
    /// The host asks for a longer pause than the policy allows: report it.
    TooLong(Duration),
}

impl RetryPolicy {
    /// What to do after `failures` failures, the last of this class; `jitter` in 0..=1 spreads retries ("full jitter").
    pub fn decide(&self, failures: u32, class: Class, jitter: f64) -> Decision {
        let (base, ceiling, floor) = match class {
            Class::Transient => (self.base, self.ceiling, None),
            Class::Throttled { retry_after } => (self.throttled_base, self.throttled_ceiling, retry_after),
            // Nothing was sent, so this is not a failure of the request.
            Class::Down { again_in: Some(wait) } => {
                return Decision::Again(wait + self.base.mul_f64(jitter.clamp(0.0, 1.0)));
            }
            Class::Down { again_in: None } | Class::Changed | Class::NotFound | Class::Denied | Class::Permanent => {
                return Decision::GiveUp;
            }
        };
        if let Some(wait) = floor
            && wait > self.longest_wait
        {
            return Decision::TooLong(wait);
        }
        if failures >= self.attempts {
            return Decision::GiveUp;
        }
        let doubled = base
            .saturating_mul(1 << failures.saturating_sub(1).min(16))
            .min(ceiling);
        match floor {
            // The host's pause is a floor; the jitter on top keeps clients apart that were sent away together.
            Some(floor) => Decision::Again(floor + self.base.mul_f64(jitter.clamp(0.0, 1.0))),
            None => Decision::Again(doubled.mul_f64(jitter.clamp(0.0, 1.0))),
        }
    }
}

/// Attempts until one succeeds, or policy or the budget of retries give up; the last error is returned, with the number of attempts.
pub(crate) async fn retry<T, F>(policy: &RetryPolicy, gates: &Gates, mut attempt: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let begun = Instant::now();
    let mut n = 0;
    loop {
        let error = match attempt().await {
            Ok(value) => return Ok(value),
            // An error before anything was sent does not count as an attempt.
            Err(error) => {
                n += u32::from(error.attempts() > 0);
                error.with_attempts(n)
            }
        };
        match policy.decide(n, error.class(), fastrand::f64()) {
            Decision::Again(pause) if begun.elapsed() + pause < policy.total && gates.budget().pay(error.class()) => {
                tracing::debug!(%error, attempt = n, pause_ms = pause.as_millis(), "asking again");
                gates.wait(error.url(), pause).await;
            }
            Decision::Again(_) | Decision::GiveUp => return Err(error),
            Decision::TooLong(wait) => return Err(error.into_rate_limited(wait)),
        }
    }
}

#[cfg(test)]
mod tests;
