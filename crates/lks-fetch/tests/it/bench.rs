//! A miniature archive, a directory for the store, and a fetcher that does not make tests wait.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lks_answers::Answers;
use lks_fetch::{DATA_DIRECTORY, Event, Fetcher, Manifest, Options, Policy, Progress, store_at};
use lks_http::{HttpClient, HttpOptions, Outage, RetryPolicy, Throughput};
use lks_mast::{Endpoints, MastClient, NoFile, Polling, Product, lanes};
use lks_sandbox::{Matcher, Sandbox};
use tempfile::TempDir;

/// TOI 1161's light curve of sector 14: on the mirror and in the archive.
pub(crate) const LIGHT_CURVE: &str = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
/// K2-18's light curve by EVEREST: in the archive only.
pub(crate) const EVEREST: &str =
    "mast:HLSP/everest/c01/201900000/12000/hlsp_everest_k2_llc_201912552-c01_kepler_v2.0_lc.fits";

/// K2-18's pixels: a gzip file on the mirror.
pub(crate) const PIXELS: &str =
    "mast:K2/url/missions/k2/target_pixel_files/c1/201900000/12000/ktwo201912552-c01_lpd-targ.fits.gz";

pub(crate) struct Bench {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) directory: TempDir,
    pub(crate) http: HttpClient,
    pub(crate) fetcher: Fetcher,
    pub(crate) events: Events,
}

/// Collects what a run tells.
#[derive(Default)]
pub(crate) struct Events(pub(crate) Mutex<Vec<Event>>);

impl Progress for Events {
    fn event(&self, event: Event) {
        self.0.lock().expect("the events").push(event);
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(lks_sandbox::SandboxOptions::default(), small_parts())
    }

    /// An archive that serves everything itself instead of sending clients to the mirror.
    pub(crate) fn without_redirect() -> Self {
        Self::with(
            lks_sandbox::SandboxOptions {
                redirect_to_cloud: false,
                ..Default::default()
            },
            small_parts(),
        )
    }

    pub(crate) fn with(sandbox: lks_sandbox::SandboxOptions, options: Options) -> Self {
        Self::of(
            Arc::new(Sandbox::start(sandbox).expect("a sandbox")),
            options,
            Patience::Usual,
        )
    }

    /// An archive without redirects, and a mirror elsewhere.
    pub(crate) fn with_mirror(address: &str) -> Self {
        Self::without_redirect().with_client(&Patience::Usual.options(), Some(address), small_parts())
    }

    /// The same archive and store, asked by another client.
    pub(crate) fn with_client(mut self, http: &HttpOptions, mirror: Option<&str>, options: Options) -> Self {
        let options = options.with_s3(mirror.map(str::to_owned));
        self.http = HttpClient::new(http).expect("a client");
        self.fetcher = fetcher(&self.sandbox, &self.http, &self.directory, options);
        self
    }

    /// The same with a client that keeps answers there.
    pub(crate) fn with_answers(mut self, answers: Answers) -> Self {
        self.fetcher = fetcher_with(&self.sandbox, &self.http, &self.directory, small_parts(), answers);
        self
    }

    pub(crate) fn of(sandbox: Arc<Sandbox>, options: Options, patience: Patience) -> Self {
        let http = HttpClient::new(&patience.options()).expect("a client");
        let directory = tempfile::tempdir().expect("a directory");
        let fetcher = fetcher(&sandbox, &http, &directory, options);
        Self {
            sandbox,
            directory,
            http,
            fetcher,
            events: Events::default(),
        }
    }

    pub(crate) async fn fetch(&self, products: Vec<Product>, policy: &Policy) -> Manifest {
        self.fetch_rows(products.into_iter().map(Ok).collect(), policy).await
    }

    pub(crate) async fn fetch_rows(&self, rows: Vec<Result<Product, NoFile>>, policy: &Policy) -> Manifest {
        let plan = self.fetcher.plan(rows, policy).await;
        self.fetcher.run(plan, &self.events).await
    }

    pub(crate) async fn locate(&self, place: &str) -> lks_fits::Location {
        let located = self.fetcher.locate(place, &Policy::default()).await;
        located.expect("a place")
    }

    /// Requests for products, path look-ups not counted.
    pub(crate) fn num_fetches(&self) -> usize {
        self.sandbox
            .log()
            .iter()
            .filter(|it| !it.path.contains("path_lookup"))
            .count()
    }

    pub(crate) fn num_lookups(&self) -> usize {
        self.sandbox.count(&Matcher::contains("path_lookup").method("GET")).max(
            self.sandbox
                .log()
                .iter()
                .filter(|it| it.path.contains("path_lookup"))
                .count(),
        )
    }

    pub(crate) fn truth(&self, uri: &str) -> Vec<u8> {
        self.sandbox
            .body(uri, 0)
            .unwrap_or_else(|| panic!("the archive has no {uri}"))
            .to_vec()
    }

    pub(crate) fn path(&self, product: &Product) -> PathBuf {
        let data = self.directory.path().join(DATA_DIRECTORY);
        data.join(product.path().iter().collect::<PathBuf>())
    }

    /// Why files waited, so far.
    pub(crate) fn waits(&self) -> Vec<String> {
        let events = self.events.0.lock().expect("the events");
        let reason = |event: &Event| match event {
            Event::Waiting { reason, .. } => Some(reason.clone()),
            _ => None,
        };
        events.iter().filter_map(reason).collect()
    }

    /// Files below the store's root that are neither products nor records nor set aside.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        files(&self.directory.path().join(".lks/v1/part"))
    }
}

fn fetcher(sandbox: &Sandbox, http: &HttpClient, directory: &TempDir, options: Options) -> Fetcher {
    fetcher_with(sandbox, http, directory, options, Answers::none())
}

fn fetcher_with(
    sandbox: &Sandbox,
    http: &HttpClient,
    directory: &TempDir,
    options: Options,
    answers: Answers,
) -> Fetcher {
    let polling = Polling::default().with_pauses([Duration::ZERO]);
    let endpoints = Endpoints::parse(&sandbox.url(), &sandbox.url()).expect("the sandbox's address");
    let mast = MastClient::new(http.clone(), endpoints)
        .with_polling(polling)
        .with_answers(answers);
    let s3 = options.s3.clone().unwrap_or_else(|| sandbox.url());
    let options = options.with_s3(Some(s3));
    Fetcher::new(http.clone(), mast, store_at(directory.path()), options).expect("a fetcher")
}

/// Small enough that a light curve of 2 MB has several parts.
pub(crate) fn small_parts() -> Options {
    Options::default().with_part_size(256 << 10).with_split_above(u64::MAX)
}

pub(crate) fn in_parts() -> Options {
    small_parts().with_split_above(0)
}

/// Whether limits of time are part of a test. Where they are not, a busy machine must not trip them.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Patience {
    Usual,
    Short,
}

impl Patience {
    pub(crate) fn options(self) -> HttpOptions {
        let quick = Duration::from_millis(2);
        let backoff = RetryPolicy::default().with_base(quick).with_throttled_base(quick);
        let outage = Outage::default().with_pause(Duration::from_millis(50));
        let usual = HttpOptions::default().with_backoff(backoff).with_outage(outage);
        match self {
            Self::Usual => usual,
            Self::Short => usual
                .with_idle_timeout(Duration::from_millis(500))
                .with_head_timeout(Duration::from_millis(1500))
                .with_throughput(
                    Throughput::default()
                        .with_bytes_per_second(4000)
                        .with_window(Duration::from_millis(200))
                        .with_grace(Duration::from_millis(100)),
                )
                // Stalls halve these, which is tested where they are made.
                .with_lanes(vec![lanes::FILE.with_limit(8, 16)]),
        }
    }
}

/// A product in a directory named after its file.
pub(crate) fn product(uri: &str) -> Product {
    sized_product(uri, None)
}

pub(crate) fn sized_product(uri: &str, size: Option<u64>) -> Product {
    let filename = uri.rsplit('/').next().unwrap_or_default();
    let collection = if uri.contains("HLSP") { "HLSP" } else { "TESS" };
    let obs_id = filename.split(['.', '_']).next().unwrap_or_default();
    let product = Product::new(uri, collection, obs_id, filename);
    match size {
        Some(size) => product.with_size(size),
        None => product,
    }
}

/// The same product of another observation.
pub(crate) fn with_obs_id(product: &Product, obs_id: &str) -> Product {
    renamed(product, obs_id, product.filename())
}

/// The same product under another name.
pub(crate) fn with_filename(product: &Product, filename: &str) -> Product {
    renamed(product, product.obs_id(), filename)
}

fn renamed(product: &Product, obs_id: &str, filename: &str) -> Product {
    let renamed = Product::new(product.uri(), product.collection(), obs_id, filename);
    match product.size() {
        Some(size) => renamed.with_size(size),
        None => renamed,
    }
}

pub(crate) fn files(directory: &std::path::Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found
}
