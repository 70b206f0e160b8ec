//! A slow service that is asked once: the second time its answer is there, and an older one stands in when it fails.
//!
//! `cargo run -p lks-answers --example remember`

#![allow(clippy::print_stdout, reason = "a program")]

use std::time::{Duration, SystemTime};

use lks_answers::{Answers, Directory, Fetched, Question};

const HOUR: Duration = Duration::from_secs(3600);

/// Asks which sectors saw a position, where the service would say this now.
async fn sectors(answers: &Answers, now: SystemTime, service: Result<&str, String>) -> Result<String, String> {
    let question = Question::new(
        "sectors",
        "sectors at 285.68 +50.24",
        &["https://example.org", "285.68", "+50.24"],
    );
    let ask_service = async {
        let value = service?.to_owned();
        let body = value.clone().into_bytes();
        Ok::<_, String>(Fetched {
            value,
            body: Box::new(move |out| out.write_all(&body)),
        })
    };
    let read = |body: &[u8]| String::from_utf8(body.to_vec()).ok();
    let answered = answers.ask(&question, now, read, ask_service, |_, _| true).await?;
    answers.settle().await;
    let age = answered.kept.and_then(|date| now.duration_since(date).ok());
    Ok(match age {
        Some(age) => format!("{} (from {} h ago)", answered.value, age.as_secs() / 3600),
        None => answered.value,
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = tempfile::tempdir()?;
    let answers = Answers::in_directory(Directory::at(place.path()), 24 * HOUR);
    let start = SystemTime::UNIX_EPOCH + 500_000 * HOUR;
    let down = || Err("503".to_owned());

    println!("first:    {}", sectors(&answers, start, Ok("14, 15")).await?);
    println!(
        "again:    {}",
        sectors(&answers, start + 3 * HOUR, Ok("14, 15, 26")).await?
    );
    println!("tomorrow: {}", sectors(&answers, start + 30 * HOUR, down()).await?);
    println!(
        "later:    {}",
        sectors(&answers, start + 40 * HOUR, Ok("14, 15, 26")).await?
    );
    let offline = answers.with_offline(true);
    println!("offline:  {}", sectors(&offline, start + 900 * HOUR, down()).await?);
    Ok(())
}
