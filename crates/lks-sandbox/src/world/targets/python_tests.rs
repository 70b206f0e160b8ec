//! The targets that the tests of the Python package (its main branch of July 2026) count and that no tutorial shows. Numbers of files and neighbours are
//! those that the tests expect of the archive; positions and numbers of the neighbours are made up.

use super::{ALL_QUARTERS, Catalog, Coverage, QUIET, Validation, star, validation_run};
use crate::world::tess::target_key;

pub(in crate::world) fn add(catalog: &mut Catalog) {
    k2_stars(catalog);
    kepler_stars(catalog);
    tess_stars(catalog);
    later_reports(catalog);
}

/// Stars of K2: two campaigns, split campaigns, and four stars within 900 arcseconds, beside which TESS saw one.
fn k2_stars(catalog: &mut Catalog) {
    for (id, ra, dec, campaigns) in [
        (210_634_047, 62.146_3, 16.983_2, [4, 13]),
        (228_726_301, 186.914_2, -3.611_7, [101, 102]),
        (202_975_993, 260.912_4, -24.113_8, [111, 112]),
        (203_830_112, 261.204_9, -22.902_6, [111, 112]),
    ] {
        let epic = star(id, ra, dec, 12.4, 5400.0, QUIET);
        for campaign in campaigns {
            catalog.k2(&epic, campaign);
        }
    }
    let (ra, dec) = (337.214_6, -11.402_1);
    for (number, offset) in [(0, 0.0), (3, 0.061), (11, -0.083), (20, 0.137)] {
        catalog.k2(&star(205_998_445 + number, ra, dec + offset, 13.2, 5200.0, QUIET), 3);
    }
    catalog.spoc(&star(69_746_211, ra + 0.04, dec - 0.03, 11.4, 5100.0, QUIET), 42, &[]);
}

/// Stars of Kepler, and neighbours so near that a search by position takes them for the star.
fn kepler_stars(catalog: &mut Catalog) {
    for (id, ra, dec) in [
        (5_706_291, 297.583_5, 40.983_39),
        (6_507_433, 287.611_2, 41.902_4),
        (6_507_434, 287.611_2, 41.903_5),
        (5_112_705, 294.402_1, 40.262_3),
        (5_112_701, 294.402_3, 40.262_5),
        (10_058_374, 290.133_8, 47.014_2),
        (10_058_371, 290.134_0, 47.014_4),
        (5_385_723, 289.804_4, 40.522_9),
        (12_644_769, 289.075_7, 51.757_4),
    ] {
        let coverage = Coverage {
            long: &ALL_QUARTERS,
            short: &[],
            num_candidates: 0,
            proposal: "EX_STKS",
        };
        catalog.kepler(&star(id, ra, dec, 13.1, 5500.0, QUIET), coverage);
    }
}

/// Stars of TESS; TIC 41336498 and its cutout are only in the table of fields.
fn tess_stars(catalog: &mut Catalog) {
    for (id, offset, sectors) in [(273_985_862, 0.0, &[1, 2, 28][..]), (273_985_866, 0.016, &[1][..])] {
        let tic = star(id, 25.392_7, -64.118_4 + offset, 10.2, 6100.0, QUIET);
        for &sector in sectors {
            catalog.spoc(&tic, sector, &[]);
        }
    }
    let boyajian = star(185_336_364, 301.564_4, 44.456_8, 11.2, 6750.0, QUIET);
    for sector in [14, 15] {
        catalog.spoc(&boyajian, sector, &[]);
    }
    catalog.qlp(&star(51_637_609, 331.204_3, 48.713_6, 12.8, 4900.0, QUIET), 56);
    let kepler_16 = star(299_096_355, 289.075_7, 51.757_4, 11.07, 4450.0, QUIET);
    catalog.spoc(&kepler_16, 55, &[]);
}

/// TOI 1161 as the archive lists it for the tests: eleven files of the mission in sector 14, six of them on the cloud. Six more reports than the
/// tutorials show are of one validation over two sectors, filed under the first; the cloud has one of them.
fn later_reports(catalog: &mut Catalog) {
    let bright = star(158_324_245, 286.971_254, 46.868_263, 9.87, 7650.0, QUIET);
    let again = Validation {
        run: validation_run(15) + 1,
        num_candidates: 4,
    };
    catalog.spoc_validation(&bright, 14, 15, again);
    if let Some(observation) = catalog.observations.last_mut() {
        observation.sequence = Some(14);
    }
    let mut reports = catalog.products.iter_mut().rev();
    if let Some(report) = reports.find(|product| product.filename().ends_with("_dvm.pdf")) {
        report.s3_key = Some(target_key(14, bright.id, report.filename()));
    }
}
