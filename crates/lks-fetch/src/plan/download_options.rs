//! What a download may do differently from the settings.

use lks_mast::CutoutSize;

use super::policy::{CutoutSource, Policy};

/// What a download may do differently from the settings.
///
/// ```
/// use lks_fetch::DownloadOptions;
/// use lks_mast::CutoutSize;
///
/// let options = DownloadOptions::default().with_force(true).with_cutout_size(CutoutSize { ny: 11, nx: 21 });
/// assert!(options.force);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DownloadOptions {
    /// Fetch again what is there already, and replace it.
    pub force: bool,
    /// Size of cutouts that are still to be made.
    pub cutout_size: CutoutSize,
    /// Where cutouts come from.
    pub cutout_source: CutoutSource,
}

impl DownloadOptions {
    /// With or without fetching again what is there already.
    #[must_use]
    pub fn with_force(self, force: bool) -> Self {
        Self { force, ..self }
    }

    /// With cutouts of this size.
    #[must_use]
    pub fn with_cutout_size(self, cutout_size: CutoutSize) -> Self {
        Self { cutout_size, ..self }
    }

    /// With cutouts from there.
    #[must_use]
    pub fn with_cutout_source(self, cutout_source: CutoutSource) -> Self {
        Self { cutout_source, ..self }
    }

    /// The policy of the settings as it is for such a download.
    pub fn policy(&self, settings: &Policy) -> Policy {
        settings.clone().with_force(self.force).with_cutouts(self.cutout_source)
    }
}
