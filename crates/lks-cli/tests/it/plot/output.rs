//! Where pictures go and what they are made of.

use std::io::Read;

use super::{FLAGGED, PIXELS, num_dots, table};
use crate::home::Home;

/// The objects of a PDF of ours, each as text, their streams unpacked.
fn objects(bytes: &[u8]) -> Vec<String> {
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.ends_with(b"%%EOF"));
    let find = |part: &[u8], from: usize| {
        let found = bytes[from..].windows(part.len()).position(|window| window == part);
        found.map(|place| from + place)
    };
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = find(b" 0 obj", at) {
        let end = find(b"\nendobj", start).expect("because an object ends");
        let object = &bytes[start..end];
        let mut text = String::from_utf8_lossy(object).into_owned();
        if let Some(stream) = find(b"stream\n", start).filter(|stream| *stream < end)
            && text.contains("/FlateDecode")
        {
            let mut unpacked = Vec::new();
            flate2::read::ZlibDecoder::new(&bytes[stream + 7..end])
                .read_to_end(&mut unpacked)
                .expect("because it was packed so");
            text = format!(
                "{}{}",
                text.split("stream\n").next().unwrap_or_default(),
                String::from_utf8_lossy(&unpacked)
            );
        }
        found.push(text);
        at = end;
    }
    found
}

#[test]
fn a_pdf_has_the_points_as_lines_and_the_text_as_letters() {
    let home = Home::new();
    let rows: Vec<_> = (0..40)
        .map(|row| (f64::from(row), (row % 7) as f32, row / 39))
        .collect();
    table(&home, "lc.fits", "FLUX", &rows);
    let drawn = home.run(&["plot", "lc.fits", "-o", "lc.pdf"]);
    assert!(
        drawn.stderr.contains("lc.pdf: 40 of 40 cadences drawn"),
        "{}",
        drawn.stderr
    );
    let bytes = std::fs::read(home.path("lc.pdf")).unwrap();
    assert!(bytes.len() < 40_000, "{} bytes", bytes.len());
    let objects = objects(&bytes);
    let page = objects.iter().find(|object| object.contains("/MediaBox")).unwrap();
    assert!(page.contains("/MediaBox [0 0 900 450]"), "{page}");
    let content = objects.iter().find(|object| object.contains(" cm\n")).unwrap();
    for color in ["0.105882354 0.16470589 0.28627452 RG", "0.8352941 0.36862746 0 RG"] {
        assert!(content.contains(color), "{content}");
    }
    // A dot is a line of no length with round ends.
    let lines: Vec<&str> = content.lines().collect();
    let is_dot = |pair: &&[&str]| {
        pair[0]
            .strip_suffix(" m")
            .is_some_and(|place| pair[1] == format!("{place} l"))
    };
    assert_eq!(lines.windows(2).filter(is_dot).count(), 40, "{content}");
    // Every letter can be copied: the title is in the table of letters.
    let letters = objects.iter().find(|object| object.contains("beginbfchar")).unwrap();
    for letter in "TIC 7·⁻−FLUX●".chars() {
        assert!(
            letters.contains(&format!("<{:04X}>", letter as u32)),
            "{letter} is missing in {letters}"
        );
    }
    assert!(objects.iter().any(|object| object.contains("/FontFile2")));
    assert_eq!(
        home.run(&["--sandbox", "plot", PIXELS, "-o", "pixels.pdf"]).code,
        Some(0)
    );
    home.run(&["plot", "lc.fits", "-o", "again.pdf"]);
    assert_eq!(std::fs::read(home.path("again.pdf")).unwrap(), bytes);
}

#[test]
fn a_picture_for_a_pipe_is_an_svg_and_nothing_else() {
    let home = Home::new();
    table(&home, "lc.fits", "FLUX", &[(1.0, 10.0, 0), (2.0, 11.0, 4)]);
    let printed = home.run(&["plot", "lc.fits", "-o", "-"]);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    home.run(&["plot", "lc.fits", "-o", "lc.svg"]);
    assert_eq!(printed.stdout, std::fs::read_to_string(home.path("lc.svg")).unwrap());
    assert!(
        printed.stderr.contains("2 of 2 cadences drawn, 1 of them flagged"),
        "{}",
        printed.stderr
    );
    assert_eq!(
        (num_dots(&printed.stdout, "#1b2a49"), num_dots(&printed.stdout, FLAGGED)),
        (1, 0)
    );
    assert!(!home.path("-").exists());
}

#[test]
fn a_flag_is_seen_on_a_terminal_where_good_cadences_are() {
    let home = Home::new();
    table(
        &home,
        "lc.fits",
        "FLUX",
        &[(1.0, 10.0, 0), (2.0, 11.0, 0), (2.0, 11.0, 128), (3.0, 10.5, 0)],
    );
    let chart = home.run(&["plot", "lc.fits"]).stdout;
    assert!(chart.lines().nth(2).unwrap().contains('×'), "{chart}");
}
