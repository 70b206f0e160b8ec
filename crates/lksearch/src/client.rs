//! One value that holds the parts together: search, download, open.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use lks_cache::{Key, Lookup, MissReason, Store};
use lks_config::{Loaded, NoDirectory};
use lks_fetch::{Fetcher, Item, Manifest, Plan, Policy, Progress};
use lks_fits::FitsFile;
use lks_http::HttpClient;
use lks_mast::{MastClient, Search, SearchResult};
use lks_table::Table;

use crate::error::Error;
use crate::items::{self, CutoutSize};
use crate::wiring::{self, Parts};

/// The way to the archive, the cloud and the store. Cheap to clone; clones share connections and limits.
///
/// ```no_run
/// use lksearch::{Client, DownloadOptions, Kind, Status, kepler};
///
/// # async fn example() -> Result<(), lksearch::Error> {
/// let client = Client::new(&lksearch::load_settings()?)?;
/// let found = client.search(&kepler("KIC 11904151")?.quarter(3).kind(Kind::Timeseries)).await?;
/// let told = |event: lksearch::Event| eprintln!("{event:?}");
/// let manifest = client.download(&found.table, &DownloadOptions::default(), &told).await;
/// let n_there = manifest.rows.iter().filter(|row| row.status == Status::Complete).count();
/// println!("{n_there} of {} files, {} requests", found.len(), client.requests_made());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: HttpClient,
    mast: MastClient,
    places: lks_fetch::Options,
    files: Result<Files, NoDirectory>,
    policy: Policy,
    extra_columns: Vec<String>,
}

/// What keeps files, and brings them there.
struct Files {
    fetcher: Fetcher,
    store: Store,
}

/// What a download may do differently from the settings.
///
/// ```
/// use lksearch::{CutoutSize, DownloadOptions};
///
/// let mut options = DownloadOptions::default();
/// options.force = true;
/// options.cutout_size = CutoutSize { ny: 11, nx: 21 };
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DownloadOptions {
    /// Fetch again what is there already, and replace it.
    pub force: bool,
    /// Size of cutouts in pixels.
    pub cutout_size: CutoutSize,
}

impl Client {
    /// Wires the parts together. Nothing is created or asked yet. Without a directory to keep files in, because there is no home directory
    /// for instance, it searches and opens files; a row of a download is then an error that says so.
    ///
    /// # Errors
    /// [`Error::File`] if something else than a directory is where files are to be kept, [`Error::Connection`] if no client can be made (no CA
    /// certificates on this machine, for instance).
    pub fn new(loaded: &Loaded) -> Result<Self, Error> {
        let Parts {
            http,
            endpoints,
            fetch,
            policy,
            cache_dir,
            offline,
            extra_columns,
        } = wiring::parts(loaded)?;
        let http = if offline {
            wiring::nobody()
        } else {
            HttpClient::new(&http)?
        };
        let mast = MastClient::new(http.clone(), endpoints);
        let files = match cache_dir.map(lks_fetch::store_at) {
            Ok(store) => Ok(Files {
                fetcher: Fetcher::new(http.clone(), mast.clone(), store.clone(), fetch.clone())?,
                store,
            }),
            Err(nowhere) => Err(nowhere),
        };
        Ok(Self(Arc::new(Inner {
            http,
            mast,
            places: fetch,
            files,
            policy,
            extra_columns,
        })))
    }

    /// What the archive has for the target of the search. An empty table carries the reason why it is empty.
    ///
    /// # Errors
    /// [`Error::Archive`] if the question has no meaning or the archive does not answer it.
    pub async fn search(&self, search: &Search) -> Result<SearchResult, Error> {
        let mut found = self.0.mast.search(search).await?;
        found.extra_columns.clone_from(&self.0.extra_columns);
        Ok(found)
    }

    /// What would be done to have the files of these rows: from where, how much. Asks the archive only for places on the cloud.
    ///
    /// What could not be found out is a warning of the plan.
    ///
    /// ```no_run
    /// # async fn example(client: &lksearch::Client, table: &lksearch::Table) -> Result<(), lksearch::Error> {
    /// let plan = client.plan(table, &lksearch::DownloadOptions::default()).await;
    /// println!("{}", lksearch::plan_table(&plan)?.n_rows());
    /// let manifest = client.run(plan, &lksearch::Quiet).await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn plan(&self, table: &Table, options: &DownloadOptions) -> Plan {
        let policy = Policy {
            force: options.force,
            ..self.0.policy.clone()
        };
        self.plan_items(items::items(table, options.cutout_size), policy).await
    }

    async fn plan_items(&self, items: Vec<Item>, policy: Policy) -> Plan {
        match &self.0.files {
            Ok(files) => files.fetcher.plan(items, &policy).await,
            Err(nowhere) => Plan::refused(items, policy, &nowhere.to_string()),
        }
    }

    /// What would be done to have these products of the store again, such as those that a verification found damaged. A product that
    /// the archive does not serve by its URI is not among the steps.
    pub async fn plan_repair(&self, products: &[Key]) -> Plan {
        let items = products.iter().filter_map(items::again).collect();
        self.plan_items(items, self.0.policy.clone()).await
    }

    /// Brings the files of these rows into the store, unless they are there. One row of the manifest per row of the table, in its
    /// order; a file that cannot be had is a row, not an error.
    ///
    /// # Cancellation
    /// Dropping the future stops the transfers; a file is in the store whole or not at all.
    pub async fn download(&self, table: &Table, options: &DownloadOptions, progress: &dyn Progress) -> Manifest {
        let plan = self.plan(table, options).await;
        self.run(plan, progress).await
    }

    /// Does what [`Client::plan`] has planned.
    pub async fn run(&self, plan: Plan, progress: &dyn Progress) -> Manifest {
        match &self.0.files {
            Ok(files) => files.fetcher.run(plan, progress).await,
            Err(nowhere) => Manifest::refused(&plan, &nowhere.to_string()),
        }
    }

    /// Opens a FITS file where it lies, without downloading it: `s3://bucket/key`, `https://…`, `mast:…` or a path. A `mast:` file that is in
    /// the store, and passes there what the setting `cache.verify` asks for, is opened there without a request.
    ///
    /// ```no_run
    /// # async fn example(client: &lksearch::Client) -> Result<(), lksearch::Error> {
    /// let file = client.open("mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits").await?;
    /// for hdu in file.hdus() {
    ///     println!("{} {} at byte {}", hdu.index, hdu.name, hdu.header_offset);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Fetch`] for a location that is none of these, [`Error::Fits`] if what is there is not FITS.
    pub async fn open(&self, location: &str) -> Result<FitsFile, Error> {
        Ok(FitsFile::open(self.locate(location).await?).await?)
    }

    /// Where the file lies that [`Client::open`] would open: for opening it with other options, or reading its bytes as they are.
    ///
    /// # Errors
    /// [`Error::Fetch`] for a location that is none of these.
    pub async fn locate(&self, location: &str) -> Result<lks_fits::Location, Error> {
        if location.starts_with("mast:")
            && let Some(path) = self.stored(location).await
        {
            tracing::info!("{location} is in the cache: {}", path.display());
            return Ok(path.into());
        }
        let Inner { http, mast, places, .. } = &*self.0;
        Ok(lks_fetch::locate(http, mast.endpoints(), places, location)?)
    }

    /// The file of a product that the store has, if it passes what the settings ask for.
    async fn stored(&self, uri: &str) -> Option<PathBuf> {
        let store = self.0.files.as_ref().ok()?.store.clone();
        let (policy, uri) = (self.0.policy.clone(), uri.to_owned());
        let looking = tokio::task::spawn_blocking(move || store.lookup_uri(&uri, policy.level(), SystemTime::now()));
        match looking.await {
            Ok(Ok(Lookup::Hit(entry))) => {
                if let Some(odd) = &entry.noticed {
                    tracing::warn!("{}: {odd}", entry.path.display());
                }
                Some(entry.path)
            }
            Ok(Ok(Lookup::Miss(MissReason::Damaged { damage, .. }))) => {
                tracing::warn!(%damage, "the file in the cache is not used");
                None
            }
            Ok(Ok(Lookup::Miss(_))) => None,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the cache is not used");
                None
            }
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }

    /// What every service says about these names: positions in degrees, ICRS. One answer per name, in their order; one request per 30 names.
    ///
    /// # Errors
    /// [`Error::Archive`] if the resolver does not answer.
    pub async fn resolve(&self, names: &[&str]) -> Result<Vec<lks_mast::Resolution>, Error> {
        Ok(self.0.mast.resolve(names).await?)
    }

    /// The store of files.
    ///
    /// # Errors
    /// [`Error::Settings`] if nothing says where it is.
    pub fn store(&self) -> Result<&Store, Error> {
        match &self.0.files {
            Ok(files) => Ok(&files.store),
            Err(nowhere) => Err(Error::Settings(nowhere.clone().into())),
        }
    }

    /// Requests sent so far by this client and its clones.
    pub fn requests_made(&self) -> u64 {
        self.0.http.requests_made()
    }
}
