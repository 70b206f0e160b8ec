//! What can go wrong with the directory of answers.

use std::io;
use std::path::PathBuf;

/// A failure of a file operation.
#[derive(Debug, thiserror::Error)]
#[error("failed to {operation} {}: {source}", path.display())]
#[non_exhaustive]
pub struct Error {
    /// What was attempted.
    pub operation: &'static str,
    /// Where.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl Error {
    pub(crate) fn of(operation: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self {
            operation,
            path,
            source,
        }
    }
}
