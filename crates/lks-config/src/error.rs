//! What can go wrong with settings. Each problem says where, what was found, what is allowed and what may have been meant.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::declaration;
use crate::origin::Origin;
use crate::redact::redacted;

/// Why settings could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Values or keys are wrong: all problems of all layers.
    #[error("{}", lines(.0))]
    Invalid(Vec<Problem>),
    /// A settings file cannot be read.
    #[error("cannot read settings from {}: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why, and what is expected there.
        reason: String,
    },
    /// A settings file exists, and overwriting it was not requested.
    #[error("{} is already there; use --force to overwrite it with the template", .0.display())]
    Exists(PathBuf),
    /// A settings file cannot be written.
    #[error("cannot {operation} {}: {source}", .path.display())]
    Write {
        /// What was attempted: `create`, `write`, `rename`.
        operation: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `endpoints.signed` asks for signed requests, and the environment has no access key.
    #[error("`endpoints.signed` is true, but {} and {} are not both set; set them, or set it to false", .names[0], .names[1])]
    NoCredentials {
        /// The variables that hold a key.
        names: [&'static str; 2],
    },
    /// Neither a setting nor the environment says where files are kept.
    #[error(transparent)]
    NoDirectory(#[from] NoDirectory),
}

/// Neither a setting nor the environment says where files are kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("there is no directory for {what}: {why}; {hint}")]
pub struct NoDirectory {
    /// For what: `the cache`, `settings`.
    pub what: &'static str,
    /// Why it is not below the home directory.
    pub why: String,
    /// What to set.
    pub hint: &'static str,
}

/// One thing that is wrong in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// File and line, variable or flag; `None` for a key that was requested directly.
    pub origin: Option<Origin>,
    /// Column in a file, counted from 1, where it helps.
    pub column: Option<usize>,
    /// The key, as it was written.
    pub key: Option<String>,
    /// What is wrong: what was found and what is allowed.
    pub message: String,
    /// What may have been meant, as it is written in that place.
    pub nearest: Option<String>,
}

impl Problem {
    /// A key that does not exist.
    pub(crate) fn unknown(origin: Option<Origin>, key: &str, nearest: Option<String>) -> Self {
        let message = match &nearest {
            Some(nearest) => format!("unknown key; did you mean `{nearest}`?"),
            None => format!(
                "unknown key; known are {}",
                declaration::keys().collect::<Vec<_>>().join(", ")
            ),
        };
        Self {
            origin,
            column: None,
            key: Some(shortened(key)),
            message,
            nearest,
        }
    }

    /// A value that is not allowed.
    pub(crate) fn value(origin: Origin, key: &str, found: &str, allowed: &str) -> Self {
        Self {
            origin: Some(origin),
            column: None,
            key: Some(key.to_owned()),
            message: format!("found {}, expected {allowed}", excerpt(found)),
            nearest: None,
        }
    }

    /// A file or flag that is not written as it should be.
    pub(crate) fn syntax(origin: Origin, column: Option<usize>, message: impl Into<String>) -> Self {
        Self {
            origin: Some(origin),
            column,
            key: None,
            message: message.into(),
            nearest: None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(key) = &self.key {
            write!(f, "`{key}`: ")?;
        }
        f.write_str(&self.message)
    }
}

/// One line per problem. A file that is something else has a problem in every line, so there is an end to it.
fn lines(problems: &[Problem]) -> String {
    const MAX_LINES: usize = 50;
    let mut lines: Vec<_> = problems.iter().take(MAX_LINES).map(Problem::to_string).collect();
    if problems.len() > MAX_LINES {
        lines.push(format!("and {} more", problems.len() - MAX_LINES));
    }
    lines.join("\n")
}

/// What was found, in quotes; an empty text is called `nothing`.
pub(crate) fn excerpt(found: &str) -> String {
    match shortened(found) {
        line if line.is_empty() => "nothing".into(),
        line => format!("`{line}`"),
    }
}

/// The text on one line, short enough to read and without secrets.
fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let line = redacted(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
