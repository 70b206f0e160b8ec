//! What can go wrong when catalogues are asked, one variant for each thing a caller does differently.

use std::fmt;

/// A question that has no meaning, or an answer that cannot be used.
///
/// A star that a catalogue does not have is not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text is not the number of a star in a catalogue.
    #[error("'{text}' is not an id: {reason}")]
    InvalidId {
        /// The text as it was given.
        text: String,
        /// Why, and what to write instead.
        reason: String,
    },
    /// A radius, an epoch or a limit makes no sense.
    #[error("{0}")]
    InvalidQuery(String),
    /// The service was not reached, or answered with a failure.
    #[error("{service}: {source}")]
    Http {
        /// Which service was asked.
        service: CatalogService,
        /// What the transport says; it names the URL, the attempts and the status.
        #[source]
        source: Box<lks_http::Error>,
    },
    /// The service answered, and says that it cannot answer this.
    #[error("{service} reports an error: {message}")]
    Remote {
        /// Which service was asked.
        service: CatalogService,
        /// Its own words.
        message: String,
    },
    /// The answer is not a table.
    #[error("{service} {problem}")]
    Answer {
        /// Which service was asked.
        service: CatalogService,
        /// What is wrong with it.
        problem: String,
    },
    /// A table or column that cannot be done without is missing.
    #[error("{service} has no {what}; a newer version of this program may know its new name")]
    SchemaChanged {
        /// Which service was asked.
        service: CatalogService,
        /// What is missing.
        what: String,
    },
    /// The circle has more stars than are asked for in so many parts.
    #[error(
        "{service} has more stars there than it gives in {num_parts} answers; ask for a smaller radius or set a magnitude limit"
    )]
    TooManyRows {
        /// Which service was asked.
        service: CatalogService,
        /// In how many parts it was asked.
        num_parts: usize,
    },
    /// Only kept answers can be had, and this question was never answered.
    #[error("{service} was never asked for {about}, and {reason}")]
    NotKept {
        /// Which service would have been asked.
        service: CatalogService,
        /// What it would have been asked.
        about: String,
        /// Why it is not asked.
        reason: String,
    },
    /// The archive was asked where a star is, and did not say.
    #[error(transparent)]
    Archive(#[from] lks_mast::Error),
    /// The table could not be worked with.
    #[error(transparent)]
    Table(#[from] lks_table::Error),
}

/// The services that requests are sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CatalogService {
    /// VizieR's TAP service.
    Vizier,
    /// SIMBAD's TAP service.
    Simbad,
    /// The TAP service of ESA's Gaia archive.
    Gaia,
}

impl CatalogService {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Vizier => "VizieR",
            Self::Simbad => "SIMBAD",
            Self::Gaia => "the Gaia archive",
        }
    }
}

impl fmt::Display for CatalogService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Error {
    pub(crate) fn invalid_id(text: &str, reason: String) -> Self {
        let text = text.to_owned();
        Self::InvalidId { text, reason }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::InvalidQuery(message.into())
    }

    pub(crate) fn http(service: CatalogService) -> impl Fn(lks_http::Error) -> Self {
        move |source| Self::Http {
            service,
            source: Box::new(source),
        }
    }

    /// Whether a service failed, so that an older answer of it may be given instead.
    pub(crate) fn is_of_service(&self) -> bool {
        match self {
            Self::Http { .. } | Self::Remote { .. } | Self::Answer { .. } | Self::SchemaChanged { .. } => true,
            Self::InvalidId { .. }
            | Self::InvalidQuery(_)
            | Self::TooManyRows { .. }
            | Self::NotKept { .. }
            | Self::Archive(_)
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
            _ => None,
        }
    }

    pub(crate) fn answer(service: CatalogService, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self::Answer { service, problem }
    }
}
