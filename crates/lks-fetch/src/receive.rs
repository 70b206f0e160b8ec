//! One file from one of its places into the store: attempts, pauses, and the way out to the next place.

mod attempts;
mod cube;
mod cutout;
mod meter;
mod parts;
mod publish;
mod slot;
mod stream;
mod unzip;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lks_cache::{Entry, Key, Store};
use lks_http::HttpClient;
use lks_mast::{Endpoints, Product};
use object_store::ObjectStore;
use tokio::sync::Semaphore;
use url::Url;

use self::attempts::Partial;
use self::meter::Meter;
pub(crate) use self::slot::Slot;
use crate::fetcher::Claims;
use crate::lock::LockedProduct;
use crate::plan::Step;
use crate::plan::policy::Policy;
use crate::plan::route::{Route, Source};
use crate::report::failure::Failure;
use crate::report::manifest::FailureKind;
use crate::report::progress::{Event, Progress};
use crate::source::cloud_keys::CloudKeys;
use crate::source::copies::Copies;
use crate::source::cube::{Cubes, Opener};
use crate::stars::CutoutStars;
use crate::store::content::Form;

/// What all steps of a run share.
pub(crate) struct Run<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) progress: &'a dyn Progress,
    /// The right to be receiving a file, given back with its last byte.
    pub(crate) slots: Semaphore,
    pub(crate) claims: Claims,
    pub(crate) has_leftovers: bool,
    pub(crate) cloud_keys: CloudKeys<'a>,
    pub(crate) cubes: Cubes,
    pub(crate) stars: CutoutStars,
}

/// What all transfers share, of this run and of the next.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) http: HttpClient,
    pub(crate) store: Store,
    pub(crate) cloud: Arc<dyn ObjectStore>,
    pub(crate) cubes: Opener,
    pub(crate) endpoints: Endpoints,
    /// Where the mirror is.
    pub(crate) mirror: Option<Url>,
    /// Below which address its objects lie.
    pub(crate) objects: Option<Url>,
    pub(crate) part_size: u64,
    pub(crate) split_above: u64,
    pub(crate) all_checks: bool,
}

/// A file that came.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) entry: Entry,
    pub(crate) source: Source,
    pub(crate) url: String,
    /// What is odd about it as it is served.
    pub(crate) note: Option<String>,
    /// What other places gave in its stead.
    pub(crate) refused: Option<String>,
}

/// One file on its way.
pub(crate) struct Transfer<'a> {
    pub(crate) context: &'a Context,
    pub(crate) row: usize,
    pub(crate) product: &'a Product,
    /// The only bytes that it may be.
    pub(crate) locked: Option<&'a Arc<LockedProduct>>,
    /// Its places, the best one first.
    routes: &'a [Route],
    pub(crate) key: Key,
    pub(crate) form: Form,
    pub(crate) slot: Slot<'a>,
    progress: &'a dyn Progress,
    has_leftovers: bool,
    cloud_keys: &'a CloudKeys<'a>,
    cubes: &'a Cubes,
    stars: &'a CutoutStars,
    attempts: AtomicU32,
    meter: Mutex<Meter>,
    copies: Mutex<Copies>,
}

impl<'a> Transfer<'a> {
    pub(crate) fn new(
        context: &'a Context,
        row: usize,
        (product, step): (&'a Product, &'a Step),
        key: Key,
        run: &'a Run<'a>,
        slot: Slot<'a>,
    ) -> Self {
        Self {
            context,
            row,
            product,
            locked: step.locked.as_ref(),
            routes: step.routes(),
            form: Form::of(product.filename()),
            key,
            slot,
            progress: run.progress,
            has_leftovers: run.has_leftovers,
            cloud_keys: &run.cloud_keys,
            cubes: &run.cubes,
            stars: &run.stars,
            attempts: AtomicU32::new(0),
            meter: Mutex::new(Meter::default()),
            copies: Mutex::new(Copies::of(step.routes().iter().map(Route::source))),
        }
    }

    /// How often it was begun, or anything of it begun again after a failure.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Fetches from the first place that has the file.
    pub(crate) async fn run(&self) -> Result<Arrival, Failure> {
        let mut failed: Vec<(&Route, Failure)> = Vec::new();
        for (n, route) in self.routes.iter().enumerate() {
            let source = route.source();
            match self.ask(route, &self.routes[n + 1..]).await {
                Some(Ok(arrival)) => return Ok(arrival.instead_of(&failed)),
                Some(Err(failure)) if failure.is_local() => return Err(failure),
                Some(Err(failure)) => {
                    if matches!(failure.kind, FailureKind::NotFound | FailureKind::Denied) {
                        self.copies().lacks(source);
                    }
                    failed.push((route, failure));
                }
                None => self.copies().lacks(source),
            }
        }
        // What one place gave was doubted, and no other gave better: it may have been damaged on the way, or be all there is.
        let before_the_last = failed.split_last().map_or(&[][..], |(_, before)| before);
        for (route, _) in before_the_last {
            if self.copies().is_doubted(route.source()) {
                match self.ask(route, &[]).await {
                    Some(Ok(arrival)) => return Ok(arrival),
                    Some(Err(failure)) if failure.is_local() => return Err(failure),
                    Some(Err(_)) | None => {}
                }
            }
        }
        let is_doubted = failed.iter().any(|(_, failure)| failure.sha256.is_some());
        let is_other_version =
            self.locked.is_some() && failed.iter().any(|(_, failure)| failure.kind == FailureKind::Changed);
        let mut failure = joined(failed);
        if is_other_version {
            // What one place serves now is what the user has to know, whatever became of the others.
            failure.kind = FailureKind::Changed;
        }
        if is_doubted && failure.is_passing() {
            failure.message.push_str(
                "; only the other place can tell whether the file is published so: try again when it answers",
            );
        }
        Err(failure)
    }

    /// Fetches from one place, if it has the file as far as is known; `others` are the ways out.
    async fn ask(&self, route: &Route, others: &[Route]) -> Option<Result<Arrival, Failure>> {
        let on_cloud;
        let route = match route {
            Route::Mirror { uri } => {
                let key = self.cloud_keys.key(uri).await?.to_owned();
                on_cloud = Route::Cloud { key };
                &on_cloud
            }
            known => known,
        };
        self.progress.event(Event::FileBegun {
            row: self.row,
            name: self.product.filename().to_owned(),
            size: self.product.size(),
            source: route.source(),
        });
        Some(self.fetch_from(route, others).await)
    }

    async fn attempt(&self, route: &Route, partial: &mut Partial) -> Result<Arrival, Failure> {
        match route {
            Route::Cube(cutout) => cube::fetch(self, cutout).await,
            Route::Cutout(cutout) => cutout::fetch(self, cutout).await,
            Route::Cloud { key } => {
                let came = if !partial.one_stream && self.is_split() {
                    self.parts(route, key, partial.is_last).await
                } else {
                    self.stream(route, partial).await
                };
                // The library of the store says of some failures only what is wrong.
                came.map_err(|failure| match &self.context.objects {
                    Some(objects) => located(failure, &format!("{}/{key}", objects.as_str().trim_end_matches('/'))),
                    None => failure,
                })
            }
            Route::Archive { .. } | Route::Mirror { .. } => self.stream(route, partial).await,
        }
    }

    fn is_split(&self) -> bool {
        self.product
            .size()
            .is_some_and(|size| size >= self.context.split_above && size > self.context.part_size)
    }

    /// What the places said so far.
    pub(crate) fn copies(&self) -> MutexGuard<'_, Copies> {
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count_attempts(&self, n: u32) {
        self.attempts.fetch_add(n, Ordering::Relaxed);
    }
}

impl Arrival {
    /// It came where other places gave something damaged, or of a cutout, which is made anew at each place, nothing.
    fn instead_of(self, failed: &[(&Route, Failure)]) -> Self {
        let sha256 = self.entry.record.as_ref().map(|record| record.sha256.as_str());
        let refused = failed.iter().filter(|(route, failure)| match route {
            Route::Cube(_) | Route::Cutout(_) => true,
            Route::Cloud { .. } | Route::Archive { .. } | Route::Mirror { .. } => {
                failure.kind == FailureKind::Corrupt
                    && (failure.sha256.is_none() || failure.sha256.as_deref() != sha256)
            }
        });
        let refused: Vec<_> = refused
            .map(|(route, failure)| format!("{} was not used: {}", route.what_it_gives(), failure.message))
            .collect();
        Self {
            refused: (!refused.is_empty()).then(|| refused.join("; ")),
            ..self
        }
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
fn joined(failed: Vec<(&Route, Failure)>) -> Failure {
    let messages: Vec<_> = failed
        .iter()
        .map(|(route, it)| format!("{}: {}", route.source().word(), it.message))
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
