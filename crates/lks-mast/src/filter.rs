//! What the rows of a result must satisfy, as plain values; reading them from text, and applying them.
//!
//! Everything compares without regard to case. A term that begins with `!` excludes: a value passes when it satisfies at least one of the
//! other terms (if there are any) and none of the excluded ones, as in `astroquery.mast`.

mod apply;
mod campaign;
mod numbers;
mod terms;
mod text;

pub use apply::Rejection;
pub(crate) use apply::{apply, is_of_kind, is_of_provenance};
pub use campaign::{Campaign, CampaignHalf, Campaigns};
pub use numbers::Numbers;
pub(crate) use terms::Terms;
pub use text::{Description, TextFilter};

use std::str::FromStr;

use crate::error::Error;
use crate::pipeline::Pipeline;

/// The filters of a search; `None` lets everything pass. It stays open to literals on purpose: write
/// `..Filters::default()` at their end, because more filters will come.
///
/// ```
/// use lks_mast::{Exptime, Filters, Numbers, TextFilter};
///
/// let filters = Filters {
///     sector: Some("14..20,!17".parse()?),
///     pipeline: Some(TextFilter::new(["SPOC", "QLP"])),
///     exptime: Some(Exptime::Short),
///     ..Filters::default()
/// };
/// assert!(filters.sector.is_some_and(|sector| sector.accepts(Some(14.0)) && !sector.accepts(Some(17.0))));
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filters {
    /// Exposure time in seconds.
    pub exptime: Option<Exptime>,
    /// The pipeline that made the product (`SPOC`, `QLP`, `EVEREST`, …); `TESS` means `SPOC`.
    pub pipeline: Option<TextFilter>,
    /// TESS sector; of a multi-sector observation, the last one.
    pub sector: Option<Numbers>,
    /// Kepler quarter.
    pub quarter: Option<Numbers>,
    /// Month of the quarter, 1 to 3. Only Kepler's short cadence is divided into months, so nothing else passes.
    pub month: Option<Numbers>,
    /// K2 campaign.
    pub campaign: Option<Campaigns>,
    /// Sector, quarter or campaign, whichever the row has.
    pub sequence: Option<Numbers>,
    /// Year of the observation.
    pub year: Option<Numbers>,
    /// MAST's `distance` from the requested position to the observation's footprint, in arcseconds.
    pub distance: Option<Numbers>,
    /// The product's description contains these words.
    pub description: Option<Description>,
    /// MAST's name of the target.
    pub target_name: Option<TextFilter>,
    /// The column `mission` (`TESS`, `HLSP`, `Kepler`, …).
    pub mission: Option<TextFilter>,
}

/// The ends of a range `A..B` or `A:B`, both included; those of a single value are equal.
fn ends<T: Copy + PartialOrd>(word: &str, end: impl Fn(&str) -> Result<T, Error>) -> Result<(T, T), Error> {
    for sign in ["..", ":"] {
        if let Some((first, last)) = word.split_once(sign) {
            let (low, high) = (end(first)?, end(last)?);
            if low > high {
                let message = format!("the range '{word}' ends before it begins; write '{last}{sign}{first}'");
                return Err(Error::invalid(message));
            }
            return Ok((low, high));
        }
    }
    end(word).map(|one| (one, one))
}

pub(crate) fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right) || left.to_lowercase() == right.to_lowercase()
}

/// Exposure times.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Exptime {
    /// Seconds.
    Seconds(Numbers),
    /// Less than 60 s.
    Fast,
    /// 60 s to 120 s.
    Short,
    /// More than 120 s.
    Long,
    /// The shortest among the rows that pass all other filters.
    Shortest,
    /// The longest among the rows that pass all other filters.
    Longest,
}

/// Reads `fast`, `short`, `long` (or `ffi`), `shortest`, `longest`, or seconds as [`Numbers`] are written; the error lists these words.
impl FromStr for Exptime {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.trim().to_ascii_lowercase().as_str() {
            "fast" => Ok(Self::Fast),
            "short" => Ok(Self::Short),
            "long" | "ffi" => Ok(Self::Long),
            "shortest" => Ok(Self::Shortest),
            "longest" => Ok(Self::Longest),
            other => other.parse().map(Self::Seconds).map_err(|error| {
                if !other.contains(char::is_alphabetic) {
                    return error;
                }
                Error::invalid(format!(
                    "unknown exposure time '{text}'; give seconds ('120', '20,120', '100:500') or fast, short, long, shortest, longest"
                ))
            }),
        }
    }
}

impl Exptime {
    /// The span of times that can pass, where it is known beforehand.
    pub(crate) fn bounds(&self) -> Option<(f64, f64)> {
        match self {
            Self::Seconds(numbers) => numbers.bounds(),
            Self::Fast => Some((0.0, 60.0)),
            Self::Short => Some((60.0, 120.0)),
            Self::Long => Some((120.0, f64::INFINITY)),
            Self::Shortest | Self::Longest => None,
        }
    }
}

/// The name under which MAST files a pipeline: `TESS` is `SPOC`, known names get MAST's capitals.
pub(crate) fn pipeline_name(word: &str) -> String {
    if word.eq_ignore_ascii_case("tess") {
        return "SPOC".to_owned();
    }
    known_pipeline(word).map_or_else(|| word.to_owned(), str::to_owned)
}

/// The exact spelling of a pipeline that MAST is known to hold; only these can be asked of the server, which compares exactly.
pub(crate) fn known_pipeline(word: &str) -> Option<&'static str> {
    Pipeline::archived(word).map(|pipeline| pipeline.name)
}

#[cfg(test)]
mod tests;
