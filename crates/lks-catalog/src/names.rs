//! All names of stars, as SIMBAD has them: of many stars in one request.
//!
//! The names go along as a table, so that none is part of a query.

mod spelling;

use std::collections::BTreeMap;

use futures::FutureExt;
use lks_mast::Position;
use lks_table::{Row, Table, concat, write};

use crate::adql;
use crate::client::CatalogClient;
use crate::error::{CatalogService, Error};
use crate::ids::StarId;
use crate::look_up::some;
use crate::motion::{Astrometry, Epoch};
use crate::tap::{Query, check_columns, whole};
pub(crate) use spelling::host_of;
use spelling::{Meaning, spellings};

/// Names in one request: each star has some fifty, and services give up to 10,000 rows without asking.
const NAMES_PER_REQUEST: usize = 500;

/// What SIMBAD knows of a name.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Names {
    /// The name as it was given.
    pub input: String,
    /// SIMBAD's own name of the star; `None` where it does not know the name.
    pub main_id: Option<String>,
    /// All its names, in SIMBAD's order.
    pub names: Vec<String>,
    /// Where it is at 2000.0, and how it moves.
    pub astrometry: Option<Astrometry>,
}

impl Names {
    /// Its numbers in the catalogues, each once.
    pub fn ids(&self) -> Vec<StarId> {
        let mut ids: Vec<StarId> = self
            .names
            .iter()
            .filter_map(|name| StarId::read(name).ok().flatten())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

impl CatalogClient {
    /// All names of these stars, in their order; 500 in a request.
    ///
    /// # Errors
    /// When SIMBAD does not answer, or not in its format. That it does not know a name is not an error.
    pub async fn names(&self, names: &[&str]) -> Result<Vec<Names>, Error> {
        let numbered: Vec<(usize, &str)> = names.iter().copied().enumerate().collect();
        let query = |part: &[(usize, &str)]| {
            let names: Vec<&str> = part.iter().map(|(_, name)| *name).collect();
            let about = format!("the names of {}", some(&names));
            Ok(Query::new(about, adql::NAMES).with_table("lksearch", upload(part)?))
        };
        let parts = self.simbad.by_parts(&numbered, NAMES_PER_REQUEST, &query, whole);
        collect(names, &concat(&self.settled(parts.boxed()).await?)?)
    }
}

/// The names as a VOTable, each in the spellings that SIMBAD may have.
fn upload(names: &[(usize, &str)]) -> Result<Vec<u8>, Error> {
    let spelled: Vec<(usize, usize, String)> = names
        .iter()
        .flat_map(|(row, name)| {
            let spellings = spellings(name).into_iter().enumerate();
            spellings.map(|(place, (_, name))| (*row, place, name))
        })
        .collect();
    let number = |number: usize| i64::try_from(number).ok();
    let table = Table::empty()
        .with_integer("input_row", spelled.iter().map(|(row, ..)| number(*row)))?
        .with_integer("spelling", spelled.iter().map(|(_, place, _)| number(*place)))?
        .with_text("name", spelled.iter().map(|(.., name)| Some(name)))?;
    let mut bytes = Vec::new();
    write::votable(&table, &[], &mut bytes)?;
    Ok(bytes)
}

/// The names of each star, in the order of the input.
fn collect(inputs: &[&str], answer: &Table) -> Result<Vec<Names>, Error> {
    check_columns(
        CatalogService::Simbad,
        answer,
        &["input_row", "spelling", "main_id", "id"],
    )?;
    let mut found: Vec<Names> = inputs
        .iter()
        .map(|input| Names {
            input: (*input).to_owned(),
            main_id: None,
            names: Vec::new(),
            astrometry: None,
        })
        .collect();
    // Two spellings of one name may be two stars; one that SIMBAD has counts, and whether that has a number in a catalogue.
    let mut known: Vec<BTreeMap<usize, bool>> = vec![BTreeMap::new(); inputs.len()];
    let place = |row: &Row<'_>| row.integer("input_row").and_then(|row| usize::try_from(row).ok());
    let spelling = |row: &Row<'_>| row.integer("spelling").and_then(|place| usize::try_from(place).ok());
    for row in answer.rows() {
        let known = place(&row).and_then(|place| known.get_mut(place));
        let known = known.zip(spelling(&row));
        let unasked = || Error::answer(CatalogService::Simbad, "answered with a row that was not asked for");
        let (known, spelling) = known.ok_or_else(unasked)?;
        let has_number = row.text("id").is_some_and(|id| matches!(StarId::read(id), Ok(Some(_))));
        *known.entry(spelling).or_insert(false) |= has_number;
    }
    let chosen: Vec<Option<usize>> = inputs
        .iter()
        .zip(&known)
        .map(|(input, known)| chosen(input, known))
        .collect();
    for row in answer.rows() {
        let Some(place) = place(&row).filter(|place| chosen[*place] == spelling(&row)) else {
            continue;
        };
        let star = &mut found[place];
        let main_id = row.text("main_id").map(in_words);
        if star.main_id.is_some() && star.main_id != main_id {
            continue;
        }
        star.main_id = main_id;
        if let Some(name) = row.text("id").map(in_words)
            && !star.names.contains(&name)
        {
            star.names.push(name);
        }
        let number = |column: &str| row.float(column).filter(|number| number.is_finite());
        let position = number("ra")
            .zip(number("dec"))
            .and_then(|(ra, dec)| Position::icrs(ra, dec).ok());
        star.astrometry = position.map(|position| Astrometry {
            position,
            epoch: Epoch::J2000,
            proper_motion: number("pmra").zip(number("pmdec")),
            parallax: number("plx_value"),
            radial_velocity: None,
        });
    }
    Ok(found)
}

/// Which of the spellings that SIMBAD has is meant: the name itself where that is a star, else a component, else the star that a planet goes around. A planet
/// that SIMBAD has is told from a star by its lack of numbers in the catalogues.
fn chosen(input: &str, known: &BTreeMap<usize, bool>) -> Option<usize> {
    let spellings = spellings(input);
    let first = |meaning: Meaning| {
        let mut of = known
            .iter()
            .filter(|(place, _)| spellings.get(**place).is_some_and(|(of, _)| *of == meaning));
        of.next().map(|(place, has_number)| (*place, *has_number))
    };
    let (itself, host) = (first(Meaning::Itself), first(Meaning::Host));
    let star = match itself {
        Some((_, true)) => itself,
        Some((_, false)) => host.or(itself),
        None => first(Meaning::Component).or(host),
    };
    star.map(|(place, _)| place)
}

/// Without the blanks by which SIMBAD aligns names.
fn in_words(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A table of names, a row for each: `input_row`, `input`, `main_id`, `name`, and `catalog`, the catalogue or list that the name is from.
///
/// # Errors
/// None is known.
pub fn names_table(stars: &[Names]) -> Result<Table, Error> {
    let mut rows: Vec<(usize, &Names, Option<&str>)> = Vec::new();
    for (row, star) in stars.iter().enumerate() {
        match star.names.is_empty() {
            true => rows.push((row, star, None)),
            false => rows.extend(star.names.iter().map(|name| (row, star, Some(name.as_str())))),
        }
    }
    Ok(Table::empty()
        .with_integer("input_row", rows.iter().map(|(row, _, _)| i64::try_from(*row).ok()))?
        .with_text("input", rows.iter().map(|(_, star, _)| Some(star.input.as_str())))?
        .with_text("main_id", rows.iter().map(|(_, star, _)| star.main_id.as_deref()))?
        .with_text("name", rows.iter().map(|(_, _, name)| *name))?
        .with_text("catalog", rows.iter().map(|(_, _, name)| name.and_then(list_of)))?)
}

/// The catalogue or list that a name of SIMBAD is from.
fn list_of(name: &str) -> Option<&'static str> {
    if let Ok(Some(id)) = StarId::read(name) {
        return Some(id.catalogue().name());
    }
    const LISTS: [(&str, &str); 8] = [
        ("TOI-", "toi"),
        ("KOI-", "koi"),
        ("Kepler-", "kepler"),
        ("K2-", "k2"),
        ("2MASS ", "2mass"),
        ("HIP ", "hip"),
        ("HD ", "hd"),
        ("TYC ", "tyc"),
    ];
    LISTS
        .into_iter()
        .find(|(prefix, _)| name.starts_with(prefix))
        .map(|(_, list)| list)
}

#[cfg(test)]
mod tests;
