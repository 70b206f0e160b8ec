//! What the rows of a result must satisfy, as plain values; reading them from text, and applying them.
//!
//! Everything compares without regard to case. A term that begins with `!` excludes: a value passes when it satisfies at least one of the
//! other terms (if there are any) and none of the excluded ones, as in `astroquery.mast`.

mod apply;
mod campaign;
mod numbers;

pub use apply::Rejection;
pub(crate) use apply::{apply, is_of_kind, is_of_provenance};
pub use campaign::{Campaign, Campaigns, Half};
pub use numbers::Numbers;

use crate::error::Error;
use crate::pipeline::Pipeline;

/// The filters of a search; `None` lets everything pass. Build it with `..Filters::default()`: more filters will come.
///
/// ```
/// use lks_mast::{Exptime, Filters, Numbers, Words};
///
/// let filters = Filters {
///     sector: Some(Numbers::parse("14..20,!17")?),
///     pipeline: Some(Words::new(["SPOC", "QLP"])),
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
    /// Who made the product (`SPOC`, `QLP`, `EVEREST`, …); `TESS` means `SPOC`.
    pub pipeline: Option<Words>,
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
    /// MAST's `distance` from the asked position to the observation's footprint, in arcseconds.
    pub distance: Option<Numbers>,
    /// The product's description contains these words.
    pub description: Option<Description>,
    /// MAST's name of the target.
    pub target_name: Option<Words>,
    /// The column `mission` (`TESS`, `HLSP`, `Kepler`, …).
    pub mission: Option<Words>,
}

/// Texts of which one must be equal, capitals or not, and texts of which none may be.
///
/// ```
/// use lks_mast::Words;
///
/// let pipelines = Words::new(["!QLP"]);
/// assert!(pipelines.accepts(Some("SPOC")) && !pipelines.accepts(Some("qlp")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// One of these, if there are any.
    pub any: Vec<String>,
    /// None of these.
    pub none: Vec<String>,
}

impl Words {
    /// One of the given texts; a leading `!` excludes.
    pub fn new<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Self {
        let mut filter = Words::default();
        for word in words {
            match word.as_ref().trim().strip_prefix('!') {
                Some(excluded) => filter.none.push(excluded.trim().to_owned()),
                None => filter.any.push(word.as_ref().trim().to_owned()),
            }
        }
        filter
    }

    /// Whether a value passes; a missing one passes only when nothing is asked for.
    pub fn accepts(&self, value: Option<&str>) -> bool {
        let equal = |words: &[String]| value.is_some_and(|value| words.iter().any(|word| same(word, value)));
        (self.any.is_empty() || equal(&self.any)) && !equal(&self.none)
    }

    pub(crate) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let all = |words: &[String]| words.iter().map(|word| change(word)).collect();
        Self {
            any: all(&self.any),
            none: all(&self.none),
        }
    }
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

/// Words that a description contains. They are plain text, not patterns.
///
/// ```
/// use lks_mast::Description;
///
/// let pixels = Description::All(vec!["target".into(), "pixel".into()]);
/// assert!(pixels.accepts(Some("Target pixel files")) && !pixels.accepts(Some("Light curves")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Description {
    /// At least one of the words, and none of those with a leading `!`.
    Any(Vec<String>),
    /// Every word, and none of those with a leading `!`.
    All(Vec<String>),
}

impl Description {
    /// Whether a description passes; a missing one contains nothing.
    pub fn accepts(&self, value: Option<&str>) -> bool {
        let value = value.unwrap_or_default().to_lowercase();
        let contains = |word: &&str| value.contains(&word.to_lowercase());
        let (Description::Any(words) | Description::All(words)) = self;
        let (excluded, wanted): (Vec<&str>, Vec<&str>) =
            words.iter().map(String::as_str).partition(|word| word.starts_with('!'));
        let found = match self {
            Description::Any(_) => wanted.is_empty() || wanted.iter().any(contains),
            Description::All(_) => wanted.iter().all(contains),
        };
        found && !excluded.iter().any(|word| contains(&&word[1..]))
    }
}

/// Exposure times.
#[derive(Debug, Clone, PartialEq)]
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

impl Exptime {
    /// Reads `fast`, `short`, `long` (or `ffi`), `shortest`, `longest`, or numbers as [`Numbers::parse`] does.
    ///
    /// # Errors
    /// For anything else; the message lists the known words.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text.trim().to_ascii_lowercase().as_str() {
            "fast" => Ok(Exptime::Fast),
            "short" => Ok(Exptime::Short),
            "long" | "ffi" => Ok(Exptime::Long),
            "shortest" => Ok(Exptime::Shortest),
            "longest" => Ok(Exptime::Longest),
            other => Numbers::parse(other).map(Exptime::Seconds).map_err(|error| {
                if !other.contains(char::is_alphabetic) {
                    return error;
                }
                Error::invalid(format!(
                    "unknown exposure time '{text}'; give seconds ('120', '20,120', '100:500') or fast, short, long, shortest, longest"
                ))
            }),
        }
    }

    /// The span of times that can pass, where it is known beforehand.
    pub(crate) fn bounds(&self) -> Option<(f64, f64)> {
        match self {
            Exptime::Seconds(numbers) => numbers.bounds(),
            Exptime::Fast => Some((0.0, 60.0)),
            Exptime::Short => Some((60.0, 120.0)),
            Exptime::Long => Some((120.0, f64::INFINITY)),
            Exptime::Shortest | Exptime::Longest => None,
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
