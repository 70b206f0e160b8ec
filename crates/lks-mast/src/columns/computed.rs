//! What the added columns are computed from: which sector, quarter or campaign a row is of, when it was observed, and how far away.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDateTime};
use lks_table::Table;
use lks_table::arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};

use super::{floats, integers};
use crate::filter::{Campaign, same};
use crate::kind::Kind;
use crate::pipeline::Pipeline;
use crate::position::Position;
use crate::search::Mission;
use crate::target::{Catalog, TargetId};
use crate::{k2, kepler};

/// What a result is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// The star, if it was asked for by its number.
    pub(crate) id: Option<TargetId>,
    /// Where it is, if that is known.
    pub(crate) position: Option<Position>,
}

/// The rows that the added columns are computed from.
pub(crate) struct Rows<'a> {
    table: &'a Table,
    mission: Mission,
    asked: &'a Asked,
    observed: Vec<Observed>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(table: &'a Table, mission: Mission, asked: &'a Asked) -> Self {
        Self {
            table,
            mission,
            asked,
            observed: observed(table, mission),
        }
    }

    pub(super) fn integers(&self, of: impl Fn(&Observed) -> Option<i64>) -> ArrayRef {
        Arc::new(self.observed.iter().map(of).collect::<Int64Array>())
    }

    pub(super) fn texts(&self, of: impl Fn(&Observed) -> Option<&'static str>) -> ArrayRef {
        Arc::new(self.observed.iter().map(of).collect::<StringArray>())
    }

    pub(super) fn moments(&self, of: impl Fn(&Observed) -> Option<NaiveDateTime>) -> ArrayRef {
        let texts = self.observed.iter().map(|row| of(row).map(|time| iso(&time)));
        Arc::new(texts.collect::<StringArray>())
    }

    /// The text of the first of these columns that has one.
    pub(super) fn first_text(&self, names: &[&str]) -> ArrayRef {
        let texts = self
            .table
            .rows()
            .map(|row| names.iter().find_map(|name| row.text(name)));
        Arc::new(texts.collect::<StringArray>())
    }

    /// Whether the pipeline is one of the mission's own.
    pub(super) fn are_of_mission(&self) -> ArrayRef {
        let own: Vec<&str> = Pipeline::own(self.mission).collect();
        let is_own = |pipeline: &str| own.iter().any(|own| same(own, pipeline));
        let own = self
            .table
            .texts("provenance_name")
            .map(|pipeline| Some(pipeline.is_some_and(is_own)));
        Arc::new(own.collect::<BooleanArray>())
    }

    pub(super) fn kinds(&self) -> ArrayRef {
        let names = self.table.texts("productFilename");
        let kinds = names.map(|name| Some(Kind::of_filename(name.unwrap_or_default()).name()));
        Arc::new(kinds.collect::<StringArray>())
    }

    /// Whether the star was found by its number or by its place.
    pub(super) fn matches(&self) -> ArrayRef {
        let names = self.table.texts("target_name");
        let matches = names.map(|name| {
            Some(if is_asked(name, self.asked.id) {
                "id"
            } else if self.asked.id.is_some() || self.asked.position.is_some() {
                "position"
            } else {
                return None;
            })
        });
        Arc::new(matches.collect::<StringArray>())
    }

    /// Arcseconds on the sphere from the asked position to the target's.
    pub(super) fn separations(&self) -> ArrayRef {
        let places = floats(self.table, "s_ra").into_iter().zip(floats(self.table, "s_dec"));
        let separations = places.map(|(ra, dec)| {
            let target = Position::icrs(ra?, dec?).ok()?;
            Some(self.asked.position?.separation(&target).0)
        });
        Arc::new(separations.collect::<Float64Array>())
    }
}

/// What is found out about one row.
#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) year: Option<i64>,
    pub(super) start: Option<NaiveDateTime>,
    pub(super) end: Option<NaiveDateTime>,
    pub(super) sequence: Option<i64>,
    pub(super) sector: Option<i64>,
    pub(super) quarter: Option<i64>,
    pub(super) month: Option<i64>,
    pub(super) campaign: Option<Campaign>,
}

/// Whose observation a row is.
fn mission_of(project: &str) -> Option<Mission> {
    [
        (Mission::Tess, "TESS"),
        (Mission::Kepler, "Kepler"),
        (Mission::K2, "K2"),
    ]
    .into_iter()
    .find(|(_, name)| same(name, project))
    .map(|(mission, _)| mission)
}

fn observed(table: &Table, mission: Mission) -> Vec<Observed> {
    let text = |name: &'static str| table.texts(name).collect::<Vec<_>>();
    let (filenames, descriptions, pipelines) = (text("productFilename"), text("description"), text("provenance_name"));
    let (observed_for, made_for) = (text("project_obs"), text("project"));
    let times = floats(table, "t_min").into_iter().zip(floats(table, "t_max"));
    let sequences = integers(table, "sequence_number");
    times
        .zip(sequences)
        .enumerate()
        .map(|(index, ((t_min, t_max), sequence))| {
            let row_mission = match mission {
                Mission::Mast | Mission::All => [observed_for[index], made_for[index]]
                    .into_iter()
                    .flatten()
                    .find_map(mission_of)
                    .unwrap_or(mission),
                one => one,
            };
            let own_kepler = pipelines[index].is_some_and(|pipeline| same(pipeline, "Kepler"));
            observe(
                row_mission,
                own_kepler,
                filenames[index],
                descriptions[index],
                sequence,
                t_min,
                t_max,
            )
        })
        .collect()
}

fn observe(
    mission: Mission,
    own_kepler: bool,
    filename: Option<&str>,
    description: Option<&str>,
    sequence: Option<i64>,
    t_min: Option<f64>,
    t_max: Option<f64>,
) -> Observed {
    let (start, end) = (t_min.and_then(utc), t_max.and_then(utc));
    let mut observed = Observed {
        year: start.map(|time| i64::from(time.year())),
        start,
        end,
        sequence,
        ..Observed::default()
    };
    match mission {
        Mission::Tess => observed.sector = sequence,
        Mission::K2 => {
            observed.campaign = k2::campaign(filename, description, sequence);
            observed.sequence = sequence.or(observed.campaign.map(|campaign| campaign.number));
        }
        Mission::Kepler => {
            let description = description.unwrap_or_default();
            let stamp = filename
                .and_then(kepler::stamp)
                .filter(|_| !description.contains("Data Validation"));
            observed.quarter = sequence.or_else(|| kepler::quarter(description).filter(|_| own_kepler));
            observed.sequence = observed.quarter;
            if let Some(stamp) = stamp.filter(|_| own_kepler) {
                if description.contains("Short") {
                    observed.month = observed.quarter.and_then(|quarter| kepler::month(quarter, stamp));
                }
                // MAST gives the span of the whole mission for each of Kepler's files.
                observed.end = kepler::end(observed.quarter, stamp);
                observed.year = stamp[..4].parse().ok();
                observed.start = observed
                    .quarter
                    .and_then(|quarter| kepler::start(quarter, observed.month))
                    .filter(|start| Some(*start) < observed.end);
            }
        }
        Mission::Mast | Mission::All => {}
    }
    observed
}

/// Whether MAST's name of a target is that of the asked star.
pub(crate) fn is_asked(target_name: Option<&str>, id: Option<TargetId>) -> bool {
    matches!((target_name, id), (Some(name), Some(id)) if TargetId::from_target_name(name, id.catalog) == Some(id))
}

/// Whether MAST's name of a target is the number of another star than the asked one.
pub(crate) fn is_other_star(target_name: Option<&str>, id: TargetId) -> bool {
    let Some(name) = target_name else { return false };
    [Catalog::Tic, Catalog::Kic, Catalog::Epic]
        .into_iter()
        .filter_map(|catalog| TargetId::from_target_name(name, catalog))
        .any(|found| found.catalog == id.catalog && found != id)
}

/// The modified Julian date of 1970-01-01.
pub(crate) const MJD_OF_EPOCH: f64 = 40_587.0;

/// The moment of a modified Julian date, to the millisecond.
pub(crate) fn utc(mjd: f64) -> Option<NaiveDateTime> {
    let milliseconds = ((mjd - MJD_OF_EPOCH) * 86_400_000.0).round();
    (milliseconds.abs() < 1e16)
        .then(|| DateTime::from_timestamp_millis(milliseconds as i64))
        .flatten()
        .map(|time| time.naive_utc())
}

fn iso(time: &NaiveDateTime) -> String {
    time.format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

#[cfg(test)]
mod tests;
