use super::*;

const WINDOW: PixelWindow = PixelWindow {
    x: -2,
    y: 10,
    width: 5,
    height: 3,
};

#[test]
fn a_window_reaches_from_edge_to_edge() {
    assert_eq!(WINDOW.center(), PixelPosition { x: 0.0, y: 11.0 });
    for (x, y, is_inside) in [
        (-2.5, 9.5, true),
        (2.499, 12.499, true),
        (2.5, 11.0, false),
        (0.0, 12.5, false),
        (-2.501, 11.0, false),
        (f64::NAN, 11.0, false),
    ] {
        assert_eq!(WINDOW.contains(PixelPosition { x, y }), is_inside, "{x}, {y}");
    }
    // Two windows side by side have no place in common and none between them.
    let next = PixelWindow { x: 3, ..WINDOW };
    let between = PixelPosition { x: 2.5, y: 10.0 };
    assert!(next.contains(between) && !WINDOW.contains(between));
}

#[test]
fn an_edge_goes_round_once() {
    let points: Vec<[f64; 2]> = WINDOW.edge(2).unwrap().iter().map(|pixel| [pixel.x, pixel.y]).collect();
    let expected = [
        [-2.5, 9.5],
        [0.0, 9.5],
        [2.5, 9.5],
        [2.5, 11.0],
        [2.5, 12.5],
        [0.0, 12.5],
        [-2.5, 12.5],
        [-2.5, 11.0],
    ];
    assert_eq!(points, expected);
}

#[test]
fn a_polygon_surrounds_what_is_inside() {
    // A dented one.
    let polygon = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 1.0], [0.0, 4.0]];
    for (point, is_inside) in [
        ([1.0, 1.0], true),
        ([3.0, 1.0], true),
        ([2.0, 0.5], true),
        ([2.0, 2.0], false),
        ([-1.0, 1.0], false),
        ([5.0, 0.0], false),
        ([f64::NAN, 1.0], false),
    ] {
        assert_eq!(surrounds(&polygon, point), is_inside, "{point:?}");
    }
}
