use std::sync::Arc;
use std::time::{Duration, Instant};

use super::directory::pause_file;
use super::{CrossProcess, Look, Place};
use crate::lane::Lane;
use crate::options::SharedDirectory;
use crate::silence::{Silence, Unanswered};

const HOST: &str = "https://archive.example.org";
const FILE: Lane = Lane::new("file", 4, 6).shared_between_processes();

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory")
}

fn process(directory: &tempfile::TempDir) -> Arc<CrossProcess> {
    // Below what is there: it is made when it is needed.
    Arc::new(CrossProcess::new(SharedDirectory {
        base: directory.path().join("made"),
        below: "ours/slots".into(),
    }))
}

fn look(process: &Arc<CrossProcess>) -> Option<Place> {
    match process.look(HOST, FILE) {
        Look::Free(place) => Some(place),
        Look::Wait(_) | Look::Paused(_) => None,
        Look::Unusable(error) => panic!("{error}"),
    }
}

fn told(_: Duration) -> Unanswered {
    Arc::new(Silence::default()).begin()
}

async fn place(process: &Arc<CrossProcess>, lane: Lane) -> Option<Place> {
    let place = process.place(HOST, lane, Duration::from_secs(600), told).await;
    place.expect("no pause")
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
    one.share_pause(HOST, Duration::from_secs(60));
    assert!(look(&other).is_none());
    assert!(matches!(other.look("https://elsewhere.org", FILE), Look::Free(_)));
    let told = directory.path().join("made/ours/slots").join(pause_file(HOST));
    std::fs::write(told, "99999999999999999").expect("written");
    assert!(look(&other).is_some(), "no pause is as long as that");
}

#[tokio::test]
async fn a_shared_pause_is_not_waited_for_beyond_the_longest() {
    let directory = directory();
    let (one, other) = (process(&directory), process(&directory));
    one.share_pause(HOST, Duration::from_secs(60));
    let waited = tokio::time::timeout(
        Duration::from_secs(20),
        other.place(HOST, FILE, Duration::from_secs(30), told),
    );
    let left = waited.await.expect("it does not wait").expect_err("a long pause");
    assert!((50..=60).contains(&left.as_secs()), "{left:?}");
}

#[tokio::test]
async fn who_waits_in_a_shared_pause_is_told_of_it_once() {
    let directory = directory();
    let (one, other) = (process(&directory), process(&directory));
    one.share_pause(HOST, Duration::from_millis(2500));
    let times = std::cell::Cell::new(0);
    let counted = |left| {
        times.set(times.get() + 1);
        told(left)
    };
    let place = other.place(HOST, FILE, Duration::from_secs(30), counted).await;
    assert!(place.expect("the pause ended").is_some());
    assert_eq!(times.get(), 1);
}

#[test]
fn a_pause_that_nobody_waits_for_is_not_shared() {
    let directory = directory();
    let (one, other) = (process(&directory), process(&directory));
    one.share_pause(HOST, Duration::from_secs(86_400));
    assert!(look(&other).is_some(), "the host itself tells it");
}

#[tokio::test]
async fn without_a_directory_everybody_goes_on() {
    let directory = directory();
    std::fs::write(directory.path().join("made"), "a file").expect("written");
    let process = process(&directory);
    assert!(place(&process, FILE).await.is_none());
}

#[test]
fn a_lock_on_a_file_that_lost_its_name_is_no_place() {
    let directory = directory();
    let shared = SharedDirectory {
        base: directory.path().to_owned(),
        below: "slots".into(),
    };
    let open = super::Open::new(&shared).expect("made");
    let removed = open.file("place").expect("made");
    assert!(open.is_name_of("place", &removed).expect("looked at"));
    std::fs::remove_file(shared.path().join("place")).expect("removed");
    assert!(!open.is_name_of("place", &removed).expect("looked at"));
    let _younger = open.file("place").expect("made");
    assert!(!open.is_name_of("place", &removed).expect("looked at"));
}

#[cfg(unix)]
#[test]
fn planted_links_and_pipes_are_not_followed() {
    use std::os::unix::fs::symlink;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    for planted in [
        "made/ours",
        "made/ours/slots",
        "pause: link",
        "pause: hard link",
        "pause: pipe",
        "place: link",
    ] {
        let directory = directory();
        let outside = directory.path().join("outside");
        std::fs::create_dir_all(outside.join("slots")).expect("made");
        let thesis = outside.join("thesis.tex");
        std::fs::write(&thesis, "years of work").expect("written");
        let slots = directory.path().join("made/ours/slots");
        std::fs::create_dir_all(&slots).expect("made");
        let told = slots.join(pause_file(HOST));
        match planted {
            "pause: link" => symlink(&thesis, told),
            "pause: hard link" => std::fs::hard_link(&thesis, told),
            "pause: pipe" => mknodat(CWD, &told, FileType::Fifo, Mode::from_raw_mode(0o600), 0).map_err(Into::into),
            "place: link" => symlink(outside.join("new"), slots.join("https___archive.example.org-file-0")),
            path => std::fs::remove_dir_all(directory.path().join(path))
                .and_then(|()| symlink(&outside, directory.path().join(path))),
        }
        .expect("planted");
        let process = process(&directory);
        process.share_pause(HOST, Duration::from_secs(60));
        let _place = process.look(HOST, FILE);
        assert_eq!(
            std::fs::read_to_string(&thesis).expect("there"),
            "years of work",
            "{planted}"
        );
        let inside = |path: &std::path::Path| std::fs::read_dir(path).expect("there").count();
        assert_eq!((inside(&outside), inside(&outside.join("slots"))), (2, 0), "{planted}");
    }
}

#[tokio::test]
async fn a_place_is_kept_for_the_next_request_but_only_for_a_moment() {
    let directory = directory();
    let (one, other) = (process(&directory), process(&directory));
    drop(place(&one, FILE).await);
    let mut others: Vec<Place> = std::iter::from_fn(|| look(&other)).collect();
    assert_eq!(others.len(), 5, "one is kept");
    let used = place(&one, FILE).await.expect("the one that was kept");
    let elsewhere = Lane::new("elsewhere", 1, 1).shared_between_processes();
    assert!(place(&one, elsewhere).await.is_some(), "another lane has its own");
    drop(used);
    while others.len() < 6 {
        tokio::time::sleep(super::KEPT).await;
        others.extend(look(&other));
    }
    assert!(look(&one).is_none());
    assert!(one.ours().names.is_empty() && !one.ours().is_swept);
}

#[test]
fn places_do_not_outlive_the_runtime_that_used_them() {
    let directory = directory();
    let (one, other) = (process(&directory), process(&directory));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async { drop(place(&one, FILE).await) });
    drop(runtime);
    assert_eq!(std::iter::from_fn(|| look(&other)).collect::<Vec<_>>().len(), 6);
}
