//! Where a file lies that a user names: on the cloud, at the archive, on the web or on this machine.

use std::path::PathBuf;
use std::sync::Arc;

use lks_fits::Location;
use lks_http::{HttpClient, redact_address, redact_url};
use lks_mast::Endpoints;
use object_store::path::Path;
use url::Url;

use crate::error::Error;
use crate::fetcher::Fetcher;
use crate::options::Options;
use crate::source::bucket;
use crate::source::web::WebFile;

impl Fetcher {
    /// As [`locate`], with what this fetcher was made of.
    ///
    /// # Errors
    /// As [`locate`].
    pub fn locate(&self, text: &str) -> Result<Location, Error> {
        locate(&self.context.http, &self.context.endpoints, &self.options, text)
    }
}

/// Reads `s3://bucket/key`, `https://…`, `mast:…` or a path, so that the file can be read where it lies. Asks nobody yet, and needs no
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
    let url = if text.starts_with("mast:") {
        endpoints.product_url(text)
    } else if text.starts_with("https://") || text.starts_with("http://") {
        Url::parse(text).map_err(|error| wrong(error.to_string()))?
    } else if text.contains("://") {
        return Err(wrong("give s3://bucket/key, https://…, mast:… or a path".to_owned()));
    } else {
        return Ok(Location::from(PathBuf::from(text)));
    };
    // A path has no empty parts, as there is one in `https://`; and it stands in messages.
    let name = match text.starts_with("mast:") {
        true => Path::from(text),
        false => Path::from(redact_url(&url).split_once("://").map_or("", |(_, name)| name)),
    };
    let file = WebFile::new(http.clone(), url);
    Ok(Location::object(Arc::new(file), name))
}
