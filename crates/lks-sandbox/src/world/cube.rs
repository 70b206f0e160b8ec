//! The cubes of full-frame images from which cutouts are cut, as large as the real ones: of 45 to 400 GB the bytes that are asked for are made.
//!
//! ```text
//! HDU 0   header of the sector's frames; HISTORY of a cube that was updated
//! HDU 1   2 × frames × 2136 columns × 2078 rows, single precision: flux and error
//! HDU 2   one row per frame: the cards of its header and the name of its file
//! ```

mod cards;
mod columns;
mod detector;
mod frames;
mod headers;
mod pixels;
mod stars;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use lks_fits::BLOCK;

use super::product::time_of;
use columns::CardColumn;
pub(crate) use detector::Detector;
use frames::Frames;
use pixels::Scene;

/// Columns and rows of a full-frame image.
pub(crate) const COLUMNS: u32 = 2136;
pub(crate) const ROWS: u32 = 2078;
/// Flux and error of a pixel in a frame, bytes.
const FRAME: u64 = 8;

/// A cube.
#[derive(Debug)]
pub(crate) struct Cube {
    key: String,
    detector: &'static Detector,
    frames: Frames,
    columns: Vec<CardColumn>,
    row_width: u64,
    /// HDU 0 and the header of HDU 1.
    head: Vec<u8>,
    /// The header of HDU 2.
    table_head: Vec<u8>,
    scene: OnceLock<Scene>,
}

/// All cubes, each made when it is first asked for.
#[derive(Debug)]
pub(crate) struct Cubes(BTreeMap<String, Slot>);

/// The place of a cube.
#[derive(Debug)]
struct Slot {
    detector: &'static Detector,
    frames: Frames,
    cube: OnceLock<Arc<Cube>>,
}

impl Default for Cubes {
    fn default() -> Self {
        let slot = |detector: &'static Detector| {
            let frames = Frames::of(detector.seen, detector.linear[2])?;
            let cube = OnceLock::new();
            Some((key(detector), Slot { detector, frames, cube }))
        };
        Self(Detector::all().iter().filter_map(slot).collect())
    }
}

impl Cubes {
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Arc<Cube>> {
        let slot = self.0.get(key)?;
        Some(
            slot.cube
                .get_or_init(|| Arc::new(Cube::of(slot.detector, slot.frames.clone()))),
        )
    }
}

/// The key of a detector's cube in the bucket.
fn key(detector: &Detector) -> String {
    format!("tess/public/mast/{}-cube.fits", detector.seen.name())
}

impl Cube {
    fn of(detector: &'static Detector, frames: Frames) -> Self {
        let columns = columns::of(detector, &frames);
        let (head, table_head) = headers::of(detector, &frames, &columns);
        Self {
            key: key(detector),
            detector,
            row_width: columns.iter().map(|column| column.declared().width()).sum(),
            columns,
            frames,
            head,
            table_head,
            scene: OnceLock::new(),
        }
    }

    /// Its key in the bucket.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Its size in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.parts().last().map_or(0, |part| part.end)
    }

    /// When it was last changed.
    pub(crate) fn modified(&self) -> SystemTime {
        time_of(self.frames.taken(self.frames.num_frames()).start + 40.0)
    }

    /// Bytes of the cube, or of another edition of it, which has other noise. What is beyond the end is left out.
    pub(crate) fn bytes(&self, range: Range<u64>, edition: u32) -> Vec<u8> {
        let mut out = Vec::with_capacity((range.end - range.start) as usize);
        let parts = self.parts();
        for (number, part) in parts.iter().enumerate() {
            let (start, end) = (range.start.max(part.start), range.end.min(part.end));
            if start >= end {
                continue;
            }
            let inside = start - part.start..end - part.start;
            match number {
                0 => out.extend_from_slice(&self.head[inside.start as usize..inside.end as usize]),
                1 => self.scene().append(inside, edition, &mut out),
                3 => out.extend_from_slice(&self.table_head[inside.start as usize..inside.end as usize]),
                4 => self.append_rows(inside, &mut out),
                _ => out.resize(out.len() + (end - start) as usize, 0),
            }
        }
        out
    }

    /// Headers, pixels, padding, header, rows, padding.
    fn parts(&self) -> [Range<u64>; 6] {
        let num_frames = u64::from(self.frames.num_frames());
        let pixels = u64::from(COLUMNS) * u64::from(ROWS) * num_frames * FRAME;
        let rows = self.row_width * num_frames;
        let mut end = 0;
        [
            self.head.len() as u64,
            pixels,
            pixels.next_multiple_of(BLOCK) - pixels,
            self.table_head.len() as u64,
            rows,
            rows.next_multiple_of(BLOCK) - rows,
        ]
        .map(|length| {
            let start = end;
            end += length;
            start..end
        })
    }

    fn append_rows(&self, bytes: Range<u64>, out: &mut Vec<u8>) {
        append_part(bytes, self.row_width, out, |rows, out| {
            for row in rows {
                let frame = self.frames.frame(row as u32);
                for column in &self.columns {
                    column.append(&self.frames, &frame, out);
                }
            }
        });
    }

    fn scene(&self) -> &Scene {
        self.scene.get_or_init(|| Scene::of(self.detector, &self.frames))
    }
}

/// Appends bytes of items that are so many bytes each and are made whole; the bytes may begin and end within an item.
fn append_part(bytes: Range<u64>, size: u64, out: &mut Vec<u8>, append: impl FnOnce(Range<u64>, &mut Vec<u8>)) {
    let (first, end) = (bytes.start / size, bytes.end.div_ceil(size));
    let begin = out.len();
    append(first..end, out);
    out.truncate(out.len() - (end * size - bytes.end) as usize);
    out.drain(begin..begin + (bytes.start - first * size) as usize);
}
