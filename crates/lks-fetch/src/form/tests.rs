use super::Form;

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
    assert_eq!(
        error,
        "not a FITS file but something else came (text/html): \"<html>  504\""
    );
}
