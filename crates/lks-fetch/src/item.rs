//! What is to be brought: one row of a table, as far as fetching is concerned.

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

    /// The cutout of which this is the [`filename`](Self::filename) or the [`uri`](Self::uri); `None` for any other name.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.strip_prefix("tesscut:").unwrap_or(name);
        let mut words = name.strip_suffix("_astrocut.fits")?.split('_');
        let (place, ra, dec, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let mut numbers = place.strip_prefix("tess-s")?.split('-');
        let sector = numbers.next()?.parse().ok()?;
        let detector = match (numbers.next(), numbers.next()) {
            (Some(camera), Some(ccd)) => Some((camera.parse().ok()?, ccd.parse().ok()?)),
            _ => None,
        };
        let (nx, ny) = size.split_once('x')?;
        let cutout = Self {
            ra: ra.parse().ok()?,
            dec: dec.parse().ok()?,
            ny: ny.parse().ok()?,
            nx: nx.parse().ok()?,
            sector,
            detector,
        };
        // Only an exact name stands for an exact cutout.
        (cutout.ra.is_finite() && cutout.dec.is_finite() && cutout.filename() == name).then_some(cutout)
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
