//! Which segments are merged: those that cost little beside what they are merged with.

use std::collections::BTreeSet;

use super::Occasion;

/// So many finished logs, or so many bytes in them, are worth a compaction after a batch.
pub(super) const MANY_LOGS: usize = 8;
pub(super) const LARGE_LOGS: u64 = 256 << 10;
/// A sorted segment is merged with what is smaller when it is less than so many times as large, or less than [`LARGE_LOGS`].
const TIER: u64 = 4;

/// A segment that may be merged.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) is_sorted: bool,
    pub(super) is_damaged: bool,
}

/// All logs and what is damaged, and the sorted segments that are not much larger than what comes before them; whether that is all there is.
pub(super) fn choose(mut candidates: Vec<Candidate>, occasion: Occasion) -> Option<(BTreeSet<String>, bool)> {
    candidates.sort_by(|a, b| a.bytes.cmp(&b.bytes).then_with(|| a.name.cmp(&b.name)));
    let (sorted, rest): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|it| it.is_sorted && !it.is_damaged);
    let mut bytes: u64 = rest.iter().map(|it| it.bytes).sum();
    let is_worth_it = match occasion {
        Occasion::Batch => {
            rest.len() >= MANY_LOGS || bytes >= LARGE_LOGS || rest.iter().any(|candidate| candidate.is_damaged)
        }
        Occasion::Sweep { .. } => true,
    };
    if !is_worth_it {
        return None;
    }
    let mut names: BTreeSet<String> = rest.into_iter().map(|it| it.name).collect();
    let num_sorted = sorted.len();
    let mut num_taken = 0;
    for candidate in sorted {
        if !names.is_empty() && candidate.bytes > LARGE_LOGS.max(bytes.saturating_mul(TIER)) {
            break;
        }
        bytes += candidate.bytes;
        names.insert(candidate.name);
        num_taken += 1;
    }
    // A single sorted segment is what a compaction makes.
    let is_done = names.is_empty() || names.len() == 1 && num_taken == 1;
    (!is_done).then_some((names, num_taken == num_sorted))
}

#[cfg(test)]
mod tests;
