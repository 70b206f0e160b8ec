//! What can go wrong with a table: the bytes, the expression, a column's name, the caller's shapes, the output.

use std::fmt;
use std::io;

use arrow_schema::ArrowError;

/// A name that is more similar than this is taken for a misspelling (Jaro-Winkler, 1 is equal).
const SIMILAR: f64 = 0.75;

/// Why a table could not be read, changed or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not what their format says they are.
    #[error("not valid {format}{}: {message}", At(position))]
    Malformed {
        /// The format that was expected, for example `JSON`.
        format: &'static str,
        /// Where in the input, where the format's reader says it.
        position: Option<InputPosition>,
        /// What is wrong, with an excerpt where there is one.
        message: String,
    },
    /// The text of a filter expression is wrong, or does not fit the table. The message ends in the text with a caret
    /// under the place.
    #[error("{message}\n  {}\n  {:>width$}", text, "^", width = column)]
    Expression {
        /// What is wrong and what would be right.
        message: String,
        /// The expression as it was given.
        text: String,
        /// Where, counted in characters from 1.
        column: usize,
    },
    /// A column was named that the table does not have.
    #[error("no column named `{name}`{}", Nearest(nearest))]
    UnknownColumn {
        /// The name asked for.
        name: String,
        /// The most similar name there is, if any is similar.
        nearest: Option<String>,
    },
    /// The parts given do not fit together: lengths differ, a name occurs twice.
    #[error("{0}")]
    Shape(String),
    /// The output could not be written.
    #[error("cannot write {format}: {source}")]
    Write {
        /// The format being written.
        format: &'static str,
        /// What the output said.
        source: io::Error,
    },
    /// The format is not part of this program.
    #[error(
        "this program was built without {format}; build it with the feature `{feature}`, or use another format, such as CSV"
    )]
    NotBuilt {
        /// The format that was asked for.
        format: &'static str,
        /// The feature of the crate that brings it.
        feature: &'static str,
    },
    /// An Arrow kernel refused, for example because one text array would pass 2 GiB.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

/// A location in an input: a line and a column where the format has lines, otherwise a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputPosition {
    /// Line and column, both from 1; the column counts bytes.
    Line(usize, usize),
    /// Bytes from the start.
    Byte(u64),
}

impl fmt::Display for InputPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line, column) => write!(f, "line {line}, column {column}"),
            Self::Byte(byte) => write!(f, "byte {byte}"),
        }
    }
}

struct At<'a>(&'a Option<InputPosition>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(position) => write!(f, " at {position}"),
            None => Ok(()),
        }
    }
}

/// What a wrong name may have meant.
pub(crate) struct Nearest<'a>(pub(crate) &'a Option<String>);

impl fmt::Display for Nearest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

impl Error {
    pub(crate) fn unknown_column<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self::UnknownColumn {
            name: name.to_owned(),
            nearest: nearest(name, known),
        }
    }

    pub(crate) fn from_json(json: &[u8], error: &serde_json::Error) -> Self {
        // serde_json says column 0 where a value as a whole is of the wrong kind.
        let position = Some(InputPosition::Line(error.line(), error.column().max(1)));
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = text.strip_suffix(&place).unwrap_or(&text);
        let message = match excerpt(json, error.line(), error.column()) {
            Some(excerpt) => format!("{message}, near `{excerpt}`"),
            None => message.to_owned(),
        };
        Self::Malformed {
            format: "JSON",
            position,
            message,
        }
    }
}

/// The shortest of the [`similar_names`].
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let similar = similar_names(name, known).into_iter();
    similar.min_by_key(|other| other.len()).map(str::to_owned)
}

/// The known names that a wrong one may have meant: those that end in it, as `PDCSAP_FLUX` does in `flux`, else those of which it is
/// one of the words, or else the most like it, if one is like it at all. In any case, and in the order of the known ones.
///
/// ```
/// let columns = ["TIME", "SAP_FLUX", "SAP_FLUX_ERR", "PDCSAP_FLUX"];
/// assert_eq!(lks_table::similar_names("flux", columns.into_iter()), ["SAP_FLUX", "PDCSAP_FLUX"]);
/// assert_eq!(lks_table::similar_names("TIEM", columns.into_iter()), ["TIME"]);
/// ```
pub fn similar_names<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let known: Vec<(&str, String)> = known.map(|other| (other, other.to_lowercase())).collect();
    let such = |is_such: &dyn Fn(&str) -> bool| -> Vec<&'a str> {
        let such = known.iter().filter(|(_, lower)| is_such(lower));
        such.map(|(other, _)| *other).collect()
    };
    let ending = such(&|other| other == wanted || other.ends_with(&format!("_{wanted}")));
    if !ending.is_empty() {
        return ending;
    }
    let containing = such(&|other| other.split('_').any(|word| word == wanted));
    if !containing.is_empty() {
        return containing;
    }
    let likeness = known
        .iter()
        .map(|(other, lower)| (strsim::jaro_winkler(&wanted, lower), *other));
    let most_like = likeness.max_by(|(one, _), (other, _)| one.total_cmp(other));
    most_like
        .filter(|(likeness, _)| *likeness > SIMILAR)
        .map(|(_, other)| other)
        .into_iter()
        .collect()
}

/// At most 40 characters of the input that end at the place of the error.
fn excerpt(input: &[u8], line: usize, column: usize) -> Option<String> {
    let line = input.split(|byte| *byte == b'\n').nth(line.checked_sub(1)?)?;
    let end = column.min(line.len());
    let text = String::from_utf8_lossy(&line[end.saturating_sub(40)..end]);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
