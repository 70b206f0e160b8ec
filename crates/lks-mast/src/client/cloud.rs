//! Where products are in the cloud: batches of look-ups, and the rules from a path to a key.

use std::collections::HashMap;

use futures::FutureExt;

use super::MastClient;
use super::batches::Batches;
use crate::error::{Error, Service};
use crate::response;

/// URIs per request; more of them make the address too long for the service (HTTP 414).
const URIS_PER_REQUEST: usize = 40;

impl MastClient {
    /// The key in the bucket of each product, by `dataURI`; `None` where MAST knows of none.
    ///
    /// A key does not prove that the object is there.
    ///
    /// # Errors
    /// When the look-up does not answer, or not in its format.
    pub async fn cloud_paths(&self, uris: &[String]) -> Result<HashMap<String, Option<String>>, Error> {
        let mut distinct: Vec<&str> = uris.iter().map(String::as_str).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let batches = Batches {
            size: URIS_PER_REQUEST,
            smallest: 1,
            is_too_much: is_too_long,
        };
        let answers: Vec<HashMap<String, Option<String>>> = batches
            .ask(&distinct, &|uris: &[&str]| self.lookup(uris).boxed())
            .await?;
        Ok(answers.into_iter().flatten().collect())
    }

    async fn lookup(&self, uris: &[&str]) -> Result<HashMap<String, Option<String>>, Error> {
        let url = self.endpoints.path_lookup(uris);
        let mut paths = self.small(Service::PathLookup, url, response::paths).await?;
        let mut key = |uri: &str| cloud_key(&paths.remove(uri).flatten()?);
        Ok(uris.iter().map(|uri| ((*uri).to_owned(), key(uri))).collect())
    }
}

/// Whether the address of a look-up was too long for the service.
fn is_too_long(error: &Error) -> bool {
    matches!(error, Error::Http { source, .. } if source.status().is_some_and(|status| status == 414))
}

/// The key in the bucket `stpubdata` for a path of the look-up, by the rules of `astroquery.mast`; `None` for a path that cannot be a key.
pub fn cloud_key(path: &str) -> Option<String> {
    let key = if path.contains("galex") {
        path.trim_start_matches('/').trim_start_matches("mast/").to_owned()
    } else if path.contains("/ps1/") {
        path.replace("/ps1/", "panstarrs/ps1/public/")
    } else if path.contains("hlsp") {
        path.replace("/hlsp_local/public/", "mast/")
    } else {
        path.to_owned()
    };
    let key = key.trim_start_matches('/');
    let odd = key.is_empty()
        || key
            .split('/')
            .any(|part| part.is_empty() || part == "." || part == "..")
        || key.contains("://");
    (!odd).then(|| key.to_owned())
}

#[cfg(test)]
mod tests;
