//! What a search found, as bytes and back. Only what has rows; nothing is read or written here.
//!
//! ```text
//! {"position":[285.68,50.24],"resolved":null,"images_left_out":[],"num_duplicates":0}\n
//! <blanks before the line end, and then the table, an Arrow IPC file>
//! ```

use std::io::{self, Write};

use lks_table::{Format, read};
use serde::{Deserialize, Serialize};

use crate::position::Position;
use crate::resolve::{Located, Resolution};
use crate::result::SearchResult;
use crate::search::Mission;
use crate::warning::Warning;

/// The table begins at a multiple of so many bytes, so that its columns need not be copied.
const ALIGNMENT: usize = 64;

/// What is known beside the table. Why there is nothing, and when there may be something, is found out each time.
#[derive(Serialize, Deserialize)]
struct Beside {
    position: Option<(f64, f64)>,
    resolved: Option<Name>,
    images_left_out: Vec<usize>,
    num_duplicates: usize,
}

#[derive(Serialize, Deserialize)]
struct Name {
    name: String,
    answers: Vec<Place>,
}

#[derive(Serialize, Deserialize)]
struct Place {
    resolver: String,
    canonical_name: Option<String>,
    object_type: Option<String>,
    position: (f64, f64),
}

/// Writes the bytes; an error for what cannot be made of bytes again, such as a result without rows. Dates of answers, the comparison with earlier searches and the
/// columns that are shown are not part of it.
pub(crate) fn write(found: &SearchResult, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let not_kept = |what| Err(io::Error::new(io::ErrorKind::Unsupported, what));
    // Other formats would lose types.
    if found.is_empty() || !cfg!(feature = "parquet") {
        return not_kept("a table without rows, or without a format for it");
    }
    let mut images_left_out = Vec::new();
    for warning in &found.warnings {
        match warning {
            Warning::FullFrameImagesLeftOut { num_observations } => images_left_out.push(*num_observations),
            // It is made of what was resolved.
            Warning::ResolversDisagree { .. } => {}
            // What is missing now may be there the next time, and what fails now may not.
            Warning::CutoutsUnavailable { .. }
            | Warning::CutoutsWithoutPosition { .. }
            | Warning::NearbyProductsUnavailable { .. }
            | Warning::FewerRows { .. }
            | Warning::ListedShort { .. }
            | Warning::ColumnLeftOut { .. }
            | Warning::OlderAnswer { .. } => return not_kept("a table that may lack rows"),
        }
    }
    let beside = Beside {
        position: found.position.as_ref().map(pair),
        resolved: found.resolved.as_ref().map(name),
        images_left_out,
        num_duplicates: found.num_duplicates,
    };
    let mut bytes = serde_json::to_vec(&beside)?;
    bytes.resize((bytes.len() + 1).next_multiple_of(ALIGNMENT) - 1, b' ');
    bytes.push(b'\n');
    out.write_all(&bytes)?;
    Format::Arrow.write(&found.table, out).map_err(io::Error::other)
}

/// What was found; `None` if that is not what the bytes hold.
pub(crate) fn of_bytes(mission: Mission, bytes: Vec<u8>) -> Option<SearchResult> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let beside: Beside = serde_json::from_slice(&bytes[..end]).ok()?;
    let table = read::arrow_in_place(bytes, end + 1).ok()?;
    let resolved = match beside.resolved {
        Some(name) => Some(resolution(name)?),
        None => None,
    };
    let position = match beside.position {
        Some(pair) => Some(position(pair)?),
        None => None,
    };
    let left_out = beside.images_left_out.into_iter();
    let left_out = left_out.map(|num_observations| Warning::FullFrameImagesLeftOut { num_observations });
    let disagreement = resolved.as_ref().and_then(Resolution::warning);
    Some(SearchResult {
        warnings: left_out.chain(disagreement).collect(),
        resolved,
        position,
        num_duplicates: beside.num_duplicates,
        ..SearchResult::of_table(mission, table)
    })
}

fn pair(position: &Position) -> (f64, f64) {
    (position.ra(), position.dec())
}

fn position((ra, dec): (f64, f64)) -> Option<Position> {
    Position::icrs(ra, dec).ok()
}

fn name(resolution: &Resolution) -> Name {
    let place = |located: &Located| Place {
        resolver: located.resolver.clone(),
        canonical_name: located.canonical_name.clone(),
        object_type: located.object_type.clone(),
        position: pair(&located.position),
    };
    Name {
        name: resolution.name.clone(),
        answers: resolution.answers.iter().map(place).collect(),
    }
}

fn resolution(name: Name) -> Option<Resolution> {
    let located = |place: Place| {
        Some(Located {
            resolver: place.resolver,
            canonical_name: place.canonical_name,
            object_type: place.object_type,
            position: position(place.position)?,
        })
    };
    Some(Resolution {
        name: name.name,
        answers: name.answers.into_iter().map(located).collect::<Option<_>>()?,
        kept: None,
        failure: None,
    })
}

#[cfg(test)]
mod tests;
