//! The stars that the tests of the Python package ask the catalogues for; numbers and neighbours are what they expect, the rest is made up.

use super::known::{Known, NOTHING};

const fn tic(tic: u64, position: [f64; 2], gaia: u64, dr3: &'static [(u64, f64)], magnitude: f64) -> Known {
    Known {
        tic,
        dr2: gaia,
        dr3,
        position,
        motion: Some([3.1, -4.2]),
        parallax: Some(1.7),
        magnitude: Some(magnitude),
        ..NOTHING
    }
}

/// A star of the Kepler input catalogue that no other catalogue has.
const fn kic(kic: u64, position: [f64; 2]) -> Known {
    Known {
        kic,
        position,
        magnitude: Some(16.2),
        ..NOTHING
    }
}

pub(super) static OF_TESTS: &[Known] = &[
    Known {
        names: &["Kepler-16", "2MASS J19161817+5145267"],
        kic: 12_644_769,
        motion: Some([14.0, -48.6]),
        ..tic(
            299_096_355,
            [289.075_7, 51.757_4],
            2_133_476_355_197_071_616,
            &[(2_133_476_355_197_071_616, 0.1)],
            11.07,
        )
    },
    tic(
        299_096_513,
        [289.214_1, 51.701_3],
        2_133_452_475_178_900_736,
        &[(2_133_452_475_178_900_736, 0.2)],
        10.6,
    ),
    tic(
        299_096_514,
        [289.231_8, 51.694_2],
        3_201_680_999_981_276_544,
        &[(3_201_680_999_981_276_544, 0.2)],
        14.1,
    ),
    tic(902_906_874, [104.313_2, 61.220_7], 0, &[], 13.4),
    Known {
        names: &["EPIC 201563164"],
        epic: 201_563_164,
        ..tic(
            0,
            [176.016_4, 1.214_8],
            3_796_414_192_429_498_880,
            &[(3_796_414_192_429_498_880, 0.1)],
            12.7,
        )
    },
    // Four of the TIC and two of Gaia within 80 arcseconds, the first of them fast.
    Known {
        motion: Some([-110.1, 45.6]),
        ..tic(
            228_760_807,
            [194.101_410_416_59, -27.390_582_880_340_3],
            6_186_000_000_000_000_001,
            &[(6_186_000_000_000_000_001, 0.1)],
            12.1,
        )
    },
    tic(
        228_760_808,
        [194.108_2, -27.381_1],
        6_186_000_000_000_000_002,
        &[(6_186_000_000_000_000_002, 0.1)],
        15.2,
    ),
    tic(228_760_809, [194.094_7, -27.402_4], 0, &[], 16.4),
    tic(228_760_810, [194.115_9, -27.396_6], 0, &[], 17.1),
    kic(11_904_160, [285.683_1, 50.244_6]),
    kic(11_904_145, [285.675_2, 50.238_7]),
    kic(11_904_163, [285.685_4, 50.240_2]),
    kic(11_904_141, [285.673_6, 50.242_9]),
];
