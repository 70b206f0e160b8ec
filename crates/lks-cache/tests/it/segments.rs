//! Records in segments: what runs leave, what compactions make of it, what an older program left, and what happens meanwhile.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use lks_cache::{GarbageOptions, Level, Lookup, MissReason, Record, RecordOrigin, Removal, Store};

use crate::support::*;

/// Each product by a run of its own, with its batch synced.
fn runs(store: &Store, names: impl IntoIterator<Item = String>) {
    for name in names {
        let run = reopened(store);
        put(&run, &key(&name), name.as_bytes());
        run.sync_batch().unwrap();
    }
}

fn names(n: usize) -> impl Iterator<Item = String> {
    (0..n).map(|n| format!("p{n}"))
}

fn uris(store: &Store) -> BTreeSet<String> {
    let records = store.records().map(|record| record.unwrap().uri);
    let (all, mut seen) = (records.collect::<Vec<_>>(), BTreeSet::new());
    assert!(all.iter().all(|uri| seen.insert(uri.clone())), "{all:?}");
    seen
}

fn expected(n: usize) -> BTreeSet<String> {
    names(n).map(|name| key(&name).uri).collect()
}

fn sweep(store: &Store) {
    store.gc(&GarbageOptions::default(), Removal::Apply, later()).unwrap();
}

/// The only sorted segment, if there is just that one.
fn compacted(store: &Store) -> bool {
    let names = tree(&segments(store));
    names.len() == 1 && names[0].ends_with(".sorted")
}

#[test]
fn a_product_leaves_its_directory_and_its_file() {
    let place = place();
    let leave = |n: usize| {
        for n in 0..n {
            let path = format!("TESS/obs{n}/p{n}").parse().unwrap();
            let key = lks_cache::Key::new(format!("mast:{n}"), path);
            let claim = place.store.try_claim(&key);
            put(&place.store, &key, b"content");
            drop(claim);
        }
        place.store.sync_batch().unwrap();
        tree(place.store.root())
    };
    let few = leave(1);
    let many = leave(41);
    assert_eq!(many.len() - few.len(), 2 * 40, "{many:?}");
    let ours = |tree: &[String]| {
        tree.iter()
            .filter(|path| path.starts_with(".lks"))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(ours(&few), ours(&many));
}

#[test]
fn what_one_run_writes_another_one_finds() {
    let place = place();
    let other = reopened(&place.store);
    assert_eq!(bytes_at(&other, &key("a"), Level::Stat), None);
    put(&place.store, &key("a"), b"one");
    assert_eq!(bytes_at(&other, &key("a"), Level::Stat).unwrap(), b"one");
    put(&place.store, &key("a"), b"two");
    assert_eq!(
        bytes_at(&other, &key("a"), Level::Stat).unwrap(),
        b"two",
        "it is not taken for damaged"
    );
    put(&other, &key("a"), b"three");
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Stat).unwrap(), b"three");
    assert_eq!(quarantined(&place.store).len(), 2);
    other.remove("a", Removal::Apply).unwrap();
    assert_eq!(place.store.records().count(), 0);
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Stat), None);
    assert_eq!(reopened(&place.store).records().count(), 0);
}

#[test]
fn many_runs_are_brought_together() {
    let place = place();
    runs(&place.store, names(7));
    assert_eq!(tree(&segments(&place.store)).len(), 7, "not worth it");
    runs(&place.store, names(40).skip(7));
    let left = tree(&segments(&place.store));
    assert!(left.len() <= 12, "{left:?}");
    let store = reopened(&place.store);
    assert_eq!(uris(&store), expected(40));
    sweep(&store);
    assert!(compacted(&store), "{:?}", tree(&segments(&store)));
    assert_eq!(uris(&store), expected(40));
    for name in names(40) {
        for store in [&store, &reopened(&store)] {
            assert_eq!(bytes_at(store, &key(&name), Level::Stat).unwrap(), name.as_bytes());
        }
        let sha256 = look(&store, &key(&name), Level::Stat)
            .hit()
            .unwrap()
            .record
            .unwrap()
            .sha256;
        assert_eq!(store.find_content(&sha256).unwrap().len(), 1);
    }
    assert_eq!(bytes_at(&store, &key("other"), Level::Stat), None);
    let before = tree(&segments(&store));
    sweep(&store);
    assert_eq!(tree(&segments(&store)), before, "it is done");
}

#[test]
fn a_segment_in_use_is_left_to_its_writer() {
    let place = place();
    put(&place.store, &key("a"), b"a");
    let own = segment(&place.store);
    runs(&place.store, names(20));
    sweep(&reopened(&place.store));
    assert!(own.exists());
    put(&place.store, &key("b"), b"b");
    assert_eq!(uris(&reopened(&place.store)).len(), 22);
}

#[test]
fn a_line_is_not_lost_with_a_segment_that_was_taken_away() {
    // As where locks lie, and a compaction takes a segment for finished.
    let place = place();
    for (n, taken) in ["renamed", "removed", "cleared"].into_iter().enumerate() {
        put(&place.store, &key("before"), taken.as_bytes());
        let names = tree(&segments(&place.store));
        let own = names.iter().find(|name| name.ends_with(".log")).unwrap();
        let own = segments(&place.store).join(own);
        match taken {
            "renamed" => fs::rename(&own, own.with_extension("done")).unwrap(),
            "removed" => fs::remove_file(&own).unwrap(),
            _ => fs::rename(segments(&place.store), place.directory.path().join("elsewhere")).unwrap(),
        }
        put(&place.store, &key(&format!("after{n}")), b"after");
        place.store.sync_batch().unwrap();
        let other = reopened(&place.store);
        assert!(uris(&other).contains(&key(&format!("after{n}")).uri), "{taken}");
    }
}

#[test]
fn what_was_removed_stays_removed() {
    let place = place();
    runs(&place.store, names(10));
    sweep(&place.store);
    for name in names(5) {
        reopened(&place.store).remove(&name, Removal::Apply).unwrap();
    }
    for _ in 0..3 {
        assert_eq!(uris(&reopened(&place.store)).len(), 5);
        sweep(&reopened(&place.store));
    }
    assert!(compacted(&place.store));
    let text = fs::read(segment(&place.store)).unwrap();
    assert!(
        !String::from_utf8_lossy(&text).contains("removed"),
        "there is nothing left to be removed"
    );
    for name in names(10) {
        reopened(&place.store).remove(&name, Removal::Apply).unwrap();
    }
    sweep(&reopened(&place.store));
    assert_eq!(tree(&segments(&place.store)), Vec::<String>::new());
}

#[test]
fn a_clock_set_back_keeps_no_old_record_in_force() {
    let place = place();
    let commit = |bytes: &[u8], when: SystemTime| {
        let run = reopened(&place.store);
        look(&run, &key("a"), Level::Stat);
        let mut writer = run.begin(&key("a"), None).unwrap();
        writer.append(bytes).unwrap();
        writer.commit(fact(), when).unwrap();
    };
    let year = Duration::from_secs(365 * 86_400);
    let whens = [
        now() + 300 * year,
        now(),
        SystemTime::UNIX_EPOCH,
        now() - year,
        SystemTime::UNIX_EPOCH - year,
    ];
    for (n, when) in whens.into_iter().enumerate() {
        let bytes = content(n as u64, 1000);
        commit(&bytes, when);
        for _ in 0..2 {
            let store = reopened(&place.store);
            assert_eq!(bytes_at(&store, &key("a"), Level::Stat), Some(bytes.clone()), "{n}");
            sweep(&store);
        }
    }
    assert_eq!(quarantined(&place.store).len(), 4);
    reopened(&place.store).remove("a", Removal::Apply).unwrap();
    assert_eq!(reopened(&place.store).records().count(), 0);
}

#[test]
fn a_damaged_segment_is_set_aside_and_the_rest_saved() {
    for at in [0.001, 0.3, 0.7, 0.999] {
        let place = place();
        runs(&place.store, names(100));
        sweep(&place.store);
        assert!(compacted(&place.store));
        let path = segment(&place.store);
        let mut text = fs::read(&path).unwrap();
        let n = (text.len() as f64 * at) as usize;
        text[n] ^= 1;
        fs::write(&path, &text).unwrap();
        let store = reopened(&place.store);
        let lost: Vec<String> = names(100)
            .filter(|name| match look(&store, &key(name), Level::Stat) {
                Lookup::Hit(_) => false,
                Lookup::Miss(MissReason::Unrecorded { .. }) => true,
                Lookup::Miss(other) => panic!("{other}"),
            })
            .collect();
        assert!(lost.len() <= 1, "{lost:?}");
        for name in &lost {
            store.adopt(&key(name), fact(), &|_, _| Ok(None), later()).unwrap();
        }
        put(&store, &key("p0"), b"p0");
        store.sync_batch().unwrap();
        drop(store);
        let store = reopened(&place.store);
        sweep(&store);
        assert_eq!(uris(&store), expected(100), "{at}");
        let left = tree(&segments(&store));
        assert!(
            left.iter()
                .all(|name| name.ends_with(".sorted") || name.ends_with(".sorted.bad")),
            "{left:?}"
        );
        assert_eq!(
            left.iter().filter(|name| name.ends_with(".bad")).count(),
            1,
            "{at}: {left:?}"
        );
        let bad = segments(&store).join(left.iter().find(|name| name.ends_with(".bad")).unwrap());
        assert_eq!(fs::read(bad).unwrap(), text, "nothing of it is lost");
        let weeks = later() + Duration::from_secs(21 * 86_400);
        store.gc(&all_garbage(&store), Removal::Apply, weeks).unwrap();
        assert!(compacted(&store));
    }
}

#[test]
fn writers_readers_and_compactions_at_once_lose_nothing() {
    const N: usize = 150;
    let place = place_in_memory();
    let root = place.store.root().to_owned();
    runs(&place.store, names(1));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let root = &root;
                scope.spawn(move || {
                    let mut store = Store::new(root);
                    for (n, name) in names(N).enumerate().filter(|(n, _)| n % 3 == writer) {
                        put(&store, &key(&name), name.as_bytes());
                        assert_eq!(bytes_at(&store, &key(&name), Level::Stat).unwrap(), name.as_bytes());
                        if n % 2 == 0 {
                            store.sync_batch().unwrap();
                            store = Store::new(root);
                        }
                    }
                })
            })
            .collect();
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let (store, options) = (Store::new(&root), GarbageOptions::default());
                    store.gc(&options, Removal::Apply, now()).unwrap();
                }
            });
        }
        scope.spawn(|| {
            let mut most = 0;
            let known = Store::new(&root);
            while !is_over.load(Ordering::Relaxed) {
                for store in [&known, &Store::new(&root)] {
                    let seen = uris(store).len();
                    assert!(seen >= most, "{seen} of {most} records");
                    most = seen;
                    assert_eq!(bytes_at(store, &key("p0"), Level::Stat).unwrap(), b"p0");
                }
            }
        });
        let outcomes: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        is_over.store(true, Ordering::Relaxed);
        outcomes.into_iter().for_each(|outcome| outcome.unwrap());
    });
    let store = reopened(&place.store);
    assert_eq!(uris(&store), expected(N));
    sweep(&store);
    assert_eq!(uris(&reopened(&store)), expected(N));
    assert!(compacted(&store), "{:?}", tree(&segments(&store)));
}

#[test]
fn a_segment_that_another_program_wrote_by_the_page_is_read() {
    // Made in Python from `docs/reference/records.md`: eight records, two by two with one content.
    let place = place();
    let path = plant_segment(&place.store, "x.sorted", include_bytes!("../data/segment.sorted"));
    let read = records(&place.store);
    assert_eq!(read.len(), 8);
    for record in &read {
        let found = place.store.find_content(&record.sha256).unwrap();
        assert_eq!((found.len(), found.contains(record)), (2, true));
    }
    sweep(&place.store);
    assert_eq!(tree(&segments(&place.store)), ["x.sorted"]);
    assert_eq!(fs::read(path).unwrap(), include_bytes!("../data/segment.sorted"));
}

/// A store of the first version with so many records, one of them unusable.
fn first_version(place: &Place, n: usize) -> Store {
    for name in names(n) {
        put(&place.store, &key(&name), name.as_bytes());
    }
    let store = as_first_version(&place.store);
    let unusable = first_version_path(&store, &key("unusable").record_key());
    fs::create_dir_all(unusable.parent().unwrap()).unwrap();
    fs::write(&unusable, "{}").unwrap();
    fs::create_dir_all(store.state_directory("lock")).unwrap();
    fs::write(store.state_directory("lock").join("left.lock"), "").unwrap();
    store
}

fn records(store: &Store) -> Vec<Record> {
    let mut records: Vec<Record> = store.records().map(Result::unwrap).collect();
    records.sort_by(|a, b| a.key.cmp(&b.key));
    records
}

#[test]
fn the_first_version_is_read_and_taken_over_by_who_writes() {
    let place = place();
    let store = first_version(&place, 30);
    let before = records(&store);
    assert_eq!(before.len(), 30);
    for name in names(30) {
        assert_eq!(bytes_at(&store, &key(&name), Level::Stat).unwrap(), name.as_bytes());
    }
    assert_eq!(store.find_content(&before[3].sha256).unwrap(), [before[3].clone()]);
    assert!(!store.root().join(".lks/v2").exists(), "a look writes nothing");
    store.remove("p7", Removal::Apply).unwrap();
    put(&store, &key("new"), b"new");
    assert_eq!(uris(&store).len(), 30);
    store.sync_batch().unwrap();
    for gone in ["rec", "by-hash", "lock", "trash"] {
        let left = tree(&store.state_directory(gone));
        assert!(left.is_empty(), "{gone}: {left:?}");
    }
    let bad = segments(&store).join(format!("{}.json.bad", key("unusable").record_key()));
    assert_eq!(fs::read_to_string(bad).unwrap(), "{}");
    for store in [&store, &reopened(&store)] {
        let now = records(store);
        let kept = before.iter().filter(|record| record.uri != key("p7").uri);
        for record in kept {
            assert!(now.contains(record), "{record:?}");
        }
        assert_eq!(now.len(), 30);
    }
}

#[test]
fn gc_takes_the_first_version_over_too() {
    let place = place();
    let store = first_version(&place, 5);
    let before = records(&store);
    sweep(&store);
    assert!(!store.state_directory("rec").exists());
    assert_eq!(records(&reopened(&store)), before);
}

#[test]
fn an_older_program_beside_us_is_heard_again_and_again() {
    let place = place();
    put(&place.store, &key("a"), b"one");
    put(&place.store, &key("b"), b"b");
    for round in 0..3 {
        // It stores another content, and says so in its own way.
        let bytes = content(round, 500);
        let elsewhere = place_in(tempfile::tempdir().unwrap());
        let mut record = put(&elsewhere.store, &key("a"), &bytes).record.unwrap();
        let path = path_of(&place.store, &key("a"));
        fs::write(&path, &bytes).unwrap();
        record.locations.clear();
        record.origin = RecordOrigin::Adopted;
        write_first_version(&place.store, &record);
        for store in [&place.store, &reopened(&place.store)] {
            assert_eq!(bytes_at(store, &key("a"), Level::Stat), Some(bytes.clone()), "{round}");
            let origin = look(store, &key("a"), Level::Stat)
                .hit()
                .unwrap()
                .record
                .unwrap()
                .origin;
            assert_eq!(origin, RecordOrigin::Adopted);
            assert_eq!(uris(store).len(), 2);
        }
        put(&place.store, &key("b"), &content(round, 50));
        place.store.sync_batch().unwrap();
        assert!(!place.store.state_directory("rec").exists());
    }
    assert_eq!(quarantined(&place.store).len(), 3, "versions of b");
}

#[test]
fn what_an_older_program_writes_during_the_take_over_stays() {
    let place = place_in_memory();
    let store = first_version(&place, 200);
    let late: Vec<Record> = (0..200)
        .map(|n| {
            let mut record = store.records().next().unwrap().unwrap();
            record.uri = format!("mast:late/{n}");
            record.key = lks_cache::Key::new(&record.uri, "x".parse().unwrap()).record_key();
            record
        })
        .collect();
    thread::scope(|scope| {
        let older = scope.spawn(|| {
            late.iter()
                .filter(|record| is_written(&store, record))
                .collect::<Vec<_>>()
        });
        while !older.is_finished() {
            sweep(&reopened(&store));
        }
        let written = older.join().unwrap();
        sweep(&reopened(&store));
        let found = records(&reopened(&store));
        let lost = written.iter().filter(|record| !found.contains(record)).count();
        // Between two looks at a directory, a record can go with it: its file is then judged like a stranger's.
        assert!(lost <= 2, "{lost} of {} records", written.len());
        assert!(found.len() >= 200 + written.len() - lost);
    });
}

#[test]
fn a_list_goes_on_while_its_segments_are_merged() {
    let place = place_in_memory();
    for name in names(150) {
        // Each run leaves a segment; not all of them stay open.
        put(&reopened(&place.store), &key(&name), name.as_bytes());
    }
    let store = reopened(&place.store);
    let mut entries = store.entries().unwrap();
    let first = entries.next().unwrap().unwrap();
    sweep(&reopened(&store));
    assert!(compacted(&store));
    let listed: Vec<_> = std::iter::once(first).chain(entries.map(Result::unwrap)).collect();
    assert_eq!(listed.len(), 150);
    assert!(listed.iter().all(|listed| listed.record.is_some()));
}

#[test]
fn a_take_over_that_was_killed_is_finished_by_the_next() {
    let place = place();
    let store = first_version(&place, 30);
    let before = records(&store);
    // Killed when the directory had its other name, with what came into it meanwhile.
    let (old, taken) = (store.state_directory("rec"), store.state_directory("rec-taken"));
    fs::rename(&old, &taken).unwrap();
    let again = reopened(&store);
    put(&again, &key("new"), b"new");
    sweep(&again);
    assert!(!taken.exists() && !old.exists());
    let now = records(&reopened(&again));
    for record in &before {
        assert!(now.contains(record), "{record:?}");
    }
    assert_eq!(tree(&store.state_directory("trash")), Vec::<String>::new());
}

/// As an older program does it: written beside its place and renamed into it.
fn is_written(store: &Store, record: &Record) -> bool {
    let path = first_version_path(store, &record.key);
    let draft = |shard: &Path| {
        fs::create_dir_all(shard)?;
        let draft = shard.join("small.x.part");
        fs::write(&draft, record.to_text())?;
        fs::rename(draft, &path)
    };
    path.parent().is_some_and(|shard| draft(shard).is_ok())
}

#[test]
fn a_file_fetched_anew_during_verification_is_not_damaged() {
    let place = place();
    for name in names(2) {
        put(&place.store, &key(&name), name.as_bytes());
    }
    let another = reopened(&place.store);
    let replace = |progress: lks_cache::VerifyProgress<'_>| {
        if progress.num_checked == 1 {
            put(&another, &key("p1"), b"another edition");
        }
    };
    let report = place
        .store
        .verify(Level::Sha256, std::num::NonZeroUsize::MIN, now(), &replace)
        .unwrap();
    assert!(report.problems.is_empty(), "{report:?}");
    assert_eq!(
        bytes_at(&another, &key("p1"), Level::Sha256).unwrap(),
        b"another edition"
    );
}

#[test]
fn records_in_the_wrong_directory_are_not_taken_over() {
    let place = place();
    let store = first_version(&place, 30);
    let first = records(&store)[0].clone();
    let path = first_version_path(&store, &first.key);
    // Not a directory of keys, and one of other keys: an older program finds the record in neither.
    for shard in ["00 (copy)", "ff"] {
        let wrong = path.parent().unwrap().with_file_name(shard);
        fs::create_dir_all(&wrong).unwrap();
        fs::copy(&path, wrong.join(path.file_name().unwrap())).unwrap();
    }
    put(&store, &key("new"), b"new");
    store.sync_batch().unwrap();
    assert_eq!(uris(&store).len(), 31);
    for name in names(30) {
        assert_eq!(bytes_at(&store, &key(&name), Level::Stat).unwrap(), name.as_bytes());
    }
}
