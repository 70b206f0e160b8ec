//! Files that other programs left, whose names nobody vouches for: the one check of content, and whether the header contradicts the name.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;
use lks_cache::RelativePath;
use lks_fits::{Header, verify};

use crate::plan::item::Cutout;
use crate::store::content::check_content;

/// Degrees that the position in a cutout's name may differ from the one in its header: names of 2018 have one decimal at times.
const NEAR: f64 = 0.06;

/// As [`check_content`], for a file that is taken over: besides, the primary header must not contradict what the name says of sector,
/// camera and CCD, of the star's number, and of a cutout's position. A keyword that is missing contradicts nothing.
///
/// # Errors
/// What is wrong, in words.
pub fn check_foreign(path: &RelativePath, file: &File) -> Result<Option<String>, String> {
    let odd = check_content(path, file)?;
    let name = path.filename();
    let mut reader = file;
    let failed = |error: std::io::Error| format!("it cannot be read again: {error}");
    reader.seek(SeekFrom::Start(0)).map_err(failed)?;
    let plain: Box<dyn Read> = match name.strip_suffix(".gz") {
        Some(name) if name.ends_with(".fits") => Box::new(MultiGzDecoder::new(reader)),
        None if name.ends_with(".fits") => Box::new(reader),
        Some(_) | None => return Ok(odd),
    };
    let header = verify::primary_header(plain).map_err(|error| error.to_string())?;
    match contradiction(name, &header) {
        Some(reason) => Err(reason),
        None => Ok(odd),
    }
}

/// What the header says otherwise than the name.
fn contradiction(name: &str, header: &Header) -> Option<String> {
    let says = |keyword: &str, named: i64| {
        let found = header.integer(keyword).filter(|found| *found != named)?;
        Some(format!("its name says {keyword} {named}, its header {found}"))
    };
    if let Some(cutout) = Cutout::of_name(name) {
        let detector = cutout.detector.into_iter();
        let detector = detector.flat_map(|(camera, ccd)| [("CAMERA", i64::from(camera)), ("CCD", i64::from(ccd))]);
        let mut numbers = [("SECTOR", i64::from(cutout.sector))].into_iter().chain(detector);
        let is_elsewhere = |keyword: &str, named: f64, scale: f64| {
            let found = header.float(keyword)?;
            let apart = ((found - named + 180.0).rem_euclid(360.0) - 180.0).abs() * scale;
            (apart > NEAR).then(|| format!("its name says {keyword} {named}, its header {found}"))
        };
        return numbers
            .find_map(|(keyword, named)| says(keyword, named))
            .or_else(|| is_elsewhere("RA_OBJ", cutout.ra, cutout.dec.to_radians().cos()))
            .or_else(|| is_elsewhere("DEC_OBJ", cutout.dec, 1.0));
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

#[cfg(test)]
mod tests;
