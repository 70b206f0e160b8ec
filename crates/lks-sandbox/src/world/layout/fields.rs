//! Columns of each table: name, format, unit, display and what they hold.

use super::{Field, Quantity};

macro_rules! fields {
    ($($name:literal $form:literal $unit:literal $display:literal $quantity:ident;)*) => {
        &[$(Field { name: $name, form: $form, unit: $unit, display: $display, quantity: Quantity::$quantity }),*]
    };
}

pub(super) static TESS_LIGHT_CURVE: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "TIMECORR" "E" "d" "E14.7" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "SAP_FLUX" "E" "e-/s" "E14.7" RawFlux;
    "SAP_FLUX_ERR" "E" "e-/s" "E14.7" FluxError;
    "SAP_BKG" "E" "e-/s" "E14.7" Background;
    "SAP_BKG_ERR" "E" "e-/s" "E14.7" BackgroundError;
    "PDCSAP_FLUX" "E" "e-/s" "E14.7" Flux;
    "PDCSAP_FLUX_ERR" "E" "e-/s" "E14.7" FluxError;
    "QUALITY" "J" "" "B16.16" Quality;
    "PSF_CENTR1" "D" "pixel" "F10.5" CentroidColumn;
    "PSF_CENTR1_ERR" "E" "pixel" "E14.7" CentroidError;
    "PSF_CENTR2" "D" "pixel" "F10.5" CentroidRow;
    "PSF_CENTR2_ERR" "E" "pixel" "E14.7" CentroidError;
    "MOM_CENTR1" "D" "pixel" "F10.5" CentroidColumn;
    "MOM_CENTR1_ERR" "E" "pixel" "E14.7" CentroidError;
    "MOM_CENTR2" "D" "pixel" "F10.5" CentroidRow;
    "MOM_CENTR2_ERR" "E" "pixel" "E14.7" CentroidError;
    "POS_CORR1" "E" "pixels" "E14.7" PositionColumn;
    "POS_CORR2" "E" "pixels" "E14.7" PositionRow;
};

pub(super) static KEPLER_LIGHT_CURVE: &[Field] = fields! {
    "TIME" "D" "BJD - 2454833" "D14.7" Time;
    "TIMECORR" "E" "d" "E13.6" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "SAP_FLUX" "E" "e-/s" "E14.7" RawFlux;
    "SAP_FLUX_ERR" "E" "e-/s" "E14.7" FluxError;
    "SAP_BKG" "E" "e-/s" "E14.7" Background;
    "SAP_BKG_ERR" "E" "e-/s" "E14.7" BackgroundError;
    "PDCSAP_FLUX" "E" "e-/s" "E14.7" Flux;
    "PDCSAP_FLUX_ERR" "E" "e-/s" "E14.7" FluxError;
    "SAP_QUALITY" "J" "" "B16.16" Quality;
    "PSF_CENTR1" "D" "pixel" "F10.5" CentroidColumn;
    "PSF_CENTR1_ERR" "E" "pixel" "E14.7" CentroidError;
    "PSF_CENTR2" "D" "pixel" "F10.5" CentroidRow;
    "PSF_CENTR2_ERR" "E" "pixel" "E14.7" CentroidError;
    "MOM_CENTR1" "D" "pixel" "F10.5" CentroidColumn;
    "MOM_CENTR1_ERR" "E" "pixel" "E14.7" CentroidError;
    "MOM_CENTR2" "D" "pixel" "F10.5" CentroidRow;
    "MOM_CENTR2_ERR" "E" "pixel" "E14.7" CentroidError;
    "POS_CORR1" "E" "pixels" "E14.7" PositionColumn;
    "POS_CORR2" "E" "pixels" "E14.7" PositionRow;
};

pub(super) static TESS_PIXELS: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "TIMECORR" "E" "d" "E14.7" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "RAW_CNTS" "*J" "count" "I8" Counts;
    "FLUX" "*E" "e-/s" "E14.7" RawFlux;
    "FLUX_ERR" "*E" "e-/s" "E14.7" FluxError;
    "FLUX_BKG" "*E" "e-/s" "E14.7" Background;
    "FLUX_BKG_ERR" "*E" "e-/s" "E14.7" BackgroundError;
    "QUALITY" "J" "" "B16.16" Quality;
    "POS_CORR1" "E" "pixel" "E14.7" PositionColumn;
    "POS_CORR2" "E" "pixel" "E14.7" PositionRow;
};

pub(super) static KEPLER_PIXELS: &[Field] = fields! {
    "TIME" "D" "BJD - 2454833" "D14.7" Time;
    "TIMECORR" "E" "d" "E14.7" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "RAW_CNTS" "*J" "count" "I8" Counts;
    "FLUX" "*E" "e-/s" "E14.7" RawFlux;
    "FLUX_ERR" "*E" "e-/s" "E14.7" FluxError;
    "FLUX_BKG" "*E" "e-/s" "E14.7" Background;
    "FLUX_BKG_ERR" "*E" "e-/s" "E14.7" BackgroundError;
    "COSMIC_RAYS" "*E" "e-/s" "E14.7" Zero;
    "QUALITY" "J" "" "B24.24" Quality;
    "POS_CORR1" "E" "pixel" "E14.7" PositionColumn;
    "POS_CORR2" "E" "pixel" "E14.7" PositionRow;
};

pub(super) static COSMIC_RAYS: &[Field] = fields! {
    "CADENCENO" "J" "" "I10" Cadence;
    "RAWX" "J" "pixel" "I4" Zero;
    "RAWY" "J" "pixel" "I4" Zero;
    "COSMIC_RAY" "E" "e-/s" "E14.7" Zero;
};

pub(super) static VALIDATION: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "TIMECORR" "E" "d" "E13.6" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "PHASE" "E" "days" "E14.7" Phase;
    "LC_INIT" "E" "dimensionless" "E14.7" Deviation;
    "LC_INIT_ERR" "E" "dimensionless" "E14.7" RelativeError;
    "LC_WHITE" "E" "dimensionless" "E14.7" Deviation;
    "LC_DETREND" "E" "dimensionless" "E14.7" Deviation;
    "MODEL_INIT" "E" "dimensionless" "E14.7" Model;
    "MODEL_WHITE" "E" "dimensionless" "E14.7" Model;
};

pub(super) static VALIDATION_STATISTICS: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "TIMECORR" "E" "d" "E13.6" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "RESIDUAL_LC" "E" "dimensionless" "E14.7" RelativeError;
    "DEWEIGHTS" "E" "proportion" "E14.7" Zero;
    "QUALITY" "J" "" "B16.16" Quality;
};

pub(super) static K2SFF: &[Field] = fields! {
    "T" "D" "" "" Time;
    "FRAW" "D" "" "" RelativeRawFlux;
    "FCOR" "D" "" "" RelativeFlux;
    "ARCLENGTH" "D" "" "" Arc;
    "MOVING" "I" "" "" Moving;
    "CADENCENO" "J" "" "" Cadence;
};

pub(super) static EVEREST: &[Field] = fields! {
    "CADN" "J" "" "" Cadence;
    "FLUX" "D" "e-/s" "" Flux;
    "FRAW" "D" "e-/s" "" RawFlux;
    "FRAW_ERR" "D" "e-/s" "" FluxError;
    "QUALITY" "J" "" "" Quality;
    "TIME" "D" "BJD - 2454833" "" Time;
    "BKG" "D" "e-/s" "" Background;
};

pub(super) static K2VARCAT: &[Field] = fields! {
    "TIME" "D" "BJD - 2454833" "D14.7" Time;
    "APTFLUX" "E" "e-/s" "" RawFlux;
    "APTFLUX_ERR" "E" "e-/s" "" FluxError;
    "DETFLUX" "E" "rel" "" Flux;
    "DETFLUX_ERR" "E" "rel" "" FluxError;
    "CENT_ROW" "E" "pix" "" CentroidRow;
    "CENT_COL" "E" "pix" "" CentroidColumn;
};

pub(super) static KBONUS: &[Field] = fields! {
    "TIME" "D" "BJD - 2454833" "D14.7" Time;
    "CADENCENO" "J" "" "I10" Cadence;
    "QUARTER" "J" "" "I2" Orbit;
    "FLUX" "D" "e-/s" "E14.7" Flux;
    "FLUX_ERR" "D" "e-/s" "E14.7" FluxError;
    "SAP_FLUX" "D" "e-/s" "E14.7" RawFlux;
    "SAP_FLUX_ERR" "D" "e-/s" "E14.7" FluxError;
    "CENTROID_COLUMN" "D" "pixel" "E14.7" CentroidColumn;
    "CENTROID_ROW" "D" "pixel" "E14.7" CentroidRow;
    "SAP_QUALITY" "J" "" "B16.16" Quality;
    "FLATTEN_FLUX" "D" "e-/s" "E14.7" Flux;
    "FLATTEN_FLUX_ERR" "D" "e-/s" "E14.7" FluxError;
};

pub(super) static QLP: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "CADENCENO" "J" "" "I10" Cadence;
    "SAP_FLUX" "E" "" "E14.7" RelativeRawFlux;
    "KSPSAP_FLUX" "E" "" "E14.7" RelativeFlux;
    "KSPSAP_FLUX_ERR" "E" "" "E14.7" RelativeError;
    "QUALITY" "J" "" "B16.16" Quality;
    "ORBITID" "J" "" "I10" Orbit;
    "SAP_X" "E" "pixel" "E14.7" CentroidColumn;
    "SAP_Y" "E" "pixel" "E14.7" CentroidRow;
    "SAP_BKG" "E" "e-/s" "E14.7" Background;
    "SAP_BKG_ERR" "E" "e-/s" "E14.7" BackgroundError;
    "KSPSAP_FLUX_SML" "E" "" "E14.7" RelativeFlux;
    "KSPSAP_FLUX_LAG" "E" "" "E14.7" RelativeFlux;
};

// From sector 56 on the detrended fluxes have other names, and one joined them.
pub(super) static QLP_FROM_56: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "CADENCENO" "J" "" "I10" Cadence;
    "SAP_FLUX" "E" "" "E14.7" RelativeRawFlux;
    "DET_FLUX" "E" "" "E14.7" RelativeFlux;
    "DET_FLUX_ERR" "E" "" "E14.7" RelativeError;
    "QUALITY" "J" "" "B16.16" Quality;
    "ORBITID" "J" "" "I10" Orbit;
    "SAP_X" "E" "pixel" "E14.7" CentroidColumn;
    "SAP_Y" "E" "pixel" "E14.7" CentroidRow;
    "SAP_BKG" "E" "e-/s" "E14.7" Background;
    "SAP_BKG_ERR" "E" "e-/s" "E14.7" BackgroundError;
    "DET_FLUX_SML" "E" "" "E14.7" RelativeFlux;
    "DET_FLUX_LAG" "E" "" "E14.7" RelativeFlux;
    "SYS_RM_FLUX" "E" "" "E14.7" RelativeFlux;
};

pub(super) static TASOC: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "TIMECORR" "E" "d" "E13.6" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "FLUX_RAW" "D" "e-/s" "E26.17" RawFlux;
    "FLUX_RAW_ERR" "D" "e-/s" "E26.17" FluxError;
    "FLUX_BKG" "D" "e-/s" "E26.17" Background;
    "FLUX_CORR" "D" "ppm" "E26.17" DeviationPpm;
    "FLUX_CORR_ERR" "D" "ppm" "E26.17" PpmError;
    "QUALITY" "J" "" "B16.16" Quality;
    "PIXEL_QUALITY" "J" "" "B16.16" Quality;
    "MOM_CENTR1" "D" "pixels" "F10.5" CentroidColumn;
    "MOM_CENTR2" "D" "pixels" "F10.5" CentroidRow;
    "POS_CORR1" "D" "pixels" "F14.7" PositionColumn;
    "POS_CORR2" "D" "pixels" "F14.7" PositionRow;
};

// The genuine files have neither units nor formats; the zero of TIME is in the header.
pub(super) static ELEANOR_LITE: &[Field] = fields! {
    "TIME" "D" "" "" Time;
    "BARYCORR" "E" "" "" TimeCorrection;
    "QUALITY" "J" "" "" Quality;
    "RAW_FLUX" "E" "" "" RawFlux;
    "CORR_FLUX" "E" "" "" Flux;
    "PCA_FLUX" "E" "" "" Flux;
    "FLUX_ERR" "E" "" "" FluxError;
    "FLUX_BKG" "E" "" "" Background;
    "X_CENTROID" "E" "" "" CentroidColumn;
    "Y_CENTROID" "E" "" "" CentroidRow;
    "FFIINDEX" "J" "" "" Cadence;
};

// As above: no units, and the zero of the time in the header.
pub(super) static TGLC: &[Field] = fields! {
    "time" "D" "" "" Time;
    "psf_flux" "E" "" "" RawFlux;
    "aperture_flux" "E" "" "" RawFlux;
    "cal_psf_flux" "E" "" "" RelativeFlux;
    "cal_aper_flux" "E" "" "" RelativeFlux;
    "background" "E" "" "" Background;
    "cadence_num" "J" "" "" Cadence;
    "TESS_flags" "J" "" "" Quality;
    "TGLC_flags" "I" "" "" Zero;
};

pub(super) static CDIPS: &[Field] = fields! {
    "TMID_BJD" "D" "BJDTDB midexp time" "D14.7" Time;
    "BGV" "E" "ADU" "E14.7" Background;
    "IFL1" "E" "ADU" "E14.7" RawFlux;
    "IFE1" "E" "ADU" "E14.7" FluxError;
    "IRM1" "E" "mag" "E14.7" Magnitude;
    "IRE1" "E" "mag" "E14.7" MagnitudeError;
    "IRQ1" "1A" "" "A1" QualityLetter;
    "TFA1" "E" "mag" "E14.7" Magnitude;
    "PCA1" "E" "mag" "E14.7" Magnitude;
    "XIC" "E" "pixel" "E14.7" CentroidColumn;
    "YIC" "E" "pixel" "E14.7" CentroidRow;
};

pub(super) static CUTOUT: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "TIMECORR" "E" "d" "E14.7" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "RAW_CNTS" "*J" "count" "I8" Counts;
    "FLUX" "*E" "e-/s" "E14.7" RawFlux;
    "FLUX_ERR" "*E" "e-/s" "E14.7" FluxError;
    "FLUX_BKG" "*E" "e-/s" "E14.7" Background;
    "FLUX_BKG_ERR" "*E" "e-/s" "E14.7" BackgroundError;
    "QUALITY" "J" "" "B16.16" Quality;
    "POS_CORR1" "E" "pixel" "E14.7" PositionColumn;
    "POS_CORR2" "E" "pixel" "E14.7" PositionRow;
    "FFI_FILE" "38A" "unitless" "A38" FrameFile;
};
