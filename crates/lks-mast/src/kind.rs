//! Which products are light curves, pixel files, reports and the rest, decided by the end of the file name.

use std::fmt;
use std::str::FromStr;

use crate::cutout::TESSCUT;
use crate::error::Error;

/// What a product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// A light curve: the name ends in `lc.fits`.
    Timeseries,
    /// Target pixels: the name ends in `tp.fits` or `targ.fits.gz`.
    Cubedata,
    /// A data validation document: the name ends in `dvr.pdf`, `dvm.pdf` or `dvs.pdf`.
    DvReport,
    /// A cutout that TESScut makes from full-frame images on request.
    TessCut,
    /// Data validation time series: the name ends in `dvt.fits`.
    DvTimeseries,
    /// Data validation results for machines: the name ends in `dvr.xml`.
    DvXml,
    /// Everything else that the archive holds for the observation.
    Other,
}

impl Kind {
    /// All kinds, in the order in which they are listed for people.
    pub const ALL: [Self; 7] = [
        Self::Timeseries,
        Self::Cubedata,
        Self::DvReport,
        Self::TessCut,
        Self::DvTimeseries,
        Self::DvXml,
        Self::Other,
    ];

    /// The kind of a product by its file name.
    pub fn of_filename(filename: &str) -> Self {
        let ends_in = |endings: &[&str]| endings.iter().any(|ending| filename.ends_with(ending));
        if filename == TESSCUT {
            Self::TessCut
        } else if ends_in(&["lc.fits"]) {
            Self::Timeseries
        } else if ends_in(&["tp.fits", "targ.fits.gz"]) {
            Self::Cubedata
        } else if ends_in(&["dvr.pdf", "dvm.pdf", "dvs.pdf"]) {
            Self::DvReport
        } else if ends_in(&["dvt.fits", "dvt.fits.gz"]) {
            Self::DvTimeseries
        } else if ends_in(&["dvr.xml"]) {
            Self::DvXml
        } else {
            Self::Other
        }
    }

    /// The word in the column `kind`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timeseries => "timeseries",
            Self::Cubedata => "cubedata",
            Self::DvReport => "dvreports",
            Self::TessCut => "tesscut",
            Self::DvTimeseries => "dvtimeseries",
            Self::DvXml => "dvxml",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds(u8);

impl Kinds {
    /// Whether a kind is in the set.
    pub fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The kinds in the set, in the order of [`Kind::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |set, kind| set | 1 << kind as u8))
    }
}

/// Which kinds a search gives.
///
/// ```
/// use lks_mast::{Kind, KindFilter};
///
/// let wanted = "timeseries,dvreports".parse::<KindFilter>()?;
/// assert!(wanted.accepts(Kind::of_filename("tess2019198215352-s0014-0000000158324245-0150-s_lc.fits")));
/// assert!(!wanted.accepts(Kind::Cubedata));
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KindFilter {
    /// What lksearch gives: light curves, pixel files, data validation reports and cutouts.
    #[default]
    Standard,
    /// Only one kind. lksearch's `.cubedata` includes cutouts as well: `[Kind::Cubedata, Kind::TessCut].into()`.
    Only(Kind),
    /// These kinds and no others.
    AnyOf(Kinds),
    /// Everything that the archive returned.
    All,
}

/// Reads words separated by commas: kinds' names, lksearch's `filetype` words (`lightcurve`, `target pixel`, `dvreport`), or `all`.
/// As in lksearch, `cubedata` includes cutouts, and `target pixel` (or `tpf`) does not. The error lists the known words.
impl FromStr for KindFilter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim().to_ascii_lowercase();
        match text.as_str() {
            "all" => return Ok(Self::All),
            "standard" => return Ok(Self::Standard),
            _ => {}
        }
        let kinds = text
            .split(',')
            .map(|word| kinds_of_word(word.trim()))
            .collect::<Result<Vec<_>, _>>()?
            .concat();
        Ok(match kinds.as_slice() {
            [only] => Self::Only(*only),
            _ => Self::AnyOf(kinds.into_iter().collect()),
        })
    }
}

impl From<Kind> for KindFilter {
    fn from(kind: Kind) -> Self {
        Self::Only(kind)
    }
}

impl<const N: usize> From<[Kind; N]> for KindFilter {
    fn from(kinds: [Kind; N]) -> Self {
        Self::AnyOf(kinds.into_iter().collect())
    }
}

impl KindFilter {
    /// Whether products of this kind are given, and of no other.
    pub fn is_only(self, kind: Kind) -> bool {
        Kind::ALL.into_iter().filter(|each| self.accepts(*each)).eq([kind])
    }

    /// Whether a product of this kind is given.
    pub fn accepts(self, kind: Kind) -> bool {
        match self {
            Self::All => true,
            Self::Standard => matches!(kind, Kind::Timeseries | Kind::Cubedata | Kind::DvReport | Kind::TessCut),
            Self::Only(only) => kind == only,
            Self::AnyOf(kinds) => kinds.contains(kind),
        }
    }
}

fn kinds_of_word(word: &str) -> Result<Vec<Kind>, Error> {
    match word {
        "lightcurve" | "lightcurves" | "lc" => Ok(vec![Kind::Timeseries]),
        "cubedata" | "cube" => Ok(vec![Kind::Cubedata, Kind::TessCut]),
        "target pixel" | "targetpixel" | "tpf" => Ok(vec![Kind::Cubedata]),
        "dvreport" => Ok(vec![Kind::DvReport]),
        "dvt" => Ok(vec![Kind::DvTimeseries]),
        "all" | "standard" => Err(Error::invalid(format!(
            "'{word}' stands alone; leave the other kinds out"
        ))),
        _ => {
            let named = Kind::ALL.into_iter().find(|kind| kind.name() == word);
            named.map(|kind| vec![kind]).ok_or_else(|| {
                let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
                Error::invalid(format!("unknown kind '{word}'; known are {}, all", known.join(", ")))
            })
        }
    }
}

impl fmt::Display for KindFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("timeseries, cubedata, dvreports or tesscut"),
            Self::Only(kind) => kind.fmt(f),
            Self::AnyOf(kinds) => {
                let names: Vec<&str> = kinds.iter().map(Kind::name).collect();
                f.write_str(&names.join(" or "))
            }
            Self::All => f.write_str("all"),
        }
    }
}

#[cfg(test)]
mod tests;
