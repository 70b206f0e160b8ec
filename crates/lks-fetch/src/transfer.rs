//! One file from one of its places into the store: attempts, pauses, and the way out to the next place.

mod parts;
mod place;
mod publish;
mod slot;
mod stream;
mod telling;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use lks_cache::{Entry, Product, Store};
use lks_http::HttpClient;
use lks_mast::Endpoints;
use object_store::ObjectStore;
use url::Url;

use self::place::Partial;
pub(crate) use self::slot::Slot;
use self::telling::Meter;
use crate::cutout;
use crate::failure::Failure;
use crate::fetcher::{Places, Run};
use crate::form::Form;
use crate::item::Item;
use crate::manifest::Source;
use crate::plan::Route;
use crate::progress::{Event, Progress};

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

    /// How often it was begun, or anything of it begun again after a failure.
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
            Route::Cloud { key } => {
                let came = if !partial.one_stream && self.is_split() {
                    self.parts(route, key, partial.suspect.clone(), partial.is_last).await
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
        self.item
            .size
            .is_some_and(|size| size >= self.context.split_above && size > self.context.part_size)
    }

    fn count_attempts(&self, n: u32) {
        self.attempts.fetch_add(n, Ordering::Relaxed);
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
