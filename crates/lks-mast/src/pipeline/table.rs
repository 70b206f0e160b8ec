//! The table. Columns are those of the genuine files where there are some, else of the products' descriptions at
//! `https://archive.stsci.edu/hlsp/<pipeline>` and of what reads them: lightkurve 2.6's `lightkurve.io`, and for POLAR and K2SC
//! MAST's own DataDelivery (<https://github.com/spacetelescope/MASTDataDelivery>).

use super::Sign::{self, Columns, Keyword};
use super::{Family, FluxColumn, LAST, Pipeline, QualityColumn};
use crate::cutout::TESSCUT;
use crate::naming;
use crate::search::Mission::{self, K2, Kepler, Tess};

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

const QUALITY: &[QualityColumn] = &[flags("QUALITY")];

/// Pipelines that MAST holds products of. Where several are marked, the first is meant: those that start from the missions' files
/// keep cards of these.
pub(super) const ARCHIVED: &[Pipeline] = &[
    Pipeline::new("GSFC-ELEANOR-LITE", &[Tess], Family::TessSurvey)
        .marked(&[&[Keyword("LITE", "T"), Keyword("PCORIGIN", ""), Columns(&["CORR_FLUX"])]])
        .flux(ELEANOR_FLUX)
        .quality(QUALITY)
        .held_at(naming::by_sector_and_tic),
    Pipeline::new("ELEANOR", &[Tess], Family::TessSurvey)
        .marked(&[&[Columns(&["CORR_FLUX", "RAW_FLUX", "FFIINDEX"])]])
        .flux(ELEANOR_FLUX)
        .quality(QUALITY),
    Pipeline::new("QLP", &[Tess], Family::TessSurvey)
        .marked(&[&[Keyword("ORIGIN", "MIT/QLP")]])
        // The detrended one is KSPSAP_FLUX up to sector 55, then DET_FLUX; it has lost the slow changes of the star as well.
        .flux(&[
            flux_alone("SAP_FLUX"),
            flux("KSPSAP_FLUX", "KSPSAP_FLUX_ERR"),
            flux("DET_FLUX", "DET_FLUX_ERR"),
            flux_alone("SYS_RM_FLUX"),
        ])
        .quality(QUALITY)
        .held_at(naming::by_sector_and_tic),
    Pipeline::new("TASOC", &[Tess], Family::TessSelected)
        .marked(&[&[Keyword("ORIGIN", "TASOC/Aarhus")]])
        .flux(&[flux("FLUX_CORR", "FLUX_CORR_ERR"), flux("FLUX_RAW", "FLUX_RAW_ERR")])
        .quality(&[flags("QUALITY"), flags("PIXEL_QUALITY")])
        .held_at(naming::tasoc),
    Pipeline::new("TGLC", &[Tess], Family::TessSurvey)
        .marked(&[&[Keyword("ORIGIN", "TGLC")]])
        .flux(&[
            flux_alone("cal_psf_flux"),
            flux_alone("cal_aper_flux"),
            flux_alone("psf_flux"),
            flux_alone("aperture_flux"),
        ])
        .quality(&[flags("TESS_flags"), flags("TGLC_flags")])
        .held_at(naming::tglc),
    Pipeline::new("CDIPS", &[Tess], Family::TessSelected)
        .marked(&[&[Keyword("ORIGIN", "CDIPS")], &[Columns(&["TMID_BJD", "IRM1"])]])
        .flux(&[
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
        ])
        .time(&["TMID_BJD"])
        .quality(&[letters("IRQ1")]),
    Pipeline::new("PATHOS", &[Tess], Family::TessSelected)
        .marked(&[&[Columns(&["PSF_FLUX_RAW", "PSF_FLUX_COR", "AP4_FLUX_COR"])]])
        .flux(&[
            flux_alone("PSF_FLUX_COR"),
            flux_alone("AP1_FLUX_COR"),
            flux_alone("PSF_FLUX_RAW"),
        ])
        .quality(&[flags("DQUALITY")]),
    Pipeline::new("DIAMANTE", &[Tess], Family::TessSelected)
        .marked(&[&[Columns(&["BTJD", "LC0_AP1"])], &[Columns(&["BTJD", "LC1_AP1"])]])
        .flux(&[flux("LC1_AP1", "ELC1_AP1"), flux("LC0_AP1", "ELC0_AP1")])
        .time(&["BTJD"])
        .quality(&[flags("FLAG_AP1")]),
    Pipeline::new("KBONUS-BKG", &[Kepler], Family::Kepler)
        .marked(&[&[Columns(&["FLUX", "SAP_FLUX", "CENTROID_COLUMN", "CENTROID_ROW"])]])
        .flux(&[flux("FLUX", "FLUX_ERR"), flux("SAP_FLUX", "SAP_FLUX_ERR")])
        .quality(&[flags("SAP_QUALITY")])
        .sorted(2),
    Pipeline::new("KEPSEISMIC", &[Kepler], Family::Kepler)
        .marked(&[&[Keyword("ORIGIN", "CEA & SSI")]])
        .flux(&[flux_alone("FLUX")]),
    Pipeline::new("EVEREST", &[K2], Family::K2)
        .marked(&[&[Columns(&["CADN", "FLUX", "FRAW"])]])
        .flux(&[flux_alone("FLUX"), flux("FRAW", "FRAW_ERR")])
        .quality(QUALITY),
    Pipeline::new("K2SFF", &[K2], Family::K2)
        .marked(&[&[Columns(&["FCOR", "ARCLENGTH"])]])
        .flux(&[flux_alone("FCOR"), flux_alone("FRAW")])
        .time(&["T"])
        // 1 while the thrusters fire.
        .quality(&[flags("MOVING")]),
    Pipeline::new("K2SC", &[K2], Family::K2)
        .marked(&[
            &[Keyword("CREATOR", "K2SC")],
            &[Columns(&["FLUX", "TREND_P", "TREND_T"])],
        ])
        .flux(&[flux_alone("FLUX")])
        .quality(&[flags("QUALITY"), flags("MFLAGS")]),
    Pipeline::new("K2VARCAT", &[K2], Family::K2)
        .marked(&[&[Columns(&["APTFLUX", "DETFLUX"])]])
        .flux(&[flux("DETFLUX", "DETFLUX_ERR"), flux("APTFLUX", "APTFLUX_ERR")]),
    Pipeline::new("POLAR", &[K2], Family::K2)
        .marked(&[&[Columns(&["FILTIME", "FILFLUX"])]])
        .flux(&[
            flux("DETFLUX", "DETFLUXERR"),
            flux("FLUX", "FLUXERR"),
            flux("FILFLUX", "FILFLUXERR"),
        ])
        .time(&["DETTIME", "TIME", "FILTIME"]),
    // Their light curves are not in tables that are described here.
    Pipeline::new("TICA", &[Tess], Family::TessSurvey).time(&[]),
    Pipeline::new("T16", &[Tess], Family::TessSurvey).time(&[]),
    Pipeline::new("IRIS", &[Kepler], Family::Kepler).time(&[]),
    // Full-frame images give time stamps of 100 frames (200 s) and more, target pixels of 10 or 60.
    Pipeline::new("TESS-SPOC", &[Tess], Family::MissionFullFrame)
        .marked(&[
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
        ])
        .as_missions()
        .sorted(2)
        .held_at(naming::tess_spoc),
    Pipeline::new("SPOC", &[Tess], Family::Mission)
        .marked(&[&[Keyword("ORIGIN", "NASA/Ames"), Keyword("TELESCOP", "TESS")]])
        .as_missions()
        .sorted(1)
        .held_at(naming::tess),
    Pipeline::new("K2", &[K2], Family::Mission)
        .marked(&[&[Keyword("ORIGIN", "NASA/Ames"), Keyword("MISSION", "K2")]])
        .as_missions()
        .sorted(1)
        .held_at(naming::k2),
    Pipeline::new("Kepler", &[Kepler], Family::Mission)
        .marked(&[&[Keyword("ORIGIN", "NASA/Ames"), Keyword("TELESCOP", "Kepler")]])
        .as_missions()
        .sorted(1)
        .held_at(naming::kepler),
];

/// What else makes files of this kind.
pub(super) const OTHERS: &[Pipeline] = &[
    Pipeline::new(TESSCUT, &[Tess], Family::MissionFullFrame)
        .marked(&[&[Columns(&["FFI_FILE", "FLUX"])]])
        .flux(&[flux("FLUX", "FLUX_ERR")])
        .quality(QUALITY)
        .sorted(3),
    // A light curve that `to_fits` has written.
    Pipeline::new("lightkurve", &[], Family::Other)
        .marked(&[&[Keyword("CREATOR", "lightkurve.")]])
        .flux(&[flux("FLUX", "FLUX_ERR")])
        .quality(&[flags("QUALITY"), flags("SAP_QUALITY")]),
    Pipeline::new("SPARCS", &[], Family::Other)
        .marked(&[&[Keyword("TELESCOP", "SPARCS")]])
        .flux(&[flux("FLUX", "FLUX_ERR"), flux("CTR", "CTR_ERR")])
        .quality(QUALITY),
];

/// Columns to look for in a file of a pipeline that is not known.
pub const GENERIC: Pipeline = Pipeline::new("", &[], Family::Other)
    .flux(&[
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
    ])
    .time(&[
        "TIME", "T", "BJD", "TIME_BJD", "BTJD", "BKJD", "TMID_BJD", "HJD", "JD", "MJD", "TIME_MJD",
    ])
    .quality(&[flags("QUALITY"), flags("SAP_QUALITY"), flags("GAP"), flags("GAPFLAG")]);

impl Pipeline {
    const fn new(name: &'static str, missions: &'static [Mission], family: Family) -> Self {
        Self {
            name,
            missions,
            family,
            marks: &[],
            flux: &[],
            time: &["TIME"],
            quality: &[],
            place: LAST,
            data_uri: None,
        }
    }

    const fn marked(mut self, marks: &'static [&'static [Sign]]) -> Self {
        self.marks = marks;
        self
    }

    const fn flux(mut self, flux: &'static [FluxColumn]) -> Self {
        self.flux = flux;
        self
    }

    const fn time(mut self, time: &'static [&'static str]) -> Self {
        self.time = time;
        self
    }

    const fn quality(mut self, quality: &'static [QualityColumn]) -> Self {
        self.quality = quality;
        self
    }

    /// With the columns of the missions' own files.
    const fn as_missions(self) -> Self {
        self.flux(MISSION_FLUX).time(MISSION_TIME).quality(MISSION_QUALITY)
    }

    const fn sorted(mut self, place: u8) -> Self {
        self.place = place;
        self
    }

    const fn held_at(mut self, data_uri: fn(&str) -> Option<String>) -> Self {
        self.data_uri = Some(data_uri);
        self
    }
}
