//! From a file's name to the `dataURI` under which the archive holds it, where the archive's naming leaves no doubt.
//!
//! Files of these kinds are found in caches that other tools left, without a word of where they came from.

use crate::cutout::{self, Cutout};
use crate::pipeline::Pipeline;

/// The `dataURI` of a file in `collection` (`TESS`, `Kepler`, `K2`, `HLSP`); `None` if its name does not show it.
///
/// The rules are those of the archive's own names:
/// - TESS: `mast:TESS/product/<file>`
/// - Kepler: `mast:KEPLER/url/missions/kepler/<folder>/<first four digits>/<KIC>/<file>`
/// - K2: `mast:K2/url/missions/k2/<folder>/c<campaign>/<EPIC, last five digits 0>/<thousands>/<file>`
/// - HLSP of TESS-SPOC, QLP, TASOC, GSFC-ELEANOR-LITE and TGLC: directories of the TIC or Gaia number cut in fours
pub fn data_uri(collection: &str, filename: &str) -> Option<String> {
    Pipeline::archived(&pipeline_of(collection, filename)?)?.data_uri(filename)
}

/// The pipeline that made a file in `collection`, in the words of a table's `pipeline`; `None` if its name does not show it.
///
/// A community file is called `hlsp_<pipeline>_…`; files of the missions are made by one pipeline each.
pub fn pipeline_of(collection: &str, filename: &str) -> Option<String> {
    match collection {
        "TESS" => filename.starts_with("tess").then(|| "SPOC".to_owned()),
        "Kepler" | "KEPLER" => filename.starts_with("kplr").then(|| "Kepler".to_owned()),
        "K2" => filename.starts_with("ktwo").then(|| "K2".to_owned()),
        Cutout::DIRECTORY => filename
            .ends_with(Cutout::NAME_ENDING)
            .then(|| cutout::TESSCUT.to_owned()),
        "HLSP" => match filename.strip_prefix("hlsp_")?.split_once('_')?.0 {
            "" => None,
            pipeline => Some(pipeline.to_uppercase()),
        },
        _ => None,
    }
}

pub(crate) fn tess(filename: &str) -> Option<String> {
    Some(format!("mast:TESS/product/{filename}"))
}

pub(crate) fn kepler(filename: &str) -> Option<String> {
    let kic = digits(filename.strip_prefix("kplr")?, 9)?;
    let folder = match kind(filename)? {
        FileKind::LightCurve => "lightcurves",
        FileKind::TargetPixels => "target_pixel_files",
        FileKind::Validation => "dv_files",
    };
    Some(format!(
        "mast:KEPLER/url/missions/kepler/{folder}/{}/{kic}/{filename}",
        &kic[..4]
    ))
}

pub(crate) fn k2(filename: &str) -> Option<String> {
    let rest = filename.strip_prefix("ktwo")?;
    let epic = digits(rest, 9)?;
    let campaign: u32 = digits(rest.get(9..)?.strip_prefix("-c")?, 2)?.parse().ok()?;
    let folder = match kind(filename)? {
        FileKind::LightCurve => "lightcurves",
        FileKind::TargetPixels => "target_pixel_files",
        FileKind::Validation => return None,
    };
    let (hundred_thousands, thousands) = (&epic[..4], &epic[4..6]);
    Some(format!(
        "mast:K2/url/missions/k2/{folder}/c{campaign}/{hundred_thousands}00000/{thousands}000/{filename}"
    ))
}

enum FileKind {
    LightCurve,
    TargetPixels,
    Validation,
}

fn kind(filename: &str) -> Option<FileKind> {
    let ends_in = |endings: &[&str]| endings.iter().any(|ending| filename.ends_with(ending));
    if ends_in(&["_llc.fits", "_slc.fits"]) {
        Some(FileKind::LightCurve)
    } else if ends_in(&["pd-targ.fits.gz"]) {
        Some(FileKind::TargetPixels)
    } else if ends_in(&["_dvr.pdf", "_dvs.pdf", "_dvt.fits", "_tcert.pdf"]) {
        Some(FileKind::Validation)
    } else {
        None
    }
}

pub(crate) fn tess_spoc(filename: &str) -> Option<String> {
    let (star, rest) = filename.strip_prefix("hlsp_tess-spoc_tess_phot_")?.split_once('-')?;
    // Reports name two sectors and lie elsewhere.
    let is_light_curve_or_pixels = filename.ends_with("_tess_v1_lc.fits") || filename.ends_with("_tess_v1_tp.fits");
    is_light_curve_or_pixels.then_some(())?;
    hlsp(
        filename,
        &format!("{}/target/{}", sector(rest)?, in_fours(digits(star, 16)?)),
    )
}

/// QLP's and GSFC-ELEANOR-LITE's.
pub(crate) fn by_sector_and_tic(filename: &str) -> Option<String> {
    let (_, rest) = filename.strip_prefix("hlsp_")?.split_once('_')?;
    let (first, star) = rest.strip_prefix("tess_ffi_")?.split_once('-')?;
    hlsp(filename, &format!("{}/{}", sector(first)?, in_fours(digits(star, 16)?)))
}

pub(crate) fn tasoc(filename: &str) -> Option<String> {
    let rest = filename.strip_prefix("hlsp_tasoc_")?;
    let rest = rest
        .strip_prefix("tess_ffi_tic")
        .or_else(|| rest.strip_prefix("tess_tpf_tic"))?;
    let parts: Vec<&str> = rest.split(['-', '_']).collect();
    let [star, sector_word, _camera, _ccd, cadence, "tess", "v05", ..] = parts[..] else {
        return None;
    };
    let star: u64 = digits(star, 11)?.parse().ok()?;
    digits(cadence.strip_prefix('c')?, 4)?;
    let star = in_fours(&format!("{star:016}"));
    hlsp(filename, &format!("{}/{cadence}/{star}", sector(sector_word)?))
}

pub(crate) fn tglc(filename: &str) -> Option<String> {
    let (star, rest) = filename.strip_prefix("hlsp_tglc_tess_ffi_gaiaid-")?.split_once('-')?;
    let (sector_word, rest) = rest.split_once('-')?;
    let (detector, _) = rest.split_once('_')?;
    let star: u64 = star.parse().ok()?;
    let star = in_fours(&format!("{:016}", star / 100_000));
    hlsp(filename, &format!("{}/{detector}/{star}", sector(sector_word)?))
}

/// A file in a folder of its pipeline, by whose name the folders are called.
fn hlsp(filename: &str, folder: &str) -> Option<String> {
    let (pipeline, _) = filename.strip_prefix("hlsp_")?.split_once('_')?;
    if pipeline.contains(char::is_uppercase) {
        return None;
    }
    Some(format!("mast:HLSP/{pipeline}/{folder}/{filename}"))
}

/// The folder of a sector, by a text that begins as `s0014`.
fn sector(text: &str) -> Option<String> {
    digits(text.strip_prefix('s')?, 4).map(|number| format!("s{number}"))
}

/// The first `n` characters, if they are digits.
fn digits(text: &str, n: usize) -> Option<&str> {
    text.get(..n)
        .filter(|head| head.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Sixteen digits as four directories.
fn in_fours(number: &str) -> String {
    [&number[..4], &number[4..8], &number[8..12], &number[12..]].join("/")
}

#[cfg(test)]
mod tests;
