//! The record parser: any bytes give a record or an error. What it takes is told apart from every neighbour, and comes back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lks_cache::{Key, Record};

fuzz_target!(|bytes: &[u8]| {
    // Most inputs fail at the checksum, so the same bytes are also tried with the right one behind them.
    check(bytes);
    check(&with_checksum(bytes));
});

fn check(text: &[u8]) {
    let Ok(record) = Record::parse(text) else {
        return;
    };
    let key = Key::new(&record.uri, "any".parse().expect("because it is a plain name"));
    assert_eq!(record.key, key.record_key(), "a record of another address was taken");
    let again = record.to_text();
    assert_eq!(Record::parse(again.as_bytes()).as_ref(), Ok(&record), "written and read back, it differs");
    for position in [0, text.len() / 2, text.len() - 1] {
        let mut damaged = text.to_vec();
        damaged[position] ^= 1;
        assert!(Record::parse(&damaged).is_err(), "a flipped bit at {position} was not noticed");
        assert!(Record::parse(&text[..position]).is_err(), "a cut at {position} was not noticed");
    }
}

fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let mut body: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != b'\n').collect();
    body.push(b'\n');
    let digest = Sha256::digest(&body);
    body.extend(b"#sha256:");
    body.extend(digest.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()));
    body.push(b'\n');
    body
}
