//! What a search is about: a name, a position, or a mission's own number.
//!
//! Decides by spelling alone; nothing is sent here.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::position::Position;

/// Characters of the longest text that is taken for a target; the names of stars are far shorter.
pub(crate) const LONGEST: usize = 200;

/// What to search for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// A name that the resolver turns into a position.
    Name(String),
    /// A position on the sky.
    Position(Position),
    /// A number in a mission's own catalogue.
    Id(TargetId),
    /// None: whatever the archive lists.
    Any,
}

/// A star's number in the input catalogue of one mission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TargetId {
    /// Which catalogue.
    pub catalog: Catalog,
    /// The number in it.
    pub number: u64,
}

/// The input catalogues of the three missions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Catalog {
    /// TESS Input Catalog.
    Tic,
    /// Kepler Input Catalog.
    Kic,
    /// Ecliptic Plane Input Catalog, of K2.
    Epic,
}

impl Catalog {
    /// The name as it is written before a number, in words for people and for the resolver.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tic => "TIC",
            Self::Kic => "KIC",
            Self::Epic => "EPIC",
        }
    }
}

impl TargetId {
    /// The `target_name` under which MAST files the mission's observations: bare for TESS, `kplr` and `ktwo` with nine digits else.
    pub fn target_name(&self) -> String {
        match self.catalog {
            Catalog::Tic => self.number.to_string(),
            Catalog::Kic => format!("kplr{:09}", self.number),
            Catalog::Epic => format!("ktwo{:09}", self.number),
        }
    }

    /// The star that a `target_name` of MAST stands for, if it stands for one of the given catalogue.
    pub(crate) fn from_target_name(text: &str, catalog: Catalog) -> Option<Self> {
        let digits = match catalog {
            Catalog::Tic => text,
            Catalog::Kic => text.strip_prefix("kplr")?,
            Catalog::Epic => text.strip_prefix("ktwo")?,
        };
        let digital = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        digital
            .then(|| digits.parse().ok())
            .flatten()
            .map(|number| Self { catalog, number })
    }

    /// Reads an id in any usual spelling: `TIC 1`, `tic1`, `TESS-1`, `KIC 000000001`, `kplr000000001`, `EPIC_1`, `ktwo1`.
    fn parse(text: &str) -> Result<Option<Self>, Error> {
        const PREFIXES: [(&str, Catalog); 6] = [
            ("tic", Catalog::Tic),
            ("tess", Catalog::Tic),
            ("kic", Catalog::Kic),
            ("kplr", Catalog::Kic),
            ("epic", Catalog::Epic),
            ("ktwo", Catalog::Epic),
        ];
        let lower = text.to_ascii_lowercase();
        for (prefix, catalog) in PREFIXES {
            let Some(rest) = lower.strip_prefix(prefix) else {
                continue;
            };
            let digits = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | ':' | '#'));
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            if rest.starts_with(char::is_whitespace) && rest.trim_start().strip_prefix('-') == Some(digits) {
                return Err(Error::target(text, id_with_sign(text, digits)));
            }
            let number = digits
                .parse()
                .map_err(|_| Error::target(text, "the number is too large for any catalogue; check its digits"))?;
            return Ok(Some(Self { catalog, number }));
        }
        Ok(None)
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.catalog.name(), self.number)
    }
}

/// The text as a keyboard has it: what is copied from papers has minus signs, hyphens and blanks that look the same and are others.
///
/// ```
/// assert_eq!(lks_mast::as_typed(" K2\u{2212}18\u{a0}b"), "K2-18 b");
/// ```
pub fn as_typed(text: &str) -> Cow<'_, str> {
    // Most texts are typed, and lists have many of them.
    let is_typed =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') && !text.contains("  ");
    if is_typed(text) {
        return Cow::Borrowed(text.trim_matches(' '));
    }
    let is_hyphen = |c: char| {
        matches!(
            c,
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
        )
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    Cow::Owned(words.join(" ").replace(is_hyphen, "-"))
}

/// The text of a name or another target, [as typed](as_typed), without quotes around it.
///
/// # Errors
/// [`Error::InvalidTarget`] if nothing is left, or more than any name has.
pub fn name_as_typed(text: &str) -> Result<String, Error> {
    let typed = as_typed(text);
    let text = typed.trim_matches(['"', '\'']).trim();
    if text.is_empty() {
        return Err(Error::target(
            text,
            "give a name, an id such as 'TIC 158324245', or a position such as '285.6794 +50.2413'",
        ));
    }
    if text.chars().count() > LONGEST {
        let shortened = text.chars().take(40).collect::<String>() + "…";
        return Err(Error::target(
            shortened,
            format!("it is longer than {LONGEST} characters"),
        ));
    }
    Ok(text.to_owned())
}

/// Why an id with a sign before its digits is refused.
pub fn id_with_sign(id: &str, digits: &str) -> String {
    let catalogue = id.trim_end_matches(digits).trim_end_matches(['-', ' ']);
    format!("an id has no sign; write '{catalogue} {digits}'")
}

/// Why a number of Gaia without a release is refused.
pub fn gaia_without_release(number: &str) -> String {
    format!(
        "Gaia gave its sources other numbers in each release; write 'Gaia DR2 {number}' or 'Gaia DR3 {number}', whichever it is from (from 2 December 2026 on \
         also 'Gaia DR4 {number}')"
    )
}

/// Reads what people write: an id, a pair of angles (see [`Position::from_str`]), or else a name. An empty text, a bare number (which
/// could be three different stars), a number of Gaia without its release, and angles that do not lie on the sphere are refused.
///
/// ```
/// # use lks_mast::{Catalog, Target};
/// let target: Target = "tic-0158324245".parse()?;
/// assert!(matches!(target, Target::Id(id) if id.catalog == Catalog::Tic && id.number == 158324245));
/// assert!(matches!("19:02:43.1 +50:14:28.7".parse()?, Target::Position(_)));
/// assert!("158324245".parse::<Target>().is_err());
/// # Ok::<(), lks_mast::Error>(())
/// ```
impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let typed = name_as_typed(text)?;
        let text = typed.as_str();
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let reason = format!(
                "a bare number could be three different stars; write 'TIC {text}', 'KIC {text}' or 'EPIC {text}'"
            );
            return Err(Error::target(text, reason));
        }
        let of_gaia = text
            .get(..4)
            .filter(|word| word.eq_ignore_ascii_case("gaia"))
            .map(|_| &text[4..]);
        let number = of_gaia.map(|rest| rest.trim_start_matches([' ', '_', '-', ':', '#']));
        if let Some(number) =
            number.filter(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Err(Error::target(text, gaia_without_release(number)));
        }
        if let Some(id) = TargetId::parse(text)? {
            return Ok(Self::Id(id));
        }
        if let Some(position) = Position::read(text)? {
            return Ok(Self::Position(position));
        }
        Ok(Self::Name(text.to_owned()))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Position(position) => position.fmt(f),
            Self::Id(id) => id.fmt(f),
            Self::Any => f.write_str("any target"),
        }
    }
}

impl From<Position> for Target {
    fn from(position: Position) -> Self {
        Self::Position(position)
    }
}

impl From<TargetId> for Target {
    fn from(id: TargetId) -> Self {
        Self::Id(id)
    }
}

#[cfg(test)]
mod tests;
