//! What was made of answers is given while each of them is fresh and the one that is kept, and never after.

use std::fs;
use std::time::{Duration, SystemTime};

use lks_answers::{Answers, Directory, Question, UsedAnswer};

use super::{DAY, directory, now, question};

const BODY: &[u8] = b"made of two answers";

fn made() -> Question {
    Question::new("table", "a table", &["http://127.0.0.1", "version 1"])
}

/// What two answers are, of different dates, and what was made of them.
async fn kept(directory: &Directory) -> [UsedAnswer; 2] {
    let answers = Answers::in_directory(directory.clone(), DAY);
    let used = [("here", now()), ("there", now() + Duration::from_nanos(17))]
        .map(|(about, date)| UsedAnswer::new(&question(about), date));
    for (about, used) in ["here", "there"].iter().zip(&used) {
        directory.keep(&question(about), b"an answer", used.date()).unwrap();
    }
    answers.keep_made(&made(), now(), used.to_vec(), Box::new(|out| out.write_all(BODY)));
    answers.settle().await;
    used
}

async fn recalled(answers: &Answers, at: SystemTime) -> Option<(Vec<UsedAnswer>, Vec<u8>)> {
    answers.recall_made(&made(), at, Some).await
}

#[tokio::test]
async fn it_is_given_with_what_it_was_made_of() {
    let (_place, directory) = directory();
    let used = kept(&directory).await;
    let answers = Answers::in_directory(directory, DAY);
    let (made_of, body) = recalled(&answers, now() + DAY / 2).await.unwrap();
    assert_eq!((made_of.as_slice(), body.as_slice()), (used.as_slice(), BODY));
    assert_eq!(made_of.iter().map(UsedAnswer::kind).collect::<Vec<_>>(), ["sectors"; 2]);
}

#[tokio::test]
async fn one_that_is_too_old_or_of_the_future_ends_it() {
    let (_place, directory) = directory();
    kept(&directory).await;
    let answers = Answers::in_directory(directory.clone(), DAY);
    for at in [now() + DAY, now() - Duration::from_secs(1), now()] {
        assert_eq!(recalled(&answers, at).await, None, "at {at:?}");
        assert!(recalled(&answers.clone().with_offline(true), at).await.is_some());
    }
    let always = Answers::in_directory(directory, Duration::ZERO);
    assert_eq!(recalled(&always, now() + DAY / 2).await, None);
}

#[tokio::test]
async fn one_that_was_replaced_removed_or_emptied_ends_it() {
    type Change = fn(&Directory);
    let changes: [Change; 6] = [
        |directory| directory.keep(&question("here"), b"another", now() + DAY / 4).unwrap(),
        |directory| {
            let soon = now() + Duration::from_nanos(18);
            directory
                .keep(&question("there"), b"within the same second", soon)
                .unwrap();
        },
        |directory| {
            directory
                .keep(&question("here"), b"an earlier one", now() - DAY)
                .unwrap()
        },
        |directory| files_of(directory, "sectors").for_each(|path| fs::remove_file(path).unwrap()),
        |directory| files_of(directory, "sectors").for_each(|path| fs::write(path, "").unwrap()),
        |directory| {
            let files: Vec<_> = files_of(directory, "sectors").collect();
            fs::copy(&files[0], &files[1]).unwrap();
        },
    ];
    for (number, change) in changes.iter().enumerate() {
        let (_place, directory) = directory();
        kept(&directory).await;
        let answers = Answers::in_directory(directory.clone(), DAY);
        change(&directory);
        for answers in [answers.clone().with_offline(true), answers] {
            assert_eq!(recalled(&answers, now() + DAY / 2).await, None, "change {number}");
        }
    }
}

fn files_of(directory: &Directory, kind: &'static str) -> impl Iterator<Item = std::path::PathBuf> {
    let listed = directory.list().unwrap().into_iter();
    listed
        .filter(move |file| file.kind.as_deref() == Some(kind))
        .map(|file| file.path)
}

#[tokio::test]
async fn cut_or_flipped_anywhere_it_is_absent() {
    let (_place, directory) = directory();
    kept(&directory).await;
    let answers = Answers::in_directory(directory.clone(), DAY);
    let path = files_of(&directory, "table").next().unwrap();
    let whole = fs::read(&path).unwrap();
    for place in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[place] ^= 4;
        for damaged in [&whole[..place], &flipped] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(recalled(&answers, now() + DAY / 2).await, None, "byte {place}");
        }
    }
    fs::write(&path, &whole).unwrap();
    assert!(recalled(&answers, now() + DAY / 2).await.is_some());
}

#[tokio::test]
async fn what_a_service_said_is_not_taken_for_it() {
    let (_place, directory) = directory();
    directory.keep(&made(), BODY, now()).unwrap();
    let answers = Answers::in_directory(directory.clone(), DAY);
    assert_eq!(recalled(&answers, now()).await, None);
    kept(&directory).await;
    let many = vec![UsedAnswer::new(&question("here"), now()); 25];
    let too_many = |out: &mut (dyn std::io::Write + Send)| out.write_all(b"of too many");
    directory.keep_made(&made(), &many, too_many, now()).unwrap();
    assert_eq!(recalled(&answers, now() + DAY / 2).await.unwrap().1, BODY);
}

#[test]
fn a_key_that_leads_elsewhere_is_refused() {
    let written = |key: &str| {
        let date = "2026-11-30T07:00:00.000000017Z";
        serde_json::from_str::<UsedAnswer>(&format!(r#"{{"kind":"name","key":"{key}","date":"{date}"}}"#))
    };
    assert!(written(&"0f".repeat(32)).is_ok());
    for key in [
        "",
        "../../../etc/passwd",
        &"0".repeat(63),
        &"/".repeat(64),
        &"é".repeat(32),
    ] {
        assert!(written(key).is_err(), "{key}");
    }
}

#[test]
fn one_of_many_answers_is_listed_and_no_litter() {
    let (_place, directory) = directory();
    let words = "a table for the star that has the longest name ".repeat(100);
    let question = Question::new("table", words, &["here"]);
    let many = (0..24).map(|number| UsedAnswer::new(&super::question(&number.to_string()), now()));
    let body = |out: &mut (dyn std::io::Write + Send)| out.write_all(BODY);
    directory
        .keep_made(&question, &many.collect::<Vec<_>>(), body, now())
        .unwrap();
    assert_eq!(directory.list().unwrap()[0].kind.as_deref(), Some("table"));
    assert!(directory.gc(now()).unwrap().is_empty());
}
