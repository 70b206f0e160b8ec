//! Against `astropy.csv`, which astropy made; `cargo xtask parity catalog` compares 10,000 random stars.

use super::*;

fn star(ra: f64, dec: f64, pm: (f64, f64), parallax: Option<f64>) -> Astrometry {
    Astrometry {
        position: Position::icrs(ra, dec).unwrap(),
        epoch: Epoch::J2000,
        proper_motion: Some(pm),
        parallax,
        radial_velocity: None,
    }
}

#[test]
fn stars_are_where_astropy_moves_them() {
    let mut num_stars = 0;
    for line in include_str!("astropy.csv")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |column: usize| cells[column].parse::<f64>().ok();
        let needed = |column: usize| number(column).unwrap_or_else(|| panic!("{line}"));
        let place = |ra: usize| Position::icrs(needed(ra), needed(ra + 1)).unwrap();
        let star = Astrometry {
            position: place(1),
            epoch: Epoch::year(needed(7)).unwrap(),
            proper_motion: Some((needed(3), needed(4))),
            parallax: number(5),
            radial_velocity: number(6),
        };
        let moved = star.at(Epoch::year(needed(8)).unwrap()).unwrap();
        let difference = moved.separation(&place(9)).0 * 1000.0;
        assert!(difference < 0.001, "{line}: {difference} mas");
        num_stars += 1;
    }
    assert!(num_stars > 30);
}

/// B41 of the Python package: a negative parallax made the star's position NaN, and with it the separations of all others.
#[test]
fn b41_a_parallax_that_is_not_positive_is_not_used() {
    let epoch = Epoch::year(2024.5).unwrap();
    let plain = star(100.0, -30.0, (12.0, -7.0), None).at(epoch).unwrap();
    for parallax in [-0.35, 0.0, f64::NAN, f64::NEG_INFINITY] {
        let mut negative = star(100.0, -30.0, (12.0, -7.0), Some(parallax));
        assert_eq!(negative.at(epoch).unwrap(), plain);
        negative.radial_velocity = Some(20.0);
        assert_eq!(negative.at(epoch).unwrap(), plain);
    }
}

#[test]
fn what_is_not_known_does_not_move_a_star() {
    let epoch = Epoch::year(2024.5).unwrap();
    let mut still = star(100.0, -30.0, (0.0, 0.0), Some(5.0));
    for unknown in [None, Some((f64::NAN, 1.0))] {
        still.proper_motion = unknown;
        assert_eq!(still.at(epoch).unwrap(), still.position);
    }
}

#[test]
fn an_epoch_is_a_year_or_a_julian_date() {
    for (text, year) in [
        ("2025.5", 2025.5),
        ("J2000", 2000.0),
        (" 2451545.0 ", 2000.0),
        ("2460858.5", 2025.5),
    ] {
        let epoch: Epoch = text.parse().unwrap();
        assert!((epoch.years() - year).abs() < 0.002, "{text}");
    }
    for text in [
        "",
        "now",
        "0",
        "12",
        "1e300",
        "NaN",
        "-2000",
        "1000000",
        "1000001",
        "2025-06-01",
    ] {
        let error = text.parse::<Epoch>().unwrap_err().to_string();
        let expected = format!("'{text}' is not an epoch; write a year between 1000 and 3000");
        assert!(error.starts_with(&expected) && error.contains("Julian date"), "{error}");
    }
}
