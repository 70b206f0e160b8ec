//! What the user wants, as far as it decides where bytes come from.

use lks_cache::Level;

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
    pub verify: Level,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            prefer_cloud: true,
            cloud_only: false,
            download_cloud: true,
            check_sizes: true,
            force: false,
            verify: Level::Stat,
        }
    }
}

impl Policy {
    /// What a file must pass to be taken from the store.
    pub fn level(&self) -> Level {
        if self.check_sizes { self.verify } else { Level::Exists }
    }

    pub(crate) fn is_archive_first(&self) -> bool {
        !self.prefer_cloud && !self.cloud_only && self.download_cloud
    }
}
