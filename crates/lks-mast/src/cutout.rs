//! Cutouts of the full-frame images: which sector, camera and CCD, where and how large, and the names that say so.
//!
//! These names are parsed and printed here and nowhere else.

mod name;

use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::position::Position;

pub use self::name::CutoutName;

/// The `productFilename` and the `pipeline` of a row for a cutout that is made when it is asked for.
pub(crate) const TESSCUT: &str = "TESScut";
/// How the `uri` of a cutout begins, which the archive has no `dataURI` for.
const SCHEME: &str = "tesscut:";

/// A cutout of the full-frame images, exactly.
///
/// ```
/// use lks_mast::{Cutout, CutoutSize};
///
/// let name = "tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits";
/// let cutout = Cutout::of_name(name).expect("the name of a cutout");
/// assert_eq!((cutout.sector, cutout.detector), (14, Some((4, 1))));
/// assert_eq!(cutout.size, CutoutSize { ny: 45, nx: 35 });
/// assert_eq!(cutout.filename(), name);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Cutout {
    /// Right ascension in degrees, ICRS.
    pub ra: f64,
    /// Declination in degrees, ICRS.
    pub dec: f64,
    /// How large it is.
    pub size: CutoutSize,
    /// The sector.
    pub sector: u32,
    /// Camera (1 to 4) and CCD (1 to 4), where the sector list gives them.
    pub detector: Option<(u8, u8)>,
}

impl Cutout {
    /// The directory of cutouts below `mastDownload`, which stands for their collection.
    pub const DIRECTORY: &'static str = "TESSCut";
    /// How the names of files with cutouts end, whichever program cut them.
    pub const NAME_ENDING: &'static str = "_astrocut.fits";

    /// The name of the file as the service gives it: `tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits`, columns first.
    ///
    /// Six decimals of a degree are 3.6 milliarcseconds, far below a pixel; the position is asked for with the same digits, so that
    /// the name is exact.
    pub fn filename(&self) -> String {
        let Self { ra, dec, size, .. } = self;
        let CutoutSize { ny, nx } = size;
        format!("{}_{ra:.6}_{dec:.6}_{nx}x{ny}{}", self.image_name(), Self::NAME_ENDING)
    }

    /// The name it has in the store's records.
    pub fn uri(&self) -> String {
        format!("{SCHEME}{}", self.filename())
    }

    /// The full-frame images it is cut from: `tess-s0014-4-1`, or `tess-s0014` where camera and CCD are not known.
    pub fn image_name(&self) -> String {
        image_name(self.sector, self.detector)
    }

    /// The position that is requested: with the digits of the file's name, so that the name says exactly what was requested.
    ///
    /// # Errors
    /// If the numbers are not a position on the sky.
    pub fn position(&self) -> Result<Position, Error> {
        Position::icrs(rounded(self.ra), rounded(self.dec))
    }

    /// The cutout of this name, be it the [`uri`](Self::uri), the [`filename`](Self::filename) or one that astrocut from 1.2 on gives
    /// (`…_84.2911880_-80.4691200_35-x-45_astrocut.fits`); `None` for any other name, and where the size is not in whole pixels.
    pub fn of_name(name: &str) -> Option<Self> {
        let named = CutoutName::read(name.strip_prefix(SCHEME).unwrap_or(name))?;
        let size = named.size?;
        Some(named.cutout(size))
    }
}

/// The `obs_id` of the full-frame images of one CCD, such as `tess-s0031-4-3`.
pub(crate) fn image_name(sector: u32, detector: Option<(u8, u8)>) -> String {
    match detector {
        Some((camera, ccd)) => format!("tess-s{sector:04}-{camera}-{ccd}"),
        None => format!("tess-s{sector:04}"),
    }
}

/// Camera and CCD of full-frame images, by an `obs_id` such as `tess-s0003-3-4`.
pub(crate) fn detector_of(obs_id: &str) -> Option<(u8, u8)> {
    name::image(obs_id).and_then(|(_sector, detector)| detector)
}

/// To the six decimals with which a cutout is asked for: at most 1.8 milliarcseconds away, a ten-thousandth of a pixel.
fn rounded(degrees: f64) -> f64 {
    format!("{degrees:.6}").parse().unwrap_or(degrees)
}

/// Size of a cutout in pixels of 21 arcseconds.
///
/// ```
/// use lks_mast::CutoutSize;
///
/// assert_eq!("11x21".parse::<CutoutSize>()?, CutoutSize { ny: 11, nx: 21 });
/// assert!("101x100".parse::<CutoutSize>().is_err(), "more pixels than TESScut cuts");
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutoutSize {
    /// Rows of the image, in pixels.
    pub ny: u32,
    /// Columns of the image, in pixels.
    pub nx: u32,
}

impl CutoutSize {
    /// Most pixels that TESScut cuts at once.
    pub const MOST_PIXELS: u64 = 10_000;
}

impl Default for CutoutSize {
    /// 10 × 10 pixels, as the Python package asks for.
    fn default() -> Self {
        Self { ny: 10, nx: 10 }
    }
}

impl fmt::Display for CutoutSize {
    /// Rows x columns, as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.ny, self.nx)
    }
}

impl FromStr for CutoutSize {
    type Err = Error;

    /// Reads `10` or `11x21` (rows x columns).
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] if it is neither, or more than the service cuts at once.
    fn from_str(text: &str) -> Result<Self, Error> {
        let number = |word: &str| word.trim().parse::<u32>().ok().filter(|number| *number > 0);
        let size = match text.split_once(['x', 'X']) {
            Some((ny, nx)) => number(ny).zip(number(nx)).map(|(ny, nx)| Self { ny, nx }),
            None => number(text).map(|side| Self { ny: side, nx: side }),
        };
        match size {
            Some(size) if u64::from(size.ny) * u64::from(size.nx) <= Self::MOST_PIXELS => Ok(size),
            Some(Self { ny, nx }) => Err(Error::invalid(format!(
                "a cutout of {ny} x {nx} pixels has more than the {} that TESScut cuts",
                Self::MOST_PIXELS
            ))),
            None => Err(Error::invalid(format!(
                "'{text}' is not a cutout size; write pixels as `10` or `11x21` (rows x columns)"
            ))),
        }
    }
}

#[cfg(test)]
mod tests;
