use std::fs::File;
use std::io::Write;

use super::{Form, check_sums, check_whole};

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

#[test]
fn a_file_without_a_record_is_judged_by_its_name_and_its_content() {
    let header = |cards: &str| {
        let mut block = cards.as_bytes().to_vec();
        block.resize(2880, b' ');
        block
    };
    let card = |text: &str| format!("{text:80}");
    let fits = header(
        &[
            "SIMPLE  =                    T",
            "BITPIX  =                    8",
            "NAXIS   =                    0",
            "END",
        ]
        .map(card)
        .concat(),
    );
    for (name, bytes, good) in [
        ("a_lc.fits", &fits[..], true),
        ("a_lc.fits", &fits[..2000], false),
        ("a_lc.fits", b"<html>moved</html>", false),
        ("a_tp.fits.gz", &fits[..], false),
        ("a_dvs.pdf", b"<html>moved</html>", false),
        ("a_dvs.pdf", b"%PDF-1.4 and so on", true),
        ("a.gz", b"\x1f\x8b\x08\x00 cut", false),
    ] {
        let file = file(bytes);
        // Wherever it was read to before.
        assert_eq!(check_whole(name, &file).is_ok(), good, "{name}");
        assert_eq!(check_whole(name, &file).is_ok(), good, "{name}");
    }
    assert_eq!(check_sums("a_lc.fits", &file(&fits)), Ok(()));
}
