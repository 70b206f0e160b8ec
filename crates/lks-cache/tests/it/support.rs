//! A store in a directory of its own, and short ways to put files into it.

use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use lks_cache::{Entry, Facts, GarbageOptions, Key, Level, Lookup, Record, RelativePath, Store};
use sha2::{Digest, Sha256};

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

/// One in memory, where there is such a place.
pub(crate) fn place_in_memory() -> Place {
    tempfile::tempdir_in("/dev/shm").map_or_else(|_| place(), place_in)
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

/// The same store in another process: it knows what is on the disk.
pub(crate) fn reopened(store: &Store) -> Store {
    Store::new(store.root())
}

/// Where the segments of records lie.
pub(crate) fn segments(store: &Store) -> PathBuf {
    store.root().join(".lks/v2/seg")
}

/// The only segment of a store.
pub(crate) fn segment(store: &Store) -> PathBuf {
    let names = tree(&segments(store));
    assert_eq!(names.len(), 1, "{names:?}");
    segments(store).join(&names[0])
}

/// A line of a segment, with its checksum.
pub(crate) fn line(json: &serde_json::Value) -> String {
    let json = format!("{json}\n");
    let sum: String = Sha256::digest(&json)[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{sum} {json}")
}

/// The line of a record that holds from this many nanoseconds after 1970 on.
pub(crate) fn line_of(record: &Record, at: u64) -> String {
    let mut json = serde_json::to_value(record).unwrap();
    json["at"] = at.into();
    line(&json)
}

/// Leaves a segment of this text, as another program may.
pub(crate) fn plant_segment(store: &Store, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    fs::create_dir_all(segments(store)).unwrap();
    let path = segments(store).join(name);
    fs::write(&path, text).unwrap();
    path
}

/// A moment after everything that a test writes.
pub(crate) const LATER: u64 = 5_000_000_000_000_000_000;

/// Where the first version of the store kept a record.
pub(crate) fn first_version_path(store: &Store, record_key: &str) -> PathBuf {
    let shard = store.state_directory("rec").join(&record_key[..2]);
    shard.join(format!("{record_key}.json"))
}

/// Writes a record as the first version of the store did, with its index.
pub(crate) fn write_first_version(store: &Store, record: &Record) -> PathBuf {
    let index = store
        .state_directory("by-hash")
        .join(&record.sha256[..2])
        .join(&record.sha256);
    let path = first_version_path(store, &record.key);
    for path in [&path, &index] {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
    }
    fs::write(&path, record.to_text()).unwrap();
    let known = fs::read_to_string(&index).unwrap_or_default();
    fs::write(&index, format!("{known}{}\n", record.key)).unwrap();
    path
}

/// Turns the store into one that the first version has written, and looks at it anew.
pub(crate) fn as_first_version(store: &Store) -> Store {
    for record in store.records() {
        write_first_version(store, &record.unwrap());
    }
    fs::remove_dir_all(store.root().join(".lks/v2")).unwrap();
    reopened(store)
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
        "v2/seg/x.log",
        "seg/x.sorted",
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
