//! What is inside a product, told in a few numbers: enough to know its size at once and to make its bytes when asked.

use std::sync::Arc;

use super::layout::{self, Part};
use super::plain;

/// A star as the file headers and the light curves describe it.
#[derive(Debug, Clone)]
pub(crate) struct Star {
    /// Number in its mission's catalogue; decides the noise too.
    pub id: u64,
    pub ra: f64,
    pub dec: f64,
    /// Magnitude in the mission's band.
    pub magnitude: f64,
    /// Kelvin.
    pub temperature: f64,
    /// The planet that crosses it.
    pub transit: Transit,
}

/// Transits of a planet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transit {
    /// Days.
    pub period: f64,
    /// One mid-transit, modified Julian date.
    pub epoch: f64,
    /// Part of the light that is lost.
    pub depth: f64,
    /// Days.
    pub duration: f64,
}

/// Format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    TessLightCurve,
    TessPixels,
    TessValidation,
    KeplerLightCurve,
    KeplerPixels,
    KeplerValidation,
    K2sff,
    Everest,
    K2varcat,
    Kbonus,
    Qlp,
    Tasoc,
    EleanorLite,
    Tglc,
    Cdips,
    FullFrame,
    TicaFrame,
    Cutout,
    Text,
    Pdf,
    Xml,
    Tar,
}

/// What is inside a product.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub kind: Kind,
    pub star: Arc<Star>,
    /// Rows of the table; bytes of a PDF, an XML or a tar file.
    pub num_rows: u32,
    /// Seconds of an exposure.
    pub exptime: f64,
    /// Exposures from one row to the next; more than 1 in files that are thinned to keep them small.
    pub stride: u32,
    /// First row, modified Julian date.
    pub start: f64,
    /// Sector, quarter or campaign.
    pub sequence: u16,
    pub camera: u8,
    pub ccd: u8,
    /// Columns and rows of the pixels.
    pub pixels: (u16, u16),
}

impl Content {
    /// Bytes of the file, known without making it.
    pub(crate) fn size(&self) -> u64 {
        match self.kind {
            Kind::Text => plain::text_size(self.num_rows),
            Kind::Pdf | Kind::Xml | Kind::Tar => u64::from(self.num_rows),
            Kind::KeplerPixels => plain::stored_gzip_size(self.fits_size()),
            _ => self.fits_size(),
        }
    }

    /// The HDUs of the file; none if it is not FITS.
    pub(crate) fn parts(&self) -> Vec<Part> {
        layout::parts(self)
    }

    fn fits_size(&self) -> u64 {
        self.parts().iter().map(|part| part.size(self.pixels)).sum()
    }
}
