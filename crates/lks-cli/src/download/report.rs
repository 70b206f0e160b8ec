//! What people are told of a run in words.

use std::collections::{BTreeMap, HashSet};

use bytesize::ByteSize;
use lksearch::{Action, Manifest, Plan, Source, Status};

use crate::session::Session;
use crate::ui::{self, counted};

/// So many failures are told in full.
const FAILURES_TOLD: usize = 5;

/// One line: how many rows would be fetched, and how much that is. What a cutout weighs nobody knows before it is made.
pub(super) fn cost(plan: &Plan) -> String {
    let fetched = plan
        .steps
        .iter()
        .filter(|step| matches!(step.action, Action::Fetch { .. }));
    let num_unknown = fetched.filter(|step| step.size().is_none()).count();
    let (num_files, num_rows, bytes) = (plan.num_fetches(), plan.steps.len(), ByteSize(plan.size()));
    let size = match num_unknown {
        0 => bytes.to_string(),
        all if all == num_files => "size unknown".to_owned(),
        some => format!("at least {bytes}; {some} of unknown size"),
    };
    format!("would fetch {num_files} of {num_rows} rows, {size}")
}

/// Why rows failed, in full, because a table on a terminal has no room for it. Each reason once, and not too many of them.
pub(crate) fn tell_failures(manifest: &Manifest, session: &Session) {
    let mut seen = HashSet::new();
    let failed = manifest.rows.iter().filter(|row| row.status == Status::Error);
    let mut reasons = failed
        .filter_map(|row| Some((row.filename.as_deref(), row.message.as_deref()?)))
        .filter(|(_, message)| seen.insert(*message));
    for (name, message) in reasons.by_ref().take(FAILURES_TOLD) {
        ui::failure(&format!("{}: {message}", name.unwrap_or("a row without a file name")));
    }
    match reasons.count() {
        0 => {}
        1 => session.ui.note("… and one more reason, in the column Message"),
        more => session
            .ui
            .note(format!("… and {more} more reasons, in the column Message")),
    }
}

/// One line: how many rows ended how, and what it cost.
pub(crate) fn summary(manifest: &Manifest, num_requests: u64) -> String {
    let num_cached = manifest
        .rows
        .iter()
        .filter(|row| row.source == Some(Source::Cache))
        .count();
    let mut paths = HashSet::new();
    let fetched = manifest
        .rows
        .iter()
        .filter(|row| row.source != Some(Source::Cache) && paths.insert(&row.local_path));
    let bytes: u64 = fetched.filter_map(|row| row.bytes).sum();
    let words = match manifest.rows.is_empty() {
        true => "no rows".to_owned(),
        false => in_words(&manifest.counts()),
    };
    format!(
        "{words}; {num_cached} from the cache, {} fetched in {}",
        ByteSize(bytes),
        counted(num_requests, "request")
    )
}

/// How many rows ended how; nothing where there are none.
pub(crate) fn in_words(counts: &BTreeMap<Status, usize>) -> String {
    let words = [
        (Status::Complete, "complete"),
        (Status::Unknown, "unchecked"),
        (Status::Skipped, "skipped"),
        (Status::Error, "failed"),
    ];
    let parts = words
        .iter()
        .filter_map(|(status, word)| counts.get(status).map(|count| format!("{count} {word}")));
    parts.collect::<Vec<_>>().join(", ")
}
