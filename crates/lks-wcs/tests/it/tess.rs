//! The archived world coordinates of a dozen CCDs of TESS, with positions by astropy.

use lks_wcs::{KeywordValue, PixelPosition, PixelWindow, SkyPosition, Wcs};

const FILE: &str = include_str!("tess.txt");

/// All of a full-frame image.
pub(crate) const IMAGE: PixelWindow = PixelWindow {
    x: 0,
    y: 0,
    width: 2136,
    height: 2078,
};

/// One CCD of the file.
pub(crate) struct Ccd {
    /// Sector, camera and CCD.
    pub(crate) name: &'static str,
    cards: Vec<(&'static str, &'static str)>,
    /// Column, row, right ascension, declination.
    points: Vec<[f64; 4]>,
}

impl Ccd {
    pub(crate) fn wcs(&self) -> Wcs {
        Wcs::from_header(|keyword| {
            let (_, value) = self.cards.iter().find(|(card, _)| *card == keyword)?;
            Some(match value.strip_prefix('\'') {
                Some(text) => KeywordValue::Text(text.trim_end_matches('\'')),
                None => KeywordValue::Number(value.parse().unwrap()),
            })
        })
        .unwrap()
    }
}

pub(crate) fn ccds() -> Vec<Ccd> {
    let mut ccds: Vec<Ccd> = Vec::new();
    for line in FILE.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("ccd ") {
            let (cards, points) = (Vec::new(), Vec::new());
            ccds.push(Ccd { name, cards, points });
            continue;
        }
        let ccd = ccds.last_mut().unwrap();
        match line.split_once(" = ") {
            Some(card) => ccd.cards.push(card),
            None => {
                let numbers: Vec<f64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
                ccd.points.push(numbers.try_into().unwrap());
            }
        }
    }
    ccds
}

pub(crate) fn ccd(name: &str) -> Wcs {
    ccds().iter().find(|ccd| ccd.name == name).unwrap().wcs()
}

pub(crate) fn apart(one: PixelPosition, other: PixelPosition) -> f64 {
    (one.x - other.x).hypot(one.y - other.y)
}

#[test]
fn pixels_and_positions_are_those_of_astropy() {
    let ccds = ccds();
    assert_eq!(ccds.len(), 12);
    for ccd in ccds {
        let wcs = ccd.wcs();
        assert_eq!(ccd.points.len(), 32);
        for [x, y, ra, dec] in ccd.points {
            let (pixel, position) = (PixelPosition { x, y }, SkyPosition::new(ra, dec).unwrap());
            let off = wcs.sky(pixel).unwrap().separation(&position);
            assert!(off < 1e-12, "{} {pixel:?}: {off} degrees", ccd.name);
            let off = apart(wcs.pixel(&position).unwrap(), pixel);
            assert!(off < 1e-9, "{} {pixel:?}: {off} pixels", ccd.name);
        }
    }
}

#[test]
fn every_pixel_of_a_ccd_comes_back_to_itself() {
    let orders: Vec<_> = ccds().iter().map(|ccd| ccd.wcs().sip_order().unwrap()).collect();
    assert_eq!(orders, [5, 9, 6, 4, 4, 7, 6, 4, 4, 4, 4, 4]);
    for ccd in ccds() {
        let wcs = ccd.wcs();
        let mut worst = 0.0_f64;
        for row in 0..=31 {
            for column in 0..=31 {
                // From outer edge to outer edge.
                let pixel = PixelPosition {
                    x: f64::from(column) / 31.0 * 2136.0 - 0.5,
                    y: f64::from(row) / 31.0 * 2078.0 - 0.5,
                };
                let back = wcs.pixel(&wcs.sky(pixel).unwrap()).unwrap();
                worst = worst.max(apart(back, pixel));
            }
        }
        assert!(worst < 1e-9, "{}: {worst} pixels", ccd.name);
    }
}

#[test]
fn a_position_is_on_the_pixels_of_its_own_ccd_only() {
    let ccds: Vec<(&str, Wcs)> = ccds().iter().map(|ccd| (ccd.name, ccd.wcs())).collect();
    let (_, wcs) = &ccds[1];
    let star = wcs.sky(PixelPosition { x: 2000.0, y: 1900.0 }).unwrap();
    let on: Vec<&str> = ccds
        .iter()
        .filter(|(_, wcs)| wcs.contains(&IMAGE, &star).unwrap())
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(on, ["1 2 1"]);
}

#[test]
fn every_place_of_the_sky_is_on_a_ccd_or_not() {
    let mut num_on = 0;
    for ccd in ccds() {
        let wcs = ccd.wcs();
        for dec in -15..=15 {
            for ra in 0..60 {
                let position = SkyPosition::new(f64::from(ra) * 6.0, f64::from(dec) * 6.0).unwrap();
                let on = wcs.contains(&IMAGE, &position);
                let on = on.unwrap_or_else(|error| panic!("{} {position:?}: {error}", ccd.name));
                num_on += u32::from(on);
                if on {
                    let back = wcs.sky(wcs.pixel(&position).unwrap()).unwrap();
                    assert!(back.separation(&position) < 1e-12);
                }
            }
        }
    }
    // A CCD has some 140 square degrees, and at a pole there are many right ascensions.
    assert!((12 * 3..12 * 20).contains(&num_on), "{num_on}");
}
