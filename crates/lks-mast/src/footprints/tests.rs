use super::*;

fn file(rows: &[(&str, &str, &str)]) -> Vec<u8> {
    let column = |of: fn(&(&str, &str, &str)) -> String| rows.iter().map(of).collect::<Vec<_>>();
    serde_json::json!({
        "obs_id": column(|row| row.0.to_owned()),
        "target_name": column(|row| row.1.to_owned()),
        "s_region": column(|row| row.2.to_owned()),
        "sequence_number": rows.iter().map(|_| 14).collect::<Vec<_>>(),
        "t_min": rows.iter().map(|_| 58682.0).collect::<Vec<_>>(),
    })
    .to_string()
    .into_bytes()
}

fn at(ra: f64, dec: f64) -> Position {
    Position::icrs(ra, dec).expect("because it is on the sky")
}

/// The CCD of the example in astrocut's documentation, close to the south pole.
const FAR_SOUTH: &str =
    "POLYGON 229.80771900 -75.17048500 241.67788000 -63.95992300 269.94872000 -64.39276400 277.87862300 -75.57754400";

#[test]
fn sectors_are_told_in_order_and_once() {
    let footprints = Footprints::read(&file(&[
        ("tess-s0039-2-1", "TESS FFI", FAR_SOUTH),
        ("tess-s0012-2-1", "TESS FFI", FAR_SOUTH),
        ("tess-s0012-2-2", "TESS FFI", FAR_SOUTH),
        ("hlsp_tica_s0012", "TICA FFI", "nothing that is read"),
        ("tess-s0013-1-4", "TESS FFI", "POLYGON ICRS 0 0 1 0 1 1 0 1 0 0"),
    ]))
    .expect("because it is whole");
    let seen = |ra, dec| -> Vec<(i64, Option<i64>)> {
        footprints
            .seen(&at(ra, dec))
            .iter()
            .map(|seen| (seen.sector, seen.ccd))
            .collect()
    };
    assert_eq!(seen(255.0, -70.0), [(12, Some(1)), (39, Some(1))]);
    assert_eq!(seen(0.5, 0.5), [(13, Some(4))]);
    for (ra, dec) in [
        (75.0, 70.0),
        (255.0, 70.0),
        (255.0, -60.0),
        (180.5, -0.5),
        (0.5, -0.1),
        (0.0, 90.0),
    ] {
        assert_eq!(seen(ra, dec), [], "{ra} {dec}");
    }
    assert_eq!(footprints.last_sector(), 39);
}

#[test]
fn around_a_pole_and_across_the_meridian() {
    let seen = |region: &str, ra, dec| {
        let footprints = Footprints::read(&file(&[("tess-s0001-4-2", "TESS FFI", region)]));
        !footprints.expect("because it is whole").seen(&at(ra, dec)).is_empty()
    };
    let pole = "POLYGON 0 -80 90 -80 180 -80 270 -80";
    assert!(seen(pole, 0.0, -90.0) && seen(pole, 33.0, -85.0) && !seen(pole, 45.0, -80.1) && seen(pole, 0.0, -80.1));
    let meridian = "POLYGON 355 -5 -355 -5 5 5 355 5";
    assert!(seen(meridian, 0.0, 0.0) && seen(meridian, 359.0, 1.0) && !seen(meridian, 180.0, 0.0));
}

#[test]
fn a_file_that_is_not_understood_is_not_used() {
    for region in [
        "CIRCLE 0 0 1",
        "POLYGON 0 0 1 0",
        "POLYGON 0 0 1 0 1",
        "POLYGON 0 0 1 0 x 1",
        "POLYGON 0 0 90 0 180 0 270 0",
        "",
    ] {
        assert_eq!(
            Footprints::read(&file(&[("tess-s0001-4-2", "TESS FFI", region)])),
            None,
            "{region}"
        );
    }
    for bytes in [
        b"[]".as_slice(),
        b"{}",
        b"<html>",
        br#"{"obs_id":["tess-s0001-4-2"],"s_region":[]}"#,
    ] {
        assert_eq!(Footprints::read(bytes), None);
    }
    assert_eq!(Footprints::read(&file(&[("s1", "TESS FFI", FAR_SOUTH)])), None);
}
