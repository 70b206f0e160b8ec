//! What the names of cutouts say, as TESScut and the programs that cut by themselves write them. Pure.

use super::{Cutout, CutoutSize, rounded};

/// What the name of a file says of the cutout in it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CutoutName {
    /// The sector.
    pub sector: u32,
    /// Camera (1 to 4) and CCD (1 to 4), if the name says them.
    pub detector: Option<(u8, u8)>,
    /// Right ascension in degrees, ICRS.
    pub ra: f64,
    /// Declination in degrees, ICRS.
    pub dec: f64,
    /// How large it is; `None` if the size is not in whole pixels, as `5arcmin-x-4arcmin`.
    pub size: Option<CutoutSize>,
}

impl CutoutName {
    /// Reads a name of one of these forms, with or without camera and CCD; `None` for any other:
    ///
    /// - `tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits`: TESScut and astrocut before 1.2; in 2018 with as many decimals as the
    ///   position needed
    /// - `tess-s0014-4-1_84.2911880_-80.4691200_35-x-45_astrocut.fits`: astrocut from 1.2 on, whose sizes may have units
    ///
    /// The first number of a size is that of the columns in both: astrocut documents the second form as rows, but cuts columns.
    pub fn read(name: &str) -> Option<Self> {
        let mut words = name.strip_suffix(Cutout::NAME_ENDING)?.split('_');
        let (images, ra, dec, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let (sector, detector) = image(images)?;
        let (nx, ny) = size.split_once("-x-").or_else(|| size.split_once('x'))?;
        // Text of any other form is not a size at all.
        let starts_with_number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
        if !starts_with_number(nx) || !starts_with_number(ny) {
            return None;
        }
        let (ra, dec) = (degrees(ra)?, degrees(dec)?);
        ((0.0..=360.0).contains(&ra) && (-90.0..=90.0).contains(&dec)).then_some(())?;
        Some(Self {
            sector,
            detector,
            ra,
            dec,
            size: whole(nx).zip(whole(ny)).map(|(nx, ny)| CutoutSize { ny, nx }),
        })
    }

    /// The cutout of this name and that size.
    pub fn cutout(self, size: CutoutSize) -> Cutout {
        Cutout {
            ra: rounded(self.ra),
            dec: rounded(self.dec),
            size,
            sector: self.sector,
            detector: self.detector,
        }
    }
}

/// Sector, camera and CCD of full-frame images, by a name such as `tess-s0031-4-3` or `tess-s0031`.
pub(super) fn image(name: &str) -> Option<(u32, Option<(u8, u8)>)> {
    let mut numbers = name.strip_prefix("tess-s")?.split('-');
    let sector = numbers.next().filter(|text| text.len() == 4)?;
    let detector = match (numbers.next(), numbers.next(), numbers.next()) {
        (None, ..) => None,
        (Some(camera), Some(ccd), None) => Some((one_to_four(camera)?, one_to_four(ccd)?)),
        _ => return None,
    };
    Some((whole(sector)?, detector))
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
