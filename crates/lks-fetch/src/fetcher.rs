//! The engine: looks at what is here, plans, and brings the rest, several files at once.

mod claims;
mod durability;
mod locate;
mod portable;
mod step;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use futures::StreamExt;
use lks_cache::Store;
use lks_http::HttpClient;
use lks_mast::{CloudPaths, MastClient, NoFile, Product};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use url::Url;

use crate::blocking::blocking;
use crate::error::Error;
use crate::options::Options;
use crate::plan::decide::{needs_cloud_path, plan};
use crate::plan::policy::Policy;
use crate::plan::{Action, Cloud, Local, Plan};
use crate::receive::{Context, Run};
use crate::report::failure::Failure;
use crate::report::manifest::{FailureKind, Manifest, ManifestRow};
use crate::report::progress::{Event, Progress};
use crate::source::bucket::{self, Tries};
use crate::source::cloud_keys::CloudKeys;
use crate::source::cube::{CubeName, Cubes, Opener, RangeReader};
use crate::stars::CutoutStars;
use crate::store::local;

pub(crate) use self::claims::Claims;
use self::durability::Durability;
pub use self::locate::locate;
pub use self::portable::Planning;

/// Requests that ask whether a linked object is there, at once.
pub(crate) const HEADS_AT_ONCE: usize = 16;
/// Files that came and are brought to the disk, or wait for a slot, besides those that are coming. A disk does several syncs in the time of one.
const FINISHING_AT_ONCE: usize = 32;

/// Brings files into the store. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    pub(crate) mast: MastClient,
    pub(crate) context: Context,
    pub(crate) options: Options,
}

impl Fetcher {
    /// A fetcher that sends through `http`, looks paths up with `mast` and keeps files in `store`. Touches nothing yet.
    ///
    /// # Errors
    /// If the S3 endpoint is not usable.
    pub fn new(http: HttpClient, mast: MastClient, store: Store, options: Options) -> Result<Self, Error> {
        let cloud = bucket::build(&http, &options.bucket(&options.bucket), Tries::Once)?;
        let ranges = RangeReader::new(cloud.clone());
        let objects = Url::parse(&options.objects()).ok();
        let (answers, endpoints) = (mast.answers().clone(), mast.endpoints().clone());
        let context = Context {
            mirror: Url::parse(&options.mirror()).ok(),
            cubes: Opener::new(ranges, answers, endpoints.clone(), objects.clone()),
            objects,
            endpoints,
            http,
            store,
            cloud,
            part_size: options.part_size,
            split_above: options.split_above,
            all_checks: options.all_checks,
        };
        Ok(Self { mast, context, options })
    }

    /// The store that the files are brought into.
    pub fn store(&self) -> &Store {
        &self.context.store
    }

    /// Decides what happens to each row: looks into the store, asks for locations in the cloud where they matter, and plans.
    ///
    /// Complete files in the store need no request.
    pub async fn plan(&self, rows: Vec<Result<Product, NoFile>>, policy: &Policy) -> Plan {
        let (rows, local) = self.look_up(rows, policy).await;
        self.plan_with(rows, &local, policy).await
    }

    /// What is in the store of each row.
    async fn look_up(
        &self,
        rows: Vec<Result<Product, NoFile>>,
        policy: &Policy,
    ) -> (Vec<Result<Product, NoFile>>, Vec<Local>) {
        let (store, policy) = (self.context.store.clone(), policy.clone());
        blocking(move || {
            let local = local::look_up(&store, &rows, &policy);
            (rows, local)
        })
        .await
    }

    /// Plans with what is known of the store.
    pub(crate) async fn plan_with(&self, rows: Vec<Result<Product, NoFile>>, local: &[Local], policy: &Policy) -> Plan {
        let (cloud, kept, warning) = match self.look_up_cloud(&rows, local, policy).await {
            Ok(paths) => (Cloud::Known(paths.keys), paths.kept, paths.warning),
            Err(error) => {
                let reason = error.to_string();
                (Cloud::Unknown { reason }, None, None)
            }
        };
        let mut plan = plan(rows, local, &cloud, policy);
        plan.kept = kept;
        plan.warnings.extend(warning.map(|warning| warning.to_string()));
        plan
    }

    async fn look_up_cloud(
        &self,
        rows: &[Result<Product, NoFile>],
        local: &[Local],
        policy: &Policy,
    ) -> Result<CloudPaths, lks_mast::Error> {
        let named = rows
            .iter()
            .zip(local)
            .filter_map(|(row, local)| Some((row.as_ref().ok()?, local)));
        let asked = named.filter(|(product, local)| needs_cloud_path(product, local, policy));
        let uris: Vec<&str> = asked.map(|(product, _)| product.uri()).collect();
        if uris.is_empty() {
            return Ok(CloudPaths::default());
        }
        let mut paths = self.mast.cloud_paths(&uris).await?;
        paths.keys = self.confirmed(paths.keys, policy).await;
        Ok(paths)
    }

    /// The keys that can be planned with: where the link itself is the answer, it is tried before it is given.
    async fn confirmed(
        &self,
        keys: HashMap<String, Option<String>>,
        policy: &Policy,
    ) -> HashMap<String, Option<String>> {
        if policy.download_cloud {
            return keys;
        }
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
    /// Dropped at any point, it leaves complete files under their names, and beside them the parts that the next run can resume.
    pub async fn run(&self, plan: Plan, progress: &dyn Progress) -> Manifest {
        self.run_with_stars(plan, CutoutStars::unknown(), progress).await
    }

    /// As [`Fetcher::run`], and target pixel files that are made of cubes say of their stars what is known of them.
    pub async fn run_with_stars(&self, plan: Plan, stars: CutoutStars, progress: &dyn Progress) -> Manifest {
        for warning in &plan.warnings {
            progress.event(Event::Warning(warning.clone()));
        }
        progress.event(Event::Begun {
            num_files: plan.num_fetches(),
            num_bytes: plan.size(),
        });
        let (steps, plan) = (&plan.steps, &plan);
        let mut rows: Vec<Option<Arc<ManifestRow>>> = vec![None; steps.len()];
        let jobs = self.options.jobs.get();
        let mut fetched: Vec<usize> = (0..steps.len()).filter(|n| !steps[*n].routes().is_empty()).collect();
        // What is of one cube comes together, so that few cubes are open at once.
        fetched.sort_by_key(|n| steps[*n].cutout_of_cube().and_then(CubeName::of));
        let run = Run {
            policy: &plan.policy,
            progress,
            slots: Semaphore::new(jobs),
            claims: Claims::of(fetched),
            has_leftovers: self.has_leftovers().await,
            cloud_keys: CloudKeys::of(plan, &self.mast),
            cubes: Cubes::of(plan),
            stars,
        };
        let run = &run;
        let mut done = |n: usize, row: ManifestRow| {
            let outcome = Arc::new(row);
            rows[n] = Some(outcome.clone());
            progress.event(Event::FileDone { row: n, outcome });
        };
        for (n, step) in steps.iter().enumerate() {
            if let Some(row) = self.settled(step) {
                done(n, row);
            }
        }
        // By number, because a closure over borrowed steps would make this future one that cannot be spawned.
        let mut running = futures::stream::iter(0..run.claims.len())
            .map(|place| async move { (run.claims.step(place), self.fetch(place, steps, run).await) })
            .buffer_unordered(jobs.saturating_add(FINISHING_AT_ONCE));
        let mut durability = Durability::new();
        while let Some((n, row)) = running.next().await {
            if row.attempts > 0 {
                durability.came(|| self.sync()).await;
            }
            done(n, row);
        }
        drop(running);
        self.context.cubes.settle().await;
        for (n, step) in steps.iter().enumerate() {
            if let Action::SameAs { row } = &step.action {
                rows[n] = rows[*row].as_deref().map(|row| Arc::new(row.repeated()));
            }
        }
        let rows = rows.into_iter().flatten().map(Arc::unwrap_or_clone);
        let manifest = Manifest {
            rows: rows.collect(),
            planned: plan.planned.clone(),
        };
        for warning in manifest.warnings() {
            progress.event(Event::Warning(warning));
        }
        if let Some(reason) = run.stars.failure() {
            let warning =
                format!("target pixel files were written without what the catalogue says of their stars: {reason}");
            progress.event(Event::Warning(warning));
        }
        for failure in durability.end(|| self.sync()).await {
            let warning = format!("{failure}; files of this run may be missing after a power cut");
            progress.event(Event::Warning(warning));
        }
        progress.event(Event::Finished);
        manifest
    }

    fn sync(&self) -> JoinHandle<Result<(), lks_cache::Error>> {
        let store = self.context.store.clone();
        tokio::task::spawn_blocking(move || store.sync_batch())
    }

    /// Whether earlier runs left anything that may be continued; nearly always they did not.
    async fn has_leftovers(&self) -> bool {
        let store = self.context.store.clone();
        blocking(move || store.has_parts()).await
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher")
            .field("store", &self.context.store)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
