//! Everything that settings may come from, as one value. Only [`Sources::from_process`] looks at the process.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::{credentials, network_variables};

/// Variables that are read besides those that start with `LKSEARCH_`.
const DIRECTORY_VARIABLES: [&str; 5] = [
    "HOME",
    "USERPROFILE",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
];

/// What settings are read from. An empty one reads nothing: no file, no variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sources {
    /// A settings file that must be there; it stands for both files of the configuration directory. A name that ends in `.cfg` is
    /// read as a file of the Python package, any other as TOML.
    pub config_file: Option<PathBuf>,
    /// Environment variables: `LKSEARCH_…`, `HOME`, `XDG_CONFIG_HOME`, `XDG_CACHE_HOME`, `XDG_RUNTIME_DIR`, those of an access key
    /// (`AWS_ACCESS_KEY_ID`, …) and of the [network](crate::NetworkVariables) count, others are ignored. The last of equal names wins.
    pub environment: Vec<(OsString, OsString)>,
    /// What the caller sets, over everything else; later ones win.
    pub overrides: Vec<Override>,
    /// What relative paths count from; `None` leaves them relative.
    pub working_directory: Option<PathBuf>,
}

/// One setting of the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Override {
    /// The key.
    pub key: String,
    /// The value, as text; `None` if the caller's text had none.
    pub value: Option<OsString>,
    /// How the caller said it, for origins and messages: `--cache-dir`, `--set fetch.jobs=2`.
    pub flag: String,
}

impl Sources {
    /// Sources that read nothing: only built-in defaults hold.
    pub fn isolated() -> Self {
        Self::default()
    }

    /// The environment and working directory of this process.
    pub fn from_process() -> Self {
        let counts = |name: &OsStr| {
            let mut known = DIRECTORY_VARIABLES.iter().chain(&credentials::VARIABLES).copied();
            let is_known = known.any(|known| name == known) || network_variables::names().any(|known| name == known);
            is_known || name.as_encoded_bytes().starts_with(b"LKSEARCH_")
        };
        Self {
            environment: std::env::vars_os().filter(|(name, _)| counts(name)).collect(),
            // Only relative paths need it, so a working directory that was removed is not an error.
            working_directory: std::env::current_dir().ok(),
            ..Self::default()
        }
    }

    /// With this settings file instead of those of the configuration directory.
    #[must_use]
    pub fn with_config_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.config_file = Some(path.into());
        self
    }

    /// With this environment variable.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// With a value for a key, said by `flag`, e.g. `--cache-dir`.
    #[must_use]
    pub fn with_override(mut self, key: &str, value: impl Into<OsString>, flag: impl Into<String>) -> Self {
        self.overrides.push(Override {
            key: key.to_owned(),
            value: Some(value.into()),
            flag: flag.into(),
        });
        self
    }

    /// With what was given as `--set KEY=VALUE`. That it is well formed is checked by [`load`](crate::load).
    #[must_use]
    pub fn with_set(mut self, assignment: &str) -> Self {
        let (key, value) = match assignment.split_once('=') {
            Some((key, value)) => (key, Some(value.into())),
            None => (assignment, None),
        };
        self.overrides.push(Override {
            key: key.trim().to_owned(),
            value,
            flag: format!("--set {assignment}"),
        });
        self
    }

    /// The value of a variable; an empty one counts as not set, as is the habit for directories.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.raw_variable(name).filter(|value| !value.is_empty())
    }

    /// The value of a variable, which may be empty.
    pub(crate) fn raw_variable(&self, name: &str) -> Option<&OsStr> {
        let mut values = self.environment.iter().rev().filter(|(known, _)| known == name);
        values.next().map(|(_, value)| value.as_os_str())
    }
}

/// A list of paths as this system writes it in a variable.
pub(crate) fn split_paths(list: &OsStr) -> Vec<PathBuf> {
    let paths = std::env::split_paths(list);
    paths.filter(|path| !path.as_os_str().is_empty()).collect()
}
