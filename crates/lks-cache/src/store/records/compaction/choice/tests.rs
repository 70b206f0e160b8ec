//! What is chosen for a compaction.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::segment::SORTED;

fn candidates(sizes: &[(&str, u64)]) -> Vec<Candidate> {
    let of = |(name, bytes): &(&str, u64)| Candidate {
        name: (*name).to_owned(),
        bytes: *bytes,
        is_sorted: name.ends_with(SORTED),
        is_damaged: name.contains("damaged"),
    };
    sizes.iter().map(of).collect()
}

fn chosen(sizes: &[(&str, u64)], occasion: Occasion) -> Option<(Vec<String>, bool)> {
    let chosen = choose(candidates(sizes), occasion);
    chosen.map(|(names, is_all)| (names.into_iter().collect(), is_all))
}

const SWEEP: Occasion = Occasion::Sweep {
    now: UNIX_EPOCH,
    idle: Duration::ZERO,
};

#[test]
fn what_is_merged_is_chosen_by_size() {
    let kib = 1 << 10;
    let small = [("a.done", kib), ("b.sorted", 10_000 * kib)];
    assert_eq!(chosen(&small, Occasion::Batch), None, "not worth it");
    assert_eq!(chosen(&small, SWEEP), Some((vec!["a.done".to_owned()], false)));
    assert_eq!(chosen(&small[1..], SWEEP), None, "it is done");
    assert_eq!(chosen(&[], SWEEP), None);
    let tiers = [
        ("a.done", 300 * kib),
        ("b.sorted", 1_000 * kib),
        ("c.sorted", 5_000 * kib),
        ("d.sorted", 100_000 * kib),
    ];
    let names = ["a.done", "b.sorted", "c.sorted"].map(str::to_owned).to_vec();
    assert_eq!(chosen(&tiers, Occasion::Batch), Some((names.clone(), false)));
    assert_eq!(chosen(&tiers[..3], Occasion::Batch), Some((names, true)));
    let damaged = [("a.damaged.sorted", 10_000 * kib), ("b.sorted", 100_000 * kib)];
    assert_eq!(
        chosen(&damaged, Occasion::Batch),
        Some((vec!["a.damaged.sorted".to_owned()], false)),
        "what is intact in it is saved"
    );
}

#[test]
fn records_are_rewritten_only_so_often() {
    let mut sorted: Vec<u64> = Vec::new();
    let (mut written, mut total) = (0, 0);
    for _ in 0..10_000 {
        total += LARGE_LOGS;
        let sizes: Vec<(String, u64)> = std::iter::once(("log.done".to_owned(), LARGE_LOGS))
            .chain(
                sorted
                    .iter()
                    .enumerate()
                    .map(|(n, size)| (format!("{n}.sorted"), *size)),
            )
            .collect();
        let sizes: Vec<(&str, u64)> = sizes.iter().map(|(name, size)| (&**name, *size)).collect();
        let (names, _) = chosen(&sizes, Occasion::Batch).unwrap();
        let merged = sizes.iter().filter(|(name, _)| names.iter().any(|it| it == name));
        let bytes: u64 = merged.map(|(_, size)| size).sum();
        written += bytes;
        let left = sizes.iter().filter(|(name, _)| !names.iter().any(|it| it == name));
        sorted = left.map(|(_, size)| *size).chain([bytes]).collect();
        assert!(sorted.len() <= 8, "{sorted:?}");
    }
    assert!(written < total * 20, "{written} bytes for {total}");
}
