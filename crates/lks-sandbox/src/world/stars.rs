//! The small sky: stars as the catalogues have them, with what makes catalogues hard. Positions are true at 2000.0; each catalogue has them at its own epoch.
//!
//! What the stars of the archive have in the true catalogues was taken from there as far as it is known; their neighbours are made up, the same in
//! every run.

mod known;
mod of_tests;
mod tables;

use std::sync::OnceLock;

pub(crate) use tables::{Cell, Column, Datatype, Table, named};

use known::KNOWN;
use of_tests::OF_TESTS;

/// Milliarcseconds in a degree.
const MAS: f64 = 3_600_000.0;
/// The first number of the stars in the crowded field, in the TIC.
const CROWD_TIC: u64 = 2_000_000_000;
/// Stars in the crowded field.
const CROWD: u64 = 12_000;
/// Where the crowded field is, degrees.
const CROWD_CENTER: [f64; 2] = [150.0, -40.0];
/// Neighbours of each star of the archive.
const NEIGHBOURS: u64 = 24;

/// A star of the sky.
#[derive(Debug, Clone, Default)]
pub(crate) struct SkyStar {
    pub(crate) tic: Option<u64>,
    pub(crate) kic: Option<u64>,
    pub(crate) epic: Option<u64>,
    pub(crate) dr2: Option<u64>,
    /// What the Gaia archive has as neighbours in DR3, with their angular distances in mas; the first is the star itself.
    pub(crate) dr3: Vec<(u64, f64)>,
    /// Names beside those of the numbers, SIMBAD's own first; none if SIMBAD does not have the star.
    pub(crate) names: Vec<String>,
    /// Right ascension and declination in degrees, ICRS, at 2000.0.
    pub(crate) position: [f64; 2],
    /// Proper motion in mas per year, the first with the cosine of the declination.
    pub(crate) motion: Option<[f64; 2]>,
    /// Parallax in mas.
    pub(crate) parallax: Option<f64>,
    /// Magnitude in the band of TESS.
    pub(crate) magnitude: Option<f64>,
    pub(crate) temperature: Option<f64>,
    pub(crate) disposition: Option<&'static str>,
    /// The number in the TIC that it repeats, or was split from.
    pub(crate) duplicate_of: Option<u64>,
}

impl SkyStar {
    /// Where it is in a year: along the straight line that proper motion without a radial velocity is.
    pub(crate) fn at(&self, year: f64) -> [f64; 2] {
        let Some([pm_ra, pm_dec]) = self.motion else {
            return self.position;
        };
        let [ra, dec] = self.position.map(f64::to_radians);
        let (east, north) = (
            [-ra.sin(), ra.cos(), 0.0],
            [-dec.sin() * ra.cos(), -dec.sin() * ra.sin(), dec.cos()],
        );
        let from = [dec.cos() * ra.cos(), dec.cos() * ra.sin(), dec.sin()];
        let along = |pm: f64| (pm / MAS).to_radians() * (year - 2000.0);
        let moved: Vec<f64> = (0..3)
            .map(|axis| from[axis] + east[axis] * along(pm_ra) + north[axis] * along(pm_dec))
            .collect();
        let ra = moved[1].atan2(moved[0]).to_degrees().rem_euclid(360.0);
        [ra, moved[2].atan2(moved[0].hypot(moved[1])).to_degrees()]
    }
}

/// All stars, made when they are first asked for.
pub(crate) fn sky() -> &'static [SkyStar] {
    static SKY: OnceLock<Vec<SkyStar>> = OnceLock::new();
    SKY.get_or_init(|| {
        let mut stars: Vec<SkyStar> = KNOWN.iter().map(known::Known::star).collect();
        for (number, known) in KNOWN.iter().enumerate() {
            if known.has_neighbours {
                neighbours(number as u64, known.position, &mut stars);
            }
        }
        crowd(&mut stars);
        stars.extend(OF_TESTS.iter().map(known::Known::star));
        stars
    })
}

/// Stars within two arcminutes, some of which lack what stars may lack.
fn neighbours(field: u64, [ra, dec]: [f64; 2], stars: &mut Vec<SkyStar>) {
    let mut random = fastrand::Rng::with_seed(1161 + field);
    for number in 0..NEIGHBOURS {
        let (radius, angle) = (
            120.0 / 3600.0 * random.f64().sqrt(),
            random.f64() * std::f64::consts::TAU,
        );
        let position = [
            round(ra + radius * angle.sin() / dec.to_radians().cos(), 8).rem_euclid(360.0),
            round(dec + radius * angle.cos(), 8),
        ];
        let id = field * 100 + number;
        let gaia = 3_000_000_000_000_000_000 + id * 1_000_003;
        stars.push(SkyStar {
            tic: Some(1_400_000_000 + id),
            dr2: (number % 8 != 7).then_some(gaia),
            // One in eight changed its number, one has two counterparts, one has none.
            dr3: match number % 8 {
                0 => vec![(gaia + 17, 0.31)],
                1 => vec![(gaia, 0.12), (gaia + 29, 84.2)],
                2 => Vec::new(),
                _ => vec![(gaia, 0.05)],
            },
            position,
            motion: (number % 6 != 5).then(|| [random.f64(), random.f64()].map(|part| round(part * 40.0 - 20.0, 3))),
            parallax: match number % 6 {
                5 => None,
                4 => Some(round(-0.05 - random.f64(), 4)),
                _ => Some(round(0.1 + 3.0 * random.f64(), 4)),
            },
            magnitude: (number % 10 != 9).then(|| round(11.0 + 8.0 * random.f64(), 3)),
            temperature: (number % 3 != 2).then(|| round(3500.0 + 4000.0 * random.f64(), 0)),
            ..SkyStar::default()
        });
    }
}

/// Enough stars for lists of thousands.
fn crowd(stars: &mut Vec<SkyStar>) {
    let mut random = fastrand::Rng::with_seed(2026);
    for number in 0..CROWD {
        let offset = [random.f64() - 0.5, random.f64() - 0.5];
        let gaia = 5_400_000_000_000_000_000 + number * 1_000_003;
        stars.push(SkyStar {
            tic: Some(CROWD_TIC + number),
            dr2: Some(gaia),
            dr3: vec![(gaia, 0.07)],
            position: [0, 1].map(|axis: usize| round(CROWD_CENTER[axis] + offset[axis], 8)),
            motion: Some([random.f64(), random.f64()].map(|part| round(part * 20.0 - 10.0, 3))),
            parallax: Some(round(0.1 + 2.0 * random.f64(), 4)),
            magnitude: Some(round(9.0 + 9.0 * random.f64(), 3)),
            temperature: Some(round(3500.0 + 4000.0 * random.f64(), 0)),
            ..SkyStar::default()
        });
    }
}

fn round(value: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (value * scale).round() / scale
}
