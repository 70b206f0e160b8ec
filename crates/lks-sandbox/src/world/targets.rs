//! The stars of the sandbox and what the archive holds of each: compact tables, turned into rows by the mission builders.
//!
//! The numbers of rows are those that lksearch's tutorials and tests printed against the real archive up to February 2025. Where the
//! recorded facts leave a choice (which neighbour was observed in which sector), the tables take one that gives these numbers.

mod others;
mod python_tests;
mod southern;

use std::sync::Arc;

use super::catalog::Catalog;
use super::content::{Star, Transit};
use super::k2::Community;
use super::kepler::Coverage;
use super::tess::Validation;

pub(super) use python_tests::add as python_tests;

/// All targets by name.
pub(crate) fn standard(catalog: &mut Catalog) {
    kepler_13(catalog);
    k2_18(catalog);
    kepler_10(catalog);
    kepler_137(catalog);
    southern::add(catalog);
    others::add(catalog);
}

fn star(id: u64, ra: f64, dec: f64, magnitude: f64, temperature: f64, transit: Transit) -> Arc<Star> {
    Arc::new(Star {
        id,
        ra,
        dec,
        magnitude,
        temperature,
        transit,
    })
}

const fn transit(period: f64, epoch: f64, depth: f64, duration: f64) -> Transit {
    Transit {
        period,
        epoch,
        depth,
        duration,
    }
}

/// Light without a planet.
const QUIET: Transit = transit(1.0, 0.0, 0.0, 0.1);

/// Kepler-13 b, of which Kepler and TESS saw some thousand transits.
const KEPLER_13_B: Transit = transit(1.763_588, 55_101.207, 0.004_6, 0.132);

/// TOI 1161 = Kepler-13: 236 TESS products (86 light curves, 46 cubes with 12 cutouts, 104 reports; 128 of the mission) and 116 of
/// Kepler (57 + 57 + 2).
///
/// Let n = 20 two-minute, 2 × 2 twenty-second and h = 10 TESS-SPOC observations: 20 + 4 + 10 + 12 cutouts = 46 cubes;
/// 20 + 4 + 10 + 52 = 86 light curves; 80 reports of the mission and 24 of TESS-SPOC = 104. Between 100 and 500 s lie
/// 20 + 20 + 80 of the mission, 4 cutouts, and 2 each of TASOC and QLP: 128. Sector 14 has 5 of the mission, QLP, 2 of TESS-SPOC,
/// 3 of TASOC and the cutout: 12, of which the mission's 5 and QLP's are on the cloud. TESS-SPOC is not, as lksearch's tests presume.
fn kepler_13(catalog: &mut Catalog) {
    let bright = star(158_324_245, 286.971_254, 46.868_263, 9.87, 7650.0, KEPLER_13_B);
    let east = star(1_717_079_071, 286.971_62, 46.868_31, 10.41, 7530.0, KEPLER_13_B);
    let west = star(1_717_079_066, 286.970_93, 46.868_04, 11.36, 6920.0, KEPLER_13_B);

    for sector in [14, 15, 26, 40, 41, 53, 54, 55, 74, 75, 80, 82] {
        let run = Validation {
            run: validation_run(sector),
            num_candidates: 1,
        };
        // Sector 41 was validated twice.
        let again = Validation {
            run: run.run + 155,
            num_candidates: 1,
        };
        let runs = if sector == 41 { &[run, again][..] } else { &[run] };
        catalog.spoc(&bright, sector, runs);
    }
    for (neighbour, sectors) in [(&east, [40, 41, 54, 55]), (&west, [53, 74, 75, 80])] {
        for sector in sectors {
            let run = Validation {
                run: validation_run(sector),
                num_candidates: 1,
            };
            catalog.spoc(neighbour, sector, &[run]);
        }
    }
    for target in [&bright, &west] {
        catalog.spoc_fast(target, 74);
        catalog.spoc_fast(target, 75);
    }
    for (last, run, num_candidates) in [(26, 353, 1), (41, 612, 1), (55, 711, 1), (75, 846, 2), (82, 907, 2)] {
        catalog.spoc_validation(&bright, 14, last, Validation { run, num_candidates });
    }

    for (sector, num_candidates) in [(14, 0), (15, 0), (26, 0), (40, 2), (41, 2), (53, 2), (54, 2), (55, 2)] {
        catalog.tess_spoc(&bright, sector, num_candidates, false);
    }
    catalog.tess_spoc(&east, 40, 2, false);
    catalog.tess_spoc(&west, 53, 0, false);

    catalog.tasoc(&bright, 14, 120.0);
    catalog.tasoc(&bright, 14, 1800.0);
    catalog.tasoc(&bright, 26, 120.0);
    catalog.tasoc(&bright, 26, 1800.0);
    for sector in [14, 74, 75] {
        catalog.qlp(&bright, sector);
    }
    for sector in [15, 26, 40, 41, 53, 54, 55] {
        for target in [&bright, &east, &west] {
            catalog.qlp(target, sector);
        }
        catalog.tglc(&bright, 2_130_632_159_134_827_392, sector);
        catalog.tglc(&east, 2_130_632_159_130_638_464, sector);
    }
    for sector in [15, 26] {
        for target in [&bright, &east, &west] {
            catalog.eleanor_lite(target, sector);
        }
        catalog.cdips(&bright, 2_130_632_159_134_827_392, sector);
    }
    catalog.full_frames(&bright, 14);

    let kic = star(9_941_662, 286.971_21, 46.868_30, 9.96, 7650.0, KEPLER_13_B);
    catalog.kepler(
        &kic,
        Coverage {
            long: &ALL_QUARTERS,
            short: &[
                (2, 3),
                (3, 3),
                (6, 3),
                (7, 3),
                (8, 3),
                (9, 3),
                (10, 3),
                (11, 3),
                (12, 3),
                (13, 3),
                (14, 3),
                (15, 3),
                (16, 3),
            ],
            num_candidates: 1,
            proposal: "EX_STKS",
        },
    );
}

fn validation_run(sector: u16) -> u16 {
    super::sectors::Sector::numbered(sector).map_or(0, super::sectors::Sector::validation_run)
}

const ALL_QUARTERS: [u16; 18] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];

/// K2-18 = EPIC 201912552: 6 K2 products, 4 of the community's, 3 of these light curves.
fn k2_18(catalog: &mut Catalog) {
    let planet = transit(32.939_6, 56_810.0, 0.002_9, 0.11);
    let epic = star(201_912_552, 172.560_141, 7.588_391, 12.48, 3457.0, planet);
    catalog.k2(&epic, 1);
    for community in [Community::Everest, Community::K2sff, Community::K2varcat] {
        catalog.k2_community(&epic, 1, community);
    }
    let tic = star(388_804_061, 172.560_141, 7.588_391, 11.01, 3503.0, planet);
    for sector in [45, 46, 72] {
        catalog.spoc(&tic, sector, &[]);
    }
    catalog.qlp(&tic, 45);
}

/// Kepler-10: 49 Kepler cubes (15 of long cadence, 34 of short) and TESS-SPOC and QLP in three sectors, as lightkurve listed them.
fn kepler_10(catalog: &mut Catalog) {
    let planet = transit(0.837_495, 54_964.575, 0.000_19, 0.075);
    let (ra, dec) = (285.679_388_3, 50.241_305_7);
    let kic = star(11_904_151, ra, dec, 10.96, 5627.0, planet);
    const LONG: [u16; 15] = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17];
    let coverage = Coverage {
        long: &LONG,
        short: &[
            (2, 1),
            (3, 3),
            (4, 1),
            (5, 3),
            (6, 3),
            (7, 3),
            (9, 3),
            (10, 3),
            (11, 3),
            (13, 3),
            (14, 3),
            (15, 3),
            (17, 2),
        ],
        num_candidates: 2,
        proposal: "EX_STKS",
    };
    catalog.kepler(&kic, coverage);
    // Footprints 55.736 and 69.049 arcseconds away, north and south, so that the corners do not matter.
    let half = super::kepler::TARGET_HALF;
    for (id, offset, magnitude) in [
        (11_904_148, 55.736 / 3600.0 + half, 15.1),
        (11_904_099, -69.049 / 3600.0 - half, 14.3),
    ] {
        let neighbour = star(id, ra, dec + offset, magnitude, 5100.0, QUIET);
        let coverage = Coverage {
            long: &LONG,
            short: &[],
            num_candidates: 0,
            proposal: "EX_STKS",
        };
        catalog.kepler(&neighbour, coverage);
    }
    let tic = star(377_780_790, ra, dec, 10.39, 5627.0, planet);
    let run = Validation {
        run: validation_run(14),
        num_candidates: 1,
    };
    catalog.spoc(&tic, 14, &[run]);
    for sector in [14, 15, 26] {
        catalog.tess_spoc(&tic, sector, 0, false);
        catalog.qlp(&tic, sector);
    }
}

/// Kepler-137: 82 Kepler products, 39 light curves and as many cubes, 3 reports, and KBONUS-BKG under the star's Gaia name.
fn kepler_137(catalog: &mut Catalog) {
    let planet = transit(18.735_8, 54_972.3, 0.001_2, 0.17);
    let kic = star(7_419_318, 282.144_822, 43.033_541, 12.99, 5187.0, planet);
    let coverage = Coverage {
        long: &ALL_QUARTERS,
        short: &[(7, 3), (8, 3), (9, 3), (10, 3), (11, 3), (12, 3), (13, 3)],
        num_candidates: 2,
        proposal: "EX_STKS",
    };
    catalog.kepler(&kic, coverage);
    catalog.kbonus(&kic, 2_104_847_370_214_740_352);
}
