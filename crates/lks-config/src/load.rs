//! From sources to checked settings: reads the files, gathers the layers in order, merges them.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::credentials::Credentials;
use crate::declaration::{DECLARATIONS, Settings};
use crate::directories::{Directories, directories, resolve};
use crate::error::{Error, Problem};
use crate::layer::Layers;
use crate::network_variables::NetworkVariables;
use crate::origin::{Origin, Origins};
use crate::read::{Content, read};
use crate::sources::Sources;
use crate::value::{Value, ValueKind};
use crate::{credentials, environment, legacy, overrides, toml_file};

/// Settings and what is known about them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Loaded {
    /// The settings; paths in them are resolved (`~`, relative).
    pub settings: Settings,
    /// Where each value came from.
    pub origins: Origins,
    /// What was left out and should be said to the user.
    pub warnings: Vec<SettingsWarning>,
    /// Where settings and files are.
    pub directories: Directories,
    /// The proxies and certificates that the environment names.
    pub network: NetworkVariables,
    credentials: Option<Credentials>,
}

/// Something that was left out, or that the user should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsWarning {
    /// A line of the legacy file that is not understood.
    Ignored(Problem),
    /// A file of the configuration directory that cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A settings file that every user of this machine can write, or replace in its directory. Members of the same group are trusted.
    OpenToAll {
        /// The file or the directory.
        path: PathBuf,
    },
}

impl fmt::Display for SettingsWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ignored(problem) => problem.fmt(f),
            Self::Unreadable { path, reason } => {
                write!(
                    f,
                    "cannot read settings from {}, going on without: {reason}",
                    path.display()
                )
            }
            Self::OpenToAll { path } => {
                let path = path.display();
                write!(
                    f,
                    "everybody on this machine may write {path} and so choose your settings; `chmod o-w {path}` ends that"
                )
            }
        }
    }
}

/// One setting with its value and origin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// The value as it is printed; empty if not set.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

impl Loaded {
    /// Where files are kept: `settings.cache_dir`, or else the [default](Directories::default_cache_dir).
    ///
    /// # Errors
    ///
    /// [`Error::NoDirectory`] if nothing says where.
    pub fn cache_dir(&self) -> Result<&Path, Error> {
        match &self.settings.cache_dir {
            Some(path) => Ok(path),
            None => self.directories.default_cache_dir(),
        }
    }

    /// The key that signs requests to the bucket; `None` unless `endpoints.signed` asks for it.
    ///
    /// # Errors
    ///
    /// [`Error::NoCredentials`] if it does and the environment has none.
    pub fn credentials(&self) -> Result<Option<&Credentials>, Error> {
        match (self.settings.endpoints.signed, &self.credentials) {
            (false, _) => Ok(None),
            (true, Some(credentials)) => Ok(Some(credentials)),
            (true, None) => Err(credentials::missing()),
        }
    }

    /// Every key with its value and origin, in the order of the template. If `cache_dir` is not set, the default
    /// directory.
    pub fn show(&self) -> Vec<Setting> {
        DECLARATIONS
            .iter()
            .map(|declaration| match declaration.key {
                "cache_dir" if self.settings.cache_dir.is_none() => self.default_cache_dir(),
                key => Setting {
                    key,
                    value: (declaration.read)(&self.settings).to_string(),
                    origin: self.origins.of(key).clone(),
                },
            })
            .collect()
    }

    fn default_cache_dir(&self) -> Setting {
        let directory = self.directories.default_cache_dir().ok();
        // A file may say that it is not set.
        let origin = match (self.origins.of("cache_dir"), directory) {
            (Origin::Default, Some(directory)) if self.directories.is_from_xdg(directory) => Origin::Environment {
                variable: "XDG_CACHE_HOME".to_owned(),
            },
            (origin, _) => origin.clone(),
        };
        Setting {
            key: "cache_dir",
            value: directory
                .map(|directory| directory.display().to_string())
                .unwrap_or_default(),
            origin,
        }
    }
}

/// Reads and checks the settings that the sources name. Creates nothing.
///
/// # Errors
///
/// [`Error::Invalid`] with every problem of every layer, or [`Error::Unreadable`] for a settings file that cannot be one (a
/// directory, a pipe, far too large, not text), or that was named and does not exist or cannot be read.
pub fn load(sources: &Sources) -> Result<Loaded, Error> {
    let directories = directories(sources);
    let mut layers = Layers::default();
    let mut warnings = Vec::new();
    for path in [&directories.legacy_file, &directories.config_file]
        .into_iter()
        .flatten()
    {
        warnings.extend(gather_file(path, directories.is_explicit, &mut layers)?);
    }
    environment::gather(&sources.environment, &mut layers);
    overrides::gather(&sources.overrides, &mut layers);
    resolve_paths(&mut layers, &directories, sources.working_directory.as_deref());
    if !layers.problems.is_empty() {
        return Err(Error::Invalid(layers.problems));
    }
    warnings.extend(layers.remarks.drain(..).map(SettingsWarning::Ignored));
    let (settings, origins) = layers.merge();
    Ok(Loaded {
        settings,
        origins,
        warnings,
        directories,
        network: NetworkVariables::of(sources),
        credentials: Credentials::of(sources),
    })
}

fn gather_file(path: &Path, is_explicit: bool, layers: &mut Layers) -> Result<Option<SettingsWarning>, Error> {
    let unreadable = |reason| Error::Unreadable {
        path: path.to_owned(),
        reason,
    };
    match read(path) {
        Content::Text(text) if path.extension().is_some_and(|extension| extension == "cfg") => {
            legacy::gather(&text, path, layers);
            Ok(open_to_all(path))
        }
        Content::Text(text) => {
            toml_file::gather(&text, path, layers);
            Ok(open_to_all(path))
        }
        Content::Missing if !is_explicit => Ok(None),
        Content::Missing => Err(unreadable(
            "there is no such file; `lksearch config init` writes a template".into(),
        )),
        Content::Wrong(reason) => Err(unreadable(reason)),
        Content::Unreadable(reason) if is_explicit => Err(unreadable(reason)),
        Content::Unreadable(reason) => Ok(Some(SettingsWarning::Unreadable {
            path: path.to_owned(),
            reason,
        })),
    }
}

fn open_to_all(path: &Path) -> Option<SettingsWarning> {
    let directory = path.parent().filter(|directory| may_replace_in(directory));
    let path = if may_write(path) { Some(path) } else { directory };
    path.map(|path| SettingsWarning::OpenToAll { path: path.to_owned() })
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).map_or(0, |metadata| metadata.mode())
}

#[cfg(not(unix))]
fn mode(_: &Path) -> u32 {
    0
}

fn may_write(file: &Path) -> bool {
    mode(file) & 0o002 != 0
}

/// In a sticky directory, users cannot replace files of others.
fn may_replace_in(directory: &Path) -> bool {
    mode(directory) & 0o1002 == 0o002
}

/// Makes the paths of all layers absolute, so that the settings do not depend on the home or working directory.
fn resolve_paths(layers: &mut Layers, directories: &Directories, base: Option<&Path>) {
    for entry in layers
        .entries
        .iter_mut()
        .filter(|entry| entry.declaration.kind == ValueKind::Path)
    {
        let Value::Path(path) = &mut entry.value else { continue };
        let resolved = resolve(path, directories.home.as_deref(), base);
        if directories.home.is_none() && Path::new(path).starts_with("~") {
            let allowed = "an absolute path, because HOME is not set to a directory";
            let problem = Problem::value(
                entry.origin.clone(),
                entry.declaration.key,
                &path.to_string_lossy(),
                allowed,
            );
            layers.problems.push(problem);
        }
        *path = resolved.into();
    }
}
