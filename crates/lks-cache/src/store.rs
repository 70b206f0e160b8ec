//! The store: its root, and where its parts lie.

mod data;
mod durability;
mod records;

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

use rustix::fs::{Mode, RawMode};

use self::durability::Durability;
use self::records::Segments;
pub(crate) use self::records::{Occasion, TAKEN, is_stale, read_record_file};
use crate::dirfd::{self, Directory, Opened, Shared};
use crate::disk;
use crate::error::Error;
use crate::key::Key;
use crate::path::{self, RelativePath, UnsafeName};
use crate::resume::EarlierParts;
use crate::staged::Staged;

/// The directory of everything that is ours; a format's version is part of a directory's name below, so a new format never meets an old one.
const OWN_DIRECTORY: &str = ".lks";
const STATE_DIRECTORY: &str = ".lks/v1";
/// The data directory of a store whose user names none.
const DATA_DIRECTORY: &str = "files";

/// Of new files and directories the user's umask takes away what it takes.
pub(crate) const MODE: RawMode = 0o666;
/// Only their writer opens files that are not whole yet.
pub(crate) const PRIVATE: RawMode = 0o600;

/// A store of files below one directory. Cheap to clone; any number of clones, threads and processes may use one root.
///
/// ```text
/// <root>/files/<path of a key>                         plain files, nothing else; the directory's name is the user's choice
/// <root>/.lks/v2/seg/<name>.log|.done|.sorted          segments of records: what is known of each address
/// <root>/.lks/v1/part/<key16>.<writer>.<random>.part|.json  files being written, and journals of those kept for the next run
/// <root>/.lks/v1/lock/<key16>.lock                     save double work, nothing depends on them
/// <root>/.lks/v1/quarantine/<date>-<key16>-<reason>-…/ what was set aside, with the reason
/// ```
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
    data_directory: Arc<str>,
    check: Option<Arc<ContentCheck>>,
}

/// A check of a file by its path and its content: what is odd about a file that is whole, or what is wrong with it.
type ContentCheck = dyn Fn(&RelativePath, &File) -> Result<Option<String>, String> + Send + Sync;

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) root: PathBuf,
    durability: Durability,
    segments: Mutex<Segments>,
    root_directory: Shared,
    /// Where files are written, open for as long as some are.
    part: Shared,
    pub(crate) earlier_parts: EarlierParts,
    /// The mode of new files, which the user's umask decides.
    mode: OnceLock<RawMode>,
    /// Locks did not answer or are not supported here; the process goes on without.
    pub(crate) locks_unusable: AtomicBool,
    /// A lock answered in time.
    pub(crate) locks_work: AtomicBool,
}

impl Store {
    /// A store below `root`, with its files in `root/files`. Touches nothing: directories appear when something is written.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let inner = Inner {
            root: root.into(),
            durability: Durability::default(),
            segments: Mutex::default(),
            root_directory: Shared::default(),
            part: Shared::default(),
            earlier_parts: EarlierParts::default(),
            mode: OnceLock::new(),
            locks_unusable: AtomicBool::new(false),
            locks_work: AtomicBool::new(false),
        };
        Self {
            inner: Arc::new(inner),
            data_directory: DATA_DIRECTORY.into(),
            check: None,
        }
    }

    /// The same store with its files in `root/name`, because other programs know them there. All users of a root name the same directory.
    ///
    /// # Errors
    ///
    /// [`UnsafeName`] if it is not a plain name, or that of the store's own directory.
    pub fn with_data_directory(mut self, name: &str) -> Result<Self, UnsafeName> {
        path::check_component(name)?;
        if name.eq_ignore_ascii_case(OWN_DIRECTORY) {
            return Err(UnsafeName::new(name, "reserved for the store itself"));
        }
        self.data_directory = name.into();
        Ok(self)
    }

    /// The same store with a check of content, by code that knows the formats of its files: [`Level::Content`](crate::Level::Content) and
    /// [`Store::get_or_fetch`] ask it.
    #[must_use = "the store without the check is left as it is"]
    pub fn with_check(
        mut self,
        check: impl Fn(&RelativePath, &File) -> Result<Option<String>, String> + Send + Sync + 'static,
    ) -> Self {
        self.check = Some(Arc::new(check));
        self
    }

    pub(crate) fn check(&self) -> Option<&ContentCheck> {
        self.check.as_deref()
    }

    /// A store of the same layout below another root.
    pub(crate) fn at(&self, root: &Path) -> Self {
        Self {
            data_directory: self.data_directory.clone(),
            ..Self::new(root)
        }
    }

    /// The root directory as it was given.
    pub fn root(&self) -> &Path {
        &self.inner.root
    }

    /// A directory of this store that every user of this machine may write to, if there is one: what they put there is taken for the
    /// store's own. Directories that only a group may write to do not count, because a group shares a store on purpose.
    pub fn world_writable_directory(&self) -> Option<PathBuf> {
        let is_open = |path: &PathBuf| {
            let metadata = path.metadata();
            metadata.is_ok_and(|metadata| metadata.is_dir() && metadata.mode() & 0o002 != 0)
        };
        let segments = self.segments_path();
        let places = [
            self.root().to_owned(),
            self.data_directory(),
            self.root().join(OWN_DIRECTORY),
            self.root().join(STATE_DIRECTORY),
            segments.parent().unwrap_or(&segments).to_owned(),
            segments,
        ];
        places.into_iter().find(is_open)
    }

    /// A directory for the caller's own files of this root, such as `limits`. It may not exist yet.
    pub fn state_directory(&self, name: &str) -> PathBuf {
        self.inner.root.join(Self::state_path(name))
    }

    /// Where [`Store::state_directory`] lies below the root of any store.
    pub fn state_path(name: &str) -> PathBuf {
        Path::new(STATE_DIRECTORY).join(name)
    }

    /// Whether the file of `key` can be written, judged by permissions and by what is in the way, before anything is fetched for it. Makes
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`] and [`Error::Obstructed`], as [`Store::begin`] and a commit would end.
    pub fn check_writable(&self, key: &Key) -> Result<(), Error> {
        let _root = self.root_directory();
        let file = self.path_of(&key.path);
        let own = match self.is_writing() {
            true => Vec::new(),
            false => vec![self.state_directory("part"), self.segments_path()],
        };
        for directory in own.iter().map(PathBuf::as_path).chain(file.parent()) {
            let seen = |above: &'_ Path| Some((above.to_owned(), above.symlink_metadata().ok()?));
            let Some((there, seen)) = directory.ancestors().find_map(seen) else {
                continue;
            };
            if !(seen.is_dir() || there.is_dir()) {
                return Err(Error::in_place_of_directory(there));
            }
            disk::check_writable(&there).map_err(Error::writing("write in", &there))?;
        }
        if !self.refuse_obstacles(key)? {
            return Ok(());
        }
        match self.find(&key.path)? {
            Opened::Other(what @ dirfd::A_DIRECTORY) => {
                let what = what.to_owned();
                Err(Error::Obstructed { path: file, what })
            }
            Opened::Nothing | Opened::File(_) | Opened::Other(_) => Ok(()),
        }
    }

    /// Whether files and records are written already: what they need is there, and is not looked at again.
    pub(crate) fn is_writing(&self) -> bool {
        self.inner.part.is_open() && self.has_own_segment()
    }

    /// The root. All who use it at once share one, so that it stays the same directory for as long as a file is written.
    pub(crate) fn root_directory(&self) -> io::Result<Arc<Directory>> {
        self.inner.root_directory.get(|| Directory::at(self.root()))
    }

    /// The directory at a path below the root, made if it is not there.
    pub(crate) fn made(&self, below: &Path) -> io::Result<Directory> {
        let made = || {
            let root = self.inner.root_directory.get(|| Directory::made(self.root()))?;
            root.inner_made(below)
        };
        match made() {
            // The root may have been removed while it was open.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.inner.root_directory.forget();
                made()
            }
            outcome => outcome,
        }
    }

    /// A directory of ours, which no link leads to; `name` may be a path.
    pub(crate) fn state(&self, name: &str) -> io::Result<Directory> {
        self.root_directory()?.inner(&Path::new(STATE_DIRECTORY).join(name))
    }

    /// The same, made if it is not there.
    pub(crate) fn state_made(&self, name: &str) -> io::Result<Directory> {
        self.made(&Path::new(STATE_DIRECTORY).join(name))
    }

    /// Names the error of a directory of ours that cannot be opened, made or listed.
    pub(crate) fn state_error(&self, name: &str, operation: &'static str) -> impl FnOnce(io::Error) -> Error + use<> {
        let path = self.state_directory(name);
        move |error| Error::writing(operation, &path)(error)
    }

    /// A new file to be written, which nobody else may open until it is whole.
    pub(crate) fn staged(&self, prefix: &str) -> Result<Staged, Error> {
        let mut attempts = 0;
        loop {
            let made = self.part_directory().and_then(|directory| {
                let made = Staged::create(directory, prefix, ".part", PRIVATE);
                if made.is_err() {
                    // It may have been removed while it was open.
                    self.inner.part.forget();
                }
                made
            });
            match made {
                // Someone may clear the cache between the two steps.
                Err(error) if error.kind() == io::ErrorKind::NotFound && attempts < 3 => attempts += 1,
                made => return made.map_err(self.state_error("part", "create a file in")),
            }
        }
    }

    /// A file without a name, for what is not stored as it comes; the system removes it whatever happens.
    ///
    /// # Errors
    ///
    /// As for [`Store::begin`].
    pub fn scratch(&self) -> Result<File, Error> {
        self.staged("scratch.").map(Staged::into_unnamed)
    }

    /// The directory of files being written, made if it is not there. All who write at once share one.
    pub(crate) fn part_directory(&self) -> io::Result<Arc<Directory>> {
        self.inner.part.get(|| self.state_made("part"))
    }

    /// Lets others open a whole file as they may open any new file of this user.
    pub(crate) fn open_to_others(&self, staged: &Staged) -> io::Result<()> {
        let mode = match self.inner.mode.get() {
            Some(mode) => *mode,
            None => {
                let plain = Staged::create(staged.directory().clone(), "mode.", ".part", MODE)?;
                let mode = rustix::fs::fstat(plain.file())?.st_mode & 0o777;
                *self.inner.mode.get_or_init(|| mode)
            }
        };
        if let Err(error) = rustix::fs::fchmod(staged.file(), Mode::from_raw_mode(mode)) {
            tracing::debug!(path = %staged.path().display(), %error, "its mode stays");
        }
        Ok(())
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut store = f.debug_struct("Store");
        store
            .field("root", &self.root())
            .field("data_directory", &self.data_directory);
        store.field("has_check", &self.check.is_some()).finish_non_exhaustive()
    }
}

/// Whether the error says that a path leads to nothing.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
