//! What the names of cutouts say, as TESScut and the programs that cut by themselves write them. Pure.

use super::Cutout;

/// What a name says of a cutout.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    pub sector: u32,
    pub detector: Option<(u8, u8)>,
    pub ra: f64,
    pub dec: f64,
    /// Columns and rows; `None` if the size is not in whole pixels, as `5arcmin-x-4arcmin`.
    pub pixels: Option<(u32, u32)>,
}

/// Reads a name of one of these forms, with or without camera and CCD:
///
/// - `tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits`: TESScut and astrocut before 1.2; in 2018 with as many decimals as the
///   position needed
/// - `tess-s0014-4-1_84.2911880_-80.4691200_35-x-45_astrocut.fits`: astrocut from 1.2 on, whose sizes may have units
///
/// The first number of a size is that of the columns in both: astrocut documents the second form as rows, but cuts columns.
pub(super) fn read(name: &str) -> Option<Named> {
    let mut words = name.strip_suffix("_astrocut.fits")?.split('_');
    let (place, ra, dec, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let mut numbers = place.strip_prefix("tess-s")?.split('-');
    let sector = numbers.next().filter(|text| text.len() == 4)?;
    let detector = match (numbers.next(), numbers.next(), numbers.next()) {
        (None, ..) => None,
        (Some(camera), Some(ccd), None) => Some((one_to_four(camera)?, one_to_four(ccd)?)),
        _ => return None,
    };
    let (first, second) = size.split_once("-x-").or_else(|| size.split_once('x'))?;
    // A size of any other form is no size at all.
    let starts_with_number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    if !starts_with_number(first) || !starts_with_number(second) {
        return None;
    }
    let (ra, dec) = (degrees(ra)?, degrees(dec)?);
    ((0.0..=360.0).contains(&ra) && (-90.0..=90.0).contains(&dec)).then_some(())?;
    Some(Named {
        sector: whole(sector)?,
        detector,
        ra,
        dec,
        pixels: whole(first).zip(whole(second)),
    })
}

impl Named {
    pub(super) fn cutout(self, (nx, ny): (u32, u32)) -> Cutout {
        let Self {
            sector,
            detector,
            ra,
            dec,
            ..
        } = self;
        Cutout {
            ra: rounded(ra),
            dec: rounded(dec),
            ny,
            nx,
            sector,
            detector,
        }
    }
}

/// To the six decimals with which a cutout is asked for: at most 1.8 milliarcseconds away, a ten-thousandth of a pixel.
fn rounded(degrees: f64) -> f64 {
    format!("{degrees:.6}").parse().unwrap_or(degrees)
}

fn one_to_four(text: &str) -> Option<u8> {
    text.parse().ok().filter(|number| (1..=4).contains(number))
}

fn whole(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&number| digits && number > 0)
}

/// Degrees with decimals or without, and nothing that only a computer calls a number.
fn degrees(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| plain && !digits.is_empty())
}
