//! A store in a directory of its own, and short ways to put files into it.

use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use lks_cache::{Entry, Facts, GarbageOptions, Key, Level, Lookup, RelativePath, Store};

pub(crate) struct Place {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) store: Store,
}

pub(crate) fn place() -> Place {
    place_in(tempfile::tempdir().unwrap())
}

pub(crate) fn place_in(directory: tempfile::TempDir) -> Place {
    let store = Store::new(directory.path().join("cache"));
    Place { directory, store }
}

/// A folder on another file system than the place, if there is one.
pub(crate) fn other_disk(place: &Place) -> Option<tempfile::TempDir> {
    let disk = |folder: &tempfile::TempDir| folder.path().metadata().unwrap().dev();
    let folders = ["/dev/shm", env!("CARGO_TARGET_TMPDIR")].into_iter();
    let mut made = folders.filter_map(|folder| tempfile::tempdir_in(folder).ok());
    made.find(|folder| disk(folder) != disk(&place.directory))
}

pub(crate) fn key(name: &str) -> Key {
    Key::new(
        format!("mast:TESS/product/{name}"),
        RelativePath::from_components(["TESS", "obs", name]).unwrap(),
    )
}

/// The present; files that a test just wrote are younger than this.
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// Late enough that no file counts as being written right now.
pub(crate) fn later() -> SystemTime {
    SystemTime::now() + Duration::from_secs(3600)
}

pub(crate) fn fact() -> Facts {
    Facts::from_source("test")
}

/// Bytes that differ everywhere and repeat nowhere nearby.
pub(crate) fn content(seed: u64, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    fastrand::Rng::with_seed(seed).fill(&mut bytes);
    bytes
}

pub(crate) fn put(store: &Store, key: &Key, bytes: &[u8]) -> Entry {
    let mut writer = store.begin(key, Some(bytes.len() as u64)).unwrap();
    writer.append(bytes).unwrap();
    writer.commit(fact(), now()).unwrap()
}

pub(crate) fn put_foreign(store: &Store, key: &Key, bytes: &[u8]) -> PathBuf {
    let path = path_of(store, key);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

pub(crate) fn path_of(store: &Store, key: &Key) -> PathBuf {
    store.path_of(&key.path)
}

pub(crate) fn look(store: &Store, key: &Key, level: Level) -> Lookup {
    store.lookup(key, level, now()).unwrap()
}

/// The bytes handed out at `level`, or `None` for a miss.
pub(crate) fn bytes_at(store: &Store, key: &Key, level: Level) -> Option<Vec<u8>> {
    let mut entry = look(store, key, level).hit()?;
    let mut bytes = Vec::new();
    entry.file.read_to_end(&mut bytes).unwrap();
    Some(bytes)
}

/// Files of somebody else in `directory`, some named as the store names its own.
pub(crate) fn put_somebodys_work(directory: &Path) {
    for name in [
        "thesis.tex",
        "old/data",
        "v1/part/x.part",
        "v1/trash/x/data",
        "v1/rec/ab/x.json.bad",
        "TESS/obs/p0",
    ] {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "years of work").unwrap();
    }
}

/// A pipe that others may open; `false` if something is there.
pub(crate) fn put_pipe(path: &Path) -> bool {
    let mode = rustix::fs::Mode::from_raw_mode(0o666);
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0).is_ok()
}

/// Whatever its age, quarantine and locks of the caller included.
pub(crate) fn all_garbage(store: &Store) -> GarbageOptions {
    GarbageOptions::default()
        .with_older_than(Duration::ZERO)
        .with_quarantine_older_than(Duration::ZERO)
        .with_lock_directories([store.state_directory("limits")])
}

/// Everything below `directory`, relative, sorted.
pub(crate) fn tree(directory: &Path) -> Vec<String> {
    fn walk(directory: &Path, base: &Path, found: &mut Vec<String>) {
        let Ok(entries) = fs::read_dir(directory) else {
            return;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            found.push(path.strip_prefix(base).unwrap().to_string_lossy().into_owned());
            if path.symlink_metadata().unwrap().is_dir() {
                walk(&path, base, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(directory, directory, &mut found);
    found.sort();
    found
}

/// The contents of all files in quarantine.
pub(crate) fn quarantined(store: &Store) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(store.state_directory("quarantine")) else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| fs::read(entry.unwrap().path().join("data")).ok())
        .collect()
}
