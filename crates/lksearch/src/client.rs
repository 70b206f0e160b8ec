//! One value that holds the parts together: search, download, open.

use std::fmt;
use std::sync::Arc;

use lks_cache::{Key, Store};
use lks_config::{Loaded, NoDirectory};
use lks_fetch::{Fetcher, Manifest, Plan, Policy, Progress, product_of};
use lks_fits::FitsFile;
use lks_http::HttpClient;
use lks_mast::{CutoutSize, MastClient, NoFile, Product, Search, SearchResult};
use lks_table::Table;

use crate::builder::ClientBuilder;
use crate::error::Error;
use crate::wiring::{self, Parts};

/// The way to the archive, the cloud and the store. Cheap to clone; clones share connections and limits.
///
/// ```no_run
/// use lksearch::{Client, DownloadOptions, Kind, Status, kepler};
///
/// # async fn example() -> Result<(), lksearch::Error> {
/// let client = Client::new(&lksearch::load_settings()?)?;
/// let found = client.search(&kepler("KIC 11904151")?.with_quarter(3).with_kind(Kind::Timeseries)).await?;
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
    fetch_options: lks_fetch::Options,
    /// What keeps files and brings them, if there is a place for them.
    fetcher: Result<Fetcher, NoDirectory>,
    policy: Policy,
    extra_columns: Vec<String>,
}

/// What a download may do differently from the settings.
///
/// ```
/// use lksearch::{CutoutSize, DownloadOptions};
///
/// let options = DownloadOptions::default().with_force(true).with_cutout_size(CutoutSize { ny: 11, nx: 21 });
/// assert!(options.force);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DownloadOptions {
    /// Fetch again what is there already, and replace it.
    pub force: bool,
    /// Size of cutouts that are still to be made.
    pub cutout_size: CutoutSize,
}

impl DownloadOptions {
    /// With or without fetching again what is there already.
    #[must_use]
    pub fn with_force(self, force: bool) -> Self {
        Self { force, ..self }
    }

    /// With cutouts of this size.
    #[must_use]
    pub fn with_cutout_size(self, cutout_size: CutoutSize) -> Self {
        Self { cutout_size, ..self }
    }
}

impl Client {
    /// A client of the settings of this process and of what is changed in them; see [`ClientBuilder`].
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

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
            wiring::offline_client()
        } else {
            HttpClient::new(&http)?
        };
        let mast = MastClient::new(http.clone(), endpoints);
        let fetcher = match cache_dir {
            Ok(directory) => {
                let store = lks_fetch::store_at(directory);
                Ok(Fetcher::new(http.clone(), mast.clone(), store, fetch.clone())?)
            }
            Err(nowhere) => Err(nowhere),
        };
        Ok(Self(Arc::new(Inner {
            http,
            mast,
            fetch_options: fetch,
            fetcher,
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
    /// println!("{}", plan.to_table()?.n_rows());
    /// let manifest = client.run(plan, &lksearch::Quiet).await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn plan(&self, table: &Table, options: &DownloadOptions) -> Plan {
        let policy = Policy {
            force: options.force,
            ..self.0.policy.clone()
        };
        self.plan_rows(Product::of_table(table, options.cutout_size), policy)
            .await
    }

    async fn plan_rows(&self, rows: Vec<Result<Product, NoFile>>, policy: Policy) -> Plan {
        match &self.0.fetcher {
            Ok(fetcher) => fetcher.plan(rows, &policy).await,
            Err(nowhere) => Plan::refused(rows, policy, &nowhere.to_string()),
        }
    }

    /// What would be done to have the files of these keys of the store again, such as those that a verification found damaged. One that
    /// the archive does not serve by its URI is not among the steps.
    pub async fn plan_repair(&self, keys: &[Key]) -> Plan {
        let rows = keys.iter().filter_map(product_of).map(Ok).collect();
        self.plan_rows(rows, self.0.policy.clone()).await
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
        match &self.0.fetcher {
            Ok(fetcher) => fetcher.run(plan, progress).await,
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
        let Inner { http, mast, policy, .. } = &*self.0;
        Ok(match &self.0.fetcher {
            Ok(fetcher) => fetcher.locate(location, policy).await?,
            Err(_) => lks_fetch::locate(http, mast.endpoints(), &self.0.fetch_options, location)?,
        })
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
        match &self.0.fetcher {
            Ok(fetcher) => Ok(fetcher.store()),
            Err(nowhere) => Err(Error::Settings(nowhere.clone().into())),
        }
    }

    /// Requests sent so far by this client and its clones.
    pub fn requests_made(&self) -> u64 {
        self.0.http.requests_made()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.0.fetcher.as_ref().map(|fetcher| fetcher.store().root());
        f.debug_struct("Client")
            .field("endpoints", self.0.mast.endpoints())
            .field("cache_dir", &root.ok())
            .field("policy", &self.0.policy)
            .field("requests_made", &self.requests_made())
            .finish_non_exhaustive()
    }
}
