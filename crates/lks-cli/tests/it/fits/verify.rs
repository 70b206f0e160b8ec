//! `lksearch fits verify`.

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};
use lksearch::fits::write::{Checksum, Hdu, Pixel};

use super::{LINK, PRODUCT, light_curve, odd_file, packed, put};
use crate::home::{Home, column};

#[test]
fn a_whole_file_is_whole_wherever_it_lies() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let bytes = light_curve(&Home::new(), &archive);
    put(&home, "lc.fits", &bytes);
    put(&home, "lc.fits.gz", &packed(&bytes));
    for location in ["lc.fits", "lc.fits.gz", LINK, PRODUCT] {
        archive.clear_log();
        let rows = home
            .run_against(&archive, &["fits", "verify", location, "--format", "json"])
            .rows();
        assert_eq!(
            column(&rows, "name"),
            ["PRIMARY", "LIGHTCURVE", "APERTURE"],
            "{location}"
        );
        assert_eq!(column(&rows, "structure"), ["valid"; 3]);
        assert_eq!(column(&rows, "checksum"), ["valid"; 3]);
        assert_eq!(column(&rows, "hduSum"), ["ffffffff"; 3]);
        assert_eq!(column(&rows, "datasum"), ["nothing to verify"; 3]);
        let bodies: u64 = archive.log().iter().map(|request| request.bytes).sum();
        assert!(
            bodies < bytes.len() as u64 + 1000,
            "{bodies} bytes for a file of {}",
            bytes.len()
        );
    }
}

#[test]
fn a_flipped_bit_is_found_and_its_hdu_named() {
    let home = Home::new();
    let whole = odd_file();
    let hdus = [
        (0, "PRIMARY", 200),
        (1, "ODD", whole.len() - 2 * 2880 - 2000),
        (2, "IMAGE", whole.len() - 1),
    ];
    put(&home, "odd.fits", &whole);
    let rows = home.run(&["fits", "verify", "odd.fits", "--format", "json"]).rows();
    assert_eq!(column(&rows, "checksum"), ["valid", "valid", "nothing to verify"]);
    assert_eq!(
        column(&rows, "datasum"),
        ["valid", "nothing to verify", "nothing to verify"]
    );
    for (index, name, place) in &hdus[..2] {
        let mut damaged = whole.clone();
        damaged[*place] ^= 1;
        for file in ["damaged.fits", "damaged.fits.gz"] {
            put(
                &home,
                file,
                &if file.ends_with("gz") {
                    packed(&damaged)
                } else {
                    damaged.clone()
                },
            );
            let outcome = home.run(&["fits", "verify", file, "--format", "json"]);
            assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
            assert!(outcome.stderr.contains(&format!("HDU {index}")), "{}", outcome.stderr);
            let rows: Vec<serde_json::Value> = serde_json::from_str(&outcome.stdout).unwrap();
            assert_eq!(rows[*index]["name"], *name);
            assert_eq!(rows[*index]["checksum"], "invalid");
            assert_ne!(rows[*index]["hduSum"], "ffffffff");
            assert!(column(&rows, "problem")[*index].contains("not ffffffff"), "{rows:?}");
            assert_eq!(rows[1 - *index]["checksum"], "valid");
        }
    }
}

#[test]
fn a_wrong_nextend_is_a_warning_and_a_stale_sum_damage() {
    let home = Home::new();
    let primary = |nextend: i64| {
        Hdu::primary()
            .card("NEXTEND", nextend, "")
            .checksum(Checksum::HduAndData)
    };
    let image = |bytes: &mut Vec<u8>| {
        let hdu = Hdu::image(Pixel::Int32, &[3, 3]).checksum(Checksum::HduAndData);
        hdu.append_to(bytes, &[1; 36]).unwrap();
    };
    let mut few = primary(2).bytes().unwrap();
    image(&mut few);
    put(&home, "few.fits", &few);
    let outcome = home.run(&["fits", "verify", "few.fits", "--format", "json"]);
    outcome.failed(
        0,
        &[
            "announces 2 extensions (NEXTEND), the file has 1",
            "few.fits is complete",
        ],
    );
    // The publisher wrote another keyword's value after the sums were made.
    let mut stale = primary(1).bytes().unwrap();
    let at = stale.windows(7).position(|bytes| bytes == b"NEXTEND").unwrap();
    stale[at + 29] = b'3';
    image(&mut stale);
    let proof = "right sums prove bytes 2880 to 8639, not bytes 0 to 2879";
    put(&home, "stale.fits", &stale);
    put(&home, "stale.fits.gz", &packed(&stale));
    for (file, proof) in [
        ("stale.fits", proof.to_owned()),
        ("stale.fits.gz", format!("{proof} (of the unpacked file)")),
    ] {
        let outcome = home.run(&["fits", "verify", file, "--format", "json"]);
        outcome.failed(6, &["HDU 0", "not ffffffff", &proof, "a publisher"]);
    }
    // What is cut off is damage whoever publishes it.
    put(&home, "cut.fits", &few[..5000]);
    let outcome = home.run(&["fits", "verify", "cut.fits"]);
    outcome.failed(
        6,
        &["cut.fits: right sums prove bytes 0 to 2879, not bytes 2880 to 4999"],
    );
    assert!(!outcome.stderr.contains("publisher"), "{}", outcome.stderr);
}

#[test]
fn a_cut_file_is_damaged_where_it_ends() {
    let home = Home::new();
    let whole = odd_file();
    put(&home, "cut.fits", &whole[..whole.len() - 2880]);
    let outcome = home.run(&["fits", "verify", "cut.fits", "--format", "json"]);
    outcome.failed(6, &["HDU 2", "the data must end at byte"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(column(&rows, "structure"), ["valid", "valid", "damaged"]);
    let mut broken = packed(&whole);
    let place = broken.len() - 6;
    broken[place] ^= 1;
    put(&home, "cut.fits.gz", &broken);
    home.run(&["fits", "verify", "cut.fits.gz"]).failed(6, &["gzip"]);
}

#[test]
fn a_connection_that_breaks_is_no_damage() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    archive.script(Matcher::contains("s_lc.fits"), [Fault::cut_at(100_000).always()]);
    let outcome = home.run_against(&archive, &["fits", "verify", LINK]);
    outcome.failed(4, &["s_lc.fits"]);
    assert_eq!(outcome.stdout, "");
}

#[test]
fn damage_on_the_way_is_found_without_a_download() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    archive.script(Matcher::contains("s_lc.fits"), [Fault::flip_bit(1_000_000).always()]);
    home.run_against(&archive, &["fits", "verify", LINK])
        .failed(6, &["HDU 1", "not ffffffff"]);
    home.run_against(&archive, &["fits", "verify", "s3://stpubdata/tess/public/absent.fits"])
        .failed(3, &["absent.fits"]);
}
