//! HDUs and columns of each file format, as the genuine files have them.
//!
//! The layouts of TESS and Kepler light curves, of K2 target pixel files and of K2SFF are those of real files; the others follow
//! the published descriptions of the products. Header blocks are declared, so that sizes are plain arithmetic.

use lks_fits::BLOCK;
use lks_fits::write::Pixel;

use super::content::Kind;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    Time,
    TimeCorrection,
    Cadence,
    /// Detrended flux, electrons per second.
    Flux,
    /// Flux with the slow drifts left in, electrons per second.
    RawFlux,
    /// Detrended flux, 1 at rest.
    RelativeFlux,
    RelativeRawFlux,
    /// Deviation of the light, 0 at rest.
    Deviation,
    /// The planet's model, 0 at rest.
    Model,
    Magnitude,
    MagnitudeError,
    FluxError,
    RelativeError,
    Background,
    BackgroundError,
    Quality,
    CentroidColumn,
    CentroidRow,
    CentroidError,
    PositionColumn,
    PositionRow,
    Counts,
    Phase,
    Orbit,
    Arc,
    Moving,
    Zero,
    FrameFile,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub name: &'static str,
    /// `TFORM` of one value; a `*` before it stands for the number of pixels.
    pub form: &'static str,
    pub unit: &'static str,
    pub display: &'static str,
    pub quantity: Quantity,
}

impl Field {
    /// Whether there is a value for each pixel.
    pub fn per_pixel(&self) -> bool {
        self.form.starts_with('*')
    }

    /// Bytes of one value.
    pub fn width(&self) -> u64 {
        match self.form.trim_start_matches('*') {
            "D" => 8,
            "I" => 2,
            "38A" => 38,
            _ => 4,
        }
    }
}

/// One HDU.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Primary {
        blocks: usize,
    },
    Table {
        name: &'static str,
        blocks: usize,
        fields: &'static [Field],
        n_rows: u32,
    },
    Image {
        name: &'static str,
        blocks: usize,
        pixel: Pixel,
        /// Planes; 1 makes an image of two axes.
        depth: u16,
    },
}

impl Part {
    /// Bytes, padding included.
    pub fn size(&self, pixels: (u16, u16)) -> u64 {
        let (blocks, data) = match *self {
            Self::Primary { blocks } => (blocks, 0),
            Self::Table {
                blocks, fields, n_rows, ..
            } => (blocks, row_width(fields, pixels) * u64::from(n_rows)),
            Self::Image {
                blocks, pixel, depth, ..
            } => {
                let bytes = match pixel {
                    Pixel::UInt8 => 1,
                    Pixel::Int16 => 2,
                    Pixel::Int32 | Pixel::Float32 => 4,
                    Pixel::Int64 | Pixel::Float64 => 8,
                };
                (
                    blocks,
                    u64::from(pixels.0) * u64::from(pixels.1) * u64::from(depth) * bytes,
                )
            }
        };
        blocks as u64 * BLOCK + data.next_multiple_of(BLOCK)
    }
}

/// Bytes of one row.
pub(crate) fn row_width(fields: &[Field], pixels: (u16, u16)) -> u64 {
    let n_pixels = u64::from(pixels.0) * u64::from(pixels.1);
    fields
        .iter()
        .map(|field| field.width() * if field.per_pixel() { n_pixels } else { 1 })
        .sum()
}

/// The HDUs of a format.
pub(crate) fn parts(kind: Kind, n_rows: u32) -> Vec<Part> {
    let primary = |blocks| Part::Primary { blocks };
    let table = |name, blocks, fields| Part::Table {
        name,
        blocks,
        fields,
        n_rows,
    };
    let image = |name, blocks, pixel| Part::Image {
        name,
        blocks,
        pixel,
        depth: 1,
    };
    match kind {
        Kind::TessLightCurve => vec![
            primary(2),
            table("LIGHTCURVE", 5, TESS_LIGHT_CURVE),
            image("APERTURE", 2, Pixel::Int32),
        ],
        Kind::KeplerLightCurve => vec![
            primary(2),
            table("LIGHTCURVE", 5, KEPLER_LIGHT_CURVE),
            image("APERTURE", 2, Pixel::Int32),
        ],
        Kind::TessPixels => vec![
            primary(2),
            table("PIXELS", 8, TESS_PIXELS),
            image("APERTURE", 2, Pixel::Int32),
            Part::Table {
                name: "TARGET COSMIC RAY",
                blocks: 2,
                fields: COSMIC_RAYS,
                n_rows: 0,
            },
        ],
        Kind::KeplerPixels => vec![
            primary(2),
            table("TARGETTABLES", 8, KEPLER_PIXELS),
            image("APERTURE", 2, Pixel::Int32),
        ],
        Kind::TessValidation | Kind::KeplerValidation => vec![
            primary(2),
            table("TCE_1", 4, VALIDATION),
            table("Statistics", 3, VALIDATION_STATISTICS),
        ],
        Kind::K2sff => k2sff(n_rows),
        Kind::Everest => vec![
            primary(1),
            table("LIGHTCURVE", 3, EVEREST),
            image("APERTURE MASK", 1, Pixel::Int32),
            image("POSTAGE STAMP", 1, Pixel::Float32),
        ],
        Kind::K2varcat => vec![primary(1), table("LIGHT CURVE", 2, K2VARCAT)],
        Kind::Kbonus => vec![primary(2), table("LIGHTCURVE", 3, KBONUS)],
        Kind::Qlp => vec![primary(2), table("LIGHTCURVE", 3, QLP)],
        Kind::Tasoc => vec![
            primary(2),
            table("LIGHTCURVE", 3, TASOC),
            image("SUMIMAGE", 1, Pixel::Float64),
            image("APERTURE", 1, Pixel::Int32),
        ],
        Kind::EleanorLite => vec![
            primary(2),
            table("LIGHTCURVE", 3, ELEANOR_LITE),
            image("APERTURE", 1, Pixel::Float32),
        ],
        Kind::Tglc => vec![primary(2), table("LIGHTCURVE_TABLE", 3, TGLC)],
        Kind::Cdips => vec![primary(2), table("LIGHTCURVE", 3, CDIPS)],
        Kind::FullFrame => vec![
            primary(2),
            image("FFI", 2, Pixel::Float32),
            image("UNCERTAINTY", 1, Pixel::Float32),
        ],
        Kind::TicaFrame => vec![primary(2), image("TICA", 2, Pixel::Float32)],
        Kind::Cutout => vec![
            primary(2),
            table("PIXELS", 8, CUTOUT),
            image("APERTURE", 3, Pixel::Int32),
        ],
        Kind::Text | Kind::Pdf | Kind::Xml | Kind::Tar => Vec::new(),
    }
}

/// 24 extensions: the best aperture, ten circular and ten PSF-shaped ones, and three images.
fn k2sff(n_rows: u32) -> Vec<Part> {
    const APERTURES: [&str; 21] = [
        "BESTAPER",
        "CIRC_APER0",
        "CIRC_APER1",
        "CIRC_APER2",
        "CIRC_APER3",
        "CIRC_APER4",
        "CIRC_APER5",
        "CIRC_APER6",
        "CIRC_APER7",
        "CIRC_APER8",
        "CIRC_APER9",
        "PRF_APER0",
        "PRF_APER1",
        "PRF_APER2",
        "PRF_APER3",
        "PRF_APER4",
        "PRF_APER5",
        "PRF_APER6",
        "PRF_APER7",
        "PRF_APER8",
        "PRF_APER9",
    ];
    let tables = APERTURES.into_iter().map(|name| Part::Table {
        name,
        blocks: 7,
        fields: K2SFF,
        n_rows,
    });
    let masks = ["CIRC_APER_TBL", "PRF_APER_TBL"].map(|name| Part::Image {
        name,
        blocks: 2,
        pixel: Pixel::Float32,
        depth: 10,
    });
    let stack = Part::Image {
        name: "STACKED_IMG",
        blocks: 2,
        pixel: Pixel::Float64,
        depth: 1,
    };
    let parts = [Part::Primary { blocks: 1 }].into_iter().chain(tables);
    parts.chain(masks).chain([stack]).collect()
}

macro_rules! fields {
    ($($name:literal $form:literal $unit:literal $display:literal $quantity:ident;)*) => {
        &[$(Field { name: $name, form: $form, unit: $unit, display: $display, quantity: Quantity::$quantity }),*]
    };
}

static TESS_LIGHT_CURVE: &[Field] = fields! {
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

static KEPLER_LIGHT_CURVE: &[Field] = fields! {
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

static TESS_PIXELS: &[Field] = fields! {
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

static KEPLER_PIXELS: &[Field] = fields! {
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

static COSMIC_RAYS: &[Field] = fields! {
    "CADENCENO" "J" "" "I10" Cadence;
    "RAWX" "J" "pixel" "I4" Zero;
    "RAWY" "J" "pixel" "I4" Zero;
    "COSMIC_RAY" "E" "e-/s" "E14.7" Zero;
};

static VALIDATION: &[Field] = fields! {
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

static VALIDATION_STATISTICS: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "TIMECORR" "E" "d" "E13.6" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "RESIDUAL_LC" "E" "dimensionless" "E14.7" RelativeError;
    "DEWEIGHTS" "E" "proportion" "E14.7" Zero;
    "QUALITY" "J" "" "B16.16" Quality;
};

static K2SFF: &[Field] = fields! {
    "T" "D" "" "" Time;
    "FRAW" "D" "" "" RelativeRawFlux;
    "FCOR" "D" "" "" RelativeFlux;
    "ARCLENGTH" "D" "" "" Arc;
    "MOVING" "I" "" "" Moving;
    "CADENCENO" "J" "" "" Cadence;
};

static EVEREST: &[Field] = fields! {
    "CADN" "J" "" "" Cadence;
    "FLUX" "D" "e-/s" "" Flux;
    "FRAW" "D" "e-/s" "" RawFlux;
    "FRAW_ERR" "D" "e-/s" "" FluxError;
    "QUALITY" "J" "" "" Quality;
    "TIME" "D" "BJD - 2454833" "" Time;
    "BKG" "D" "e-/s" "" Background;
};

static K2VARCAT: &[Field] = fields! {
    "TIME" "D" "BJD - 2454833" "D14.7" Time;
    "APTFLUX" "E" "e-/s" "E14.7" RawFlux;
    "APTFLUX_ERR" "E" "e-/s" "E14.7" FluxError;
    "DETFLUX" "E" "e-/s" "E14.7" Flux;
    "DETFLUX_ERR" "E" "e-/s" "E14.7" FluxError;
};

static KBONUS: &[Field] = fields! {
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

static QLP: &[Field] = fields! {
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

static TASOC: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "TIMECORR" "E" "d" "E13.6" TimeCorrection;
    "CADENCENO" "J" "" "I10" Cadence;
    "FLUX_RAW" "D" "e-/s" "E26.17" RawFlux;
    "FLUX_RAW_ERR" "D" "e-/s" "E26.17" FluxError;
    "FLUX_BKG" "D" "e-/s" "E26.17" Background;
    "FLUX_CORR" "D" "ppm" "E26.17" Deviation;
    "FLUX_CORR_ERR" "D" "ppm" "E26.17" RelativeError;
    "QUALITY" "J" "" "B16.16" Quality;
    "PIXEL_QUALITY" "J" "" "B16.16" Quality;
    "MOM_CENTR1" "D" "pixels" "F10.5" CentroidColumn;
    "MOM_CENTR2" "D" "pixels" "F10.5" CentroidRow;
    "POS_CORR1" "D" "pixels" "F14.7" PositionColumn;
    "POS_CORR2" "D" "pixels" "F14.7" PositionRow;
};

static ELEANOR_LITE: &[Field] = fields! {
    "TIME" "D" "BJD - 2457000, days" "D14.7" Time;
    "BARYCORR" "E" "d" "E13.6" TimeCorrection;
    "QUALITY" "J" "" "B16.16" Quality;
    "RAW_FLUX" "E" "e-/s" "E14.7" RawFlux;
    "CORR_FLUX" "E" "e-/s" "E14.7" Flux;
    "PCA_FLUX" "E" "e-/s" "E14.7" Flux;
    "FLUX_ERR" "E" "e-/s" "E14.7" FluxError;
    "FLUX_BKG" "E" "e-/s" "E14.7" Background;
    "X_CENTROID" "E" "pixel" "E14.7" CentroidColumn;
    "Y_CENTROID" "E" "pixel" "E14.7" CentroidRow;
    "FFIINDEX" "J" "" "I10" Cadence;
};

static TGLC: &[Field] = fields! {
    "time" "D" "BJD - 2457000, days" "D14.7" Time;
    "psf_flux" "E" "e-/s" "E14.7" RawFlux;
    "aperture_flux" "E" "e-/s" "E14.7" RawFlux;
    "cal_psf_flux" "E" "" "E14.7" RelativeFlux;
    "cal_aper_flux" "E" "" "E14.7" RelativeFlux;
    "background" "E" "e-/s" "E14.7" Background;
    "cadence_num" "J" "" "I10" Cadence;
    "TESS_flags" "J" "" "I10" Quality;
    "TGLC_flags" "I" "" "I10" Zero;
};

static CDIPS: &[Field] = fields! {
    "TMID_BJD" "D" "BJDTDB midexp time" "D14.7" Time;
    "BGV" "E" "ADU" "E14.7" Background;
    "IFL1" "E" "ADU" "E14.7" RawFlux;
    "IFE1" "E" "ADU" "E14.7" FluxError;
    "IRM1" "E" "mag" "E14.7" Magnitude;
    "IRE1" "E" "mag" "E14.7" MagnitudeError;
    "TFA1" "E" "mag" "E14.7" Magnitude;
    "PCA1" "E" "mag" "E14.7" Magnitude;
    "XIC" "E" "pixel" "E14.7" CentroidColumn;
    "YIC" "E" "pixel" "E14.7" CentroidRow;
};

static CUTOUT: &[Field] = fields! {
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
