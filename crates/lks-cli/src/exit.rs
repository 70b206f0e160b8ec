//! The exit codes of the program, all decided here.

use std::process::ExitCode;

use lksearch::ErrorKind;
#[cfg(feature = "download")]
use lksearch::{FailureKind, Manifest, Status};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All well.
    Well,
    /// Some rows failed.
    SomeFailed,
    /// Usage or settings.
    Usage,
    /// Nothing found.
    NothingFound,
    /// Archive or cloud unavailable.
    Unavailable,
    /// Local storage.
    Storage,
    /// Damage found by verify.
    Damaged,
    /// Interrupted.
    Interrupted,
}

impl Ending {
    /// Every way to end.
    #[cfg(test)]
    pub const ALL: [Self; 8] = [
        Ending::Well,
        Ending::SomeFailed,
        Ending::Usage,
        Ending::NothingFound,
        Ending::Unavailable,
        Ending::Storage,
        Ending::Damaged,
        Ending::Interrupted,
    ];

    /// The number the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Ending::Well => 0,
            Ending::SomeFailed => 1,
            Ending::Usage => 2,
            Ending::NothingFound => 3,
            Ending::Unavailable => 4,
            Ending::Storage => 5,
            Ending::Damaged => 6,
            Ending::Interrupted => 130,
        }
    }

    /// Of an error that stopped the run.
    pub fn of_error(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Config | ErrorKind::InvalidQuery => Ending::Usage,
            ErrorKind::NotFound => Ending::NothingFound,
            ErrorKind::Unavailable | ErrorKind::Offline | ErrorKind::Remote => Ending::Unavailable,
            ErrorKind::Corrupt => Ending::Damaged,
            ErrorKind::Storage => Ending::Storage,
            ErrorKind::Cancelled => Ending::Interrupted,
            // The kinds may grow; one that is new here is some failure.
            _ => Ending::SomeFailed,
        }
    }

    /// Of a download. Where nothing at all arrived, and all for the same reason, that reason is told.
    #[cfg(feature = "download")]
    pub fn of_manifest(manifest: &Manifest) -> Self {
        if manifest.rows.is_empty() {
            return Ending::NothingFound;
        }
        let failed = || manifest.rows.iter().filter(|row| row.status == Status::Error);
        let all_failed_of =
            |kinds: &[FailureKind]| failed().all(|row| row.failure.is_some_and(|kind| kinds.contains(&kind)));
        let none_arrived = !manifest
            .rows
            .iter()
            .any(|row| matches!(row.status, Status::Complete | Status::Unknown));
        if failed().next().is_none() {
            Ending::Well
        } else if none_arrived && all_failed_of(&[FailureKind::Storage]) {
            Ending::Storage
        } else if none_arrived && all_failed_of(&[FailureKind::Unavailable, FailureKind::RateLimited]) {
            Ending::Unavailable
        } else {
            Ending::SomeFailed
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        ExitCode::from(ending.code())
    }
}
