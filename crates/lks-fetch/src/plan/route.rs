//! The places that a file can be fetched from, and what kind of place each is.

use lks_mast::Cutout;

/// A source to fetch from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Route {
    /// An object of the mirror, by its key.
    Cloud {
        /// The key, without a leading slash.
        key: String,
    },
    /// The archive's download service.
    Archive {
        /// The `dataURI`.
        uri: String,
    },
    /// The object of the mirror, if there is one: the archive is asked for its key only when the places before this one failed.
    Mirror {
        /// The `dataURI`.
        uri: String,
    },
    /// The cube of full-frame images on the mirror, of which only the pixels of the cutout are read.
    Cube(Cutout),
    /// The cutout service.
    Cutout(Cutout),
}

/// The kind of source that the bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// It was there already.
    Cache,
    /// The S3 mirror.
    Cloud,
    /// The archive.
    Mast,
    /// The cutout service.
    Tesscut,
    /// Nowhere: the row is a link.
    Link,
}

impl Route {
    /// Which kind of source it is.
    pub fn source(&self) -> Source {
        match self {
            Self::Cloud { .. } | Self::Mirror { .. } | Self::Cube(_) => Source::Cloud,
            Self::Archive { .. } => Source::Mast,
            Self::Cutout(_) => Source::Tesscut,
        }
    }

    /// What comes from there, as messages call it.
    pub(crate) fn what_it_gives(&self) -> String {
        match self {
            Self::Cube(_) => "the cube".to_owned(),
            Self::Cutout(_) => "TESScut".to_owned(),
            Self::Cloud { .. } | Self::Mirror { .. } | Self::Archive { .. } => {
                format!("the copy from {}", self.source().word())
            }
        }
    }
}

impl Source {
    /// The word for it in manifests and records.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cache => "cache",
            Self::Cloud => "cloud",
            Self::Mast => "mast",
            Self::Tesscut => "tesscut",
            Self::Link => "link",
        }
    }
}
