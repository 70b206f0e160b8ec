use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Look, Neighbours, Place};

const HOST: &str = "https://mast.stsci.edu";

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory")
}

fn process(directory: &tempfile::TempDir) -> Arc<Neighbours> {
    // Below what is there: it is made when it is needed.
    Arc::new(Neighbours::new(directory.path().join("made/slots")))
}

fn look(process: &Arc<Neighbours>) -> Option<Place> {
    match process.look(HOST, "file", 6) {
        Look::Free(place) => Some(place),
        Look::Wait(_) | Look::Paused(_) => None,
        Look::Unusable(error) => panic!("{error}"),
    }
}

#[test]
fn all_processes_together_have_the_places_of_one() {
    let directory = directory();
    let processes: Vec<_> = (0..4).map(|_| process(&directory)).collect();
    let mut taken: Vec<Place> = processes.iter().cycle().take(40).filter_map(look).collect();
    assert_eq!(taken.len(), 6);
    drop(taken.pop());
    assert!(look(&processes[3]).is_some());
}

#[test]
fn who_had_a_turn_leaves_the_place_to_others_for_a_moment() {
    let directory = directory();
    let (one, other) = (process(&directory), process(&directory));
    let mut all: Vec<Place> = std::iter::from_fn(|| look(&one)).collect();
    let long_ago = Instant::now()
        .checked_sub(Duration::from_secs(2))
        .expect("the machine is up");
    for turn in one.turns().values_mut() {
        *turn = super::Turn::Since(long_ago);
    }
    drop(all.pop());
    assert!(look(&one).is_none());
    assert!(look(&other).is_some());
}

#[test]
fn a_pause_is_told_to_the_others() {
    let directory = directory();
    let (one, other) = (process(&directory), process(&directory));
    drop(look(&one));
    one.tell_pause(HOST, Duration::from_secs(60));
    assert!(look(&other).is_none());
    assert!(matches!(other.look("https://elsewhere.org", "file", 6), Look::Free(_)));
    std::fs::write(other.pause_file(HOST), "99999999999999999").expect("written");
    assert!(look(&other).is_some(), "no pause is as long as that");
}

#[tokio::test]
async fn without_a_directory_everybody_goes_on() {
    let directory = directory();
    std::fs::write(directory.path().join("made"), "a file").expect("written");
    let process = process(&directory);
    assert!(process.place(HOST, crate::Lane::File, 6).await.is_none());
}

#[test]
fn a_lock_on_a_file_that_lost_its_name_is_no_place() {
    let directory = directory();
    let path = directory.path().join("place");
    let open = || std::fs::File::create(&path).expect("made");
    let removed = open();
    assert!(super::has_name(&removed, &path).expect("looked at"));
    std::fs::remove_file(&path).expect("removed");
    assert!(!super::has_name(&removed, &path).expect("looked at"));
    let _younger = open();
    assert!(!super::has_name(&removed, &path).expect("looked at"));
}
