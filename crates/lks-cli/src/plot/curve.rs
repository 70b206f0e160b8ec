//! A light curve: what is read of it, and which of its values are drawn.

use futures::{StreamExt, TryStreamExt};
use lksearch::Error;
use lksearch::fits::{ColumnInfo, FitsFile, Selection};

use super::{label, numbers};

/// Names of the column of times.
const TIMES: [&str; 4] = ["TIME", "T", "BJD", "TIME_BJD"];
/// Names of the column of quality flags; 0 is a cadence without any.
const QUALITIES: [&str; 2] = ["QUALITY", "SAP_QUALITY"];

/// A light curve.
pub struct LightCurve {
    /// Object and observation.
    pub title: String,
    /// Label of the times.
    pub time: String,
    /// Label of the values.
    pub flux: String,
    /// Cadences without a quality flag: time and value.
    pub good: Vec<(f64, f64)>,
    /// Cadences with one.
    pub flagged: Vec<(f64, f64)>,
    n_cadences: usize,
}

impl LightCurve {
    /// Reads three columns.
    pub async fn read(file: &FitsFile, hdu: usize, flux: &ColumnInfo, title: String) -> Result<Self, Error> {
        let columns = file.columns(hdu)?;
        let find = |name: &&str| columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
        let known = || {
            columns
                .iter()
                .map(|column| column.name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let time = TIMES.iter().find_map(find).ok_or_else(|| {
            Error::Input(format!(
                "the table of {} has no column of times ({}); it has {}",
                flux.name,
                TIMES.join(", "),
                known()
            ))
        })?;
        let quality = QUALITIES.iter().find_map(find);
        let names: Vec<String> = [Some(time), Some(flux), quality]
            .into_iter()
            .flatten()
            .map(|column| column.name.clone())
            .collect();
        let mut curve = Self {
            title,
            time: label::time(time),
            flux: label::column(flux),
            good: Vec::new(),
            flagged: Vec::new(),
            n_cadences: 0,
        };
        let mut batches = file.batches(hdu, &Selection::columns(names))?.boxed();
        while let Some(batch) = batches.try_next().await? {
            let column = |index: usize| {
                let floats = numbers::floats(batch.column(index));
                floats.filter(|floats| floats.len() == batch.num_rows()).ok_or_else(|| {
                    let column = if index == 0 { time } else { flux };
                    Error::Input(format!(
                        "column {} ({}) has not one number per row and cannot be drawn against time",
                        column.name, column.format
                    ))
                })
            };
            let (times, values) = (column(0)?, column(1)?);
            let flags = quality.map(|_| column(2)).transpose()?;
            curve.n_cadences += times.len();
            for (row, point) in times.into_iter().zip(values).enumerate() {
                if !numbers::is_drawable(point.0) || !numbers::is_drawable(point.1) {
                    continue;
                }
                match flags.as_ref().is_some_and(|flags| flags[row] != 0.0) {
                    true => curve.flagged.push(point),
                    false => curve.good.push(point),
                }
            }
        }
        if curve.n_cadences == 0 {
            return Err(Error::Input(format!("the table of {} has no rows", flux.name)));
        }
        if curve.good.is_empty() && curve.flagged.is_empty() {
            return Err(Error::Input(format!(
                "{} has no value with a time in any of its {} rows; name another column with --column: {}",
                flux.name,
                curve.n_cadences,
                known()
            )));
        }
        Ok(curve)
    }

    /// Times from the first to the last drawn cadence.
    pub fn times(&self) -> (f64, f64) {
        let points = self.good.iter().chain(&self.flagged);
        numbers::extent(points.map(|point| point.0)).unwrap_or((0.0, 1.0))
    }

    /// Values of the good cadences, which the axis is made for; flagged ones may lie far off.
    pub fn values(&self) -> (f64, f64) {
        let points = if self.good.is_empty() {
            &self.flagged
        } else {
            &self.good
        };
        numbers::extent(points.iter().map(|point| point.1)).unwrap_or((0.0, 1.0))
    }

    /// What is drawn, in a line.
    pub fn told(&self) -> String {
        format!(
            "{} of {} cadences drawn, {} of them flagged",
            self.good.len() + self.flagged.len(),
            self.n_cadences,
            self.flagged.len()
        )
    }
}
