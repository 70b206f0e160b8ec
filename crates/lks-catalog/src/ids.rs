//! Numbers of stars, each with its catalogue: a number means another star in another catalogue, and in another release of Gaia.
//!
//! Decides by spelling alone; nothing is sent here.

use std::fmt;
use std::str::FromStr;

use lks_mast::{Catalog, TargetId, as_typed, gaia_without_release, id_with_sign};

use crate::error::Error;
use crate::star_catalog::StarCatalog;

macro_rules! numbers {
    ($($(#[$words:meta])* $name:ident)*) => {$(
        $(#[$words])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", StarCatalog::$name.label(), self.0)
            }
        }

        impl From<$name> for StarId {
            fn from(id: $name) -> Self {
                Self::$name(id)
            }
        }
    )*};
}

numbers! {
    /// A number in the TESS Input Catalog.
    Tic
    /// A number in the Kepler Input Catalog.
    Kic
    /// A number in the Ecliptic Plane Input Catalog, of K2.
    Epic
    /// A `source_id` of Gaia's data release 2, which the TIC is built on.
    GaiaDr2
    /// A `source_id` of Gaia's data release 3, and of its early part, EDR3, which has the same sources.
    GaiaDr3
    /// A `source_id` of Gaia's data release 4.
    GaiaDr4
}

/// A star's number in one of the catalogues.
///
/// ```
/// use lks_catalog::{GaiaDr3, StarId, Tic};
///
/// assert_eq!("tic-0158324245".parse::<StarId>()?, StarId::Tic(Tic(158324245)));
/// assert_eq!("GaiaDR3 2130632159134827392".parse::<StarId>()?, StarId::GaiaDr3(GaiaDr3(2130632159134827392)));
/// assert!("Gaia 2130632159134827392".parse::<StarId>().is_err(), "of which release?");
/// # Ok::<(), lks_catalog::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StarId {
    /// In the TESS Input Catalog.
    Tic(Tic),
    /// In the Kepler Input Catalog.
    Kic(Kic),
    /// In the Ecliptic Plane Input Catalog.
    Epic(Epic),
    /// In Gaia DR2.
    GaiaDr2(GaiaDr2),
    /// In Gaia DR3.
    GaiaDr3(GaiaDr3),
    /// In Gaia DR4.
    GaiaDr4(GaiaDr4),
}

impl StarId {
    /// The number in that catalogue.
    pub fn new(catalogue: StarCatalog, number: u64) -> Self {
        match catalogue {
            StarCatalog::Tic => Self::Tic(Tic(number)),
            StarCatalog::Kic => Self::Kic(Kic(number)),
            StarCatalog::Epic => Self::Epic(Epic(number)),
            StarCatalog::GaiaDr2 => Self::GaiaDr2(GaiaDr2(number)),
            StarCatalog::GaiaDr3 => Self::GaiaDr3(GaiaDr3(number)),
            StarCatalog::GaiaDr4 => Self::GaiaDr4(GaiaDr4(number)),
        }
    }

    /// Its catalogue.
    pub fn catalogue(&self) -> StarCatalog {
        match self {
            Self::Tic(_) => StarCatalog::Tic,
            Self::Kic(_) => StarCatalog::Kic,
            Self::Epic(_) => StarCatalog::Epic,
            Self::GaiaDr2(_) => StarCatalog::GaiaDr2,
            Self::GaiaDr3(_) => StarCatalog::GaiaDr3,
            Self::GaiaDr4(_) => StarCatalog::GaiaDr4,
        }
    }

    /// Its number there.
    pub fn number(&self) -> u64 {
        match *self {
            Self::Tic(Tic(number))
            | Self::Kic(Kic(number))
            | Self::Epic(Epic(number))
            | Self::GaiaDr2(GaiaDr2(number))
            | Self::GaiaDr3(GaiaDr3(number))
            | Self::GaiaDr4(GaiaDr4(number)) => number,
        }
    }

    /// As the target of a search; Gaia has no products of its own.
    pub fn target(&self) -> Option<TargetId> {
        let catalog = match self {
            Self::Tic(_) => Catalog::Tic,
            Self::Kic(_) => Catalog::Kic,
            Self::Epic(_) => Catalog::Epic,
            Self::GaiaDr2(_) | Self::GaiaDr3(_) | Self::GaiaDr4(_) => return None,
        };
        let number = self.number();
        Some(TargetId { catalog, number })
    }

    /// Reads an id; `None` for a text that is spelled as none, such as the name of a star.
    ///
    /// # Errors
    /// [`Error::InvalidId`] for a number without a catalogue, a number of Gaia without a release or of another one, and a number that is too
    /// large.
    pub fn read(text: &str) -> Result<Option<Self>, Error> {
        let typed = as_typed(text);
        let given = typed.trim_matches(['"', '\'']).trim();
        let refuse = |reason: String| Err(Error::invalid_id(given, reason));
        if !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit()) {
            return refuse(format!(
                "a number could be in any catalogue; write 'TIC {given}', 'KIC {given}', 'EPIC {given}' or 'Gaia DR3 {given}'"
            ));
        }
        let lower = given.to_ascii_lowercase();
        let Some((catalogue, rest)) = prefix(&lower) else {
            return Ok(None);
        };
        let digits = without_separators(rest);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(None);
        }
        // "TIC -5" has a sign, "TIC-5" a hyphen.
        if rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with('-') {
            return refuse(id_with_sign(given, digits));
        }
        let catalogue = match catalogue {
            Prefix::Of(catalogue) => catalogue,
            Prefix::Gaia => {
                return refuse(gaia_without_release(digits));
            }
            Prefix::OtherGaia => {
                return refuse("of Gaia's releases DR2, DR3 (EDR3 has the same numbers) and DR4 are known".to_owned());
            }
        };
        // The services have signed 64-bit numbers.
        match digits.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok()) {
            Some(number) => Ok(Some(Self::new(catalogue, number))),
            None => refuse("the number is too large for any catalogue; check its digits".to_owned()),
        }
    }
}

enum Prefix {
    Of(StarCatalog),
    /// Of Gaia, and of no release.
    Gaia,
    /// Of a release of Gaia that has no numbers here.
    OtherGaia,
}

/// What a text in lower case begins with, and what comes after it.
fn prefix(lower: &str) -> Option<(Prefix, &str)> {
    const MISSIONS: [(&str, StarCatalog); 6] = [
        ("tic", StarCatalog::Tic),
        ("tess", StarCatalog::Tic),
        ("kic", StarCatalog::Kic),
        ("kplr", StarCatalog::Kic),
        ("epic", StarCatalog::Epic),
        ("ktwo", StarCatalog::Epic),
    ];
    for (word, catalogue) in MISSIONS {
        if let Some(rest) = lower.strip_prefix(word) {
            return Some((Prefix::Of(catalogue), rest));
        }
    }
    let (after, has_gaia) = match lower.strip_prefix("gaia") {
        Some(rest) => (without_separators(rest), true),
        None => (lower.strip_prefix('g').unwrap_or(lower), false),
    };
    let after_early = after.strip_prefix('e').filter(|rest| rest.starts_with("dr"));
    let Some(release) = after_early.unwrap_or(after).strip_prefix("dr") else {
        return has_gaia.then_some((Prefix::Gaia, lower.strip_prefix("gaia")?));
    };
    let release = without_separators(release);
    let (number, rest) = release.split_at_checked(1)?;
    let prefix = match (number, after_early.is_some()) {
        ("2", false) => Prefix::Of(StarCatalog::GaiaDr2),
        ("3", _) => Prefix::Of(StarCatalog::GaiaDr3),
        ("4", false) => Prefix::Of(StarCatalog::GaiaDr4),
        _ => Prefix::OtherGaia,
    };
    Some((prefix, rest))
}

fn without_separators(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | ':' | '#'))
}

impl FromStr for StarId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::read(text)?.ok_or_else(|| {
            let typed = as_typed(text);
            let example = "such as 'TIC 158324245', 'KIC 9941662', 'EPIC 201912552' or 'Gaia DR3 2130632159134827392'";
            let reason = match prefix(&typed.to_ascii_lowercase()) {
                Some((_, "")) => format!("its number is missing; write both as one, in quotes, {example}"),
                _ => format!("write a catalogue and a number, {example}"),
            };
            Error::invalid_id(&typed, reason)
        })
    }
}

impl fmt::Display for StarId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.catalogue().label(), self.number())
    }
}

impl From<TargetId> for StarId {
    fn from(id: TargetId) -> Self {
        // A catalogue of a mission that is new to this crate would be the TIC's successor.
        let catalogue = match id.catalog {
            Catalog::Kic => StarCatalog::Kic,
            Catalog::Epic => StarCatalog::Epic,
            _ => StarCatalog::Tic,
        };
        Self::new(catalogue, id.number)
    }
}

#[cfg(test)]
mod tests;
