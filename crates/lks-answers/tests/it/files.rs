//! What is kept is found again, within limits, by any number of processes.

use std::fs;
use std::thread;

use lks_answers::{Directory, Limits, Question};

use super::{DAY, directory, now, question};

#[test]
fn what_is_kept_is_found_again() {
    let (_place, directory) = directory();
    assert_eq!(directory.find(&question("here")), None);
    for body in [b"".as_slice(), b"one", &vec![7; 3 << 20]] {
        directory.keep(&question("here"), body, now()).unwrap();
        let kept = directory.find(&question("here")).unwrap();
        assert_eq!((kept.date, kept.body.as_slice()), (now(), body));
    }
    assert_eq!(directory.find(&question("there")), None);
}

#[test]
fn everything_of_a_question_counts() {
    let asked = |kind, exact: &[&str]| Question::new(kind, "words", exact);
    let (_place, directory) = directory();
    directory.keep(&asked("a", &["x", "yz"]), b"1", now()).unwrap();
    for other in [
        asked("b", &["x", "yz"]),
        asked("a", &["xy", "z"]),
        asked("a", &["x", "yz", ""]),
        asked("a", &["x"]),
    ] {
        assert_eq!(directory.find(&other), None, "{other:?}");
    }
}

#[test]
fn nothing_is_made_until_something_is_kept() {
    let (place, directory) = directory();
    directory.find(&question("here"));
    assert!(directory.list().unwrap().is_empty() && directory.clear().unwrap().is_empty());
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn what_the_exact_question_holds_is_not_written() {
    let (_place, directory) = directory();
    let asked = Question::new("sectors", "sectors of a star", &["https://me:secret@example.org"]);
    directory.keep(&asked, b"1", now()).unwrap();
    let listed = directory.list().unwrap();
    assert_eq!(listed[0].about.as_deref(), Some("sectors of a star"));
    let file = fs::read(&listed[0].path).unwrap();
    assert!(!String::from_utf8_lossy(&file).contains("secret"));
}

#[test]
fn the_oldest_are_given_up() {
    let (_place, directory) = directory();
    let directory = directory.with_limits(Limits {
        bytes: 1 << 20,
        files: 160,
    });
    for number in 0..1000 {
        directory.keep(&question(&number.to_string()), b"1", now()).unwrap();
    }
    let listed = directory.list().unwrap();
    assert!((80..=160).contains(&listed.len()), "{}", listed.len());
    assert!(directory.find(&question("999")).is_some());

    let body: Vec<u8> = (0..30_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    for number in 0..40 {
        directory
            .keep(&question(&format!("large {number}")), &body, now())
            .unwrap();
    }
    let bytes: u64 = directory.list().unwrap().iter().map(|file| file.bytes).sum();
    assert!(bytes <= 1 << 20, "{bytes}");
}

#[test]
fn clearing_removes_all_and_gc_only_litter() {
    let (place, directory) = directory();
    directory.keep(&question("here"), b"1", now()).unwrap();
    let folder = directory.list().unwrap()[0].path.parent().unwrap().to_owned();
    fs::write(folder.join(".abc.tmp"), "half").unwrap();
    fs::write(folder.join("notes"), "no answer").unwrap();
    let later = std::time::SystemTime::now() + DAY;
    let collected = directory.gc(std::time::SystemTime::now()).unwrap();
    assert_eq!(collected.len(), 1, "the file that may still be written stays");
    assert_eq!(directory.gc(later).unwrap().len(), 1);
    assert!(directory.find(&question("here")).is_some());

    assert_eq!(directory.clear().unwrap().len(), 1);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn writers_and_readers_at_once_see_whole_answers() {
    let (_place, directory) = directory();
    let bodies: Vec<Vec<u8>> = (0..4_u8).map(|n| vec![n; 100_000 + usize::from(n)]).collect();
    directory.keep(&question("here"), &bodies[0], now()).unwrap();
    thread::scope(|scope| {
        for body in &bodies {
            scope.spawn(|| (0..50).for_each(|_| directory.keep(&question("here"), body, now()).unwrap()));
        }
        scope.spawn(|| {
            for _ in 0..500 {
                let kept = directory.find(&question("here")).unwrap();
                assert!(bodies.contains(&kept.body));
            }
        });
    });
}

#[test]
fn a_place_that_cannot_be_written_is_an_error_that_says_where() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("answers"), "a file").unwrap();
    let directory = Directory::at(place.path().join("answers"));
    let error = directory.keep(&question("here"), b"1", now()).unwrap_err().to_string();
    assert!(
        error.contains("failed to keep an answer in") && error.contains("answers/v1"),
        "{error}"
    );
    assert_eq!(directory.find(&question("here")), None);
}
