//! The waiting verbs of [`crate::Client`] for programs without a runtime: one line each, on a thread and a runtime of their own, so
//! that they may be called from anywhere, also from inside another runtime.

#[cfg(feature = "download")]
mod download;

use std::future::Future;

use lks_config::Loaded;
use lks_mast::{Resolution, Search, SearchResult};
use tokio::runtime::{Builder, Runtime};

use crate::error::Error;

/// [`crate::Client`] with a runtime of its own. Inside an async function it works, and blocks the thread it is called on.
///
/// ```no_run
/// use lksearch::{DownloadOptions, Provenance, Quiet, blocking::Client, k2};
///
/// let client = Client::new(&lksearch::load_settings()?)?;
/// let found = client.search(&k2("K2-18")?.with_provenance(Provenance::Hlsps))?;
/// let manifest = client.download(&found.table, &DownloadOptions::default(), &Quiet);
/// # Ok::<(), lksearch::Error>(())
/// ```
#[derive(Debug)]
pub struct Client {
    client: crate::Client,
    /// Always there until the drop.
    runtime: Option<Runtime>,
}

impl Client {
    /// See [`crate::Client::new`].
    ///
    /// # Errors
    /// As there, and [`Error::Runtime`] if the system gives no thread.
    pub fn new(loaded: &Loaded) -> Result<Self, Error> {
        Self::of(crate::Client::new(loaded)?)
    }

    /// The verbs of this client, waited for.
    ///
    /// # Errors
    /// [`Error::Runtime`] if the system gives no thread.
    pub fn of(client: crate::Client) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("lksearch")
            .enable_all()
            .build()
            .map_err(Error::Runtime)?;
        Ok(Self {
            client,
            runtime: Some(runtime),
        })
    }

    /// See [`crate::Client::search`].
    ///
    /// # Errors
    /// As there.
    pub fn search(&self, search: &Search) -> Result<SearchResult, Error> {
        self.wait(self.client.search(search))
    }

    /// See [`crate::Client::resolve`].
    ///
    /// # Errors
    /// As there.
    pub fn resolve(&self, names: &[&str]) -> Result<Vec<Resolution>, Error> {
        self.wait(self.client.resolve(names))
    }

    /// Waits for any future, such as the reading of a table of an open file.
    pub fn wait<F: Future<Output: Send> + Send>(&self, future: F) -> F::Output {
        let runtime = self.runtime.as_ref().expect("because only the drop takes it away");
        // A thread of its own, because blocking on a thread of another runtime would panic.
        let waiting = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(future)).join());
        waiting.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// The client whose verbs these are, for what does not wait.
    pub fn client(&self) -> &crate::Client {
        &self.client
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Waiting for the threads would panic inside another runtime.
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}
