//! The names that the tests of the Python package ask for.

use super::Catalogue::{K2, Kepler, Tic};
use super::Entry;

const fn star(name: &'static str, position: [f64; 2], numbers: &'static [(super::Catalogue, u64)]) -> Entry {
    Entry {
        names: &[],
        simbad: (name, "Star"),
        position,
        ned: None,
        numbers,
    }
}

pub(super) static OF_TESTS: &[Entry] = &[
    star("EPIC 210634047", [62.146_3, 16.983_2], &[(K2, 210_634_047)]),
    star("EPIC 228726301", [186.914_2, -3.611_7], &[(K2, 228_726_301)]),
    star("EPIC 202975993", [260.912_4, -24.113_8], &[(K2, 202_975_993)]),
    star("EPIC 203830112", [261.204_9, -22.902_6], &[(K2, 203_830_112)]),
    star("EPIC 205998445", [337.214_6, -11.402_1], &[(K2, 205_998_445)]),
    star("KIC 6507433", [287.611_2, 41.902_4], &[(Kepler, 6_507_433)]),
    star("KIC 5112705", [294.402_1, 40.262_3], &[(Kepler, 5_112_705)]),
    star("KIC 10058374", [290.133_8, 47.014_2], &[(Kepler, 10_058_374)]),
    star("KIC 5385723", [289.804_4, 40.522_9], &[(Kepler, 5_385_723)]),
    Entry {
        names: &["Boyajian's star", "Tabby's star", "TYC 3162-665-1"],
        simbad: ("TYC 3162-665-1", "Star"),
        position: [301.564_4, 44.456_8],
        ned: None,
        numbers: &[(Tic, 185_336_364), (Kepler, 8_462_852)],
    },
    star("TIC 273985862", [25.392_7, -64.118_4], &[(Tic, 273_985_862)]),
    star("TIC 41336498", [43.702_8, -29.318_5], &[(Tic, 41_336_498)]),
    star("TIC 51637609", [331.204_3, 48.713_6], &[(Tic, 51_637_609)]),
];
