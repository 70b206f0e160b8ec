//! Every way a file or a record can go bad, at every level.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::time::SystemTime;

use lks_cache::{Level, Lookup, MissReason};

use crate::support::*;

const SIZE: usize = 20_000;

/// What can happen to a file; numbers are bytes.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Flip(u64),
    Cut(u64),
    Extend,
    Zero,
    Replace,
    Delete,
}

const HARMS: [Harm; 10] = [
    Harm::Flip(0),
    Harm::Flip(SIZE as u64 / 2),
    Harm::Flip(SIZE as u64 - 1),
    Harm::Cut(1),
    Harm::Cut(SIZE as u64 / 2),
    Harm::Cut(SIZE as u64),
    Harm::Extend,
    Harm::Zero,
    Harm::Replace,
    Harm::Delete,
];

fn harm(path: &std::path::Path, harm: Harm, keeps_time: bool) {
    let modified = path.metadata().unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    match harm {
        Harm::Flip(at) => bytes[at as usize] ^= 1,
        Harm::Cut(by) => bytes.truncate(SIZE - by as usize),
        Harm::Extend => bytes.push(0),
        Harm::Zero => bytes.fill(0),
        Harm::Replace => {
            fs::remove_file(path).unwrap();
            bytes = content(99, SIZE);
        }
        Harm::Delete => return fs::remove_file(path).unwrap(),
    }
    fs::write(path, bytes).unwrap();
    let time = if keeps_time {
        modified
    } else {
        modified + std::time::Duration::from_millis(10)
    };
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(time)
        .unwrap();
}

#[test]
fn no_level_but_exists_hands_out_a_damaged_file() {
    let truth = content(1, SIZE);
    for kind in HARMS {
        for keeps_time in [false, true] {
            for (name, level) in [
                ("stat", Level::Stat),
                ("sha256", Level::Sha256),
                ("content", Level::Content),
            ] {
                let mut place = place();
                place.store = place.store.with_check(|_, _| Ok(None));
                let entry = put(&place.store, &key("a"), &truth);
                harm(&entry.path, kind, keeps_time);
                let bad = fs::read(&entry.path).ok();
                // The one thing that stat cannot see: the same inode, size and time. See the documentation of `Level::Stat`.
                let is_forged = keeps_time && matches!(kind, Harm::Flip(_) | Harm::Zero) && name == "stat";
                let found = bytes_at(&place.store, &key("a"), level);
                if is_forged {
                    assert_eq!(found, bad, "{kind:?} {name}");
                    continue;
                }
                assert_eq!(found, None, "{kind:?} {name} {keeps_time}");
                assert_eq!(quarantined(&place.store), Vec::from_iter(bad), "{kind:?} {name}");
                put(&place.store, &key("a"), &truth);
                assert_eq!(
                    bytes_at(&place.store, &key("a"), level),
                    Some(truth.clone()),
                    "{kind:?} {name}"
                );
            }
        }
    }
}

#[test]
fn a_thousand_flipped_bits_are_found_a_thousand_times() {
    let place = place();
    let truth = content(5, 65_536);
    let entry = put(&place.store, &key("a"), &truth);
    let modified = entry.file.metadata().unwrap().modified().unwrap();
    let mut random = fastrand::Rng::with_seed(6);
    let mut num_found = 0;
    for _ in 0..1_000 {
        let at = random.u64(..65_536);
        let bit = 1 << random.u8(..8);
        let file = File::options().read(true).write(true).open(&entry.path).unwrap();
        let flipped = truth[at as usize] ^ bit;
        file.write_all_at(&[flipped], at).unwrap();
        file.set_modified(modified).unwrap();
        match look(&place.store, &key("a"), Level::Sha256) {
            Lookup::Miss(MissReason::Damaged {
                quarantined: Some(moved),
                ..
            }) => {
                num_found += 1;
                fs::rename(moved.join("data"), &entry.path).unwrap();
                fs::remove_dir_all(moved).unwrap();
            }
            other => panic!("bit {bit} of byte {at}: {other:?}"),
        }
        file.write_all_at(&[truth[at as usize]], at).unwrap();
        file.set_modified(modified).unwrap();
    }
    assert_eq!(num_found, 1_000);
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256), Some(truth));
}

#[test]
fn a_file_that_was_only_moved_is_hashed_once() {
    let place = place();
    let entry = put(&place.store, &key("a"), b"content");
    let copy = entry.path.with_extension("copy");
    fs::copy(&entry.path, &copy).unwrap();
    fs::rename(&copy, &entry.path).unwrap();
    let before = entry.record.unwrap();
    let Lookup::Hit(entry) = look(&place.store, &key("a"), Level::Stat) else {
        panic!("lost")
    };
    assert_ne!(entry.record.unwrap().locations, before.locations);
    let Lookup::Hit(again) = look(&place.store, &key("a"), Level::Stat) else {
        panic!("lost")
    };
    assert_eq!(again.record.unwrap().sha256, before.sha256);
}

#[test]
fn what_the_check_says_of_recorded_content_is_noted_once() {
    let says = |told: Result<Option<&str>, &str>| told.map(|it| it.map(str::to_owned)).map_err(str::to_owned);
    for (said, expected) in [
        (says(Ok(Some("odd"))), Some("odd")),
        (says(Err("wrong")), Some("wrong; it came so")),
        (says(Ok(None)), None),
    ] {
        let mut place = place();
        place.store = place.store.with_check(move |_, _| said.clone());
        put(&place.store, &key("a"), b"content");
        for times in 0..2 {
            let Lookup::Hit(entry) = look(&place.store, &key("a"), Level::Content) else {
                panic!("refused");
            };
            assert_eq!(entry.noticed.as_deref(), expected.filter(|_| times == 0));
            assert_eq!(entry.record.unwrap().note.as_deref(), expected);
        }
        let threads = std::num::NonZeroUsize::MIN;
        let report = place.store.verify(Level::Content, threads, now(), &|_| {}).unwrap();
        assert!(report.problems.is_empty() && report.noticed.is_empty(), "{report:?}");
        assert!(quarantined(&place.store).is_empty());
    }
}

/// Each kind of unusable record, made from a good one's text.
fn bad_records(good: &[u8]) -> Vec<Vec<u8>> {
    let mut flipped = good.to_vec();
    flipped[good.len() / 2] ^= 4;
    vec![
        Vec::new(),
        good[..good.len() / 2].to_vec(),
        flipped,
        b"{}\n".to_vec(),
        vec![0; good.len()],
        vec![b'x'; 1 << 20],
    ]
}

#[test]
fn an_unusable_record_is_set_aside_and_can_be_replaced() {
    for which in 0..6 {
        let place = place();
        put(&place.store, &key("a"), b"content");
        let store = as_first_version(&place.store);
        let path = first_version_path(&store, &key("a").record_key());
        let bad = bad_records(&fs::read(&path).unwrap()).swap_remove(which);
        fs::write(&path, &bad).unwrap();
        assert!(matches!(
            look(&store, &key("a"), Level::Stat),
            Lookup::Miss(MissReason::Unrecorded { size: 7 })
        ));
        assert!(!path.exists());
        assert_eq!(fs::read(path.with_extension("json.bad")).unwrap(), bad);
        store.adopt(&key("a"), fact(), &|_, _| Ok(None), later()).unwrap();
        assert_eq!(bytes_at(&store, &key("a"), Level::Stat).unwrap(), b"content");
    }
}

#[test]
fn an_unusable_line_costs_its_record_and_can_be_replaced() {
    for which in 0..6 {
        let place = place();
        put(&place.store, &key("a"), b"content");
        let path = segment(&place.store);
        fs::write(&path, bad_records(&fs::read(&path).unwrap()).swap_remove(which)).unwrap();
        let store = reopened(&place.store);
        assert!(matches!(
            look(&store, &key("a"), Level::Stat),
            Lookup::Miss(MissReason::Unrecorded { size: 7 })
        ));
        store.adopt(&key("a"), fact(), &|_, _| Ok(None), later()).unwrap();
        assert_eq!(bytes_at(&store, &key("a"), Level::Stat).unwrap(), b"content");
        assert_eq!(bytes_at(&reopened(&store), &key("a"), Level::Stat).unwrap(), b"content");
    }
}

#[test]
fn a_record_of_another_address_is_not_believed() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    put(&place.store, &key("b"), b"other");
    let store = as_first_version(&place.store);
    let path = first_version_path(&store, &key("a").record_key());
    fs::copy(first_version_path(&store, &key("b").record_key()), &path).unwrap();
    assert!(matches!(
        look(&store, &key("a"), Level::Stat),
        Lookup::Miss(MissReason::Unrecorded { .. })
    ));
    fs::create_dir(&path).unwrap();
    assert!(matches!(
        look(&store, &key("a"), Level::Stat),
        Lookup::Miss(MissReason::Unrecorded { .. })
    ));
}

#[test]
fn file_and_record_damaged_together_are_a_miss_and_recover() {
    for kind in HARMS {
        let place = place();
        let truth = content(1, SIZE);
        let entry = put(&place.store, &key("a"), &truth);
        harm(&entry.path, kind, false);
        let bad = fs::read(&entry.path).ok();
        fs::write(segment(&place.store), b"").unwrap();
        assert_eq!(bytes_at(&reopened(&place.store), &key("a"), Level::Stat), None);
        put(&place.store, &key("a"), &truth);
        assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256), Some(truth));
        assert_eq!(quarantined(&place.store), Vec::from_iter(bad), "{kind:?}");
    }
}

#[test]
fn another_tool_writing_into_our_file_in_place_is_noticed() {
    let place = place();
    let entry = put(&place.store, &key("a"), b"content");
    // What astroquery does: `open(path, "ab")` when the archive's file is longer, `open(path, "wb")` when the sizes differ.
    for truncates in [false, true] {
        let mut file = File::options()
            .append(!truncates)
            .write(true)
            .truncate(truncates)
            .open(&entry.path)
            .unwrap();
        std::io::Write::write_all(&mut file, b" and more").unwrap();
        assert_eq!(bytes_at(&place.store, &key("a"), Level::Stat), None);
        put(&place.store, &key("a"), b"content");
    }
    assert_eq!(quarantined(&place.store).len(), 2);
}

#[test]
fn clock_jumps_change_nothing() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    for when in [
        SystemTime::UNIX_EPOCH,
        now() + std::time::Duration::from_secs(10 * 365 * 86_400),
    ] {
        assert!(matches!(
            place.store.lookup(&key("a"), Level::Stat, when).unwrap(),
            Lookup::Hit(_)
        ));
        let before_1970 = SystemTime::UNIX_EPOCH - std::time::Duration::from_secs(5);
        assert!(matches!(
            place.store.lookup(&key("a"), Level::Stat, before_1970).unwrap(),
            Lookup::Hit(_)
        ));
    }
}
