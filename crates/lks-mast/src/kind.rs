//! Which products are light curves, pixel files, reports and the rest, decided by the end of the file name.

use std::fmt;

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
    /// A cutout that TESScut makes of full-frame images when it is asked.
    TessCut,
    /// Data validation time series: the name ends in `dvt.fits`.
    DvTimeseries,
    /// Data validation results for machines: the name ends in `dvr.xml`.
    DvXml,
    /// Everything else that the archive holds for the observation.
    Other,
}

impl Kind {
    /// All kinds, in the order in which they are told to people.
    pub const ALL: [Kind; 7] = [
        Kind::Timeseries,
        Kind::Cubedata,
        Kind::DvReport,
        Kind::TessCut,
        Kind::DvTimeseries,
        Kind::DvXml,
        Kind::Other,
    ];

    /// The kind of a product by its file name.
    pub fn of_filename(filename: &str) -> Self {
        let ends_in = |endings: &[&str]| endings.iter().any(|ending| filename.ends_with(ending));
        if filename == TESSCUT {
            Kind::TessCut
        } else if ends_in(&["lc.fits"]) {
            Kind::Timeseries
        } else if ends_in(&["tp.fits", "targ.fits.gz"]) {
            Kind::Cubedata
        } else if ends_in(&["dvr.pdf", "dvm.pdf", "dvs.pdf"]) {
            Kind::DvReport
        } else if ends_in(&["dvt.fits", "dvt.fits.gz"]) {
            Kind::DvTimeseries
        } else if ends_in(&["dvr.xml"]) {
            Kind::DvXml
        } else {
            Kind::Other
        }
    }

    /// The word in the column `kind`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Timeseries => "timeseries",
            Kind::Cubedata => "cubedata",
            Kind::DvReport => "dvreports",
            Kind::TessCut => "tesscut",
            Kind::DvTimeseries => "dvtimeseries",
            Kind::DvXml => "dvxml",
            Kind::Other => "other",
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
/// let wanted = KindFilter::parse("timeseries,dvreports")?;
/// assert!(wanted.accepts(Kind::of_filename("tess2019198215352-s0014-0000000158324245-0150-s_lc.fits")));
/// assert!(!wanted.accepts(Kind::Cubedata));
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KindFilter {
    /// What lksearch gives: light curves, pixel files, data validation reports and cutouts.
    #[default]
    Standard,
    /// Only one kind; for [`Kind::Cubedata`] cutouts as well, as lksearch's `.cubedata`.
    Only(Kind),
    /// These kinds and no other.
    AnyOf(Kinds),
    /// Everything that the archive sent.
    All,
}

impl KindFilter {
    /// Reads words separated by commas: kinds' names, lksearch's `filetype` words (`lightcurve`, `target pixel`, `dvreport`), or `all`.
    /// As in lksearch `cubedata` has cutouts among it, and `target pixel` (or `tpf`) has not.
    ///
    /// # Errors
    /// For another word; the message lists the known ones.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim().to_ascii_lowercase();
        match text.as_str() {
            "all" => return Ok(KindFilter::All),
            "standard" => return Ok(KindFilter::Standard),
            _ => {}
        }
        let filters = text
            .split(',')
            .map(|word| filter_of_word(word.trim()))
            .collect::<Result<Vec<KindFilter>, _>>()?;
        let accepted = |kind: &Kind| filters.iter().any(|filter| filter.accepts(*kind));
        Ok(match filters.as_slice() {
            [only] => *only,
            _ => KindFilter::AnyOf(Kind::ALL.into_iter().filter(accepted).collect()),
        })
    }

    /// Whether a product of this kind is given.
    pub fn accepts(self, kind: Kind) -> bool {
        match self {
            KindFilter::All => true,
            KindFilter::Standard => matches!(kind, Kind::Timeseries | Kind::Cubedata | Kind::DvReport | Kind::TessCut),
            KindFilter::Only(Kind::Cubedata) => matches!(kind, Kind::Cubedata | Kind::TessCut),
            KindFilter::Only(only) => kind == only,
            KindFilter::AnyOf(kinds) => kinds.contains(kind),
        }
    }
}

fn filter_of_word(word: &str) -> Result<KindFilter, Error> {
    match word {
        "lightcurve" | "lightcurves" | "lc" => Ok(KindFilter::Only(Kind::Timeseries)),
        "cube" => Ok(KindFilter::Only(Kind::Cubedata)),
        "target pixel" | "targetpixel" | "tpf" => Ok(KindFilter::AnyOf([Kind::Cubedata].into_iter().collect())),
        "dvreport" => Ok(KindFilter::Only(Kind::DvReport)),
        "dvt" => Ok(KindFilter::Only(Kind::DvTimeseries)),
        "all" | "standard" => Err(Error::invalid(format!(
            "'{word}' stands alone; leave the other kinds out"
        ))),
        _ => {
            let found = Kind::ALL.into_iter().find(|kind| kind.name() == word);
            found.map(KindFilter::Only).ok_or_else(|| {
                let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
                Error::invalid(format!("unknown kind '{word}'; known are {}, all", known.join(", ")))
            })
        }
    }
}

impl fmt::Display for KindFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KindFilter::Standard => f.write_str("timeseries, cubedata, dvreports or tesscut"),
            KindFilter::Only(kind) => kind.fmt(f),
            KindFilter::AnyOf(kinds) => {
                let names: Vec<&str> = kinds.iter().map(Kind::name).collect();
                f.write_str(&names.join(" or "))
            }
            KindFilter::All => f.write_str("all"),
        }
    }
}

#[cfg(test)]
mod tests;
