//! Why a file of another tool is left to it.

/// Why a file was not taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing is there.
    #[error("nothing is there")]
    Absent,
    /// Not a regular file.
    #[error("{0} is not a file")]
    NotAFile(&'static str),
    /// It was modified less than a minute ago, or while it was read.
    #[error("it was changed less than a minute ago and may still be being written; try again in a minute")]
    BeingWritten,
    /// Not the size that it should have.
    #[error("it has {found} bytes, {expected} were expected")]
    Size {
        /// Bytes it should have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// Empty, and no size was expected.
    #[error("it is empty")]
    Empty,
    /// The check refused it.
    #[error("{0}")]
    Content(String),
    /// It could not be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// The file of this address, which is on record.
    #[error("it is the file of {0}")]
    Taken(String),
    /// No product is known by this path.
    #[error("no product is known by this path")]
    Unknown,
}
