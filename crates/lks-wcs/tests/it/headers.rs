//! What headers may say, and what is said of those that may not.

use lks_wcs::{Error, KeywordValue, PixelPosition, SkyPosition, Wcs};

type Cards<'a> = &'a [(&'static str, KeywordValue<'static>)];

const fn number(value: f64) -> KeywordValue<'static> {
    KeywordValue::Number(value)
}

const fn text(value: &'static str) -> KeywordValue<'static> {
    KeywordValue::Text(value)
}

const PLAIN: Cards<'static> = &[
    ("CTYPE1", text("RA---TAN")),
    ("CTYPE2", text("DEC--TAN")),
    ("CRPIX1", number(6.0)),
    ("CRPIX2", number(5.0)),
    ("CRVAL1", number(285.0)),
    ("CRVAL2", number(50.0)),
];

const MATRIX: Cards<'static> = &[
    ("CD1_1", number(-0.005)),
    ("CD1_2", number(0.001)),
    ("CD2_1", number(0.002)),
    ("CD2_2", number(0.006)),
];

const SIP: Cards<'static> = &[
    ("CTYPE1", text("RA---TAN-SIP")),
    ("CTYPE2", text("DEC--TAN-SIP")),
    ("A_ORDER", number(2.0)),
    ("A_1_1", number(1e-5)),
    ("B_ORDER", number(3.0)),
    ("B_0_3", number(2e-9)),
];

/// The later cards count.
fn read(parts: &[Cards]) -> Result<Wcs, Error> {
    Wcs::from_header(|keyword| {
        let mut cards = parts.iter().rev().flat_map(|cards| cards.iter());
        cards.find(|(card, _)| *card == keyword).map(|(_, value)| *value)
    })
}

fn check_error(parts: &[Cards], expected: &str) {
    let error = read(parts).expect_err(expected);
    assert_eq!(error.to_string(), expected);
}

fn same(one: &Wcs, other: &Wcs) {
    for pixel in [[5.0, 4.0], [0.0, 0.0], [40.0, -7.0]] {
        let [x, y] = pixel;
        let apart = one
            .sky(PixelPosition { x, y })
            .unwrap()
            .separation(&other.sky(PixelPosition { x, y }).unwrap());
        assert!(apart < 1e-13, "{pixel:?}: {apart}");
    }
}

#[test]
fn the_reference_pixel_is_counted_from_1_in_a_header() {
    let wcs = read(&[PLAIN, MATRIX]).unwrap();
    assert_eq!(wcs.reference_pixel(), PixelPosition { x: 5.0, y: 4.0 });
    assert_eq!(wcs.reference_pixel().to_fits(), [6.0, 5.0]);
    let reference = wcs.sky(PixelPosition::from_fits(6.0, 5.0)).unwrap();
    assert!(reference.separation(&SkyPosition::new(285.0, 50.0).unwrap()) < 1e-13);
    assert_eq!(wcs.sip_order(), None);
    assert_eq!(read(&[PLAIN, MATRIX, SIP]).unwrap().sip_order(), Some(3));
}

#[test]
fn a_matrix_is_written_in_three_ways() {
    let wcs = read(&[PLAIN, MATRIX]).unwrap();
    let steps: Cards = &[
        ("CDELT1", number(-0.005)),
        ("CDELT2", number(0.003)),
        ("PC1_2", number(-0.2)),
        ("PC2_1", number(0.666_666_666_666_666_7)),
        ("PC2_2", number(2.0)),
    ];
    same(&wcs, &read(&[PLAIN, steps]).unwrap());
    let turned: Cards = &[
        ("CDELT1", number(-0.005)),
        ("CDELT2", number(0.006)),
        ("CROTA2", number(30.0)),
    ];
    let (sine, cosine) = 30.0_f64.to_radians().sin_cos();
    let matrix = [[-0.005 * cosine, -0.006 * sine], [-0.005 * sine, 0.006 * cosine]];
    let expected = Wcs::linear(wcs.reference_pixel(), wcs.reference_position(), matrix).unwrap();
    same(&expected, &read(&[PLAIN, turned]).unwrap());
    // Elements that are not there are 0 of CD, and those of the unit matrix of PC; CDELT beside CD does not count.
    let some: Cards = &[
        ("CD1_1", number(-0.005)),
        ("CD2_2", number(0.006)),
        ("CDELT1", number(7.0)),
    ];
    let other: Cards = &[
        ("CDELT1", number(-0.005)),
        ("CDELT2", number(0.006)),
        ("PC1_1", number(1.0)),
    ];
    same(&read(&[PLAIN, some]).unwrap(), &read(&[PLAIN, other]).unwrap());
}

#[test]
fn units_are_converted() {
    let arcseconds: Cards = &[
        ("CUNIT1", text("arcsec  ")),
        ("CRVAL1", number(285.0 * 3600.0)),
        ("CD1_1", number(-18.0)),
        ("CD1_2", number(3.6)),
        ("CUNIT2", text("arcmin")),
        ("CRVAL2", number(3000.0)),
        ("CD2_1", number(0.12)),
        ("CD2_2", number(0.36)),
    ];
    same(&read(&[PLAIN, MATRIX]).unwrap(), &read(&[PLAIN, arcseconds]).unwrap());
    // Exactly a pole, and not beyond it.
    let pole: Cards = &[("CUNIT2", text("arcsec")), ("CRVAL2", number(324_000.0))];
    assert_eq!(read(&[PLAIN, MATRIX, pole]).unwrap().reference_position().dec(), 90.0);
}

#[test]
fn the_pole_is_180_unless_the_reference_is_the_pole() {
    let half: Cards = &[("LONPOLE", number(180.0)), ("LATPOLE", number(12.0))];
    assert_eq!(read(&[PLAIN, MATRIX, half]).unwrap(), read(&[PLAIN, MATRIX]).unwrap());
    let north: Cards = &[("CRVAL2", number(90.0))];
    let none: Cards = &[("LONPOLE", number(0.0))];
    assert_eq!(
        read(&[PLAIN, MATRIX, north]).unwrap(),
        read(&[PLAIN, MATRIX, north, none]).unwrap()
    );
    // A turn by 180 degrees turns every direction round.
    let [[a, b], [c, d]] = read(&[PLAIN, MATRIX, none]).unwrap().matrix();
    for (turned, plain) in [(a, -0.005), (b, 0.001), (c, 0.002), (d, 0.006)] {
        assert!((turned + plain).abs() < 1e-15);
    }
}

#[test]
fn a_column_of_images_has_its_own_keywords() {
    let column = |keyword: &str| {
        let value = match keyword {
            "1CTYP5" => text("RA---TAN"),
            "2CTYP5" => text("DEC--TAN"),
            "1CRPX5" => number(6.0),
            "2CRPX5" => number(5.0),
            "1CRVL5" => number(285.0),
            "2CRVL5" => number(50.0),
            "1CUNI5" | "2CUNI5" => text("deg"),
            "1CDLT5" => number(-0.005),
            "2CDLT5" => number(0.003),
            "12PC5" => number(-0.2),
            "21PC5" => number(0.666_666_666_666_666_7),
            "22PC5" => number(2.0),
            _ => return None,
        };
        Some(value)
    };
    same(&read(&[PLAIN, MATRIX]).unwrap(), &Wcs::from_column(5, column).unwrap());
    let error = Wcs::from_column(4, column).unwrap_err();
    assert_eq!(
        error,
        Error::MissingKeyword {
            keyword: "1CTYP4".to_owned()
        }
    );
    let distorted = |keyword: &str| match keyword {
        "1CTYP5" => Some(text("RA---TAN-SIP")),
        "2CTYP5" => Some(text("DEC--TAN-SIP")),
        other => column(other),
    };
    let error = Wcs::from_column(5, distorted).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1CTYP5 is 'RA---TAN-SIP'; it must be 'RA---TAN': SIP is not defined for a column"
    );
}

#[test]
fn what_is_missing_is_named() {
    for (left_out, cards) in [
        ("CTYPE2", [PLAIN, MATRIX]),
        ("CRPIX1", [PLAIN, MATRIX]),
        ("CRVAL2", [PLAIN, MATRIX]),
        ("CDELT1", [PLAIN, &[("CDELT2", number(0.1))]]),
    ] {
        let error = Wcs::from_header(|keyword| {
            let mut all = cards.iter().flat_map(|cards| cards.iter());
            all.find(|(card, _)| *card == keyword && keyword != left_out)
                .map(|(_, value)| *value)
        });
        let keyword = left_out.to_owned();
        assert_eq!(error, Err(Error::MissingKeyword { keyword }));
    }
    let no_order: Cards = &[("CTYPE1", text("RA---TAN-SIP")), ("CTYPE2", text("DEC--TAN-SIP"))];
    check_error(
        &[PLAIN, MATRIX, no_order],
        "the header has no keyword A_ORDER; without it, it does not say where its pixels are on the sky",
    );
}

#[test]
fn what_is_wrong_is_named_with_what_would_be_right() {
    let cases: [(Cards, &str); 17] = [
        (
            &[("CTYPE1", text("GLON-TAN"))],
            "CTYPE1 is 'GLON-TAN'; it must be 'RA---TAN' on axis 1 and 'DEC--TAN' on axis 2, or both with '-SIP'",
        ),
        (
            &[("CTYPE2", text("DEC--TAN-SIP"))],
            "CTYPE2 is 'DEC--TAN-SIP'; it must be 'RA---TAN' on axis 1 and 'DEC--TAN' on axis 2, or both with '-SIP'",
        ),
        (
            &[("CTYPE1", text(""))],
            "CTYPE1 is ''; it must be 'RA---TAN' on axis 1 and 'DEC--TAN' on axis 2, or both with '-SIP'",
        ),
        (
            &[("CTYPE1", text("\u{1b}[31m"))],
            "CTYPE1 is '\\u{1b}[31m'; it must be 'RA---TAN' on axis 1 and 'DEC--TAN' on axis 2, or both with '-SIP'",
        ),
        (&[("CTYPE1", number(3.0))], "CTYPE1 is 3; it must be a string"),
        (&[("CRPIX1", text("six"))], "CRPIX1 is \"six\"; it must be a number"),
        (
            &[("CRVAL1", number(f64::NAN))],
            "CRVAL1 is NaN; it must be a finite number",
        ),
        (
            &[("CRVAL2", number(90.5))],
            "CRVAL2 is 90.5; it must be a declination from -90 to 90",
        ),
        (
            &[("CUNIT1", text("parsec"))],
            "CUNIT1 is 'parsec'; it must be 'deg', 'arcmin', 'arcsec' or 'rad'",
        ),
        (
            &[("WCSAXES", number(3.0))],
            "WCSAXES is 3; it must be 2: an image of the sky",
        ),
        (
            &[("PV1_1", number(1.0))],
            "PV1_1 is 1; it must be absent or 0: the projection TAN has no parameters",
        ),
        (
            &[("RADESYS", text("FK4"))],
            "RADESYS is 'FK4'; it must be 'ICRS', or 'FK5' of equinox 2000",
        ),
        (
            &[("RADESYS", text("FK5")), ("EQUINOX", number(1975.0))],
            "EQUINOX is 1975; it must be 2000",
        ),
        (
            &[("PC1_1", number(1.0))],
            "the header has CD1_1 and PC1_1, which exclude each other; remove one of them",
        ),
        (
            &[("A_ORDER", number(4.0))],
            "the header has CTYPE1 = 'RA---TAN' and A_ORDER, which exclude each other; remove one of them",
        ),
        (
            &[("LONPOLE", number(f64::INFINITY))],
            "LONPOLE is inf; it must be a finite number",
        ),
        (
            &[("CD2_1", number(0.01)), ("CD2_2", number(-0.002))],
            "the matrix [[-0.005, 0.001], [0.01, -0.002]] maps pixels to a line or a point, so that no position has a pixel; check CDi_j, or CDELTi and PCi_j",
        ),
    ];
    for (cards, expected) in cases {
        check_error(&[PLAIN, MATRIX, cards], expected);
    }
    for (order, shown) in [
        (10.0, "10"),
        (-1.0, "-1"),
        (2.5, "2.5"),
        (1e300, &*format!("{}", 1e300)),
    ] {
        let cards: &[(&str, KeywordValue)] = &[("B_ORDER", number(order))];
        let error = Wcs::from_header(|keyword| {
            let mut all = cards.iter().chain(SIP).chain(PLAIN).chain(MATRIX);
            all.find(|(card, _)| *card == keyword).map(|(_, value)| *value)
        });
        assert_eq!(
            error.unwrap_err().to_string(),
            format!("B_ORDER is {shown}; it must be a whole number from 0 to 9")
        );
    }
    check_error(
        &[PLAIN, MATRIX, SIP, &[("A_0_2", number(f64::NAN))]],
        "A_0_2 is NaN; it must be a finite number",
    );
    let turned: Cards = &[("PC1_2", number(0.1)), ("CDELT1", number(1.0)), ("CROTA2", number(3.0))];
    check_error(
        &[PLAIN, turned],
        "the header has PC1_2 and CROTA2, which exclude each other; remove one of them",
    );
}

#[test]
fn a_distortion_that_undoes_the_axes_has_no_inverse() {
    let cards: Cards = &[("A_1_0", number(-1.0))];
    assert!(matches!(
        read(&[PLAIN, MATRIX, SIP, cards]),
        Err(Error::SingularMatrix { .. })
    ));
}

#[test]
fn what_has_no_pixel_or_no_position_is_an_error() {
    let wcs = read(&[PLAIN, MATRIX, SIP]).unwrap();
    for pixel in [
        PixelPosition { x: f64::NAN, y: 0.0 },
        PixelPosition {
            x: 0.0,
            y: f64::INFINITY,
        },
        PixelPosition { x: 1e200, y: 1e200 },
    ] {
        assert!(matches!(wcs.sky(pixel), Err(Error::InvalidPixel { .. })), "{pixel:?}");
    }
    for (ra, dec) in [
        (f64::NAN, 0.0),
        (0.0, f64::NAN),
        (f64::INFINITY, 0.0),
        (0.0, 90.000_001),
        (0.0, -91.0),
    ] {
        assert!(
            matches!(SkyPosition::new(ra, dec), Err(Error::InvalidPosition { .. })),
            "{ra} {dec}"
        );
    }
    let behind = SkyPosition::new(105.0, -40.0).unwrap();
    let error = wcs.pixel(&behind).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the position is 170.000 degrees from the image's reference position; only what is less than 90 degrees away has a pixel"
    );
}

#[test]
fn a_position_beyond_the_fold_is_an_error() {
    // u + A(u) = u - u² / 1000 is 250 at most.
    let folding: Cards = &[
        ("A_1_1", number(0.0)),
        ("A_2_0", number(-0.001)),
        ("B_0_3", number(0.0)),
    ];
    let wcs = read(&[PLAIN, MATRIX, SIP, folding]).unwrap();
    let linear = read(&[PLAIN, MATRIX]).unwrap();
    let at = |u: f64| linear.sky(PixelPosition { x: 5.0 + u, y: 4.0 }).unwrap();
    let pixel = wcs.pixel(&at(240.0)).unwrap();
    assert!((pixel.x - 405.0).abs() < 1e-9, "{pixel:?}");
    let error = wcs.pixel(&at(260.0)).unwrap_err();
    assert!(matches!(error, Error::NotConverged { steps: 1..=30, .. }), "{error:?}");
}
