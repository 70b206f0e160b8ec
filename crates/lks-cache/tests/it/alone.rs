//! The store in one call, for any address and any path; and what two addresses on one path mean.

use std::fs;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use lks_cache::{Adoption, Error, Facts, FileProblem, Key, Level, Lookup, MissReason, Refusal, Removal, Store};

use crate::support::*;

/// The bytes handed out, and whether they had to be fetched.
fn get(store: &Store, key: &Key, bytes: &[u8]) -> Result<(Vec<u8>, bool), Error> {
    let mut is_fetched = false;
    let entry = store.get_or_fetch(key, Level::Stat, now, |writer| {
        is_fetched = true;
        writer.append(bytes)?;
        Ok::<_, Error>(fact())
    });
    let mut found = Vec::new();
    entry?.file.read_to_end(&mut found).unwrap();
    Ok((found, is_fetched))
}

#[test]
fn a_file_is_fetched_once_and_again_when_it_is_damaged() {
    let place = place();
    for (path, bytes) in [("a", b"one"), ("b/c/d/e/f/g/h/i", b"two")] {
        let key = Key::new(format!("https://example.org/{path}"), path.parse().unwrap());
        assert_eq!(get(&place.store, &key, bytes).unwrap(), (bytes.to_vec(), true));
        assert_eq!(get(&place.store, &key, b"other").unwrap(), (bytes.to_vec(), false));
        fs::write(path_of(&place.store, &key), b"spoilt").unwrap();
        assert_eq!(get(&place.store, &key, bytes).unwrap(), (bytes.to_vec(), true));
    }
    assert_eq!(quarantined(&place.store), [b"spoilt", b"spoilt"]);
}

#[test]
fn of_many_who_ask_at_once_one_fetches() {
    let place = place();
    let (num_fetches, key) = (AtomicUsize::new(0), key("a"));
    let ask = || {
        // Each with a store of its own, as processes have.
        let store = Store::new(place.store.root());
        let entry = store.get_or_fetch(&key, Level::Stat, now, |writer| {
            num_fetches.fetch_add(1, Ordering::Relaxed);
            for piece in content(1, 100_000).chunks(5_000) {
                std::thread::yield_now();
                writer.write_all(piece)?;
            }
            Ok::<_, io::Error>(fact())
        });
        let mut bytes = Vec::new();
        entry.unwrap().file.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, content(1, 100_000));
    };
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(ask);
        }
    });
    assert_eq!(num_fetches.into_inner(), 1);
}

#[test]
fn what_the_fetch_fails_with_comes_out_and_nothing_stays() {
    let place = place();
    let failed = place.store.get_or_fetch(&key("a"), Level::Stat, now, |writer| {
        writer.write_all(b"half")?;
        Err::<Facts, _>(io::Error::other("the line is dead"))
    });
    assert_eq!(failed.unwrap_err().to_string(), "the line is dead");
    assert_eq!(tree(&place.store.state_directory("part")), Vec::<String>::new());
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Exists), None);
    assert!(
        get(&place.store, &key("a"), b"whole").unwrap().1,
        "the lock is given back"
    );
}

#[test]
fn the_stores_check_judges_what_was_fetched() {
    let mut place = place();
    place.store = place.store.with_check(|path, mut file| {
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| error.to_string())?;
        match text.strip_suffix('.') {
            Some("odd") => Ok(Some("it is odd".to_owned())),
            Some(_) => Ok(None),
            None => Err(format!("{path} has no full stop")),
        }
    });
    let refused = get(&place.store, &key("a"), b"whole").unwrap_err();
    assert!(
        matches!(&refused, Error::Integrity { received: 5, .. }) && refused.to_string().contains("no full stop"),
        "{refused}"
    );
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Exists), None);
    get(&place.store, &key("a"), b"odd.").unwrap();
    let found = look(&place.store, &key("a"), Level::Content).hit().unwrap();
    assert_eq!(
        (found.record.unwrap().note.as_deref(), found.noticed),
        (Some("it is odd"), None)
    );
}

#[test]
fn an_obstacle_is_told_before_anything_is_fetched() {
    let place = place();
    let path = path_of(&place.store, &key("a"));
    fs::create_dir_all(path.join("full")).unwrap();
    let entry = place
        .store
        .get_or_fetch(&key("a"), Level::Stat, now, |_| -> Result<Facts, Error> {
            panic!("it is fetched")
        });
    let error = entry.unwrap_err();
    assert!(
        matches!(&error, Error::Obstructed { what, .. } if what == "a directory"),
        "{error}"
    );
}

/// Another address for the path of `key("a")`.
fn rival() -> Key {
    Key::new("https://example.org/a", key("a").path)
}

#[test]
fn a_path_belongs_to_the_address_whose_file_lies_there() {
    let place = place();
    put(&place.store, &key("a"), b"first");
    let error = get(&place.store, &rival(), b"second").unwrap_err();
    assert!(
        matches!(&error, Error::Obstructed { what, .. } if what == "the file of mast:TESS/product/a"),
        "{error}"
    );
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), b"first");
    // Equal content is shared.
    assert_eq!(get(&place.store, &rival(), b"first").unwrap().0, b"first");
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Stat).unwrap(), b"first");
    // Removing frees the path for either.
    place.store.remove("TESS/obs/a", Removal::Apply).unwrap();
    assert_eq!(
        get(&place.store, &rival(), b"second").unwrap(),
        (b"second".to_vec(), true)
    );
    get(&place.store, &key("a"), b"first").unwrap_err();
}

#[test]
fn the_file_of_another_address_is_left_alone() {
    let place = place();
    put(&place.store, &key("a"), b"first");
    let adopted = place.store.adopt(&rival(), fact(), &|_, _| Ok(None), later()).unwrap();
    assert!(
        matches!(&adopted, Adoption::Refused(Refusal::Taken(uri)) if *uri == key("a").uri),
        "{adopted:?}"
    );
    // Somebody removed the first one's file, and the path went to the other address.
    fs::remove_file(path_of(&place.store, &key("a"))).unwrap();
    put(&place.store, &rival(), b"the second");
    for level in [Level::Stat, Level::Sha256] {
        let Lookup::Miss(reason) = look(&place.store, &key("a"), level) else {
            panic!("it is gone")
        };
        assert_eq!(reason, MissReason::Taken { uri: rival().uri });
        assert_eq!(reason.to_string(), "the file of https://example.org/a is in its place");
    }
    let found = place
        .store
        .verify(Level::Sha256, std::num::NonZeroUsize::MIN, now(), &|_| {})
        .unwrap();
    let [finding] = &found.problems[..] else {
        panic!("{found:?}")
    };
    assert!(matches!(
        finding.problem,
        FileProblem::Missing(MissReason::Taken { .. })
    ));
    assert_eq!(bytes_at(&place.store, &rival(), Level::Sha256).unwrap(), b"the second");
    assert!(quarantined(&place.store).is_empty());
}
