//! What the store has and how a file gets into it: the look-up before a run, the writing, and the checks before a file is published.

pub(crate) mod buffer;
pub(crate) mod checksum;
pub(crate) mod commit;
pub(crate) mod content;
pub(crate) mod foreign;
pub(crate) mod local;
pub(crate) mod resume_point;
pub(crate) mod witness;
pub(crate) mod writer_task;

use std::path::PathBuf;

use lks_cache::Store;

/// The directory of the files below a cache's root, which the Python tools share.
pub const DATA_DIRECTORY: &str = "mastDownload";

/// The store of files below `root`, laid out as Python lksearch, lightkurve and astroquery know it: `mastDownload/<collection>/<obs_id>/<file>`,
/// and cutouts in `mastDownload/TESSCut/`. Touches nothing.
pub fn store_at(root: impl Into<PathBuf>) -> Store {
    let store = Store::new(root).with_data_directory(DATA_DIRECTORY);
    store.expect("because the directory has a plain name")
}
