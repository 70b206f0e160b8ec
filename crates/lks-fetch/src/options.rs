//! What a fetcher is told once, when it is made.

use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::source::bucket::{AwsCredential, Bucket};

/// Options of a [`Fetcher`](crate::Fetcher).
#[derive(Debug, Clone)]
pub struct Options {
    /// Files under way at once; limits per host hold besides.
    pub jobs: NonZeroUsize,
    /// Size of the parts of large objects, in bytes.
    pub part_size: u64,
    /// Objects of this size, in bytes, and larger ones are fetched in parts.
    pub split_above: u64,
    /// Another S3 endpoint, path style.
    pub s3: Option<String>,
    /// The bucket of the mirror.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// The key that signs requests to the mirror and to other buckets; without one they are anonymous.
    pub access_key: Option<Arc<AwsCredential>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: NonZeroUsize::MIN.saturating_add(7),
            part_size: 8 << 20,
            split_above: 32 << 20,
            s3: None,
            bucket: "stpubdata".to_owned(),
            region: "us-east-1".to_owned(),
            access_key: None,
        }
    }
}

impl Options {
    /// A bucket of this name, asked as the mirror is.
    pub(crate) fn bucket<'a>(&'a self, name: &'a str) -> Bucket<'a> {
        Bucket {
            endpoint: self.s3.as_deref(),
            name,
            region: &self.region,
            access_key: self.access_key.as_ref(),
        }
    }

    /// The address of the mirror's host.
    pub(crate) fn mirror(&self) -> String {
        let usual = || format!("https://{}.s3.{}.amazonaws.com", self.bucket, self.region);
        self.s3.clone().unwrap_or_else(usual)
    }

    /// The address below which the objects lie.
    pub(crate) fn objects(&self) -> String {
        match &self.s3 {
            Some(endpoint) => format!("{}/{}/", endpoint.trim_end_matches('/'), self.bucket),
            None => format!("{}/", self.mirror()),
        }
    }
}
