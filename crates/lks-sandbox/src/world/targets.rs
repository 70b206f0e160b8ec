//! The stars of the sandbox and what the archive holds of each: compact tables, turned into rows by the mission builders.
//!
//! The numbers of rows are those that lksearch's tutorials and tests printed against the real archive up to February 2025. Where the
//! recorded facts leave a choice (which neighbour was observed in which sector), the tables take one that gives these numbers.

use std::sync::Arc;

use super::catalog::Catalog;
use super::content::{Star, Transit};
use super::k2::Community;
use super::kepler::Coverage;
use super::tess::Validation;

/// All targets by name.
pub(crate) fn standard(catalog: &mut Catalog) {
    kepler_13(catalog);
    k2_18(catalog);
    kepler_10(catalog);
    kepler_137(catalog);
    toi_270(catalog);
    pi_mensae(catalog);
    au_mic(catalog);
    split_campaigns(catalog);
    k2_neighbours(catalog);
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
            n_candidates: 1,
        };
        // Sector 41 was validated twice.
        let again = Validation {
            run: run.run + 155,
            n_candidates: 1,
        };
        let runs = if sector == 41 { &[run, again][..] } else { &[run] };
        catalog.spoc(&bright, sector, runs);
    }
    for (neighbour, sectors) in [(&east, [40, 41, 54, 55]), (&west, [53, 74, 75, 80])] {
        for sector in sectors {
            let run = Validation {
                run: validation_run(sector),
                n_candidates: 1,
            };
            catalog.spoc(neighbour, sector, &[run]);
        }
    }
    for target in [&bright, &west] {
        catalog.spoc_fast(target, 74);
        catalog.spoc_fast(target, 75);
    }
    for (last, run, n_candidates) in [(26, 353, 1), (41, 612, 1), (55, 711, 1), (75, 846, 2), (82, 907, 2)] {
        catalog.spoc_validation(&bright, 14, last, Validation { run, n_candidates });
    }

    for (sector, n_candidates) in [(14, 0), (15, 0), (26, 0), (40, 2), (41, 2), (53, 2), (54, 2), (55, 2)] {
        catalog.tess_spoc(&bright, sector, n_candidates, false);
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
            n_candidates: 1,
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
            (4, 3),
            (5, 3),
            (6, 3),
            (7, 3),
            (9, 3),
            (10, 3),
            (11, 3),
            (13, 3),
            (14, 3),
            (15, 3),
        ],
        n_candidates: 2,
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
            n_candidates: 0,
            proposal: "EX_STKS",
        };
        catalog.kepler(&neighbour, coverage);
    }
    let tic = star(377_780_790, ra, dec, 10.39, 5627.0, planet);
    let run = Validation {
        run: validation_run(14),
        n_candidates: 1,
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
        n_candidates: 2,
        proposal: "EX_STKS",
    };
    catalog.kepler(&kic, coverage);
    catalog.kbonus(&kic, 2_104_847_370_214_740_352);
}

/// TOI 270: seen in sectors 3 to 5 and 30 to 32.
fn toi_270(catalog: &mut Catalog) {
    let tic = star(
        259_377_017,
        68.415_472,
        -51.956_238,
        10.5,
        3506.0,
        transit(5.660_5, 58_389.5, 0.003_5, 0.07),
    );
    for sector in [3, 4, 5, 30, 31, 32] {
        let run = Validation {
            run: validation_run(sector),
            n_candidates: 3,
        };
        catalog.spoc(&tic, sector, &[run]);
        catalog.qlp(&tic, sector);
        catalog.tess_spoc(&tic, sector, 0, false);
    }
    for sector in [30, 31, 32] {
        catalog.spoc_fast(&tic, sector);
    }
    for (last, run) in [(5, 190), (32, 447)] {
        catalog.spoc_validation(&tic, 3, last, Validation { run, n_candidates: 3 });
    }
}

/// pi Mensae: ten sectors, two of them at 20 s too; in sector 1 TESS-SPOC's light curve belongs to an observation of its own name.
fn pi_mensae(catalog: &mut Catalog) {
    let tic = star(
        261_136_679,
        84.291_199,
        -80.469_12,
        5.11,
        6037.0,
        transit(6.267_9, 58_325.504, 0.000_31, 0.123),
    );
    for sector in [1, 4, 8, 11, 12, 13, 27, 28, 31, 34] {
        let run = Validation {
            run: validation_run(sector),
            n_candidates: 1,
        };
        catalog.spoc(&tic, sector, &[run]);
    }
    for sector in [27, 28] {
        catalog.spoc_fast(&tic, sector);
    }
    catalog.tess_spoc(&tic, 1, 0, true);
    catalog.tess_spoc(&tic, 4, 1, false);
    catalog.qlp(&tic, 1);
    catalog.tasoc(&tic, 1, 1800.0);
    catalog.spoc_validation(
        &tic,
        1,
        13,
        Validation {
            run: 229,
            n_candidates: 1,
        },
    );
}

/// AU Mic: 120 s in sector 1, 20 s and 120 s in sector 27, and the frames of sector 27 as the mission and as TICA give them.
fn au_mic(catalog: &mut Catalog) {
    let tic = star(
        441_420_236,
        311.289_719,
        -31.340_895,
        6.76,
        3700.0,
        transit(8.463, 58_330.39, 0.002_7, 0.146),
    );
    for sector in [1, 27] {
        let run = Validation {
            run: validation_run(sector),
            n_candidates: 1,
        };
        catalog.spoc(&tic, sector, &[run]);
        catalog.qlp(&tic, sector);
    }
    catalog.spoc_fast(&tic, 27);
    catalog.full_frames(&tic, 27);
    catalog.tica(&tic, 27);
}

/// EPIC 228162462, seen in both halves of campaign 9, and made-up neighbours of campaigns 10 and 11.
fn split_campaigns(catalog: &mut Catalog) {
    for (id, ra, dec, halves) in [
        (228_162_462, 271.283_4, -22.641_7, [91, 92]),
        (228_725_972, 186.613_9, -3.905_1, [101, 102]),
        (233_538_173, 260.181_2, -23.774_6, [111, 112]),
    ] {
        let epic = star(id, ra, dec, 12.6, 5300.0, transit(3.9, 57_501.9, 0.004, 0.12));
        for campaign in halves {
            catalog.k2(&epic, campaign);
            catalog.k2_community(&epic, campaign, Community::K2sff);
        }
    }
}

/// TRAPPIST-1 in campaign 12 with neighbours 12.1 and 95.5 arcseconds away, and K2-199 in campaigns 6 and 17.
fn k2_neighbours(catalog: &mut Catalog) {
    let (ra, dec) = (346.622_383, -5.041_399);
    let half = super::kepler::TARGET_HALF;
    for (id, offset, magnitude) in [
        (246_199_087, 0.0, 15.95),
        (200_164_267, 12.1 / 3600.0 + half, 16.4),
        (246_199_173, -95.5 / 3600.0 - half, 14.1),
    ] {
        let epic = star(
            id,
            ra,
            dec + offset,
            magnitude,
            2566.0,
            transit(1.510_87, 57_322.5, 0.007, 0.025),
        );
        catalog.k2(&epic, 12);
    }
    let epic = star(
        212_779_596,
        208.900_6,
        -6.135_2,
        12.05,
        4491.0,
        transit(3.225_4, 57_218.2, 0.001_1, 0.1),
    );
    catalog.k2(&epic, 6);
    catalog.k2(&epic, 17);
    catalog.k2_community(&epic, 6, Community::K2sff);
}
