//! One value that holds the parts together: search, download, open.

use std::fmt;
use std::sync::Arc;

use lks_catalog::CatalogClient;
use lks_config::Loaded;
use lks_http::HttpClient;
use lks_mast::{EmptyReason, MastClient, Mission, Search, SearchResult, Target};
use lks_table::Table;

use crate::builder::ClientBuilder;
use crate::error::Error;
#[cfg(feature = "download")]
use crate::files::Files;
use crate::wiring::{self, Parts};

/// The name of the archive that a program of this version has in itself, for [`Client::of_archive`]: what it has depends on the program only.
pub const SANDBOX: &str = concat!("sandbox ", env!("CARGO_PKG_VERSION"));

/// The way to the archive, the cloud and the store. Cheap to clone; clones share connections and limits.
///
/// ```no_run
/// use lksearch::{Client, DownloadOptions, Kind, Status, kepler};
///
/// # async fn example() -> Result<(), lksearch::Error> {
/// let client = Client::new(&lksearch::load_settings()?)?;
/// let found = client.search(&kepler("KIC 11904151")?.with_quarter(3).with_kind(Kind::Timeseries)).await?;
/// let progress = |event: lksearch::Event| eprintln!("{event:?}");
/// let manifest = client.download(&found.table, &DownloadOptions::default(), &progress).await;
/// let num_there = manifest.rows.iter().filter(|row| row.status == Status::Complete).count();
/// println!("{num_there} of {} files, {} requests", found.len(), client.requests_made());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) http: HttpClient,
    pub(crate) mast: MastClient,
    pub(crate) catalog: CatalogClient,
    pub(crate) is_one_sky: bool,
    extra_columns: Vec<String>,
    #[cfg(feature = "download")]
    pub(crate) files: Files,
}

impl Client {
    /// A client of the settings of this process and of what is changed in them; see [`ClientBuilder`].
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Wires the parts together. Nothing is created or sent yet. Without a directory to keep files in, because there is no home directory
    /// for instance, it searches and opens files; a row of a download is then an error that says so.
    ///
    /// # Errors
    /// [`Error::File`] if something else than a directory is where files are to be kept, [`Error::Connection`] if no client can be made (no CA
    /// certificates on this machine, for instance).
    pub fn new(loaded: &Loaded) -> Result<Self, Error> {
        Self::wired(loaded, None)
    }

    /// As [`Client::new`], for an archive whose address changes from run to run, such as one on a free port of this machine: what it answered is kept under
    /// this name, and found again at another address.
    ///
    /// # Errors
    /// As there.
    pub fn of_archive(loaded: &Loaded, name: &str) -> Result<Self, Error> {
        Self::wired(loaded, Some(name))
    }

    fn wired(loaded: &Loaded, archive: Option<&str>) -> Result<Self, Error> {
        let Parts {
            http,
            endpoints,
            catalogues,
            is_one_sky,
            offline,
            answers,
            extra_columns,
            #[cfg(feature = "download")]
            files,
        } = wiring::parts(loaded)?;
        let http = if offline {
            wiring::offline_client()
        } else {
            HttpClient::new(&http)?
        };
        let (endpoints, catalogues) = match archive {
            Some(name) => (endpoints.with_name(name), catalogues.with_name(name)),
            None => (endpoints, catalogues),
        };
        let catalog = CatalogClient::new(http.clone(), &catalogues).with_answers(&answers);
        let mast = MastClient::new(http.clone(), endpoints).with_answers(answers);
        #[cfg(feature = "download")]
        let files = Files::new(&http, &mast, files)?;
        Ok(Self(Arc::new(Inner {
            http,
            mast,
            catalog,
            is_one_sky,
            extra_columns,
            #[cfg(feature = "download")]
            files,
        })))
    }

    /// What the archive has for the target of the search. An empty table carries the reason why it is empty. Where nothing is found under a name, the star is
    /// searched for once more by the numbers that the mission has of it, or by the place where it was when the mission observed. A search of
    /// [`Mission::All`] asks each mission by its own numbers of the star.
    ///
    /// # Errors
    /// [`Error::Archive`] if the question has no meaning or the archive does not answer it; of a search of [`Mission::All`] also
    /// [`Error::Catalog`] if SIMBAD or VizieR does not answer.
    pub async fn search(&self, search: &Search) -> Result<SearchResult, Error> {
        let mut found = match search.mission {
            Mission::All if self.0.is_one_sky => self.0.catalog.search_all(&self.0.mast, search).await?,
            _ => self.0.mast.search(search).await?,
        };
        if self.is_worth_another_search(search, &found)
            // The reason stands without this; what fails here is not worth a word.
            && let Ok(Some(again)) = self.0.catalog.search_again(&self.0.mast, search).await
        {
            found = again;
        }
        found.extra_columns.clone_from(&self.0.extra_columns);
        Ok(found)
    }

    /// The products of observations that the caller has, such as a table of another program, as those of a search for a target; only mission and filters of the
    /// search count.
    ///
    /// # Errors
    /// [`Error::Archive`] if the table has no observations of MAST, or the archive does not answer.
    pub async fn products_of_observations(&self, search: &Search, observations: &Table) -> Result<SearchResult, Error> {
        let mut found = self.0.mast.products_of_observations(search, observations).await?;
        found.extra_columns.clone_from(&self.0.extra_columns);
        Ok(found)
    }

    /// Whether a star of which nothing is found under its name may be found under its numbers or at its place.
    pub(crate) fn is_worth_another_search(&self, search: &Search, found: &SearchResult) -> bool {
        let is_unknown =
            |reason: &EmptyReason| matches!(reason, EmptyReason::NotObserved { .. } | EmptyReason::Unresolved { .. });
        matches!((&search.target, search.radius), (Target::Name(_), None))
            && self.0.is_one_sky
            && found.empty_reason.as_ref().is_some_and(is_unknown)
    }

    /// What every service says about these names: positions in degrees, ICRS. One answer per name, in their order; one request per 30 names.
    ///
    /// # Errors
    /// [`Error::Archive`] if the resolver does not answer.
    pub async fn resolve(&self, names: &[&str]) -> Result<Vec<lks_mast::Resolution>, Error> {
        Ok(self.0.mast.resolve(names).await?)
    }

    /// The catalogues of stars: the stars around a position, look-ups and cross-matches of ids, names. What they answered is kept as the archive's answers are;
    /// [`CatalogClient::reused`] tells of which services kept answers were given.
    ///
    /// ```no_run
    /// use lksearch::catalog::{StarCatalog, Cone, Epoch};
    ///
    /// # async fn example(client: &lksearch::Client) -> Result<(), lksearch::Error> {
    /// let around = Cone::new(StarCatalog::GaiaDr3, "285.6794 +50.2413".parse()?, "100arcsec".parse()?);
    /// let stars = client.catalog().cone(&around.with_epoch(Epoch::year(2019.55)?)).await?;
    /// println!("{} stars", stars.table.num_rows());
    /// # Ok(())
    /// # }
    /// ```
    pub fn catalog(&self) -> &CatalogClient {
        &self.0.catalog
    }

    /// Whether the catalogues have the stars of the archive: not if one of both is a miniature on this machine, and the other is not.
    pub fn catalogs_fit_archive(&self) -> bool {
        self.0.is_one_sky
    }

    /// The hosts from which nothing comes at the moment, and why: for a line to a user who waits.
    pub fn waits(&self) -> Vec<lks_http::HostWait> {
        self.0.http.waits()
    }

    /// Requests sent so far by this client and its clones.
    pub fn requests_made(&self) -> u64 {
        self.0.http.requests_made()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Client");
        shown.field("endpoints", self.0.mast.endpoints());
        #[cfg(feature = "download")]
        shown.field("files", &self.0.files);
        shown
            .field("requests_made", &self.requests_made())
            .finish_non_exhaustive()
    }
}
