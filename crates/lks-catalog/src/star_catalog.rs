//! The catalogues by their names.

mod source;

use std::fmt;
use std::str::FromStr;

pub(crate) use source::{
    ARTIFACT, DISPOSITION, DUPLICATE, DUPLICATE_OF, Extra, Kind, Name, PositionEpoch, SPLIT, Source, TIC_GAIA_DR2,
    TIC_KIC,
};

use crate::error::Error;

/// A catalogue of stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StarCatalog {
    /// The TESS Input Catalog 8.2.
    Tic,
    /// The Kepler Input Catalog.
    Kic,
    /// The Ecliptic Plane Input Catalog of K2.
    Epic,
    /// Gaia's data release 2.
    GaiaDr2,
    /// Gaia's data release 3.
    GaiaDr3,
    /// Gaia's data release 4, as soon as a service has it.
    GaiaDr4,
}

impl StarCatalog {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Tic,
        Self::Kic,
        Self::Epic,
        Self::GaiaDr3,
        Self::GaiaDr2,
        Self::GaiaDr4,
    ];

    /// Its name in commands, such as `gaiadr3`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tic => "tic",
            Self::Kic => "kic",
            Self::Epic => "epic",
            Self::GaiaDr2 => "gaiadr2",
            Self::GaiaDr3 => "gaiadr3",
            Self::GaiaDr4 => "gaiadr4",
        }
    }

    /// What stands before a number of it, such as `Gaia DR3`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Tic => "TIC",
            Self::Kic => "KIC",
            Self::Epic => "EPIC",
            Self::GaiaDr2 => "Gaia DR2",
            Self::GaiaDr3 => "Gaia DR3",
            Self::GaiaDr4 => "Gaia DR4",
        }
    }

    /// The columns of an answer that only this catalogue has, with their units, in their order.
    pub(crate) fn extras(self) -> &'static [Extra] {
        self.source().extras
    }
}

/// Reads `tic`, `kic`, `epic`, `gaiadr3` and so on, with or without blanks and in any case; `gaia` alone is refused.
impl FromStr for StarCatalog {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let plain: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let plain = plain.to_ascii_lowercase().replace("edr3", "dr3");
        let known = Self::ALL.into_iter().find(|catalogue| catalogue.name() == plain);
        known.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            let why = match plain.as_str() {
                "gaia" => "Gaia gave its sources other numbers in each release; ",
                _ => "",
            };
            Error::invalid(format!("'{}' is not a catalogue: {why}there are {names}", text.trim()))
        })
    }
}

impl fmt::Display for StarCatalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
