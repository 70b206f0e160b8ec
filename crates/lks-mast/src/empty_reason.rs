//! Why a result is empty, and what there is instead.

use std::fmt;

use crate::error::Service;
use crate::filter::Rejection;
use crate::kind::Kind;
use crate::search::Mission;

/// So many values are named that a filter could have let pass.
const MOST_VALUES: usize = 12;

/// The reason why a search found nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmptyReason {
    /// No service knows the name.
    Unresolved {
        /// The name.
        name: String,
        /// Which services the resolver asks.
        asked: Vec<String>,
    },
    /// The archive holds no observation of this target by the mission.
    NotObserved {
        /// The target.
        target: String,
        /// The mission.
        mission: Mission,
        /// Sectors in which the target is on full-frame images, so that cutouts exist.
        cutout_sectors: Vec<i64>,
    },
    /// There are products, but none of the wanted kind or maker.
    NoneOfKind {
        /// What was wanted, in words.
        wanted: String,
        /// What there is instead, and how much of it.
        available: Vec<(Kind, usize)>,
        /// Sectors in which the target is on full-frame images, so that cutouts exist.
        cutout_sectors: Vec<i64>,
    },
    /// There are such products, but the filters let none of them pass.
    FilteredOut {
        /// The filters that let rows fall, those that leave nothing first.
        by: Vec<Rejection>,
        /// How many rows there were before.
        num_before: usize,
    },
    /// What was wanted comes from a service that did not answer.
    ServiceDown {
        /// The service.
        service: Service,
        /// What went wrong.
        reason: String,
    },
}

impl EmptyReason {
    /// Whether it is empty because something was not to be had, and not because there is nothing.
    pub(crate) fn is_of_failure(&self) -> bool {
        match self {
            Self::Unresolved { .. } | Self::ServiceDown { .. } => true,
            Self::NotObserved { .. } | Self::NoneOfKind { .. } | Self::FilteredOut { .. } => false,
        }
    }

    pub(crate) fn unresolved(name: &str) -> Self {
        let asked = ["TIC", "KIC", "EPIC", "SIMBAD", "NED"].map(str::to_owned).to_vec();
        Self::Unresolved {
            name: name.to_owned(),
            asked,
        }
    }

    pub(crate) fn none_of(wanted: String, mut kinds: Vec<Kind>, cutout_sectors: Vec<i64>) -> Self {
        kinds.sort_unstable();
        let mut available: Vec<(Kind, usize)> = Vec::new();
        for kind in kinds {
            match available.last_mut() {
                Some((last, count)) if *last == kind => *count += 1,
                _ => available.push((kind, 1)),
            }
        }
        Self::NoneOfKind {
            wanted,
            available,
            cutout_sectors,
        }
    }
}

impl fmt::Display for EmptyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved { name, asked } => {
                write!(
                    f,
                    "no service knows '{name}' (asked: {}); check the spelling or give a position",
                    asked.join(", ")
                )
            }
            Self::NotObserved {
                target,
                mission,
                cutout_sectors,
            } => {
                write!(f, "the archive holds no {} observation of {target}", mission.name())?;
                cutouts(f, cutout_sectors)
            }
            Self::NoneOfKind {
                wanted,
                available,
                cutout_sectors,
            } => {
                write!(f, "there are no {wanted}")?;
                if !available.is_empty() {
                    let parts: Vec<String> = available
                        .iter()
                        .map(|(kind, count)| format!("{count} {kind}"))
                        .collect();
                    write!(f, "; the archive has {}", parts.join(", "))?;
                }
                cutouts(f, cutout_sectors)
            }
            Self::FilteredOut { by, num_before } => {
                write!(f, "none of {num_before} products passes the filters")?;
                for (index, rejection) in by.iter().enumerate() {
                    let comma = if index == 0 { ": " } else { ", " };
                    write!(f, "{comma}{} alone leaves {}", rejection.filter, rejection.num_left)?;
                    there(f, rejection)?;
                }
                Ok(())
            }
            Self::ServiceDown { service, reason } => write!(f, "{service} did not answer: {reason}"),
        }
    }
}

fn there(f: &mut fmt::Formatter<'_>, rejection: &Rejection) -> fmt::Result {
    let values = &rejection.available;
    if values.is_empty() && rejection.filter == "month" {
        return write!(f, " (only short cadence is divided into months)");
    }
    if values.is_empty() {
        return Ok(());
    }
    let shown = values.len().min(MOST_VALUES);
    let are = match rejection.num_left {
        0 => "there are",
        _ => "the other filters leave",
    };
    write!(f, " ({are} {}", values[..shown].join(", "))?;
    match values.len() - shown {
        0 => write!(f, ")"),
        more => write!(f, " and {more} more)"),
    }
}

fn cutouts(f: &mut fmt::Formatter<'_>, sectors: &[i64]) -> fmt::Result {
    if sectors.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = sectors.iter().map(ToString::to_string).collect();
    write!(f, "; FFI cutouts exist for sectors {}", list.join(", "))
}
