//! The facade against the miniature archive: from a name to bytes on disk.

mod download;
mod loopback;
mod open;
mod result;
mod search;

use lks_sandbox::{Sandbox, SandboxOptions};
use lksearch::Client;
use lksearch::config::{Loaded, Sources, load};
use tempfile::TempDir;

/// A miniature archive and settings that point at it, with a cache that goes when the test ends.
struct Observatory {
    archive: Sandbox,
    cache: TempDir,
}

impl Observatory {
    fn new() -> Self {
        Self {
            archive: Sandbox::start(SandboxOptions::default()).expect("because a port is free"),
            cache: TempDir::new().expect("because a temporary directory can be made"),
        }
    }

    fn loaded(&self, changes: &[&str]) -> Loaded {
        let mut sources = Sources::isolated().with_override("cache_dir", self.cache.path(), "test");
        for (key, value) in self.archive.settings() {
            sources = sources.with_override(key, value, "test");
        }
        for change in changes {
            sources = sources.with_set(change);
        }
        load(&sources).expect("because these settings are right")
    }

    fn client(&self, changes: &[&str]) -> Client {
        Client::new(&self.loaded(changes)).expect("because nothing is asked yet")
    }

    /// Requests that fetched or looked for files: neither searches nor the resolver.
    fn num_transfers(&self) -> usize {
        let is_transfer =
            |path: &str| path.contains("Download/file") || path.contains("/stpubdata/") || path.contains("path_lookup");
        self.archive
            .log()
            .iter()
            .filter(|request| is_transfer(&request.path))
            .count()
    }
}
