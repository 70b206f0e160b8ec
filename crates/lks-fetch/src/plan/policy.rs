//! What the user wants, as far as it decides where bytes come from.

use lks_cache::Level;

/// What the user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Prefer the cloud where a product is in both places.
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
    /// Where cutouts come from.
    pub cutouts: CutoutSource,
}

/// Where cutouts of full-frame images come from. Both places have the same pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CutoutSource {
    /// From the cubes on the cloud, and from the service where that fails; the other way round if the cloud is not preferred. Where only the cloud is wanted, nowhere.
    #[default]
    Auto,
    /// From the cubes only.
    Cubes,
    /// From the service TESScut only.
    Service,
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
            cutouts: CutoutSource::Auto,
        }
    }
}

impl Policy {
    /// Sets whether the cloud is preferred where a product is in both places.
    #[must_use]
    pub fn with_prefer_cloud(self, prefer_cloud: bool) -> Self {
        Self { prefer_cloud, ..self }
    }

    /// With only products on the cloud, or with all.
    #[must_use]
    pub fn with_cloud_only(self, cloud_only: bool) -> Self {
        Self { cloud_only, ..self }
    }

    /// With downloads of cloud products, or with their `s3://` URIs instead.
    #[must_use]
    pub fn with_download_cloud(self, download_cloud: bool) -> Self {
        Self { download_cloud, ..self }
    }

    /// With or without a check of files that are there.
    #[must_use]
    pub fn with_check_sizes(self, check_sizes: bool) -> Self {
        Self { check_sizes, ..self }
    }

    /// With or without fetching what is there, too.
    #[must_use]
    pub fn with_force(self, force: bool) -> Self {
        Self { force, ..self }
    }

    /// With this check of a kept file.
    #[must_use]
    pub fn with_verify(self, verify: Level) -> Self {
        Self { verify, ..self }
    }

    /// With cutouts from there.
    #[must_use]
    pub fn with_cutouts(self, cutouts: CutoutSource) -> Self {
        Self { cutouts, ..self }
    }

    /// What a file must pass to be taken from the store.
    pub fn level(&self) -> Level {
        if self.check_sizes { self.verify } else { Level::Exists }
    }

    pub(crate) fn is_archive_first(&self) -> bool {
        !self.prefer_cloud && !self.cloud_only && self.download_cloud
    }
}
