//! Files that other programs left, whose names need not be true: the one check of content, and whether the header contradicts the name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use lks_cache::{Key, RelativePath};
use lks_fits::blocking::FitsFile;
use lks_fits::{HduKind, Header, OpenOptions, verify};
use lks_mast::{Cutout, CutoutName, CutoutSize, Product};

use crate::store::content::{Form, check_content, rewound, unpacked};
use crate::store::key::{DATA_DIRECTORY, key_of};

/// Degrees that the position in a cutout's name may differ from the one in its header: names of 2018 have one decimal at times.
const NEAR: f64 = 0.06;
/// The same for a cutout that was made for us: the service repeats the six decimals that it was asked with.
const ASKED: f64 = 0.0001;

/// The key of the file at `path` in the data directory of `tree`, where the archive's naming leaves no doubt about the product. A cutout has
/// the path that this program gives it, whatever its name was.
pub fn key_of_foreign(tree: &Path, path: &RelativePath) -> Option<Key> {
    let components: Vec<&str> = path.components().collect();
    let mut product = Product::from_path(&components);
    if components.first().is_some_and(|first| *first == Cutout::DIRECTORY) && components.len() == 2 {
        // A damaged file is not unknown: whoever checks it tells what is wrong with it.
        product =
            cutout_of_file(&tree.join(DATA_DIRECTORY).join(path)).map_or(product, |cutout| cutout.map(Product::from));
    }
    key_of(&product?).ok()
}

/// The cutout that a file holds; `None` if its name is not a cutout's. Columns and rows are those of the file: a name may give an
/// angle, and astrocut may cut a pixel more or less than it was asked for.
///
/// # Errors
/// It is not a target pixel file, or cannot be read, in words.
pub fn cutout_of_file(path: &Path) -> Result<Option<Cutout>, String> {
    let name = path.file_name().and_then(|name| name.to_str());
    let Some(named) = name.and_then(CutoutName::read) else {
        return Ok(None);
    };
    let unreadable = |error: std::io::Error| format!("it cannot be read: {error}");
    // Opening a pipe would wait for its other end.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err("it is not a file".to_owned());
    }
    let report = verify::structure(File::open(path).map_err(unreadable)?, None).map_err(|error| error.to_string())?;
    let mut apertures = report.hdus.iter().map(|hdu| &hdu.info);
    let aperture = apertures.find(|info| info.kind == HduKind::Image && info.name == "APERTURE");
    let size = aperture.and_then(|info| match *info.shape {
        [nx, ny] => Some(CutoutSize {
            ny: u32::try_from(ny).ok()?,
            nx: u32::try_from(nx).ok()?,
        }),
        _ => None,
    });
    let size = size.ok_or("it is named as a cutout and has no image APERTURE, whose size is that of the cutout")?;
    Ok(Some(named.cutout(size)))
}

/// As [`check_content`], for a file that is taken over: besides, the primary header must not contradict what the name says of sector,
/// camera and CCD, of the star's number, of a cutout's position, and of what a file of the missions holds. A keyword that is missing contradicts nothing.
///
/// # Errors
/// What is wrong, in words.
pub fn check_foreign(path: &RelativePath, file: &File) -> Result<Option<String>, String> {
    let odd = check_content(path, file)?;
    let name = path.filename();
    let plain: Box<dyn Read> = match Form::of(name) {
        Form::Fits => Box::new(rewound(file)?),
        Form::FitsGz => Box::new(unpacked(file)?),
        _ => return Ok(odd),
    };
    let header = verify::primary_header(plain).map_err(|error| error.to_string())?;
    match contradiction(name, &header, NEAR) {
        Some(reason) => Err(reason),
        None => Ok(odd),
    }
}

/// What a cutout says otherwise than was asked, by its first bytes: sector, camera and CCD, position, and size.
pub(crate) fn other_cutout(asked: &Cutout, head: Bytes) -> Option<String> {
    let (file, _cut) = FitsFile::salvage(head, OpenOptions::default()).ok()?;
    let other = contradiction(&asked.filename(), file.header(0).ok()?, ASKED);
    other.or_else(|| {
        let dimensions = file.header(1).ok()?.text("TDIM5")?;
        let size: Vec<u32> = dimensions
            .trim()
            .trim_matches(['(', ')'])
            .split(',')
            .filter_map(|n| n.trim().parse().ok())
            .collect();
        let CutoutSize { ny, nx } = asked.size;
        // astrocut may cut a pixel more or less.
        let is_other = matches!(size[..], [columns, rows] if columns.abs_diff(nx) > 1 || rows.abs_diff(ny) > 1);
        is_other
            .then(|| format!("{ny} x {nx} pixels were asked for, and its frames are {dimensions}, columns before rows"))
    })
}

/// What the header says otherwise than a number in the name.
pub(crate) fn other_number(header: &Header, keyword: &str, named: i64) -> Option<String> {
    let found = header.integer(keyword).filter(|found| *found != named)?;
    Some(format!("its name says {keyword} {named}, its header {found}"))
}

/// What the header says otherwise than the name.
fn contradiction(name: &str, header: &Header, near: f64) -> Option<String> {
    let says = |keyword: &str, named: i64| other_number(header, keyword, named);
    if let Some(cutout) = CutoutName::read(name) {
        let detector = cutout.detector.into_iter();
        let detector = detector.flat_map(|(camera, ccd)| [("CAMERA", i64::from(camera)), ("CCD", i64::from(ccd))]);
        let mut numbers = [("SECTOR", i64::from(cutout.sector))].into_iter().chain(detector);
        let is_elsewhere = |keyword: &str, named: f64, scale: f64| {
            let found = header.float(keyword)?;
            let apart = ((found - named + 180.0).rem_euclid(360.0) - 180.0).abs() * scale;
            (apart > near).then(|| format!("its name says {keyword} {named}, its header {found}"))
        };
        return numbers
            .find_map(|(keyword, named)| says(keyword, named))
            .or_else(|| is_elsewhere("RA_OBJ", cutout.ra, cutout.dec.to_radians().cos()))
            .or_else(|| is_elsewhere("DEC_OBJ", cutout.dec, 1.0));
    }
    if let Some(reason) = other_kind(name, header) {
        return Some(reason);
    }
    let number = |digits: &str| {
        digits
            .parse()
            .ok()
            .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let kepler = ["kplr", "ktwo"].iter().find_map(|mission| name.strip_prefix(mission));
    if let Some(star) = kepler.and_then(|rest| rest.get(..9)).and_then(number) {
        return says("KEPLERID", star);
    }
    if !name.starts_with("tess") && !name.starts_with("hlsp_tess-spoc_") && !name.starts_with("hlsp_qlp_") {
        return None;
    }
    let words = || name.split(['-', '_', '.']);
    let mut sectors = words().filter_map(|word| {
        word.strip_prefix('s')
            .filter(|digits| digits.len() == 4)
            .and_then(number)
    });
    let sector = match (sectors.next(), sectors.next()) {
        (Some(only), None) => says("SECTOR", only),
        // Several sectors were searched together.
        (_, _) => None,
    };
    let star = || words().find(|word| word.len() == 16).and_then(number);
    sector.or_else(|| says("TICID", star()?))
}

/// Whether a file of the missions was written by the program for light curves and is named as pixels, or the reverse. `CREATOR` tells
/// (Kepler: `FluxExporter2PipelineModule`, `TargetPixelExporterPipelineModule`; TESS: `LightCurveExporterPipelineModule`, …); of other
/// publishers' files it says who wrote the pixels that they began with.
fn other_kind(name: &str, header: &Header) -> Option<String> {
    if !["kplr", "ktwo", "tess"].iter().any(|mission| name.starts_with(mission)) {
        return None;
    }
    let creator = header.text("CREATOR")?;
    let kind = name.rsplit_once('_')?.1.split('.').next()?;
    let is_light_curve = matches!(kind, "lc" | "fast-lc" | "llc" | "slc");
    let is_pixels = matches!(kind, "tp" | "fast-tp" | "lpd-targ" | "spd-targ");
    let by_pixels = creator.contains("TargetPixelExporter");
    let by_light_curve = creator.contains("FluxExporter") || creator.contains("LightCurveExporter");
    let is_other = (is_light_curve && by_pixels) || (is_pixels && by_light_curve);
    is_other.then(|| format!("its name says _{kind}, its header CREATOR {creator}"))
}

#[cfg(test)]
mod tests;
