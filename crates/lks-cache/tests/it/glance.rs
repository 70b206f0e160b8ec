//! Many files looked at at once.

use std::fs;
use std::os::unix::fs::symlink;

use lks_cache::{GarbageOptions, Glance, Key, Removal, Store};

use crate::support::*;

/// Which of them are found, by their numbers.
fn found(store: &Store, keys: &[Key]) -> Vec<usize> {
    let seen = store.glance(keys).unwrap();
    assert_eq!(seen.len(), keys.len());
    let found = seen.into_iter().zip(keys).enumerate();
    let found = found.filter_map(|(n, (seen, key))| match seen {
        Glance::Unchanged(record) => {
            assert_eq!(record.uri, key.uri);
            Some(n)
        }
        Glance::Absent | Glance::Unclear => None,
    });
    found.collect()
}

/// Which of them are certainly not there.
fn absent(store: &Store, keys: &[Key]) -> Vec<usize> {
    let seen = store.glance(keys).unwrap().into_iter().enumerate();
    seen.filter_map(|(n, seen)| (seen == Glance::Absent).then_some(n))
        .collect()
}

#[test]
fn absent_is_what_has_no_file_and_no_record() {
    let place = place();
    let keys: Vec<Key> = (0..5).map(|n| key(&format!("p{n}"))).collect();
    assert_eq!(absent(&place.store, &keys), [0, 1, 2, 3, 4], "there is nothing yet");
    for key in &keys[..3] {
        put(&place.store, key, b"content");
    }
    put_foreign(&place.store, &keys[3], b"content");
    assert_eq!(absent(&place.store, &keys), [4]);
    // It may lie somewhere else, as its record can tell.
    fs::remove_file(path_of(&place.store, &keys[0])).unwrap();
    place.store.remove("p1", Removal::Apply).unwrap();
    for store in [&place.store, &reopened(&place.store)] {
        assert_eq!(absent(store, &keys), [1, 4]);
    }
}

#[test]
fn what_was_not_written_since_is_found_and_nothing_else() {
    let place = place();
    assert_eq!(
        found(&place.store, &[key("a")]),
        [] as [usize; 0],
        "there is nothing yet"
    );
    let keys: Vec<Key> = (0..300).map(|n| key(&format!("p{n}"))).collect();
    for (n, key) in keys.iter().enumerate() {
        put(&place.store, key, &content(n as u64, 100));
    }
    let all: Vec<usize> = (0..300).collect();
    assert_eq!(found(&place.store, &keys), all);
    let options = GarbageOptions::default();
    place.store.gc(&options, Removal::Apply, now()).unwrap();
    for store in [&place.store, &reopened(&place.store)] {
        assert_eq!(found(store, &keys), all, "in a sorted segment");
    }

    let path = |n: usize| path_of(&place.store, &keys[n]);
    fs::remove_file(path(0)).unwrap();
    fs::write(path(1), content(1, 100)).unwrap();
    fs::rename(path(2), path(2).with_extension("moved")).unwrap();
    symlink(path(2).with_extension("moved"), path(2)).unwrap();
    fs::remove_file(path(3)).unwrap();
    fs::create_dir(path(3)).unwrap();
    place.store.remove("p4", Removal::Apply).unwrap();
    put_foreign(&place.store, &keys[4], &content(4, 100));
    for store in [&place.store, &reopened(&place.store)] {
        assert_eq!(found(store, &keys), all[5..]);
    }
    // A directory that a link leads to is not gone through, wherever it leads.
    let directory = path(5).parent().unwrap().to_owned();
    fs::rename(&directory, directory.with_extension("moved")).unwrap();
    symlink(directory.with_extension("moved"), &directory).unwrap();
    assert_eq!(found(&place.store, &keys), [] as [usize; 0]);
}

#[test]
fn records_of_an_older_program_are_for_the_look_up() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    let store = as_first_version(&place.store);
    assert_eq!(found(&store, &[key("a")]), [] as [usize; 0]);
    assert_eq!(absent(&store, &[key("a"), key("b")]), [] as [usize; 0]);
    assert_eq!(bytes_at(&store, &key("a"), lks_cache::Level::Stat).unwrap(), b"content");
}
