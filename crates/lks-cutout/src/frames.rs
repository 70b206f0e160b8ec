//! The frames of a cutout, from the bytes of its rows.

use lks_wcs::PixelWindow;

use crate::cube::BYTES_PER_FRAME;
use crate::error::Error;

/// The fluxes and errors of a cutout: frame after frame, in each row after row. Pixels that no row was given for are NaN, as target pixel files have them
/// outside of the CCD.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameStack {
    /// Fluxes in the cube's unit, electrons per second.
    pub flux: Vec<f32>,
    /// Errors of the fluxes.
    pub error: Vec<f32>,
    width: usize,
    height: usize,
    num_frames: usize,
}

impl FrameStack {
    /// Of a window without any row yet. It takes 8 bytes for each pixel of each frame.
    pub fn new(window: &PixelWindow, num_frames: u32) -> Self {
        let [width, height, num_frames] = [window.width, window.height, num_frames].map(|number| number as usize);
        let unknown = vec![f32::NAN; width * height * num_frames];
        Self {
            flux: unknown.clone(),
            error: unknown,
            width,
            height,
            num_frames,
        }
    }

    /// Takes pixels of a row, counted from 0 in the window, as the cube has them: of each pixel all frames, of each frame flux and error, big-endian.
    ///
    /// # Errors
    /// [`Error::OutsideCutout`] and [`Error::ShortRow`]; nothing was taken then.
    pub fn take_row(&mut self, row: u32, first: u32, num_columns: u32, bytes: &[u8]) -> Result<(), Error> {
        let expected = u64::from(num_columns) * self.num_frames as u64 * BYTES_PER_FRAME;
        let [row_index, first_index, number] = [row, first, num_columns].map(|number| number as usize);
        if row_index >= self.height || first_index + number > self.width {
            let columns = [first, num_columns];
            return Err(Error::OutsideCutout { row, columns });
        }
        if bytes.len() as u64 != expected {
            return Err(Error::ShortRow {
                row,
                num_bytes: bytes.len() as u64,
                expected,
            });
        }
        let (values, _) = bytes.as_chunks::<4>();
        let (pairs, _) = values.as_chunks::<2>();
        let of_frame = self.width * self.height;
        for (column, frames) in pairs.chunks_exact(self.num_frames).enumerate() {
            let place = row_index * self.width + first_index + column;
            // Stepped before they are zipped: a zip goes through all that a step leaves out, unless that is optimised away.
            let fluxes = self.flux[place..].iter_mut().step_by(of_frame);
            let errors = self.error[place..].iter_mut().step_by(of_frame);
            for ((flux, error), [of_flux, of_error]) in fluxes.zip(errors).zip(frames) {
                (*flux, *error) = (f32::from_be_bytes(*of_flux), f32::from_be_bytes(*of_error));
            }
        }
        Ok(())
    }
}
