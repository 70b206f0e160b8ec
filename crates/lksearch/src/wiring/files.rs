//! The options of the parts that fetch files and keep them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lks_cache::{Level, Store};
use lks_config::{Credentials, Loaded, NoDirectory, Verify};
use lks_fetch::{AwsCredential, Policy};
use lks_http::SharedDirectory;

use super::limits_of_user;
use crate::error::Error;

/// The options of each of them.
pub(crate) struct FileParts {
    pub(crate) options: lks_fetch::Options,
    pub(crate) policy: Policy,
    /// Opening files and searching need none.
    pub(crate) cache_dir: Result<PathBuf, NoDirectory>,
}

/// The store of these settings, for looking after it without a network.
///
/// ```no_run
/// let store = lksearch::open_store(&lksearch::load_settings()?)?;
/// println!("{} bytes", store.info(|_| ())?.files.bytes);
/// # Ok::<(), lksearch::Error>(())
/// ```
///
/// # Errors
/// [`Error::Settings`] if nothing says where it is, [`Error::File`] if something else than a directory is there.
pub fn open_store(loaded: &Loaded) -> Result<Store, Error> {
    Ok(lks_fetch::store_at(cache_dir(loaded)?))
}

/// Where the processes of this machine share the limits of hosts by locked files: beside the cache, and where the system has a place for
/// what one user's processes share, there. For [`cache::GarbageOptions`](crate::cache::GarbageOptions), because the files
/// stay when the ports of servers on this machine, such as the sandbox's, are gone.
pub fn lock_directories(loaded: &Loaded, store: &Store) -> Vec<PathBuf> {
    [beside(store.root())]
        .into_iter()
        .chain(limits_of_user(loaded))
        .map(|directory| directory.path())
        .collect()
}

/// Where the limits of hosts are shared that have no better place.
pub(super) fn beside(cache_dir: &Path) -> SharedDirectory {
    SharedDirectory::new(cache_dir, Store::state_path("limits"))
}

pub(super) fn level(verify: Verify) -> Level {
    match verify {
        Verify::Exists => Level::Exists,
        Verify::Stat => Level::Stat,
        Verify::Sha256 => Level::Sha256,
        Verify::Fits => Level::Content,
    }
}

pub(super) fn access_key(credentials: &Credentials) -> Arc<AwsCredential> {
    let Credentials {
        key_id, secret, token, ..
    } = credentials.clone();
    Arc::new(AwsCredential {
        key_id,
        secret_key: secret,
        token,
    })
}

/// The directory to keep files in, or the reason why there is none, which only fetching needs to know.
pub(super) fn cache_dir_if_any(loaded: &Loaded) -> Result<Result<PathBuf, NoDirectory>, Error> {
    match cache_dir(loaded) {
        Ok(directory) => Ok(Ok(directory)),
        Err(Error::Settings(lks_config::Error::NoDirectory(nowhere))) => Ok(Err(nowhere)),
        Err(error) => Err(error),
    }
}

/// The directory to keep files in, which need not exist. One that no manifest could name, and anything else in its place, is told before
/// the first request.
fn cache_dir(loaded: &Loaded) -> Result<PathBuf, Error> {
    let path = loaded.cache_dir()?;
    if path.to_str().is_none() {
        return Err(Error::Input(format!(
            "{}: a manifest could not name files in this directory, whose name is not UTF-8; choose another `cache_dir`",
            path.display()
        )));
    }
    match std::fs::metadata(path) {
        Ok(there) if !there.is_dir() => {
            let source = io::Error::new(
                io::ErrorKind::NotADirectory,
                "it is not a directory; choose another `cache_dir`",
            );
            Err(Error::File {
                operation: "keep files in",
                path: path.display().to_string(),
                source,
            })
        }
        Ok(_) | Err(_) => Ok(path.to_path_buf()),
    }
}
