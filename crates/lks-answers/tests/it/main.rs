//! The surface of the crate: the files, and when the service is asked.

#![expect(clippy::unwrap_used, reason = "a test ends there")]

mod ask;
mod damage;
mod files;
mod made;

use std::time::{Duration, SystemTime};

use lks_answers::{Directory, Question};
use tempfile::TempDir;

/// A Monday morning.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_796_025_600)
}

const DAY: Duration = Duration::from_secs(86_400);

fn directory() -> (TempDir, Directory) {
    let place = tempfile::tempdir().unwrap();
    let directory = Directory::at(place.path().join("answers"));
    (place, directory)
}

fn question(about: &str) -> Question {
    Question::new("sectors", about, &["http://127.0.0.1", about])
}
