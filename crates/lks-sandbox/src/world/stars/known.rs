//! The stars that have names.

use super::SkyStar;

/// A star as a row of the table.
pub(super) struct Known {
    pub(super) names: &'static [&'static str],
    pub(super) tic: u64,
    pub(super) kic: u64,
    pub(super) epic: u64,
    pub(super) dr2: u64,
    pub(super) dr3: &'static [(u64, f64)],
    pub(super) position: [f64; 2],
    pub(super) motion: Option<[f64; 2]>,
    pub(super) parallax: Option<f64>,
    pub(super) magnitude: Option<f64>,
    pub(super) disposition: Option<&'static str>,
    pub(super) duplicate_of: u64,
    pub(super) has_neighbours: bool,
}

/// A number of 0 stands for none.
pub(super) const NOTHING: Known = Known {
    names: &[],
    tic: 0,
    kic: 0,
    epic: 0,
    dr2: 0,
    dr3: &[],
    position: [0.0, 0.0],
    motion: None,
    parallax: None,
    magnitude: None,
    disposition: None,
    duplicate_of: 0,
    has_neighbours: false,
};

impl Known {
    pub(super) fn star(&self) -> SkyStar {
        let number = |number: u64| (number != 0).then_some(number);
        SkyStar {
            tic: number(self.tic),
            kic: number(self.kic),
            epic: number(self.epic),
            dr2: number(self.dr2),
            dr3: self.dr3.to_vec(),
            names: self.names.iter().map(|name| (*name).to_owned()).collect(),
            position: self.position,
            motion: self.motion,
            parallax: self.parallax,
            magnitude: self.magnitude,
            temperature: self.magnitude.map(|_| 5600.0),
            disposition: self.disposition,
            duplicate_of: number(self.duplicate_of),
        }
    }
}

const KEPLER_13_DR2: u64 = 2_130_632_159_134_827_392;

pub(super) static KNOWN: &[Known] = &[
    Known {
        names: &["Kepler-10", "KOI-72", "2MASS J19024305+5014286", "TYC 3549-354-1"],
        tic: 377_780_790,
        kic: 11_904_151,
        dr2: 2_132_155_017_099_178_624,
        dr3: &[(2_132_155_017_099_178_624, 0.03)],
        position: [285.679_388_3, 50.241_305_7],
        motion: Some([-18.483, 41.432]),
        parallax: Some(5.3698),
        magnitude: Some(10.392),
        has_neighbours: true,
        ..NOTHING
    },
    // The same star once more, and a star that is none.
    Known {
        tic: 1_399_000_001,
        kic: 11_904_151,
        dr2: 2_132_155_017_099_178_625,
        position: [285.679_5, 50.241_4],
        magnitude: Some(10.41),
        disposition: Some("DUPLICATE"),
        duplicate_of: 377_780_790,
        ..NOTHING
    },
    Known {
        tic: 1_399_000_002,
        position: [285.681_2, 50.243_1],
        disposition: Some("ARTIFACT"),
        ..NOTHING
    },
    // Two stars that were one.
    Known {
        names: &[
            "Kepler-13",
            "TOI-1161",
            "KOI-13",
            "BD+46  2629",
            "2MASS J19075308+4652061",
        ],
        tic: 158_324_245,
        kic: 9_941_662,
        dr2: KEPLER_13_DR2,
        dr3: &[(2_130_632_159_136_095_104, 0.6), (2_130_632_159_130_638_464, 1130.0)],
        position: [286.971_254, 46.868_263],
        motion: Some([-4.64, -15.56]),
        parallax: Some(1.9087),
        magnitude: Some(9.87),
        disposition: Some("SPLIT"),
        has_neighbours: true,
        ..NOTHING
    },
    Known {
        names: &["Kepler-13 B"],
        tic: 1_717_079_071,
        dr2: 2_130_632_159_130_638_464,
        dr3: &[(2_130_632_159_130_638_464, 0.2)],
        position: [286.971_62, 46.868_31],
        motion: Some([-4.2, -15.1]),
        parallax: Some(1.94),
        magnitude: Some(10.41),
        duplicate_of: 158_324_245,
        ..NOTHING
    },
    Known {
        names: &["Kepler-13 C"],
        tic: 1_717_079_066,
        dr2: 2_130_632_159_136_095_104,
        dr3: &[(2_130_632_159_136_095_104, 0.4)],
        position: [286.970_93, 46.868_04],
        motion: Some([-4.9, -15.9]),
        parallax: Some(1.91),
        magnitude: Some(11.36),
        duplicate_of: 158_324_245,
        ..NOTHING
    },
    Known {
        names: &["K2-18", "2MASS J11301450+0735180"],
        tic: 388_804_061,
        epic: 201_912_552,
        dr2: 3_910_747_531_814_692_736,
        dr3: &[(3_910_747_531_814_692_736, 0.1)],
        position: [172.560_141, 7.588_391],
        motion: Some([-80.376, -133.142]),
        parallax: Some(26.2469),
        magnitude: Some(11.01),
        has_neighbours: true,
        ..NOTHING
    },
    Known {
        names: &["TRAPPIST-1", "2MASS J23062928-0502285"],
        tic: 278_892_590,
        epic: 246_199_087,
        dr2: 2_635_476_908_753_563_008,
        dr3: &[(2_635_476_908_753_563_008, 0.4)],
        position: [346.622_383, -5.041_399],
        motion: Some([930.788, -479.038]),
        parallax: Some(80.2123),
        magnitude: Some(14.03),
        has_neighbours: true,
        ..NOTHING
    },
    // So fast that its place of 2000 lies beside what K2 took in 2015.
    Known {
        names: &["LSPM J1142+0237", "2MASS J11421234+0237456"],
        tic: 1_399_000_011,
        epic: 229_002_496,
        dr2: 3_797_000_000_000_000_023,
        dr3: &[(3_797_000_000_000_000_023, 0.2)],
        position: [175.551_417, 2.629_333],
        motion: Some([-612.0, -180.0]),
        parallax: Some(41.2),
        magnitude: Some(12.9),
        ..NOTHING
    },
    // Known to K2 and to no names: found by its place.
    Known {
        tic: 1_399_000_010,
        epic: 212_779_596,
        dr2: 3_604_000_000_000_000_017,
        dr3: &[(3_604_000_000_000_000_017, 0.1)],
        position: [208.900_6, -6.135_2],
        motion: Some([12.0, -31.0]),
        parallax: Some(5.1),
        magnitude: Some(11.6),
        ..NOTHING
    },
    Known {
        names: &["Kepler-137", "KOI-313"],
        tic: 159_654_297,
        kic: 7_419_318,
        dr2: 2_104_847_370_214_740_352,
        dr3: &[(2_104_847_370_214_740_352, 0.1)],
        position: [282.144_822, 43.033_541],
        motion: Some([4.2, -6.7]),
        parallax: Some(3.03),
        magnitude: Some(12.99),
        has_neighbours: true,
        ..NOTHING
    },
    Known {
        names: &["L  231-32", "TOI-270", "2MASS J04333970-5157222"],
        tic: 259_377_017,
        dr2: 4_781_196_115_469_953_024,
        dr3: &[(4_781_196_115_469_953_024, 0.1)],
        position: [68.415_472, -51.956_238],
        motion: Some([82.943, -269.759]),
        parallax: Some(44.4883),
        magnitude: Some(10.42),
        has_neighbours: true,
        ..NOTHING
    },
    Known {
        names: &["* pi. Men", "HD  39091", "TOI-144", "HIP 26394"],
        tic: 261_136_679,
        dr2: 4_623_036_865_373_793_408,
        dr3: &[(4_623_036_865_373_793_408, 0.2)],
        position: [84.291_199, -80.469_12],
        motion: Some([311.187, 1_048.845]),
        parallax: Some(54.7052),
        magnitude: Some(5.1),
        ..NOTHING
    },
    Known {
        names: &["V* AU Mic", "HD 197481", "TOI-2221", "HIP 102409"],
        tic: 441_420_236,
        dr2: 6_794_047_652_729_201_024,
        dr3: &[(6_794_047_652_729_201_024, 0.2)],
        position: [311.289_719, -31.340_895],
        motion: Some([281.319, -360.148]),
        parallax: Some(102.9432),
        magnitude: Some(6.76),
        ..NOTHING
    },
    // The fastest of all.
    Known {
        names: &["NAME Barnard's star", "GJ   699", "HIP 87937"],
        tic: 325_554_331,
        dr2: 4_472_832_130_942_575_872,
        dr3: &[(4_472_832_130_942_575_872, 1.4)],
        position: [269.452_076_958_618_7, 4.693_364_966_576_7],
        motion: Some([-801.551, 10_362.394]),
        parallax: Some(546.9759),
        magnitude: Some(6.9),
        has_neighbours: true,
        ..NOTHING
    },
    Known {
        names: &["* bet Pic", "HD  39060", "HIP 27321"],
        tic: 270_577_175,
        dr2: 4_792_774_797_545_800_832,
        dr3: &[(4_792_774_797_545_800_832, 0.9)],
        position: [86.821_199, -51.066_511],
        motion: Some([4.65, 83.1]),
        parallax: Some(50.9307),
        magnitude: Some(3.82),
        ..NOTHING
    },
    Known {
        names: &["L   98-59", "TOI-175"],
        tic: 307_210_830,
        dr2: 5_271_055_243_163_629_056,
        dr3: &[(5_271_055_243_163_629_056, 0.1)],
        position: [124.531_756, -68.313_001],
        motion: Some([94.788, -340.079]),
        parallax: Some(94.2687),
        magnitude: Some(9.393),
        ..NOTHING
    },
    // No neighbour in DR3, and no parallax that is any.
    Known {
        names: &["TrES-2", "Kepler-1", "KOI-1", "2MASS J19071403+4918590"],
        tic: 399_860_444,
        kic: 11_446_443,
        dr2: 2_131_314_401_800_665_344,
        position: [286.808_5, 49.316_4],
        motion: Some([5.2, 1.6]),
        parallax: Some(-0.35),
        magnitude: Some(10.865),
        has_neighbours: true,
        ..NOTHING
    },
];
