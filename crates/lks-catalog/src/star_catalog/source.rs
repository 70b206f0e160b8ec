//! Where each catalogue is, which columns have its positions, and at which epoch they hold.
//!
//! The names of tables and columns are VizieR's and ESA's. What a service really has is asked of its `TAP_SCHEMA`, so that one that renames a column
//! that can be done without breaks nothing.

use super::StarCatalog;
use crate::error::CatalogService;

impl StarCatalog {
    pub(crate) fn source(self) -> &'static Source {
        match self {
            Self::Tic => &TIC,
            Self::Kic => &KIC,
            Self::Epic => &EPIC,
            Self::GaiaDr2 => &GAIA_DR2,
            Self::GaiaDr3 => &GAIA_DR3,
            Self::GaiaDr4 => &GAIA_DR4,
        }
    }
}

/// A catalogue as a service has it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) service: CatalogService,
    /// Its table; of a release that no service had when this was written, how the name of its table ends.
    pub(crate) table: &'static str,
    /// Whether the table was there when this was written; else it is looked for.
    pub(crate) is_known: bool,
    pub(crate) id: Name,
    pub(crate) ra: Name,
    pub(crate) dec: Name,
    pub(crate) epoch: PositionEpoch,
    pub(crate) pm_ra: Name,
    pub(crate) pm_dec: Name,
    pub(crate) parallax: Name,
    pub(crate) radial_velocity: Name,
    pub(crate) magnitude: Name,
    /// The passband of that magnitude.
    pub(crate) band: &'static str,
    pub(crate) extras: &'static [Extra],
}

/// A column by its name, and by other names that it has elsewhere; of a column that the catalogue lacks, none.
pub(crate) type Name = &'static [&'static str];

/// When positions hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PositionEpoch {
    /// This Julian year for all of them.
    Year(f64),
    /// What this column says in Julian years.
    Column(Name),
}

impl PositionEpoch {
    /// The column that says it, if one does.
    pub(crate) fn column(self) -> Option<Name> {
        match self {
            Self::Year(_) => None,
            Self::Column(names) => Some(names),
        }
    }
}

/// A column of one catalogue beside those that all have.
#[derive(Debug)]
pub(crate) struct Extra {
    /// Its name in answers.
    pub(crate) name: &'static str,
    /// Its unit, empty if it has none.
    pub(crate) unit: &'static str,
    pub(crate) kind: Kind,
    pub(crate) source: Name,
}

/// What an extra column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    Text,
    /// A star of another catalogue, as its id.
    Star(StarCatalog),
}

const fn number(name: &'static str, unit: &'static str, source: Name) -> Extra {
    Extra {
        name,
        unit,
        kind: Kind::Number,
        source,
    }
}

const fn text(name: &'static str, source: Name) -> Extra {
    Extra {
        name,
        unit: "",
        kind: Kind::Text,
        source,
    }
}

const fn star(name: &'static str, catalogue: StarCatalog, source: Name) -> Extra {
    Extra {
        name,
        unit: "",
        kind: Kind::Star(catalogue),
        source,
    }
}

const TEMPERATURE: Extra = number("temperature", "K", &["Teff"]);
const GRAVITY: Extra = number("log_g", "log(cm.s**-2)", &["logg"]);

/// The column of the TIC with numbers of Gaia **DR2**: the catalogue is built on that release
/// ([Stassun et al. 2019](https://arxiv.org/abs/1905.10694), section 2).
pub(crate) const TIC_GAIA_DR2: &str = "gaia_dr2";
/// The column of the TIC with numbers of the KIC.
pub(crate) const TIC_KIC: &str = "kic";
/// `DUPLICATE`, `SPLIT`, `JOIN` or `ARTIFACT` ([Paegert et al. 2021](https://arxiv.org/abs/2108.04778), section 3).
pub(crate) const DISPOSITION: &str = "disposition";
pub(crate) const DUPLICATE: &str = "DUPLICATE";
pub(crate) const SPLIT: &str = "SPLIT";
pub(crate) const ARTIFACT: &str = "ARTIFACT";
/// The star that a `DUPLICATE` repeats, or that a new number was split from.
pub(crate) const DUPLICATE_OF: &str = "duplicate_of";

/// VizieR IV/39; `RAJ2000` and `DEJ2000` were moved to 2000.0 by the authors of the catalogue.
static TIC: Source = Source {
    service: CatalogService::Vizier,
    table: "IV/39/tic82",
    is_known: true,
    id: &["TIC"],
    ra: &["RAJ2000"],
    dec: &["DEJ2000"],
    epoch: PositionEpoch::Year(2000.0),
    pm_ra: &["pmRA"],
    pm_dec: &["pmDE"],
    parallax: &["Plx"],
    radial_velocity: &[],
    magnitude: &["Tmag"],
    band: "TESS",
    extras: &[
        number("gaia_mag", "mag", &["Gmag"]),
        TEMPERATURE,
        GRAVITY,
        number("radius", "solRad", &["Rad"]),
        number("mass", "solMass", &["Mass"]),
        star(TIC_KIC, StarCatalog::Kic, &["KIC"]),
        star(TIC_GAIA_DR2, StarCatalog::GaiaDr2, &["GAIA"]),
        text("twomass", &["2MASS", "_2MASS"]),
        text("object_type", &["S/G", "S_G", "objType"]),
        text(DISPOSITION, &["Disp", "disposition"]),
        star(DUPLICATE_OF, StarCatalog::Tic, &["m_TIC", "duplicate_id"]),
    ],
};

/// VizieR V/133.
static KIC: Source = Source {
    service: CatalogService::Vizier,
    table: "V/133/kic",
    is_known: true,
    id: &["KIC"],
    ra: &["RAJ2000"],
    dec: &["DEJ2000"],
    epoch: PositionEpoch::Year(2000.0),
    pm_ra: &["pmRA"],
    pm_dec: &["pmDE"],
    parallax: &["Plx"],
    radial_velocity: &[],
    magnitude: &["kepmag"],
    band: "Kepler",
    extras: &[TEMPERATURE, GRAVITY, number("radius", "solRad", &["Radius"])],
};

/// VizieR IV/34.
static EPIC: Source = Source {
    service: CatalogService::Vizier,
    table: "IV/34/epic",
    is_known: true,
    id: &["ID", "EPIC"],
    ra: &["RAJ2000"],
    dec: &["DEJ2000"],
    epoch: PositionEpoch::Year(2000.0),
    pm_ra: &["pmRA"],
    pm_dec: &["pmDEC", "pmDE"],
    parallax: &["plx", "Plx"],
    radial_velocity: &[],
    magnitude: &["Kpmag", "kepmag"],
    band: "Kepler",
    extras: &[
        TEMPERATURE,
        GRAVITY,
        number("radius", "solRad", &["Rad"]),
        number("mass", "solMass", &["Mass"]),
    ],
};

/// VizieR I/355. `RA_ICRS` and `DE_ICRS` hold at 2016.0; the `RAJ2000` beside them is already moved to 2000.
static GAIA_DR3: Source = Source {
    table: "I/355/gaiadr3",
    epoch: PositionEpoch::Year(2016.0),
    ..GAIA_AT_VIZIER
};

/// VizieR I/345; positions hold at 2015.5.
static GAIA_DR2: Source = GAIA_AT_VIZIER;

const GAIA_AT_VIZIER: Source = Source {
    service: CatalogService::Vizier,
    table: "I/345/gaia2",
    is_known: true,
    id: &["Source"],
    ra: &["RA_ICRS"],
    dec: &["DE_ICRS"],
    epoch: PositionEpoch::Year(2015.5),
    pm_ra: &["pmRA"],
    pm_dec: &["pmDE"],
    parallax: &["Plx"],
    radial_velocity: &["RV"],
    magnitude: &["Gmag"],
    band: "Gaia G",
    extras: &[
        number("bp_mag", "mag", &["BPmag"]),
        number("rp_mag", "mag", &["RPmag"]),
        TEMPERATURE,
        GRAVITY,
    ],
};

/// ESA's archive, by the names that all its releases have; each source says its epoch.
static GAIA_DR4: Source = Source {
    service: CatalogService::Gaia,
    table: "gaiadr4.gaia_source",
    is_known: false,
    id: &["source_id"],
    ra: &["ra"],
    dec: &["dec"],
    epoch: PositionEpoch::Column(&["ref_epoch"]),
    pm_ra: &["pmra"],
    pm_dec: &["pmdec"],
    parallax: &["parallax"],
    radial_velocity: &["radial_velocity"],
    magnitude: &["phot_g_mean_mag"],
    band: "Gaia G",
    extras: &[
        number("bp_mag", "mag", &["phot_bp_mean_mag"]),
        number("rp_mag", "mag", &["phot_rp_mean_mag"]),
        number("temperature", "K", &["teff_gspphot"]),
        number("log_g", "log(cm.s**-2)", &["logg_gspphot"]),
    ],
};
