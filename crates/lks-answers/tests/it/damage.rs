//! A file that does not hold the answer to the question counts as absent: 0 wrong answers.

use std::fs;
use std::path::PathBuf;

use lks_answers::Directory;
use proptest::prelude::*;
use tempfile::TempDir;

use super::{directory, now, question};

const BODY: &[u8] = b"a long answer, a long answer, a long answer, a long answer, a long answer, a long answer";

fn kept() -> (TempDir, Directory, PathBuf) {
    let (place, directory) = directory();
    directory.keep(&question("here"), BODY, now()).unwrap();
    let path = directory.list().unwrap()[0].path.clone();
    (place, directory, path)
}

#[test]
fn cut_anywhere_it_is_absent() {
    let (_place, directory, path) = kept();
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(directory.find(&question("here")), None, "cut after {length} bytes");
    }
}

#[test]
fn with_any_flipped_bit_it_is_absent() {
    let (_place, directory, path) = kept();
    let whole = fs::read(&path).unwrap();
    for bit in 0..8 * whole.len() {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &flipped).unwrap();
        assert_eq!(directory.find(&question("here")), None, "bit {bit}");
    }
}

#[test]
fn the_answer_to_another_question_is_absent() {
    let (_place, directory, path) = kept();
    directory.keep(&question("there"), b"another", now()).unwrap();
    let listed = directory.list().unwrap();
    let other = listed.iter().find(|file| file.path != path).unwrap();
    fs::copy(&other.path, &path).unwrap();
    assert_eq!(directory.find(&question("here")), None);
}

#[test]
fn half_written_beside_its_place_it_is_not_looked_at() {
    let (_place, directory, path) = kept();
    fs::write(path.with_file_name(".half.tmp"), "lksearch answer 1\n").unwrap();
    assert_eq!(directory.find(&question("here")).unwrap().body, BODY);
}

#[test]
fn with_more_behind_it_or_nothing_in_it_it_is_absent() {
    let (_place, directory, path) = kept();
    let mut longer = fs::read(&path).unwrap();
    longer.push(0);
    for file in [longer, Vec::new(), vec![0; 4096]] {
        fs::write(&path, file).unwrap();
        assert_eq!(directory.find(&question("here")), None);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_its_place_holds_nobody_up() {
    let (_place, directory, path) = kept();
    fs::remove_file(&path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    assert_eq!(directory.find(&question("here")), None);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(directory.find(&question("here")), None);
    assert!(directory.keep(&question("here"), BODY, now()).is_err());
}

proptest! {
    #[test]
    fn no_bytes_are_believed(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (_place, directory, path) = kept();
        let mut file = b"lksearch answer 1\n".to_vec();
        file.extend(&bytes);
        fs::write(&path, file).unwrap();
        prop_assert_eq!(directory.find(&question("here")), None);
    }
}
