//! Where a file lies that a user names: on the cloud, at the archive, on the web or on this machine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use lks_cache::{Lookup, MissReason};
use lks_fits::Location;
use lks_http::{HttpClient, redact_address, redact_url};
use lks_mast::Endpoints;
use object_store::path::Path;
use url::Url;

use crate::blocking::blocking;
use crate::error::Error;
use crate::fetcher::Fetcher;
use crate::options::Options;
use crate::plan::policy::Policy;
use crate::source::bucket;
use crate::source::web::WebFile;

impl Fetcher {
    /// The location of the file: as [`locate`], but a `mast:` file that is in the store, and passes there what the policy asks for, is found there.
    ///
    /// # Errors
    /// As [`locate`].
    pub async fn locate(&self, text: &str, policy: &Policy) -> Result<Location, Error> {
        if text.starts_with("mast:")
            && let Some(path) = self.stored(text, policy).await
        {
            tracing::info!("{text} is in the cache: {}", path.display());
            return Ok(path.into());
        }
        locate(&self.context.http, &self.context.endpoints, &self.options, text)
    }

    async fn stored(&self, uri: &str, policy: &Policy) -> Option<PathBuf> {
        let (store, policy, uri) = (self.context.store.clone(), policy.clone(), uri.to_owned());
        let found = blocking(move || store.lookup_uri(&uri, policy.level(), SystemTime::now())).await;
        match found {
            Ok(Lookup::Hit(entry)) => {
                if let Some(odd) = &entry.noticed {
                    tracing::warn!("{}: {odd}", entry.path.display());
                }
                Some(entry.path)
            }
            Ok(Lookup::Miss(MissReason::Damaged { damage, .. })) => {
                tracing::warn!(%damage, "the file in the cache is not used");
                None
            }
            Ok(Lookup::Miss(_)) => None,
            Err(error) => {
                tracing::warn!(%error, "the cache is not used");
                None
            }
        }
    }
}

/// Reads `s3://bucket/key`, `https://…`, `mast:…` or a path, so that the file can be read there. Sends nothing yet, and needs no
/// store.
///
/// # Errors
/// [`Error::Location`] for a text that is none of these.
pub fn locate(http: &HttpClient, endpoints: &Endpoints, options: &Options, text: &str) -> Result<Location, Error> {
    let wrong = |reason: String| Error::Location {
        text: redact_address(text).into_owned(),
        reason,
    };
    if let Some(rest) = text.strip_prefix("s3:") {
        let parts = rest.strip_prefix("//").and_then(|rest| rest.split_once('/'));
        let Some((bucket, key)) = parts.filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty()) else {
            return Err(wrong("an S3 location is s3://bucket/key".to_owned()));
        };
        let key = Path::parse(key).map_err(|error| wrong(error.to_string()))?;
        let store = bucket::store(http, &options.bucket(bucket))?;
        return Ok(Location::object(store, key));
    }
    // The name is a path, which has no empty parts, as there is one in `https://`; and it stands in messages.
    let (url, name) = if text.starts_with("mast:") {
        (endpoints.product_url(text), Path::from(text))
    } else if text.starts_with("https://") || text.starts_with("http://") {
        let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
        let name = Path::from(redact_url(&url).split_once("://").map_or("", |(_, name)| name));
        (url, name)
    } else if text.contains("://") {
        return Err(wrong("give s3://bucket/key, https://…, mast:… or a path".to_owned()));
    } else {
        return Ok(Location::from(PathBuf::from(text)));
    };
    let file = WebFile::new(http.clone(), url);
    Ok(Location::object(Arc::new(file), name))
}
