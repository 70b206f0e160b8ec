//! A cutout as a target pixel file.

mod coordinates;
mod headers;
mod rows;

use std::io::{self, Write};

use lks_fits::arrow_array::RecordBatch;
use lks_fits::{BLOCK, Header};
use lks_wcs::{PixelWindow, SkyPosition, Wcs};

use self::coordinates::Coordinates;
use self::rows::Rows;
use crate::error::Error;
use crate::frames::FrameStack;
use crate::star_facts::StarFacts;

/// What a target pixel file is made of.
#[derive(Debug, Clone, Copy)]
pub struct CutoutContents<'a> {
    /// The header of HDU 0 of the cube.
    pub primary: &'a Header,
    /// The frames in the order of the cube, of HDU 2: `TSTART`, `TSTOP`, `BARYCORR`, `DQUALITY` and `FFI_FILE`; other columns are not looked at.
    pub frames: &'a RecordBatch,
    /// All columns of one of these frames: the one whose world coordinates are taken.
    pub frame: &'a RecordBatch,
    /// The world coordinates of that frame, see [`frame_wcs`](crate::frame_wcs).
    pub wcs: &'a Wcs,
    /// All pixels of the cube.
    pub image: PixelWindow,
    /// The pixels of the cutout.
    pub window: PixelWindow,
    /// Their values, in the order of the cube.
    pub stack: &'a FrameStack,
    /// The position that was asked for, ICRS.
    pub position: SkyPosition,
    /// What is known of the star there.
    pub star: &'a StarFacts,
    /// The program that makes the file (`CREATOR`).
    pub creator: &'a str,
    /// Its version (`PROCVER`).
    pub version: &'a str,
}

/// A cutout as a target pixel file, as TESScut gives it.
///
/// ```text
/// HDU 0             the primary header of the cube; position and star of the cutout
/// HDU 1  PIXELS     a row per frame, in the order of time, n = columns × rows
///   TIME          D    BJD - 2457000, days     (TSTART + TSTOP) / 2, TDB at the barycentre
///   TIMECORR      E    d                       BARYCORR: what is in TIME already
///   CADENCENO     J                            0: cubes do not have them
///   RAW_CNTS     nJ    count                   -1, the null value: cubes do not have them
///   FLUX         nE    e-/s                    NaN outside of the CCD
///   FLUX_ERR     nE    e-/s                    NaN outside of the CCD
///   FLUX_BKG     nE    e-/s                    0: cubes do not have it
///   FLUX_BKG_ERR nE    e-/s                    0
///   QUALITY       J                            DQUALITY: the flags of the frame
///   POS_CORR1, 2  E    pixel                   0: cubes do not have them
///   FFI_FILE     wA                            the full-frame image
/// HDU 2  APERTURE   J, columns × rows: 1 on the CCD, 0 outside
/// ```
///
/// The world coordinates of the columns of pixels and of the aperture are linear, fitted to those of the frame that `WCS_FFI` names; `WCS_MSEP` and `WCS_SIG` say how far
/// they are off, in degrees (see [`LinearFit`](lks_wcs::LinearFit)). Their physical coordinates, `1CRVnP` and `2CRVnP` of a column and `CRVAL1P` and `CRVAL2P` of the aperture, are
/// column and row of the first pixel, counted from 1. What nobody knows is a card without a value. The same contents give the same bytes.
///
/// Source: `TessCubeCutout` of astrocut 1.4.0 and, for the coordinates of the columns, which that leaves out, `CutoutFactory` of 0.11.1, <https://github.com/spacetelescope/astrocut>;
/// TESS Science Data Products Description Document (EXP-TESS-ARC-ICD-0014), section 4.
#[derive(Debug)]
pub struct TargetPixelFile<'a> {
    rows: Rows<'a>,
    /// Bytes of all rows.
    rows_size: u64,
    /// Both headers before the rows.
    head: Vec<u8>,
    /// Everything behind the rows, their padding first.
    tail: Vec<u8>,
}

impl<'a> TargetPixelFile<'a> {
    /// Looks at all pixels once, because the sums in the headers cover them; the rows are made when they are written.
    ///
    /// # Errors
    /// [`Error::OtherFrames`] if there are not as many frames as pixels, [`Error::WrongColumn`] for a table without the columns of a cube,
    /// [`Error::WorldCoordinates`] if the cutout cannot be fitted, [`Error::UnwritableHeader`] for a card of the cube that FITS cannot hold.
    pub fn new(contents: &CutoutContents<'a>) -> Result<Self, Error> {
        let rows = Rows::new(contents)?;
        let coordinates = Coordinates::of(contents)?;
        let primary = headers::primary(contents);
        let pixels = headers::pixels(contents, &coordinates, &rows, &primary);
        let mut head = headers::hdu_of(&primary).bytes().map_err(unwritable)?;
        head.extend(pixels.header(rows.sum()).map_err(unwritable)?);
        let rows_size = pixels.data_size();
        let padding = rows_size.next_multiple_of(BLOCK) - rows_size;
        let mut tail = vec![0; padding as usize];
        let aperture = headers::aperture(contents, &coordinates, &primary);
        let filled = aperture.append_with(&mut tail, |out| rows::aperture(out, contents));
        filled.map_err(unwritable)?;
        Ok(Self {
            rows,
            rows_size,
            head,
            tail,
        })
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.head.len() as u64 + self.rows_size + self.tail.len() as u64
    }

    /// Writes the file, in pieces of a quarter of a megabyte.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.head)?;
        self.rows.in_pieces(|piece| out.write_all(piece))?;
        out.write_all(&self.tail)
    }
}

fn unwritable(error: lks_fits::Error) -> Error {
    Error::UnwritableHeader {
        reason: error.to_string(),
    }
}
