//! The rows of the table of pixels, and the pixels of the aperture.

use lks_fits::arrow_array::RecordBatch;
use lks_fits::arrow_array::cast::AsArray;
use lks_fits::write::Cells;
use lks_wcs::PixelWindow;

use super::CutoutContents;
use crate::error::Error;
use crate::frames::FrameStack;

/// The least width of `FFI_FILE`, which is that of astrocut.
const NAME_WIDTH: usize = 38;

/// The frames of a cutout in the order of time.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    stack: &'a FrameStack,
    /// Where each row is in the cube.
    order: Vec<usize>,
    time: Vec<f64>,
    correction: Vec<f32>,
    quality: Vec<i32>,
    names: Vec<&'a str>,
    name_width: usize,
    num_pixels: usize,
    /// The pixels of a column that says nothing: of `RAW_CNTS`, and of both `FLUX_BKG` and `FLUX_BKG_ERR`.
    no_counts: Vec<u8>,
    no_background: Vec<u8>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(contents: &CutoutContents<'a>) -> Result<Self, Error> {
        let CutoutContents {
            frames, stack, window, ..
        } = contents;
        let [begin, end, correction] = ["TSTART", "TSTOP", "BARYCORR"].map(|column| floats(frames, column));
        let time: Vec<f64> = begin?
            .iter()
            .zip(end?)
            .map(|(begin, end)| (begin + end) / 2.0)
            .collect();
        let num_pixels = window.width as usize * window.height as usize;
        let expected = num_pixels.saturating_mul(time.len());
        if stack.flux.len() != expected || stack.error.len() != expected {
            return Err(Error::OtherFrames {
                num_frames: time.len(),
                num_values: stack.flux.len(),
                num_pixels,
            });
        }
        let names = names(frames)?;
        let mut order: Vec<usize> = (0..time.len()).collect();
        // A frame whose time is not known is the last.
        let key = |frame: &usize| {
            if time[*frame].is_nan() {
                f64::INFINITY
            } else {
                time[*frame]
            }
        };
        order.sort_by(|one, other| key(one).total_cmp(&key(other)));
        Ok(Self {
            stack,
            order,
            correction: correction?.into_iter().map(|correction| correction as f32).collect(),
            quality: quality(frames)?,
            name_width: names.iter().map(|name| name.len()).fold(NAME_WIDTH, usize::max),
            names,
            time,
            num_pixels,
            no_counts: (-1_i32).to_be_bytes().repeat(num_pixels),
            no_background: vec![0; 2 * 4 * num_pixels],
        })
    }

    pub(super) fn num_frames(&self) -> usize {
        self.order.len()
    }

    pub(super) fn name_width(&self) -> usize {
        self.name_width
    }

    /// Replaces what is in `out` by a row.
    pub(super) fn fill(&self, out: &mut Vec<u8>, row: usize) {
        out.clear();
        let frame = self.order[row];
        let pixels = frame * self.num_pixels..(frame + 1) * self.num_pixels;
        let mut cells = Cells::new(out);
        cells.float64(self.time[frame]);
        cells.float32(self.correction[frame]);
        cells.int32(0);
        out.extend_from_slice(&self.no_counts);
        let mut cells = Cells::new(out);
        cells.float32s(&self.stack.flux[pixels.clone()]);
        cells.float32s(&self.stack.error[pixels]);
        out.extend_from_slice(&self.no_background);
        let mut cells = Cells::new(out);
        cells.int32(self.quality[frame]);
        cells.float32s(&[0.0; 2]);
        cells.text(self.names[frame], self.name_width);
    }
}

/// Appends the pixels of the aperture: 1 on the image, 0 outside.
pub(super) fn aperture(out: &mut Vec<u8>, contents: &CutoutContents<'_>) {
    let CutoutContents { window, image, .. } = contents;
    let on = |first: i32, number: u32, of: fn(&PixelWindow) -> (i32, u32)| {
        let (begin, length) = of(image);
        let range = i64::from(begin)..i64::from(begin) + i64::from(length);
        (0..i64::from(number)).map(move |place| range.contains(&(i64::from(first) + place)))
    };
    let of_columns: Vec<bool> = on(window.x, window.width, |image| (image.x, image.width)).collect();
    let mut cells = Cells::new(out);
    for on_row in on(window.y, window.height, |image| (image.y, image.height)) {
        of_columns
            .iter()
            .for_each(|on_column| cells.int32((on_row && *on_column).into()));
    }
}

fn floats(frames: &RecordBatch, column: &'static str) -> Result<Vec<f64>, Error> {
    let expected = "numbers";
    lks_fits::floats(frames, column).map_err(|_| Error::WrongColumn { column, expected })
}

fn quality(frames: &RecordBatch) -> Result<Vec<i32>, Error> {
    let wrong = Error::WrongColumn {
        column: "DQUALITY",
        expected: "integers of 32 bits",
    };
    let flags = lks_fits::integers(frames, "DQUALITY").map_err(|_| wrong.clone())?;
    let flags = flags.into_iter().map(|flags| i32::try_from(flags?).ok());
    flags.collect::<Option<Vec<_>>>().ok_or(wrong)
}

fn names(frames: &RecordBatch) -> Result<Vec<&str>, Error> {
    let column = frames
        .column_by_name("FFI_FILE")
        .and_then(|column| column.as_string_opt::<i32>());
    let column = column.ok_or(Error::WrongColumn {
        column: "FFI_FILE",
        expected: "text",
    })?;
    Ok(column.iter().map(Option::unwrap_or_default).collect())
}
