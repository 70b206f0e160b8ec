//! Segments of records: any bytes, as a log or as a sorted segment, give records that are in them or none; nothing panics, and no memory is
//! asked for that the bytes only claim.
#![no_main]

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use libfuzzer_sys::fuzz_target;
use lks_cache::{GarbageOptions, Level, Removal, Store};
use sha2::{Digest, Sha256};

const BLOCK: usize = 4096;

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else {
        return;
    };
    // Most inputs fail at a checksum, so the same bytes are also tried with the right ones.
    for text in [bytes.to_vec(), with_checksums(bytes, usize::from(first))] {
        for name in ["x.log", "x.sorted"] {
            check(name, &text);
        }
    }
});

fn check(name: &str, text: &[u8]) {
    let parent = if Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "/tmp" };
    let root = Path::new(parent).join(format!("lks-fuzz-{}", std::process::id()));
    let segments = root.join(".lks/v2/seg");
    fs::create_dir_all(&segments).expect("because the directory is ours");
    fs::write(segments.join(name), text).expect("because the directory is ours");
    let store = Store::new(&root);
    let records: Vec<_> = store.records().take(1_000).flatten().collect();
    for record in &records {
        let is_plain = |path: &str| path.split('/').all(|name| !name.is_empty() && name != "." && name != "..");
        assert!(record.locations.iter().all(|location| is_plain(&location.path)), "{record:?}");
        drop(store.lookup_uri(&record.uri, Level::Stat, SystemTime::UNIX_EPOCH));
        drop(store.find_content(&record.sha256));
    }
    drop(store.lookup_uri("u", Level::Stat, SystemTime::UNIX_EPOCH));
    drop(store.find_content(&"00".repeat(32)));
    let before: Vec<_> = records.iter().map(|record| &record.uri).collect();
    drop(store.gc(&GarbageOptions::default(), Removal::Apply, SystemTime::UNIX_EPOCH));
    let after: Vec<_> = Store::new(&root).records().take(1_000).flatten().map(|record| record.uri).collect();
    assert!(before.iter().all(|uri| after.contains(uri)), "a compaction lost a record");
    fs::remove_dir_all(&root).expect("because the directory is ours");
}

/// The lines before block `first`, and the blocks from there on, with checksums that fit.
fn with_checksums(bytes: &[u8], first: usize) -> Vec<u8> {
    let mut text = bytes.to_vec();
    let blocks = (first * BLOCK).min(text.len());
    let mut start = 0;
    for end in (0..blocks).filter(|&n| bytes[n] == b'\n') {
        sign(&mut text[start..=end]);
        start = end + 1;
    }
    let num_blocks = text.len() / BLOCK;
    for number in first..num_blocks {
        let block = &mut text[number * BLOCK..][..BLOCK];
        if number + 1 == num_blocks {
            block[BLOCK - 1] = b'\n';
            sign(block);
            break;
        }
        let sum = Sha256::new().chain_update((number as u64).to_le_bytes()).chain_update(&block[..4080]).finalize();
        block[4080..].copy_from_slice(&sum[..16]);
    }
    text
}

fn sign(line: &mut [u8]) {
    if line.len() > 18 {
        line[16] = b' ';
        let sum: String = Sha256::digest(&line[17..])[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        line[..16].copy_from_slice(sum.as_bytes());
    }
}
