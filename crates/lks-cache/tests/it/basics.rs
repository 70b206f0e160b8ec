use std::fs;
use std::os::unix::fs::MetadataExt;

use lks_cache::{Damage, Error, Key, Level, Lookup, MissReason, Record, RecordOrigin, RelativePath, Removal, Store};

use crate::support::*;

#[test]
fn nothing_is_created_until_something_is_written() {
    let place = place();
    assert!(matches!(
        look(&place.store, &key("a"), Level::Stat),
        Lookup::Miss(MissReason::Absent)
    ));
    assert!(matches!(
        look(&place.store, &key("a"), Level::Exists),
        Lookup::Miss(MissReason::Absent)
    ));
    place.store.sync_batch().unwrap();
    assert!(!place.store.root().exists());
}

#[test]
fn a_committed_file_is_found_at_every_level() {
    let place = place();
    let bytes = content(1, 100_000);
    let entry = put(&place.store, &key("a"), &bytes);
    assert_eq!(entry.path, path_of(&place.store, &key("a")));
    assert_eq!(fs::read(&entry.path).unwrap(), bytes);
    let record = entry.record.unwrap();
    assert_eq!((record.size, record.source.as_str()), (100_000, "test"));
    for level in [Level::Exists, Level::Stat, Level::Sha256, Level::Content] {
        assert_eq!(bytes_at(&place.store, &key("a"), level).unwrap(), bytes, "{level:?}");
    }
    place.store.sync_batch().unwrap();
    let found = tree(place.store.root());
    assert_eq!(
        found.iter().filter(|path| path.starts_with("files")).count(),
        4,
        "{found:?}"
    );
    assert!(!found.iter().any(|path| path.contains("part/")), "{found:?}");
}

#[test]
fn a_servers_long_headers_leave_the_record_readable() {
    let place = place();
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.append(b"bytes").unwrap();
    let facts = fact()
        .with_etag("\"".repeat(100_000))
        .with_url("https://mast".to_owned());
    writer.commit(facts, now()).unwrap();
    let Lookup::Hit(found) = look(&place.store, &key("a"), Level::Stat) else {
        panic!("it is here");
    };
    let record = found.record.unwrap();
    assert_eq!((record.etag, record.url.as_deref()), (None, Some("https://mast")));
}

#[test]
fn a_product_is_found_by_its_uri_alone() {
    let place = place();
    let look = |uri: &str| place.store.lookup_uri(uri, Level::Stat, now()).unwrap();
    assert!(matches!(look(&key("a").uri), Lookup::Miss(MissReason::Absent)));
    let entry = put(&place.store, &key("a"), &content(1, 1000));
    let Lookup::Hit(found) = look(&key("a").uri) else {
        panic!("it is here");
    };
    assert_eq!(found.path, entry.path);
    assert!(matches!(look(&key("b").uri), Lookup::Miss(MissReason::Absent)));
    fs::write(&entry.path, b"damaged").unwrap();
    assert!(matches!(look(&key("a").uri), Lookup::Miss(MissReason::Damaged { .. })));
}

#[test]
fn a_dropped_writer_leaves_nothing_behind() {
    let place = place();
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.append(b"half").unwrap();
    assert!(!path_of(&place.store, &key("a")).exists());
    drop(writer);
    let finished = {
        let mut writer = place.store.begin(&key("a"), None).unwrap();
        writer.append(b"whole").unwrap();
        writer.finish().unwrap()
    };
    assert_eq!(finished.size(), 5);
    drop(finished);
    assert_eq!(tree(&place.store.state_directory("part")), Vec::<String>::new());
    assert!(matches!(
        look(&place.store, &key("a"), Level::Stat),
        Lookup::Miss(MissReason::Absent)
    ));
}

#[test]
fn parts_in_any_order_make_the_same_file() {
    let place = place();
    let bytes = content(2, 1_000_000);
    let mut random = fastrand::Rng::with_seed(3);
    for round in 0..20 {
        let key = key(&format!("{round}"));
        let mut parts: Vec<usize> = (0..20).collect();
        random.shuffle(&mut parts);
        let mut writer = place.store.begin(&key, Some(1_000_000)).unwrap();
        for part in parts {
            let start = part * 50_000;
            writer.write_at(start as u64, &bytes[start..start + 50_000]).unwrap();
        }
        // A part that is fetched twice, first damaged, counts as it was written last.
        let start = 50_000 * (round % 20);
        writer.write_at(start as u64, &[0; 50_000]).unwrap();
        writer.write_at(start as u64, &bytes[start..start + 50_000]).unwrap();
        assert_eq!(writer.written(), 1_000_000);
        writer.commit(fact().with_length(Some(1_000_000)), now()).unwrap();
        assert_eq!(bytes_at(&place.store, &key, Level::Sha256).unwrap(), bytes);
    }
}

#[test]
fn a_missing_part_is_never_committed() {
    let place = place();
    let mut writer = place.store.begin(&key("a"), Some(30)).unwrap();
    writer.write_at(0, &[1; 10]).unwrap();
    writer.write_at(20, &[1; 10]).unwrap();
    let error = writer.commit(fact(), now()).unwrap_err();
    assert!(matches!(&error, Error::Integrity { received: 20, .. }), "{error}");
    assert!(error.to_string().contains("bytes 10 to 20"), "{error}");
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Exists), None);
}

#[test]
fn a_length_that_was_announced_must_be_met() {
    let place = place();
    for length in [0, 4, 6] {
        let mut writer = place.store.begin(&key("a"), None).unwrap();
        writer.append(b"12345").unwrap();
        let error = writer.commit(fact().with_length(Some(length)), now()).unwrap_err();
        assert!(matches!(error, Error::Integrity { .. }), "{error}");
    }
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Exists), None);
}

#[test]
fn restart_forgets_what_was_written() {
    let place = place();
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.append(&[7; 100]).unwrap();
    writer.restart().unwrap();
    assert_eq!(writer.written(), 0);
    writer.append(b"new").unwrap();
    writer.commit(fact(), now()).unwrap();
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), b"new");
}

#[test]
fn storing_the_same_content_again_keeps_the_file_that_is_there() {
    let place = place();
    let first = put(&place.store, &key("a"), b"same");
    let second = put(&place.store, &key("a"), b"same");
    assert_eq!(
        first.file.metadata().unwrap().ino(),
        second.file.metadata().unwrap().ino()
    );
    assert!(quarantined(&place.store).is_empty());
}

#[test]
fn storing_another_content_sets_the_old_one_aside() {
    let place = place();
    put(&place.store, &key("a"), b"old");
    put(&place.store, &key("a"), b"new!");
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), b"new!");
    assert_eq!(quarantined(&place.store), [b"old"]);
}

#[test]
fn a_foreign_file_in_the_way_is_set_aside_not_destroyed() {
    let place = place();
    put_foreign(&place.store, &key("a"), b"someone else's");
    put(&place.store, &key("a"), b"ours");
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), b"ours");
    assert_eq!(quarantined(&place.store), [b"someone else's"]);
}

#[test]
fn a_file_of_another_tool_is_adopted_and_ours_is_fetched() {
    let place = place();
    let origin = |bytes: &[u8]| put(&place.store, &key("a"), bytes).record.unwrap().origin;
    put_foreign(&place.store, &key("a"), b"theirs");
    assert_eq!(origin(b"theirs"), RecordOrigin::Adopted, "without a record");
    assert_eq!(origin(b"ours"), RecordOrigin::Fetched);
    assert_eq!(origin(b"ours"), RecordOrigin::Fetched, "stored once more");
    put_foreign(&place.store, &key("a"), b"theirs again");
    assert_eq!(
        origin(b"theirs again"),
        RecordOrigin::Adopted,
        "with a record of another content"
    );
    assert_eq!(origin(b"theirs again"), RecordOrigin::Adopted, "stored once more");
}

#[test]
fn only_places_of_the_same_content_stay_known() {
    let place = place();
    let locations = |bytes: &[u8]| {
        let record = put(&place.store, &key("a"), bytes).record.unwrap();
        let mut paths: Vec<String> = record.locations.into_iter().map(|it| it.path).collect();
        paths.sort();
        paths
    };
    let here = format!("files/{}", key("a").path);
    assert_eq!(locations(b"content"), [&*here]);
    let elsewhere = Key {
        path: RelativePath::from_components(["HLSP", "other", "a"]).unwrap(),
        ..key("a")
    };
    assert!(bytes_at(&place.store, &elsewhere, Level::Stat).is_some());
    assert_eq!(
        locations(b"content"),
        [format!("files/{}", elsewhere.path), here.clone()]
    );
    assert_eq!(locations(b"changed"), [here]);
}

#[test]
fn two_uris_cannot_fight_for_one_path() {
    let place = place();
    put(&place.store, &key("a"), b"first");
    let rival = Key {
        uri: "mast:other/a".to_owned(),
        ..key("a")
    };
    let mut writer = place.store.begin(&rival, None).unwrap();
    writer.append(b"second").unwrap();
    let error = writer.commit(fact(), now()).unwrap_err();
    assert!(
        matches!(&error, Error::Obstructed { what, .. } if what.contains("mast:TESS/product/a")),
        "{error}"
    );
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), b"first");
    // The same content is not a conflict.
    put(&place.store, &rival, b"first");
    assert_eq!(bytes_at(&place.store, &rival, Level::Stat).unwrap(), b"first");
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Stat).unwrap(), b"first");
}

#[test]
fn one_uri_in_two_places_is_copied_without_fetching() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    let elsewhere = Key {
        path: RelativePath::from_components(["HLSP", "other", "a"]).unwrap(),
        ..key("a")
    };
    assert_eq!(bytes_at(&place.store, &elsewhere, Level::Stat).unwrap(), b"content");
    assert!(path_of(&place.store, &elsewhere).exists());
    fs::remove_file(path_of(&place.store, &key("a"))).unwrap();
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Stat).unwrap(), b"content");
}

#[test]
fn the_check_runs_before_anything_is_visible() {
    let place = place();
    let mut writer = place.store.begin(&key("a"), None).unwrap();
    writer.append(b"<html>").unwrap();
    let finished = writer.finish().unwrap();
    assert!(!path_of(&place.store, &key("a")).exists());
    assert_eq!(finished.file().metadata().unwrap().len(), 6);
}

#[test]
fn damage_is_reported_with_its_kind_and_set_aside() {
    let place = place();
    put(&place.store, &key("a"), b"content");
    fs::write(path_of(&place.store, &key("a")), b"conten").unwrap();
    let Lookup::Miss(MissReason::Damaged {
        damage,
        quarantined: Some(moved),
    }) = look(&place.store, &key("a"), Level::Stat)
    else {
        panic!("not noticed");
    };
    assert_eq!(damage, Damage::Size { recorded: 7, found: 6 });
    assert_eq!(fs::read(moved.join("data")).unwrap(), b"conten");
    assert!(
        fs::read_to_string(moved.join("why.json"))
            .unwrap()
            .contains("6 bytes where 7 were stored")
    );
    assert!(moved.join("record.json").exists());
    assert!(matches!(
        look(&place.store, &key("a"), Level::Stat),
        Lookup::Miss(MissReason::Absent)
    ));
}

#[test]
fn a_store_of_the_first_version_is_read_as_it_is() {
    let place = place();
    let root = place.store.root();
    let text = include_str!("../data/record.json");
    let record = Record::parse(text.as_bytes()).unwrap();
    assert_eq!(record.to_text(), text);
    let file = root.join("mastDownload/TESS/o/a_lc.fits");
    let shard = root.join(".lks/v1/rec").join(&record.key[..2]);
    for (path, text) in [(&file, "whole\n"), (&shard.join(record.key.clone() + ".json"), text)] {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let store = Store::new(root).with_data_directory("mastDownload").unwrap();
    let key = Key::new(&record.uri, "TESS/o/a_lc.fits".parse().unwrap());
    assert_eq!(key.record_key(), record.key);
    assert_eq!(bytes_at(&store, &key, Level::Stat).unwrap(), b"whole\n");
    assert!(matches!(
        store.lookup_uri(&record.uri, Level::Stat, now()).unwrap(),
        Lookup::Hit(entry) if entry.path == file
    ));
    // Nothing of it is in the directory of a store that keeps its files elsewhere.
    assert_eq!(bytes_at(&place.store, &key, Level::Exists), None);
    assert_eq!(place.store.remove("*", Removal::DryRun).unwrap(), []);
    assert_eq!(store.remove("TESS/*", Removal::Apply).unwrap().len(), 1);
    assert_eq!(store.records().count(), 0);
}

#[test]
fn a_data_directory_is_one_plain_name_and_not_the_stores_own() {
    for name in ["", ".", "..", "a/b", "/a", ".lks", ".LKS", "con"] {
        let told = Store::new("/nowhere")
            .with_data_directory(name)
            .unwrap_err()
            .to_string();
        assert!(told.starts_with("unsafe name"), "{told}");
    }
}

#[test]
fn a_path_may_have_any_depth_up_to_eight() {
    let place = place();
    for (path, seed) in [("a", 1), ("b/c", 2), ("d/e/f/g/h/i/j/k", 3)] {
        let key = Key::new(path, path.parse().unwrap());
        put(&place.store, &key, &content(seed, 100));
        assert_eq!(path_of(&place.store, &key), place.store.root().join("files").join(path));
        assert_eq!(bytes_at(&place.store, &key, Level::Sha256).unwrap(), content(seed, 100));
        assert_eq!(place.store.parse_location(&format!("files/{path}")).unwrap(), key.path);
        place.store.parse_location(path).unwrap_err();
        assert_eq!(place.store.remove(path, Removal::Apply).unwrap().len(), 1);
    }
}
