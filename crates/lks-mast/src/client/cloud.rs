//! Where products are in the cloud: batches of look-ups, and the rules from a path to a key.

use std::collections::HashMap;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};

use super::{CONCURRENT, MastClient};
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
        // By number, because a closure over borrowed chunks would make this future one that cannot be spawned.
        let chunks: Vec<&[&str]> = distinct.chunks(URIS_PER_REQUEST).collect();
        let batches: Vec<HashMap<String, Option<String>>> = futures::stream::iter(0..chunks.len())
            .map(|number| self.lookup(chunks[number]))
            .buffer_unordered(CONCURRENT)
            .try_collect()
            .await?;
        Ok(batches.into_iter().flatten().collect())
    }

    fn lookup<'a>(&'a self, uris: &'a [&'a str]) -> BoxFuture<'a, Result<HashMap<String, Option<String>>, Error>> {
        async move {
            match self
                .small(Service::PathLookup, self.endpoints.path_lookup(uris), response::paths)
                .await
            {
                Ok(mut paths) => Ok(uris
                    .iter()
                    .map(|uri| {
                        (
                            (*uri).to_owned(),
                            paths.remove(*uri).flatten().and_then(|path| cloud_key(&path)),
                        )
                    })
                    .collect()),
                Err(Error::Http { source, .. })
                    if uris.len() > 1 && source.status().is_some_and(|status| status == 414) =>
                {
                    let (first, second) = uris.split_at(uris.len() / 2);
                    let (mut found, rest) = futures::try_join!(self.lookup(first), self.lookup(second))?;
                    found.extend(rest);
                    Ok(found)
                }
                Err(error) => Err(error),
            }
        }
        .boxed()
    }
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
