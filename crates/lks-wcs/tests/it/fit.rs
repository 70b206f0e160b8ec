//! Linear fits of cutouts against what astrocut and numpy give for them.

use lks_wcs::{Error, PixelPosition, PixelWindow, SkyPosition, Wcs};

use crate::tess::ccd;

fn window(x: i32, y: i32, size: u32) -> PixelWindow {
    PixelWindow {
        x,
        y,
        width: size,
        height: size,
    }
}

/// `WCS_MSEP` and `WCS_SIG` of astrocut 0.11.1's own fit and the largest error of numpy's least squares over the same pixels, in pixels of 20.6 arcseconds.
#[test]
fn a_fit_says_how_far_off_it_is() {
    let wcs = ccd("1 1 1");
    for (size, astrocut, root_sum_square, numpy_pixels) in [
        (11, 5.869_702e-6, 2.204_555e-5, 0.001_096_480),
        (15, 1.182_633e-5, 5.589_466e-5, 0.002_175_427),
        (25, 3.491_194e-5, 2.597_350e-4, 0.006_455_649),
        (50, 1.493_070e-4, 2.066_834e-3, 0.026_866_924),
    ] {
        let at = window(1037, 993, size);
        let fit = wcs.fit_linear(&at).unwrap();
        // Sums of squares are least where they are made least, and the largest of their terms is then some per cent larger.
        assert!(
            fit.max_separation < 1.06 * astrocut && fit.max_separation > 0.98 * astrocut,
            "{size}: {fit:?}"
        );
        assert!(fit.root_sum_square <= root_sum_square * 1.000_01, "{size}: {fit:?}");
        assert!(fit.root_sum_square > 0.97 * root_sum_square, "{size}: {fit:?}");
        assert_eq!(fit.rms(), fit.root_sum_square / f64::from(size));
        let mut worst = 0.0_f64;
        for y in 0..size {
            for x in 0..size {
                let [x, y] = [x, y].map(f64::from);
                let position = wcs
                    .sky(PixelPosition {
                        x: x + 1037.0,
                        y: y + 993.0,
                    })
                    .unwrap();
                let fitted = fit.wcs.pixel(&position).unwrap();
                worst = worst.max((fitted.x - x).hypot(fitted.y - y));
            }
        }
        assert!((worst / numpy_pixels - 1.0).abs() < 0.01, "{size}: {worst} pixels");
    }
}

#[test]
fn a_fit_of_what_is_linear_is_exact() {
    let position = SkyPosition::new(285.0, 50.0).unwrap();
    let wcs = Wcs::linear(
        PixelPosition { x: 7.5, y: -3.0 },
        position,
        [[-0.005, 0.002], [0.002, 0.006]],
    )
    .unwrap();
    for (width, height) in [(11, 7), (1, 1), (1, 9), (9, 1), (2, 2)] {
        let window = PixelWindow {
            x: 3,
            y: -4,
            width,
            height,
        };
        let fit = wcs.fit_linear(&window).unwrap();
        // A plane that touches the sphere elsewhere is another one: what is left is the difference, which grows with the distance.
        assert!(fit.max_separation < 1e-8, "{width} × {height}: {}", fit.max_separation);
        assert_eq!(fit.num_pixels, u64::from(width) * u64::from(height));
        let middle = fit.wcs.pixel(&wcs.sky(window.center()).unwrap()).unwrap();
        let expected = [f64::from(width - 1) / 2.0, f64::from(height - 1) / 2.0];
        assert!(
            (middle.x - expected[0]).hypot(middle.y - expected[1]) < 1e-6,
            "{middle:?}"
        );
    }
}

#[test]
fn a_fit_holds_on_the_poles_and_across_ra_0() {
    for (ra, dec) in [(0.0, 90.0), (40.0, -90.0), (0.0, 0.0), (359.999, 60.0)] {
        let position = SkyPosition::new(ra, dec).unwrap();
        let wcs = Wcs::linear(
            PixelPosition { x: 7.0, y: 7.0 },
            position,
            [[-0.0058, 0.0], [0.0, 0.0058]],
        )
        .unwrap();
        let fit = wcs.fit_linear(&window(0, 0, 15)).unwrap();
        assert!(fit.max_separation < 1e-12, "{ra} {dec}: {fit:?}");
        assert!(fit.wcs.reference_position().separation(&position) < 1e-12);
    }
}

#[test]
fn a_window_without_pixels_has_no_fit() {
    let wcs = ccd("1 1 1");
    assert_eq!(wcs.fit_linear(&window(0, 0, 0)), Err(Error::EmptyWindow));
    assert_eq!(wcs.corners(&window(0, 0, 0)), Err(Error::EmptyWindow));
    assert_eq!(wcs.footprint(&window(0, 0, 0), 3), Err(Error::EmptyWindow));
    let corner = wcs.sky(PixelPosition { x: 0.0, y: 0.0 }).unwrap();
    assert_eq!(wcs.contains(&window(0, 0, 0), &corner), Ok(false));
}
