//! The rows of the table of pixels, and the pixels of the aperture.

use lks_fits::Sum;
use lks_fits::arrow_array::RecordBatch;
use lks_fits::arrow_array::cast::AsArray;
use lks_fits::write::Cells;
use lks_wcs::PixelWindow;

use super::CutoutContents;
use crate::error::Error;
use crate::frames::FrameStack;

/// The least width of `FFI_FILE`, which is that of astrocut.
const NAME_WIDTH: usize = 38;

/// Bytes of the columns before those of pixels (`TIME`, `TIMECORR`, `CADENCENO`), and behind them (`QUALITY`, `POS_CORR1`, `POS_CORR2`, without the name of the image).
const BEFORE_PIXELS: usize = 8 + 4 + 4;
const BEHIND_PIXELS: usize = 4 + 4 + 4;

/// So many bytes of rows are made at once, if a row has no more: they stay in the processor's cache until they are written.
const PIECE: usize = 256 << 10;

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
        if stack.num_pixels() != num_pixels || stack.num_frames() != time.len() {
            return Err(Error::OtherFrames {
                num_frames: time.len(),
                num_values: stack.num_pixels() * stack.num_frames(),
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
        })
    }

    pub(super) fn num_frames(&self) -> usize {
        self.order.len()
    }

    pub(super) fn name_width(&self) -> usize {
        self.name_width
    }

    /// The sum over all rows. Pixels are added as they came: to put them into rows takes many times as long.
    pub(super) fn sum(&self) -> Sum {
        let of_pixels = self.stack.sums();
        // Words of FLUX and FLUX_ERR, and the zeros behind them, which do not count.
        let num_bytes = 4 * self.stack.num_pixels();
        let pixels = BEFORE_PIXELS + num_bytes..BEFORE_PIXELS + 5 * num_bytes;
        let (mut sum, mut row) = (Sum::default(), self.blank());
        for (number, frame) in self.order.iter().enumerate() {
            self.fill_around_pixels(&mut row, number);
            sum.add(&row[..pixels.start]);
            sum.join(of_pixels[*frame]);
            sum.add(&row[pixels.end..]);
        }
        sum
    }

    /// Gives `each` all rows in order, many at once.
    pub(super) fn in_pieces<E>(&self, mut each: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let blank = self.blank();
        let at_once = (PIECE / blank.len()).clamp(1, self.num_frames().max(1));
        // What is the same in all rows stays where it is.
        let mut piece = blank.repeat(at_once);
        for first in (0..self.num_frames()).step_by(at_once) {
            let numbers = first..(first + at_once).min(self.num_frames());
            let piece = &mut piece[..numbers.len() * blank.len()];
            for (number, row) in numbers.zip(piece.chunks_exact_mut(blank.len())) {
                self.fill(row, number);
            }
            each(piece)?;
        }
        Ok(())
    }

    /// A row as far as it is the same in all of them.
    fn blank(&self) -> Vec<u8> {
        let num_pixels = self.stack.num_pixels();
        let mut row = vec![0; BEFORE_PIXELS];
        row.extend((-1_i32).to_be_bytes().repeat(num_pixels));
        row.extend(f32::NAN.to_be_bytes().repeat(2 * num_pixels));
        row.resize(row.len() + 2 * 4 * num_pixels + BEHIND_PIXELS + self.name_width, 0);
        row
    }

    /// Fills a row, which is [`blank`](Self::blank) or has another one.
    fn fill(&self, out: &mut [u8], row: usize) {
        self.fill_around_pixels(out, row);
        let num_pixels = self.stack.num_pixels();
        let (pixels, _) = out[BEFORE_PIXELS + 4 * num_pixels..].as_chunks_mut::<4>();
        let (fluxes, errors) = pixels[..2 * num_pixels].split_at_mut(num_pixels);
        self.stack.gather(self.order[row], |place, [flux, error]| {
            (fluxes[place], errors[place]) = (flux, error);
        });
    }

    /// Fills a row but for its pixels.
    fn fill_around_pixels(&self, out: &mut [u8], row: usize) {
        let frame = self.order[row];
        out[..8].copy_from_slice(&self.time[frame].to_be_bytes());
        out[8..12].copy_from_slice(&self.correction[frame].to_be_bytes());
        let behind = &mut out[BEFORE_PIXELS + 5 * 4 * self.stack.num_pixels()..];
        behind[..4].copy_from_slice(&self.quality[frame].to_be_bytes());
        let (name, name_field) = (self.names[frame].as_bytes(), &mut behind[BEHIND_PIXELS..]);
        name_field[..name.len()].copy_from_slice(name);
        name_field[name.len()..].fill(0);
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
