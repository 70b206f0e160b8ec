//! What every command needs: the settings, the client, and the embedded archive if it is asked for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use lksearch::config::{Fraction, Loaded, Sources};
use lksearch::{Client, Error};

use crate::arguments::Global;
use crate::exit::ExitStatus;
use crate::reused::Reused;
use crate::share;
use crate::ui::Ui;

/// Settings, and the archive inside this program if it was asked for; the archive ends with the session.
pub(crate) struct Session {
    /// The settings.
    pub loaded: Loaded,
    /// The way to the person at the terminal.
    pub ui: Ui,
    /// What that person was told of kept answers.
    pub reused: Reused,
    /// Whether an older answer in place of one that cannot be had is a failure.
    is_strict: bool,
    share: Option<(Fraction, String)>,
    is_sandbox: bool,
    #[cfg(feature = "sandbox")]
    _archive: Option<lks_sandbox::Sandbox>,
}

impl Session {
    /// Reads the settings, and starts the embedded archive if `--sandbox` is given.
    pub(crate) fn begin(global: &Global, more: &[(&str, OsString, &str)]) -> Result<Self, Error> {
        let ui = Ui::new(global);
        let mut sources = Sources::from_process();
        if let Some(path) = &global.config {
            sources = sources.with_config_file(path);
        }
        #[cfg(feature = "sandbox")]
        let archive = if global.sandbox {
            start(&mut sources, global.offline)?
        } else {
            None
        };
        #[cfg(not(feature = "sandbox"))]
        if global.sandbox {
            return Err(Error::Input(
                "this program was built without its archive; build it with the feature `sandbox`".to_owned(),
            ));
        }
        for assignment in &global.set {
            sources = sources.with_set(assignment);
        }
        if let Some(directory) = &global.cache_dir {
            sources = sources.with_override("cache_dir", directory.as_os_str(), "--cache-dir");
        }
        if global.offline {
            sources = sources.with_override("offline", "true", "--offline");
        }
        if global.refresh {
            sources = sources.with_override("search.max_age", "0s", "--refresh");
        }
        for (key, value, flag) in more {
            sources = sources.with_override(key, value, *flag);
        }
        let mut loaded = lksearch::config::load(&sources)?;
        // Without any directory for files there is nothing to keep apart.
        let asked = loaded.cache_dir().ok().filter(|_| global.sandbox);
        if let Some(directory) = asked.filter(|asked| Some(*asked) != loaded.directories.sandbox_cache_dir().ok()) {
            loaded.settings.cache_dir = Some(apart(directory));
        }
        for warning in &loaded.warnings {
            ui.warning(warning);
        }
        let asked = loaded
            .settings
            .share
            .map(|share| (share, loaded.origins.of("share").to_string()));
        let share = asked.or_else(|| share::of_array().map(|(of, why)| (Fraction::one_of(of), why)));
        #[cfg(feature = "download")]
        if let Some(path) = loaded
            .cache_dir()
            .ok()
            .and_then(|path| lksearch::fetch::store_at(path).world_writable_directory())
        {
            let path = path.display();
            ui.warning(format!(
                "everybody on this machine may write {path} and so decide what your files hold; `chmod o-w {path}` ends that"
            ));
        }
        Ok(Self {
            loaded,
            ui,
            reused: Reused::default(),
            is_strict: global.strict,
            share,
            is_sandbox: global.sandbox,
            #[cfg(feature = "sandbox")]
            _archive: archive,
        })
    }

    /// The session of a worker that has this shard: as many others work as there are shards, if nothing says how many.
    #[cfg(feature = "download")]
    pub(crate) fn of_shard(mut self, shard: Option<lksearch::fetch::Shard>) -> Self {
        let of_shard = shard.map(|shard| (Fraction::one_of(shard.of), format!("it is shard {shard}")));
        self.share = self.share.or(of_shard);
        self
    }

    /// Whether it is one of several workers.
    #[cfg(feature = "download")]
    pub(crate) fn is_worker(&self) -> bool {
        self.share.is_some()
    }

    /// How a command ends of whose answers some may be missing or older ones: with `--strict` that is a failure, where it would not end with another one.
    pub(crate) fn judged(&self, ending: ExitStatus, is_incomplete: bool) -> ExitStatus {
        match ending {
            ExitStatus::Success | ExitStatus::NothingFound if self.is_strict && is_incomplete => {
                ExitStatus::Unavailable
            }
            ending => ending,
        }
    }

    /// The client that these settings describe.
    pub(crate) fn client(&self) -> Result<Client, Error> {
        let mut loaded = self.loaded.clone();
        if let Some((share, why)) = &self.share {
            loaded.settings.share = Some(*share);
            self.ui.note(format!("takes {share} of each host's limits ({why})"));
        }
        let client = match self.is_sandbox {
            // It is at another address each time.
            true => Client::of_archive(&loaded, lksearch::SANDBOX),
            false => Client::new(&loaded),
        }?;
        self.ui.tell_waits(&client);
        Ok(client)
    }
}

/// Where made-up files are kept if this directory is asked for: apart from the real ones that it has or may get.
pub(crate) fn apart(directory: &Path) -> PathBuf {
    directory.join("sandbox")
}

/// The archive inside a command: nobody scripts it, and it ends with the command.
#[cfg(feature = "sandbox")]
fn embedded() -> lks_sandbox::SandboxOptions {
    lks_sandbox::SandboxOptions {
        control: false,
        ..lks_sandbox::SandboxOptions::default()
    }
}

/// Points the settings at a cache of its own, because made-up files never enter the real one, and at the archive, which is started. Offline it is not.
#[cfg(feature = "sandbox")]
fn start(sources: &mut Sources, is_offline: bool) -> Result<Option<lks_sandbox::Sandbox>, Error> {
    let archive = match is_offline {
        true => None,
        false => Some(crate::sandbox::start(embedded())?),
    };
    let directories = lksearch::config::directories(sources);
    let mut changed = std::mem::take(sources);
    // Without a home there is no such place, and somebody else must say where.
    if let Ok(cache) = directories.sandbox_cache_dir() {
        changed = changed.with_override("cache_dir", cache, "--sandbox");
    }
    for (key, value) in archive.iter().flat_map(lks_sandbox::Sandbox::settings) {
        changed = changed.with_override(key, value, "--sandbox");
    }
    *sources = changed;
    Ok(archive)
}

#[cfg(all(test, feature = "sandbox"))]
mod tests;
