use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{Assurance, BadRecord, Fingerprint, RECORD_VERSION, Record, RecordLocation, RecordOrigin, hex};
use crate::key::record_key_of;

fn record() -> Record {
    let uri = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits".to_owned();
    Record {
        v: RECORD_VERSION,
        key: record_key_of(&uri),
        uri,
        sha256: "ab".repeat(32),
        size: 1_961_280,
        source: "cloud".to_owned(),
        url: Some("https://example.org/a b\n".to_owned()),
        etag: None,
        last_modified: Some("Wed, 22 Jul 2026 17:30:00 GMT".to_owned()),
        table_size: Some(u64::MAX),
        origin: RecordOrigin::Fetched,
        assurance: Assurance::LengthAndStructure,
        note: None,
        stored_at: "2026-07-22T17:30:00Z".to_owned(),
        verified_at: "2026-07-22T17:30:00Z".to_owned(),
        locations: vec![RecordLocation {
            path: "mastDownload/TESS/o/f.fits".to_owned(),
            fingerprint: Fingerprint {
                dev: 1,
                ino: u64::MAX,
                size: 1_961_280,
                mtime_ns: -5,
            },
        }],
        writer: "lks-cache 0.1.0".to_owned(),
    }
}

#[test]
fn a_record_reads_back_as_written() {
    let text = record().to_text();
    assert_eq!(text.lines().count(), 2);
    assert_eq!(Record::parse(text.as_bytes()), Ok(record()));
}

#[test]
fn a_note_is_optional_and_unknown_members_are_ignored() {
    let odd = Record {
        note: Some("the checksum of HDU 1 is wrong\n\"so\"".to_owned()),
        ..record()
    };
    assert_eq!(Record::parse(odd.to_text().as_bytes()), Ok(odd));
    let text = record().to_text();
    assert!(!text.contains("note"), "{text}");
    let mut later = text
        .lines()
        .next()
        .unwrap()
        .replacen('{', r#"{"later":[{"a":1}],"label":"SPOC","#, 1)
        + "\n";
    let checksum = hex(&Sha256::digest(later.as_bytes()));
    later.push_str(&format!("#sha256:{checksum}\n"));
    assert_eq!(Record::parse(later.as_bytes()), Ok(record()));
}

#[test]
fn every_flipped_bit_of_a_record_is_noticed() {
    let text = record().to_text().into_bytes();
    for i in 0..text.len() * 8 {
        let mut bad = text.clone();
        bad[i / 8] ^= 1 << (i % 8);
        assert!(Record::parse(&bad).is_err(), "bit {i}");
    }
    for end in 0..text.len() {
        assert!(Record::parse(&text[..end]).is_err(), "cut at {end}");
    }
    assert!(Record::parse(&[text.as_slice(), b"\n"].concat()).is_err());
}

#[test]
fn intact_text_that_is_not_our_record_is_refused() {
    let sealed = |body: &str| {
        let body = format!("{body}\n");
        let sum = super::hex(&<sha2::Sha256 as sha2::Digest>::digest(body.as_bytes()));
        format!("{body}#sha256:{sum}\n")
    };
    for body in ["", "{}", "[]", "null", "{\"v\":1}", &"[".repeat(60_000)] {
        assert!(
            matches!(Record::parse(sealed(body).as_bytes()), Err(BadRecord::NotARecord(_))),
            "{}",
            &body[..body.len().min(9)]
        );
    }
    let future = Record { v: 999, ..record() };
    assert!(matches!(
        Record::parse(future.to_text().as_bytes()),
        Err(BadRecord::NotARecord(_))
    ));
    let stranger = Record {
        uri: "mast:other".to_owned(),
        ..record()
    };
    assert_eq!(Record::parse(stranger.to_text().as_bytes()), Err(BadRecord::OtherKey));
    assert_eq!(Record::parse(b""), Err(BadRecord::NoChecksum));
}

#[test]
fn members_that_a_later_version_adds_are_ignored() {
    let text = record().to_text();
    let body = text
        .lines()
        .next()
        .expect("two lines")
        .replacen('{', "{\"new\":[1,{}],", 1)
        + "\n";
    let sum = super::hex(&<sha2::Sha256 as sha2::Digest>::digest(body.as_bytes()));
    assert_eq!(Record::parse(format!("{body}#sha256:{sum}\n").as_bytes()), Ok(record()));
}

proptest! {
    #[test]
    fn any_bytes_are_a_record_or_a_reason(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Record::parse(&bytes).is_err());
    }
}
