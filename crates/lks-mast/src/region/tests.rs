use proptest::prelude::*;

use super::*;

#[test]
fn a_circle_holds_what_lies_within_its_radius() {
    let region = Region::parse("CIRCLE 94.6175354 -72.04484622 0.00138889").unwrap();
    let holds = |dec: f64| region.holds(&direction(94.617_535_4, dec));
    assert!(holds(-72.044_846_22) && holds(-72.044_846_22 + 0.001_388_88));
    assert!(!holds(-72.044_846_22 + 0.001_388_90));
    let around_zero = Region::parse("circle icrs 359.9999 0 0.001").unwrap();
    assert!(around_zero.holds(&direction(0.0005, 0.0)));
}

#[test]
fn a_polygon_is_read_with_and_without_a_frame() {
    for text in [
        "POLYGON ICRS 10 10 10 11 11 11 11 10 10 10",
        "POLYGON  10 10 10 11  11 11 11 10",
    ] {
        let region = Region::parse(text).unwrap();
        assert!(region.holds(&direction(10.5, 10.5)) && !region.holds(&direction(9.9, 10.5)));
    }
    for unknown in [
        "",
        "POLYGON GSC1 1 1 2 2 3 1",
        "CIRCLE 1 2",
        "POLYGON 1 2 3",
        "RANGE 1 2 3 4",
        "CIRCLE 1 NaN 1",
    ] {
        assert_eq!(Region::parse(unknown), None, "{unknown}");
    }
}

/// On the same side of every edge: true for convex polygons, and another formula.
fn on_one_side(corners: &[Direction], point: &Direction) -> Option<bool> {
    let side = |n: usize| {
        let (a, b) = (&corners[n], &corners[(n + 1) % corners.len()]);
        let normal = [
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        ];
        dot(&normal, point)
    };
    let sides: Vec<f64> = (0..corners.len()).map(side).collect();
    // A point on an edge is on either side.
    let is_clear = sides.iter().all(|side| side.abs() > 1e-9);
    is_clear.then(|| sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0))
}

proptest! {
    #[test]
    fn bearings_and_sides_agree(
        ra in 0.0..360.0_f64, dec in -90.0..90.0_f64, turn in 0.0..360.0_f64, size in 0.1..20.0_f64,
        east in -15.0..15.0_f64, north in -15.0..15.0_f64, is_reversed: bool,
    ) {
        // The corners of a detector around a direction, and a point near it.
        let middle = direction(ra, dec);
        let (e, n) = tangents(&middle);
        let towards = |east: f64, north: f64| {
            let (x, y) = (east.to_radians().tan(), north.to_radians().tan());
            let sum = [0, 1, 2].map(|axis| middle[axis] + x * e[axis] + y * n[axis]);
            let length = dot(&sum, &sum).sqrt();
            sum.map(|value| value / length)
        };
        let mut corners: Vec<Direction> = (0..4)
            .map(|corner| {
                let angle = (turn + 90.0 * f64::from(corner)).to_radians();
                towards(size * angle.cos(), size * angle.sin())
            })
            .collect();
        if is_reversed {
            corners.reverse();
        }
        let degrees = |direction: &Direction| {
            format!("{:?} {:?}", direction[1].atan2(direction[0]).to_degrees(), direction[2].asin().to_degrees())
        };
        let region: Vec<String> = corners.iter().map(degrees).collect();
        let region = Region::parse(&format!("POLYGON {}", region.join(" "))).expect("because it is a polygon");
        let point = towards(east, north);
        if let Some(expected) = on_one_side(&corners, &point) {
            prop_assert_eq!(region.holds(&point), expected);
        }
        let antipode = point.map(|value| -value);
        prop_assert!(!region.holds(&antipode));
    }
}
