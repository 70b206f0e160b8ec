//! Kepler quarters and K2 campaigns: file stamps and dates.
//!
//! Stamps of quarters are those of the archive's file names; stamps of months are the table that lksearch ships
//! (`short_cadence_month_lookup.csv`).

/// One quarter of the Kepler mission.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quarter {
    pub number: u16,
    /// Stamp of the long-cadence files, `yyyydddhhmmss`.
    pub stamp: &'static str,
    /// Stamps of the short-cadence files, one a month.
    pub months: &'static [&'static str],
    /// First exposure, modified Julian date.
    pub start: f64,
    /// Long-cadence exposures.
    pub num_exposures: u32,
}

const fn quarter(
    number: u16,
    stamp: &'static str,
    start: f64,
    num_exposures: u32,
    months: &'static [&'static str],
) -> Quarter {
    Quarter {
        number,
        stamp,
        months,
        start,
        num_exposures,
    }
}

/// All quarters, 0 to 17.
pub(crate) static QUARTERS: [Quarter; 18] = [
    quarter(0, "2009131105131", 54_953.04, 476, &["2009131110544"]),
    quarter(1, "2009166043257", 54_964.01, 1639, &["2009166044711"]),
    quarter(
        2,
        "2009259160929",
        55_002.02,
        4354,
        &["2009201121230", "2009231120729", "2009259162342"],
    ),
    quarter(
        3,
        "2009350155506",
        55_092.72,
        4370,
        &["2009291181958", "2009322144938", "2009350160919"],
    ),
    quarter(
        4,
        "2010078095331",
        55_184.88,
        4397,
        &["2010009094841", "2010019161129", "2010049094358"],
    ),
    quarter(
        5,
        "2010174085026",
        55_275.99,
        4634,
        &["2010111051353", "2010140023957", "2010174090439"],
    ),
    quarter(
        6,
        "2010265121752",
        55_371.95,
        4397,
        &["2010203174610", "2010234115140", "2010265121752"],
    ),
    quarter(
        7,
        "2010355172524",
        55_462.67,
        4375,
        &["2010296114515", "2010326094124", "2010355172524"],
    ),
    quarter(
        8,
        "2011073133259",
        55_567.86,
        3279,
        &["2011024051157", "2011053090032", "2011073133259"],
    ),
    quarter(
        9,
        "2011177032512",
        55_641.02,
        4768,
        &["2011116030358", "2011145075126", "2011177032512"],
    ),
    quarter(
        10,
        "2011271113734",
        55_738.42,
        4573,
        &["2011208035123", "2011240104155", "2011271113734"],
    ),
    quarter(
        11,
        "2012004120508",
        55_833.71,
        4757,
        &["2011303113607", "2011334093404", "2012004120508"],
    ),
    quarter(
        12,
        "2012088054726",
        55_931.91,
        4055,
        &["2012032013838", "2012060035710", "2012088054726"],
    ),
    quarter(
        13,
        "2012179063303",
        56_015.24,
        4421,
        &["2012121044856", "2012151031540", "2012179063303"],
    ),
    quarter(
        14,
        "2012277125453",
        56_106.14,
        4757,
        &["2012211050319", "2012242122129", "2012277125453"],
    ),
    quarter(
        15,
        "2013011073258",
        56_205.99,
        4780,
        &["2012310112549", "2012341132017", "2013011073258"],
    ),
    quarter(
        16,
        "2013098041711",
        56_304.60,
        4203,
        &["2013017113907", "2013065031647", "2013098041711"],
    ),
    quarter(
        17,
        "2013131215648",
        56_391.73,
        1556,
        &["2013121191144", "2013131215648"],
    ),
];

/// One campaign of K2, or one half of campaigns 9, 10 and 11.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Campaign {
    /// Number as in file names: 91 is the first half of 9.
    pub number: u16,
    /// First and last exposure, modified Julian dates.
    pub span: (f64, f64),
}

impl Campaign {
    /// The campaign of this number, if the table has it.
    pub(super) fn numbered(number: u16) -> Option<&'static Self> {
        CAMPAIGNS.iter().find(|campaign| campaign.number == number)
    }

    /// `sequence_number`: the campaign without its half.
    pub(super) fn sequence(&self) -> u16 {
        if self.number > 90 {
            self.number / 10
        } else {
            self.number
        }
    }

    /// Long-cadence exposures.
    pub(super) fn num_exposures(&self) -> u32 {
        ((self.span.1 - self.span.0) * 48.9396).floor() as u32
    }
}

const fn campaign(number: u16, first: f64, last: f64) -> Campaign {
    Campaign {
        number,
        span: (first, last),
    }
}

static CAMPAIGNS: [Campaign; 18] = [
    campaign(1, 56_808.18, 56_890.33),
    campaign(2, 56_893.28, 56_970.62),
    campaign(3, 56_977.14, 57_046.24),
    campaign(4, 57_061.80, 57_130.61),
    campaign(5, 57_139.61, 57_214.44),
    campaign(6, 57_217.03, 57_295.42),
    campaign(7, 57_303.16, 57_382.93),
    campaign(8, 57_392.16, 57_470.87),
    campaign(91, 57_501.12, 57_524.97),
    campaign(92, 57_527.54, 57_572.27),
    campaign(101, 57_577.02, 57_582.58),
    campaign(102, 57_591.07, 57_651.21),
    campaign(111, 57_656.28, 57_679.09),
    campaign(112, 57_682.67, 57_730.97),
    campaign(12, 57_738.37, 57_817.29),
    campaign(13, 57_820.59, 57_901.02),
    campaign(16, 58_095.29, 58_174.90),
    campaign(17, 58_179.00, 58_246.00),
];
