//! The store: its root, where its parts lie, and the small files it keeps for itself.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use crate::beneath;
use crate::error::Error;
use crate::name::{DATA_DIRECTORY, ProductPath};
use crate::record::{BadRecord, MAX_RECORD_BYTES, Record, key_of};

/// The directory of everything that is ours; the format's version is part of its name, so a new format never meets an old one.
const STATE_DIRECTORY: &str = ".lks/v1";

/// Enough for nearly every record, so that it is read at once.
const USUAL_RECORD_BYTES: usize = 4096;

/// A product: what the archive calls it, and where it belongs in the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Product {
    /// The product's URI, byte for byte.
    pub uri: String,
    /// Where its file belongs.
    pub path: ProductPath,
}

impl Product {
    /// The name of this product's record.
    pub fn key(&self) -> String {
        key_of(&self.uri)
    }
}

/// A store of files below one directory. Cheap to clone; any number of clones, threads and processes may use one root.
///
/// ```text
/// <root>/mastDownload/<collection>/<obs_id>/<file>     plain files, nothing else
/// <root>/.lks/v1/rec/ab/<key>.json                     one record per product
/// <root>/.lks/v1/by-hash/ab/<sha256>                   keys of the records with this content; derived
/// <root>/.lks/v1/part/<key16>.<random>.part|.json      files being written, and journals of those kept for the next run
/// <root>/.lks/v1/lock/<key16>.lock                     save double work, nothing depends on them
/// <root>/.lks/v1/quarantine/<date>-<key16>-<reason>-…/ what was set aside, with the reason
/// ```
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) root: PathBuf,
    /// Directories with new names that [`Store::sync_batch`] makes durable.
    unsynced: Mutex<BTreeSet<PathBuf>>,
    /// Locks did not answer or are not supported here; the process goes on without.
    pub(crate) locks_unusable: AtomicBool,
}

impl Store {
    /// A store below `root`. Touches nothing: directories appear when something is written.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let inner = Inner {
            root: root.into(),
            unsynced: Mutex::new(BTreeSet::new()),
            locks_unusable: AtomicBool::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The root directory as it was given.
    pub fn root(&self) -> &Path {
        &self.inner.root
    }

    /// The directory of the plain files, which the Python tools share.
    pub fn data_directory(&self) -> PathBuf {
        self.inner.root.join(DATA_DIRECTORY)
    }

    /// A directory for the caller's own files of this root, such as `manifest` or `search`. It may not exist yet.
    pub fn state_directory(&self, name: &str) -> PathBuf {
        self.inner.root.join(STATE_DIRECTORY).join(name)
    }

    /// Makes the names of everything committed so far durable. Contents already are: this decides only whether a power cut may
    /// undo a whole download, so once per batch is enough.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] names the first directory that could not be synced; the others were synced all the same.
    pub fn sync_batch(&self) -> Result<(), Error> {
        let directories = std::mem::take(&mut *self.inner.unsynced.lock().unwrap_or_else(PoisonError::into_inner));
        let mut first_failure = Ok(());
        for directory in directories {
            match beneath::sync_directory(&directory) {
                Err(error) if error.kind() != io::ErrorKind::NotFound && first_failure.is_ok() => {
                    first_failure = Err(Error::writing("sync directory", &directory)(error));
                }
                Ok(()) | Err(_) => {}
            }
        }
        first_failure
    }

    pub(crate) fn note_unsynced(&self, directory: &Path) {
        let mut unsynced = self.inner.unsynced.lock().unwrap_or_else(PoisonError::into_inner);
        unsynced.insert(directory.to_owned());
    }

    pub(crate) fn record_path(&self, key: &str) -> PathBuf {
        self.sharded("rec", key).with_extension("json")
    }

    pub(crate) fn by_hash_path(&self, sha256: &str) -> PathBuf {
        self.sharded("by-hash", sha256)
    }

    fn sharded(&self, directory: &str, name: &str) -> PathBuf {
        self.state_directory(directory)
            .join(name.get(..2).unwrap_or("xx"))
            .join(name)
    }

    /// The record of a product, if there is a usable one. An unusable one is set aside as `*.bad`, so that the file it spoke of can be
    /// taken over again.
    pub(crate) fn read_record(&self, key: &str) -> Result<Option<Record>, Error> {
        let path = self.record_path(key);
        match read_record_file(&path)? {
            None => Ok(None),
            Some(Ok(record)) if record.key == key => Ok(Some(record)),
            Some(parsed) => {
                let reason = parsed.err().unwrap_or(BadRecord::OtherKey);
                tracing::warn!(path = %path.display(), %reason, "record set aside");
                if let Err(error) = fs::rename(&path, path.with_extension("json.bad")) {
                    tracing::debug!(path = %path.display(), %error, "bad record stays in place");
                }
                Ok(None)
            }
        }
    }

    pub(crate) fn write_record(&self, record: &Record) -> Result<(), Error> {
        self.replace_file(
            &self.record_path(&record.key),
            record.to_text().as_bytes(),
            File::sync_all,
        )?;
        self.index_content(&record.sha256, &record.key);
        Ok(())
    }

    /// Adds `key` to the keys known for `sha256`. Derived data: a failure costs a later search, not a file.
    fn index_content(&self, sha256: &str, key: &str) {
        let path = self.by_hash_path(sha256);
        let mut keys = self.keys_of_content(sha256);
        if keys.iter().any(|known| known == key) {
            return;
        }
        keys.push(key.to_owned());
        let text: String = keys.iter().flat_map(|key| [key.as_str(), "\n"]).collect();
        // Not synced: after a power cut a damaged entry is like a missing one.
        if let Err(error) = self.replace_file(&path, text.as_bytes(), |_| Ok(())) {
            tracing::debug!(%error, "content is not indexed");
        }
    }

    pub(crate) fn keys_of_content(&self, sha256: &str) -> Vec<String> {
        let Ok(text) = fs::read_to_string(self.by_hash_path(sha256)) else {
            return Vec::new();
        };
        text.lines()
            .filter(|line| line.len() == 64)
            .map(str::to_owned)
            .collect()
    }

    /// Writes a small file of ours under a name of its own, makes it durable by `sync`, and moves it into place.
    fn replace_file(&self, path: &Path, content: &[u8], sync: fn(&File) -> io::Result<()>) -> Result<(), Error> {
        let directory = path.parent().unwrap_or(path);
        let failed = |error| Error::writing("write", path)(error);
        for attempt in 0.. {
            // Someone may clear the cache between the two steps; the second time is enough unless they do nothing else.
            fs::create_dir_all(directory).map_err(Error::writing("create directory", directory))?;
            let outcome = staged(directory, "small").and_then(|mut temporary| {
                temporary.write_all(content)?;
                sync(temporary.as_file())?;
                temporary.persist(path).map_err(|error| error.error)
            });
            match outcome {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::NotFound && attempt < 3 => {}
                Err(error) => return Err(failed(error)),
            }
        }
        self.note_unsynced(directory);
        Ok(())
    }
}

/// A new file with a name nobody else uses, removed when dropped. Its mode is what the user's umask allows, as for any new file.
pub(crate) fn staged(directory: &Path, prefix: &str) -> io::Result<tempfile::NamedTempFile<File>> {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new()
        .prefix(&format!("{prefix}."))
        .suffix(".part")
        .rand_bytes(16)
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(directory)
}

/// Reads one record file: nothing there, or what it holds.
pub(crate) fn read_record_file(path: &Path) -> Result<Option<Result<Record, BadRecord>>, Error> {
    let mut text = Vec::with_capacity(USUAL_RECORD_BYTES);
    let read = File::open(path).and_then(|file| file.take(MAX_RECORD_BYTES + 1).read_to_end(&mut text));
    match read {
        Ok(_) if text.len() as u64 > MAX_RECORD_BYTES => {
            Ok(Some(Err(BadRecord::NotARecord("larger than any record".to_owned()))))
        }
        Ok(_) => Ok(Some(Record::parse(&text))),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            Ok(Some(Err(BadRecord::NotARecord("a directory".to_owned()))))
        }
        Err(error) => Err(Error::reading("read record", path)(error)),
    }
}

/// Whether the error says that a path leads to nothing.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
