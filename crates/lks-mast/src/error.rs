//! What can go wrong when the archive is asked, one variant for each thing a caller does differently.

use std::fmt;

/// A request that could not be made, or a response that could not be used.
///
/// An empty result is not an error; see [`EmptyReason`](crate::EmptyReason).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The target is written in a way that has no meaning, or several.
    #[error("'{text}' is not a target: {reason}")]
    InvalidTarget {
        /// The text as it was given.
        text: String,
        /// Why, and what to write instead.
        reason: String,
    },
    /// A filter or option of the search makes no sense.
    #[error("{0}")]
    InvalidQuery(String),
    /// The service was not reached, or answered with a failure.
    #[error("{service}: {source}")]
    Http {
        /// Which service was asked.
        service: Service,
        /// What the transport says; it names the URL, the attempts and the status.
        #[source]
        source: Box<lks_http::Error>,
    },
    /// The service answered, and says that it cannot answer this.
    #[error("{service} reports an error: {message}")]
    Remote {
        /// Which service was asked.
        service: Service,
        /// Its own words.
        message: String,
    },
    /// The service still says that it is working on the answer after the time we wait.
    #[error("{service} was still working on the answer after {seconds} s; ask again later or for less")]
    StillExecuting {
        /// Which service was asked.
        service: Service,
        /// How long we waited.
        seconds: u64,
    },
    /// The answer is not what the service promises.
    #[error("{service} {problem}")]
    Answer {
        /// Which service was asked.
        service: Service,
        /// What is wrong with it.
        problem: AnswerProblem,
    },
    /// A column that cannot be done without is missing, null or of another type: the archive changed.
    #[error("{service} no longer sends a usable '{field}'; a newer version of this program may know its new name")]
    SchemaChanged {
        /// Which service was asked.
        service: Service,
        /// The column.
        field: String,
    },
    /// Only kept answers can be had, and this question was never answered.
    #[error("{service} was never asked for {about}, and {reason}")]
    NotKept {
        /// Which service would have been asked.
        service: Service,
        /// What it would have been asked.
        about: String,
        /// Why it is not asked.
        reason: String,
    },
    /// What the service said when it was asked for many targets at once, of which this is one; it is not asked for each again.
    #[error(transparent)]
    Repeated(std::sync::Arc<Self>),
    /// What another service said without which the archive cannot be asked, such as a catalogue of stars.
    #[error(transparent)]
    Elsewhere(std::sync::Arc<dyn std::error::Error + Send + Sync>),
    /// The table could not be worked with.
    #[error(transparent)]
    Table(#[from] lks_table::Error),
}

/// The ways in which an answer breaks the service's own format.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerProblem {
    /// A page for people instead of data.
    NotJson {
        /// The beginning of what the page says.
        excerpt: String,
    },
    /// Not UTF-8.
    Encoding,
    /// Damaged or incomplete JSON, or not the expected structure.
    Json(String),
    /// A status word that is not in the service's documentation.
    Status(String),
    /// Pages that do not add up to what the service itself counted.
    Paging {
        /// How many rows came.
        got: usize,
        /// How many the service counts.
        expected: usize,
    },
    /// The answer to another question.
    Mismatch(String),
}

impl fmt::Display for AnswerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { excerpt } => write!(f, "answered with a page instead of data ('{excerpt}')"),
            Self::Encoding => write!(f, "answered with text that is not UTF-8"),
            Self::Json(what) => write!(f, "answered with damaged JSON: {what}"),
            Self::Status(word) => write!(f, "answered with the unknown status '{word}'"),
            Self::Paging { got, expected } => {
                write!(
                    f,
                    "counts {expected} rows but gave {got} of them, even in one page; ask again later"
                )
            }
            Self::Mismatch(what) => write!(f, "answered another question: {what}"),
        }
    }
}

/// The services that requests are sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Service {
    /// MAST's table of observations.
    Observations,
    /// MAST's lists of files.
    Products,
    /// The name resolver.
    Resolver,
    /// TESScut's list of sectors.
    TessCut,
    /// MAST's look-up of paths in the cloud.
    PathLookup,
    /// The footprints of TESS images on the mirror.
    Footprints,
    /// A catalogue of stars, by the name of its service.
    Catalog(&'static str),
}

impl Service {
    const OF_ARCHIVE: [Self; 6] = [
        Self::Observations,
        Self::Products,
        Self::Resolver,
        Self::TessCut,
        Self::PathLookup,
        Self::Footprints,
    ];

    /// The kind of the questions by which its answers are kept.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Observations => "observations",
            Self::Products => "products",
            Self::Resolver => "name",
            Self::TessCut => "sectors",
            Self::PathLookup => "cloud paths",
            Self::Footprints => "footprints",
            Self::Catalog(_) => "catalog",
        }
    }

    /// The service of the archive whose answers are kept by questions of this kind.
    pub(crate) fn of_kind(kind: &str) -> Option<Self> {
        Self::OF_ARCHIVE.into_iter().find(|service| service.kind() == kind)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Observations => "MAST's observation search",
            Self::Products => "MAST's product list",
            Self::Resolver => "the MAST name resolver",
            Self::TessCut => "TESScut",
            Self::PathLookup => "MAST's cloud path look-up",
            Self::Footprints => "the mirror's list of footprints",
            Self::Catalog(name) => name,
        })
    }
}

impl Error {
    pub(crate) fn target(text: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::InvalidTarget {
            text: text.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::InvalidQuery(message.into())
    }

    pub(crate) fn answer(service: Service, problem: AnswerProblem) -> Self {
        Self::Answer { service, problem }
    }

    pub(crate) fn http(service: Service) -> impl Fn(lks_http::Error) -> Self {
        move |source| Self::Http {
            service,
            source: Box::new(source),
        }
    }

    pub(crate) fn schema(service: Service, field: &str) -> Self {
        Self::SchemaChanged {
            service,
            field: field.to_owned(),
        }
    }

    /// Whether a service failed, so that an older answer of it may be given instead.
    pub(crate) fn is_of_service(&self) -> bool {
        match self {
            Self::Http { .. }
            | Self::Remote { .. }
            | Self::StillExecuting { .. }
            | Self::Answer { .. }
            | Self::SchemaChanged { .. } => true,
            Self::Repeated(error) => error.is_of_service(),
            Self::InvalidTarget { .. }
            | Self::InvalidQuery(_)
            | Self::NotKept { .. }
            | Self::Elsewhere(_)
            | Self::Table(_) => false,
        }
    }

    /// Why nothing was sent, if nothing may be.
    pub(crate) fn offline(&self) -> Option<&str> {
        match self {
            Self::Http { source, .. } => match source.cause() {
                lks_http::Cause::Offline(reason) => Some(reason),
                _ => None,
            },
            Self::Repeated(error) => error.offline(),
            _ => None,
        }
    }

    /// Names the whole text that was read, where the reason was found in a part of it.
    pub(crate) fn with_target(self, whole: &str) -> Self {
        match self {
            Self::InvalidTarget { reason, .. } => Self::target(whole, reason),
            other => other,
        }
    }
}
