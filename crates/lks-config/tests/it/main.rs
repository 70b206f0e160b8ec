//! What the crate promises to whoever takes it, with real files in temporary directories.

mod edits;
mod hostile;
mod layers;
mod python;

use std::fs;
use std::path::{Path, PathBuf};

use lks_config::Sources;
use tempfile::TempDir;

/// A home directory of its own.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("because the temporary directory is writable"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file of the configuration directory.
    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.config(name);
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text));
        written.expect("because the temporary directory is writable");
        path
    }

    /// Where a file of the configuration directory is.
    fn config(&self, name: &str) -> PathBuf {
        self.path().join(".lksearch/config").join(name)
    }

    fn sources(&self) -> Sources {
        Sources::isolated().with_variable("HOME", self.path())
    }
}
