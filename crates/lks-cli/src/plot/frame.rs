//! The mean frame of a target pixel file, and its aperture.

use futures::{StreamExt, TryStreamExt};
use lksearch::Error;
use lksearch::fits::{ColumnInfo, FitsFile, Selection};

use super::choice::Choice;
use super::finder::{Marker, Sky};
use super::label::{self, Observation};
use super::step::Steps;
use super::{flags, numbers};
use crate::arguments::FileLocation;

/// The bit of the aperture image for the pixels that the pipeline has summed.
/// Source: Kepler Archive Manual (KDMC-10008), section 2.3.4; TESS Science Data Products Description, section 5.2.
const SUMMED: u32 = 2;

/// A frame.
pub(super) struct Frame {
    /// Object and observation.
    pub title: String,
    /// Label of the values.
    pub flux: String,
    /// Pixels along a row.
    pub num_columns: usize,
    /// Pixels along a column.
    pub num_rows: usize,
    /// Column and row of the first pixel on the detector, if the header says.
    on_detector: Option<(i64, i64)>,
    /// Mean over the good cadences, of all if none is good; row after row from the lowest, NaN where no cadence has a value.
    pub mean: Vec<f64>,
    /// Whether each pixel is in the pipeline's aperture, as far as that is drawn: none is if the file has no aperture, or one of all pixels, as lightkurve writes it for
    /// files of its own, whose outline would be the frame's.
    pub aperture: Vec<bool>,
    /// Where its pixels are on the sky.
    pub sky: Sky,
    /// Stars that are marked in it, the brightest first.
    pub markers: Vec<Marker>,
    /// Which stars these are, in words.
    pub catalogue: Option<String>,
    num_summed: usize,
    num_cadences: usize,
    are_flagged: bool,
}

/// What is needed for a mean.
struct Sums {
    sums: Vec<f64>,
    counts: Vec<u32>,
    num_cadences: usize,
}

impl Sums {
    fn new(num_pixels: usize) -> Self {
        Self {
            sums: vec![0.0; num_pixels],
            counts: vec![0; num_pixels],
            num_cadences: 0,
        }
    }

    fn add(&mut self, frame: &[f64]) {
        self.num_cadences += 1;
        for (pixel, value) in frame.iter().enumerate() {
            if numbers::is_drawable(*value) {
                self.sums[pixel] += value;
                self.counts[pixel] += 1;
            }
        }
    }

    fn mean(&self) -> Vec<f64> {
        let sums = self.sums.iter().zip(&self.counts);
        sums.map(|(sum, count)| sum / f64::from(*count)).collect()
    }
}

impl Frame {
    /// Reads all frames, batch after batch.
    pub(super) async fn read(file: &FitsFile, choice: &Choice, location: &FileLocation) -> Result<Self, Error> {
        let flux = &choice.flux;
        let [num_columns, num_rows] = [flux.dimensions[0] as usize, flux.dimensions[1] as usize];
        let num_pixels = num_columns * num_rows;
        if num_pixels == 0 {
            return Err(Error::Input(format!("the frames of {} have no pixels", flux.name)));
        }
        let quality = choice.quality.iter().map(|(column, _)| column.name.as_str());
        let times = choice.time.iter().map(|column| column.name.as_str());
        let names = [flux.name.as_str()].into_iter().chain(quality).chain(times);
        let mut steps = Steps::default();
        let (mut good, mut flagged, mut num_all) = (Sums::new(num_pixels), Sums::new(num_pixels), 0);
        let mut batches = file.batches(choice.hdu, &Selection::columns(names))?.boxed();
        while let Some(batch) = batches.try_next().await? {
            let pixels = numbers::floats(batch.column(0))
                .ok_or_else(|| Error::Input(format!("column {} ({}) is not of numbers", flux.name, flux.format)))?;
            let flags = flags::flagged(&batch, 1, &choice.quality)?;
            num_all += flags.len();
            let times = batch.columns().get(1 + choice.quality.len());
            steps.take(&times.and_then(numbers::floats).unwrap_or_default());
            for (frame, is_flagged) in pixels.chunks_exact(num_pixels).zip(flags) {
                // Where nothing was recorded, there are zeros in all pixels.
                if !frame.iter().any(|value| numbers::is_drawable(*value) && *value != 0.0) {
                    continue;
                }
                match is_flagged {
                    true => flagged.add(frame),
                    false => good.add(frame),
                }
            }
        }
        let are_flagged = good.num_cadences == 0;
        let sums = if are_flagged { flagged } else { good };
        if sums.num_cadences == 0 {
            return Err(Error::Input(format!(
                "{} has no value but 0 in any of its {num_all} cadences; name another column with --column: {}",
                flux.name, choice.names
            )));
        }
        let columns = file.columns(choice.hdu)?;
        let title = label::title(&[&Observation::of(file, choice, location, steps)]);
        let mut aperture = aperture(file, num_columns, num_rows).await?;
        let num_summed = aperture.iter().filter(|summed| **summed).count();
        if num_summed == num_pixels {
            aperture.fill(false);
        }
        Ok(Self {
            title: if are_flagged {
                format!("{title} · all cadences flagged")
            } else {
                title
            },
            flux: label::with_unit(&flux.name, label::unit(flux)),
            num_columns,
            num_rows,
            on_detector: on_detector(file, choice.hdu, &columns, flux),
            sky: Sky::of(file, choice.hdu, &columns, flux)?,
            markers: Vec::new(),
            catalogue: None,
            mean: sums.mean(),
            aperture,
            num_summed,
            num_cadences: sums.num_cadences,
            are_flagged,
        })
    }

    /// Column and row of the first pixel: on the detector, or 0 and 0 where nobody knows, as in the cutouts of astrocut from 1.0 on.
    pub(super) fn corner(&self) -> (i64, i64) {
        self.on_detector.unwrap_or((0, 0))
    }

    /// Whether columns and rows are those of the detector; they are counted from 0 in the frame if not.
    pub(super) fn is_on_detector(&self) -> bool {
        self.on_detector.is_some()
    }

    /// Whether the pixel is in the aperture; pixels beyond the frame are not.
    pub(super) fn is_summed(&self, column: Option<usize>, row: Option<usize>) -> bool {
        let place = column
            .zip(row)
            .filter(|(column, row)| *column < self.num_columns && *row < self.num_rows);
        place.is_some_and(|(column, row)| self.aperture[row * self.num_columns + column])
    }

    /// The least and the greatest mean.
    pub(super) fn values(&self) -> (f64, f64) {
        numbers::extent(self.mean.iter().copied()).unwrap_or((0.0, 1.0))
    }

    /// What is drawn, in a line.
    pub(super) fn summary(&self) -> String {
        let aperture = match self.num_summed {
            0 => "no pixel in an aperture".to_owned(),
            num_summed if num_summed == self.mean.len() => "all of them in the aperture".to_owned(),
            num_summed => format!("aperture of {num_summed} pixels"),
        };
        let flagged = if self.are_flagged { ", all of them flagged" } else { "" };
        let stars = self
            .catalogue
            .as_ref()
            .map(|stars| format!(", {stars}"))
            .unwrap_or_default();
        format!(
            "mean of {} cadences{flagged}, {} × {} pixels, {aperture}{stars}",
            self.num_cadences, self.num_columns, self.num_rows
        )
    }
}

/// Detector column and row of the first pixel, from the physical WCS of the table's column.
fn on_detector(file: &FitsFile, hdu: usize, columns: &[ColumnInfo], flux: &ColumnInfo) -> Option<(i64, i64)> {
    let number = columns.iter().position(|column| column == flux)? + 1;
    let of = |axis: u8| {
        let header = file.header(hdu).ok()?;
        let value = header.float(&format!("{axis}CRV{number}P"))?;
        let reference = header.float(&format!("{axis}CRP{number}P")).unwrap_or(1.0);
        Some((value + 1.0 - reference).round() as i64)
    };
    of(1).zip(of(2))
}

async fn aperture(file: &FitsFile, num_columns: usize, num_rows: usize) -> Result<Vec<bool>, Error> {
    let none = vec![false; num_columns * num_rows];
    let Ok(index) = file.find("APERTURE") else {
        return Ok(none);
    };
    let image = file.image(index).await?;
    if image.axes != [num_columns as u64, num_rows as u64] {
        return Ok(none);
    }
    let bits = numbers::floats(&image.pixels).unwrap_or_default();
    Ok(bits.iter().map(|bits| *bits as u32 & SUMMED != 0).collect())
}
