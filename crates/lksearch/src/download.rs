//! What a client does with files: plan, fetch, keep and open them.

use lks_cache::{Key, Store};
use lks_catalog::StarCatalog;
use lks_fetch::{
    Authorship, Checked, CutoutStars, DownloadOptions, Fetcher, Lock, Locking, Manifest, Plan, Planning, Policy,
    PortablePlan, Progress, product_of,
};
use lks_fits::FitsFile;
use lks_mast::{Kind, Product, Search};
use lks_table::Table;

use crate::client::{Client, Inner};
use crate::error::Error;

impl Client {
    /// What a download of these rows would do: what would be fetched, from where, and how much. Asks the archive only for locations in the cloud.
    ///
    /// What could not be found out is a warning of the plan. Of the table of a [`PortablePlan`] nothing is asked.
    ///
    /// ```no_run
    /// # async fn example(client: &lksearch::Client, table: &lksearch::Table) -> Result<(), lksearch::Error> {
    /// let plan = client.plan(table, &lksearch::DownloadOptions::default()).await;
    /// println!("{}", plan.to_table()?.num_rows());
    /// let manifest = client.run(plan, &lksearch::Quiet).await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn plan(&self, table: &Table, options: &DownloadOptions) -> Plan {
        let policy = self.policy(options);
        match &self.0.files.fetcher {
            Ok(fetcher) => fetcher.plan_table(table, options.cutout_size, &policy).await,
            Err(nowhere) => Plan::refused(
                Product::of_table(table, options.cutout_size),
                policy,
                &nowhere.to_string(),
            ),
        }
    }

    /// These rows with the places of their files, as a table for other machines: its shards, or all of it, are downloaded there as any table is,
    /// and nobody asks for the places again.
    ///
    /// ```no_run
    /// use std::num::NonZeroU32;
    ///
    /// use lksearch::fetch::Authorship;
    ///
    /// # async fn example(client: &lksearch::Client, table: &lksearch::Table) -> Result<(), lksearch::Error> {
    /// let plan = client.portable_plan(table, &lksearch::DownloadOptions::default(), Authorship::default()).await?;
    /// for shard in plan.shards(NonZeroU32::new(8).expect("8 is not 0"))? {
    ///     let shard = shard?;
    ///     let name = shard.header.shard.expect("it is one").filename();
    ///     lksearch::Format::Parquet.write(shard.table(), std::fs::File::create(name).expect("there is room"))?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Fetch`] if the places cannot be looked up, [`Error::Settings`] if nothing says where the store is.
    pub async fn portable_plan(
        &self,
        table: &Table,
        options: &DownloadOptions,
        authorship: Authorship,
    ) -> Result<PortablePlan, Error> {
        let (fetcher, policy) = (self.fetcher()?, self.policy(options));
        Ok(fetcher
            .portable_plan(table, options.cutout_size, &policy, authorship)
            .await?)
    }

    /// As [`Client::portable_plan`] for tables that come in parts, such as those of [`Client::list`], which need not fit into memory.
    ///
    /// ```no_run
    /// use lksearch::fetch::Authorship;
    /// use lksearch::{DownloadOptions, Mission, Search, Target};
    ///
    /// # async fn example(client: &lksearch::Client) -> Result<(), lksearch::Error> {
    /// let mut listing = client.list(&Search::new(Mission::Tess, Target::Any).with_sector(14))?;
    /// let mut planning = client.planning(&DownloadOptions::default(), Authorship::default())?;
    /// while let Some(part) = listing.next().await? {
    ///     println!("{:?}", planning.part(&part.table).await?);
    /// }
    /// println!("{}", planning.header().id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Settings`] if nothing says where the store is.
    pub fn planning(&self, options: &DownloadOptions, authorship: Authorship) -> Result<Planning, Error> {
        Ok(self
            .fetcher()?
            .planning(options.cutout_size, &self.policy(options), authorship))
    }

    /// What would be done to have the files of these keys of the store again, such as those that a verification found damaged. One that
    /// the archive does not serve by its URI is not among the steps.
    pub async fn plan_repair(&self, keys: &[Key]) -> Plan {
        let rows = keys.iter().filter_map(product_of).map(Ok).collect();
        let policy = &self.0.files.policy;
        match &self.0.files.fetcher {
            Ok(fetcher) => fetcher.plan(rows, policy).await,
            Err(nowhere) => Plan::refused(rows, policy.clone(), &nowhere.to_string()),
        }
    }

    /// Brings the files of these rows into the store, unless they are there. One row of the manifest per row of the table, in its
    /// order; a file that cannot be had is a row, not an error.
    ///
    /// # Cancellation
    /// Dropping the future stops the transfers; a file is in the store completely or not at all.
    pub async fn download(&self, table: &Table, options: &DownloadOptions, progress: &dyn Progress) -> Manifest {
        let plan = self.plan(table, options).await;
        self.run(plan, progress).await
    }

    /// Cuts target pixel files out of the full-frame images of TESS, one for each sector of the search that saw its target: `search` says target and sectors, `options`
    /// how large they are and where they come from. A cutout that is in the store is not asked for again.
    ///
    /// ```no_run
    /// use lksearch::{CutoutSize, DownloadOptions, tess};
    ///
    /// # async fn example(client: &lksearch::Client) -> Result<(), lksearch::Error> {
    /// let options = DownloadOptions::default().with_cutout_size(CutoutSize { ny: 15, nx: 15 });
    /// let manifest = client.cutout(&tess("TOI 1161")?.with_sector(14), &options, &lksearch::Quiet).await?;
    /// println!("{:?}", manifest.rows[0].local_path);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Client::search`]. Where no image shows the target, the manifest has no rows.
    ///
    /// # Cancellation
    /// As [`Client::download`].
    pub async fn cutout(
        &self,
        search: &Search,
        options: &DownloadOptions,
        progress: &dyn Progress,
    ) -> Result<Manifest, Error> {
        let found = self.search(&search.clone().with_kind(Kind::TessCut)).await?;
        Ok(self.download(&found.table, options, progress).await)
    }

    /// Does what [`Client::plan`] has planned.
    pub async fn run(&self, plan: Plan, progress: &dyn Progress) -> Manifest {
        match &self.0.files.fetcher {
            Ok(fetcher) => {
                let stars = self.stars(&plan);
                fetcher.run_with_stars(plan, stars, progress).await
            }
            Err(nowhere) => Manifest::refused(&plan, &nowhere.to_string()),
        }
    }

    /// Locks these rows: their exact bytes, of which a [`Lock`] is written. Files that are not in the store are fetched first, but for rows of
    /// a manifest that state their SHA-256.
    ///
    /// ```no_run
    /// use lksearch::fetch::Lock;
    ///
    /// # async fn example(client: &lksearch::Client, table: &lksearch::Table) -> Result<(), Box<dyn std::error::Error>> {
    /// let locking = client.lock(table, &lksearch::DownloadOptions::default(), &lksearch::Quiet).await?;
    /// assert_eq!(locking.left_out, []);
    /// let lock = Lock::new("my program 1.0", "2026-11-30", ["TOI 1161, sector 14"], locking.products);
    /// std::fs::write("lksearch.lock", lock.to_text())?;
    /// // Years later:
    /// let lock = Lock::parse(&std::fs::read("lksearch.lock")?)?;
    /// let manifest = client.run(client.plan_sync(&lock).await?, &lksearch::Quiet).await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Settings`] if nothing says where the store is.
    pub async fn lock(
        &self,
        table: &Table,
        options: &DownloadOptions,
        progress: &dyn Progress,
    ) -> Result<Locking, Error> {
        let (policy, fetcher) = (self.policy(options), self.fetcher()?);
        Ok(fetcher.lock(table, options.cutout_size, &policy, progress).await)
    }

    /// What would be done to have exactly the bytes of the lock, for [`Client::run`]; see [`Fetcher::plan_sync`].
    ///
    /// # Errors
    /// As [`Client::lock`].
    pub async fn plan_sync(&self, lock: &Lock) -> Result<Plan, Error> {
        Ok(self.fetcher()?.plan_sync(lock, &self.0.files.policy).await)
    }

    /// How the products of the lock compare with the store and, if `asks`, with what their sources serve; nothing is changed.
    ///
    /// # Errors
    /// As [`Client::lock`].
    pub async fn check_lock(&self, lock: &Lock, asks: bool) -> Result<Vec<Checked>, Error> {
        Ok(self.fetcher()?.check(lock, asks).await)
    }

    /// Opens a FITS file at its location, without downloading it: `s3://bucket/key`, `https://…`, `mast:…` or a path. A `mast:` file that is in
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

    /// The location of the file that [`Client::open`] would open: for opening it with other options, or reading its raw bytes.
    ///
    /// # Errors
    /// [`Error::Fetch`] for any other location.
    pub async fn locate(&self, location: &str) -> Result<lks_fits::Location, Error> {
        let Inner { http, mast, files, .. } = &*self.0;
        Ok(match &files.fetcher {
            Ok(fetcher) => fetcher.locate(location, &files.policy).await?,
            Err(_) => lks_fetch::locate(http, mast.endpoints(), &files.options, location)?,
        })
    }

    /// The store of files.
    ///
    /// # Errors
    /// [`Error::Settings`] if nothing says where it is.
    pub fn store(&self) -> Result<&Store, Error> {
        Ok(self.fetcher()?.store())
    }

    fn policy(&self, options: &DownloadOptions) -> Policy {
        options.policy(&self.0.files.policy)
    }

    /// What the TESS Input Catalog knows of the stars of the plan's cutouts.
    fn stars(&self, plan: &Plan) -> CutoutStars {
        match self.catalogs_fit_archive() {
            false => CutoutStars::unknown(),
            true => CutoutStars::at(&plan.places_in_cubes(), |positions| {
                let catalog = self.0.catalog.noting();
                async move {
                    let stars = catalog.stars_at(StarCatalog::Tic, &positions).await;
                    stars.map_err(|error| error.to_string())
                }
            }),
        }
    }

    fn fetcher(&self) -> Result<&Fetcher, Error> {
        match &self.0.files.fetcher {
            Ok(fetcher) => Ok(fetcher),
            Err(nowhere) => Err(Error::Settings(nowhere.clone().into())),
        }
    }
}
