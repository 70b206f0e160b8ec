//! Where settings and files are. Looks whether directories exist; creates nothing.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, NoDirectory};
use crate::sources::Sources;

const CONFIG_HINT: &str = "set HOME, XDG_CONFIG_HOME or LKSEARCH_CONFIG";
const CACHE_HINT: &str = "set LKSEARCH_CACHE_DIR or `cache_dir`, or set HOME or XDG_CACHE_HOME";

/// The files and directories that belong to some [`Sources`]. They need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directories {
    pub(crate) config_file: Option<PathBuf>,
    pub(crate) legacy_file: Option<PathBuf>,
    pub(crate) default_cache_dir: Option<PathBuf>,
    pub(crate) sandbox_cache_dir: Option<PathBuf>,
    pub(crate) runtime_dir: Option<PathBuf>,
    /// The user named the settings file, so it must be there, and it is the only one.
    pub(crate) is_explicit: bool,
    pub(crate) home: Option<PathBuf>,
    /// Why there is no home directory, if there is none.
    no_home: String,
}

impl Directories {
    /// The settings file: the named one, or `lksearch.toml` in the configuration directory.
    ///
    /// # Errors
    ///
    /// [`Error::NoDirectory`] if there is neither a home directory nor anything else that says where.
    pub fn config_file(&self) -> Result<&Path, Error> {
        self.config_file
            .as_deref()
            .ok_or_else(|| self.missing("settings", CONFIG_HINT))
    }

    /// The Python package's file in the configuration directory, if it counts.
    pub fn legacy_file(&self) -> Option<&Path> {
        self.legacy_file.as_deref()
    }

    /// Where files are kept if the setting `cache_dir` does not say where; see [`Loaded::cache_dir`](crate::Loaded::cache_dir).
    ///
    /// # Errors
    ///
    /// [`Error::NoDirectory`] if there is neither a home directory nor anything else that says where.
    pub fn default_cache_dir(&self) -> Result<&Path, Error> {
        self.default_cache_dir
            .as_deref()
            .ok_or_else(|| self.missing("the cache", CACHE_HINT))
    }

    /// Where files of the sandbox are kept, apart from the real ones, whatever `cache_dir` says.
    ///
    /// # Errors
    ///
    /// [`Error::NoDirectory`] as for [`Self::default_cache_dir`].
    pub fn sandbox_cache_dir(&self) -> Result<&Path, Error> {
        self.sandbox_cache_dir
            .as_deref()
            .ok_or_else(|| self.missing("the sandbox's cache", CACHE_HINT))
    }

    fn missing(&self, what: &'static str, hint: &'static str) -> Error {
        let why = self.no_home.clone();
        NoDirectory { what, why, hint }.into()
    }

    /// Whether a default directory comes from one of the variables `XDG_…_HOME`.
    pub(crate) fn is_from_xdg(&self, directory: &Path) -> bool {
        let home = self.home.as_deref();
        !home.is_some_and(|home| directory.starts_with(home.join(".lksearch")))
    }

    /// The directory that the processes of one user on one machine share, if the system has one; it is emptied when the user logs out.
    pub fn runtime_dir(&self) -> Option<&Path> {
        self.runtime_dir.as_deref()
    }
}

/// The files and directories of some sources, before any file is read.
pub fn directories(sources: &Sources) -> Directories {
    let absolute = |name: &str| {
        sources
            .variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let named_home = absolute("HOME").or_else(|| absolute("USERPROFILE"));
    let no_home = match &named_home {
        None => "HOME is not set".to_owned(),
        Some(home) if home.parent().is_none() => "HOME is /, where nothing of ours belongs".to_owned(),
        Some(home) => format!("HOME is {}, which is not a directory", home.display()),
    };
    let home = named_home.filter(|path| is_home(path));
    let config = place(home.as_deref(), "config", absolute("XDG_CONFIG_HOME"));
    let named = sources
        .config_file
        .as_deref()
        .map(Path::as_os_str)
        .or_else(|| sources.variable("LKSEARCH_CONFIG"));
    let named = named.map(|path| resolve(path, home.as_deref(), sources.working_directory.as_deref()));
    let xdg_cache = absolute("XDG_CACHE_HOME");
    Directories {
        is_explicit: named.is_some(),
        legacy_file: config
            .as_ref()
            .filter(|_| named.is_none())
            .map(|directory| directory.join("lksearch.cfg")),
        config_file: named.or_else(|| config.map(|directory| directory.join("lksearch.toml"))),
        default_cache_dir: place(home.as_deref(), "cache", xdg_cache.clone()),
        sandbox_cache_dir: match &home {
            Some(home) => Some(home.join(".lksearch/sandbox/cache")),
            None => xdg_cache.map(|directory| directory.join("lksearch/sandbox/cache")),
        },
        runtime_dir: absolute("XDG_RUNTIME_DIR").map(|directory| directory.join("lksearch")),
        home,
        no_home,
    }
}

/// A path as a person writes it: `~` is the home directory (kept as it is when there is none), relative ones count from `base`.
pub(crate) fn resolve(path: &OsStr, home: Option<&Path>, base: Option<&Path>) -> PathBuf {
    let path = Path::new(path);
    let expanded = match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    };
    let absolute = match base {
        Some(base) => base.join(expanded),
        None => expanded,
    };
    absolute
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect()
}

/// `$XDG…/lksearch` if it is there; otherwise below home; without a home, or with one where nothing can be made, below XDG.
fn place(home: Option<&Path>, name: &str, xdg: Option<PathBuf>) -> Option<PathBuf> {
    let xdg = xdg.map(|directory| directory.join("lksearch"));
    match home {
        _ if xdg.as_deref().is_some_and(Path::is_dir) => xdg,
        Some(home) if xdg.is_none() || can_hold(home) => Some(home.join(".lksearch").join(name)),
        _ => xdg,
    }
}

/// A directory that is there, and not the root: accounts of services have `/` as home, and nothing of ours belongs there.
fn is_home(path: &Path) -> bool {
    path.parent().is_some() && path.is_dir()
}

/// Whether `.lksearch` is there or can be made.
fn can_hold(home: &Path) -> bool {
    home.join(".lksearch").is_dir() || is_writable(home)
}

#[cfg(unix)]
fn is_writable(directory: &Path) -> bool {
    rustix::fs::access(directory, rustix::fs::Access::WRITE_OK).is_ok()
}

#[cfg(not(unix))]
fn is_writable(directory: &Path) -> bool {
    std::fs::metadata(directory).is_ok_and(|metadata| !metadata.permissions().readonly())
}

#[cfg(test)]
mod tests;
