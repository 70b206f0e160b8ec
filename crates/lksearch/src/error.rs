//! Everything that can go wrong, and the kinds that a caller can distinguish.

#[cfg(feature = "download")]
use std::error::Error as _;

/// What went wrong, with the part that says so as its source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] lks_config::Error),
    /// The request to the archive was invalid, or the archive did not answer as it should.
    #[error(transparent)]
    Archive(#[from] lks_mast::Error),
    /// A question to the catalogues was invalid, or one of their services did not answer as it should.
    #[error(transparent)]
    Catalog(#[from] lks_catalog::Error),
    /// The connection could not be set up.
    #[error(transparent)]
    Connection(#[from] lks_http::Error),
    /// A table could not be read, written or worked with.
    #[error(transparent)]
    Table(#[from] lks_table::Error),
    /// The store of files.
    #[cfg(feature = "download")]
    #[error(transparent)]
    Store(#[from] lks_cache::Error),
    /// A FITS file.
    #[cfg(feature = "download")]
    #[error(transparent)]
    Fits(#[from] lks_fits::Error),
    /// A download could not begin.
    #[cfg(feature = "download")]
    #[error(transparent)]
    Fetch(#[from] lks_fetch::Error),
    /// The kept answers.
    #[error(transparent)]
    Answers(#[from] lks_answers::Error),
    /// What the caller gave has no meaning.
    #[error("{0}")]
    Input(String),
    /// The user stopped it.
    #[error("interrupted; what is complete stays, the same command brings the rest")]
    Cancelled,
    /// A file of the caller cannot be read.
    #[error("failed to read {path}: {source}")]
    Read {
        /// Which file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file or directory of the caller cannot be written or used.
    #[error("failed to {operation} {path}: {source}")]
    File {
        /// What was attempted.
        operation: &'static str,
        /// On which file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system gives no threads to wait on.
    #[error("failed to start the runtime: {0}")]
    Runtime(#[source] std::io::Error),
}

/// What a caller does differently for different errors.
///
/// ```
/// use lksearch::{ErrorKind, tess};
///
/// let error = tess("158324245").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidQuery);
/// assert!(error.to_string().contains("write 'TIC 158324245'"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Mend the settings.
    Config,
    /// Ask something else.
    InvalidQuery,
    /// It does not exist.
    NotFound,
    /// The archive or the cloud cannot be reached now; later may be better.
    Unavailable,
    /// The setting `offline` forbids to ask; set it to false, or do what needs no network.
    Offline,
    /// The archive answered something that cannot be used; trying again will not help.
    Remote,
    /// Bytes are damaged.
    Corrupt,
    /// The local disk.
    Storage,
    /// The user stopped it.
    Cancelled,
}

impl ErrorKind {
    /// The kind of an error of the archive's, such as that of one target among many.
    pub fn of_archive(error: &lks_mast::Error) -> Self {
        match error {
            lks_mast::Error::InvalidTarget { .. } | lks_mast::Error::InvalidQuery(_) | lks_mast::Error::Table(_) => {
                Self::InvalidQuery
            }
            // A service that is not where it should be does not mean that the data are not there.
            lks_mast::Error::Http { source, .. } => match of_connection(source) {
                Self::NotFound => Self::Remote,
                other => other,
            },
            lks_mast::Error::NotKept { .. } => Self::Offline,
            lks_mast::Error::Repeated(error) => Self::of_archive(error),
            lks_mast::Error::Elsewhere(error) => error.downcast_ref().map_or(Self::Remote, of_catalog),
            lks_mast::Error::StillExecuting { .. } => Self::Unavailable,
            _ => Self::Remote,
        }
    }
}

impl Error {
    /// What a caller does differently.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Settings(lks_config::Error::Write { .. }) => ErrorKind::Storage,
            Self::Settings(_) => ErrorKind::Config,
            Self::Table(lks_table::Error::Write { .. }) => ErrorKind::Storage,
            Self::Input(_) | Self::Table(_) => ErrorKind::InvalidQuery,
            Self::Archive(error) => ErrorKind::of_archive(error),
            Self::Catalog(error) => of_catalog(error),
            Self::Connection(error) => of_connection(error),
            Self::Cancelled => ErrorKind::Cancelled,
            Self::Answers(_) => ErrorKind::Storage,
            // What was to be read is not there; a directory to write into that is missing is the disk's.
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            Self::Read { .. } | Self::File { .. } | Self::Runtime(_) => ErrorKind::Storage,
            #[cfg(feature = "download")]
            Self::Store(_) => ErrorKind::Storage,
            #[cfg(feature = "download")]
            Self::Fits(error) => of_fits(error),
            #[cfg(feature = "download")]
            Self::Fetch(lks_fetch::Error::Cloud(_)) => ErrorKind::Config,
            #[cfg(feature = "download")]
            Self::Fetch(lks_fetch::Error::Places(error)) => ErrorKind::of_archive(error),
            #[cfg(feature = "download")]
            // A location that is not one.
            Self::Fetch(_) => ErrorKind::InvalidQuery,
        }
    }
}

fn of_catalog(error: &lks_catalog::Error) -> ErrorKind {
    match error {
        lks_catalog::Error::InvalidId { .. }
        | lks_catalog::Error::InvalidQuery(_)
        | lks_catalog::Error::TooManyRows { .. }
        | lks_catalog::Error::Table(_) => ErrorKind::InvalidQuery,
        lks_catalog::Error::Archive(error) => ErrorKind::of_archive(error),
        lks_catalog::Error::NotKept { .. } => ErrorKind::Offline,
        lks_catalog::Error::Http { source, .. } => match of_connection(source) {
            ErrorKind::NotFound => ErrorKind::Remote,
            other => other,
        },
        _ => ErrorKind::Remote,
    }
}

fn of_connection(error: &lks_http::Error) -> ErrorKind {
    match (error.cause(), error.class()) {
        // An address that is not a proxy's, or a machine without certificates: trying later does not help.
        (lks_http::Cause::Setup(_) | lks_http::Cause::ProxyAuthentication, _) => ErrorKind::Config,
        // Plain http to another machine, for instance.
        (lks_http::Cause::Refused(_), _) => ErrorKind::InvalidQuery,
        (lks_http::Cause::Offline(_), _) => ErrorKind::Offline,
        (_, lks_http::Class::NotFound) => ErrorKind::NotFound,
        _ => ErrorKind::Unavailable,
    }
}

#[cfg(feature = "download")]
fn of_fits(error: &lks_fits::Error) -> ErrorKind {
    match error {
        lks_fits::Error::Damaged { .. } => ErrorKind::Corrupt,
        lks_fits::Error::NotFound { .. } => ErrorKind::NotFound,
        lks_fits::Error::Read { .. } => ErrorKind::Storage,
        lks_fits::Error::Remote { .. } => {
            let causes = std::iter::successors(error.source(), |cause: &&(dyn std::error::Error + 'static)| {
                (*cause).source()
            });
            causes
                .filter_map(|cause| cause.downcast_ref())
                .map(of_connection)
                .next()
                .unwrap_or(ErrorKind::Unavailable)
        }
        // No such HDU or column, or something that this version does not read: ask for something else.
        _ => ErrorKind::InvalidQuery,
    }
}
