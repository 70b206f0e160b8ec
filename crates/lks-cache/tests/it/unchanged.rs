//! Many files looked up at once.

use std::fs;
use std::os::unix::fs::symlink;

use lks_cache::{GarbageOptions, Key, Removal, Store};

use crate::support::*;

/// Which of them are found, by their numbers.
fn found(store: &Store, keys: &[Key]) -> Vec<usize> {
    let records = store.unchanged(keys).unwrap();
    assert_eq!(records.len(), keys.len());
    let found = records.into_iter().zip(keys).enumerate();
    let found = found.filter_map(|(n, (record, key))| {
        assert_eq!(record?.uri, key.uri);
        Some(n)
    });
    found.collect()
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
    assert_eq!(bytes_at(&store, &key("a"), lks_cache::Level::Stat).unwrap(), b"content");
}
