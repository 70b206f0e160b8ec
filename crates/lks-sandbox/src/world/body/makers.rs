//! By what readers tell the formats apart: who made the genuine files, as their headers say it.
//!
//! These words stand here although the sandbox made the file; `SYNTHETC`, `SIMDATA`, `PROCVER` and a comment say so.

use lks_fits::Card;

use crate::world::content::{Content, Kind};

const AMES: Option<&str> = Some("NASA/Ames");

pub(super) fn origin(kind: Kind) -> Option<Card> {
    let name = makers(kind).0?;
    Some(Card::new(
        "ORIGIN",
        name,
        "institution responsible for creating this file",
    ))
}

pub(super) fn creator(kind: Kind) -> Option<Card> {
    let name = makers(kind).1?;
    Some(Card::new(
        "CREATOR",
        name,
        "pipeline job and program used to produce file",
    ))
}

/// `ORIGIN` and `CREATOR`. The number of the pipeline's job is 0: there was none.
fn makers(kind: Kind) -> (Option<&'static str>, Option<&'static str>) {
    match kind {
        Kind::TessLightCurve => (AMES, Some("0 LightCurveExporterPipelineModule")),
        Kind::KeplerLightCurve => (AMES, Some("0 FluxExporter2PipelineModule")),
        // K2VARCAT kept the header of the target pixel file that it was made from.
        Kind::TessPixels | Kind::KeplerPixels | Kind::K2varcat => (AMES, Some("0 TargetPixelExporterPipelineModule")),
        Kind::TessValidation | Kind::KeplerValidation => (AMES, Some("0 DvTimeSeriesExporter2PipelineModule")),
        Kind::FullFrame => (AMES, Some("0 FfiExporter")),
        // GSFC-ELEANOR-LITE kept the header of the cutout.
        Kind::Cutout | Kind::EleanorLite => (Some("STScI/MAST"), Some("astrocut")),
        Kind::Qlp => (Some("MIT/QLP"), None),
        Kind::TicaFrame => (Some("MIT"), None),
        Kind::Tasoc => (Some("TASOC/Aarhus"), None),
        Kind::Tglc => (Some("UCSB/TGLC"), None),
        Kind::Cdips => (Some("CDIPS"), None),
        Kind::K2sff | Kind::Everest | Kind::Kbonus | Kind::Text | Kind::Pdf | Kind::Xml | Kind::Tar => (None, None),
    }
}

/// Cards of the primary header that only one format has.
pub(super) fn own_cards(content: &Content) -> Vec<Card> {
    match content.kind {
        Kind::Everest => vec![Card::commentary("COMMENT", "*** EVEREST INFO ***")],
        Kind::EleanorLite => vec![
            Card::new("LITE", true, "eleanor-lite keyword for saving light curves"),
            Card::new("TIC_ID", content.star.id as i64, "TESS Input Catalog ID"),
            Card::new("TVERSION", "2.0.4", "eleanor version"),
            Card::new("GITHUB", "https://github.com/afeinstein20/eleanor", "source of eleanor"),
            Card::new("PCORIGIN", "MAST", "Provenance of eleanor Postcard"),
        ],
        _ => Vec::new(),
    }
}
