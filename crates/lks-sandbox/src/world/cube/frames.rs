//! The frames of a cube: when each was taken, and what was wrong with it. A pure function of the row.

use crate::world::body::{dates, light};
use crate::world::sectors::Sector;
use crate::world::sky::SectorRow;

/// Days between the two orbits of a sector in which nothing was taken.
const GAP: f64 = 1.12;
/// Exposures that were added when a cube was updated; their rows come last.
const UPDATED: u32 = 24;

/// All frames of one cube.
#[derive(Debug, Clone)]
pub(super) struct Frames {
    seen: SectorRow,
    configuration: u16,
    /// The start of the first one, a modified Julian date.
    first: f64,
    /// Days from one to the next.
    step: f64,
    num_frames: u32,
    /// Radians; which way from the Sun the CCD looks.
    longitude: f64,
}

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    /// Which one of the sector it is, counted from 0.
    pub(super) exposure: u32,
    /// Start and end, modified Julian dates at the barycentre.
    pub(super) start: f64,
    pub(super) end: f64,
    /// Days that were added for the barycentre.
    pub(super) correction: f64,
    /// Bits of `DQUALITY`.
    pub(super) quality: i32,
    /// Whether stars were found by which to tell where it looked.
    pub(super) has_wcs: bool,
}

impl Frames {
    /// Of a detector that looks at a right ascension in degrees; `None` for an unknown sector.
    pub(super) fn of(seen: SectorRow, ra: f64) -> Option<Self> {
        let sector = Sector::numbered(seen.sector)?;
        let (first, last) = sector.span();
        let step = sector.frame_exptime() / 86_400.0;
        let num_frames = match seen.sector {
            // As of the real ones, whose gap was longer.
            1 => 1282,
            _ => ((last - first - GAP) / step).floor() as u32,
        };
        Some(Self {
            seen,
            configuration: sector.configuration,
            first,
            step,
            num_frames,
            longitude: ra.to_radians(),
        })
    }

    pub(super) fn num_frames(&self) -> u32 {
        self.num_frames
    }

    pub(super) fn configuration(&self) -> u16 {
        self.configuration
    }

    /// Days of an exposure.
    pub(super) fn step(&self) -> f64 {
        self.step
    }

    /// Whether frames were added to the cube after it was made.
    pub(super) fn is_updated(&self) -> bool {
        self.seen.sector.is_multiple_of(2)
    }

    /// The exposures that came with an update.
    pub(super) fn update(&self) -> std::ops::Range<u32> {
        let first = self.num_frames / 3;
        first..if self.is_updated() { first + UPDATED } else { first }
    }

    /// The part of the sector that is over at a frame, from 0 to 1.
    pub(super) fn part(&self, exposure: u32) -> f64 {
        f64::from(exposure) / f64::from(self.num_frames)
    }

    /// The frame of a row of the cube.
    pub(super) fn frame(&self, row: u32) -> Frame {
        let update = self.update();
        let num_before = self.num_frames - (update.end - update.start);
        let exposure = match row {
            _ if row < update.start => row,
            _ if row < num_before => row + (update.end - update.start),
            _ => update.start + (row - num_before),
        };
        self.taken(exposure)
    }

    /// The frame of an exposure.
    pub(super) fn taken(&self, exposure: u32) -> Frame {
        let half = self.num_frames / 2;
        let gap = if exposure < half { 0.0 } else { GAP };
        let start = self.first + gap + self.step * f64::from(exposure);
        let correction = light::correction(start, self.longitude);
        // Coarse pointing at the begin, the turn to the Earth and scattered light around the gap, and momentum dumps.
        let (quality, has_wcs) = match exposure {
            0..3 => (4, false),
            _ if (half.saturating_sub(3)..half).contains(&exposure) => (8, false),
            _ if (half..half + 3).contains(&exposure) => (4 | 4096, false),
            _ if (half + 3..half + 14).contains(&exposure) => (4096, true),
            _ if (start - 58_324.0).rem_euclid(2.9) < self.step => (32, true),
            _ => (0, true),
        };
        let start = start + correction;
        Frame {
            exposure,
            start,
            end: start + self.step,
            correction,
            quality,
            has_wcs,
        }
    }

    /// `FFI_FILE`, which is the name without its end, as cubes have room for.
    pub(super) fn file(&self, frame: &Frame) -> String {
        let SectorRow { sector, camera, ccd } = self.seen;
        format!(
            "tess{}-s{sector:04}-{camera}-{ccd}-{:04}-s_ffi",
            dates::file_stamp(frame.start - frame.correction),
            self.configuration,
        )
    }
}
