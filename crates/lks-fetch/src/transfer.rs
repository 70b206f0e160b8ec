//! One file from one of its places into the store: attempts, pauses, and the way out to the next place.

mod parts;
mod place;
mod publish;
mod slot;
mod stream;

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lks_cache::{Entry, Product, Store};
use lks_http::{Class, HttpClient};
use lks_mast::Endpoints;
use object_store::ObjectStore;
use url::Url;

use self::place::Partial;
pub(crate) use self::slot::Slot;
use crate::cutout;
use crate::failure::Failure;
use crate::fetcher::{Places, Run};
use crate::form::Form;
use crate::item::Item;
use crate::manifest::Source;
use crate::plan::Route;
use crate::progress::{Event, Progress};

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
    /// Below which address its objects lie.
    pub(crate) objects: Option<Url>,
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
    pub(crate) slot: Slot<'a>,
    progress: &'a dyn Progress,
    has_leftovers: bool,
    places: &'a Places<'a>,
    attempts: AtomicU32,
    meter: Mutex<Meter>,
}

#[derive(Default)]
struct Meter {
    most: u64,
    told_at: Option<Instant>,
    /// What was not told because too little time had passed.
    untold: Option<(u64, Option<u64>)>,
}

impl<'a> Transfer<'a> {
    pub(crate) fn new(
        context: &'a Context,
        row: usize,
        item: &'a Item,
        product: Product,
        run: &'a Run<'a>,
        slot: Slot<'a>,
    ) -> Self {
        Self {
            context,
            row,
            item,
            form: Form::of(&item.filename),
            product,
            slot,
            progress: run.progress,
            has_leftovers: run.has_leftovers,
            places: &run.places,
            attempts: AtomicU32::new(0),
            meter: Mutex::new(Meter::default()),
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
            let on_cloud;
            let route = match route {
                Route::Mirror { uri } => match self.places.key(uri).await {
                    Some(key) => {
                        on_cloud = Route::Cloud { key: key.to_owned() };
                        &on_cloud
                    }
                    None => continue,
                },
                known => known,
            };
            let (name, size) = (self.item.filename.clone(), self.item.size);
            let source = source_of(route);
            self.progress.event(Event::FileBegun {
                row: self.row,
                name,
                size,
                source,
            });
            match self.at_place(route, &routes[n + 1..]).await {
                Ok(arrival) => return Ok(arrival),
                Err(failure) if failure.is_local() => return Err(failure),
                Err(failure) => failed.push((source, failure)),
            }
        }
        Err(joined(failed))
    }

    async fn attempt(&self, route: &Route, partial: &mut Partial) -> Result<Arrival, Failure> {
        match route {
            Route::Cutout(cutout) => cutout::fetch(self, cutout).await,
            Route::Cloud { key } if !partial.one_stream && self.is_split() => {
                self.parts(key, partial.suspect.clone(), partial.is_last).await
            }
            Route::Cloud { .. } | Route::Archive { .. } | Route::Mirror { .. } => self.stream(route, partial).await,
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
            Route::Cloud { .. } | Route::Mirror { .. } => self.context.mirror.as_ref(),
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

    /// One, unless nothing was sent because the host is down. Behind a redirect something was sent: to the host that redirects.
    fn count_failure(&self, failure: &Failure) -> u32 {
        match failure.class {
            Class::Down { .. } if !failure.was_sent => {
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
        if bytes <= meter.most {
            return;
        }
        if quiet && !is_end {
            meter.untold = Some((bytes, size));
            return;
        }
        *meter = Meter {
            most: bytes,
            told_at: Some(Instant::now()),
            untold: None,
        };
        drop(meter);
        self.progress.event(Event::Received {
            row: self.row,
            bytes,
            size: size.or(self.item.size),
        });
    }

    /// Waits for the next piece; if it takes long, what came before it is told.
    pub(crate) async fn next<T>(&self, piece: impl Future<Output = T>) -> T {
        let mut piece = pin!(piece);
        let untold = self.meter.lock().unwrap_or_else(PoisonError::into_inner).untold;
        if let Some((bytes, size)) = untold {
            match tokio::time::timeout(BETWEEN_EVENTS, &mut piece).await {
                Ok(piece) => return piece,
                Err(_) => self.tell(bytes, size),
            }
        }
        piece.await
    }
}

fn source_of(route: &Route) -> Source {
    match route {
        Route::Cloud { .. } | Route::Mirror { .. } => Source::Cloud,
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
