use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::member;
use crate::report::manifest::FailureKind;

const PREFIX: &str = "tess-s0001-4-2_";
const NAME: &str = "tess-s0001-4-2_84.291188_-80.469120_35x45_astrocut.fits";

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes)
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .expect("written");
    file
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer
            .start_file(*name, options)
            .and_then(|()| Ok(writer.write_all(bytes)?))
            .expect("zipped");
    }
    writer.finish().expect("zipped").into_inner()
}

fn check(bytes: &[u8], expected: Result<&[u8], FailureKind>) {
    let mut got = Vec::new();
    let end = member(&mut file(bytes), PREFIX, |piece| {
        got.extend_from_slice(piece);
        Ok(())
    });
    match (end, expected) {
        (Ok(_), Ok(content)) => assert_eq!(got, content),
        (Err(failure), Err(kind)) => assert_eq!(failure.kind, kind, "{failure:?}"),
        (end, expected) => panic!("{end:?} instead of {expected:?}"),
    }
}

#[test]
fn the_one_member_is_unpacked() {
    let content = b"SIMPLE  = ".repeat(10_000);
    check(&zipped(&[(NAME, &content)]), Ok(&content));
    check(
        &zipped(&[("tess-s0001-1-1_x.fits", b"other"), (NAME, &content)]),
        Ok(&content),
    );
}

#[test]
fn what_is_not_a_zip_says_what_it_is() {
    check(b"", Err(FailureKind::Corrupt));
    check(
        b"<html>\r\n<head><title>504 Gateway Time-out</title></head>",
        Err(FailureKind::Corrupt),
    );
    check(br#"{"msg": "No data found"}"#, Err(FailureKind::NotFound));
    check(&zipped(&[]), Err(FailureKind::NotFound));
}

#[test]
fn a_damaged_zip_is_refused_wherever_it_is_damaged() {
    let content: Vec<u8> = (0..4000u32)
        .flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_be_bytes())
        .collect();
    let whole = zipped(&[(NAME, &content)]);
    for cut in [1, 30, 100, whole.len() / 2, whole.len() - 22, whole.len() - 1] {
        check(&whole[..cut], Err(FailureKind::Corrupt));
    }
    let mut flipped = whole.clone();
    flipped[200] ^= 1;
    check(&flipped, Err(FailureKind::Corrupt));
}

#[test]
fn no_harmful_name_and_no_second_candidate_is_accepted() {
    for name in ["../x.fits", "/etc/x", "C:x", "a/b.fits", "a\\b.fits", "..", "a\nb"] {
        check(
            &zipped(&[(NAME, b"good"), (name, b"bad")]),
            Err(FailureKind::UnsafeName),
        );
    }
    check(
        &zipped(&[(NAME, b"a"), ("tess-s0001-4-2_other.fits", b"b")]),
        Err(FailureKind::Corrupt),
    );
    check(&zipped(&[("tess-s0009-1-1_x.fits", b"a")]), Err(FailureKind::Corrupt));
    check(&zipped(&[("tess-s0001-4-2_x.txt", b"a")]), Err(FailureKind::Corrupt));
}

#[test]
fn a_bomb_is_cut() {
    let bomb = zipped(&[(NAME, &vec![0; 80 << 20])]);
    assert!(bomb.len() < 200_000);
    check(&bomb, Err(FailureKind::Corrupt));
}
