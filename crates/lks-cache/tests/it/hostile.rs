//! A cache that others wrote or may write: links, pipes, records and parts that somebody planted lead to nothing outside it, and hold
//! nobody up.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use lks_cache::{GarbageOptions, Level, Lookup, MissReason, Record, Removal, Store};

use crate::support::*;

const ETAG: &str = "cloud \"abc\"";
/// What the store keeps for itself, from the outermost directory.
const OURS: [&str; 13] = [
    ".lks",
    ".lks/v1",
    ".lks/v2",
    ".lks/v2/seg",
    ".lks/v1/rec",
    ".lks/v1/rec-taken",
    ".lks/v1/by-hash",
    ".lks/v1/part",
    ".lks/v1/lock",
    ".lks/v1/quarantine",
    ".lks/v1/trash",
    ".lks/v1/limits",
    ".lks/v1/rec/SHARD",
];
const WEEKS: Duration = Duration::from_secs(400 * 86_400);

/// Something of somebody else's beside the cache, and what it holds now.
struct Outside {
    directory: PathBuf,
    before: BTreeMap<PathBuf, Vec<u8>>,
}

impl Outside {
    fn beside(place: &Place) -> Self {
        let directory = place.directory.path().join("outside");
        put_somebodys_work(&directory);
        let before = contents(&directory);
        Self { directory, before }
    }

    fn file(&self) -> PathBuf {
        self.directory.join("thesis.tex")
    }

    fn assert_untouched(&self, told: &str) {
        assert_eq!(contents(&self.directory), self.before, "{told}");
        assert_eq!(self.file().metadata().unwrap().mode() & 0o777, 0o644, "{told}");
    }
}

fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let of = |path: String| {
        let path = directory.join(path);
        let bytes = if path.is_dir() {
            Vec::new()
        } else {
            fs::read(&path).unwrap()
        };
        (path, bytes)
    };
    tree(directory).into_iter().map(of).collect()
}

/// Runs `body` and fails instead of waiting for ever.
fn in_time(told: &str, body: impl FnOnce() + Send + 'static) {
    let (done, wait) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        body();
        done.send(()).unwrap();
    });
    match wait.recv_timeout(Duration::from_secs(20)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{told}: waits for ever"),
        Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => thread.join().unwrap(),
    }
}

/// Plants a record, in the way of either version, that holds whatever was written before.
fn plant(store: &Store, record: &Record, is_first_version: bool) -> Store {
    match is_first_version {
        true => {
            drop(fs::remove_dir_all(store.root().join(".lks/v2")));
            write_first_version(store, record);
        }
        false => {
            plant_segment(store, "planted.log", line_of(record, LATER));
        }
    }
    reopened(store)
}

/// Everything that is done with a store, whatever becomes of it.
fn everything(store: &Store) {
    let small = content(3, 1000);
    for (name, bytes) in [("a", &small[..]), ("a", &small[1..]), ("new", &small[2..])] {
        let _claim = store.try_claim(&key(name));
        let stored = store.begin(&key(name), None).and_then(|mut writer| {
            writer.append(bytes)?;
            writer.commit(fact(), now())
        });
        drop(stored);
    }
    for level in [Level::Exists, Level::Stat, Level::Sha256] {
        drop(store.lookup(&key("a"), level, now()));
    }
    drop(store.adopt(&key("adopted"), fact(), &|_, _| Ok(None), later()));
    if let Ok(mut writer) = store.begin(&key("big"), None) {
        writer.keep(ETAG);
        drop(writer.append(&content(4, 3 << 20)));
    }
    drop(store.resume(&key("big"), ETAG));
    drop(store.verify(Level::Sha256, std::num::NonZeroUsize::MIN, now(), &|_| {}));
    drop(store.info(|_| ()));
    drop(store.find_content(&"0".repeat(64)));
    drop(store.gc(&all_garbage(store), Removal::Apply, now() + WEEKS));
    drop(store.remove("new", Removal::Apply));
    drop(store.clear(Removal::Apply));
    drop(store.sync_batch());
}

#[test]
fn a_record_that_names_a_file_elsewhere_makes_nobody_remove_it() {
    for (elsewhere, is_first_version) in [
        "files/../../outside/thesis.tex",
        "OUTSIDE/thesis.tex",
        "other/thesis.tex",
        ".lks/thesis.tex",
    ]
    .into_iter()
    .flat_map(|elsewhere| [(elsewhere, false), (elsewhere, true)])
    {
        let mut place = place();
        let outside = Outside::beside(&place);
        let mut record = put(&place.store, &key("a"), b"content").record.unwrap();
        record.locations[0].path = elsewhere.replace("OUTSIDE", outside.directory.to_str().unwrap());
        place.store = plant(&place.store, &record, is_first_version);
        // Below the root too, what is not in the data directory is not the record's.
        let others = ["other", ".lks"].map(|name| place.store.root().join(name).join("thesis.tex"));
        for path in &others {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"content").unwrap();
        }
        for level in [Level::Stat, Level::Sha256] {
            let found = place.store.lookup_uri(&record.uri, level, now()).unwrap();
            assert!(
                matches!(found, Lookup::Miss(MissReason::Absent)),
                "{elsewhere}: {found:?}"
            );
        }
        let told = place.store.remove("*thesis*", Removal::DryRun).unwrap();
        assert!(told.is_empty(), "{told:?}");
        everything(&place.store);
        outside.assert_untouched(&record.locations[0].path);
        assert!(
            others.iter().all(|path| fs::read(path).unwrap() == b"content"),
            "{elsewhere}"
        );
    }
}

#[test]
fn names_and_keys_that_climb_are_not_believed_on_disk_either() {
    let mut place = place();
    let outside = Outside::beside(&place);
    let whole = put(&place.store, &key("a"), b"content").record.unwrap();
    let mut record = whole.clone();
    record.sha256 = format!("{}{}", "../".repeat(20), "x/outside");
    for is_first_version in [false, true] {
        place.store = plant(&place.store, &record, is_first_version);
        put(&place.store, &key("a"), b"content");
        outside.assert_untouched("a hash with dots");
    }

    // The record that this line of the index leads to would be set aside as unusable.
    let foreign = outside.directory.join("cc.json");
    fs::write(&foreign, "{}").unwrap();
    let climbing = format!("{}outside/cc", "../".repeat(4));
    let line = format!("{}{climbing}", "./".repeat((64 - climbing.len()) / 2));
    assert_eq!(line.len(), 64);
    let index = place.store.state_directory("by-hash");
    let sha256 = "ab".repeat(32);
    fs::create_dir_all(index.join("ab")).unwrap();
    fs::write(index.join("ab").join(&sha256), format!("{line}\n")).unwrap();
    assert!(place.store.find_content(&sha256).unwrap().is_empty());
    assert_eq!(fs::read(&foreign).unwrap(), b"{}");
    assert!(place.store.find_content("../../../x").unwrap().is_empty());
}

#[test]
fn a_link_in_place_of_our_directory_leads_nowhere() {
    for ours in OURS {
        let place = place();
        let outside = Outside::beside(&place);
        put(&place.store, &key("a"), b"content");
        put_foreign(&place.store, &key("adopted"), b"theirs");
        let link = place
            .store
            .root()
            .join(ours.replace("SHARD", &key("a").record_key()[..2]));
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        if link.exists() {
            fs::rename(&link, place.directory.path().join("moved")).unwrap();
        }
        symlink(&outside.directory, &link).unwrap();
        let stored = place.store.begin(&key("b"), None).and_then(|mut writer| {
            writer.append(b"x")?;
            writer.commit(fact(), now())
        });
        if [".lks", ".lks/v1", ".lks/v2", ".lks/v2/seg", ".lks/v1/part"].contains(&ours) {
            let error = stored.unwrap_err().to_string();
            assert!(
                error.contains("a symbolic link in place of a directory is in the way"),
                "{ours}: {error}"
            );
        }
        everything(&place.store);
        outside.assert_untouched(ours);
    }
}

#[test]
fn a_link_in_place_of_our_file_is_not_followed() {
    let mut place = place();
    let outside = Outside::beside(&place);
    let record = put(&place.store, &key("a"), b"content").record.unwrap();
    let lock = format!("{}.lock", &record.key[..16]);
    let index = write_first_version(&place.store, &record);
    for path in [
        segment(&place.store),
        segments(&place.store).join("x.sorted"),
        segments(&place.store).join("y.done"),
        index,
        place
            .store
            .state_directory("by-hash")
            .join(&record.sha256[..2])
            .join(&record.sha256),
        place.store.state_directory("lock").join(lock),
    ] {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        symlink(outside.file(), &path).unwrap();
    }
    place.store = reopened(&place.store);
    drop(place.store.try_claim(&key("a")));
    assert!(place.store.find_content(&record.sha256).unwrap().is_empty());
    assert_eq!(place.store.records().count(), 0);
    put(&place.store, &key("a"), b"content");
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), b"content");
    everything(&place.store);
    outside.assert_untouched("links to files");
}

/// A part of three mebibytes that was given up, with its journal.
fn given_up(store: &Store) -> PathBuf {
    let mut writer = store.begin(&key("a"), None).unwrap();
    writer.keep(ETAG);
    writer.append(&content(1, 3 << 20)).unwrap();
    drop(writer);
    let name = tree(&store.state_directory("part"));
    let name = name.iter().find(|name| name.ends_with(".part")).unwrap();
    store.state_directory("part").join(name)
}

#[test]
fn a_part_that_is_a_link_or_has_another_name_is_not_continued() {
    for hard in [false, true] {
        let place = place();
        let part = given_up(&place.store);
        let elsewhere = place.directory.path().join("elsewhere");
        fs::rename(&part, &elsewhere).unwrap();
        match hard {
            true => fs::hard_link(&elsewhere, &part).unwrap(),
            false => symlink(&elsewhere, &part).unwrap(),
        }
        assert!(place.store.resume(&key("a"), ETAG).unwrap().is_none(), "{hard}");
        assert_eq!(fs::read(&elsewhere).unwrap(), content(1, 3 << 20));
    }
    let place = place();
    given_up(&place.store);
    assert!(place.store.resume(&key("a"), ETAG).unwrap().is_some(), "else it is");
}

#[test]
fn pipes_in_place_of_files_of_ours_hold_nobody_up() {
    let place = place();
    let record = put(&place.store, &key("a"), b"content").record.unwrap();
    put(&reopened(&place.store), &key("c"), b"others");
    let key16 = record.key[..16].to_owned();
    let state = |name: &str| place.store.state_directory(name);
    // The first of two segments goes; what is in the other one stays.
    let with_a = |path: &PathBuf| fs::read_to_string(path).unwrap().contains(&record.uri);
    let mut written = tree(&segments(&place.store))
        .into_iter()
        .map(|name| segments(&place.store).join(name));
    let planted = [
        written.find(with_a).unwrap(),
        segments(&place.store).join("x.sorted"),
        segments(&place.store).join("y.done"),
        segments(&place.store).join("x.json.bad"),
        write_first_version(&place.store, &record),
        state("by-hash").join(&record.sha256[..2]).join(&record.sha256),
        state("lock").join(format!("{key16}.lock")),
        state("part").join(format!("{key16}.x.json")),
        state("part").join(format!("{key16}.x.part")),
        state("part").join("y.part"),
        state("rec").join("x.json.bad"),
    ];
    for path in planted {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        assert!(put_pipe(&path));
    }
    let store = reopened(&place.store);
    in_time("listing", move || assert_eq!(store.records().count(), 1));
    let store = reopened(&place.store);
    in_time("looking", move || {
        look(&store, &key("a"), Level::Stat);
    });
    let store = reopened(&place.store);
    in_time("everything", move || {
        put(&store, &key("a"), b"content");
        assert_eq!(bytes_at(&store, &key("a"), Level::Sha256).unwrap(), b"content");
        everything(&store);
    });
}

#[test]
fn a_part_belongs_to_its_writer_alone_until_it_has_its_name() {
    let place = place();
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.append(b"content").unwrap();
    let parts = place.store.state_directory("part");
    let modes = tree(&parts)
        .into_iter()
        .map(|name| parts.join(name).metadata().unwrap().mode() & 0o777);
    assert_eq!(modes.collect::<Vec<_>>(), [0o600]);
    let entry = writer.commit(fact(), now()).unwrap();
    let plain = place.directory.path().join("plain");
    fs::write(&plain, b"x").unwrap();
    assert_eq!(entry.path.metadata().unwrap().mode(), plain.metadata().unwrap().mode());
}

#[test]
fn a_part_swapped_while_it_was_written_is_not_published() {
    for link in [false, true] {
        let place = place();
        let outside = Outside::beside(&place);
        let mut writer = place.store.begin(&key("a"), None).unwrap();
        writer.append(b"content").unwrap();
        let parts = place.store.state_directory("part");
        let part = parts.join(&tree(&parts)[0]);
        fs::remove_file(&part).unwrap();
        match link {
            true => symlink(outside.file(), &part).unwrap(),
            false => fs::write(&part, b"planted").unwrap(),
        }
        let told = writer.commit(fact(), now()).unwrap_err().to_string();
        assert!(told.contains("another file"), "{told}");
        assert_eq!(bytes_at(&place.store, &key("a"), Level::Exists), None);
        assert!(path_of(&place.store, &key("a")).symlink_metadata().is_err());
        put(&place.store, &key("a"), b"content");
        assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), b"content");
        outside.assert_untouched("a swapped part");
    }
}

/// Makes a link that belongs to another user; `false` where that cannot be.
fn link_of_another(target: &Path, link: &Path) -> bool {
    if !rustix::process::geteuid().is_root() {
        println!("SKIPPED links of another user: only root can make them");
        return false;
    }
    symlink(target, link).unwrap();
    std::os::unix::fs::lchown(link, Some(65_534), Some(65_534)).unwrap();
    true
}

#[test]
fn links_of_another_user_are_not_followed() {
    let place = place();
    let outside = Outside::beside(&place);
    fs::create_dir_all(place.store.root()).unwrap();
    if !link_of_another(&outside.directory, &place.store.data_directory()) {
        return;
    }
    everything(&place.store);
    outside.assert_untouched("files");
    let error = place.store.begin(&key("a"), None).unwrap_err().to_string();
    assert!(error.contains("symbolic link"), "{error}");

    fs::remove_file(place.store.data_directory()).unwrap();
    let path = put_foreign(&place.store, &key("a"), b"x");
    fs::remove_file(&path).unwrap();
    link_of_another(&outside.file(), &path);
    let adopted = place.store.adopt(&key("a"), fact(), &|_, _| Ok(None), later()).unwrap();
    assert!(matches!(adopted, lks_cache::Adoption::Refused(_)), "{adopted:?}");
    put(&place.store, &key("a"), b"content");
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), b"content");
    outside.assert_untouched("a link at the file's place");
}

#[test]
fn a_list_of_what_would_be_cleared_says_where_a_link_leads() {
    let place = place();
    let scratch = place.directory.path().join("scratch");
    fs::create_dir_all(scratch.join("TESS/obs")).unwrap();
    fs::create_dir_all(place.store.root()).unwrap();
    symlink(&scratch, place.store.data_directory()).unwrap();
    let removed = place.store.clear(Removal::DryRun).unwrap();
    assert_eq!(removed[0].path, scratch.canonicalize().unwrap().join("TESS"));
}

#[test]
fn a_store_that_is_world_writable_directory_is_named() {
    let place = place();
    assert_eq!(place.store.world_writable_directory(), None);
    put(&place.store, &key("a"), b"content");
    let change = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    change(place.store.root(), 0o2775);
    assert_eq!(place.store.world_writable_directory(), None);
    for path in [
        place.store.root().to_owned(),
        place.store.data_directory(),
        place.store.state_directory(""),
    ] {
        change(&path, 0o1777);
        let told = place.store.world_writable_directory().unwrap();
        assert_eq!(told.canonicalize().unwrap(), path.canonicalize().unwrap());
        change(&path, 0o755);
    }
}

#[test]
fn root_sweeps_up_what_others_left_unfinished() {
    if !rustix::process::geteuid().is_root() {
        return println!("SKIPPED a sweep by root: there is no other user without root");
    }
    let place = place();
    put(&place.store, &key("a"), b"content");
    let dead = place.store.state_directory("part").join("0123456789abcdef.dead.part");
    fs::write(&dead, b"half").unwrap();
    fs::set_permissions(&dead, fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::chown(&dead, Some(65_534), Some(65_534)).unwrap();
    let swept = place
        .store
        .gc(&GarbageOptions::default(), Removal::Apply, now() + WEEKS)
        .unwrap();
    assert!(swept.iter().any(|swept| swept.path == dead), "{swept:?}");
}
