//! What each look-up costs besides the file system: reading a record, its checksum included; and hashing a file's bytes.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::time::SystemTime;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use lks_cache::{Facts, Key, Level, Lookup, Record, RelativePath, Store};

const CONTENT_BYTES: usize = 16 << 20;

fn main() {
    divan::main();
}

fn key() -> Key {
    let name = "tess2019198215352-s0014-0000000158588995-0150-s_lc.fits";
    Key::new(
        format!("mast:TESS/product/{name}"),
        RelativePath::from_components(["TESS", "tess2019198215352-s0014-0000000158588995-0150-s", name]).unwrap(),
    )
}

/// A store in a directory of its own, which lives as long as the first value, with one file.
fn stored(num_bytes: usize) -> (tempfile::TempDir, Store, Record) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    let mut writer = store.begin(&key(), None).unwrap();
    writer.append(&vec![7; num_bytes]).unwrap();
    let facts = Facts::from_source("mast")
        .with_url("https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:TESS/product/".to_owned())
        .with_etag("\"5d3a7c1e-1f4e00\"".to_owned())
        .with_last_modified("Fri, 26 Jul 2019 03:19:26 GMT".to_owned())
        .with_length(num_bytes as u64);
    let entry = writer.commit(facts, SystemTime::now()).unwrap();
    (directory, store, entry.record.unwrap())
}

#[divan::bench]
fn record_parse(bencher: Bencher<'_, '_>) {
    let (_directory, _store, record) = stored(1);
    let text = record.to_text();
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| Record::parse(black_box(text.as_bytes())).unwrap());
}

#[divan::bench]
fn record_to_text(bencher: Bencher<'_, '_>) {
    let (_directory, _store, record) = stored(1);
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| black_box(&record).to_text());
}

#[divan::bench]
fn record_key() -> String {
    black_box(key()).record_key()
}

#[divan::bench(sample_count = 10)]
fn hash_file(bencher: Bencher<'_, '_>) {
    let (_directory, store, _record) = stored(CONTENT_BYTES);
    let key = key();
    bencher.counter(BytesCount::new(CONTENT_BYTES)).bench(|| {
        let found = store.lookup(&key, Level::Sha256, SystemTime::UNIX_EPOCH).unwrap();
        assert!(matches!(found, Lookup::Hit(_)));
    });
}
