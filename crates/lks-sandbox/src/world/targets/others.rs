//! Targets that are there for one trait each, mostly those that lksearch's and lightkurve's tests count.

use super::{ALL_QUARTERS, Catalog, Community, Coverage, QUIET, Validation, star, transit, validation_run};
use crate::world::kepler::TARGET_HALF;

pub(super) fn add(catalog: &mut Catalog) {
    split_campaigns(catalog);
    k2_neighbours(catalog);
    kepler_stars(catalog);
    tess_stars(catalog);
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

/// A star of high proper motion in campaign 1, TRAPPIST-1 in campaign 12 with neighbours 12.1 and 95.5 arcseconds away, and K2-199 in campaigns 6 and 17.
fn k2_neighbours(catalog: &mut Catalog) {
    // A fast star where it was in 2014, nine arcseconds from its place of 2000: its footprint does not cover that.
    let fast = star(229_002_496, 175.549_019, 2.628_633, 14.1, 3100.0, QUIET);
    catalog.k2(&fast, 1);
    let (ra, dec) = (346.622_383, -5.041_399);
    let half = TARGET_HALF;
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
    // Not every row of K2 knows its campaign.
    if let Some(observation) = catalog.observations.last_mut() {
        observation.sequence = None;
    }
}

/// Stars whose quarters are known: KIC 3733346 with one short month, Kepler-8 in all quarters, KIC 10963065 in fifteen of them, and
/// KIC 4914423 with short cadence from quarter 5 on.
fn kepler_stars(catalog: &mut Catalog) {
    const FROM_1: [u16; 17] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
    const FIFTEEN: [u16; 15] = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17];
    let plain = Coverage {
        long: &ALL_QUARTERS,
        short: &[],
        num_candidates: 0,
        proposal: "EX_STKS",
    };
    for (id, ra, dec, magnitude, coverage) in [
        (
            3_733_346,
            287.113_4,
            38.812_7,
            12.68,
            Coverage {
                long: &FROM_1,
                short: &[(11, 1)],
                ..plain
            },
        ),
        (6_922_244, 281.288_12, 42.451_08, 13.56, plain),
        (
            10_963_065,
            284.806_3,
            48.424_1,
            8.77,
            Coverage {
                long: &FIFTEEN,
                ..plain
            },
        ),
        (
            4_914_423,
            288.984_6,
            40.064_6,
            12.29,
            Coverage {
                short: &[(5, 3), (6, 3), (7, 3), (8, 3)],
                num_candidates: 2,
                ..plain
            },
        ),
    ] {
        catalog.kepler(
            &star(id, ra, dec, magnitude, 5700.0, transit(3.522_5, 54_954.1, 0.009, 0.13)),
            coverage,
        );
    }
}

/// TrES-2 with QLP and TESS-SPOC in sector 26 and the short months of its recorded observation; Kepler-16, which has 12 products of the
/// mission in sector 14 with the cutout; and Cygnus X-1.
fn tess_stars(catalog: &mut Catalog) {
    let (ra, dec) = (286.808_5, 49.316_4);
    let kic = star(
        11_446_443,
        ra,
        dec,
        11.34,
        5850.0,
        transit(2.470_613, 54_955.26, 0.015_7, 0.076),
    );
    let months = [1, 1, 3, 3, 1, 3, 3, 3, 0, 3, 3, 3, 0, 3, 3, 3, 0, 2];
    let short: Vec<(u16, usize)> = ALL_QUARTERS
        .into_iter()
        .zip(months)
        .filter(|(_, months)| *months > 0)
        .collect();
    catalog.kepler(
        &kic,
        Coverage {
            long: &[0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17],
            short: &short,
            num_candidates: 1,
            proposal: "EX_STKS",
        },
    );
    let tic = star(
        399_860_444,
        ra,
        dec,
        10.89,
        5850.0,
        transit(2.470_613, 58_683.5, 0.015_7, 0.076),
    );
    for sector in [14, 26] {
        catalog.tess_spoc(&tic, sector, 0, false);
        catalog.qlp(&tic, sector);
    }

    let tic = star(
        299_096_355,
        289.075_7,
        51.757_4,
        11.07,
        4450.0,
        transit(41.079_2, 58_692.1, 0.13, 0.25),
    );
    let runs = [(334, 2), (612, 3)].map(|(run, num_candidates)| Validation { run, num_candidates });
    catalog.spoc(&tic, 14, &runs);
    catalog.tess_spoc(&tic, 14, 0, false);
    for sector in [15, 41] {
        let run = Validation {
            run: validation_run(sector),
            num_candidates: 1,
        };
        catalog.spoc(&tic, sector, &[run]);
        catalog.qlp(&tic, sector);
    }

    let tic = star(102_604_645, 299.590_3, 35.201_6, 8.0, 31_000.0, QUIET);
    catalog.spoc(&tic, 14, &[]);
    catalog.tess_spoc(&tic, 14, 0, false);
    catalog.qlp(&tic, 14);
}
