//! The columns that lksearch adds to MAST's: who made a product, for which sector, quarter or campaign, when, and how far away.

use chrono::{DateTime, Datelike, NaiveDateTime};
use lks_table::Table;

use crate::columns::{floats, integers};
use crate::error::Error;
use crate::filter::{Campaign, same};
use crate::kind::Kind;
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

/// The table with the added columns, in lksearch's order.
pub(crate) fn annotate(table: &Table, mission: Mission, asked: &Asked) -> Result<Table, Error> {
    let rows = rows(table, mission);
    let each = |of: &dyn Fn(&Noted) -> Option<i64>| rows.iter().map(of).collect::<Vec<_>>();
    let named = |name: &'static str| table.texts(name);
    let missions = named("mission")
        .zip(named("obs_collection_obs"))
        .zip(named("obs_collection"));
    let annotated = table
        .with_text(
            "mission",
            missions.map(|((given, observation), product)| given.or(observation).or(product)),
        )?
        .with_text("pipeline", named("provenance_name"))?
        .with_integer("year", each(&|row| row.year))?
        .with_text("start_time", rows.iter().map(|row| row.start.map(|time| iso(&time))))?
        .with_text("end_time", rows.iter().map(|row| row.end.map(|time| iso(&time))))?
        .with_boolean(
            "mission_product",
            named("provenance_name").map(|pipeline| Some(is_own(mission, pipeline))),
        )?
        .with_integer("sequence_number", each(&|row| row.sequence))?;
    let annotated = match mission {
        Mission::Tess => annotated.with_integer("sector", each(&|row| row.sector))?,
        Mission::Kepler => annotated
            .with_integer("quarter", each(&|row| row.quarter))?
            .with_integer("month", each(&|row| row.month))?,
        Mission::K2 => with_campaign(&annotated, &rows)?,
        Mission::Mast => with_campaign(
            &annotated
                .with_integer("sector", each(&|row| row.sector))?
                .with_integer("quarter", each(&|row| row.quarter))?
                .with_integer("month", each(&|row| row.month))?,
            &rows,
        )?,
    };
    let matches = named("target_name").map(|name| Some(if is_asked(name, asked.id) { "id" } else { "position" }));
    Ok(annotated
        .with_text(
            "kind",
            named("productFilename").map(|name| Some(Kind::of_filename(name.unwrap_or_default()).name())),
        )?
        .with_text("match", matches)?
        .with_float("separation_arcsec", separations(table, asked.position.as_ref()))?)
}

/// What is found out about one row.
#[derive(Debug, Default)]
struct Noted {
    year: Option<i64>,
    start: Option<NaiveDateTime>,
    end: Option<NaiveDateTime>,
    sequence: Option<i64>,
    sector: Option<i64>,
    quarter: Option<i64>,
    month: Option<i64>,
    campaign: Option<Campaign>,
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

fn rows(table: &Table, mission: Mission) -> Vec<Noted> {
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
                Mission::Mast => [observed_for[index], made_for[index]]
                    .into_iter()
                    .flatten()
                    .find_map(mission_of)
                    .unwrap_or(Mission::Mast),
                one => one,
            };
            let own_kepler = pipelines[index].is_some_and(|pipeline| same(pipeline, "Kepler"));
            note(
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

fn note(
    mission: Mission,
    own_kepler: bool,
    filename: Option<&str>,
    description: Option<&str>,
    sequence: Option<i64>,
    t_min: Option<f64>,
    t_max: Option<f64>,
) -> Noted {
    let (start, end) = (t_min.and_then(utc), t_max.and_then(utc));
    let mut noted = Noted {
        year: start.map(|time| i64::from(time.year())),
        start,
        end,
        sequence,
        ..Noted::default()
    };
    match mission {
        Mission::Tess => noted.sector = sequence,
        Mission::K2 => {
            noted.campaign = k2::campaign(filename, description, sequence);
            noted.sequence = sequence.or(noted.campaign.map(|campaign| campaign.number));
        }
        Mission::Kepler => {
            let description = description.unwrap_or_default();
            let stamp = filename
                .and_then(kepler::stamp)
                .filter(|_| !description.contains("Data Validation"));
            noted.quarter = sequence.or_else(|| kepler::quarter(description).filter(|_| own_kepler));
            noted.sequence = noted.quarter;
            if let Some(stamp) = stamp.filter(|_| own_kepler) {
                if description.contains("Short") {
                    noted.month = noted.quarter.and_then(|quarter| kepler::month(quarter, stamp));
                }
                // MAST gives the span of the whole mission for each of Kepler's files.
                noted.end = kepler::end(noted.quarter, stamp);
                noted.year = stamp[..4].parse().ok();
                noted.start = noted
                    .quarter
                    .and_then(|quarter| kepler::start(quarter, noted.month))
                    .filter(|start| Some(*start) < noted.end);
            }
        }
        Mission::Mast => {}
    }
    noted
}

fn with_campaign(table: &Table, rows: &[Noted]) -> Result<Table, Error> {
    let halves = rows.iter().map(|row| {
        row.campaign
            .and_then(|campaign| campaign.half)
            .map(|half| half.letter())
    });
    Ok(table
        .with_integer(
            "campaign",
            rows.iter().map(|row| row.campaign.map(|campaign| campaign.number)),
        )?
        .with_text("campaign_half", halves)?)
}

fn is_own(mission: Mission, pipeline: Option<&str>) -> bool {
    pipeline.is_some_and(|pipeline| mission.pipelines().iter().any(|own| same(own, pipeline)))
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

fn separations(table: &Table, asked: Option<&Position>) -> Vec<Option<f64>> {
    let places = floats(table, "s_ra").into_iter().zip(floats(table, "s_dec"));
    places
        .map(|(ra, dec)| {
            let there = Position::icrs(ra?, dec?).ok()?;
            Some(asked?.separation(&there).0)
        })
        .collect()
}

/// The moment of a modified Julian date, to the millisecond.
pub(crate) fn utc(mjd: f64) -> Option<NaiveDateTime> {
    /// Modified Julian date of 1970-01-01.
    const EPOCH: f64 = 40_587.0;
    let milliseconds = ((mjd - EPOCH) * 86_400_000.0).round();
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
