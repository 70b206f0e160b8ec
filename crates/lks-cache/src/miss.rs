//! Why a file that was looked for is not handed out.

use std::fmt;
use std::path::PathBuf;

/// Why a file must be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissReason {
    /// Nothing is here.
    Absent,
    /// A file is here that the store does not know. [`Store::adopt`](crate::Store::adopt) takes it over if it is complete.
    Unrecorded {
        /// Its size in bytes.
        size: u64,
    },
    /// A file was here that is not what came in.
    Damaged {
        /// What is wrong with it.
        damage: Damage,
        /// Where it was moved; `None` if the store cannot be written, then it stays where it was and is not handed out.
        quarantined: Option<PathBuf>,
    },
    /// Something that is not a file is in the way.
    NotAFile {
        /// What it is.
        what: &'static str,
    },
    /// The file of another address lies at the path. It was left alone, and storing other content there fails.
    Taken {
        /// Whose file it is.
        uri: String,
    },
}

impl fmt::Display for MissReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => write!(f, "missing"),
            Self::Unrecorded { size } => write!(f, "a file of {size} bytes is there, and is not on record"),
            Self::Damaged { damage, .. } => damage.fmt(f),
            Self::NotAFile { what } => write!(f, "{what} is in its place"),
            Self::Taken { uri } => write!(f, "the file of {uri} is in its place"),
        }
    }
}

/// How a file differs from its record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// Another size.
    Size {
        /// Bytes on record.
        recorded: u64,
        /// Bytes found.
        found: u64,
    },
    /// The same size, other content.
    Hash,
    /// It could not be read.
    Unreadable(String),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { recorded, found } => write!(f, "{found} bytes where {recorded} were stored"),
            Self::Hash => write!(f, "content differs from what was stored"),
            Self::Unreadable(reason) => write!(f, "cannot be read: {reason}"),
        }
    }
}

impl Damage {
    /// One word for names of directories and for tables.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Size { .. } => "size",
            Self::Hash => "hash",
            Self::Unreadable(_) => "unreadable",
        }
    }
}
