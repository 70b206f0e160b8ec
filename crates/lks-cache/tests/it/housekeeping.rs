//! Verify, list, count, sweep, remove, clear.

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lks_cache::{
    Facts, FileProblem, GarbageOptions, Key, Level, Listed, Lookup, MissReason, RelativePath, Removal, Total,
};

use crate::support::*;

fn threads(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap()
}

#[test]
fn verify_names_each_damaged_file_once_and_sets_it_aside() {
    let place = place();
    for i in 0..40 {
        put(&place.store, &key(&format!("{i:02}")), &content(i, 5_000));
    }
    fs::write(path_of(&place.store, &key("07")), b"short").unwrap();
    fs::write(path_of(&place.store, &key("08")), content(1234, 5_000)).unwrap();
    fs::remove_file(path_of(&place.store, &key("09"))).unwrap();
    put_foreign(&place.store, &key("foreign"), b"x");
    let (calls, most_files, most_bytes) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let progress = |progress: lks_cache::VerifyProgress<'_>| {
        most_files.fetch_max(progress.num_checked, Ordering::Relaxed);
        most_bytes.fetch_max(progress.bytes, Ordering::Relaxed);
        calls.fetch_add(1, Ordering::Relaxed);
    };
    let report = place.store.verify(Level::Sha256, threads(4), now(), &progress).unwrap();
    assert_eq!(
        (report.num_checked, report.num_unrecorded, report.bytes),
        (41, 1, 200_000)
    );
    assert_eq!(
        [calls, most_files, most_bytes].map(AtomicU64::into_inner),
        [41, 41, 200_000]
    );
    let found: Vec<(&str, &str)> = report
        .problems
        .iter()
        .map(|finding| {
            let word = match &finding.problem {
                FileProblem::Damaged { damage, quarantined } => {
                    assert!(quarantined.is_some());
                    damage.word()
                }
                FileProblem::Missing(_) => "missing",
                _ => "other",
            };
            (finding.path.rsplit('/').next().unwrap(), word)
        })
        .collect();
    assert_eq!(found, [("07", "size"), ("08", "hash"), ("09", "missing")]);
    assert_eq!(report.problems[0].key, Some(key("07")));
    assert_eq!(quarantined(&place.store).len(), 2);
    // What is set aside stays on the list until it is fetched again.
    let again = place.store.verify(Level::Stat, threads(1), now(), &|_| {}).unwrap();
    assert!(
        again
            .problems
            .iter()
            .all(|finding| matches!(finding.problem, FileProblem::Missing(_)))
    );
    for finding in again.problems {
        put(&place.store, &finding.key.unwrap(), b"fetched again");
    }
    let clean = place.store.verify(Level::Sha256, threads(2), now(), &|_| {}).unwrap();
    assert!(clean.problems.is_empty());
}

#[test]
fn verify_reports_foreign_files_that_fail_the_check() {
    let mut place = place();
    let refuse = |path: &RelativePath, _: &File| Err(format!("{} is not whole", path.filename()));
    place.store = place.store.with_check(refuse);
    let path = put_foreign(&place.store, &key("foreign"), b"x");
    let report = place.store.verify(Level::Content, threads(2), now(), &|_| {}).unwrap();
    assert!(matches!(&report.problems[0].problem, FileProblem::Foreign(reason) if reason == "foreign is not whole"));
    assert!(path.exists());
}

#[test]
fn verify_tells_once_of_what_is_odd_and_not_damaged() {
    let mut place = place();
    place.store = place.store.with_check(|_, _| Err("odd".to_owned()));
    for name in ["b", "a"] {
        put(&place.store, &key(name), b"x");
    }
    let verify = || place.store.verify(Level::Content, threads(2), now(), &|_| {}).unwrap();
    let first = verify();
    let expected = ["a", "b"].map(|name| (format!("files/{}", key(name).path), "odd; it came so".to_owned()));
    assert_eq!(first.noticed, expected);
    assert!(first.problems.is_empty(), "{first:?}");
    assert!(verify().noticed.is_empty());
}

#[test]
fn verify_of_nothing_finds_nothing() {
    let place = place();
    assert_eq!(
        place
            .store
            .verify(Level::Sha256, threads(2), now(), &|_| {})
            .unwrap()
            .num_checked,
        0
    );
    assert!(!place.store.root().exists());
}

fn mixed(store: &lks_cache::Store) {
    for (collection, name, source, size) in [
        ("TESS", "a_lc.fits", "SPOC", 10),
        ("TESS", "b_lc.fits", "SPOC", 20),
        ("TESS", "c_tp.fits", "SPOC", 40),
        ("HLSP", "d.fits", "QLP", 80),
    ] {
        let path = RelativePath::from_components([collection, "obs", name]).unwrap();
        let key = Key::new(format!("mast:{collection}/{name}"), path);
        let mut writer = store.begin(&key, None).unwrap();
        writer.append(&content(size, size as usize)).unwrap();
        writer.commit(Facts::from_source(source), now()).unwrap();
    }
    put_foreign(store, &Key::new("", "TESSCut/e.fits".parse().unwrap()), &[0; 160]);
}

/// The outermost directory, and where the file came from.
fn group(listed: &Listed) -> (String, String) {
    let directory = listed.path.split('/').nth(1).unwrap().to_owned();
    let source = listed.record.as_ref().map(|record| record.source.clone());
    (directory, source.unwrap_or_default())
}

#[test]
fn totals_are_by_the_callers_groups() {
    let place = place();
    assert_eq!(place.store.info(group).unwrap(), lks_cache::Inventory::default());
    mixed(&place.store);
    let info = place.store.info(group).unwrap();
    assert_eq!(
        info.files,
        Total {
            num_files: 5,
            bytes: 310
        }
    );
    assert_eq!(
        info.unrecorded,
        Total {
            num_files: 1,
            bytes: 160
        }
    );
    let groups: Vec<_> = info
        .by_group
        .iter()
        .map(|((a, b), total)| (a.as_str(), b.as_str(), total.num_files, total.bytes))
        .collect();
    assert_eq!(
        groups,
        [("HLSP", "QLP", 1, 80), ("TESS", "SPOC", 3, 70), ("TESSCut", "", 1, 160)]
    );
    let mut listed: Vec<_> = place
        .store
        .entries()
        .unwrap()
        .map(|it| it.unwrap())
        .map(|it| (it.path, it.size, it.record.is_some()))
        .collect();
    listed.sort();
    assert_eq!(listed[4], ("files/TESSCut/e.fits".to_owned(), 160, false));
    assert_eq!(listed[0], ("files/HLSP/obs/d.fits".to_owned(), 80, true));
}

#[test]
fn a_pattern_removes_files_with_their_records_and_nothing_else() {
    for (pattern, expected) in [
        ("*_lc.fits", vec!["a_lc.fits", "b_lc.fits"]),
        ("HLSP/*", vec!["d.fits"]),
        ("mast:TESS/c_tp.fits", vec!["c_tp.fits"]),
        ("TESSCut/*", vec!["e.fits"]),
        ("nothing", vec![]),
        ("*/../*", vec![]),
    ] {
        let place = place();
        mixed(&place.store);
        let before = tree(place.store.root());
        let names = |removed: Vec<lks_cache::Removed>| -> Vec<String> {
            removed
                .iter()
                .map(|it| it.path.file_name().unwrap().to_string_lossy().into_owned())
                .collect()
        };
        assert_eq!(names(place.store.remove(pattern, Removal::DryRun).unwrap()), expected);
        assert_eq!(tree(place.store.root()), before, "a dry run touched something");
        assert_eq!(names(place.store.remove(pattern, Removal::Apply).unwrap()), expected);
        let left = place.store.info(group).unwrap();
        assert_eq!(left.files.num_files as usize, 5 - expected.len());
        assert_eq!(
            place.store.records().count(),
            4 - expected.iter().filter(|name| **name != "e.fits").count()
        );
    }
}

#[test]
fn clear_is_a_dry_run_unless_told_otherwise() {
    let place = place();
    mixed(&place.store);
    let before = tree(place.store.root());
    let listed = place.store.clear(Removal::default()).unwrap();
    let shown: Vec<_> = listed
        .iter()
        .map(|it| (it.path.file_name().unwrap().to_str().unwrap(), it.num_files, it.bytes))
        .collect();
    assert_eq!(shown, [("HLSP", 1, 80), ("TESS", 3, 70), ("TESSCut", 1, 160)]);
    assert_eq!(tree(place.store.root()), before);
    assert_eq!(place.store.clear(Removal::Apply).unwrap(), listed);
    assert_eq!(tree(&place.store.data_directory()), Vec::<String>::new());
    assert_eq!(place.store.records().count(), 0);
    put(&place.store, &key("a"), b"again");
    assert!(bytes_at(&place.store, &key("a"), Level::Stat).is_some());
}

#[test]
fn clear_keeps_the_quarantine_and_what_lies_elsewhere() {
    let place = place();
    let outside = place.directory.path().join("outside");
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("precious"), b"p").unwrap();
    put(&place.store, &key("a"), b"old");
    put(&place.store, &key("a"), b"new");
    std::os::unix::fs::symlink(&outside, place.store.data_directory().join("link")).unwrap();
    std::os::unix::fs::symlink(&outside, place.store.data_directory().join("TESS/link")).unwrap();
    fs::write(place.store.data_directory().join("loose"), b"file").unwrap();
    fs::write(place.store.root().join("notes.txt"), b"mine").unwrap();
    let removed = place.store.clear(Removal::Apply).unwrap();
    assert_eq!(removed.len(), 3);
    assert_eq!(tree(&place.store.data_directory()), Vec::<String>::new());
    assert_eq!(fs::read(outside.join("precious")).unwrap(), b"p");
    assert!(place.store.root().join("notes.txt").exists());
    assert_eq!(quarantined(&place.store), [b"old"]);
}

#[test]
fn clear_of_nothing_creates_nothing() {
    let place = place();
    assert!(place.store.clear(Removal::Apply).unwrap().is_empty());
    assert!(!place.store.root().exists());
}

#[test]
fn gc_removes_what_dead_writers_left_and_spares_living_ones() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    let mut living = place.store.begin(&key("b"), None).unwrap();
    living.append(b"still coming").unwrap();
    let dead = place.store.state_directory("part").join("0123456789abcdef.dead.part");
    fs::write(&dead, b"half").unwrap();
    let hidden = path_of(&place.store, &key(".x.lks-part-not"));
    let staged = hidden.with_file_name(".random.lks-part");
    fs::write(&staged, b"half").unwrap();
    fs::create_dir_all(place.store.data_directory().join("TESS/empty")).unwrap();
    let options = GarbageOptions::default();
    assert!(
        place.store.gc(&options, Removal::Apply, now()).unwrap().is_empty(),
        "too young"
    );
    let hours = now() + Duration::from_secs(2 * 3600);
    let before = tree(place.store.root());
    let planned = place.store.gc(&options, Removal::DryRun, hours).unwrap();
    assert_eq!(tree(place.store.root()), before);
    let swept = place.store.gc(&options, Removal::Apply, hours).unwrap();
    assert_eq!(swept, planned);
    assert_eq!(swept.len(), 3, "{swept:?}");
    assert!(!dead.exists() && !staged.exists());
    living.commit(fact(), now()).unwrap();
    assert!(bytes_at(&place.store, &key("b"), Level::Sha256).is_some());
    assert!(bytes_at(&place.store, &key("a"), Level::Sha256).is_some());
}

#[test]
fn quarantine_goes_only_on_request_and_records_stay() {
    let place = place();
    put(&place.store, &key("a"), b"old");
    put(&place.store, &key("a"), b"new");
    fs::remove_file(path_of(&place.store, &key("a"))).unwrap();
    let year = now() + Duration::from_secs(365 * 86_400);
    let keep = GarbageOptions::default().with_older_than(Duration::MAX);
    place.store.gc(&keep, Removal::Apply, year).unwrap();
    assert_eq!((quarantined(&place.store).len(), place.store.records().count()), (1, 1));
    let month = Some(Duration::from_secs(30 * 86_400));
    let request = keep.with_quarantine_older_than(month);
    place.store.gc(&request, Removal::Apply, now()).unwrap();
    assert_eq!(quarantined(&place.store).len(), 1, "too young");
    place.store.gc(&request, Removal::Apply, year).unwrap();
    assert_eq!((quarantined(&place.store).len(), place.store.records().count()), (0, 1));
}

#[test]
fn files_are_listed_in_the_order_of_their_paths() {
    let place = place();
    let mut paths: Vec<String> = ["b", "a/x", "a-b/x", "a.fits", "a/b/c", "a/b-c", "z/1/2/3/4", "A/x"]
        .map(str::to_owned)
        .into();
    paths.extend((0..100).map(|n| format!("many/d{n}/f")));
    for path in &paths {
        let key = Key::new(format!("mast:{path}"), path.parse().unwrap());
        put(&place.store, &key, path.as_bytes());
    }
    put_foreign(&place.store, &key("foreign"), b"x");
    std::os::unix::fs::symlink("foreign", path_of(&place.store, &key("link"))).unwrap();
    std::os::unix::fs::symlink("nowhere", path_of(&place.store, &key("broken"))).unwrap();
    fs::create_dir_all(place.store.data_directory().join("empty/of/files")).unwrap();
    let listed: Vec<Listed> = place.store.entries().unwrap().map(Result::unwrap).collect();
    let mut expected: Vec<String> = paths.iter().map(|path| format!("files/{path}")).collect();
    expected.extend(["foreign", "link"].map(|name| format!("files/{}", key(name).path)));
    expected.sort_unstable();
    assert_eq!(
        listed.iter().map(|it| &it.path).collect::<Vec<_>>(),
        expected.iter().collect::<Vec<_>>()
    );
    for it in &listed {
        let path = it.path.strip_prefix("files/").unwrap();
        let uri = paths.iter().any(|known| known == path).then(|| format!("mast:{path}"));
        assert_eq!(it.record.as_ref().map(|record| record.uri.clone()), uri);
        assert_eq!(it.size, if uri.is_some() { path.len() as u64 } else { 1 });
    }
}

#[test]
fn content_is_found_by_its_hash() {
    let place = place();
    let sha256 = put(&place.store, &key("a"), b"content").record.unwrap().sha256;
    put(&place.store, &key("b"), b"content");
    put(&place.store, &key("c"), b"other");
    let mut uris: Vec<_> = place
        .store
        .find_content(&sha256)
        .unwrap()
        .into_iter()
        .map(|record| record.uri)
        .collect();
    uris.sort();
    assert_eq!(uris, [key("a").uri, key("b").uri]);
    assert!(place.store.find_content("no such hash").unwrap().is_empty());
}

/// What Python's `clearcache(test=False)` does: `shutil.rmtree` on every entry of `files`.
pub(crate) fn python_clearcache(data_directory: &Path) {
    let Ok(entries) = fs::read_dir(data_directory) else {
        return;
    };
    for entry in entries.flatten() {
        let _ = fs::remove_dir_all(entry.path());
    }
}

#[test]
fn pythons_clearcache_finds_only_directories_and_leaves_misses() {
    let place = place();
    mixed(&place.store);
    put(&place.store, &key("a"), b"content");
    for entry in fs::read_dir(place.store.data_directory()).unwrap() {
        assert!(
            entry.unwrap().file_type().unwrap().is_dir(),
            "rmtree would fail on a file"
        );
    }
    let mut writer = place.store.begin(&key("b"), None).unwrap();
    writer.append(b"half").unwrap();
    python_clearcache(&place.store.data_directory());
    assert!(matches!(
        look(&place.store, &key("a"), Level::Stat),
        Lookup::Miss(MissReason::Absent)
    ));
    writer.append(b" and half").unwrap();
    writer.commit(fact(), now()).unwrap();
    assert_eq!(
        bytes_at(&place.store, &key("b"), Level::Sha256).unwrap(),
        b"half and half"
    );
}

#[test]
fn losing_our_own_directory_between_two_steps_is_survived() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    let mut writer = place.store.begin(&key("b"), None).unwrap();
    writer.append(b"b").unwrap();
    for directory in ["quarantine", "lock"].map(|name| place.store.state_directory(name)) {
        let _ = fs::remove_dir_all(directory);
    }
    fs::remove_dir_all(segments(&place.store)).unwrap();
    writer.commit(fact(), now()).unwrap();
    assert!(bytes_at(&place.store, &key("b"), Level::Stat).is_some());
    place.store.sync_batch().unwrap();
    assert!(bytes_at(&reopened(&place.store), &key("b"), Level::Stat).is_some());
}

#[test]
fn the_callers_old_lock_files_go_if_nobody_holds_them() {
    let place = place();
    let directory = place.store.state_directory("limits");
    fs::create_dir_all(&directory).unwrap();
    let file = |name: &str| File::create(directory.join(name)).unwrap();
    let (held, _free) = (file("held"), file("free"));
    held.lock().unwrap();
    let sweep = |lock_directories| {
        let options = GarbageOptions::default()
            .with_older_than(Duration::ZERO)
            .with_lock_directories(lock_directories);
        let later = std::time::SystemTime::now() + Duration::from_secs(1);
        place.store.gc(&options, Removal::Apply, later).unwrap()
    };
    assert!(
        sweep(Vec::new())
            .iter()
            .all(|swept| !swept.path.starts_with(&directory))
    );
    let swept = sweep(vec![directory.clone(), directory.join("nothing")]);
    assert!(
        swept.iter().any(|swept| swept.path == directory.join("free")),
        "{swept:?}"
    );
    assert!(directory.join("held").exists() && !directory.join("free").exists());
}

#[test]
fn quarantine_counts_what_was_set_aside_and_not_the_notes() {
    let place = place();
    for name in ["a", "b"] {
        let path = put(&place.store, &key(name), b"content").path;
        fs::write(path, b"damaged").unwrap();
        look(&place.store, &key(name), Level::Stat);
    }
    let info = place.store.info(|_| ()).unwrap();
    assert_eq!(
        info.quarantine,
        Total {
            num_files: 2,
            bytes: 14
        }
    );
}

#[test]
fn a_link_in_place_of_records_is_named_and_followed_by_nobody() {
    for hidden in [".lks/v2/seg", ".lks/v2", ".lks/v1/rec", ".lks/v1/rec/SHARD"] {
        let place = place();
        let record = put(&place.store, &key("a"), b"content").record.unwrap();
        let store = match hidden.contains("v1") {
            true => as_first_version(&place.store),
            false => reopened(&place.store),
        };
        let records = store.root().join(hidden.replace("SHARD", &record.key[..2]));
        let aside = place.directory.path().join("aside");
        fs::rename(&records, &aside).unwrap();
        std::os::unix::fs::symlink(&aside, &records).unwrap();
        let before = tree(&aside);
        let error = store.lookup(&key("a"), Level::Stat, now()).unwrap_err().to_string();
        let told = "a symbolic link in place of a directory is in the way; move it elsewhere and try again";
        assert!(error.ends_with(told), "{hidden}: {error}");
        store.gc(&GarbageOptions::default(), Removal::Apply, later()).unwrap();
        assert_eq!(tree(&aside), before);
    }
}
