//! Files by what they hold: on record, under another address, set aside, left by others. Nothing is changed by looking.

use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use lks_cache::{Level, Record};

use crate::support::*;

const SIZE: usize = 5000;

/// Every name below a directory, with what a write would change.
fn state(directory: &Path) -> Vec<(String, i64, i64, u64)> {
    let seen = tree(directory).into_iter().map(|name| {
        let seen = directory.join(&name).symlink_metadata().unwrap();
        (name, seen.mtime_nsec(), seen.ctime_nsec(), seen.len())
    });
    seen.collect()
}

fn found(place: &Place, record: &Record) -> Option<(Vec<u8>, bool)> {
    let mut holding = place.store.contents().find(&record.sha256, record.size).unwrap()?;
    let mut bytes = Vec::new();
    holding.file.read_to_end(&mut bytes).unwrap();
    Some((bytes, holding.is_set_aside))
}

#[test]
fn bytes_are_found_on_record_then_set_aside() {
    let place = place();
    let (old, new) = (content(1, SIZE), content(2, SIZE));
    let record = put(&place.store, &key("a"), &old).record.unwrap();
    assert_eq!(found(&place, &record), Some((old.clone(), false)));
    let replacement = put(&place.store, &key("a"), &new).record.unwrap();
    assert_eq!(
        found(&place, &record),
        Some((old.clone(), true)),
        "the first version was set aside"
    );
    assert_eq!(found(&place, &replacement), Some((new, false)));
    put(&place.store, &key("b"), &old);
    assert_eq!(
        found(&place, &record),
        Some((old, false)),
        "another address has the same content"
    );
}

#[test]
fn looking_for_bytes_changes_nothing() {
    let place = place();
    let (truth, other) = (content(1, SIZE), content(2, SIZE));
    let entry = put(&place.store, &key("a"), &truth);
    let record = entry.record.unwrap();
    put(&place.store, &key("damaged"), &truth);
    fs::write(path_of(&place.store, &key("damaged")), &other).unwrap();
    fs::write(&entry.path, &other).unwrap();
    put_foreign(&place.store, &key("foreign"), &truth);
    let before = state(place.store.root());
    let contents = place.store.contents();
    assert!(
        contents
            .at(&key("a").path, &record.sha256, record.size)
            .unwrap()
            .is_none(),
        "it was changed"
    );
    assert!(contents.find(&record.sha256, record.size).unwrap().is_none());
    let foreign = contents.at(&key("foreign").path, &record.sha256, record.size).unwrap();
    assert!(foreign.is_some_and(|foreign| !foreign.is_set_aside), "whoever wrote it");
    assert!(contents.find("no hash", 1).unwrap().is_none());
    assert_eq!(state(place.store.root()), before);
    assert!(
        look(&place.store, &key("a"), Level::Stat).hit().is_none(),
        "a look-up would have set it aside"
    );
    assert_ne!(state(place.store.root()), before);
}
