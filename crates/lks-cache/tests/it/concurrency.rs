//! Many users of one root.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use lks_cache::{Claim, GarbageOptions, Level, Removal, Store};

use crate::housekeeping::python_clearcache;
use crate::support::*;

const N_THREADS: u64 = 8;
const N_PRODUCTS: u64 = 20;

/// Looks up and, where it misses, stores every product; whatever is handed out must be the truth.
fn fetch_all(store: &Store, order: u64) {
    let mut random = fastrand::Rng::with_seed(order);
    let mut products: Vec<u64> = (0..N_PRODUCTS).collect();
    random.shuffle(&mut products);
    for i in products {
        let (key, truth) = (key(&format!("{i}")), content(i, 3_000));
        match bytes_at(store, &key, Level::Stat) {
            Some(bytes) => assert_eq!(bytes, truth),
            None => {
                let mut writer = store.begin(&key, Some(3_000)).unwrap();
                for part in truth.chunks(1_000) {
                    writer.append(part).unwrap();
                }
                let mut entry = writer.commit(fact(), now()).unwrap();
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut entry.file, &mut bytes).unwrap();
                assert_eq!(bytes, truth);
            }
        }
    }
}

fn assert_all_whole(store: &Store) {
    let report = store
        .verify(Level::Sha256, 2.try_into().unwrap(), now(), &|_| {})
        .unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert_eq!(report.num_checked, N_PRODUCTS);
    assert!(quarantined(store).is_empty());
    assert_eq!(tree(&store.state_directory("part")), Vec::<String>::new());
}

#[test]
fn threads_without_locks_all_get_the_truth() {
    let place = place();
    let barrier = Barrier::new(N_THREADS as usize);
    thread::scope(|scope| {
        for i in 0..N_THREADS {
            let (barrier, root) = (&barrier, place.store.root());
            scope.spawn(move || {
                let store = Store::new(root);
                barrier.wait();
                fetch_all(&store, i);
            });
        }
    });
    assert_all_whole(&place.store);
}

/// Not a test of its own: the body of the processes that [`processes_without_locks_all_get_the_truth`] starts.
#[test]
fn worker() {
    if let Ok(root) = std::env::var("LKS_CACHE_TEST_ROOT") {
        fetch_all(&Store::new(root), u64::from(std::process::id()));
    }
}

#[test]
fn processes_without_locks_all_get_the_truth() {
    let place = place();
    let program = std::env::current_exe().unwrap();
    let mut workers: Vec<_> = (0..N_THREADS)
        .map(|_| {
            let mut command = Command::new(&program);
            command
                .args(["--exact", "concurrency::worker", "-q"])
                .env("LKS_CACHE_TEST_ROOT", place.store.root());
            command.stdout(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    for worker in &mut workers {
        assert!(worker.wait().unwrap().success());
    }
    assert_all_whole(&place.store);
}

#[test]
fn clearing_and_sweeping_by_others_is_survived() {
    for case in 0..3 {
        let place = place();
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let vandal = scope.spawn(|| {
                let other = Store::new(place.store.root());
                let day = Duration::from_secs(86_400);
                while !is_over.load(Ordering::Relaxed) {
                    match case {
                        0 => python_clearcache(&place.store.data_directory()),
                        1 => drop(other.clear(Removal::Apply).unwrap()),
                        _ => drop(other.gc(
                            &GarbageOptions::default().with_older_than(Duration::ZERO),
                            Removal::Apply,
                            now() + day,
                        )),
                    }
                }
            });
            let workers: Vec<_> = (0..2)
                .map(|i| {
                    scope.spawn({
                        let root = place.store.root();
                        move || {
                            let store = Store::new(root);
                            for round in 0..4 {
                                tolerant_fetch(&store, i * 10 + round);
                            }
                        }
                    })
                })
                .collect();
            let outcomes: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
            is_over.store(true, Ordering::Relaxed);
            vandal.join().unwrap();
            assert!(outcomes.iter().all(Result::is_ok));
        });
        fetch_all(&place.store, 1);
        let report = place
            .store
            .verify(Level::Sha256, 2.try_into().unwrap(), now(), &|_| {})
            .unwrap();
        assert!(report.problems.is_empty(), "case {case}: {:?}", report.problems);
    }
}

#[test]
fn directories_that_vanish_meanwhile_are_made_again() {
    // In memory where there is such a place: what counts is how often the directories vanish between two steps.
    let place = place_in_memory();
    published_while_directories_vanish(&place, 1_000);
}

#[test]
fn directories_on_another_disk_may_vanish_too() {
    // The other one is in memory where there is such a place.
    let place = place_in(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap());
    let Some(scratch) = other_disk(&place) else {
        return println!("skipped: no second file system");
    };
    fs::create_dir_all(place.store.root()).unwrap();
    symlink(scratch.path(), place.store.data_directory()).unwrap();
    published_while_directories_vanish(&place, 300);
}

fn published_while_directories_vanish(place: &Place, num_times: usize) {
    let key = key("a");
    let path = path_of(&place.store, &key);
    let publish = || {
        let mut writer = place.store.begin(&key, None)?;
        writer.append(b"content")?;
        writer.commit(fact(), now()).map(drop)
    };
    let outcomes: Vec<String> = thread::scope(|scope| {
        let publisher = scope.spawn(|| {
            let outcomes = (0..num_times).map(|_| {
                let published = publish();
                let _ = fs::remove_file(&path);
                published.map_or_else(|error| error.to_string(), |()| "published".to_owned())
            });
            outcomes.collect()
        });
        while !publisher.is_finished() {
            // Innermost first.
            for directory in path.ancestors().skip(1).take(3) {
                let _ = fs::remove_dir(directory);
            }
        }
        publisher.join().unwrap()
    });
    // Whoever removes them in a loop can make it give up, and nothing else.
    for outcome in &outcomes {
        assert!(
            outcome == "published" || outcome.ends_with("the path keeps changing"),
            "{outcome}"
        );
    }
    assert!(outcomes.iter().any(|outcome| outcome == "published"));
}

/// As [`fetch_all`], but a commit may fail loudly where others keep removing what it makes.
fn tolerant_fetch(store: &Store, order: u64) {
    let mut random = fastrand::Rng::with_seed(order);
    for _ in 0..N_PRODUCTS {
        let i = random.u64(..N_PRODUCTS);
        let (key, truth) = (key(&format!("{i}")), content(i, 3_000));
        if let Some(bytes) = bytes_at(store, &key, Level::Stat) {
            assert_eq!(bytes, truth);
            continue;
        }
        let committed = store.begin(&key, None).and_then(|mut writer| {
            writer.append(&truth)?;
            writer.commit(fact(), now())
        });
        if let Ok(mut entry) = committed {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry.file, &mut bytes).unwrap();
            assert_eq!(bytes, truth);
        }
    }
}

#[test]
fn readers_see_a_whole_file_while_its_versions_change() {
    let place = place();
    put(&place.store, &key("a"), &content(0, 5_000));
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for version in 1..40 {
                put(&place.store, &key("a"), &content(version % 3, 5_000));
            }
        });
        let path = path_of(&place.store, &key("a"));
        let versions: Vec<_> = (0..3).map(|version| content(version, 5_000)).collect();
        while !writer.is_finished() {
            // Another tool that knows nothing of records.
            if let Ok(bytes) = fs::read(&path) {
                assert!(versions.contains(&bytes));
            }
        }
    });
}

#[test]
fn a_held_lock_is_busy_until_it_is_dropped() {
    let place = place();
    let Claim::Held(lock) = place.store.try_claim(&key("a")) else {
        panic!("free")
    };
    let other = Store::new(place.store.root());
    assert!(matches!(other.try_claim(&key("a")), Claim::Busy));
    assert!(matches!(other.try_claim(&key("b")), Claim::Held(_)));
    // Nothing depends on the lock.
    put(&other, &key("a"), b"x");
    drop(lock);
    assert!(matches!(other.try_claim(&key("a")), Claim::Held(_)));
}

#[test]
fn a_removed_lock_file_does_not_let_two_hold_it_for_long() {
    let place = place();
    let Claim::Held(_lock) = place.store.try_claim(&key("a")) else {
        panic!("free")
    };
    fs::remove_dir_all(place.store.state_directory("lock")).unwrap();
    // The second holder has a new file; both go on, and the store is right all the same.
    assert!(matches!(
        Store::new(place.store.root()).try_claim(&key("a")),
        Claim::Held(_)
    ));
}
