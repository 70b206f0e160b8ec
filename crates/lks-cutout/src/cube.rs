//! Where the pixels of a cube are in its file.

use std::ops::Range;

use lks_wcs::PixelWindow;

use crate::error::Error;

/// Flux and error, single precision.
pub const BYTES_PER_FRAME: u64 = 8;

/// The layout of a cube, from the header of its HDU 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CubeLayout {
    data_offset: u64,
    num_frames: u32,
    num_columns: u32,
    num_rows: u32,
}

impl CubeLayout {
    /// From the first byte of the data and the keywords of HDU 1, both as they were read from the file: cubes are updated in place, and their headers grow.
    ///
    /// # Errors
    /// [`Error::OtherLayout`] names the keyword that is another one than in a cube.
    pub fn from_header(data_offset: u64, mut integer: impl FnMut(&str) -> Option<i64>) -> Result<Self, Error> {
        let mut expect = |keyword: &'static str, wanted: i64, expected: &'static str| match integer(keyword) {
            Some(value) if value == wanted => Ok(()),
            value => Err(Error::OtherLayout {
                keyword,
                value,
                expected,
            }),
        };
        expect("BITPIX", -32, "-32, single precision")?;
        expect("NAXIS", 4, "4 axes: flux and error, frames, columns, rows")?;
        expect("NAXIS1", 2, "2, flux and error")?;
        let mut count = |keyword: &'static str, expected: &'static str| {
            let value = integer(keyword);
            let number = value.and_then(|value| u32::try_from(value).ok());
            number.filter(|number| *number > 0).ok_or(Error::OtherLayout {
                keyword,
                value,
                expected,
            })
        };
        let layout = Self {
            data_offset,
            num_frames: count("NAXIS2", "one frame or more")?,
            num_columns: count("NAXIS3", "one column or more")?,
            num_rows: count("NAXIS4", "one row or more")?,
        };
        // Of a hostile header only; a cube has 5e10 pixels at most.
        let expected = "less than a file can hold";
        layout.checked_end().map(|_| layout).ok_or(Error::OtherLayout {
            keyword: "NAXIS2",
            value: Some(i64::from(layout.num_frames)),
            expected,
        })
    }

    /// The first byte of the pixels.
    pub fn data_offset(&self) -> u64 {
        self.data_offset
    }

    /// How many frames each pixel has.
    pub fn num_frames(&self) -> u32 {
        self.num_frames
    }

    /// All pixels of an image.
    pub fn image(&self) -> PixelWindow {
        PixelWindow::of_image(self.num_columns, self.num_rows)
    }

    /// The byte behind the last pixel; the file is at least as long.
    pub fn end(&self) -> u64 {
        self.offset(self.num_rows, 0)
    }

    /// The part of a row of a window that lies on the image: its first column in the window, how many columns, and the bytes of the file. `None` where
    /// nothing of the row is on the image. Rows are counted from 0 in the window.
    pub fn range(&self, window: &PixelWindow, row: u32) -> Option<(u32, u32, Range<u64>)> {
        let image_row = u32::try_from(i64::from(window.y) + i64::from(row)).ok()?;
        let first = i64::from(window.x).max(0);
        let end = (i64::from(window.x) + i64::from(window.width)).min(i64::from(self.num_columns));
        if row >= window.height || image_row >= self.num_rows || first >= end {
            return None;
        }
        let (column, num_columns) = (u32::try_from(first).ok()?, u32::try_from(end - first).ok()?);
        let in_window = u32::try_from(first - i64::from(window.x)).ok()?;
        let start = self.offset(image_row, column);
        let length = u64::from(num_columns) * u64::from(self.num_frames) * BYTES_PER_FRAME;
        Some((in_window, num_columns, start..start + length))
    }

    /// The first byte of a pixel, none of which lies beyond [`CubeLayout::end`], which was checked.
    fn offset(&self, row: u32, column: u32) -> u64 {
        let pixel = u64::from(row) * u64::from(self.num_columns) + u64::from(column);
        self.data_offset + pixel * u64::from(self.num_frames) * BYTES_PER_FRAME
    }

    fn checked_end(&self) -> Option<u64> {
        let num_pixels = u64::from(self.num_rows) * u64::from(self.num_columns);
        let num_bytes = num_pixels
            .checked_mul(u64::from(self.num_frames))?
            .checked_mul(BYTES_PER_FRAME)?;
        self.data_offset.checked_add(num_bytes)
    }
}
