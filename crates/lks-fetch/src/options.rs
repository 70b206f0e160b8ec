//! The options of a fetcher, given once when it is made.

use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::source::bucket::{AwsCredential, Bucket};

/// Options of a [`Fetcher`](crate::Fetcher).
#[derive(Debug, Clone)]
#[non_exhaustive]
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
    /// Every check that a source or a file offers is made, not only one that is enough.
    pub all_checks: bool,
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
            all_checks: false,
        }
    }
}

impl Options {
    /// With this many files in transfer at once.
    #[must_use]
    pub fn with_jobs(self, jobs: NonZeroUsize) -> Self {
        Self { jobs, ..self }
    }

    /// With parts of this size, in bytes, for large objects.
    #[must_use]
    pub fn with_part_size(self, part_size: u64) -> Self {
        Self { part_size, ..self }
    }

    /// With parts for objects of this size, in bytes, and larger ones.
    #[must_use]
    pub fn with_split_above(self, split_above: u64) -> Self {
        Self { split_above, ..self }
    }

    /// With another S3 endpoint, path style; `None` is Amazon's.
    #[must_use]
    pub fn with_s3(self, s3: Option<String>) -> Self {
        Self { s3, ..self }
    }

    /// With this bucket as the mirror, in that region.
    #[must_use]
    pub fn with_bucket(self, bucket: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            bucket: bucket.into(),
            region: region.into(),
            ..self
        }
    }

    /// With this key to sign requests to buckets; without one they are anonymous.
    #[must_use]
    pub fn with_access_key(self, access_key: Option<Arc<AwsCredential>>) -> Self {
        Self { access_key, ..self }
    }

    /// With every check that a source or a file offers, or only one that is enough. A FITS file with a right `CHECKSUM` in every HDU is not
    /// compared with an MD5 of the source besides, unless all checks are wanted: that one takes more time than everything else.
    #[must_use]
    pub fn with_all_checks(self, all_checks: bool) -> Self {
        Self { all_checks, ..self }
    }

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
