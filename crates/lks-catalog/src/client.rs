//! The services together, and what is known of their tables.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use lks_answers::Answers;
use lks_http::HttpClient;
use lks_mast::{KeptAnswer, Notes, Warning};
use url::Url;

use crate::adql;
use crate::error::{CatalogService, Error};
use crate::schema::Schema;
use crate::star_catalog::StarCatalog;
use crate::tap::{Query, Tap};

/// Where the services are: each an address of [TAP](https://www.ivoa.net/documents/TAP/), without `/sync`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogEndpoints {
    /// VizieR, which has all catalogues but Gaia DR4.
    pub tap: Url,
    /// SIMBAD, which has the names.
    pub simbad: Url,
    /// The Gaia archive, which has what leads from one release to the next.
    pub gaia: Url,
    /// Under which name answers are kept, if not by these addresses, because they change.
    pub name: Option<String>,
}

impl CatalogEndpoints {
    /// Reads the three addresses.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] when one is not an absolute `http` or `https` URL.
    pub fn parse(tap: &str, simbad: &str, gaia: &str) -> Result<Self, Error> {
        let read = |text: &str| {
            let url = Url::parse(text).ok();
            let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            url.ok_or_else(|| {
                Error::invalid(format!(
                    "'{text}' is not the address of a service; write 'https://host/path'"
                ))
            })
        };
        Ok(Self {
            tap: read(tap)?,
            simbad: read(simbad)?,
            gaia: read(gaia)?,
            name: None,
        })
    }

    /// The same services, whose answers are kept under this name, because their addresses change.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// VizieR and SIMBAD of the CDS in Strasbourg, and ESA's Gaia archive.
    pub fn public() -> Self {
        Self::parse(
            "https://tapvizier.cds.unistra.fr/TAPVizieR/tap",
            "https://simbad.cds.unistra.fr/simbad/sim-tap",
            "https://gea.esac.esa.int/tap-server/tap",
        )
        .expect("because all are written correctly here")
    }
}

/// Asks catalogues of stars. Cheap to clone; clones share connections and limits.
#[derive(Debug, Clone)]
pub struct CatalogClient {
    pub(crate) vizier: Tap,
    pub(crate) simbad: Tap,
    pub(crate) gaia: Tap,
    schemas: Arc<Mutex<HashMap<StarCatalog, Schema>>>,
    notes: Notes,
}

impl CatalogClient {
    /// A client that asks these services through that transport.
    pub fn new(http: HttpClient, endpoints: &CatalogEndpoints) -> Self {
        let tap = |url, service| Tap::new(http.clone(), url, endpoints.name.as_deref(), service);
        Self {
            vizier: tap(&endpoints.tap, CatalogService::Vizier),
            simbad: tap(&endpoints.simbad, CatalogService::Simbad),
            gaia: tap(&endpoints.gaia, CatalogService::Gaia),
            schemas: Arc::default(),
            notes: Notes::default(),
        }
        .noting()
    }

    /// The same client giving answers that were kept, where they are fresh, and keeping those that it gets.
    #[must_use]
    pub fn with_answers(mut self, answers: &Answers) -> Self {
        self.each_service(|tap| tap.answers = answers.clone());
        self
    }

    /// The same client with notes of its own, for the questions of one task: see [`reused`](Self::reused).
    #[must_use]
    pub fn noting(&self) -> Self {
        let (mut client, notes) = (self.clone(), Notes::default());
        client.each_service(|tap| tap.notes = notes.clone());
        client.notes = notes;
        client
    }

    /// The services of which kept answers were given since this was asked the last time, with the dates of the oldest ones, and warnings about those that failed
    /// and of which an older answer was given for that reason.
    pub fn reused(&self) -> (Vec<KeptAnswer>, Vec<Warning>) {
        self.notes.reused()
    }

    /// What the work comes to, once everything that was answered meanwhile is on disk. Waited for at the end, because what is answered is worked on while it is written.
    pub(crate) async fn settled<T>(&self, work: BoxFuture<'_, Result<T, Error>>) -> Result<T, Error> {
        let outcome = work.await;
        // All services share what they are writing.
        self.vizier.answers.settle().await;
        outcome
    }

    fn each_service(&mut self, change: impl Fn(&mut Tap)) {
        [&mut self.vizier, &mut self.simbad, &mut self.gaia]
            .into_iter()
            .for_each(change);
    }

    /// The service that has the catalogue.
    pub(crate) fn service_of(&self, catalogue: StarCatalog) -> &Tap {
        match catalogue.source().service {
            CatalogService::Vizier => &self.vizier,
            CatalogService::Simbad => &self.simbad,
            CatalogService::Gaia => &self.gaia,
        }
    }

    /// The columns of a catalogue, if they were asked for.
    pub(crate) fn known_schema(&self, catalogue: StarCatalog) -> Option<Schema> {
        let schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        schemas.get(&catalogue).cloned()
    }

    /// The columns of a catalogue, asked for once.
    pub(crate) async fn schema(&self, catalogue: StarCatalog) -> Result<Schema, Error> {
        if let Some(schema) = self.known_schema(catalogue) {
            return Ok(schema);
        }
        let source = catalogue.source();
        let columns = match self.columns_of(catalogue, source.table).await {
            // A service without such a list may have the table all the same.
            Err(Error::Remote { .. } | Error::Answer { .. }) if source.is_known => Vec::new(),
            columns => columns?,
        };
        let schema = match columns.is_empty() {
            false => Schema::of(source, &columns)?,
            true if source.is_known => Schema::declared(source)?,
            true => {
                return Err(Error::SchemaChanged {
                    service: source.service,
                    what: format!("table {}: {} is not there yet", source.table, catalogue.label()),
                });
            }
        };
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(schemas.entry(catalogue).or_insert(schema).clone())
    }

    async fn columns_of(&self, catalogue: StarCatalog, table: &str) -> Result<Vec<String>, Error> {
        // Which columns there are is no part of a result, and its age need not be told.
        let service = self.service_of(catalogue).unnoted();
        let query = Query::new(format!("the columns of {table}"), adql::columns_of(table));
        let answer = service.ask(&query).await?;
        match answer.is_cut {
            true => Err(service.always_cut(answer.table.num_rows())),
            false => Ok(answer.table.texts("column_name").flatten().map(str::to_owned).collect()),
        }
    }
}
