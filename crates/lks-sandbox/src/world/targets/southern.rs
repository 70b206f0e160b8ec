//! The southern targets of TESS: TOI 270, pi Mensae and AU Mic.

use super::{Catalog, Validation, star, transit, validation_run};

pub(super) fn add(catalog: &mut Catalog) {
    toi_270(catalog);
    pi_mensae(catalog);
    au_mic(catalog);
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
            num_candidates: 3,
        };
        catalog.spoc(&tic, sector, &[run]);
        catalog.qlp(&tic, sector);
        catalog.tess_spoc(&tic, sector, 0, false);
    }
    for sector in [30, 31, 32] {
        catalog.spoc_fast(&tic, sector);
    }
    for (last, run) in [(5, 190), (32, 447)] {
        catalog.spoc_validation(&tic, 3, last, Validation { run, num_candidates: 3 });
    }
}

/// pi Mensae: ten sectors, two of them at 20 s too; in sector 28 both observations list the files of 120 s.
///
/// In sector 1 TESS-SPOC's light curve belongs to an observation of its own name, and its exposure time is wrong, 600 s for 1800 s, as
/// lightkurve's pages showed it.
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
            num_candidates: 1,
        };
        catalog.spoc(&tic, sector, &[run]);
    }
    for sector in [27, 28] {
        catalog.spoc_fast(&tic, sector);
    }
    catalog.also_list("tess2020212050318-s0028-0000000261136679-0190-s");
    catalog.tess_spoc(&tic, 1, 0, true);
    if let Some(observation) = catalog.observations.last_mut() {
        observation.exptime = 600.0;
    }
    catalog.tess_spoc(&tic, 4, 1, false);
    catalog.qlp(&tic, 1);
    catalog.tasoc(&tic, 1, 1800.0);
    catalog.spoc_validation(
        &tic,
        1,
        13,
        Validation {
            run: 229,
            num_candidates: 1,
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
            num_candidates: 1,
        };
        catalog.spoc(&tic, sector, &[run]);
        catalog.qlp(&tic, sector);
    }
    catalog.spoc_fast(&tic, 27);
    catalog.full_frames(&tic, 27);
    catalog.tica(&tic, 27);
}
