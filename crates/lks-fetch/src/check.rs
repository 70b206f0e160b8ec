//! What a file that came must pass, and its way into the store.

use std::time::SystemTime;

use lks_cache::{Assurance, Entry, Facts, Finished, Writer};

use crate::checksum::Announced;
use crate::failure::Failure;
use crate::form::Form;

/// The published file, and what the user should know of it.
pub(crate) type Committed = Result<(Entry, Option<String>), Failure>;

/// What a file must pass before it is published.
#[derive(Debug, Clone)]
pub(crate) struct Checks {
    pub(crate) form: Form,
    /// Size that the source announced, if it did.
    pub(crate) length: Option<u64>,
    /// Checksum that the source announced, if it did.
    pub(crate) announced: Option<Announced>,
    /// Hash of a file that came before, with wrong checksums in it.
    pub(crate) suspect: Option<String>,
}

/// Checks the file, publishes it under its name and records it.
pub(crate) fn commit(writer: Writer, facts: Facts, checks: &Checks) -> Committed {
    let finished = writer.finish()?;
    checks
        .form
        .check_whole(finished.file(), checks.length)
        .map_err(Failure::corrupt)?;
    let note = match &checks.announced {
        Some(announced) => {
            let unreadable = |error| Failure::storage(format!("the file cannot be read again: {error}"));
            if !announced
                .holds_for(finished.file(), finished.sha256())
                .map_err(unreadable)?
            {
                return Err(Failure::corrupt(format!(
                    "its {} is not the one that the source announced",
                    announced.name()
                )));
            }
            None
        }
        None => judge_sums(&finished, checks)?,
    };
    let assurance = match (&checks.announced, checks.length, checks.form.has_structure()) {
        (Some(_), _, _) => Assurance::Checksum,
        (None, Some(_), true) => Assurance::LengthAndStructure,
        (None, Some(_), false) => Assurance::Length,
        (None, None, true) => Assurance::Structure,
        (None, None, false) => Assurance::None,
    };
    let facts = Facts {
        length: checks.length,
        assurance,
        ..facts
    };
    Ok((finished.commit(facts, SystemTime::now())?, note))
}

/// A file whose own checksums are wrong was damaged on the way or is so at the source; if the very same bytes come twice, the latter.
fn judge_sums(finished: &Finished, checks: &Checks) -> Result<Option<String>, Failure> {
    match checks.form.check_sums(finished.file()) {
        Ok(()) => Ok(None),
        Err(wrong) if checks.suspect.as_deref() == Some(finished.sha256()) => {
            Ok(Some(format!("{wrong}; the archive serves it so")))
        }
        Err(wrong) => Err(Failure {
            sha256: Some(finished.sha256().to_owned()),
            ..Failure::corrupt(wrong)
        }),
    }
}

impl From<lks_cache::Error> for Failure {
    fn from(error: lks_cache::Error) -> Self {
        let message = error.to_string();
        match error {
            lks_cache::Error::UnsafeName(_) => Self::unsafe_name(message),
            lks_cache::Error::Integrity { .. } => Self::corrupt(message),
            _ => Self::storage(message),
        }
    }
}
