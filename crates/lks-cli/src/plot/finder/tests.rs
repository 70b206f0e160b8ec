use super::*;

#[test]
fn a_pixel_is_where_its_place_on_the_sky_is() {
    let sky = Sky {
        pixel: [6.0, 6.5],
        place: [285.679_388, 50.241_306],
        // Twenty-one arcseconds, turned by thirty degrees.
        matrix: [[-0.005_052, 0.002_917], [0.002_917, 0.005_052]],
        date: None,
    };
    for pixel in [[5.0, 5.5], [0.0, 0.0], [10.5, -0.5], [3.25, 7.75]] {
        let back = sky.pixel(&sky.position(pixel).unwrap()).unwrap();
        assert!(
            (back[0] - pixel[0]).abs() < 1e-9 && (back[1] - pixel[1]).abs() < 1e-9,
            "{pixel:?}: {back:?}"
        );
    }
    let there = sky.position([5.0, 5.5]).unwrap();
    assert!((there.ra() - 285.679_388).abs() < 1e-12 && (there.dec() - 50.241_306).abs() < 1e-12);
    // A pixel to the left is to the east.
    assert!(sky.position([4.0, 5.5]).unwrap().ra() > there.ra());
    assert!(sky.pixel(&Position::icrs(105.0, -50.0).unwrap()).is_none());
}
