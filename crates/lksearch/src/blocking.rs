//! The waiting verbs of [`crate::Client`] for programs without a runtime: one line each, on a runtime thread of their own.

use std::future::Future;

use lks_config::Loaded;
use lks_fetch::{Manifest, Plan, Progress};
use lks_mast::Search;
use lks_table::Table;
use tokio::runtime::{Builder, Runtime};

use crate::client::DownloadOptions;
use crate::error::Error;
use crate::result::SearchResult;

/// [`crate::Client`] with its own runtime. Not for use inside an async function.
pub struct Client {
    client: crate::Client,
    runtime: Runtime,
}

impl Client {
    /// See [`crate::Client::new`].
    ///
    /// # Errors
    /// As there, and [`Error::File`] if the system gives no thread.
    pub fn new(loaded: &Loaded) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("lksearch")
            .enable_all()
            .build();
        let runtime = runtime.map_err(|source| Error::File {
            operation: "start",
            path: "a runtime thread".to_owned(),
            source,
        })?;
        Ok(Self {
            client: crate::Client::new(loaded)?,
            runtime,
        })
    }

    /// See [`crate::Client::search`].
    ///
    /// # Errors
    /// As there.
    pub fn search(&self, search: &Search) -> Result<SearchResult, Error> {
        self.wait(self.client.search(search))
    }

    /// See [`crate::Client::plan`].
    pub fn plan(&self, table: &Table, options: &DownloadOptions) -> Plan {
        self.wait(self.client.plan(table, options))
    }

    /// See [`crate::Client::download`].
    pub fn download(&self, table: &Table, options: &DownloadOptions, progress: &dyn Progress) -> Manifest {
        self.wait(self.client.download(table, options, progress))
    }

    /// See [`crate::Client::run`].
    pub fn run(&self, plan: Plan, progress: &dyn Progress) -> Manifest {
        self.wait(self.client.run(plan, progress))
    }

    /// The client whose verbs these are, for what does not wait.
    pub fn client(&self) -> &crate::Client {
        &self.client
    }

    fn wait<F: Future>(&self, verb: F) -> F::Output {
        self.runtime.block_on(verb)
    }
}
