//! The exit codes of the program, all decided here.

use std::process::ExitCode;

use lksearch::{ErrorKind, Manifest, Status};

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
            ErrorKind::Unavailable | ErrorKind::Remote => Ending::Unavailable,
            ErrorKind::Corrupt => Ending::Damaged,
            ErrorKind::Storage => Ending::Storage,
            ErrorKind::Cancelled => Ending::Interrupted,
            // The kinds may grow; one that is new here is some failure.
            _ => Ending::SomeFailed,
        }
    }

    /// Of a download.
    pub fn of_manifest(manifest: &Manifest) -> Self {
        if manifest.rows.is_empty() {
            return Ending::NothingFound;
        }
        match manifest.rows.iter().any(|row| row.status == Status::Error) {
            true => Ending::SomeFailed,
            false => Ending::Well,
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        ExitCode::from(ending.code())
    }
}
