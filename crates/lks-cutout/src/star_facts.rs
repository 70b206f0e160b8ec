//! What a target pixel file says of its star.

/// What a catalogue knows of the star that a cutout was made for. What is `None` becomes a card without a value, where astrocut writes 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StarFacts {
    /// The name of the target (`OBJECT`); without one, `TIC` and the number of the star if that is known, and else an empty text, because FITS has no `OBJECT` without a value.
    pub object: Option<String>,
    /// The number in the TESS Input Catalog (`TICID`).
    pub tic_id: Option<u64>,
    /// Which version of the catalogue it is (`TICVER`), such as `8.2`.
    pub tic_version: Option<String>,
    /// Magnitude in the band of TESS (`TESSMAG`).
    pub tess_magnitude: Option<f64>,
    /// Proper motion in right ascension, with the cosine of the declination, in milliarcseconds per year (`PMRA`).
    pub pm_ra: Option<f64>,
    /// Proper motion in declination in milliarcseconds per year (`PMDEC`).
    pub pm_dec: Option<f64>,
    /// Effective temperature in kelvin (`TEFF`).
    pub effective_temperature: Option<f64>,
    /// Decimal logarithm of the surface gravity in cm/s² (`LOGG`).
    pub log_gravity: Option<f64>,
    /// Metallicity \[M/H\], decimal logarithm (`MH`).
    pub metallicity: Option<f64>,
    /// Radius in radii of the Sun (`RADIUS`).
    pub radius: Option<f64>,
}
