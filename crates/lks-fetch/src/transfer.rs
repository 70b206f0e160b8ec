//! One file from one of its places into the store: attempts, resumption, parts, and the way out to the next place.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt};
use http::header;
use lks_cache::{Entry, Facts, Product, Store};
use lks_http::{Class, Decision, HttpClient, Lane, RetryPolicy};
use lks_mast::Endpoints;
use object_store::ObjectStore;

use crate::body::{self, About, Body, Known};
use crate::cutout;
use crate::failure::Failure;
use crate::form::{Form, HEAD, plain_md5};
use crate::item::Item;
use crate::manifest::{FailureKind, Source};
use crate::pen::{Checks, Pen};
use crate::plan::Route;
use crate::progress::{Event, Progress};
use crate::validator::{Validator, text};

/// At a place that is not the last resort, a passing failure is met with one more attempt.
const ATTEMPTS_BEFORE_WAY_OUT: u32 = 2;
/// New bytes that show that attempts are worth it: the larger of this and a twentieth of the file.
const PROGRESS: u64 = 1 << 20;
/// Something else than the file came so often: it will not be better the next time.
const MOST_CORRUPT: u32 = 3;
/// Parts of one file under way at once.
const PARTS_AT_ONCE: usize = 6;
/// No file of these missions is larger, in bytes.
const LARGEST_FILE: u64 = 64 << 30;
/// How much more than the table says may come: files do grow when they are made again, but not like this.
const MOST_GROWTH: u64 = 16;
const GROWTH_COUNTS_FROM: u64 = 1 << 30;
/// Progress is told at most so often for one file.
const BETWEEN_EVENTS: Duration = Duration::from_millis(100);

/// What all transfers of a run share.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) http: HttpClient,
    pub(crate) store: Store,
    pub(crate) cloud: Arc<dyn ObjectStore>,
    pub(crate) endpoints: Endpoints,
    pub(crate) part_size: u64,
    pub(crate) split_above: u64,
}

/// A file that came.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) entry: Entry,
    pub(crate) source: Source,
    pub(crate) url: String,
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
}

impl Partial {
    /// Forgets everything that came.
    async fn give_up(&mut self) {
        (self.known, self.head) = (Known::default(), Vec::new());
        if let Some(pen) = self.pen.take() {
            pen.discard().await;
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
        let mut partial = Partial::default();
        let outcome = self.attempts_at(route, &policy, &mut partial).await;
        partial.give_up().await;
        outcome
    }

    async fn attempts_at(
        &self,
        route: &Route,
        policy: &RetryPolicy,
        partial: &mut Partial,
    ) -> Result<Arrival, Failure> {
        let mut begun = Instant::now();
        let (mut failures, mut n_corrupt, mut n_changed) = (0, 0, 0);
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
                }
                _ => {}
            }
            failures += 1;
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
        match policy.decide(failures, failure.class, fastrand::f64()) {
            Decision::Again(pause) if begun.elapsed() + pause < policy.total => {
                let host = failure.url.as_deref().and_then(|url| url::Url::parse(url).ok());
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
                    url: failure.url,
                })
            }
            Decision::Again(_) | Decision::GiveUp => Err(failure),
        }
    }

    async fn attempt(&self, route: &Route, partial: &mut Partial) -> Result<Arrival, Failure> {
        match route {
            Route::Cutout(cutout) => cutout::fetch(self, cutout).await,
            Route::Cloud { key } if !partial.one_stream && self.is_split() => self.parts(key).await,
            Route::Cloud { .. } | Route::Archive { .. } => self.stream(route, partial).await,
        }
    }

    fn is_split(&self) -> bool {
        self.item
            .size
            .is_some_and(|size| size >= self.context.split_above && size > self.context.part_size)
    }

    async fn open(&self, route: &Route, known: &Known) -> Result<Body, Failure> {
        self.count_request();
        match route {
            Route::Cloud { key } => body::from_cloud(&self.context.cloud, key, known).await,
            Route::Archive { uri } => {
                let url = self.context.endpoints.product_url(uri);
                body::from_archive(&self.context.http, url, Lane::File, known).await
            }
            Route::Cutout(_) => Err(Failure::protocol("a cutout is not streamed").for_good()),
        }
    }

    /// The whole file, or its rest, in one body.
    async fn stream(&self, route: &Route, partial: &mut Partial) -> Result<Arrival, Failure> {
        let mut body = self.open(route, &partial.known).await?;
        let url = body.about.url.clone();
        self.drain(source_of(route), &mut body, partial)
            .await
            .map_err(|failure| located(failure, &url))
    }

    async fn drain(&self, source: Source, body: &mut Body, partial: &mut Partial) -> Result<Arrival, Failure> {
        let Partial { pen, known, head, .. } = partial;
        let expected = body.about.total.or(self.item.size);
        if let Some(total) = body.about.total.filter(|total| *total > largest(self.item.size)) {
            return Err(Failure::too_large(total));
        }
        let store = &self.context.store;
        let writing = pen.get_or_insert_with(|| Pen::begin(store, &self.product, expected));
        if body.about.start == 0 && known.written > 0 {
            writing.restart().await?;
        }
        *known = Known {
            written: body.about.start,
            total: body.about.total,
            validator: body.about.validator(),
        };
        if body.about.start == 0 {
            head.clear();
        }
        while let Some(bytes) = body.chunk().await? {
            if known.written < HEAD as u64 {
                self.sniff(head, &bytes, &body.about)?;
            }
            known.written += bytes.len() as u64;
            if known.written > body.about.total.unwrap_or(largest(self.item.size)) {
                return Err(Failure::too_large(known.written));
            }
            writing.append(bytes).await?;
            self.tell(known.written, body.about.total);
        }
        if head.len() < HEAD && known.written == head.len() as u64 {
            self.form
                .check_head(head, text(&body.about.headers, header::CONTENT_TYPE))
                .map_err(Failure::corrupt)?;
        }
        self.check_length(known.written, body.about.total, body.about.explicit_end)?;
        let Some(whole) = pen.take() else {
            return Err(Failure::storage("the file was closed while it was written"));
        };
        self.publish(source, &body.about, body.about.total, whole).await
    }

    /// A large object in aligned parts, several at once, all of the same version.
    async fn parts(&self, key: &str) -> Result<Arrival, Failure> {
        let part_size = self.context.part_size.max(1);
        self.count_request();
        let mut first = body::part(&self.context.cloud, key, 0..part_size, None).await?;
        let url = first.about.url.clone();
        let Some(Validator::Etag(etag)) = first.about.validator() else {
            return Err(Failure::wrong_range("the object has no strong ETag, so it is not fetched in parts").at(url));
        };
        let total = first.about.total.unwrap_or(0);
        if total > largest(self.item.size) {
            return Err(Failure::too_large(total).at(url));
        }
        let mut pen = Pen::begin(&self.context.store, &self.product, Some(total));
        let received = AtomicU64::new(0);
        let outcome = async {
            let (mut head, mut offset) = (Vec::new(), 0);
            while let Some(bytes) = first.chunk().await? {
                if offset < HEAD as u64 {
                    self.sniff(&mut head, &bytes, &first.about)?;
                }
                let n_bytes = bytes.len() as u64;
                pen.put(offset, bytes).await?;
                offset += n_bytes;
                self.tell(received.fetch_add(n_bytes, Ordering::Relaxed) + n_bytes, Some(total));
            }
            let starts = (1..total.div_ceil(part_size)).map(|n| n * part_size);
            let ranges = starts.map(|start| start..(start + part_size).min(total));
            futures::stream::iter(ranges)
                .map(|range| self.part(key, range, &etag, &pen, &received, total))
                .buffer_unordered(PARTS_AT_ONCE)
                .try_collect::<()>()
                .await
        }
        .await;
        match outcome {
            Ok(()) => {}
            Err(failure) if failure.is_local() => return Err(pen.cause().await),
            Err(failure) => {
                pen.discard().await;
                return Err(located(failure, &url));
            }
        }
        self.check_length(received.into_inner(), Some(total), true)
            .map_err(|failure| failure.at(&url))?;
        self.publish(Source::Cloud, &first.about, Some(total), pen)
            .await
            .map_err(|failure| located(failure, &url))
    }

    /// One part, continued where it broke off.
    async fn part(
        &self,
        key: &str,
        range: Range<u64>,
        etag: &str,
        pen: &Pen,
        received: &AtomicU64,
        total: u64,
    ) -> Result<(), Failure> {
        let policy = self.context.http.retry_policy();
        let (mut begun, mut offset, mut failures) = (Instant::now(), range.start, 0);
        loop {
            let before = offset;
            let outcome = async {
                self.count_request();
                let wanted = offset..range.end;
                let mut body = body::part(&self.context.cloud, key, wanted, Some(etag.to_owned())).await?;
                if body.about.start != offset || body.about.total != Some(total) {
                    return Err(Failure::changed("the object has another size meanwhile"));
                }
                while let Some(bytes) = body.chunk().await? {
                    let n_bytes = bytes.len() as u64;
                    pen.put(offset, bytes).await?;
                    offset += n_bytes;
                    self.tell(received.fetch_add(n_bytes, Ordering::Relaxed) + n_bytes, Some(total));
                }
                Ok(())
            }
            .await;
            match outcome {
                Ok(()) if offset == range.end => return Ok(()),
                Ok(()) => return Err(Failure::corrupt("a part has another length than was asked for")),
                Err(failure) if failure.is_local() => return Err(failure),
                Err(failure) => {
                    if offset > before {
                        (failures, begun) = (0, Instant::now());
                    }
                    failures += 1;
                    // The other parts are still good: what this loop cannot mend is not tried again from the start.
                    self.pause(policy, failures, failure, begun)
                        .await
                        .map_err(Failure::for_good)?;
                }
            }
        }
    }

    /// Looks at the first bytes before much of something else is written.
    fn sniff(&self, head: &mut Vec<u8>, bytes: &[u8], about: &About) -> Result<(), Failure> {
        let missing = HEAD - head.len().min(HEAD);
        head.extend_from_slice(&bytes[..bytes.len().min(missing)]);
        if head.len() < HEAD {
            return Ok(());
        }
        let content_type = text(&about.headers, header::CONTENT_TYPE);
        self.form
            .check_head(head, content_type)
            .map_err(|message| Failure::corrupt(message).at(&about.url))
    }

    fn check_length(&self, written: u64, total: Option<u64>, explicit_end: bool) -> Result<(), Failure> {
        if let Some(total) = total
            && written != total
        {
            return Err(Failure::corrupt(format!("{written} bytes came instead of {total}")));
        }
        if written == 0 && self.item.size != Some(0) {
            return Err(Failure::corrupt("nothing came"));
        }
        // Without a length and an explicit end a cut file looks complete; then the table's size decides where nothing else can.
        if let (false, Some(size)) = (explicit_end || self.form.has_structure(), self.item.size)
            && written != size
        {
            return Err(Failure::corrupt(format!(
                "{written} bytes came, the table says {size}, and nothing else tells"
            )));
        }
        Ok(())
    }

    async fn publish(&self, source: Source, about: &About, length: Option<u64>, pen: Pen) -> Result<Arrival, Failure> {
        let etag = text(&about.headers, header::ETAG);
        let encryption = header::HeaderName::from_static("x-amz-server-side-encryption");
        let md5 = plain_md5(etag, text(&about.headers, encryption)).filter(|_| is_s3(&about.headers));
        let facts = Facts {
            url: Some(about.url.clone()),
            etag: etag.map(str::to_owned),
            last_modified: text(&about.headers, header::LAST_MODIFIED).map(str::to_owned),
            ..self.facts(source)
        };
        let entry = pen
            .commit(
                facts,
                Checks {
                    form: self.form,
                    length,
                    md5,
                },
            )
            .await?;
        Ok(Arrival {
            entry,
            source,
            url: about.url.clone(),
        })
    }

    /// What the record says of a file from there.
    pub(crate) fn facts(&self, source: Source) -> Facts {
        Facts {
            source: source.word().to_owned(),
            table_size: self.item.size,
            ..Facts::default()
        }
    }

    pub(crate) fn count_request(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
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

/// The largest file that is accepted for a product of this size in the table, in bytes.
fn largest(table_size: Option<u64>) -> u64 {
    match table_size {
        Some(size) => size.saturating_mul(MOST_GROWTH).clamp(GROWTH_COUNTS_FROM, LARGEST_FILE),
        None => LARGEST_FILE,
    }
}

/// Only S3 promises what an ETag is made of.
fn is_s3(headers: &http::HeaderMap) -> bool {
    headers.contains_key("x-amz-request-id") || text(headers, header::SERVER) == Some("AmazonS3")
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
