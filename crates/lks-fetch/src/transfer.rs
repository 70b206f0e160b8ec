//! One file from one of its places into the store: attempts, pauses, and the way out to the next place.

mod parts;
mod publish;
mod stream;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lks_cache::{Entry, Product, Store};
use lks_http::{Class, Decision, HttpClient, RetryPolicy};
use lks_mast::Endpoints;
use object_store::ObjectStore;
use url::Url;

use crate::body::Known;
use crate::cutout;
use crate::failure::Failure;
use crate::form::Form;
use crate::item::Item;
use crate::manifest::{FailureKind, Source};
use crate::origin::Origin;
use crate::pen::Pen;
use crate::plan::Route;
use crate::progress::{Event, Progress};

/// At a place that is not the last resort, a passing failure is met with one more attempt.
const ATTEMPTS_BEFORE_WAY_OUT: u32 = 2;
/// New bytes that show that attempts are worth it: the larger of this and a twentieth of the file.
const PROGRESS: u64 = 1 << 20;
/// Something else than the file came so often: it will not be better the next time.
const MOST_CORRUPT: u32 = 3;
/// A server that breaks the protocol twice does so on purpose.
const MOST_PROTOCOL: u32 = 2;
/// Progress is told at most so often for one file.
const BETWEEN_EVENTS: Duration = Duration::from_millis(100);

/// What all transfers of a run share.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) http: HttpClient,
    pub(crate) store: Store,
    pub(crate) cloud: Arc<dyn ObjectStore>,
    pub(crate) endpoints: Endpoints,
    /// Where the mirror is.
    pub(crate) mirror: Option<Url>,
    pub(crate) part_size: u64,
    pub(crate) split_above: u64,
}

/// A file that came.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) entry: Entry,
    pub(crate) source: Source,
    pub(crate) url: String,
    /// Something the user should know.
    pub(crate) note: Option<String>,
}

/// One file on its way.
pub(crate) struct Transfer<'a> {
    pub(crate) context: &'a Context,
    pub(crate) row: usize,
    pub(crate) item: &'a Item,
    pub(crate) product: Product,
    pub(crate) form: Form,
    progress: &'a dyn Progress,
    attempts: AtomicU32,
    meter: Mutex<Meter>,
}

struct Meter {
    most: u64,
    told_at: Option<Instant>,
}

/// What one place has given so far.
#[derive(Default)]
struct Partial {
    pen: Option<Pen>,
    known: Known,
    /// The first bytes, kept over a break so that they are looked at together.
    head: Vec<u8>,
    /// The place does not serve parts as it should.
    one_stream: bool,
    /// Hash of a file that came with wrong checksums in it.
    suspect: Option<String>,
    /// What the file on the disk is kept as.
    kept_as: Option<Origin>,
    /// What earlier runs left was looked for.
    looked_back: bool,
    /// There is no other place: what came is worth keeping if this one fails for now.
    is_last: bool,
}

impl Partial {
    /// Forgets everything that came.
    async fn give_up(&mut self) {
        (self.known, self.head, self.kept_as) = (Known::default(), Vec::new(), None);
        if let Some(pen) = self.pen.take() {
            pen.discard().await;
        }
    }

    /// Ends the work at this place: what came stays for the next run if the failure passes by itself.
    async fn end(mut self, failure: Option<&Failure>) {
        match self.pen.take() {
            Some(pen) if self.is_last && failure.is_some_and(Failure::is_passing) => pen.leave().await,
            Some(pen) => pen.discard().await,
            None => {}
        }
    }
}

impl<'a> Transfer<'a> {
    pub(crate) fn new(
        context: &'a Context,
        row: usize,
        item: &'a Item,
        product: Product,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            context,
            row,
            item,
            form: Form::of(&item.filename),
            product,
            progress,
            attempts: AtomicU32::new(0),
            meter: Mutex::new(Meter { most: 0, told_at: None }),
        }
    }

    /// Requests made so far.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Fetches from the first place that has the file.
    pub(crate) async fn run(&self, routes: &[Route]) -> Result<Arrival, Failure> {
        let mut failed: Vec<(Source, Failure)> = Vec::new();
        for (n, route) in routes.iter().enumerate() {
            let (name, size) = (self.item.filename.clone(), self.item.size);
            let source = source_of(route);
            self.progress.event(Event::FileBegun {
                row: self.row,
                name,
                size,
                source,
            });
            match self.at_place(route, n + 1 == routes.len()).await {
                Ok(arrival) => return Ok(arrival),
                Err(failure) if failure.is_local() => return Err(failure),
                Err(failure) => failed.push((source, failure)),
            }
        }
        Err(joined(failed))
    }

    async fn at_place(&self, route: &Route, is_last: bool) -> Result<Arrival, Failure> {
        let mut policy = self.context.http.retry_policy().clone();
        if !is_last {
            policy.attempts = policy.attempts.min(ATTEMPTS_BEFORE_WAY_OUT);
        }
        let mut partial = Partial {
            is_last,
            ..Partial::default()
        };
        let outcome = self.attempts_at(route, &policy, &mut partial).await;
        partial.end(outcome.as_ref().err()).await;
        outcome
    }

    async fn attempts_at(
        &self,
        route: &Route,
        policy: &RetryPolicy,
        partial: &mut Partial,
    ) -> Result<Arrival, Failure> {
        let mut begun = Instant::now();
        let (mut failures, mut n_corrupt, mut n_protocol, mut n_changed) = (0, 0, 0, 0);
        loop {
            let before = partial.known.written;
            let failure = match self.attempt(route, partial).await {
                Ok(arrival) => return Ok(arrival),
                Err(failure) => failure,
            };
            tracing::debug!(file = %self.item.filename, failure = %failure.message, class = ?failure.class, "attempt failed");
            if failure.is_local() {
                return Err(failure);
            }
            let counted = self.count_failure(&failure);
            let progressed = partial.known.written.saturating_sub(before);
            if progressed >= PROGRESS.max(partial.known.total.unwrap_or(0) / 20) {
                // Only attempts without progress count: a slow honest file may take its time.
                (failures, begun) = (0, Instant::now());
            }
            match (failure.kind, failure.class) {
                (_, Class::Changed) => {
                    n_changed += 1;
                    if n_changed > 1 {
                        return Err(failure);
                    }
                    partial.give_up().await;
                    partial.one_stream = true;
                    continue;
                }
                (FailureKind::Corrupt, _) => {
                    n_corrupt += 1;
                    if n_corrupt >= MOST_CORRUPT {
                        return Err(failure);
                    }
                    partial.give_up().await;
                    partial.suspect = failure.sha256.clone().or(partial.suspect.take());
                }
                // Another place is better than waiting for this one.
                (_, Class::Down { .. }) if !partial.is_last => return Err(failure),
                (FailureKind::Remote, _) => {
                    n_protocol += 1;
                    if n_protocol >= MOST_PROTOCOL {
                        return Err(failure);
                    }
                }
                _ => {}
            }
            failures += counted;
            self.pause(policy, failures, failure, begun).await?;
        }
    }

    /// Waits as the policy says, or gives the failure back.
    async fn pause(
        &self,
        policy: &RetryPolicy,
        failures: u32,
        failure: Failure,
        begun: Instant,
    ) -> Result<(), Failure> {
        match self.context.http.decide(policy, failures, failure.class) {
            Decision::Again(pause) if begun.elapsed() + pause < policy.total => {
                let host = failure.url.as_deref().and_then(|url| Url::parse(url).ok());
                let host = host
                    .and_then(|url| url.host_str().map(str::to_owned))
                    .unwrap_or_default();
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

    async fn attempt(&self, route: &Route, partial: &mut Partial) -> Result<Arrival, Failure> {
        match route {
            Route::Cutout(cutout) => cutout::fetch(self, cutout).await,
            Route::Cloud { key } if !partial.one_stream && self.is_split() => {
                self.parts(key, partial.suspect.clone(), partial.is_last).await
            }
            Route::Cloud { .. } | Route::Archive { .. } => self.stream(route, partial).await,
        }
    }

    fn is_split(&self) -> bool {
        self.item
            .size
            .is_some_and(|size| size >= self.context.split_above && size > self.context.part_size)
    }

    /// Tells that the host asked everybody to wait, if it did: the request will be held back until then.
    fn tell_pause(&self, route: &Route) {
        let host = match route {
            Route::Cloud { .. } => self.context.mirror.as_ref(),
            Route::Archive { .. } | Route::Cutout(_) => Some(&self.context.endpoints.mast),
        };
        if let Some(host) = host
            && let Some(pause) = self.context.http.pause_of(host)
        {
            let (host, reason) = (
                host.host_str().unwrap_or_default().to_owned(),
                "the host asks to wait".to_owned(),
            );
            self.progress.event(Event::Waiting {
                row: self.row,
                host,
                pause,
                reason,
            });
        }
    }

    pub(crate) fn count_request(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
    }

    /// One, unless nothing was sent because the host is down.
    fn count_failure(&self, failure: &Failure) -> u32 {
        match failure.class {
            Class::Down { .. } => {
                self.attempts.fetch_sub(1, Ordering::Relaxed);
                0
            }
            _ => 1,
        }
    }

    /// Tells how many bytes came; a file that is begun anew is not told as shrinking.
    pub(crate) fn tell(&self, bytes: u64, size: Option<u64>) {
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        let is_end = size == Some(bytes);
        let quiet = meter.told_at.is_some_and(|told_at| told_at.elapsed() < BETWEEN_EVENTS);
        if bytes <= meter.most || (quiet && !is_end) {
            return;
        }
        *meter = Meter {
            most: bytes,
            told_at: Some(Instant::now()),
        };
        drop(meter);
        self.progress.event(Event::Received {
            row: self.row,
            bytes,
            size: size.or(self.item.size),
        });
    }
}

fn source_of(route: &Route) -> Source {
    match route {
        Route::Cloud { .. } => Source::Cloud,
        Route::Archive { .. } => Source::Mast,
        Route::Cutout(_) => Source::Tesscut,
    }
}

fn located(failure: Failure, url: &str) -> Failure {
    if failure.url.is_some() {
        failure
    } else {
        failure.at(url)
    }
}

/// One failure out of those of all places; what the last place said decides its kind.
fn joined(failed: Vec<(Source, Failure)>) -> Failure {
    let messages: Vec<_> = failed
        .iter()
        .map(|(source, it)| format!("{}: {}", source.word(), it.message))
        .collect();
    let last = failed.into_iter().next_back().map(|(_, failure)| failure);
    let failure = last.unwrap_or_else(|| Failure::protocol("the plan has no place to fetch from"));
    match messages.len() {
        0 | 1 => failure,
        _ => Failure {
            message: messages.join("; "),
            ..failure
        },
    }
}
