//! What stops a whole run. What happens to single files is said by the manifest.

/// A run that cannot even begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The cloud's address is not usable.
    #[error("the S3 endpoint cannot be used: {0}; check endpoints.s3, endpoints.bucket and endpoints.region")]
    Cloud(#[source] object_store::Error),
    /// A text that is not a [`Lock`](crate::Lock), or not a whole one.
    #[error("line {line}: {reason}")]
    Lock {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong there, and what to do.
        reason: String,
    },
    /// A table that is not the plan, the shard or the manifest that it should be, and what to do.
    #[error("{0}")]
    Plan(String),
    /// The places of files could not be looked up.
    #[error("the places on the cloud could not be looked up: {0}")]
    Places(#[source] lks_mast::Error),
    /// A table that cannot be made.
    #[error(transparent)]
    Table(#[from] lks_table::Error),
    /// A location that cannot be read as one.
    #[error("cannot open '{text}': {reason}")]
    Location {
        /// What was given, without secrets.
        text: String,
        /// Why not, and what to give instead.
        reason: String,
    },
}
