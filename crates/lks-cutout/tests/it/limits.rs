//! The windows of cutouts are those of astrocut 1.4.0, which `limits.json` holds.

use lks_cutout::{Error, cutout_window};
use lks_wcs::{PixelPosition, PixelWindow};
use serde_json::Value;

const FILE: &str = include_str!("limits.json");

fn check(x: f64, y: f64, size: [f64; 2], [x_limits, y_limits]: [[i64; 2]; 2]) {
    let window = cutout_window(PixelPosition { x, y }, size).unwrap();
    let length = |[first, end]: [i64; 2]| u32::try_from(end - first).unwrap();
    let expected = PixelWindow {
        x: x_limits[0] as i32,
        y: y_limits[0] as i32,
        width: length(x_limits),
        height: length(y_limits),
    };
    assert_eq!(window, expected, "{x}, {y}, {size:?}");
}

fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap()
}

#[test]
fn windows_are_those_of_astrocut() {
    let file: Value = serde_json::from_str(FILE).unwrap();
    let mut num_checked = 0;
    let mut of = |example: &Value, size: [f64; 2]| {
        let limits = |axis: char| ["min", "max"].map(|end| example[format!("{axis}{end}")].as_i64().unwrap());
        check(
            number(example, "x"),
            number(example, "y"),
            size,
            [limits('x'), limits('y')],
        );
        num_checked += 1;
    };
    let examples = file["examples"].as_array().unwrap();
    for example in examples.iter().filter(|example| example["rounding"] == "round") {
        let size = [0, 1].map(|axis: usize| example["size"][axis].as_f64().unwrap());
        of(example, size);
    }
    for example in file["sky_examples"]["examples"].as_array().unwrap() {
        let size = number(example, "size");
        of(example, [size, size]);
    }
    // In pixels, in one of three spellings; angles are not pixels yet, and where astrocut fails there are no limits.
    let edges = file["edges"].as_array().unwrap().iter();
    for edge in edges.filter(|edge| edge["lims"].is_array() && !edge["size"].as_str().unwrap().contains(['a', 'd'])) {
        let words = edge["size"].as_str().unwrap().replace(['(', ')', '[', ']', ','], " ");
        let mut size = words.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
        let first = size.next().unwrap();
        let size = [first, size.next().unwrap_or(first)];
        // Of a place on the edge of a pixel, which astrocut had from a position on the sky, its rounding decides.
        let place = [number(edge, "x"), number(edge, "y")];
        if (0..2).any(|axis| ((place[axis] - size[axis] / 2.0).rem_euclid(1.0) - 0.5).abs() < 1e-4) {
            continue;
        }
        let limits = [0, 1].map(|axis: usize| [0, 1].map(|end: usize| edge["lims"][axis][end].as_i64().unwrap()));
        check(place[0], place[1], size, limits);
        num_checked += 1;
    }
    assert_eq!(num_checked, 28 + 24 + 4);
}

#[test]
fn what_has_no_pixels_is_refused() {
    for (x, y, size) in [
        (5.0, 5.0, [0.0, 5.0]),
        (5.0, 5.0, [5.0, 0.0]),
        (f64::NAN, 5.0, [5.0, 5.0]),
        (5.0, f64::INFINITY, [5.0, 5.0]),
        (1e10, 5.0, [5.0, 5.0]),
        (5.0, 5.0, [1e10, 5.0]),
        (5.0, 5.0, [f64::NAN, 5.0]),
        (5.0, 5.0, [5.0, -1.0]),
    ] {
        let refused = cutout_window(PixelPosition { x, y }, size);
        assert!(
            matches!(refused, Err(Error::InvalidCutout { .. })),
            "{x}, {y}, {size:?}: {refused:?}"
        );
    }
}
