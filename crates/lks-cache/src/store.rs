//! The store: its root, where its parts lie, and the small files it keeps for itself.

mod durability;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use self::durability::Durability;
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
/// <root>/.lks/v1/part/<key16>.<writer>.<random>.part|.json  files being written, and journals of those kept for the next run
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
    durability: Durability,
    /// Locks did not answer or are not supported here; the process goes on without.
    pub(crate) locks_unusable: AtomicBool,
    /// A lock answered in time.
    pub(crate) locks_answer: AtomicBool,
}

impl Store {
    /// A store below `root`. Touches nothing: directories appear when something is written.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let inner = Inner {
            root: root.into(),
            durability: Durability::default(),
            locks_unusable: AtomicBool::new(false),
            locks_answer: AtomicBool::new(false),
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

    /// A directory for the caller's own files of this root, such as `limits`. It may not exist yet.
    pub fn state_directory(&self, name: &str) -> PathBuf {
        self.inner.root.join(STATE_DIRECTORY).join(name)
    }

    /// Whether the product can be written, as far as permissions and what stands in the way tell, before anything is fetched for it. Makes
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`] and [`Error::Obstructed`], as [`Store::begin`] and a commit would end.
    pub fn check_writable(&self, product: &Product) -> Result<(), Error> {
        let file = product.path.below(self.root());
        for directory in [self.state_directory("part").as_path(), file.parent().unwrap_or(&file)] {
            let there = directory.ancestors().find(|above| above.symlink_metadata().is_ok());
            let Some(there) = there else { continue };
            if !there.is_dir() {
                return Err(Error::in_place_of_directory(there.to_owned()));
            }
            beneath::check_writable(there).map_err(Error::writing("write in", there))?;
        }
        Ok(())
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

    /// Writes the record in one piece, durable after [`Store::sync_batch`]: one that a power cut damages is noticed by its checksum, and its
    /// file is taken over like one without.
    pub(crate) fn write_record(&self, record: &Record) -> Result<(), Error> {
        let path = self.record_path(&record.key);
        let directory = path.parent().unwrap_or(&path);
        for attempt in 0.. {
            // Someone may clear the cache between the two steps; the second time is enough unless they do nothing else.
            let outcome = in_directory(&path, || staged(directory, "small")).and_then(|mut temporary| {
                temporary.write_all(record.to_text().as_bytes())?;
                temporary.persist(&path).map_err(|error| error.error)
            });
            match outcome {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::NotFound && attempt < 3 => {}
                Err(error) => return Err(Error::writing("write", &path)(error)),
            }
        }
        self.note_unsynced_up_to_root(directory);
        self.note_unsynced_record(path);
        self.index_content(&record.sha256, &record.key);
        Ok(())
    }

    /// Adds `key` to the keys known for `sha256`. Derived data: a failure costs a later search, not a file.
    fn index_content(&self, sha256: &str, key: &str) {
        let path = self.by_hash_path(sha256);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        // Not synced: after a power cut a damaged entry is like a missing one.
        let outcome = in_directory(&path, || options.open(&path)).and_then(|mut file| {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            if keys_in(&text).any(|known| known == key) {
                return Ok(());
            }
            let torn = if text.is_empty() || text.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            file.write_all(format!("{torn}{key}\n").as_bytes())
        });
        if let Err(error) = outcome {
            tracing::debug!(path = %path.display(), %error, "content is not indexed");
        }
    }

    pub(crate) fn keys_of_content(&self, sha256: &str) -> Vec<String> {
        let text = fs::read_to_string(self.by_hash_path(sha256)).unwrap_or_default();
        keys_in(&text).map(str::to_owned).collect()
    }
}

fn keys_in(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| line.len() == 64)
}

/// Opens or makes what `open` says at `path`, whose directory is made if it is not there: most are.
pub(crate) fn in_directory<T>(path: &Path, open: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match (open(), path.parent()) {
        (Err(error), Some(directory)) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(directory)?;
            open()
        }
        (outcome, _) => outcome,
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
