//! The table. Columns are those of the genuine files where there are some, else of the products' descriptions at
//! `https://archive.stsci.edu/hlsp/<pipeline>` and of what reads them: lightkurve 2.6's `lightkurve.io`, and for POLAR and K2SC
//! MAST's own DataDelivery (<https://github.com/spacetelescope/MASTDataDelivery>).

use super::Sign::{Columns, Keyword};
use super::{FluxColumn, Pipeline, QualityColumn};

const fn flux(name: &'static str, error: &'static str) -> FluxColumn {
    FluxColumn {
        name,
        error: Some(error),
        is_magnitude: false,
    }
}

const fn flux_alone(name: &'static str) -> FluxColumn {
    FluxColumn {
        name,
        error: None,
        is_magnitude: false,
    }
}

const fn magnitude(name: &'static str, error: &'static str) -> FluxColumn {
    FluxColumn {
        name,
        error: Some(error),
        is_magnitude: true,
    }
}

const fn magnitude_alone(name: &'static str) -> FluxColumn {
    FluxColumn {
        name,
        error: None,
        is_magnitude: true,
    }
}

const fn flags(name: &'static str) -> QualityColumn {
    QualityColumn { name, good: &[] }
}

/// `G` is good; `0` is what older releases write.
const fn letters(name: &'static str) -> QualityColumn {
    QualityColumn {
        name,
        good: &["G", "0"],
    }
}

/// What the missions' own pipelines write: light curves, target pixel files, data validation time series and cotrending basis
/// vectors.
const MISSION_FLUX: &[FluxColumn] = &[
    flux("PDCSAP_FLUX", "PDCSAP_FLUX_ERR"),
    flux("SAP_FLUX", "SAP_FLUX_ERR"),
    flux("FLUX", "FLUX_ERR"),
    flux_alone("LC_DETREND"),
    flux("LC_INIT", "LC_INIT_ERR"),
    flux_alone("VECTOR_1"),
];
const MISSION_TIME: &[&str] = &["TIME", "TIME_MJD"];
const MISSION_QUALITY: &[QualityColumn] = &[flags("QUALITY"), flags("SAP_QUALITY"), flags("GAP"), flags("GAPFLAG")];

const ELEANOR_FLUX: &[FluxColumn] = &[
    flux_alone("CORR_FLUX"),
    flux_alone("PCA_FLUX"),
    flux_alone("PSF_FLUX"),
    // The error is that of the flux as measured.
    flux("RAW_FLUX", "FLUX_ERR"),
];

const TIME: &[&str] = &["TIME"];
const QUALITY: &[QualityColumn] = &[flags("QUALITY")];

/// Pipelines that MAST holds products of. Where several are marked, the first is meant: those that start from the missions' files
/// keep cards of these.
pub(super) const ARCHIVED: &[Pipeline] = &[
    Pipeline {
        name: "GSFC-ELEANOR-LITE",
        marks: &[&[Keyword("LITE", "T"), Keyword("PCORIGIN", ""), Columns(&["CORR_FLUX"])]],
        flux: ELEANOR_FLUX,
        time: TIME,
        quality: QUALITY,
    },
    Pipeline {
        name: "ELEANOR",
        marks: &[&[Columns(&["CORR_FLUX", "RAW_FLUX", "FFIINDEX"])]],
        flux: ELEANOR_FLUX,
        time: TIME,
        quality: QUALITY,
    },
    Pipeline {
        name: "QLP",
        marks: &[&[Keyword("ORIGIN", "MIT/QLP")]],
        // The detrended one is KSPSAP_FLUX up to sector 55, then DET_FLUX; it has lost the slow changes of the star as well.
        flux: &[
            flux_alone("SAP_FLUX"),
            flux("KSPSAP_FLUX", "KSPSAP_FLUX_ERR"),
            flux("DET_FLUX", "DET_FLUX_ERR"),
            flux_alone("SYS_RM_FLUX"),
        ],
        time: TIME,
        quality: QUALITY,
    },
    Pipeline {
        name: "TASOC",
        marks: &[&[Keyword("ORIGIN", "TASOC/Aarhus")]],
        flux: &[flux("FLUX_CORR", "FLUX_CORR_ERR"), flux("FLUX_RAW", "FLUX_RAW_ERR")],
        time: TIME,
        quality: &[flags("QUALITY"), flags("PIXEL_QUALITY")],
    },
    Pipeline {
        name: "TGLC",
        marks: &[&[Keyword("ORIGIN", "TGLC")]],
        flux: &[
            flux_alone("cal_psf_flux"),
            flux_alone("cal_aper_flux"),
            flux_alone("psf_flux"),
            flux_alone("aperture_flux"),
        ],
        time: TIME,
        quality: &[flags("TESS_flags"), flags("TGLC_flags")],
    },
    Pipeline {
        name: "CDIPS",
        marks: &[&[Keyword("ORIGIN", "CDIPS")], &[Columns(&["TMID_BJD", "IRM1"])]],
        flux: &[
            magnitude("IRM1", "IRE1"),
            magnitude("IRM2", "IRE2"),
            magnitude("IRM3", "IRE3"),
            magnitude_alone("TFA1"),
            magnitude_alone("TFA2"),
            magnitude_alone("TFA3"),
            magnitude_alone("PCA1"),
            magnitude_alone("PCA2"),
            magnitude_alone("PCA3"),
            flux("IFL1", "IFE1"),
        ],
        time: &["TMID_BJD"],
        quality: &[letters("IRQ1")],
    },
    Pipeline {
        name: "PATHOS",
        marks: &[&[Columns(&["PSF_FLUX_RAW", "PSF_FLUX_COR", "AP4_FLUX_COR"])]],
        flux: &[
            flux_alone("PSF_FLUX_COR"),
            flux_alone("AP1_FLUX_COR"),
            flux_alone("PSF_FLUX_RAW"),
        ],
        time: TIME,
        quality: &[flags("DQUALITY")],
    },
    Pipeline {
        name: "DIAMANTE",
        marks: &[&[Columns(&["BTJD", "LC0_AP1"])], &[Columns(&["BTJD", "LC1_AP1"])]],
        flux: &[flux("LC1_AP1", "ELC1_AP1"), flux("LC0_AP1", "ELC0_AP1")],
        time: &["BTJD"],
        quality: &[flags("FLAG_AP1")],
    },
    Pipeline {
        name: "KBONUS-BKG",
        marks: &[&[Columns(&["FLUX", "SAP_FLUX", "CENTROID_COLUMN", "CENTROID_ROW"])]],
        flux: &[flux("FLUX", "FLUX_ERR"), flux("SAP_FLUX", "SAP_FLUX_ERR")],
        time: TIME,
        quality: &[flags("SAP_QUALITY")],
    },
    Pipeline {
        name: "KEPSEISMIC",
        marks: &[&[Keyword("ORIGIN", "CEA & SSI")]],
        flux: &[flux_alone("FLUX")],
        time: TIME,
        quality: &[],
    },
    Pipeline {
        name: "EVEREST",
        marks: &[&[Columns(&["CADN", "FLUX", "FRAW"])]],
        flux: &[flux_alone("FLUX"), flux("FRAW", "FRAW_ERR")],
        time: TIME,
        quality: QUALITY,
    },
    Pipeline {
        name: "K2SFF",
        marks: &[&[Columns(&["FCOR", "ARCLENGTH"])]],
        flux: &[flux_alone("FCOR"), flux_alone("FRAW")],
        time: &["T"],
        // 1 while the thrusters fire.
        quality: &[flags("MOVING")],
    },
    Pipeline {
        name: "K2SC",
        marks: &[
            &[Keyword("CREATOR", "K2SC")],
            &[Columns(&["FLUX", "TREND_P", "TREND_T"])],
        ],
        flux: &[flux_alone("FLUX")],
        time: TIME,
        quality: &[flags("QUALITY"), flags("MFLAGS")],
    },
    Pipeline {
        name: "K2VARCAT",
        marks: &[&[Columns(&["APTFLUX", "DETFLUX"])]],
        flux: &[flux("DETFLUX", "DETFLUX_ERR"), flux("APTFLUX", "APTFLUX_ERR")],
        time: TIME,
        quality: &[],
    },
    Pipeline {
        name: "POLAR",
        marks: &[&[Columns(&["FILTIME", "FILFLUX"])]],
        flux: &[
            flux("DETFLUX", "DETFLUXERR"),
            flux("FLUX", "FLUXERR"),
            flux("FILFLUX", "FILFLUXERR"),
        ],
        time: &["DETTIME", "TIME", "FILTIME"],
        quality: &[],
    },
    unread("TICA"),
    unread("T16"),
    unread("IRIS"),
    // Full-frame images give time stamps of 100 frames (200 s) and more, target pixels of 10 or 60.
    Pipeline {
        name: "TESS-SPOC",
        marks: &[
            &[
                Keyword("ORIGIN", "NASA/Ames"),
                Keyword("TELESCOP", "TESS"),
                Keyword("NUM_FRM", "100"),
            ],
            &[
                Keyword("ORIGIN", "NASA/Ames"),
                Keyword("TELESCOP", "TESS"),
                Keyword("NUM_FRM", "300"),
            ],
            &[
                Keyword("ORIGIN", "NASA/Ames"),
                Keyword("TELESCOP", "TESS"),
                Keyword("NUM_FRM", "900"),
            ],
        ],
        flux: MISSION_FLUX,
        time: MISSION_TIME,
        quality: MISSION_QUALITY,
    },
    Pipeline {
        name: "SPOC",
        marks: &[&[Keyword("ORIGIN", "NASA/Ames"), Keyword("TELESCOP", "TESS")]],
        flux: MISSION_FLUX,
        time: MISSION_TIME,
        quality: MISSION_QUALITY,
    },
    Pipeline {
        name: "K2",
        marks: &[&[Keyword("ORIGIN", "NASA/Ames"), Keyword("MISSION", "K2")]],
        flux: MISSION_FLUX,
        time: MISSION_TIME,
        quality: MISSION_QUALITY,
    },
    Pipeline {
        name: "Kepler",
        marks: &[&[Keyword("ORIGIN", "NASA/Ames"), Keyword("TELESCOP", "Kepler")]],
        flux: MISSION_FLUX,
        time: MISSION_TIME,
        quality: MISSION_QUALITY,
    },
];

/// What else makes files of this kind.
pub(super) const OTHERS: &[Pipeline] = &[
    Pipeline {
        name: "TESScut",
        marks: &[&[Columns(&["FFI_FILE", "FLUX"])]],
        flux: &[flux("FLUX", "FLUX_ERR")],
        time: TIME,
        quality: QUALITY,
    },
    // A light curve that `to_fits` has written.
    Pipeline {
        name: "lightkurve",
        marks: &[&[Keyword("CREATOR", "lightkurve.")]],
        flux: &[flux("FLUX", "FLUX_ERR")],
        time: TIME,
        quality: &[flags("QUALITY"), flags("SAP_QUALITY")],
    },
    Pipeline {
        name: "SPARCS",
        marks: &[&[Keyword("TELESCOP", "SPARCS")]],
        flux: &[flux("FLUX", "FLUX_ERR"), flux("CTR", "CTR_ERR")],
        time: TIME,
        quality: QUALITY,
    },
];

/// Columns to look for in a file of a pipeline that is not known.
pub const GENERIC: Pipeline = Pipeline {
    name: "",
    marks: &[],
    flux: &[
        flux("PDCSAP_FLUX", "PDCSAP_FLUX_ERR"),
        flux("SAP_FLUX", "SAP_FLUX_ERR"),
        flux_alone("FCOR"),
        flux("FLUX", "FLUX_ERR"),
        flux("KSPSAP_FLUX", "KSPSAP_FLUX_ERR"),
        flux("DET_FLUX", "DET_FLUX_ERR"),
        flux_alone("CORRECTED_FLUX"),
        flux("FLUX_CORR", "FLUX_CORR_ERR"),
        flux_alone("CORR_FLUX"),
        flux("DETFLUX", "DETFLUX_ERR"),
        flux_alone("FLUX_RAW"),
        flux_alone("FRAW"),
        flux_alone("LC_DETREND"),
        flux("LC_INIT", "LC_INIT_ERR"),
        flux_alone("VECTOR_1"),
        magnitude("MAG", "MAG_ERR"),
    ],
    time: &[
        "TIME", "T", "BJD", "TIME_BJD", "BTJD", "BKJD", "TMID_BJD", "HJD", "JD", "MJD", "TIME_MJD",
    ],
    quality: &[flags("QUALITY"), flags("SAP_QUALITY"), flags("GAP"), flags("GAPFLAG")],
};

/// A pipeline whose light curves are not in tables that are described here.
const fn unread(name: &'static str) -> Pipeline {
    Pipeline {
        name,
        marks: &[],
        flux: &[],
        time: &[],
        quality: &[],
    }
}
