//! What a file that came must pass, and its way into the store.

use std::sync::Arc;
use std::time::SystemTime;

use lks_cache::{Assurance, Entry, Facts, Finished, Writer};
use lks_fits::verify::Report;

use crate::lock::{Content, LockedProduct};
use crate::report::failure::Failure;
use crate::source::copies::Trust;
use crate::store::checksum::{Algorithm, Announced};
use crate::store::content::{self, Form};
use crate::store::passing::{Passed, Passing, Wanted};

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
    /// What is known of bytes that would be doubted.
    pub(crate) trust: Trust,
    /// The only bytes that are accepted, if they are known.
    pub(crate) locked: Option<Arc<LockedProduct>>,
    /// Every check is wanted, not only one that is enough.
    pub(crate) all_checks: bool,
}

impl Checks {
    /// What is worth computing while the bytes pass.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            form: self.form,
            algorithm: self.announced.as_ref().map(|announced| announced.algorithm),
            all_checks: self.all_checks,
        }
    }
}

/// Checks the file, publishes it under its name and records it. What was not computed while it was written is read again.
pub(crate) fn commit(writer: Writer, facts: Facts, checks: &Checks, passing: Passing) -> Committed {
    let finished = writer.finish()?;
    if let Some(locked) = &checks.locked
        && finished.sha256() == locked.content.sha256
    {
        // Nothing else could make it surer.
        let facts = facts.with_assurance(Assurance::Checksum).with_note(locked.note.clone());
        return Ok((finished.commit(facts, SystemTime::now())?, None));
    }
    let Passed { report, mut digits } = passing.end();
    let is_proven = report
        .as_ref()
        .is_some_and(|report| report.as_ref().is_ok_and(Report::is_proven));
    let found = match report {
        Some(report) => content::judge(report),
        None => checks.form.check(finished.file()),
    };
    let found = match found {
        Err(fault) if !fault.in_sums => return Err(Failure::corrupt(fault.message)),
        found => found,
    };
    // Sums speak for what they are in: that nothing is missing behind them, the length tells.
    let has_own_proof = checks.length.is_some() && is_proven;
    if matches!(&checks.announced, Some(announced) if announced.algorithm == Algorithm::Sha256) {
        digits = Some(finished.sha256().to_owned());
    }
    let is_compared = digits.is_some() || !has_own_proof || checks.all_checks;
    let announced = checks.announced.as_ref().filter(|_| is_compared);
    if let Some(announced) = announced {
        let digits = match digits {
            Some(digits) => digits,
            None => {
                let read = announced.algorithm.of(finished.file(), finished.sha256());
                read.map_err(|error| Failure::storage(format!("the file cannot be read again: {error}")))?
            }
        };
        if digits != announced.digits {
            return Err(Failure::corrupt(format!(
                "its {} is not the one that the source announced",
                announced.algorithm.name()
            )));
        }
    }
    if let Some(locked) = &checks.locked {
        return Err(other_version(
            &locked.content,
            &finished,
            &facts,
            announced.is_some() || has_own_proof,
        ));
    }
    // A copy that was cut long ago has a length, too: what the table says is heard first.
    let length_is_right = facts.table_size.or(checks.length) == Some(finished.size());
    let note = match found {
        Ok(odd) if length_is_right => odd,
        Ok(None) => None,
        // Where the length tells nothing, the end of the file may be missing.
        Ok(Some(doubt)) => Some(believed(doubt, &finished, checks)?),
        Err(fault) => Some(believed(fault.message, &finished, checks)?),
    };
    let note = note.map(|odd| format!("{odd}; {} serves it so", checks.trust.whose()));
    let assurance = match (announced, checks.length, checks.form.has_structure()) {
        (Some(_), _, _) => Assurance::Checksum,
        (None, _, _) if has_own_proof => Assurance::EmbeddedChecksum,
        (None, Some(_), true) => Assurance::LengthAndStructure,
        (None, Some(_), false) => Assurance::Length,
        (None, None, true) => Assurance::Structure,
        (None, None, false) => Assurance::None,
    };
    let facts = facts
        .with_length(checks.length)
        .with_assurance(assurance)
        .with_note(note.clone());
    Ok((finished.commit(facts, SystemTime::now())?, note))
}

/// A file that is whole, and another one than was locked. Unless the source says so itself, it may have been damaged on the way in a place that
/// nothing in it tells: then it is fetched once more.
fn other_version(locked: &Content, finished: &Finished, facts: &Facts, is_proven: bool) -> Failure {
    let message = format!(
        "other bytes than the lock has are served now: {} bytes with SHA-256 {}, and not {} with {}",
        finished.size(),
        finished.sha256(),
        locked.size,
        locked.sha256
    );
    let has_other_tag = facts.etag.is_some() && locked.etag.is_some() && facts.etag != locked.etag;
    match is_proven || has_other_tag {
        true => Failure::other_version(message),
        false => Failure::changed(message),
    }
}

/// A file whose own checksums are wrong was damaged on the way or at one place, or is published so. It is published so if every place gives
/// these very bytes.
fn believed(doubt: String, finished: &Finished, checks: &Checks) -> Result<String, Failure> {
    // An announced checksum that differs was an error before.
    if checks.trust.covers(finished.sha256(), checks.announced.is_some()) {
        return Ok(doubt);
    }
    Err(Failure {
        sha256: Some(finished.sha256().to_owned()),
        ..Failure::corrupt(doubt)
    })
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
