//! Edges of images on the sky.

use lks_wcs::{PixelPosition, PixelWindow, SkyPosition, Wcs};

use crate::tess::{IMAGE, ccds};

/// Twice the area in square degrees of a polygon around a position, positive if it runs from the north to the east.
fn turned(polygon: &[SkyPosition], around: SkyPosition) -> f64 {
    let upright = Wcs::linear(PixelPosition { x: 0.0, y: 0.0 }, around, [[1.0, 0.0], [0.0, 1.0]]).unwrap();
    let points: Vec<PixelPosition> = polygon.iter().map(|point| upright.pixel(point).unwrap()).collect();
    // From the north (y) to the east (x) is clockwise on paper.
    points
        .windows(2)
        .map(|pair| pair[1].x * pair[0].y - pair[0].x * pair[1].y)
        .sum()
}

#[test]
fn footprints_are_closed_and_run_from_north_to_east() {
    for ccd in ccds() {
        let wcs = ccd.wcs();
        let middle = wcs.sky(IMAGE.center()).unwrap();
        let footprint = wcs.footprint(&IMAGE, 10).unwrap();
        assert_eq!(footprint.len(), 41);
        assert_eq!(footprint.first(), footprint.last());
        // A CCD sees some 12 degrees squared.
        let area = turned(&footprint, middle) / 2.0;
        assert!((120.0..170.0).contains(&area), "{}: {area} square degrees", ccd.name);
        let corners = wcs.footprint(&IMAGE, 0).unwrap();
        assert_eq!(corners.len(), 5);
        for corner in wcs.corners(&IMAGE).unwrap() {
            assert!(corners.contains(&corner) && footprint.contains(&corner));
        }
    }
}

#[test]
fn a_mirrored_image_has_its_footprint_in_the_same_order() {
    let position = SkyPosition::new(0.0, 89.0).unwrap();
    for sign in [1.0, -1.0] {
        let wcs = Wcs::linear(
            PixelPosition { x: 50.0, y: 50.0 },
            position,
            [[sign * 0.01, 0.0], [0.0, 0.01]],
        )
        .unwrap();
        let footprint = wcs.footprint(&PixelWindow::of_image(101, 101), 3).unwrap();
        assert!(turned(&footprint, position) > 0.0);
    }
}

#[test]
fn a_position_is_inside_up_to_the_edge() {
    for ccd in ccds() {
        let wcs = ccd.wcs();
        for part in [0.001, 0.3, 0.7, 0.999] {
            for (x, y, is_inside) in [
                (-0.5 + 1e-6, 2078.0 * part, true),
                (-0.5 - 1e-6, 2078.0 * part, false),
                (2135.5 - 1e-6, 2078.0 * part - 0.5, true),
                (2135.5 + 1e-6, 2078.0 * part, false),
                (2136.0 * part - 0.5, -0.5 + 1e-6, true),
                (2136.0 * part, -0.5 - 1e-6, false),
                (2136.0 * part - 0.5, 2077.5 - 1e-6, true),
                (2136.0 * part, 2077.5 + 1e-6, false),
            ] {
                let position = wcs.sky(PixelPosition { x, y }).unwrap();
                assert_eq!(wcs.contains(&IMAGE, &position), Ok(is_inside), "{}: {x}, {y}", ccd.name);
            }
        }
        let behind = wcs.reference_position();
        let behind = SkyPosition::new(behind.ra() + 180.0, -behind.dec()).unwrap();
        assert_eq!(wcs.contains(&IMAGE, &behind), Ok(false));
    }
}

#[test]
fn pixel_scales_are_those_of_astropy() {
    // proj_plane_pixel_scales of S1 1-1, degrees.
    let [x, y] = ccds()[0].wcs().pixel_scales();
    assert!(
        (x - 0.005_707_395_438_470_236).abs() < 1e-15 && (y - 0.005_706_831_864_747_499).abs() < 1e-15,
        "{x} {y}"
    );
}
