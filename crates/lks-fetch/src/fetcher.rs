//! The engine: looks at what is here, plans, and brings the rest, several files at once.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use lks_cache::{Claim, Lock, Product, Store};
use lks_http::HttpClient;
use lks_mast::MastClient;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::cloud;
use crate::error::Error;
use crate::failure::Failure;
use crate::item::Item;
use crate::manifest::{FailureKind, Manifest, Row, Source, Status};
use crate::plan::{Action, Cloud, Kept, Local, Plan, Policy, Route, Step, needs_cloud_path, plan};
use crate::progress::{Event, Progress};
use crate::shelf;
use crate::transfer::{Arrival, Context, Transfer};

/// Requests that ask whether a linked object is there, at once.
const HEADS_AT_ONCE: usize = 16;
/// While somebody else fetches the same file, we look again after this, then ever later.
const FIRST_LOOK_AGAIN: Duration = Duration::from_millis(50);
const LAST_LOOK_AGAIN: Duration = Duration::from_secs(1);
/// After this we fetch it ourselves.
const LONGEST_LOOK: Duration = Duration::from_secs(600);
const UNCHECKED: &str = "File exists in local cache, has not been validated for integrity";
const LINKED: &str = "Link to S3 bucket for remote read";

/// Options of a [`Fetcher`].
#[derive(Debug, Clone)]
pub struct Options {
    /// Files under way at once; limits per host hold besides.
    pub jobs: NonZeroUsize,
    /// Size of the parts of large objects, in bytes.
    pub part_size: u64,
    /// Objects of this size, in bytes, and larger ones are fetched in parts.
    pub split_above: u64,
    /// Another S3 endpoint, path style.
    pub s3: Option<String>,
    /// The bucket of the mirror.
    pub bucket: String,
    /// Its region.
    pub region: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: NonZeroUsize::MIN.saturating_add(7),
            part_size: 8 << 20,
            split_above: 32 << 20,
            s3: None,
            bucket: "stpubdata".to_owned(),
            region: "us-east-1".to_owned(),
        }
    }
}

/// Brings files into the store. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    mast: MastClient,
    pub(crate) context: Context,
    pub(crate) options: Options,
}

impl Fetcher {
    /// A fetcher that sends through `http`, looks paths up with `mast` and keeps files in `store`. Touches nothing yet.
    ///
    /// # Errors
    /// If the S3 endpoint is not usable.
    pub fn new(http: HttpClient, mast: MastClient, store: Store, options: Options) -> Result<Self, Error> {
        let cloud = cloud::store(&http, options.s3.as_deref(), &options.bucket, &options.region)?;
        let context = Context {
            endpoints: mast.endpoints().clone(),
            http,
            store,
            cloud,
            part_size: options.part_size,
            split_above: options.split_above,
        };
        Ok(Self { mast, context, options })
    }

    /// The mirror, for reading objects in place.
    pub fn cloud(&self) -> &Arc<dyn ObjectStore> {
        &self.context.cloud
    }

    /// Decides what happens to each item: looks into the store, asks for the places on the cloud where they matter, and plans.
    ///
    /// Files that are here and whole need no request.
    pub async fn plan(&self, items: Vec<Item>, policy: &Policy) -> Plan {
        let (store, for_lookup) = (self.context.store.clone(), policy.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let local = shelf::look_up(&store, &items, &for_lookup);
            (items, local)
        });
        let (items, local) = match looking.await {
            Ok(found) => found,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        let cloud = self.look_up_cloud(&items, &local, policy).await;
        plan(items, &local, &cloud, policy)
    }

    async fn look_up_cloud(&self, items: &[Item], local: &[Local], policy: &Policy) -> Cloud {
        let asked = items
            .iter()
            .zip(local)
            .filter(|(item, local)| needs_cloud_path(item, local, policy));
        let uris: Vec<String> = asked
            .filter_map(|(item, _)| item.data_uri().map(str::to_owned))
            .collect();
        if uris.is_empty() {
            return Cloud::Known(HashMap::new());
        }
        match self.mast.cloud_paths(&uris).await {
            Ok(keys) if policy.download_cloud => Cloud::Known(keys),
            // Here the link itself is the answer, so it is tried before it is given.
            Ok(keys) => Cloud::Known(self.only_present(keys).await),
            Err(error) => Cloud::Unknown {
                reason: error.to_string(),
            },
        }
    }

    async fn only_present(&self, keys: HashMap<String, Option<String>>) -> HashMap<String, Option<String>> {
        let present = futures::stream::iter(keys).map(|(uri, key)| async move {
            let key = match key {
                Some(key) if self.is_absent(&key).await => None,
                key => key,
            };
            (uri, key)
        });
        present.buffer_unordered(HEADS_AT_ONCE).collect().await
    }

    /// Only a clear "no" counts: a bucket that does not answer now may well do so when the link is used.
    async fn is_absent(&self, key: &str) -> bool {
        let Ok(path) = Path::parse(key) else { return true };
        match self.context.cloud.head(&path).await {
            Ok(_) => false,
            Err(error) => matches!(Failure::from(error).kind, FailureKind::NotFound | FailureKind::Denied),
        }
    }

    /// Carries the plan out. Each step ends as a row, in the order of the steps; no row's failure ends the run.
    ///
    /// # Cancellation
    /// Dropped at any point, it leaves whole files under their names and nothing else.
    pub async fn run(&self, plan: Plan, progress: &dyn Progress) -> Manifest {
        for warning in &plan.warnings {
            progress.event(Event::Warning(warning.clone()));
        }
        progress.event(Event::Begun {
            n_files: plan.n_fetches(),
            n_bytes: plan.size(),
        });
        let (steps, plan) = (&plan.steps, &plan);
        let mut rows: Vec<Option<Row>> = vec![None; steps.len()];
        let mut running = futures::stream::iter(steps.iter().enumerate())
            .map(|(n, step)| async move { (n, self.step(n, step, &plan.policy, progress).await) })
            .buffer_unordered(self.options.jobs.get());
        while let Some((n, row)) = running.next().await {
            if let Some(row) = &row {
                progress.event(Event::FileDone {
                    row: n,
                    status: row.status,
                });
            }
            rows[n] = row;
        }
        drop(running);
        let rows = steps.iter().enumerate().filter_map(|(n, step)| match &step.action {
            Action::SameAs { row } => rows[*row].clone().map(|row| Row {
                attempts: 0,
                seconds: 0.0,
                ..row
            }),
            _ => rows[n].clone(),
        });
        let manifest = Manifest { rows: rows.collect() };
        self.make_durable(progress).await;
        progress.event(Event::Finished);
        manifest
    }

    async fn make_durable(&self, progress: &dyn Progress) {
        let store = self.context.store.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || store.sync_batch()).await {
            progress.event(Event::Warning(error.to_string()));
        }
    }

    /// `None` for a row that repeats another.
    async fn step(&self, n: usize, step: &Step, policy: &Policy, progress: &dyn Progress) -> Option<Row> {
        let empty = Row {
            local_path: None,
            status: Status::Skipped,
            message: None,
            url: None,
            source: None,
            bytes: None,
            sha256: None,
            attempts: 0,
            seconds: 0.0,
            data_uri: step.item.data_uri().map(str::to_owned),
            failure: None,
        };
        Some(match &step.action {
            Action::SameAs { .. } => return None,
            Action::Skip { reason } => Row {
                message: Some(reason.clone()),
                ..empty
            },
            Action::Fail { reason } => Row {
                status: Status::Error,
                message: Some(reason.clone()),
                failure: Some(FailureKind::Unavailable),
                ..empty
            },
            Action::Link { key } => Row {
                local_path: Some(format!("s3://{}/{key}", self.options.bucket)),
                status: Status::Complete,
                message: Some(LINKED.to_owned()),
                source: Some(Source::Link),
                ..empty
            },
            Action::Keep { kept, checked } => {
                let (status, message) = if *checked {
                    (Status::Complete, None)
                } else {
                    (Status::Unknown, Some(UNCHECKED.to_owned()))
                };
                Row {
                    status,
                    message,
                    source: Some(Source::Cache),
                    ..with_file(empty, kept)
                }
            }
            Action::Fetch { routes } => self.bring(n, step, routes, policy, progress, empty).await,
        })
    }

    async fn bring(
        &self,
        n: usize,
        step: &Step,
        routes: &[Route],
        policy: &Policy,
        progress: &dyn Progress,
        empty: Row,
    ) -> Row {
        let product = match shelf::product(&step.item) {
            None => return fetched(empty, step, Err(Failure::protocol("the row names no file"))),
            Some(Err(unsafe_name)) => {
                return fetched(empty, step, Err(Failure::unsafe_name(unsafe_name.to_string())));
            }
            Some(Ok(product)) => product,
        };
        let begun = Instant::now();
        let seconds = || (begun.elapsed().as_secs_f64() * 1e3).round() / 1e3;
        let _lock = match self.claim(n, &product, policy.force, progress).await {
            Ok(lock) => lock,
            Err(kept) => {
                let row = Row {
                    status: Status::Complete,
                    source: Some(Source::Cache),
                    seconds: seconds(),
                    ..empty
                };
                return with_file(row, &kept);
            }
        };
        let transfer = Transfer::new(&self.context, n, &step.item, product, progress);
        let outcome = transfer.run(routes).await;
        fetched(
            Row {
                attempts: transfer.attempts(),
                seconds: seconds(),
                ..empty
            },
            step,
            outcome,
        )
    }

    /// Waits while somebody else fetches the same file; `Err` is the file if it is here by then. Locks only save double work: where
    /// they do not work, or a wait is long, the file is fetched all the same.
    async fn claim(
        &self,
        row: usize,
        product: &Product,
        force: bool,
        progress: &dyn Progress,
    ) -> Result<Option<Lock>, Kept> {
        let (begun, mut pause) = (Instant::now(), FIRST_LOOK_AGAIN);
        loop {
            let (store, product) = (self.context.store.clone(), product.clone());
            let claimed = tokio::task::spawn_blocking(move || shelf::claim(&store, &product, force)).await;
            match claimed {
                Ok((_, Some(kept))) => return Err(kept),
                Ok((Claim::Held(lock), None)) => return Ok(Some(lock)),
                Ok((Claim::Busy, None)) if begun.elapsed() < LONGEST_LOOK => {}
                Ok((Claim::Busy | Claim::Unusable, None)) | Err(_) => return Ok(None),
            }
            let reason = "another program fetches the same file".to_owned();
            progress.event(Event::Waiting {
                row,
                host: String::new(),
                pause,
                reason,
            });
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LAST_LOOK_AGAIN);
        }
    }
}

fn fetched(row: Row, step: &Step, outcome: Result<Arrival, Failure>) -> Row {
    match outcome {
        Ok(Arrival {
            entry,
            source,
            url,
            note,
        }) => {
            let kept = shelf::kept(&entry);
            let odd_size = step.item.size.filter(|size| *size != kept.bytes);
            let odd_size =
                odd_size.map(|size| format!("the table says {size} bytes, the archive serves {}", kept.bytes));
            let notes: Vec<String> = step.note.iter().cloned().chain(odd_size).chain(note).collect();
            let message = (!notes.is_empty()).then(|| notes.join("; "));
            let row = with_file(row, &kept);
            Row {
                status: Status::Complete,
                message,
                source: Some(source),
                url: Some(url),
                ..row
            }
        }
        Err(failure) => Row {
            status: Status::Error,
            message: Some(failure.message),
            url: failure.url,
            failure: Some(failure.kind),
            ..row
        },
    }
}

fn with_file(row: Row, kept: &Kept) -> Row {
    Row {
        local_path: Some(kept.path.display().to_string()),
        bytes: Some(kept.bytes),
        sha256: kept.sha256.clone(),
        ..row
    }
}
