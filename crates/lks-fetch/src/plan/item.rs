//! What is to be brought: one row of a table, as far as fetching is concerned.

mod name;

use std::fs::File;
use std::path::Path;

use lks_fits::{HduKind, verify};

/// One file that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is and how it is named at its source.
    pub what: What,
    /// `obs_collection`: the first directory below `mastDownload`.
    pub collection: String,
    /// The product's `obs_id`: the second directory.
    pub obs_id: String,
    /// `productFilename`: the file's name.
    pub filename: String,
    /// The table's `size` in bytes. Advice only: what is served may differ.
    pub size: Option<u64>,
}

/// What a row stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A product with a `dataURI`.
    Product {
        /// The `dataURI`, such as `mast:TESS/product/….fits`.
        uri: String,
    },
    /// A cutout that is still to be made.
    Cutout(Cutout),
    /// A row that names no file.
    Nothing {
        /// Why.
        reason: String,
    },
}

/// A cutout of the full-frame images, exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct Cutout {
    /// Right ascension in degrees, ICRS.
    pub ra: f64,
    /// Declination in degrees, ICRS.
    pub dec: f64,
    /// Rows, in pixels of 21 arcseconds.
    pub ny: u32,
    /// Columns, in pixels.
    pub nx: u32,
    /// The sector.
    pub sector: u32,
    /// Camera (1 to 4) and CCD (1 to 4), where the sector list told them.
    pub detector: Option<(u8, u8)>,
}

impl Cutout {
    /// The name of the file as the service gives it, without a suffix: `tess-s0014-4-1_84.291188_-80.469120_35x45_astrocut.fits`.
    ///
    /// Six decimals of a degree are 3.6 milliarcseconds, far below a pixel; the position is asked for with the same digits, so that
    /// the name is exact.
    pub fn filename(&self) -> String {
        let detector = self
            .detector
            .map_or(String::new(), |(camera, ccd)| format!("-{camera}-{ccd}"));
        let Self {
            ra,
            dec,
            ny,
            nx,
            sector,
            ..
        } = self;
        format!("tess-s{sector:04}{detector}_{ra:.6}_{dec:.6}_{nx}x{ny}_astrocut.fits")
    }

    /// The name it has in the store's records.
    pub fn uri(&self) -> String {
        format!("tesscut:{}", self.filename())
    }

    /// The cutout of this name, be it the [`uri`](Self::uri), the [`filename`](Self::filename) or one that astrocut from 1.2 on gives
    /// (`…_84.2911880_-80.4691200_35-x-45_astrocut.fits`); `None` for any other name, and where the size is not in whole pixels.
    pub fn parse(name: &str) -> Option<Self> {
        let named = name::read(name.strip_prefix("tesscut:").unwrap_or(name))?;
        let pixels = named.pixels?;
        Some(named.cutout(pixels))
    }

    /// What a name says of a cutout, for a size that it does not give in pixels with one pixel.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let named = name::read(name)?;
        let pixels = named.pixels.unwrap_or((1, 1));
        Some(named.cutout(pixels))
    }

    /// The cutout that a file holds; `None` if its name is not a cutout's. Columns and rows are those of the file: a name may give an
    /// angle, and astrocut may cut a pixel more or less than it was asked for.
    ///
    /// # Errors
    /// It is not a target pixel file, or cannot be read, in words.
    pub fn of_file(path: &Path) -> Result<Option<Self>, String> {
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(named) = name.and_then(name::read) else {
            return Ok(None);
        };
        let unreadable = |error: std::io::Error| format!("it cannot be read: {error}");
        // Opening a pipe would wait for its other end.
        if !path.metadata().map_err(unreadable)?.is_file() {
            return Err("it is no file".to_owned());
        }
        let report =
            verify::structure(File::open(path).map_err(unreadable)?, None).map_err(|error| error.to_string())?;
        let mut apertures = report.hdus.iter().map(|hdu| &hdu.info);
        let aperture = apertures.find(|info| info.kind == HduKind::Image && info.name == "APERTURE");
        let pixels = aperture.and_then(|info| match *info.shape {
            [nx, ny] => u32::try_from(nx).ok().zip(u32::try_from(ny).ok()),
            _ => None,
        });
        let pixels =
            pixels.ok_or("it is named as a cutout and has no image APERTURE, whose size is that of the cutout")?;
        Ok(Some(named.cutout(pixels)))
    }
}

impl Item {
    /// The product of a row.
    pub fn product(
        uri: impl Into<String>,
        collection: impl Into<String>,
        obs_id: impl Into<String>,
        filename: impl Into<String>,
        size: Option<u64>,
    ) -> Self {
        let (collection, obs_id, filename) = (collection.into(), obs_id.into(), filename.into());
        Self {
            what: What::Product { uri: uri.into() },
            collection,
            obs_id,
            filename,
            size,
        }
    }

    /// A cutout.
    pub fn cutout(cutout: Cutout) -> Self {
        let filename = cutout.filename();
        let (collection, obs_id) = ("TESSCut".to_owned(), String::new());
        Self {
            what: What::Cutout(cutout),
            collection,
            obs_id,
            filename,
            size: None,
        }
    }

    /// The name it has in the store's records; `None` for a row that names no file.
    pub fn uri(&self) -> Option<String> {
        match &self.what {
            What::Product { uri } => Some(uri.clone()),
            What::Cutout(cutout) => Some(cutout.uri()),
            What::Nothing { .. } => None,
        }
    }

    /// The `dataURI` as the table has it.
    pub fn data_uri(&self) -> Option<&str> {
        match &self.what {
            What::Product { uri } => Some(uri),
            What::Cutout(_) | What::Nothing { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
