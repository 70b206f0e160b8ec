//! The frames of a cutout, from the bytes of its rows.

use bytes::Bytes;
use lks_fits::Sum;
use lks_wcs::PixelWindow;

use crate::cube::BYTES_PER_FRAME;
use crate::error::Error;

/// The fluxes and errors of a cutout in the cube's unit, electrons per second. Pixels that no row was given for are NaN, as target pixel files have them outside of
/// the CCD.
///
/// Rows are held as they came, and put into the order of frames where they are written: gathering a frame from a few rows stays within the processor's cache, strewing a
/// row over all frames does not.
#[derive(Debug, Clone)]
pub struct FrameStack {
    parts: Vec<Part>,
    width: usize,
    height: usize,
    num_frames: usize,
}

/// Neighbouring pixels of a row.
#[derive(Debug, Clone)]
struct Part {
    /// The first of them, counted row after row.
    first: usize,
    num_columns: usize,
    /// Of each pixel all frames, of each frame flux and error, big-endian.
    bytes: Bytes,
}

impl FrameStack {
    /// Of a window without any row yet. It takes no memory but that of the rows.
    pub fn new(window: &PixelWindow, num_frames: u32) -> Self {
        let [width, height, num_frames] = [window.width, window.height, num_frames].map(|number| number as usize);
        Self {
            parts: Vec::new(),
            width,
            height,
            num_frames,
        }
    }

    /// Takes pixels of a row, counted from 0 in the window, as the cube has them: of each pixel all frames, of each frame flux and error, big-endian.
    ///
    /// # Errors
    /// [`Error::OutsideCutout`], [`Error::TakenAlready`] and [`Error::ShortRow`]; nothing was taken then.
    pub fn take_row(&mut self, row: u32, first: u32, num_columns: u32, bytes: Bytes) -> Result<(), Error> {
        let expected = u64::from(num_columns) * self.num_frames as u64 * BYTES_PER_FRAME;
        let [row_index, first_index, number] = [row, first, num_columns].map(|number| number as usize);
        let columns = [first, num_columns];
        if row_index >= self.height || first_index + number > self.width {
            return Err(Error::OutsideCutout { row, columns });
        }
        let start = row_index * self.width + first_index;
        let is_taken = |part: &Part| start < part.first + part.num_columns && part.first < start + number;
        if self.parts.iter().any(is_taken) {
            return Err(Error::TakenAlready { row, columns });
        }
        if bytes.len() as u64 != expected {
            return Err(Error::ShortRow {
                row,
                num_bytes: bytes.len() as u64,
                expected,
            });
        }
        self.parts.push(Part {
            first: start,
            num_columns: number,
            bytes,
        });
        Ok(())
    }

    /// Flux and error of all pixels, row after row, in each frame in the order of the cube.
    pub fn frames(&self) -> impl Iterator<Item = Vec<[f32; 2]>> {
        (0..self.num_frames).map(|frame| {
            let mut pixels = vec![[f32::NAN; 2]; self.num_pixels()];
            self.gather(frame, |place, [flux, error]| {
                pixels[place] = [flux, error].map(f32::from_be_bytes);
            });
            pixels
        })
    }

    pub(crate) fn num_pixels(&self) -> usize {
        self.width * self.height
    }

    pub(crate) fn num_frames(&self) -> usize {
        self.num_frames
    }

    /// For each frame the sum of the 32-bit words of all its pixels, read as they lie in memory.
    pub(crate) fn sums(&self) -> Vec<Sum> {
        let num_given: usize = self.parts.iter().map(|part| part.num_columns).sum();
        let num_nan = 2 * (self.num_pixels() - num_given) as u64;
        let mut totals = vec![num_nan * u64::from(f32::NAN.to_bits()); self.num_frames];
        for part in &self.parts {
            let (values, _) = part.bytes.as_chunks::<8>();
            for of_pixel in values.chunks_exact(self.num_frames.max(1)) {
                for (total, value) in totals.iter_mut().zip(of_pixel) {
                    let value = u64::from_be_bytes(*value);
                    *total += (value >> 32) + (value & 0xffff_ffff);
                }
            }
        }
        totals.into_iter().map(Sum::of_words).collect()
    }

    /// Gives `put` the number of each pixel that there is, and its flux and error in a frame, big-endian.
    pub(crate) fn gather(&self, frame: usize, mut put: impl FnMut(usize, [[u8; 4]; 2])) {
        for part in &self.parts {
            let (values, _) = part.bytes.as_chunks::<8>();
            let of_frame = values[frame..].iter().step_by(self.num_frames);
            for (place, [a, b, c, d, e, f, g, h]) in (part.first..part.first + part.num_columns).zip(of_frame) {
                put(place, [[*a, *b, *c, *d], [*e, *f, *g, *h]]);
            }
        }
    }
}
