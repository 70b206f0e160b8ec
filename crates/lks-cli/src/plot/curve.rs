//! The light curve of one file: what is read of it, and which of its values can be drawn.

use futures::{StreamExt, TryStreamExt};
use lksearch::Error;
use lksearch::fits::{ColumnInfo, FitsFile, Selection};

use super::choice::Choice;
use super::label::{self, Observation};
use super::step::Steps;
use super::{flags, numbers};
use crate::arguments::FileLocation;

/// Cadences that are drawn at most, of all files together: ten years of 20 s.
pub(super) const MOST_CADENCES: usize = 1 << 24;

/// What is said of more.
pub(super) fn too_many() -> Error {
    Error::Input(format!(
        "these are more than {MOST_CADENCES} cadences, the most that are drawn in one picture"
    ))
}

/// The light curve of one file.
pub(super) struct LightCurve {
    /// Where it came from, for messages.
    pub location: FileLocation,
    pub observation: Observation,
    pub time: ColumnInfo,
    /// The column's name and unit.
    pub flux: String,
    pub unit: Option<String>,
    pub is_magnitude: bool,
    /// Cadences without a quality flag: time and value.
    pub good: Vec<(f64, f64)>,
    /// Cadences with one.
    pub flagged: Vec<(f64, f64)>,
    pub num_cadences: usize,
}

impl LightCurve {
    /// Reads the columns of a choice; there may be no value to draw.
    pub(super) async fn read(file: &FitsFile, choice: &Choice, location: &FileLocation) -> Result<Self, Error> {
        let flux = &choice.flux;
        let time = choice.time.as_ref().ok_or_else(|| {
            Error::Input(format!(
                "the table of {} has no column that is known to hold times; name one with --time: {}",
                flux.name, choice.names
            ))
        })?;
        let columns: Vec<&ColumnInfo> = [time, flux]
            .into_iter()
            .chain(choice.quality.iter().map(|(column, _)| column))
            .collect();
        let (mut good, mut flagged, mut num_cadences) = (Vec::new(), Vec::new(), 0);
        let mut steps = Steps::default();
        let names = columns.iter().map(|column| column.name.as_str());
        let mut batches = file.batches(choice.hdu, &Selection::columns(names))?.boxed();
        while let Some(batch) = batches.try_next().await? {
            let column = |index: usize| {
                let floats = numbers::floats(batch.column(index));
                floats.filter(|floats| floats.len() == batch.num_rows()).ok_or_else(|| {
                    let column = columns[index];
                    Error::Input(format!(
                        "column {} ({}) has not one number per row and cannot be drawn against time",
                        column.name, column.format
                    ))
                })
            };
            let (times, values) = (column(0)?, column(1)?);
            let flags = flags::flagged(&batch, 2, &choice.quality)?;
            num_cadences += times.len();
            if num_cadences > MOST_CADENCES {
                return Err(too_many());
            }
            steps.take(&times);
            for (point, is_flagged) in times.into_iter().zip(values).zip(flags) {
                if !numbers::is_drawable(point.0) || !numbers::is_drawable(point.1) {
                    continue;
                }
                match is_flagged {
                    true => flagged.push(point),
                    false => good.push(point),
                }
            }
        }
        if num_cadences == 0 {
            return Err(Error::Input(format!("the table of {} has no rows", flux.name)));
        }
        Ok(Self {
            location: location.clone(),
            observation: Observation::of(file, choice, location, steps),
            time: time.clone(),
            flux: flux.name.clone(),
            unit: label::unit(flux).map(str::to_owned),
            is_magnitude: choice.is_magnitude,
            good,
            flagged,
            num_cadences,
        })
    }

    /// Whether no cadence has a time and a value.
    pub(super) fn is_empty(&self) -> bool {
        self.good.is_empty() && self.flagged.is_empty()
    }

    /// All that is drawn.
    pub(super) fn points(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.good.iter().chain(&self.flagged)
    }

    pub(super) fn points_mut(&mut self) -> impl Iterator<Item = &mut (f64, f64)> {
        self.good.iter_mut().chain(&mut self.flagged)
    }
}
