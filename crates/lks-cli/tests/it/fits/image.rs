//! `lksearch fits image`: pixels as FITS counts them.

use lks_sandbox::{Matcher, Sandbox, SandboxOptions};
use lksearch::fits::write::{Hdu, Pixel};
use serde_json::json;

use super::{LINK, PRODUCT, light_curve, put};
use crate::home::{Home, line};

/// Pixel (x, y) of plane z is 100 z + 10 y + x, but one of them is blank.
fn cube() -> Vec<u8> {
    let mut file = Hdu::primary().bytes().unwrap();
    let pixel = |z: i16, y: i16, x: i16| {
        if (z, y, x) == (1, 2, 2) {
            -1
        } else {
            100 * z + 10 * y + x
        }
    };
    let planes = (1..=2).flat_map(|z| (1..=3).flat_map(move |y| (1..=4).map(move |x| pixel(z, y, x))));
    let bytes: Vec<u8> = planes.flat_map(i16::to_be_bytes).collect();
    let cube = Hdu::image(Pixel::Int16, &[4, 3, 2])
        .card("BLANK", -1, "")
        .card("BUNIT", "electron/s", "");
    cube.append_to(&mut file, &bytes).unwrap();
    file
}

#[test]
fn a_section_counts_pixels_from_one_with_both_ends() {
    let home = Home::new();
    put(&home, "cube.fits", &cube());
    let image = |words: &[&str]| home.run(&[&["fits", "image", "cube.fits"], words].concat());
    let shown = image(&["--section", "2:4,1:2,1"]);
    assert_eq!(
        shown.stdout, "y    2    3    4\n2       123  124\n1  112  113  114\n",
        "{}",
        shown.stderr
    );
    let rows = image(&["--section", "[4,2:3,2]", "--format", "json"]).rows();
    assert_eq!(
        rows,
        [
            json!({"x": 4, "y": 2, "value": 224}),
            json!({"x": 4, "y": 3, "value": 234})
        ]
    );
    let csv = image(&["--section", "1:2,2,1", "--format", "csv"]).stdout;
    assert_eq!(csv, "x,y,value\n1,2,121\n2,2,\n");
    let votable = image(&["--section", "*,*,2", "--format", "votable"]).stdout;
    assert!(votable.contains("unit=\"electron/s\""), "{votable}");
    for (section, why) in [
        ("0:3,1:2,1", "'0:3' is not a range of 1:4"),
        ("3:5,1:2,1", "'3:5' is not a range of 1:4"),
        ("3:2,1:2,1", "'3:2'"),
        ("1:2,1:2", "names 2 axes"),
        ("1:2,1:2,*", "one plane"),
        ("1:2,a,1", "'a'"),
    ] {
        image(&["--section", section]).failed(2, &[why, "4 x 3 x 2 pixels", "X1:X2,Y1:Y2"]);
    }
    image(&[]).failed(2, &["one plane"]);
    image(&["--hdu", "0"]).failed(2, &["HDU 0 PRIMARY", "no pixels", "--hdu 1"]);
}

#[test]
fn a_section_over_the_network_brings_only_its_rows() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let words = |place: &'static str| ["fits", "image", place, "--hdu", "APERTURE", "--section", "3:5,2:4"];
    let there = home.run_against(&archive, &words(LINK));
    assert_eq!(there.code, Some(0), "{}", there.stderr);
    let bytes = light_curve(&home, &archive);
    assert_eq!(home.run_against(&archive, &words(PRODUCT)).stdout, there.stdout);

    // A plane of 2000 x 2000 pixels of which 5 rows are wanted.
    let mut file = Hdu::primary().bytes().unwrap();
    let pixels: Vec<u8> = (0..4_000_000_u32)
        .flat_map(|pixel| (pixel as f32).to_be_bytes())
        .collect();
    Hdu::image(Pixel::Float32, &[2000, 2000])
        .append_to(&mut file, &pixels)
        .unwrap();
    put(&home, "frame.fits", &file);
    let rows = home
        .run(&line("fits image frame.fits --section 1001:1002,501:505 --format json"))
        .rows();
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[0], json!({"x": 1001, "y": 501, "value": 1_001_000.0}));
    archive.clear_log();
    home.run_against(&archive, &words(LINK));
    let sent: u64 = archive.log().iter().map(|request| request.bytes).sum();
    assert!(sent < bytes.len() as u64 / 4, "{sent} bytes were sent for nine pixels");
    assert!(archive.count(&Matcher::path("/stpubdata/")) <= 4);
}

#[test]
fn a_missing_or_huge_image_says_what_to_do() {
    let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
    let table = PRODUCT.replace("s_lc.fits", "s_tp.fits");
    let refused = home.run_against(&archive, &["fits", "image", &table, "--hdu", "1"]);
    refused.failed(2, &["HDU 1 PIXELS", "no pixels of an image", "--hdu 2 (APERTURE)"]);
    let refused = home.run_against(&archive, &["fits", "image", LINK, "--hdu", "0"]);
    refused.failed(2, &["HDU 0 PRIMARY", "--hdu 2 (APERTURE)"]);
    let mut file = Hdu::primary().bytes().unwrap();
    Hdu::image(Pixel::UInt8, &[5000, 5000])
        .append_to(&mut file, &vec![0; 25_000_000])
        .unwrap();
    put(&home, "large.fits", &file);
    home.run(&["fits", "image", "large.fits"])
        .failed(2, &["25000000 pixels", "--section"]);
    assert_eq!(
        home.run(&["fits", "image", "large.fits", "--section", "1:3,5000"])
            .stdout,
        "   y  1  2  3\n5000  0  0  0\n"
    );
}
