//! What a client needs to bring files and to keep them.

use std::fmt;

use lks_config::NoDirectory;
use lks_fetch::{Fetcher, Policy};
use lks_http::HttpClient;
use lks_mast::MastClient;

use crate::error::Error;
use crate::wiring::FileParts;

/// What brings files and keeps them.
pub(crate) struct Files {
    pub(crate) options: lks_fetch::Options,
    pub(crate) policy: Policy,
    /// None if there is no directory to keep files in.
    pub(crate) fetcher: Result<Fetcher, NoDirectory>,
}

impl Files {
    pub(crate) fn new(http: &HttpClient, mast: &MastClient, parts: FileParts) -> Result<Self, Error> {
        let FileParts {
            options,
            policy,
            cache_dir,
        } = parts;
        let fetcher = match cache_dir {
            Ok(directory) => {
                let store = lks_fetch::store_at(directory);
                Ok(Fetcher::new(http.clone(), mast.clone(), store, options.clone())?)
            }
            Err(nowhere) => Err(nowhere),
        };
        Ok(Self {
            options,
            policy,
            fetcher,
        })
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.fetcher.as_ref().map(|fetcher| fetcher.store().root());
        f.debug_struct("Files")
            .field("cache_dir", &root.ok())
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
