use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};

use super::*;
use crate::dirfd::Directory;

/// A file and the hash that follows what is written into it.
struct Written {
    staging: Staged,
    running_hash: RunningHash,
    _directory: tempfile::TempDir,
}

impl Written {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let opened = Directory::at(directory.path()).unwrap();
        Self {
            staging: Staged::create(opened.into(), "x", ".part", 0o600).unwrap(),
            running_hash: RunningHash::default(),
            _directory: directory,
        }
    }

    /// Sees what is written.
    fn watched(&mut self) -> Seen {
        let seen = Seen::default();
        self.running_hash.watch(Box::new(seen.clone()));
        seen
    }

    fn write(&mut self, offset: u64, bytes: &[u8], front: u64) {
        self.staging.file().write_all_at(bytes, offset).unwrap();
        self.running_hash.wrote(&self.staging, offset, bytes, front).unwrap();
    }

    fn end(mut self, size: usize) -> Hashed {
        self.running_hash.whole(size as u64);
        let (hashed, synced) = self.running_hash.finish(self.staging.file(), size as u64);
        synced.unwrap();
        hashed.unwrap()
    }
}

/// What was seen since the last restart.
#[derive(Debug, Clone, Default)]
struct Seen(Arc<Mutex<Vec<u8>>>);

impl Watch for Seen {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(bytes);
    }

    fn restart(&mut self) {
        self.0.lock().unwrap().clear();
    }
}

fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|i| (i / 7 + i) as u8).collect()
}

fn assert_is_hash_of(hashed: Hashed, bytes: &[u8]) {
    assert_eq!(hashed.end, bytes.len() as u64);
    assert_eq!(hashed.hasher.finalize(), Sha256::digest(bytes));
}

#[test]
fn what_comes_out_of_order_is_hashed_when_the_front_passes_it() {
    let size = 3 * CATCH_UP_BYTES as usize;
    let (bytes, all) = (bytes(size), size as u64);
    let mut written = Written::new();
    let seen = written.watched();
    written.write(10, &bytes[10..size - 20], 0);
    assert_eq!(written.running_hash.hashed.end, 0);
    written.write(0, &bytes[..10], all - 20);
    assert_eq!(
        written.running_hash.hashed.end,
        10 + CATCH_UP_BYTES,
        "one write hashes a bounded amount"
    );
    written.write(all - 20, &bytes[size - 20..size - 10], all - 10);
    written.write(all - 10, &bytes[size - 10..], all);
    assert_eq!(written.running_hash.hashed.end, all, "nothing is left for the end");
    // A part that comes once more makes the front begin again.
    written.write(5, &bytes[5..10], all);
    assert_eq!(written.running_hash.hashed.end, CATCH_UP_BYTES);
    assert_is_hash_of(written.end(size), &bytes);
    assert!(*seen.0.lock().unwrap() == bytes, "each byte is seen once, in order");
}

#[test]
fn a_large_file_has_its_hash_in_whatever_order_bytes_come() {
    let size = (SYNC_BYTES + LARGE_FROM) as usize + 12_345;
    let (bytes, part) = (bytes(size), 8 << 20);
    for swapped in [false, true] {
        let mut written = Written::new();
        let seen = written.watched();
        let mut parts: Vec<&[u8]> = bytes.chunks(part).collect();
        let mut starts: Vec<usize> = (0..parts.len()).map(|n| n * part).collect();
        if swapped {
            parts.swap(2, 7);
            starts.swap(2, 7);
        }
        let mut there = vec![false; parts.len()];
        for (bytes, start) in parts.iter().zip(&starts) {
            there[start / part] = true;
            let front = there.iter().take_while(|there| **there).count() * part;
            written.write(*start as u64, bytes, front.min(size) as u64);
        }
        assert!(written.running_hash.hashing.is_some(), "it is worth threads");
        assert_is_hash_of(written.end(size), &bytes);
        assert!(*seen.0.lock().unwrap() == bytes, "each byte is seen once, in order");
    }
}

#[test]
fn a_part_that_is_written_again_counts_in_the_hash() {
    let size = LARGE_FROM as usize + (4 << 20);
    let (mut bytes, all) = (bytes(size), size as u64);
    let mut written = Written::new();
    let seen = written.watched();
    written.write(0, &bytes, all);
    assert!(written.running_hash.hashing.is_some());
    bytes[7] ^= 1;
    written.write(7, &bytes[7..8], all);
    assert_is_hash_of(written.end(size), &bytes);
    assert!(*seen.0.lock().unwrap() == bytes, "what was written over is not seen");
}

#[test]
fn a_large_file_that_shrinks_below_the_front_is_noticed() {
    let size = LARGE_FROM as usize + (4 << 20);
    let mut written = Written::new();
    let mut bytes = bytes(size);
    bytes.truncate(size - (1 << 20));
    // The last megabyte was said to be there.
    written.write(0, &bytes, size as u64);
    assert_eq!(written.end(size).end, bytes.len() as u64);
}

#[test]
fn bytes_in_order_are_hashed_as_they_come_and_not_read_again() {
    let bytes = bytes(3_000);
    let mut written = Written::new();
    for (offset, piece) in (0..).step_by(1_000).zip(bytes.chunks(1_000)) {
        written.write(offset, piece, offset + 1_000);
        written.staging.file().write_all_at(&[0; 1_000], offset).unwrap();
    }
    assert_is_hash_of(written.end(3_000), &bytes);
}

#[test]
fn threads_hash_and_sync_a_large_file_while_more_of_it_comes() {
    let part = 8 << 20;
    let whole_parts = LARGE_FROM + SYNC_BYTES;
    let bytes = vec![7; (whole_parts + NOTIFY_BYTES / 2) as usize];
    for (tells_the_end, expected) in [(false, whole_parts), (true, bytes.len() as u64)] {
        let mut written = Written::new();
        for (start, piece) in (0..).step_by(part).zip(bytes.chunks(part)) {
            written.write(start, piece, start + piece.len() as u64);
        }
        if tells_the_end {
            written.running_hash.whole(bytes.len() as u64);
        }
        let RunningHash { hashing, syncing, .. } = written.running_hash;
        let ((hashed, hashing), (synced, syncing)) = (hashing.unwrap().join(), syncing.unwrap().join());
        hashing.and(syncing).unwrap();
        assert_eq!(hashed.end, expected);
        assert!(synced >= SYNC_BYTES);
    }
}

#[test]
fn a_file_that_is_waited_for_is_synced_while_more_of_it_comes() {
    let size = 5 * EARLY_BYTES as usize / 2;
    let bytes = bytes(size);
    for (first, expected) in [(EARLY_BYTES, EARLY_BYTES), (EARLY_BYTES - 1, 0)] {
        let mut written = Written::new();
        written.running_hash.sync_early(&written.staging);
        written.write(0, &bytes[..first as usize], first);
        let (synced, outcome) = written.running_hash.syncing.take().unwrap().join();
        outcome.unwrap();
        assert_eq!(synced, expected);
        written.write(first, &bytes[first as usize..], size as u64);
        assert_is_hash_of(written.end(size), &bytes);
    }
}
