//! What a caller should know about a result that is there all the same.

use std::fmt;
use std::time::SystemTime;

use crate::error::Service;
use crate::position::ArcSeconds;

/// Something that makes a result less than it could be, or worth a second look.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// Services place the name at different positions.
    ResolversDisagree {
        /// The name.
        name: String,
        /// The service that was believed.
        used: String,
        /// The one that differs most.
        other: String,
        /// By how much.
        separation: ArcSeconds,
    },
    /// TESScut did not answer, so rows of cutouts are missing.
    CutoutsUnavailable {
        /// What went wrong.
        reason: String,
    },
    /// Cutouts were not looked for, because nobody knows where the target is.
    CutoutsWithoutPosition {
        /// The target.
        target: String,
    },
    /// Science products filed under another name than the star's could not be looked for.
    NearbyProductsUnavailable {
        /// What went wrong.
        reason: String,
    },
    /// Full-frame images were left out; they are too large to be fetched as products.
    FullFrameImagesLeftOut {
        /// How many observations that are.
        num_observations: usize,
    },
    /// The archive lists fewer rows than it did.
    FewerRows {
        /// How many it lists now.
        now: usize,
        /// How many it listed.
        before: usize,
        /// When it listed those.
        date: SystemTime,
    },
    /// Of all that it counts, MAST listed only some.
    ListedShort {
        /// How many observations it listed.
        got: usize,
        /// How many it counts.
        expected: usize,
    },
    /// A column of an answer is missing, or cannot be understood; what is made of it is null.
    ColumnLeftOut {
        /// The service.
        service: Service,
        /// Its name of the column.
        column: String,
        /// Why.
        reason: String,
    },
    /// A service failed, and what it answered earlier is part of the result instead.
    OlderAnswer {
        /// The service.
        service: Service,
        /// When it answered.
        date: SystemTime,
        /// What went wrong now.
        reason: String,
    },
}

impl Warning {
    /// Whether rows may be missing from the result, or be those of another day.
    pub fn is_of_missing_rows(&self) -> bool {
        match self {
            Self::CutoutsUnavailable { .. }
            | Self::CutoutsWithoutPosition { .. }
            | Self::NearbyProductsUnavailable { .. }
            | Self::ListedShort { .. }
            | Self::OlderAnswer { .. } => true,
            Self::ResolversDisagree { .. }
            | Self::FullFrameImagesLeftOut { .. }
            | Self::FewerRows { .. }
            | Self::ColumnLeftOut { .. } => false,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResolversDisagree {
                name,
                used,
                other,
                separation,
            } => write!(
                f,
                "{other} places '{name}' {:.1}\" from where {used} has it; {used} is used (give the position or an id to be sure)",
                separation.0
            ),
            Self::CutoutsUnavailable { reason } => write!(f, "cutouts are missing, because of {reason}"),
            Self::CutoutsWithoutPosition { target } => {
                write!(f, "cutouts are missing, because no service knows where {target} is")
            }
            Self::NearbyProductsUnavailable { reason } => {
                write!(
                    f,
                    "science products filed under other names may be missing, because of {reason}"
                )
            }
            Self::FullFrameImagesLeftOut { num_observations } => {
                write!(
                    f,
                    "{num_observations} observations of full-frame images are left out; use cutouts"
                )
            }
            Self::FewerRows { now, before, date } => write!(
                f,
                "MAST lists {now} now; on {} it listed {before}. Files of the others that are in the cache stay there",
                minute(*date)
            ),
            Self::ListedShort { got, expected } => write!(
                f,
                "MAST counts {expected} observations and listed {got}; those without a position are left out, for others ask again later"
            ),
            Self::ColumnLeftOut {
                service,
                column,
                reason,
            } => write!(f, "the column '{column}' of {service} is left out: {reason}"),
            Self::OlderAnswer { service, date, reason } => {
                write!(
                    f,
                    "what {service} answered on {} is given, because it fails now: {reason}",
                    minute(*date)
                )
            }
        }
    }
}

/// A date for people, in UTC.
pub(crate) fn minute(date: SystemTime) -> impl fmt::Display {
    chrono::DateTime::<chrono::Utc>::from(date).format("%Y-%m-%d %H:%M UTC")
}
