//! What the user wants, as far as it decides where bytes come from.

use lks_cache::Level;

use crate::store::content::check_content;

/// What the user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Take the cloud first where a product is in both places.
    pub prefer_cloud: bool,
    /// Only products on the cloud.
    pub cloud_only: bool,
    /// `false`: give the `s3://` URI of cloud products instead of downloading them.
    pub download_cloud: bool,
    /// `false`: a file that is there is taken as it is.
    pub check_sizes: bool,
    /// Fetch even what is there, and replace it.
    pub force: bool,
    /// What a kept file must pass.
    pub verify: Verify,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            prefer_cloud: true,
            cloud_only: false,
            download_cloud: true,
            check_sizes: true,
            force: false,
            verify: Verify::Stat,
        }
    }
}

impl Policy {
    /// What a file must pass to be taken from the store.
    pub fn level(&self) -> Level<'static> {
        match self.verify {
            _ if !self.check_sizes => Level::Exists,
            verify => verify.level(),
        }
    }

    pub(crate) fn is_archive_first(&self) -> bool {
        !self.prefer_cloud && !self.cloud_only && self.download_cloud
    }
}

/// What a kept file must pass to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verify {
    /// It is there.
    Exists,
    /// Size and times are those of the record.
    Stat,
    /// Its bytes have the recorded hash.
    Sha256,
    /// The same; what its structure and the checksums in it say besides is noted, once.
    Fits,
}

impl Verify {
    /// The store's word for it.
    pub fn level(self) -> Level<'static> {
        match self {
            Self::Exists => Level::Exists,
            Self::Stat => Level::Stat,
            Self::Sha256 => Level::Sha256,
            Self::Fits => Level::Content(&check_content),
        }
    }
}
