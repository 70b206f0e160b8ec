use super::*;

fn near(position: Position, ra: f64, dec: f64) {
    assert!(
        (position.ra() - ra).abs() < 1e-3 && (position.dec() - dec).abs() < 1e-3,
        "{position} is not {ra}, {dec}"
    );
}

#[test]
fn a_direction_comes_back_as_its_position() {
    for (ra, dec) in [(0.0, 0.0), (359.5, -72.0), (180.0, 90.0)] {
        let there = Position::icrs(ra, dec).unwrap();
        let back = Position::of_direction(direction(ra, dec)).unwrap();
        assert!(back.separation(&there).0 < 1e-6, "{back}");
    }
}

#[test]
fn positions_are_read_in_every_spelling() {
    let spellings = [
        "285.679, 50.241",
        "285.679 +50.241",
        "285.679,50.241",
        "(285.679, 50.241)",
        "  285.679\t50.241 ",
        "285.679deg 50.241deg",
        "285.679d +50.241d",
        "285.679° +50.241°",
        "19:02:42.96 +50:14:27.6",
        "19h02m42.96s +50d14m27.6s",
        "19 02 42.96 +50 14 27.6",
        "19h02m42.96s, +50°14'27.6\"",
        "19:02:42.96,50:14:27.6",
    ];
    for text in spellings {
        near(
            text.parse::<Position>()
                .unwrap_or_else(|error| panic!("{text}: {error}")),
            285.679,
            50.241,
        );
    }
}

#[test]
fn a_small_negative_declination_keeps_its_sign() {
    near("00:00:00 -00:30:00".parse::<Position>().unwrap(), 0.0, -0.5);
    near("10.5 \u{2212}0.25".parse::<Position>().unwrap(), 10.5, -0.25);
}

#[test]
fn names_are_not_positions() {
    for text in [
        "TOI 1161",
        "51 Peg",
        "K2-18",
        "47 Tuc",
        "2MASS J19024305+5014286",
        "NGC 6791",
        "m31",
        "inf nan",
        "10",
        "1 2 3",
    ] {
        assert_eq!(Position::read(text).unwrap(), None, "{text}");
        assert!(text.parse::<Position>().is_err(), "{text}");
    }
}

#[test]
fn angles_off_the_sphere_are_refused() {
    for text in ["10 91", "400 10", "10:61:00 +10:00:00", "10:00:00 +10:00:75"] {
        assert!(text.parse::<Position>().is_err(), "{text}");
    }
    assert!(Position::icrs(f64::NAN, 0.0).is_err());
    near(Position::icrs(-10.0, 0.0).unwrap(), 350.0, 0.0);
}

#[test]
fn b21_other_frames_are_converted_to_icrs_first() {
    // astropy: SkyCoord(l=0, b=0, frame="galactic").icrs and the north galactic pole
    near(Position::galactic(0.0, 0.0).unwrap(), 266.40499, -28.93617);
    near(Position::galactic(0.0, 90.0).unwrap(), 192.85948, 27.12825);
    near("galactic 0 90".parse::<Position>().unwrap(), 192.85948, 27.12825);
}

#[test]
fn separations_are_true_on_the_sphere() {
    let check = |(ra1, dec1, ra2, dec2): (f64, f64, f64, f64), expected: f64| {
        let (a, b) = (Position::icrs(ra1, dec1).unwrap(), Position::icrs(ra2, dec2).unwrap());
        assert!(
            (a.separation(&b).0 - expected).abs() < 1e-6,
            "{} is not {expected}",
            a.separation(&b)
        );
        assert!((b.separation(&a).0 - expected).abs() < 1e-6);
    };
    check((0.0, 0.0, 0.0, 1.0), 3600.0);
    check((359.999, 0.0, 0.001, 0.0), 7.2);
    check((10.0, 60.0, 12.0, 60.0), 3_599.862_919_6);
    check((0.0, 90.0, 123.0, 90.0), 0.0);
    check((0.0, -90.0, 0.0, 90.0), 648_000.0);
}

#[test]
fn radii_carry_their_unit() {
    for (text, arcsec) in [
        ("20", 20.0),
        ("20arcsec", 20.0),
        ("20 arcsec", 20.0),
        ("0.1deg", 360.0),
        ("1.5arcmin", 90.0),
        ("2'", 120.0),
        ("3\"", 3.0),
        ("1e-4", 1e-4),
    ] {
        assert_eq!(text.parse::<ArcSeconds>().unwrap(), ArcSeconds(arcsec), "{text}");
    }
    for text in ["", "deg", "-1", "nan", "5 parsec", "400deg"] {
        assert!(text.parse::<ArcSeconds>().is_err(), "{text}");
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".{0,40}") {
            let _ = text.parse::<Position>();
            let _ = text.parse::<ArcSeconds>();
        }

        #[test]
        fn what_is_written_is_read_back(ra in 0.0..360.0f64, dec in -90.0..=90.0f64) {
            let position = Position::icrs(ra, dec).unwrap();
            prop_assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
        }
    }
}
