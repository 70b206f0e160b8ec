//! Files that other tools left in the tree.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use lks_cache::{Adoption, Level, Lookup, MissReason, RecordOrigin, Refusal, RelativePath};

use crate::support::*;

/// A format of five bytes and `.`: enough to tell a whole file from a part of one.
fn ends_with_dot(_: &RelativePath, mut file: &File) -> Result<Option<String>, String> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.ends_with(b".") {
        Ok(bytes.ends_with(b"..").then(|| "two dots".to_owned()))
    } else {
        Err("no dot at the end".to_owned())
    }
}

fn check(bytes: &[u8], length: Option<u64>, expected: Result<(), Refusal>) {
    let place = place();
    let path = put_foreign(&place.store, &key("a"), bytes);
    let inode = path.metadata().unwrap().ino();
    let modified = path.metadata().unwrap().modified().unwrap();
    let facts = fact().with_length(length);
    let outcome = match place.store.adopt(&key("a"), facts, &ends_with_dot, later()).unwrap() {
        Adoption::Adopted(entry) => {
            let record = entry.record.unwrap();
            assert_eq!(
                (record.origin, record.size),
                (RecordOrigin::Adopted, bytes.len() as u64)
            );
            assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), bytes);
            Ok(())
        }
        Adoption::Refused(refusal) => {
            assert!(matches!(
                look(&place.store, &key("a"), Level::Stat),
                Lookup::Miss(MissReason::Unrecorded { .. })
            ));
            Err(refusal)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(outcome, expected);
    let after = path.metadata().unwrap();
    assert_eq!(
        (after.ino(), after.modified().unwrap()),
        (inode, modified),
        "the file was touched"
    );
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_complete_file_is_taken_over_without_being_touched() {
    check(b"whole.", Some(6), Ok(()));
    check(b"whole.", None, Ok(()));
}

#[test]
fn a_partial_file_is_not_taken_over() {
    check(b"whol", Some(6), Err(Refusal::Size { expected: 6, found: 4 }));
    check(b"whole.whole.", Some(6), Err(Refusal::Size { expected: 6, found: 12 }));
    check(b"whol", None, Err(Refusal::Content("no dot at the end".to_owned())));
    check(
        b"whole!",
        Some(6),
        Err(Refusal::Content("no dot at the end".to_owned())),
    );
    check(b"", None, Err(Refusal::Empty));
}

#[test]
fn a_file_that_was_just_written_is_left_alone() {
    let place = place();
    put_foreign(&place.store, &key("a"), b"whole.");
    for (age, is_taken) in [(0, false), (59, false), (61, true)] {
        let when = now() + Duration::from_secs(age);
        let outcome = place.store.adopt(&key("a"), fact(), &ends_with_dot, when).unwrap();
        assert_eq!(
            matches!(outcome, Adoption::Adopted(_)),
            is_taken,
            "{age} s: {outcome:?}"
        );
    }
}

#[test]
fn a_file_that_grows_while_it_is_checked_is_left_alone() {
    let place = place();
    let path = put_foreign(&place.store, &key("a"), b"whole.");
    let grow = |name: &RelativePath, file: &File| {
        fs::write(&path, b"whole.whole.").unwrap();
        ends_with_dot(name, file)
    };
    let outcome = place.store.adopt(&key("a"), fact(), &grow, later()).unwrap();
    assert!(
        matches!(outcome, Adoption::Refused(Refusal::BeingWritten)),
        "{outcome:?}"
    );
}

#[test]
fn dates_from_another_clock_do_not_change_an_adoption() {
    for seconds in [0, 1, 4_102_444_800] {
        let place = place();
        let path = put_foreign(&place.store, &key("a"), b"whole.");
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(seconds))
            .unwrap();
        let outcome = place.store.adopt(&key("a"), fact(), &ends_with_dot, now()).unwrap();
        assert!(matches!(outcome, Adoption::Adopted(_)), "{seconds}: {outcome:?}");
    }
}

#[test]
fn nothing_and_things_that_are_no_files_are_refused_by_name() {
    let place = place();
    let outcome = place.store.adopt(&key("a"), fact(), &ends_with_dot, later()).unwrap();
    assert!(matches!(outcome, Adoption::Refused(Refusal::Absent)));
    fs::create_dir_all(path_of(&place.store, &key("a"))).unwrap();
    let outcome = place.store.adopt(&key("a"), fact(), &ends_with_dot, later()).unwrap();
    assert!(matches!(outcome, Adoption::Refused(Refusal::NotAFile("a directory"))));
}

#[test]
fn a_lost_record_is_made_again_from_the_file() {
    let place = place();
    put(&place.store, &key("a"), b"whole.");
    fs::remove_dir_all(place.store.root().join(".lks")).unwrap();
    let store = reopened(&place.store);
    assert!(matches!(
        look(&store, &key("a"), Level::Stat),
        Lookup::Miss(MissReason::Unrecorded { size: 6 })
    ));
    let outcome = store.adopt(&key("a"), fact(), &ends_with_dot, later()).unwrap();
    assert!(matches!(outcome, Adoption::Adopted(_)));
    assert_eq!(bytes_at(&store, &key("a"), Level::Stat).unwrap(), b"whole.");
}

/// Judges by content, and hears the path of the very file.
fn dot_by_path(path: &RelativePath, file: &File) -> Result<Option<String>, String> {
    assert_ne!(path.filename(), "strange", "of an unknown key nothing is read");
    ends_with_dot(path, file)
}

fn product_at(path: &RelativePath) -> lks_cache::Key {
    lks_cache::Key {
        uri: format!("mast:TESS/product/{}", path.filename()),
        path: path.clone(),
    }
}

#[test]
fn a_whole_tree_is_taken_over_in_place() {
    let place = place();
    put_foreign(&place.store, &key("a"), b"a.");
    put_foreign(&place.store, &key("b"), b"b.");
    put_foreign(&place.store, &key("half"), b"ha");
    put_foreign(&place.store, &key("strange"), b"who?.");
    fs::write(place.store.data_directory().join("loose"), b"x").unwrap();
    let mut outcomes = Vec::new();
    let product_of = |path: &RelativePath| (!["strange", "loose"].contains(&path.filename())).then(|| product_at(path));
    place
        .store
        .adopt_tree(place.store.root(), &product_of, &dot_by_path, later(), &mut |file| {
            let name = file.path.file_name().unwrap().to_string_lossy().into_owned();
            let outcome = match file.outcome.unwrap() {
                Adoption::Adopted(_) => "adopted".to_owned(),
                Adoption::Refused(refusal) => refusal.to_string(),
                other => panic!("{other:?}"),
            };
            outcomes.push((name, outcome));
        })
        .unwrap();
    outcomes.sort();
    let unknown = "no product is known by this path";
    let expected = [
        ("a", "adopted"),
        ("b", "adopted"),
        ("half", "no dot at the end"),
        ("loose", unknown),
        ("strange", unknown),
    ];
    assert_eq!(outcomes, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(bytes_at(&place.store, &key("b"), Level::Stat).unwrap(), b"b.");
}

#[test]
fn another_tools_cache_is_copied_and_left_alone() {
    let place = place();
    let other = lks_cache::Store::new(place.directory.path().join("lightkurve"));
    put_foreign(&other, &key("a"), b"a.");
    put_foreign(&other, &key("half"), b"ha");
    let before = tree(other.root());
    let mut num_adopted = 0;
    let mut count =
        |file: lks_cache::AdoptedFile| num_adopted += u32::from(matches!(file.outcome, Ok(Adoption::Adopted(_))));
    place
        .store
        .adopt_tree(
            other.root(),
            &|path| Some(product_at(path)),
            &dot_by_path,
            later(),
            &mut count,
        )
        .unwrap();
    assert_eq!(num_adopted, 1);
    assert_eq!(tree(other.root()), before);
    let Lookup::Hit(entry) = look(&place.store, &key("a"), Level::Sha256) else {
        panic!("not there")
    };
    assert_eq!(entry.record.unwrap().origin, RecordOrigin::Adopted);
}

#[test]
fn a_loose_file_is_copied_to_its_path_and_left_alone() {
    let place = place();
    let path = place.directory.path().join("tesscut").join("another_name");
    fs::create_dir(path.parent().unwrap()).unwrap();
    fs::write(&path, b"cut.").unwrap();
    let adopt = |key: &lks_cache::Key| place.store.adopt_file(&path, key, &ends_with_dot, later()).unwrap();
    assert!(matches!(adopt(&key("a")), Adoption::Adopted(_)));
    assert_eq!(bytes_at(&place.store, &key("a"), Level::Sha256).unwrap(), b"cut.");
    assert_eq!(fs::read(&path).unwrap(), b"cut.");
    fs::write(&path, b"ha").unwrap();
    let Adoption::Refused(refusal) = adopt(&key("b")) else {
        panic!("taken over although it is cut")
    };
    assert_eq!(refusal.to_string(), "no dot at the end");
    // What is there already stays.
    assert!(matches!(adopt(&key("a")), Adoption::Known(_)));
    let directory = path.parent().unwrap();
    assert!(matches!(
        place.store.adopt_file(directory, &key("c"), &ends_with_dot, later()),
        Ok(Adoption::Refused(Refusal::NotAFile("a directory")))
    ));
}

#[test]
fn what_is_odd_about_a_whole_file_goes_into_its_record() {
    let place = place();
    put_foreign(&place.store, &key("a"), b"a..");
    let outcome = place.store.adopt(&key("a"), fact(), &ends_with_dot, later()).unwrap();
    let Adoption::Adopted(entry) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(entry.record.unwrap().note.as_deref(), Some("two dots"));
}

#[test]
fn a_file_with_its_sha256_on_record_needs_no_check() {
    let refused = |place: &Place, from: &std::path::Path| {
        let mut refused = Vec::new();
        let mut each = |file: lks_cache::AdoptedFile| {
            if let Ok(Adoption::Refused(_)) = file.outcome {
                refused.push(file.path.file_name().unwrap().to_string_lossy().into_owned());
            }
        };
        let product_of = |path: &RelativePath| Some(product_at(path));
        let outcome = place
            .store
            .adopt_tree(from, &product_of, &dot_by_path, later(), &mut each);
        outcome.unwrap();
        refused.sort();
        refused
    };
    // The other tree is a store, and its record says what is odd about the file.
    let place = place();
    let other = lks_cache::Store::new(place.directory.path().join("other"));
    let mut writer = other.begin(&key("a"), None).unwrap();
    writer.append(b"no dot").unwrap();
    let note = Some("published so".to_owned());
    writer.commit(fact().with_note(note.clone()), now()).unwrap();
    // Damaged since, and never on record.
    fs::write(put(&other, &key("b"), b"b.").path, b"b,").unwrap();
    put_foreign(&other, &key("c"), b"c");
    let before = tree(other.root());
    assert_eq!(refused(&place, other.root()), ["b", "c"]);
    assert_eq!(tree(other.root()), before);
    let Lookup::Hit(entry) = look(&place.store, &key("a"), Level::Sha256) else {
        panic!("not there")
    };
    assert_eq!(entry.record.unwrap().note, note);
    // This store knows the content, and lost the file.
    put(&place.store, &key("d"), b"no dot either");
    fs::remove_file(path_of(&place.store, &key("d"))).unwrap();
    let third = lks_cache::Store::new(place.directory.path().join("third"));
    put_foreign(&third, &key("d"), b"no dot either");
    assert_eq!(refused(&place, third.root()), [""; 0]);
    assert!(bytes_at(&place.store, &key("d"), Level::Sha256).is_some());
}
