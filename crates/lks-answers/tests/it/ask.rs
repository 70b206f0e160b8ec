//! When a kept answer is given, and when the service is asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use lks_answers::{Answered, Answers, Directory, Fetched};

use super::{DAY, directory, now, question};

const HOUR: Duration = Duration::from_secs(3600);

/// Asks once, where the service would answer this.
async fn ask(
    answers: &Answers,
    at: SystemTime,
    service: Result<&str, &'static str>,
) -> (Result<Answered<String>, &'static str>, usize) {
    let num_asked = AtomicUsize::new(0);
    let fetch = async {
        num_asked.fetch_add(1, Ordering::Relaxed);
        let value = service?.to_owned();
        let body = value.clone().into_bytes();
        Ok(Fetched {
            value,
            body: Box::new(move |out| out.write_all(&body)),
        })
    };
    let read = |body: &[u8]| {
        String::from_utf8(body.to_vec())
            .ok()
            .filter(|text| text != "unreadable")
    };
    let answer = answers
        .ask(&question("here"), at, read, fetch, |error, _| *error == "down")
        .await;
    answers.settle().await;
    (answer, num_asked.into_inner())
}

fn is(answer: &(Result<Answered<String>, &'static str>, usize), value: &str, kept: Option<SystemTime>, asked: usize) {
    let (given, num_asked) = answer;
    let given = given.as_ref().unwrap();
    assert_eq!((given.value.as_str(), given.kept, *num_asked), (value, kept, asked));
}

fn answers(directory: &Directory) -> Answers {
    Answers::in_directory(directory.clone(), DAY)
}

#[tokio::test]
async fn a_fresh_answer_is_given_without_asking() {
    let (_place, directory) = directory();
    let answers = answers(&directory);
    is(&ask(&answers, now(), Ok("old")).await, "old", None, 1);
    is(
        &ask(&answers, now() + 23 * HOUR, Ok("new")).await,
        "old",
        Some(now()),
        0,
    );
    is(&ask(&answers, now() + 24 * HOUR, Ok("new")).await, "new", None, 1);
    is(
        &ask(&answers, now() + 25 * HOUR, Ok("newer")).await,
        "new",
        Some(now() + DAY),
        0,
    );
}

#[tokio::test]
async fn with_no_age_it_is_always_asked_and_still_kept() {
    let (_place, directory) = directory();
    let always = Answers::in_directory(directory.clone(), Duration::ZERO);
    is(&ask(&always, now(), Ok("old")).await, "old", None, 1);
    is(&ask(&always, now(), Ok("new")).await, "new", None, 1);
    is(
        &ask(&answers(&directory), now(), Ok("newer")).await,
        "new",
        Some(now()),
        0,
    );
}

#[tokio::test]
async fn an_older_answer_stands_in_for_a_service_that_fails() {
    let (_place, directory) = directory();
    let answers = answers(&directory);
    let (none, _) = ask(&answers, now(), Err("down")).await;
    assert_eq!(none.unwrap_err(), "down");
    let _given = ask(&answers, now(), Ok("old")).await;
    is(
        &ask(&answers, now() + 9 * DAY, Err("down")).await,
        "old",
        Some(now()),
        1,
    );
    let (other, _) = ask(&answers, now() + 9 * DAY, Err("no such question")).await;
    assert_eq!(other.unwrap_err(), "no such question");
    is(&ask(&answers, now() + 9 * DAY, Ok("new")).await, "new", None, 1);
}

#[tokio::test]
async fn offline_any_age_will_do() {
    let (_place, directory) = directory();
    let _given = ask(&answers(&directory), now(), Ok("old")).await;
    let offline = answers(&directory).with_offline(true);
    for at in [now() + 400 * DAY, now() - 400 * DAY] {
        is(&ask(&offline, at, Ok("new")).await, "old", Some(now()), 0);
    }
}

#[tokio::test]
async fn an_answer_from_the_future_is_asked_for_again() {
    let (_place, directory) = directory();
    let answers = answers(&directory);
    let _given = ask(&answers, now() + 30 * DAY, Ok("future")).await;
    is(&ask(&answers, now(), Ok("now")).await, "now", None, 1);
    is(&ask(&answers, now(), Ok("newer")).await, "now", Some(now()), 0);
    let _given = ask(&answers, now() + 60 * DAY, Ok("future")).await;
    is(
        &ask(&answers, now(), Err("down")).await,
        "future",
        Some(now() + 60 * DAY),
        1,
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_asked_for_again() {
    let (_place, directory) = directory();
    let answers = answers(&directory);
    let _given = ask(&answers, now(), Ok("unreadable")).await;
    is(&ask(&answers, now(), Ok("new")).await, "new", None, 1);
}

#[tokio::test]
async fn without_a_directory_it_is_always_asked() {
    let answers = Answers::none();
    is(&ask(&answers, now(), Ok("one")).await, "one", None, 1);
    is(&ask(&answers, now(), Ok("two")).await, "two", None, 1);
}

#[tokio::test]
async fn where_nothing_can_be_written_the_answer_is_given_all_the_same() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("answers"), "a file").unwrap();
    let answers = answers(&Directory::at(place.path().join("answers")));
    is(&ask(&answers, now(), Ok("one")).await, "one", None, 1);
    is(&ask(&answers, now(), Ok("two")).await, "two", None, 1);
}
