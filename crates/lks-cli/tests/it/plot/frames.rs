//! Frames of target pixel files, good, flagged and empty ones.

use crate::home::Home;
use lksearch::fits::write::{Cells, Column, Hdu, Pixel};
use lksearch::fits::{Card, CardValue};

/// A file with frames of two by two pixels, each of one value, and their flags.
fn frames(home: &Home, name: &str, frames: &[(f32, i32)]) {
    let mut bytes = Hdu::primary().card("OBJECT", "TIC 7", "").bytes().unwrap();
    let columns = [
        Column::new("TIME", "D"),
        Column::new("FLUX", "4E").unit("e-/s").dimensions(&[2, 2]),
        Column::new("QUALITY", "J"),
    ];
    Hdu::table(columns, frames.len() as u64)
        .append_with(&mut bytes, |out| {
            for (row, (value, flags)) in frames.iter().enumerate() {
                let mut cells = Cells::new(out);
                cells.float64(row as f64);
                cells.float32s(&[*value, *value, *value, 2.0 * value]);
                cells.int32(*flags);
            }
        })
        .unwrap();
    std::fs::write(home.path(name), bytes).unwrap();
}

#[test]
fn frames_that_are_all_flagged_are_drawn_and_it_is_said() {
    let home = Home::new();
    frames(&home, "tp.fits", &[(10.0, 8), (20.0, 16)]);
    let drawn = home.run(&["plot", "tp.fits", "-o", "tp.svg"]);
    assert!(
        drawn
            .stderr
            .contains("mean of 2 cadences, all of them flagged, 2 × 2 pixels"),
        "{}",
        drawn.stderr
    );
    assert!(
        std::fs::read_to_string(home.path("tp.svg"))
            .unwrap()
            .contains("TIC 7 · all cadences flagged")
    );
    let chart = home.run(&["plot", "tp.fits"]).stdout;
    assert!(
        chart.starts_with("TIC 7 · all cadences flagged\n") && chart.contains("FLUX [e⁻/s]: 15"),
        "{chart}"
    );
}

#[test]
fn frames_of_only_zeros_or_nothing_do_not_count() {
    let home = Home::new();
    frames(
        &home,
        "tp.fits",
        &[(0.0, 0), (10.0, 0), (f32::NAN, 0), (20.0, 0), (90.0, 4)],
    );
    let drawn = home.run(&["plot", "tp.fits", "-o", "tp.svg"]);
    assert!(
        drawn.stderr.contains("mean of 2 cadences, 2 × 2 pixels"),
        "{}",
        drawn.stderr
    );
    let chart = home.run(&["plot", "tp.fits"]).stdout;
    assert!(chart.contains("FLUX [e⁻/s]: 15"), "{chart}");
    // Where only the flagged frames have anything, they are what there is.
    frames(&home, "flagged.fits", &[(0.0, 0), (90.0, 4)]);
    let drawn = home.run(&["plot", "flagged.fits", "-o", "tp.svg"]);
    assert!(
        drawn.stderr.contains("mean of 1 cadences, all of them flagged"),
        "{}",
        drawn.stderr
    );
    frames(&home, "empty.fits", &[(0.0, 0), (f32::NAN, 4)]);
    home.run(&["plot", "empty.fits"])
        .failed(2, &["FLUX has no value but 0 in any of its 2 cadences"]);
}

/// A cutout of five by three pixels around Kepler-10, whose frames have no coordinates; its aperture has those cards, and this value in all pixels.
fn cutout(home: &Home, name: &str, cards: &[(&str, CardValue)], aperture: i32) {
    let mut bytes = Hdu::primary().bytes().unwrap();
    let columns = [
        Column::new("TIME", "D"),
        Column::new("FLUX", "15E").unit("e-/s").dimensions(&[5, 3]),
        Column::new("QUALITY", "J"),
    ];
    Hdu::table(columns, 1)
        .append_with(&mut bytes, |out| {
            let mut cells = Cells::new(out);
            cells.float64(1700.0);
            cells.float32s(&[1.0; 15]);
            cells.int32(0);
        })
        .unwrap();
    let pixels = aperture.to_be_bytes().repeat(15);
    let aperture = Hdu::image(Pixel::Int32, &[5, 3]).card("EXTNAME", "APERTURE", "");
    let cards = cards
        .iter()
        .map(|(keyword, value)| Card::new(*keyword, value.clone(), ""));
    aperture.cards(cards).append_to(&mut bytes, &pixels).unwrap();
    std::fs::write(home.path(name), bytes).unwrap();
}

#[test]
fn a_cutout_has_the_coordinates_of_its_aperture() {
    let home = Home::new();
    let mut cards: Vec<(&str, CardValue)> = vec![
        ("CTYPE1", "RA---TAN".into()),
        ("CTYPE2", "DEC--TAN".into()),
        ("CRPIX1", 3.0.into()),
        ("CRPIX2", 2.0.into()),
        ("CRVAL1", 285.6794.into()),
        ("CRVAL2", 50.2413.into()),
        ("PC1_1", (-0.0058).into()),
        ("PC2_2", 0.0058.into()),
        ("CDELT1", 1.0.into()),
        ("CDELT2", 1.0.into()),
    ];
    let drawn = |name: &str| home.run(&["--sandbox", "plot", name, "--catalog", "tic", "-o", "finder.svg"]);
    cutout(&home, "cutout.fits", &cards, 1);
    let found = drawn("cutout.fits");
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    let expected = "TIC 377780790, magnitude 10.39, column 2.0, row 1.0";
    assert!(found.stderr.contains(expected), "{}", found.stderr);

    cards[1].1 = "DEC--ZPN".into();
    cutout(&home, "other.fits", &cards, 1);
    cutout(&home, "none.fits", &[], 1);
    for (name, reason) in [
        ("other.fits", "CTYPE2 is 'DEC--ZPN'; it must be 'RA---TAN' on axis 1"),
        ("none.fits", "the header has no keyword 1CTYP2"),
    ] {
        let refused = drawn(name);
        assert_eq!(refused.code, Some(2), "{}", refused.stderr);
        assert!(refused.stderr.contains(reason), "{}", refused.stderr);
    }
}

#[test]
fn pixels_that_are_nowhere_on_the_detector_are_told() {
    let home = Home::new();
    cutout(&home, "cutout.fits", &[], 1);
    let chart = home.run(&["plot", "cutout.fits"]).stdout;
    let expected = " columns 0 to 4 of the frame (place on the detector unknown), rows upwards\n";
    assert!(chart.contains(expected), "{chart}");
    home.run(&["plot", "cutout.fits", "-o", "frame.svg"]);
    let drawn = std::fs::read_to_string(home.path("frame.svg")).unwrap();
    assert!(drawn.contains("Pixel column of the frame"), "{drawn}");
}

#[test]
fn an_aperture_of_all_pixels_has_no_outline() {
    let home = Home::new();
    // As TESScut writes it, and as lightkurve does for files of its own.
    for (aperture, told) in [(1, "no pixel in an aperture"), (3, "all of them in the aperture")] {
        cutout(&home, "cutout.fits", &[], aperture);
        let drawn = home.run(&["plot", "cutout.fits", "-o", "frame.svg"]);
        assert!(
            drawn.stderr.ends_with(&format!("5 × 3 pixels, {told}\n")),
            "{}",
            drawn.stderr
        );
        let svg = std::fs::read_to_string(home.path("frame.svg")).unwrap();
        let outline: Vec<&str> = svg.split("<path ").filter(|path| path.contains("square")).collect();
        assert!(outline.iter().all(|path| !path.contains('M')), "{outline:?}");
        let chart = home.run(&["plot", "cutout.fits"]).stdout;
        assert!(!chart.contains("[█") && !chart.contains("[ ] aperture"), "{chart}");
    }
}
