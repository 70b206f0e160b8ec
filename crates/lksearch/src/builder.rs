//! The settings of a client, said in Rust.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use lks_config::Sources;

use crate::client::Client;
use crate::error::Error;

/// What messages and `config show --origin` call a setting that was made here.
const FLAG: &str = "Client::builder";

/// Makes a [`Client`]: the settings of this process (built-in defaults, the user's files, the environment) and, over them, what is set here.
///
/// ```no_run
/// let client = lksearch::Client::builder()
///     .with_cache_dir("/data/tess")
///     .with_setting("fetch.jobs", "4")
///     .build()?;
/// # Ok::<(), lksearch::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientBuilder {
    sources: Sources,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            sources: Sources::from_process(),
        }
    }

    /// Takes the settings from these sources instead of the process; [`Sources::isolated`] reads neither files nor the environment.
    #[must_use]
    pub fn with_sources(self, sources: Sources) -> Self {
        Self { sources }
    }

    /// Keeps files in this directory, which need not exist.
    #[must_use]
    pub fn with_cache_dir(self, directory: impl AsRef<Path>) -> Self {
        self.with_setting("cache_dir", directory.as_ref())
    }

    /// Gives answers of the archive that are not older than this without asking again: a day unless the settings say otherwise, `0` asks always. Each
    /// [`SearchResult`](crate::SearchResult) says which of its answers were kept, and from when.
    #[must_use]
    pub fn with_max_age(self, age: Duration) -> Self {
        self.with_setting("search.max_age", format!("{}s", age.as_secs()))
    }

    /// Asks no server: answers that were kept are given, however old, and what was never asked is an error of the kind [`Offline`](crate::ErrorKind::Offline).
    #[must_use]
    pub fn with_offline(self, offline: bool) -> Self {
        self.with_setting("offline", offline.to_string())
    }

    /// Asks another archive and another name resolver, such as a mirror or the sandbox, by their URLs.
    #[must_use]
    pub fn with_archive(self, mast: &str, resolver: &str) -> Self {
        self.with_setting("endpoints.mast", mast)
            .with_setting("endpoints.resolver", resolver)
    }

    /// Fetches the objects of the cloud from this S3 endpoint, path style.
    #[must_use]
    pub fn with_s3_endpoint(self, url: &str) -> Self {
        self.with_setting("endpoints.s3", url)
    }

    /// Sets any of the [settings](https://github.com/lightkurve/lksearch-rs/blob/main/docs/reference/settings.md) by its key, as text.
    #[must_use]
    pub fn with_setting(self, key: &str, value: impl Into<OsString>) -> Self {
        Self {
            sources: self.sources.with_override(key, value, FLAG),
        }
    }

    /// The client.
    ///
    /// # Errors
    /// [`Error::Settings`] names everything that is wrong with the settings; else as [`Client::new`].
    pub fn build(self) -> Result<Client, Error> {
        Client::new(&lks_config::load(&self.sources)?)
    }

    /// The client with a runtime of its own.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`], and [`Error::Runtime`] if the system gives no thread.
    pub fn build_blocking(self) -> Result<crate::blocking::Client, Error> {
        crate::blocking::Client::of(self.build()?)
    }
}
