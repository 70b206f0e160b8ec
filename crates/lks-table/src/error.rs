//! What can go wrong with a table: the bytes, the expression, a column's name, the caller's shapes, the output.

use std::fmt;
use std::io;

use arrow_schema::ArrowError;

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
        position: Option<Position>,
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

/// A place in an input: a line and a column where the format has lines, else a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Line and column, both from 1; the column counts bytes.
    Line(usize, usize),
    /// Bytes from the start.
    Byte(u64),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line, column) => write!(f, "line {line}, column {column}"),
            Self::Byte(byte) => write!(f, "byte {byte}"),
        }
    }
}

struct At<'a>(&'a Option<Position>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(position) => write!(f, " at {position}"),
            None => Ok(()),
        }
    }
}

struct Nearest<'a>(&'a Option<String>);

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
        let position = Some(Position::Line(error.line(), error.column().max(1)));
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

/// The known name of which `name` is one of the words, as `ra` is of `s_ra`, or else the most like it, if one is like it at all.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let wanted = name.to_lowercase();
    let is_part_of = |other: &&str| other.to_lowercase().split('_').any(|part| part == wanted);
    let known: Vec<&str> = known.collect();
    if let Some(longer) = known.iter().copied().filter(is_part_of).min_by_key(|other| other.len()) {
        return Some(longer.to_owned());
    }
    known
        .into_iter()
        .map(|other| (strsim::jaro_winkler(&wanted, &other.to_lowercase()), other))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, other)| other.to_owned())
}

/// At most 40 characters of the input that end at the place of the error.
fn excerpt(input: &[u8], line: usize, column: usize) -> Option<String> {
    let line = input.split(|byte| *byte == b'\n').nth(line.checked_sub(1)?)?;
    let end = column.min(line.len());
    let text = String::from_utf8_lossy(&line[end.saturating_sub(40)..end]);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
