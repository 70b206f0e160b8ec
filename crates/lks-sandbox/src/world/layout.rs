//! HDUs and columns of each file format, as the genuine files have them.
//!
//! The layouts of TESS and Kepler light curves, of K2 target pixel files and of K2SFF are those of real files; the others follow
//! the published descriptions of the products. Header blocks are declared, so that sizes are plain arithmetic.

mod fields;

use lks_fits::BLOCK;
use lks_fits::write::Pixel;

use super::content::{Content, Kind};
use fields::{
    CDIPS, COSMIC_RAYS, CUTOUT, ELEANOR_LITE, EVEREST, K2SFF, K2VARCAT, KBONUS, KEPLER_LIGHT_CURVE, KEPLER_PIXELS, QLP,
    QLP_FROM_56, TASOC, TESS_LIGHT_CURVE, TESS_PIXELS, TGLC, VALIDATION, VALIDATION_STATISTICS,
};

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
    /// The same in parts per million.
    DeviationPpm,
    /// The planet's model, 0 at rest.
    Model,
    Magnitude,
    MagnitudeError,
    FluxError,
    RelativeError,
    PpmError,
    Background,
    BackgroundError,
    Quality,
    /// `G` for a good exposure, `X` for another.
    QualityLetter,
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

impl Quantity {
    /// What the comment of a column says.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Time => "data time stamps",
            Self::TimeCorrection => "barycenter - timeslice correction",
            Self::Cadence => "unique cadence number",
            Self::Flux => "corrected flux",
            Self::RawFlux => "aperture photometry flux",
            Self::RelativeFlux => "corrected relative flux",
            Self::RelativeRawFlux => "relative flux",
            Self::Deviation | Self::DeviationPpm => "deviation from the median",
            Self::Model => "model of the transits",
            Self::Magnitude => "magnitude",
            Self::MagnitudeError => "magnitude error",
            Self::FluxError => "flux error",
            Self::RelativeError | Self::PpmError => "relative flux error",
            Self::Background => "background flux",
            Self::BackgroundError => "background flux error",
            Self::Quality | Self::QualityLetter => "quality flags",
            Self::CentroidColumn => "column centroid",
            Self::CentroidRow => "row centroid",
            Self::CentroidError => "centroid error",
            Self::PositionColumn => "column position correction",
            Self::PositionRow => "row position correction",
            Self::Counts => "raw pixel counts",
            Self::Phase => "orbital phase",
            Self::Orbit => "orbit or quarter",
            Self::Arc => "position along the arc of the roll",
            Self::Moving => "thruster firing",
            Self::Zero => "none",
            Self::FrameFile => "name of the full frame",
        }
    }
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
    pub(crate) fn per_pixel(&self) -> bool {
        self.form.starts_with('*')
    }

    /// Bytes of one value.
    pub(crate) fn width(&self) -> u64 {
        match self.form.trim_start_matches('*') {
            "D" => 8,
            "I" => 2,
            "1A" => 1,
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
        num_rows: u32,
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
    pub(crate) fn size(&self, pixels: (u16, u16)) -> u64 {
        let (blocks, data) = match *self {
            Self::Primary { blocks } => (blocks, 0),
            Self::Table {
                blocks,
                fields,
                num_rows,
                ..
            } => (blocks, row_width(fields, pixels) * u64::from(num_rows)),
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
    let num_pixels = u64::from(pixels.0) * u64::from(pixels.1);
    fields
        .iter()
        .map(|field| field.width() * if field.per_pixel() { num_pixels } else { 1 })
        .sum()
}

/// The HDUs of a file.
pub(crate) fn parts(content: &Content) -> Vec<Part> {
    let num_rows = content.num_rows;
    let primary = |blocks| Part::Primary { blocks };
    let table = |name, blocks, fields| Part::Table {
        name,
        blocks,
        fields,
        num_rows,
    };
    let image = |name, blocks, pixel| Part::Image {
        name,
        blocks,
        pixel,
        depth: 1,
    };
    match content.kind {
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
                num_rows: 0,
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
        Kind::K2sff => k2sff(num_rows),
        Kind::Everest => vec![
            primary(1),
            table("LIGHTCURVE", 3, EVEREST),
            image("APERTURE MASK", 1, Pixel::Int32),
            image("POSTAGE STAMP", 1, Pixel::Float32),
        ],
        // The genuine table says nothing but what its columns are.
        Kind::K2varcat => vec![primary(2), table("", 1, K2VARCAT)],
        Kind::Kbonus => vec![primary(2), table("LIGHTCURVE", 3, KBONUS)],
        Kind::Qlp if content.sequence < 56 => vec![primary(2), table("LIGHTCURVE", 3, QLP)],
        Kind::Qlp => vec![primary(2), table("LIGHTCURVE", 3, QLP_FROM_56)],
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
        Kind::Tglc => vec![primary(2), table("LIGHTCURVE", 3, TGLC)],
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
fn k2sff(num_rows: u32) -> Vec<Part> {
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
        num_rows,
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
