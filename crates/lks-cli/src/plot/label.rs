//! Titles and axes, from what the headers say.

use lksearch::fits::{ColumnInfo, FitsFile};

use super::choice::Choice;
use super::step::Steps;
use crate::arguments::FileLocation;
use crate::fits;

/// Share by which the step of barycentric times may be off the cadence on the spacecraft: they drift by 0.0001 of it, and are rounded.
const SAME_CADENCE: f64 = 0.01;

/// What was observed, as far as the file says it.
#[derive(Clone)]
pub(super) struct Observation {
    /// The object, or its position, as of cutouts; else the name of the file.
    pub object: String,
    mission: Option<String>,
    /// `Sector` and `14`.
    part: Option<(&'static str, String)>,
    pub pipeline: Option<&'static str>,
    /// Which of several tables, as `CIRC_APER3`.
    pub table: Option<String>,
    pub cadence: Option<String>,
    is_synthetic: bool,
}

impl Observation {
    /// From the primary header, else from that of the table; the cadence from the steps of the times where they say another.
    pub(super) fn of(file: &FitsFile, choice: &Choice, location: &FileLocation, steps: Steps) -> Self {
        let text = |keyword: &str| {
            let of = |index| file.header(index).ok()?.text(keyword);
            let found: Option<&str> = of(0).or_else(|| of(choice.hdu));
            found.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let position = || {
            let header = file.header(0).ok()?;
            let (ra, dec) = (header.float("RA_OBJ")?, header.float("DEC_OBJ")?);
            Some(format!("RA {ra:.4}° Dec {dec:.4}°").replace('-', "−"))
        };
        let parts = [("SECTOR", "Sector"), ("QUARTER", "Quarter"), ("CAMPAIGN", "Campaign")];
        let part = parts.iter().find_map(|(keyword, word)| {
            let number = integer(file, choice.hdu, keyword)?;
            Some(match *keyword {
                "CAMPAIGN" => (*word, campaign(number)),
                _ => (*word, number.to_string()),
            })
        });
        let number = || integer(file, choice.hdu, "TICID").or_else(|| integer(file, choice.hdu, "TIC_ID"));
        let tic = || number().map(|number| format!("TIC {number}"));
        let table = file.hdus().get(choice.hdu).map(|hdu| hdu.name.trim().to_owned());
        Self {
            object: text("OBJECT")
                .or_else(tic)
                .or_else(position)
                .unwrap_or_else(|| location.file_name()),
            mission: text("MISSION").or_else(|| text("TELESCOP")),
            part,
            pipeline: choice.pipeline.map(|pipeline| pipeline.name),
            table: table.filter(|name| choice.is_one_of_several && !name.is_empty()),
            cadence: cadence(file, choice, steps),
            is_synthetic: is_synthetic(file),
        }
    }
}

/// What observations have in common, and all their sectors, quarters or campaigns in order:
/// `TIC 25155310 · TESS Sectors 1, 2 · SPOC · 120 s cadence`.
pub(super) fn title(observations: &[&Observation]) -> String {
    let Some(first) = observations.first() else {
        return String::new();
    };
    let all = |same: &dyn Fn(&Observation) -> bool| observations.iter().all(|other| same(other));
    let mission = first
        .mission
        .clone()
        .filter(|_| all(&|other| other.mission == first.mission));
    let kind = first.part.as_ref().map(|(word, _)| *word);
    let parts = kind.filter(|word| all(&|other| other.part.as_ref().is_some_and(|(other, _)| other == word)));
    let parts = parts.map(|word| {
        let mut numbers: Vec<&str> = observations
            .iter()
            .filter_map(|other| other.part.as_ref().map(|(_, number)| number.as_str()))
            .collect();
        numbers.dedup();
        match numbers.len() {
            1 => format!("{word} {}", numbers[0]),
            2..8 => format!("{word}s {}", numbers.join(", ")),
            num_parts => format!("{num_parts} {}s", word.to_lowercase()),
        }
    });
    let observed: Vec<String> = mission.into_iter().chain(parts).collect();
    let pieces = [
        Some(first.object.clone()).filter(|_| all(&|other| other.object == first.object)),
        Some(observed.join(" ")).filter(|text| !text.is_empty()),
        first
            .pipeline
            .filter(|_| all(&|other| other.pipeline == first.pipeline))
            .map(str::to_owned),
        first.table.clone().filter(|_| all(&|other| other.table == first.table)),
        first
            .cadence
            .clone()
            .filter(|_| all(&|other| other.cadence == first.cadence)),
        observations
            .iter()
            .any(|one| one.is_synthetic)
            .then(|| "synthetic".to_owned()),
    ];
    pieces.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The unit of a column, if it has one.
pub(super) fn unit(column: &ColumnInfo) -> Option<&str> {
    column.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty())
}

/// A name and its unit: `PDCSAP_FLUX [e⁻/s]`.
pub(super) fn with_unit(name: &str, unit: Option<&str>) -> String {
    match unit {
        Some(unit) => format!("{name} [{}]", unit.replace("e-", "e⁻")),
        None => name.to_owned(),
    }
}

/// Time from one value to the next. Products of a pipeline may have `TIMEDEL` of other data than their own.
fn cadence(file: &FitsFile, choice: &Choice, steps: Steps) -> Option<String> {
    let of = |index| {
        file.header(index)
            .ok()?
            .float("TIMEDEL")
            .filter(|days: &f64| *days > 0.0)
    };
    let in_header = of(choice.hdu).or_else(|| of(0))?;
    let reference = choice.time.as_ref().and_then(|time| time.time.as_ref());
    let measured = reference.and_then(|reference| Some(steps.median()? * reference.unit_days()));
    let is_other = |days: &f64| (days / in_header - 1.0).abs() > SAME_CADENCE;
    let seconds = measured.filter(is_other).unwrap_or(in_header) * 86_400.0;
    let number = |value: f64| match (value - value.round()).abs() < 0.02 {
        true => format!("{value:.0}"),
        false => format!("{value:.1}"),
    };
    Some(match seconds < 600.0 {
        true => format!("{} s cadence", number(seconds)),
        false => format!("{} min cadence", number(seconds / 60.0)),
    })
}

fn integer(file: &FitsFile, hdu: usize, keyword: &str) -> Option<i64> {
    let of = |index| file.header(index).ok()?.integer(keyword);
    of(0).or_else(|| of(hdu))
}

/// The halves of K2's campaigns 9, 10 and 11 have numbers of their own: 91 is 9a
/// (<https://archive.stsci.edu/missions-and-data/k2>).
fn campaign(number: i64) -> String {
    let half = match number {
        91 | 101 | 111 => "a",
        92 | 102 | 112 => "b",
        _ => return number.to_string(),
    };
    format!("{}{half}", number / 10)
}

/// Whether the file says of itself that no telescope has made it.
fn is_synthetic(file: &FitsFile) -> bool {
    let header = file.header(0);
    header.is_ok_and(|header| header.cards().iter().any(fits::is_synthetic))
}
