//! One of a file's places: attempts, pauses, and what to do with what it gave.

use std::time::Instant;

use lks_http::{Class, Decision, RetryPolicy};
use url::Url;

use super::{Arrival, Transfer};
use crate::plan::route::Route;
use crate::report::failure::Failure;
use crate::report::manifest::FailureKind;
use crate::report::progress::Event;
use crate::source::body::Known;
use crate::store::buffer::Buffer;
use crate::store::checksum::Announced;
use crate::store::resume_point::ResumePoint;

/// At a place that is not the last resort, a passing failure is met with one more attempt.
const ATTEMPTS_BEFORE_WAY_OUT: u32 = 2;
/// New bytes that show that attempts are worth it: the larger of this and a twentieth of the file.
const PROGRESS: u64 = 1 << 20;
/// Something else than the file came so often: it will not be better the next time.
const MOST_CORRUPT: u32 = 3;
/// A server that breaks the protocol twice does so on purpose.
const MOST_PROTOCOL: u32 = 2;

/// What one place has given so far.
#[derive(Default)]
pub(super) struct Partial {
    pub(super) buffer: Option<Buffer>,
    pub(super) known: Known,
    /// The first bytes, kept over a break so that they are looked at together.
    pub(super) head: Vec<u8>,
    /// The place does not serve parts as it should.
    pub(super) one_stream: bool,
    /// What the file on the disk is kept as.
    pub(super) kept_as: Option<ResumePoint>,
    /// What earlier runs left was looked for.
    pub(super) has_looked_for_leftovers: bool,
    /// What the first answer announced, and whether it is computed while the file comes.
    pub(super) announced: Option<Announced>,
    pub(super) is_watched: bool,
    /// It was put together of several answers.
    pub(super) is_spliced: bool,
    /// There is no other place: what came is worth keeping if this one fails for now.
    pub(super) is_last: bool,
}

impl Partial {
    /// Forgets everything that came.
    async fn give_up(&mut self) {
        (self.known, self.head, self.kept_as) = (Known::default(), Vec::new(), None);
        (self.announced, self.is_watched, self.is_spliced) = (None, false, false);
        if let Some(buffer) = self.buffer.take() {
            buffer.discard().await;
        }
    }

    /// Ends the work at this place: what came stays for the next run if the failure passes by itself.
    async fn end(mut self, failure: Option<&Failure>) {
        match self.buffer.take() {
            Some(buffer) if self.is_last && failure.is_some_and(Failure::is_passing) => buffer.leave().await,
            Some(buffer) => buffer.discard().await,
            None => {}
        }
    }
}

impl Transfer<'_> {
    /// Fetches from this place; `others` are the ways out.
    pub(super) async fn fetch_from(&self, route: &Route, others: &[Route]) -> Result<Arrival, Failure> {
        let mut partial = Partial {
            is_last: others.is_empty(),
            ..Partial::default()
        };
        let outcome = self.attempts_from(route, others, &mut partial).await;
        partial.end(outcome.as_ref().err()).await;
        outcome
    }

    async fn attempts_from(&self, route: &Route, others: &[Route], partial: &mut Partial) -> Result<Arrival, Failure> {
        let mut policy = self.context.http.retry_policy().clone();
        let mut begun = Instant::now();
        let (mut failures, mut num_corrupt, mut num_protocol, mut num_changed) = (0, 0, 0, 0);
        loop {
            self.slot.reacquire().await;
            let before = partial.known.written;
            let failure = match self.attempt(route, partial).await {
                Ok(arrival) => {
                    self.count_attempts(1);
                    return Ok(arrival);
                }
                Err(failure) => failure,
            };
            let num_sent = failure.num_sent();
            self.count_attempts(num_sent);
            tracing::debug!(file = %self.product.filename(), failure = %failure.message, class = ?failure.class, "attempt failed");
            if failure.is_local() {
                return Err(failure);
            }
            if !partial.is_last {
                partial.is_last = !self.has_way_out(others).await;
            }
            if !partial.is_last {
                policy.attempts = policy.attempts.min(ATTEMPTS_BEFORE_WAY_OUT);
            }
            let progressed = partial.known.written.saturating_sub(before);
            if progressed >= PROGRESS.max(partial.known.total.unwrap_or(0) / 20) {
                // Only attempts without progress count: a slow honest file may take its time.
                (failures, begun) = (0, Instant::now());
            }
            match (failure.kind, failure.class) {
                (_, Class::Changed) => {
                    num_changed += 1;
                    if num_changed > 1 {
                        return Err(failure);
                    }
                    partial.give_up().await;
                    partial.one_stream = true;
                    continue;
                }
                (FailureKind::Corrupt, _) => {
                    num_corrupt += 1;
                    // Whether doubtful bytes are published so, this place cannot tell, nor can it by giving them ever again.
                    let is_settled = failure.sha256.as_deref().is_some_and(|sha256| {
                        let again = self.copies().gave(route.source(), sha256);
                        again || !partial.is_last
                    });
                    if is_settled || num_corrupt >= MOST_CORRUPT {
                        return Err(failure);
                    }
                    partial.give_up().await;
                }
                // Another place is better than waiting for this one.
                (_, Class::Down { .. }) if !partial.is_last => return Err(failure),
                (FailureKind::Remote, _) => {
                    num_protocol += 1;
                    if num_protocol >= MOST_PROTOCOL {
                        return Err(failure);
                    }
                }
                _ => {}
            }
            failures += num_sent;
            if let Class::Down { .. } = failure.class {
                // Others may have another host to ask.
                self.slot.release();
            }
            self.pause(&policy, failures, failure, begun).await?;
        }
    }

    /// Whether one of these places may have the file; asked only when another failed.
    async fn has_way_out(&self, others: &[Route]) -> bool {
        for other in others {
            match other {
                Route::Mirror { uri } if self.cloud_keys.key(uri).await.is_none() => {
                    self.copies().lacks(other.source());
                }
                _ => return true,
            }
        }
        false
    }

    /// Waits as the policy says, or gives the failure back.
    pub(super) async fn pause(
        &self,
        policy: &RetryPolicy,
        failures: u32,
        failure: Failure,
        begun: Instant,
    ) -> Result<(), Failure> {
        match self.context.http.decide(policy, failures, failure.class) {
            Decision::Again(pause) if begun.elapsed() + pause < policy.total => {
                let host = failure.url.as_deref().and_then(|url| Url::parse(url).ok());
                let host = host.and_then(|url| url.host_str().map(str::to_owned));
                self.progress.event(Event::Waiting {
                    row: self.row,
                    host,
                    pause,
                    reason: failure.message,
                });
                tokio::time::sleep(pause).await;
                Ok(())
            }
            Decision::TooLong(wait) => {
                let message = format!("{}; the host asks to wait {} s", failure.message, wait.as_secs());
                Err(Failure {
                    kind: FailureKind::RateLimited,
                    class: Class::Permanent,
                    message,
                    ..failure
                })
            }
            Decision::Again(_) | Decision::GiveUp => Err(failure),
        }
    }
}
