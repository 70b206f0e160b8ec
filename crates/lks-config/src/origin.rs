//! Where a value came from, in words for people.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::redact::redacted;

/// Where a value came from, lowest layer first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Built in.
    Default,
    /// The file of the Python package, `lksearch.cfg`.
    LegacyFile {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
    },
    /// A TOML file.
    File {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
    },
    /// An environment variable.
    Environment {
        /// Its real name, e.g. `LKSEARCH_ENDPOINTS__MAST`.
        variable: String,
    },
    /// The caller or the command line.
    Override {
        /// As it was given, e.g. `--cache-dir` or `--set fetch.jobs=2`.
        flag: String,
    },
}

impl Origin {
    /// The layer of the value.
    pub(crate) fn layer(&self) -> &'static str {
        match self {
            Self::Default => "defaults",
            Self::LegacyFile { .. } => "lksearch.cfg",
            Self::File { .. } => "lksearch.toml",
            Self::Environment { .. } => "environment",
            Self::Override { .. } => "overrides",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::LegacyFile { path, line } | Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment { variable } => f.write_str(variable),
            Self::Override { flag } => f.write_str(&redacted(flag)),
        }
    }
}

/// The origin of every key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(pub(crate) BTreeMap<&'static str, Origin>);

impl Origins {
    /// The origin of a key; [`Origin::Default`] if it was not set anywhere.
    pub fn of(&self, key: &str) -> &Origin {
        self.0.get(key).unwrap_or(&Origin::Default)
    }
}
