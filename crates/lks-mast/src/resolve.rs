//! Which of the resolver's answers is believed, and whether they agree.

use std::fmt;
use std::time::SystemTime;

use lks_table::Table;

use crate::position::{ArcSeconds, Position};
use crate::response::ResolverRow;
use crate::warning::Warning;

/// Names per request, as astroquery asks.
pub(crate) const NAMES_PER_REQUEST: usize = 30;

/// Services that differ by more than this do not mean the same star.
const AGREEMENT: ArcSeconds = ArcSeconds(2.0);

/// What the resolver knows about one name.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Resolution {
    /// The name as it was given.
    pub name: String,
    /// What each service says, the one that is believed first.
    pub answers: Vec<Located>,
    /// When they said it, if that was kept from earlier; `None` if they were asked now.
    pub kept: Option<SystemTime>,
    /// What went wrong now, if that is why an older answer is given.
    pub failure: Option<String>,
}

/// What one service says about a name.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Located {
    /// The service, such as `SIMBAD`, `NED` or `TIC`.
    pub resolver: String,
    /// Its own name of the object.
    pub canonical_name: Option<String>,
    /// What kind of object it is, in its own words.
    pub object_type: Option<String>,
    /// Where it is.
    pub position: Position,
}

impl Located {
    /// One row for each name, service, the service's own name and position: the columns `name`, `resolver`, `canonical_name`, and `ra` and `dec` in degrees, ICRS.
    ///
    /// # Errors
    /// Never for fewer than 2³¹ bytes of text in a column.
    pub fn table<'a>(
        rows: impl Iterator<Item = (&'a str, &'a str, Option<&'a str>, Position)> + Clone,
    ) -> Result<Table, lks_table::Error> {
        Table::empty()
            .with_text("name", rows.clone().map(|(name, ..)| Some(name)))?
            .with_text("resolver", rows.clone().map(|(_, resolver, ..)| Some(resolver)))?
            .with_text("canonical_name", rows.clone().map(|(_, _, canonical, _)| canonical))?
            .with_float("ra", rows.clone().map(|(.., position)| Some(position.ra())))?
            .with_float("dec", rows.map(|(.., position)| Some(position.dec())))?
            .with_units(&[("ra", "deg"), ("dec", "deg")])
    }
}

impl Resolution {
    /// The position that is believed; `None` where no service knows the name.
    pub fn position(&self) -> Option<Position> {
        self.answers.first().map(|answer| answer.position)
    }

    /// The answer that is farthest from the believed one, if they do not mean the same star.
    pub fn disagreement(&self) -> Option<(&Located, ArcSeconds)> {
        let first = self.answers.first()?;
        self.answers
            .iter()
            .map(|answer| (answer, first.position.separation(&answer.position)))
            .filter(|(_, separation)| *separation > AGREEMENT)
            .max_by(|(_, one), (_, other)| one.0.total_cmp(&other.0))
    }

    pub(crate) fn warning(&self) -> Option<Warning> {
        let (other, separation) = self.disagreement()?;
        Some(Warning::ResolversDisagree {
            name: self.name.clone(),
            used: self.answers[0].resolver.clone(),
            other: other.resolver.clone(),
            separation,
        })
    }

    /// The rows of an answer that belong to a name.
    pub(crate) fn rows_of<'a>(name: &str, rows: &'a [ResolverRow]) -> impl Iterator<Item = &'a ResolverRow> {
        let name = normal(name);
        rows.iter().filter(move |row| normal(&row.search_string) == name)
    }

    /// What the rows of an answer say of a name, the most trustworthy first.
    pub(crate) fn of(name: &str, rows: &[ResolverRow]) -> Self {
        let mut mine: Vec<&ResolverRow> = Self::rows_of(name, rows).collect();
        mine.sort_by_key(|row| trust(&row.resolver));
        let answers = mine
            .into_iter()
            .map(|row| Located {
                resolver: row.resolver.clone(),
                canonical_name: row.canonical_name.clone(),
                object_type: row.object_type.clone(),
                position: row.position,
            })
            .collect();
        Self {
            name: name.to_owned(),
            answers,
            kept: None,
            failure: None,
        }
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.answers.first() {
            Some(answer) => write!(f, "{} is at {} ({})", self.name, answer.position, answer.resolver),
            None => write!(f, "{} is not known", self.name),
        }
    }
}

fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The archive's own catalogues know their stars best. NED, which knows galaxies, is last: for bright stars it is arcseconds off
/// (beta Pictoris by 6.7).
fn trust(resolver: &str) -> u8 {
    match resolver.to_ascii_uppercase().as_str() {
        "TIC" | "KEPLER" | "K2" | "KIC" | "EPIC" => 0,
        "SIMBAD" => 1,
        "SIMBADCFA" => 2,
        "NED" => 9,
        _ => 5,
    }
}

#[cfg(test)]
mod tests;
