//! Why there is nothing yet: the dates of the sectors, what the full-frame images saw, and how far pipelines typically are. Nothing is asked here.

use std::fmt;
use std::time::SystemTime;

use crate::empty_reason::EmptyReason;
use crate::request::wanted_pipelines;
use crate::response::SectorSeen;
use crate::search::{Mission, Search};
use crate::tess::{self, last_begun, mjd, span};

/// How far pipelines were; the file names its sources.
const PROGRESS: &str = include_str!("../data/tess_progress.csv");

/// Days after the end of a sector in which the mission's own files typically come: sector 106 ended on 9 August 2026, and its files were
/// there on 10 September.
const TYPICAL_DAYS: (u32, u32) = (28, 35);

/// So many sectors are named.
const MOST_NAMED: usize = 8;

/// What is known of a search that found nothing: whether there can be something yet, and when there may be. Dates are modified Julian dates, UTC.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Prospect {
    /// A sector that was asked for has not begun.
    Planned {
        /// The sector.
        sector: i64,
        /// Its planned start.
        start: f64,
        /// Its planned end.
        end: f64,
    },
    /// A sector that was asked for is being observed.
    Underway {
        /// The sector.
        sector: i64,
        /// Its planned end.
        end: f64,
    },
    /// A sector ended so recently that its files are typically not in the archive yet.
    NotIngested {
        /// The sector.
        sector: i64,
        /// When it ended.
        end: f64,
        /// After so many days, from and to, the mission's own files typically come.
        typical_days: (u32, u32),
    },
    /// The target is on the images of these sectors, but the pipeline had not come so far when that was looked up.
    PipelineBehind {
        /// The pipeline.
        pipeline: String,
        /// The sectors that it has not reached.
        sectors: Vec<i64>,
        /// The last one that it had reached.
        last_sector: i64,
        /// When that was seen, as `2026-09-26`.
        seen_on: String,
    },
    /// The target is not on the images of these sectors, which were asked for.
    NotOnImages {
        /// The sectors.
        sectors: Vec<i64>,
    },
    /// No sector so far has the target on its images.
    NeverObserved {
        /// The last sector that has begun.
        last_sector: i64,
    },
}

/// What is known of an empty result. `seen` are the sectors with the target on their images, if that is known.
pub(crate) fn prospects(
    search: &Search,
    reason: &EmptyReason,
    seen: Option<&[SectorSeen]>,
    now: SystemTime,
) -> Vec<Prospect> {
    let is_of_sectors = match reason {
        EmptyReason::NotObserved { .. } | EmptyReason::NoneOfKind { .. } | EmptyReason::FilteredOut { .. } => true,
        EmptyReason::Unresolved { .. } | EmptyReason::ServiceDown { .. } => false,
    };
    if search.mission != Mission::Tess || !is_of_sectors {
        return Vec::new();
    }
    let now = mjd(now);
    let seen: Option<Vec<i64>> = seen.map(|seen| seen.iter().map(|seen| seen.sector).collect());
    let asked = asked_sectors(search);
    // Of a search for everything only what was seen can still come.
    let of_dates = asked.as_ref().or(seen.as_ref()).into_iter().flatten();
    let mut known: Vec<Prospect> = of_dates.filter_map(|sector| by_date(*sector, now)).collect();
    let Some(seen) = seen else { return known };
    let has_ended = |sector: &&i64| span(**sector).is_none_or(|(_, end)| end <= now);
    match &asked {
        Some(asked) => {
            let absent: Vec<i64> = asked
                .iter()
                .filter(has_ended)
                .filter(|sector| !seen.contains(sector))
                .copied()
                .collect();
            if !absent.is_empty() {
                known.push(Prospect::NotOnImages { sectors: absent });
            }
        }
        None if seen.is_empty() => {
            known.extend(last_begun(now).map(|last_sector| Prospect::NeverObserved { last_sector }))
        }
        None => {}
    }
    let could_come: Vec<i64> = seen
        .iter()
        .filter(|sector| asked.as_ref().is_none_or(|asked| asked.contains(sector)))
        .copied()
        .collect();
    known.extend(behind(search, &could_come));
    known
}

/// Whether what full-frame images saw would tell more than the dates do.
pub(crate) fn is_about_images(search: &Search, now: SystemTime) -> bool {
    let now = mjd(now);
    asked_sectors(search).is_some_and(|asked| asked.iter().any(|sector| by_date(*sector, now).is_none()))
}

fn asked_sectors(search: &Search) -> Option<Vec<i64>> {
    let filters = &search.filters;
    filters
        .sector
        .as_ref()
        .or(filters.sequence.as_ref())?
        .whole_numbers(100)
}

fn by_date(sector: i64, now: f64) -> Option<Prospect> {
    let (start, end) = span(sector)?;
    if now < start {
        return Some(Prospect::Planned { sector, start, end });
    }
    if now < end {
        return Some(Prospect::Underway { sector, end });
    }
    (now < end + f64::from(TYPICAL_DAYS.1)).then_some(Prospect::NotIngested {
        sector,
        end,
        typical_days: TYPICAL_DAYS,
    })
}

/// The pipelines that were asked for and had not come as far as some of these sectors.
fn behind(search: &Search, sectors: &[i64]) -> Vec<Prospect> {
    let Some(wanted) = wanted_pipelines(search).filter(|_| search.filters.pipeline.is_some()) else {
        return Vec::new();
    };
    let rows = PROGRESS.lines().filter(|line| !line.starts_with('#')).skip(1);
    let progress = rows.filter_map(|line| {
        let mut fields = line.split(',');
        Some((fields.next()?, fields.next()?.parse::<i64>().ok()?, fields.next()?))
    });
    let asked = progress.filter(|(pipeline, _, _)| wanted.accepts(Some(pipeline)));
    let of = |(pipeline, last_sector, seen_on): (&str, i64, &str)| {
        let sectors: Vec<i64> = sectors
            .iter()
            .filter(|sector| **sector > last_sector)
            .copied()
            .collect();
        (!sectors.is_empty()).then(|| Prospect::PipelineBehind {
            pipeline: pipeline.to_owned(),
            sectors,
            last_sector,
            seen_on: seen_on.to_owned(),
        })
    };
    asked.filter_map(of).collect()
}

impl fmt::Display for Prospect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Planned { sector, start, end } => {
                write!(
                    f,
                    "sector {sector} is planned for {} to {}",
                    tess::date(*start),
                    tess::date(*end)
                )
            }
            Self::Underway { sector, end } => {
                write!(f, "sector {sector} is being observed until {}", tess::date(*end))
            }
            Self::NotIngested {
                sector,
                end,
                typical_days: (from, to),
            } => write!(
                f,
                "sector {sector} ended on {}; the mission's files typically come {from} to {to} days after the end, those of other pipelines later",
                tess::date(*end)
            ),
            Self::PipelineBehind {
                pipeline,
                sectors,
                last_sector,
                seen_on,
            } => {
                write!(
                    f,
                    "{pipeline} had come to sector {last_sector} on {seen_on}; the target is also on the images of "
                )?;
                named(f, sectors)
            }
            Self::NotOnImages { sectors } => {
                write!(f, "the target is not on the images of ")?;
                named(f, sectors)
            }
            Self::NeverObserved { last_sector } => {
                write!(
                    f,
                    "TESS has not observed this place so far (sectors 1 to {last_sector})"
                )
            }
        }
    }
}

/// `sector 3` or `sectors 3, 4 and 12 more`.
fn named(f: &mut fmt::Formatter<'_>, sectors: &[i64]) -> fmt::Result {
    let shown = sectors.len().min(MOST_NAMED);
    let list: Vec<String> = sectors[..shown].iter().map(ToString::to_string).collect();
    let plural = if sectors.len() == 1 { "" } else { "s" };
    write!(f, "sector{plural} {}", list.join(", "))?;
    match sectors.len() - shown {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

#[cfg(test)]
mod tests;
