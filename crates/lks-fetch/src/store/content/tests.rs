use std::fs::File;
use std::io::Write;

use lks_cache::RelativePath;

use super::{Fault, Form, check_content};

#[test]
fn the_first_bytes_must_fit_the_name() {
    let fits: &[u8] = b"SIMPLE  =                    T / conforms to FITS";
    let html: &[u8] = b"<html>\r\n<head><title>504 Gateway Time-out</title></head>";
    let json: &[u8] = br#"{"status": "ERROR", "msg": "no such product"}"#;
    let gzip: &[u8] = &[0x1f, 0x8b, 8, 0];
    for (name, head, good) in [
        ("a_lc.fits", fits, true),
        ("A_LC.FITS", fits, true),
        ("a_lc.fits", html, false),
        ("a_lc.fits", json, false),
        ("a_lc.fits", gzip, false),
        ("a_lc.fits", b"", false),
        ("a_lc.fits", b"SIMP", false),
        ("a_tp.fits.gz", gzip, true),
        ("a_tp.fits.gz", fits, false),
        ("a_tp.fits.gz", html, false),
        ("a_dvs.pdf", b"%PDF-1.4", true),
        ("a_dvs.pdf", html, false),
        ("a.tar.gz", gzip, true),
        ("a.txt", html, true),
        ("a.txt", b"", true),
        ("a_dvr.xml", b"<?xml version='1.0'?>", true),
        ("a.bin", b"anything", true),
        ("a.bin", b"", true),
        ("a.bin", html, false),
        ("a.bin", b"\n <!DOCTYPE HTML>", false),
    ] {
        assert_eq!(Form::of(name).check_head(head, None).is_ok(), good, "{name}");
    }
}

#[test]
fn the_message_shows_what_came() {
    let error = Form::Fits
        .check_head(b"<html>\r\n504", Some("text/html"))
        .expect_err("a page");
    assert_eq!(error, "not a FITS file but something else (text/html): \"<html>  504\"");
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("written");
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("packed")
}

/// A primary HDU, with more cards.
fn fits(cards: &[&str]) -> Vec<u8> {
    let first = [
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    0",
    ];
    let cards = first.iter().chain(cards).chain(&["END"]);
    let mut block = cards.map(|text| format!("{text:80}")).collect::<String>().into_bytes();
    block.resize(2880, b' ');
    block
}

#[test]
fn a_file_is_judged_by_its_name_and_its_content() {
    let whole = fits(&[]);
    let stale = fits(&["DATASUM = '3252788793'"]);
    let few = fits(&["NEXTEND =                    2"]);
    let announced = "the primary header announces 2 extensions (NEXTEND), the file has 0";
    let wrong = "the checksum in the file is wrong for HDU 0: no right sum proves any of its bytes";
    let packed = |bytes: &[u8]| gzip(bytes);
    for (name, bytes, expected) in [
        ("a_lc.fits", whole.clone(), Ok(None)),
        ("a_lc.fits", whole[..2000].to_vec(), Err("HDU 0 at byte 2000")),
        ("a_lc.fits", b"<html>moved</html>".to_vec(), Err("not a FITS file")),
        ("a_lc.fits", few.clone(), Ok(Some(announced))),
        ("a_lc.fits", stale.clone(), Err(wrong)),
        ("a_tp.fits.gz", whole.clone(), Err("not a gzipped FITS file")),
        ("a_tp.fits.gz", packed(&few), Ok(Some(announced))),
        ("a_tp.fits.gz", packed(&stale), Err(wrong)),
        (
            "a_tp.fits.gz",
            packed(b"a table"),
            Err("HDU 0 at byte 0: not a FITS file"),
        ),
        ("a_dvs.pdf", b"<html>moved</html>".to_vec(), Err("not a PDF file")),
        ("a_dvs.pdf", b"%PDF-1.4 and so on".to_vec(), Ok(None)),
        // A packed table is no FITS file and need not be one; what is one is judged as one, whatever it is called.
        ("a.tar.gz", packed(b"a table"), Ok(None)),
        ("a.gz", packed(b""), Ok(None)),
        ("a.gz", packed(&stale), Err(wrong)),
        (
            "a.gz",
            b"\x1f\x8b\x08\x00 cut".to_vec(),
            Err("its compressed data is damaged"),
        ),
        (
            "a.gz",
            packed(b"a table that is cut")[..20].to_vec(),
            Err("its compressed data is damaged"),
        ),
        ("a.fz", stale.clone(), Err(wrong)),
        ("a.txt", stale.clone(), Ok(None)),
    ] {
        let file = file(&bytes);
        let path = RelativePath::from_components(["TESS", "obs", name]).expect("a name");
        // Wherever it was read to before.
        for _ in 0..2 {
            match (check_content(&path, &file), &expected) {
                (Ok(odd), Ok(expected)) => assert_eq!(odd.as_deref(), *expected, "{name}"),
                (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{name}: {found}"),
                (found, expected) => panic!("{name}: {found:?} instead of {expected:?}"),
            }
        }
    }
}

#[test]
fn more_hdus_than_are_walked_are_no_damage() {
    let mut bytes = fits(&[]);
    let extension = [
        "XTENSION= 'IMAGE   '",
        "BITPIX  =                    8",
        "NAXIS   =                    0",
        "PCOUNT  =                    0",
        "GCOUNT  =                    1",
        "END",
    ];
    let mut block = extension.map(|text| format!("{text:80}")).concat().into_bytes();
    block.resize(2880, b' ');
    let mut packed = gzip(&block.repeat(32_768));
    packed.splice(..0, gzip(&bytes));
    let note = Form::FitsGz
        .check(&file(&packed))
        .expect("nothing is wrong")
        .expect("a note");
    assert!(note.contains("more than 32768 HDUs"), "{note}");
    // One fewer, and it is checked to its end.
    bytes.extend(block.repeat(9));
    assert_eq!(Form::Fits.check(&file(&bytes)).expect("whole"), None);
}

#[test]
fn wrong_sums_alone_may_be_the_publishers() {
    let in_sums = |bytes: &[u8]| Form::Fits.check(&file(bytes)).map_err(|fault: Fault| fault.in_sums);
    let stale = fits(&["DATASUM = '3252788793'"]);
    assert_eq!(in_sums(&stale), Err(true));
    assert_eq!(in_sums(&stale[..2000]), Err(false));
    let mut more = stale;
    more.extend_from_slice(b"<html>");
    assert_eq!(in_sums(&more), Err(false));
}
