//! The exit codes of the program, all decided here.

#[cfg(feature = "download")]
use lksearch::fetch::{Checked, Here, Upstream};
use lksearch::{Error, ErrorKind};
#[cfg(feature = "download")]
use lksearch::{FailureKind, Manifest, Status};

/// How a run ended; each status has an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
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
    /// Damage found by verify, or something else served than what was locked.
    Damaged,
    /// A host wants to be left alone for longer than a worker should wait: run it again later.
    TryLater,
    /// Interrupted.
    Interrupted,
}

impl ExitStatus {
    /// Every way to end.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 9] = [
        Self::Success,
        Self::SomeFailed,
        Self::Usage,
        Self::NothingFound,
        Self::Unavailable,
        Self::Storage,
        Self::Damaged,
        Self::TryLater,
        Self::Interrupted,
    ];

    /// The number the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::SomeFailed => 1,
            Self::Usage => 2,
            Self::NothingFound => 3,
            Self::Unavailable => 4,
            Self::Storage => 5,
            Self::Damaged => 6,
            // EX_TEMPFAIL, by which batch systems may be told to run a job again.
            Self::TryLater => 75,
            Self::Interrupted => 130,
        }
    }

    /// Of an error that stopped the run.
    pub(crate) fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Config | ErrorKind::InvalidQuery => Self::Usage,
            ErrorKind::NotFound => Self::NothingFound,
            ErrorKind::Unavailable | ErrorKind::Offline | ErrorKind::Remote => Self::Unavailable,
            ErrorKind::Corrupt => Self::Damaged,
            ErrorKind::Storage => Self::Storage,
            ErrorKind::Cancelled => Self::Interrupted,
            // The kinds may grow; one that is new here is some failure.
            _ => Self::SomeFailed,
        }
    }

    /// Of a download. Where nothing at all arrived, and all for the same reason, that reason is told.
    #[cfg(feature = "download")]
    pub(crate) fn of_manifest(manifest: &Manifest) -> Self {
        if manifest.rows.is_empty() {
            return Self::NothingFound;
        }
        let failed = || manifest.rows.iter().filter(|row| row.status == Status::Error);
        let all_failed_of =
            |kinds: &[FailureKind]| failed().all(|row| row.failure.is_some_and(|kind| kinds.contains(&kind)));
        let none_arrived = !manifest
            .rows
            .iter()
            .any(|row| matches!(row.status, Status::Complete | Status::Unknown));
        if failed().next().is_none() {
            Self::Success
        } else if none_arrived && all_failed_of(&[FailureKind::Storage]) {
            Self::Storage
        } else if none_arrived && all_failed_of(&[FailureKind::Unavailable, FailureKind::RateLimited]) {
            Self::Unavailable
        } else {
            Self::SomeFailed
        }
    }
}

#[cfg(feature = "download")]
impl ExitStatus {
    /// Of bringing what was locked: what is served now in its stead comes before everything else.
    pub(crate) fn of_sync(manifest: &Manifest) -> Self {
        let mut failures = manifest.rows.iter().filter_map(|row| row.failure);
        match failures.any(|kind| kind == FailureKind::Changed) {
            true => Self::Damaged,
            false => Self::of_manifest(manifest),
        }
    }

    /// Of comparing what was locked: as [`ExitStatus::of_sync`], without bringing anything.
    pub(crate) fn of_check(checked: &[Checked]) -> Self {
        let has_changed = |one: &Checked| matches!(one.upstream, Upstream::Changed(_));
        if checked.is_empty() {
            Self::NothingFound
        } else if checked.iter().any(has_changed) {
            Self::Damaged
        } else if checked.iter().all(|one| matches!(one.here, Here::Equal(_))) {
            Self::Success
        } else {
            Self::SomeFailed
        }
    }
}
