//! The exit codes of the program, all decided here.

use std::process::ExitCode;

use lksearch::ErrorKind;
#[cfg(feature = "download")]
use lksearch::{FailureKind, Manifest, Status};

/// How a run ended; each status has an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// All well.
    Success,
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

impl ExitStatus {
    /// Every way to end.
    #[cfg(test)]
    pub const ALL: [Self; 8] = [
        ExitStatus::Success,
        ExitStatus::SomeFailed,
        ExitStatus::Usage,
        ExitStatus::NothingFound,
        ExitStatus::Unavailable,
        ExitStatus::Storage,
        ExitStatus::Damaged,
        ExitStatus::Interrupted,
    ];

    /// The number the shell sees.
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Success => 0,
            ExitStatus::SomeFailed => 1,
            ExitStatus::Usage => 2,
            ExitStatus::NothingFound => 3,
            ExitStatus::Unavailable => 4,
            ExitStatus::Storage => 5,
            ExitStatus::Damaged => 6,
            ExitStatus::Interrupted => 130,
        }
    }

    /// Of an error that stopped the run.
    pub fn of_error(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Config | ErrorKind::InvalidQuery => ExitStatus::Usage,
            ErrorKind::NotFound => ExitStatus::NothingFound,
            ErrorKind::Unavailable | ErrorKind::Offline | ErrorKind::Remote => ExitStatus::Unavailable,
            ErrorKind::Corrupt => ExitStatus::Damaged,
            ErrorKind::Storage => ExitStatus::Storage,
            ErrorKind::Cancelled => ExitStatus::Interrupted,
            // The kinds may grow; one that is new here is some failure.
            _ => ExitStatus::SomeFailed,
        }
    }

    /// Of a download. Where nothing at all arrived, and all for the same reason, that reason is told.
    #[cfg(feature = "download")]
    pub fn of_manifest(manifest: &Manifest) -> Self {
        if manifest.rows.is_empty() {
            return ExitStatus::NothingFound;
        }
        let failed = || manifest.rows.iter().filter(|row| row.status == Status::Error);
        let all_failed_of =
            |kinds: &[FailureKind]| failed().all(|row| row.failure.is_some_and(|kind| kinds.contains(&kind)));
        let none_arrived = !manifest
            .rows
            .iter()
            .any(|row| matches!(row.status, Status::Complete | Status::Unknown));
        if failed().next().is_none() {
            ExitStatus::Success
        } else if none_arrived && all_failed_of(&[FailureKind::Storage]) {
            ExitStatus::Storage
        } else if none_arrived && all_failed_of(&[FailureKind::Unavailable, FailureKind::RateLimited]) {
            ExitStatus::Unavailable
        } else {
            ExitStatus::SomeFailed
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(ending: ExitStatus) -> Self {
        ExitCode::from(ending.code())
    }
}
